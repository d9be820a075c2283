"""Rows come from the library into the stores by blocks, and nothing that is gone stays or comes back."""

from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.gui.context import AppContext
from musiclib.gui.loader import Loader
from musiclib.services.import_types import ImportOutcome, ImportRequest, NewAlbum


def put_in(library: Library, count: int, title: str) -> ImportOutcome:
    rows = tuple(ParsedTrack(f"{title} {n}", f"Title {n}") for n in range(count))
    return library.imports.commit(ImportRequest(rows, title, NewAlbum(title)))


def test_all_rows_come_and_those_that_are_gone_leave(
    qtbot: QtBot, library: Library, context: AppContext
) -> None:
    put_in(library, 1200, "first")
    loader = Loader(library, context.commands, context.tracks, context.albums)
    with qtbot.waitSignal(loader.loaded):
        loader.load_all()
    assert context.tracks.loaded
    assert len(context.tracks) == 1200

    second = put_in(library, 700, "second")
    assert second.changeset_id is not None
    loader.refresh(list(second.rows), [second.album_id])
    qtbot.waitUntil(lambda: len(context.tracks) == 1900)
    library.library.undo(second.changeset_id)
    loader.refresh()
    qtbot.waitUntil(lambda: len(context.tracks) == 1200)
    assert [row.title for row in context.albums.rows()] == ["first"]


def test_what_is_taken_back_before_it_was_shown_does_not_come_back(
    qtbot: QtBot, library: Library, context: AppContext
) -> None:
    loader = Loader(library, context.commands, context.tracks, context.albums)
    with qtbot.waitSignal(loader.loaded):
        loader.load_all()
    assert context.tracks.loaded
    outcome = put_in(library, 1200, "first")
    assert outcome.changeset_id is not None
    changeset = outcome.changeset_id
    loader.refresh(list(outcome.rows), [outcome.album_id])
    context.commands.run(lambda: library.library.undo(changeset))
    loader.refresh(list(outcome.rows), [outcome.album_id])
    with qtbot.waitSignal(context.tracks.removed):
        pass
    assert len(context.tracks) == len(context.albums) == 0
