from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from musiclib.domain.states import TransferState
from musiclib.gui.models.download_list import (
    AlbumEntry,
    DownloadListModel,
    Filter,
    MoreEntry,
    TrackEntry,
)
from tests.support.download_rows import every_state

NOW = datetime(2026, 11, 21, 21, 40, tzinfo=UTC)
ROWS = every_state(NOW)


@pytest.fixture
def model(qtmodeltester: ModelTester, qapp: object) -> DownloadListModel:
    made = DownloadListModel(lambda: NOW)
    made.show(ROWS)
    qtmodeltester.check(made)
    return made


def kinds(model: DownloadListModel) -> list[type]:
    return [type(entry) for entry in model.entries()]


def test_an_open_album_shows_what_needs_a_look_and_hides_what_is_long_here(model: DownloadListModel) -> None:
    assert kinds(model) == [AlbumEntry] * 4
    model.set_open(ROWS[0].id, True)
    assert kinds(model) == [AlbumEntry, *[TrackEntry] * 7, MoreEntry, *[AlbumEntry] * 3]
    more = model.entries()[8]
    assert isinstance(more, MoreEntry)
    assert more.hidden == 3
    shown = {entry.transfer.position for entry in model.entries() if isinstance(entry, TrackEntry)}
    assert shown == {1, 2, 3, 4, 5, 6, 7}
    model.show_whole(ROWS[0].id)
    assert kinds(model).count(TrackEntry) == 10
    model.set_open(ROWS[0].id, False)
    assert kinds(model) == [AlbumEntry] * 4


@pytest.mark.parametrize(
    ("wanted", "places"),
    [(Filter.MOVING, [0, 1]), (Filter.PAUSED, [2]), (Filter.NEED_YOU, [0, 1]), (Filter.DONE, [3])],
)
def test_chips_choose_albums_by_what_becomes_of_them(
    model: DownloadListModel, wanted: Filter, places: list[int]
) -> None:
    model.show(ROWS, wanted)
    albums = [entry.row for entry in model.entries() if isinstance(entry, AlbumEntry)]
    assert albums == [ROWS[place] for place in places]


def test_bytes_that_move_change_rows_and_move_none(model: DownloadListModel, qtbot: QtBot) -> None:
    model.set_open(ROWS[1].id, True)
    moving = ROWS[1].transfers[4]
    transfers = (*ROWS[1].transfers[:4], replace(moving, bytes_done=60_000_000), *ROWS[1].transfers[5:])
    newer = replace(ROWS[1], revision=99, transfers=transfers)
    told: list[int] = []
    model.dataChanged.connect(lambda first, _last: told.append(first.row()))
    with (
        qtbot.assertNotEmitted(model.rowsInserted),
        qtbot.assertNotEmitted(model.rowsRemoved),
    ):
        model.change([newer])
    assert told == [1, 6], "the album, and the track that moves, and no other"
    entry = model.entries()[6]
    assert isinstance(entry, TrackEntry)
    assert entry.transfer.bytes_done == 60_000_000


def test_a_track_that_arrived_leaves_its_place_in_a_long_album(model: DownloadListModel) -> None:
    model.set_open(ROWS[0].id, True)
    here = tuple(replace(each, state=TransferState.DONE) for each in ROWS[0].transfers)
    model.change([replace(ROWS[0], transfers=here)])
    shown = [entry.transfer.position for entry in model.entries() if isinstance(entry, TrackEntry)]
    assert shown == [1, 2, 3, 4, 5, 6, 7]


def test_each_row_speaks_its_own_sentence(model: DownloadListModel) -> None:
    model.set_open(ROWS[0].id, True)
    told = [str(model.data(model.index(place))) for place in range(model.rowCount())]
    assert told[0].startswith("Grüße aus dem Maschinenraum, Tiefbau, 6 of 10 are here. 1 is coming")
    assert told[6] == "Kurbelwelle, Review, Came 41 s shorter than the list says"
    assert told[8] == "3 more are here"
