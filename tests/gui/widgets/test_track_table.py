"""The table repaints what changed and nothing more."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from musiclib.gui.context import AppContext
from musiclib.gui.models.track_columns import ALBUM_LAYOUT
from musiclib.gui.models.track_table import LibraryTrackModel
from musiclib.gui.widgets.track_table import TrackTable
from tests.gui.rows import NOW, track


class Painted(QObject):
    """Notes the areas painted of the widget it watches."""

    def __init__(self) -> None:
        super().__init__()
        self.areas: list[QRect] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(event.rect())
        return False


def test_a_change_repaints_its_rows_and_those_out_of_view_nothing(qtbot: QtBot, context: AppContext) -> None:
    context.tracks.replace([track(n) for n in range(300)])
    model = LibraryTrackModel(context.tracks, ALBUM_LAYOUT, lambda: NOW)
    table = TrackTable(context, model, ALBUM_LAYOUT, sortable=False)
    qtbot.addWidget(table)
    table.resize(900, 400)
    with qtbot.waitExposed(table):
        table.show()
    QApplication.processEvents()
    painted = Painted()
    table.viewport().installEventFilter(painted)

    def change(*places: int) -> list[QRect]:
        painted.areas.clear()
        rows = [model.rows()[place] for place in places]
        context.tracks.apply([replace(row, bpm=128.0, revision=row.revision + 1) for row in rows])
        QApplication.processEvents()
        return list(painted.areas)

    assert change(*range(200, 290)) == []
    band = QRect(0, table.rowViewportPosition(2), table.viewport().width(), 2 * table.rowHeight(2))
    assert change(2, 3) == [band]
    model.deleteLater()
