"""Albums come into their store by blocks, tracks only as far as somebody looks; nothing gone stays."""

from datetime import timedelta

from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.gui.context import AppContext
from musiclib.gui.loader import Loader
from musiclib.services.import_types import ImportOutcome, ImportRequest, NewAlbum
from tests.support.library import NOW, add_album, add_tracks


def put_in(library: Library, count: int, title: str) -> ImportOutcome:
    rows = tuple(ParsedTrack(f"{title} {n}", f"Title {n}") for n in range(count))
    return library.imports.commit(ImportRequest(rows, title, NewAlbum(title)))


def make_loader(context: AppContext) -> Loader:
    return Loader(context.library, context.commands, context.reading, context.tracks, context.albums)


def test_all_albums_come_the_newest_first_and_those_that_are_gone_leave(
    qtbot: QtBot, library: Library, context: AppContext
) -> None:
    track = add_tracks(library._db, 1)
    for number in range(80):
        add_album(library._db, track, f"Album {number}", NOW + timedelta(seconds=number))
    loader = make_loader(context)
    seen: list[list[str]] = []
    loader.first_albums.connect(lambda: seen.append([row.title for row in context.albums.rows()]))
    with qtbot.waitSignal(loader.loaded):
        loader.load_all()
    assert seen == [[f"Album {number}" for number in range(79, 19, -1)]]
    assert len(context.albums) == 80
    assert len(context.tracks) == 0

    second = put_in(library, 700, "second")
    assert second.changeset_id is not None
    context.tracks.pin(loader, second.rows[:600])
    loader.refresh(list(second.rows), [second.album_id])
    qtbot.waitUntil(lambda: (len(context.tracks), len(context.albums)) == (600, 81))
    library.library.undo(second.changeset_id)
    with qtbot.waitSignal(context.albums.complete):
        loader.refresh()
    qtbot.waitUntil(lambda: len(context.tracks) == 0)
    assert len(context.albums) == 80


def test_what_is_taken_back_before_it_was_shown_does_not_come_back(
    qtbot: QtBot, library: Library, context: AppContext
) -> None:
    loader = make_loader(context)
    with qtbot.waitSignal(loader.loaded):
        loader.load_all()
    assert context.albums.loaded
    outcome = put_in(library, 1200, "first")
    assert outcome.changeset_id is not None
    changeset = outcome.changeset_id
    context.tracks.pin(loader, outcome.rows)
    loader.refresh(list(outcome.rows), [outcome.album_id])
    context.commands.run(lambda: library.library.undo(changeset))
    loader.refresh(list(outcome.rows), [outcome.album_id])
    with qtbot.waitSignal(context.tracks.removed):
        pass
    qtbot.waitUntil(lambda: len(context.tracks) == len(context.albums) == 0)
