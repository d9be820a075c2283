"""What is asked of a library that fetches, and what is looked at after."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from musiclib.bootstrap import Library
from musiclib.domain.ids import AlbumId
from musiclib.domain.states import TransferReason, TransferState
from musiclib.domain.transfers import DownloadAlbumRow, DownloadSummary, TransferRow
from musiclib.runners.downloads import DownloadRunner
from tests.services.helpers import THREE, import_new
from tests.support.downloads import Shelf, make_runner

S, R = TransferState, TransferReason

NAMES = (("Mira Voss", "Auftakt"), ("Kessel & Vroom", "Langsam, bitte"), ("Tessera", "Labyrinth"))


def ask(library: Library, text: str = THREE, title: str = "Hafenklang 042") -> AlbumId:
    album = import_new(library, text, title).album_id
    library.downloads.get_album(album)
    return album


def row(library: Library, album: AlbumId) -> DownloadAlbumRow:
    return library.downloads.albums([album])[0]


def only(library: Library, album: AlbumId) -> TransferRow:
    (transfer,) = row(library, album).transfers
    return transfer


def states(library: Library, album: AlbumId) -> list[TransferState]:
    return [each.state for each in row(library, album).transfers]


def fetch(library: Library, *sources: Shelf) -> DownloadSummary:
    return asyncio.run(make_runner(library, *sources).run(until_idle=True))


async def until(condition: Callable[[], bool], runner: DownloadRunner | None = None) -> None:
    async with asyncio.timeout(8):
        while not condition():
            await asyncio.sleep(0.01)


def files(library: Library) -> dict[str, bytes]:
    folder = library.settings.download_dir
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
