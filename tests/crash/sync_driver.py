"""The process that is killed while two libraries exchange changes with a shared one.

It works as a person would, in one library: pastes a list, gives a track its tempo, removes an album,
exchanges changes, over and over, until it has pasted all its lists.
"""

from __future__ import annotations

from pathlib import Path

from musiclib.bootstrap import Library, open_library
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.services import sync_exchange
from musiclib.services.import_types import ImportRequest, NewAlbum
from musiclib.settings import Settings
from tests.crash.driver import serve_commands

ROWS = 6
REMOVED = 4
"""Each such album is removed again."""


def settings_of(folder: Path, address: str | None = None) -> Settings:
    return Settings(data_dir=folder, database_url=address, online=False)


def drive(folder: Path, address: str, lists: int) -> None:
    sync_exchange.AT_ONCE = 4  # so that there are many moments between two transactions
    library = open_library(settings_of(folder))
    done = sum(each.kind == "import" for each in library.library.history(10_000))
    for number in range(max(0, done - 1), lists):
        _work(library, f"{folder.name} {number}", number, done)
        library.sync.run(address)
    library.sync.run(address)
    library.close()


def _work(library: Library, title: str, number: int, done: int) -> None:
    """The last list that was pasted before a kill is gone on with where that struck."""
    if number >= done:
        rows = tuple(ParsedTrack(f"Artist {title} {row}", f"Title {row}") for row in range(ROWS))
        library.imports.commit(ImportRequest(rows, title, NewAlbum(title)))
    there = {each.title: each.id for each in library.library.load_albums()}
    if title not in there:
        return
    first = library.library.album(there[title]).entries[0].track_id
    library.library.set_value(first, "bpm", tempo_of(number))
    if number % REMOVED == REMOVED - 1:
        library.library.remove_album(there[title])


def tempo_of(number: int) -> float:
    return 90.0 + number % 60


def serve(folder: str, address: str, lists: str) -> None:
    """What the process started by the harness does; the arguments are its own."""
    serve_commands(lambda: drive(Path(folder), address, int(lists)))
