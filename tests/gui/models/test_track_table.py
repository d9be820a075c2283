"""The model of an album: narrow changes, a track twice on a list, cells that say what they mean."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from musiclib.domain.badges import Badge
from musiclib.domain.music_key import KeyNotation
from musiclib.domain.rows import AlbumDetail, AlbumEntry
from musiclib.domain.states import BadgeState
from musiclib.gui.models.track_columns import ALBUM_LAYOUT, TrackColumn
from musiclib.gui.models.track_table import AlbumTrackModel
from musiclib.gui.stores import TrackStore
from tests.gui.rows import NOW, album, track

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture
def store(qapp: object) -> TrackStore:
    made = TrackStore()
    made.replace([track(1, bpm=124.0), track(2, bpm=None), track(3, bpm=118.0)])
    return made


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
