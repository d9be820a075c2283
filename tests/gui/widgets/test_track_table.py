"""The table repaints what changed and nothing more."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from musiclib.domain.rows import AlbumDetail, AlbumEntry
from musiclib.gui.context import AppContext
from musiclib.gui.models.track_columns import ALBUM_LAYOUT
from musiclib.gui.models.track_table import AlbumTrackModel
from musiclib.gui.widgets.track_table import TrackTable
from tests.gui.painted import Painted
from tests.gui.rows import NOW, album, track


def show_many(context: AppContext, table: TrackTable) -> None:
    rows = [track(n) for n in range(300)]
    context.tracks.apply(rows)
    entries = tuple(AlbumEntry(row.id, place, None, 1, None) for place, row in enumerate(rows, 1))
    model = table.model()
    assert isinstance(model, AlbumTrackModel)
    model.show(AlbumDetail(album(1), entries))


@pytest.fixture
def table(qtbot: QtBot, context: AppContext) -> Iterator[TrackTable]:
    model = AlbumTrackModel(context.tracks, ALBUM_LAYOUT, lambda: NOW)
    made = TrackTable(context, model, ALBUM_LAYOUT)
    qtbot.addWidget(made)
    made.resize(900, 400)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    model.deleteLater()


def test_a_change_repaints_its_rows_and_those_out_of_view_nothing(
    qtbot: QtBot, context: AppContext, table: TrackTable
) -> None:
    show_many(context, table)
    painted = Painted(table.viewport())

    def change(*places: int) -> list[QRect]:
        painted.since_last()
        rows = [context.tracks.rows()[place] for place in places]
        context.tracks.apply([replace(row, bpm=128.0, revision=row.revision + 1) for row in rows])
        return painted.since_last()

    qtbot.waitUntil(lambda: change(*range(200, 290)) == [])
    band = QRect(0, table.rowViewportPosition(2), table.viewport().width(), 2 * table.rowHeight(2))
    qtbot.waitUntil(lambda: change(2, 3) == [band])


def test_rows_that_bring_a_scroll_bar_are_painted_once_in_bands(
    context: AppContext, table: TrackTable
) -> None:
    painted = Painted(table.viewport())
    painted.since_last()
    view = table.viewport()
    width = view.width()

    show_many(context, table)
    ground, *bands = painted.since_last()
    assert view.width() < width
    assert ground == view.rect()  # with the first band of rows
    assert bands
    assert bands[-1].bottom() == ground.bottom()
    assert all(above.bottom() + 1 == below.top() for above, below in itertools.pairwise(bands))
