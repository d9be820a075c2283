"""A table that is painted no more often than it must be."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QTableView

from musiclib.gui.theme import Theme


class SettledTable(QTableView):
    """Opaque, so that it is not painted anew whenever something behind it is; and after a reset of its
    model painted once, when the scroll bar and the widths of the columns have found their place."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._settled = QTimer(self, singleShot=True, interval=0)
        self._settled.timeout.connect(self._paint_rows)

    def setModel(self, model: QAbstractItemModel | None) -> None:  # noqa: N802 - Qt's name
        super().setModel(model)
        if model is not None:
            model.modelReset.connect(self._take_rows)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self.viewport()).fillRect(event.rect(), self._theme.color("bg.content"))
        super().paintEvent(event)

    def _take_rows(self) -> None:
        self.viewport().setUpdatesEnabled(False)
        self.executeDelayedItemsLayout()
        self._settled.start()  # behind the timer by which Qt tells of columns of another width

    def _paint_rows(self) -> None:
        self.viewport().setUpdatesEnabled(True)
