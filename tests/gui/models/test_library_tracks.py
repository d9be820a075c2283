"""The whole library as a table: only an order and the rows in view are held, and places are kept."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.ids import TrackId
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import TrackQuery, parse_query
from musiclib.gui.context import AppContext
from musiclib.gui.models.library_tracks import LibraryTrackModel
from musiclib.gui.models.track_columns import LIBRARY_LAYOUT
from musiclib.gui.widgets.kept_place import KeptPlace
from musiclib.gui.widgets.track_table import TrackTable
from tests.support.library import add_tracks

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
IN_VIEW = 30
MANY = 1500


@pytest.fixture
def tracks(library: Library) -> list[TrackId]:
    return add_tracks(library._db, MANY)


@pytest.fixture
def model(context: AppContext) -> Iterator[LibraryTrackModel]:
    made = LibraryTrackModel(
        context.tracks, LIBRARY_LAYOUT, context.now, context.reading, context.library.browsing
    )
    yield made
    made.deleteLater()


@pytest.fixture
def table(qtbot: QtBot, context: AppContext, model: LibraryTrackModel) -> TrackTable:
    made = TrackTable(context, model, LIBRARY_LAYOUT, sortable=True)
    KeptPlace(made, model)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


def shown(qtbot: QtBot, model: LibraryTrackModel, text: str = "", *order: SortKey) -> None:
    with qtbot.waitSignal(model.grown):
        model.show(parse_query(text), order, IN_VIEW)


def test_the_first_screen_comes_at_once_and_rows_when_they_are_looked_at(
    qtbot: QtBot, context: AppContext, tracks: list[TrackId], model: LibraryTrackModel
) -> None:
    tester = QAbstractItemModelTester(model, FATAL)
    with qtbot.waitSignal(model.arranged):
        model.show(TrackQuery(), (), IN_VIEW)
    assert 0 < model.rowCount() < MANY
    first = model.row_at(0)
    assert first is not None
    assert first.id == tracks[0]
    qtbot.waitUntil(lambda: model.rowCount() == MANY)
    assert model.row_at(1000) is None
    qtbot.waitUntil(lambda: model.row_at(1000) is not None)
    neighbours = [context.tracks.get(tracks[place]) is not None for place in (1001, 1030, 200)]
    assert neighbours == [True, True, False]
    assert model.place_of(tracks[1234]) == 1234
    assert model.ids_at([0, MANY - 1]) == [tracks[0], tracks[-1]]
    del tester


def test_a_newer_search_wins_and_words_find_what_holds_them(
    qtbot: QtBot, tracks: list[TrackId], model: LibraryTrackModel
) -> None:
    model.show(parse_query("title 12"), (), IN_VIEW)
    model.show(parse_query("nobody"), (), IN_VIEW)
    with qtbot.waitSignal(model.grown):
        model.show(parse_query('"title 149"'), [SortKey("title", descending=True)], IN_VIEW)
    assert model.whole
    assert model.place_of(tracks[1498]) == 0
    assert model.rowCount() == 11


def test_what_a_worker_does_is_painted_and_the_order_made_good_in_a_pause(
    qtbot: QtBot,
    library: Library,
    context: AppContext,
    tracks: list[TrackId],
    model: LibraryTrackModel,
    table: TrackTable,
) -> None:
    shown(qtbot, model, "", SortKey("bpm"))
    table.choose_places([700, 701])
    table.scrollTo(model.index(710, 0))
    qtbot.waitUntil(lambda: model.row_at(705) is not None)
    top = table.rowAt(0)
    kept, y = model.id_at(top), table.rowViewportPosition(top)
    chosen = table.chosen_ids()
    told: list[int] = []
    model.dataChanged.connect(lambda first, last: told.extend(range(first.row(), last.row() + 1)))
    library.library.set_value(tracks[705], "bpm", 90.0)
    row = model.row_at(705)
    assert row is not None
    context.tracks.news([replace(row, revision=row.revision + 1, bpm=90.0)])
    assert told == [705]
    assert model.id_at(705) == tracks[705]
    qtbot.waitUntil(lambda: model.id_at(0) == tracks[705], timeout=10_000)
    assert table.chosen_ids() == chosen
    place = model.place_of(kept)
    assert place is not None
    assert table.rowViewportPosition(place) == y


def test_tracks_that_come_and_go_find_their_place(
    qtbot: QtBot, library: Library, context: AppContext, tracks: list[TrackId], model: LibraryTrackModel
) -> None:
    shown(qtbot, model, "artist:99")
    before = model.rowCount()
    fresh = add_tracks(library._db, 99)
    context.tracks.stirred.emit(fresh)
    qtbot.waitUntil(lambda: model.rowCount() == before + 1, timeout=10_000)
    assert model.place_of(fresh[-1]) == before
