"""Track models: narrow changes, sorting with missing values last, filters that hold while rows change."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from musiclib.domain.badges import Badge
from musiclib.domain.music_key import KeyNotation
from musiclib.domain.rows import AlbumDetail, AlbumEntry
from musiclib.domain.states import BadgeState
from musiclib.gui.models.track_columns import ALBUM_LAYOUT, LIBRARY_LAYOUT, TrackColumn
from musiclib.gui.models.track_table import AlbumTrackModel, LibraryTrackModel
from musiclib.gui.stores import TrackStore
from tests.gui.rows import NOW, album, track

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture
def store(qapp: object) -> TrackStore:
    made = TrackStore()
    made.replace([track(1, bpm=124.0), track(2, bpm=None), track(3, bpm=118.0)])
    return made


@pytest.fixture
def library_model(store: TrackStore) -> Iterator[LibraryTrackModel]:
    made = LibraryTrackModel(store, LIBRARY_LAYOUT, lambda: NOW)
    yield made
    made.deleteLater()


def titles(model: LibraryTrackModel) -> list[str]:
    return [row.title for row in model.rows()]


def test_missing_values_sort_last_in_both_directions(library_model: LibraryTrackModel) -> None:
    column = library_model.columns.index(TrackColumn.BPM)
    library_model.sort(column, Qt.SortOrder.AscendingOrder)
    assert titles(library_model) == ["Title 3", "Title 1", "Title 2"]
    library_model.sort(column, Qt.SortOrder.DescendingOrder)
    assert titles(library_model) == ["Title 1", "Title 3", "Title 2"]


def test_keys_sort_around_the_wheel(store: TrackStore, library_model: LibraryTrackModel) -> None:
    store.replace([track(1, key_code=0), track(2, key_code=21), track(3, key_code=8)])
    library_model.sort(library_model.columns.index(TrackColumn.KEY))
    keys = [library_model.index(row, library_model.columns.index(TrackColumn.KEY)).data() for row in range(3)]
    assert keys == ["4B", "8A", "8B"]


def test_the_model_obeys_qt_through_all_changes(
    qtbot: QtBot, store: TrackStore, library_model: LibraryTrackModel
) -> None:
    tester = QAbstractItemModelTester(library_model, FATAL)
    library_model.sort(library_model.columns.index(TrackColumn.BPM))
    store.apply([track(number, bpm=200.0 - number) for number in range(4, 40)])
    store.apply([replace(track(3), revision=2, bpm=190.0)])
    library_model.set_filter("title 1")
    store.apply([track(100, title="Title 1 again")])
    store.remove([track(1).id, track(10).id])
    library_model.set_filter("")
    store.remove([row.id for row in store.rows()[:60]])
    qtbot.waitUntil(lambda: library_model.rowCount() == len(store))
    del tester


def test_a_change_is_told_for_its_rows_only(library_model: LibraryTrackModel, store: TrackStore) -> None:
    told: list[tuple[int, int]] = []
    library_model.dataChanged.connect(lambda first, last, _roles: told.append((first.row(), last.row())))
    store.apply([replace(track(1), revision=2, bpm=1.0), replace(track(3), revision=2, bpm=2.0)])
    assert told == [(0, 0), (2, 2)]
    store.apply([replace(track(1), revision=3), replace(track(2), revision=3)])
    assert told[2:] == [(0, 1)]


def test_rows_keep_their_place_until_it_is_calm(
    qtbot: QtBot, library_model: LibraryTrackModel, store: TrackStore
) -> None:
    library_model.sort(library_model.columns.index(TrackColumn.BPM))
    kept = QPersistentModelIndex(library_model.index(0, 0))
    store.apply([replace(track(3), revision=2, bpm=200.0)])
    assert titles(library_model)[0] == "Title 3"
    qtbot.waitUntil(lambda: titles(library_model) == ["Title 1", "Title 3", "Title 2"], timeout=3000)
    assert kept.row() == 1


def test_filter_words_and_tests_both_hold(library_model: LibraryTrackModel, store: TrackStore) -> None:
    store.apply([track(4, title="Nachtlinie", version="Dub", album="Hafenklang", has_file=False)])
    library_model.set_filter("DUB nacht")
    assert titles(library_model) == ["Nachtlinie"]
    library_model.set_filter("nacht", [lambda row: row.has_file])
    assert titles(library_model) == []
    library_model.set_filter("nacht")
    assert titles(library_model) == ["Nachtlinie"]


def test_a_large_library_is_arranged_in_turns_and_keeps_up_with_what_happens(
    qtbot: QtBot, store: TrackStore, library_model: LibraryTrackModel
) -> None:
    column = library_model.columns.index(TrackColumn.BPM)
    with qtbot.waitSignal(library_model.arranged):
        store.replace([track(number, bpm=float(number * 7919 % 10_007)) for number in range(3000)])
    kept = QPersistentModelIndex(library_model.index(library_model.place_of(track(5).id) or 0, 0))
    with qtbot.waitSignal(library_model.arranged):
        library_model.sort(column, Qt.SortOrder.DescendingOrder)
        assert titles(library_model)[5] == "Title 5"  # what was shown stands until all is in order
        store.apply([replace(store.rows()[7], revision=2, bpm=None), track(9001, bpm=20_000.0)])
        store.remove([track(3).id])
    tempos = [row.bpm for row in library_model.rows()]
    assert tempos == [*sorted(filter(None, tempos), reverse=True), 0.0, None]
    assert titles(library_model)[0] == "Title 9001"
    assert kept.row() == library_model.place_of(track(5).id)
    with qtbot.waitSignal(library_model.arranged):
        library_model.set_filter("title", [lambda row: (row.bpm or 0) > 5000])
        library_model.sort(column)  # those that fit, not those still shown
    assert [row.bpm for row in library_model.rows()] == sorted(
        each for each in tempos if each and each > 5000
    )


def test_a_row_that_no_longer_fits_after_renaming_is_found_by_its_new_name(
    library_model: LibraryTrackModel, store: TrackStore
) -> None:
    library_model.set_filter("fresh")
    assert titles(library_model) == []
    store.apply([replace(track(1), revision=2, title="Fresh name")])
    assert titles(library_model) == ["Fresh name"]


def test_an_album_may_hold_a_track_twice(store: TrackStore) -> None:
    model = AlbumTrackModel(store, ALBUM_LAYOUT, lambda: NOW)
    tester = QAbstractItemModelTester(model, FATAL)
    ids = [track(1).id, track(2).id, track(1).id]
    entries = tuple(AlbumEntry(each, place, None, 1, None) for place, each in enumerate(ids, 1))
    model.show(AlbumDetail(album(1), entries))
    told: list[int] = []
    model.dataChanged.connect(lambda first, last, _roles: told.extend(range(first.row(), last.row() + 1)))
    store.apply([replace(track(1), revision=2, title="changed")])
    assert told == [0, 2]
    assert [row.title for row in model.rows()] == ["changed", "Title 2", "changed"]
    del tester


def test_cells_say_what_they_mean(store: TrackStore) -> None:
    model = AlbumTrackModel(store, ALBUM_LAYOUT, lambda: NOW)
    store.replace(
        [
            track(
                1,
                key_code=21,
                loudness_lufs=-8.94,
                energy=None,
                badge=Badge(BadgeState.PARTIAL, share=(6, 8)),
            )
        ]
    )
    model.show(AlbumDetail(album(1), (AlbumEntry(track(1).id, 1, "A1", 1, None),)))

    def cell(column: TrackColumn, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> str:
        index: QModelIndex = model.index(0, model.columns.index(column))
        return str(index.data(role))

    assert cell(TrackColumn.POSITION) == "A1"
    assert cell(TrackColumn.KEY) == "8A"
    assert cell(TrackColumn.LUFS) == "−8.9"
    assert cell(TrackColumn.ENERGY) == "–"
    assert cell(TrackColumn.STATE) == "Partial 6/8"
    assert "6 of 8" in cell(TrackColumn.STATE, Qt.ItemDataRole.ToolTipRole)
    model.set_notation(KeyNotation.MUSICAL)
    assert cell(TrackColumn.KEY) == "A minor"
