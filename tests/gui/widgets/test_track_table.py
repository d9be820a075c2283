"""The table repaints what changed and nothing more."""

from dataclasses import replace

from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from musiclib.gui.context import AppContext
from musiclib.gui.models.track_columns import ALBUM_LAYOUT
from musiclib.gui.models.track_table import LibraryTrackModel
from musiclib.gui.widgets.track_table import TrackTable
from tests.gui.painted import Painted
from tests.gui.rows import NOW, track


def test_a_change_repaints_its_rows_and_those_out_of_view_nothing(qtbot: QtBot, context: AppContext) -> None:
    context.tracks.replace([track(n) for n in range(300)])
    model = LibraryTrackModel(context.tracks, ALBUM_LAYOUT, lambda: NOW)
    table = TrackTable(context, model, ALBUM_LAYOUT, sortable=False)
    qtbot.addWidget(table)
    table.resize(900, 400)
    with qtbot.waitExposed(table):
        table.show()
    painted = Painted(table.viewport())
    painted.since_last()

    def change(*places: int) -> list[QRect]:
        rows = [model.rows()[place] for place in places]
        context.tracks.apply([replace(row, bpm=128.0, revision=row.revision + 1) for row in rows])
        return painted.since_last()

    assert change(*range(200, 290)) == []
    band = QRect(0, table.rowViewportPosition(2), table.viewport().width(), 2 * table.rowHeight(2))
    assert change(2, 3) == [band]
    model.deleteLater()
