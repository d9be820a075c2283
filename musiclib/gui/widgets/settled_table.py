"""A table that is painted no more often than it must be, and not all in one go."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QRect, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QTableView

from musiclib.gui.theme import Theme


class SettledTable(QTableView):
    """Opaque, so that it is not painted anew whenever something behind it is.

    When it comes into view, after a reset of its model and in another order it is painted once the scroll
    bar and the widths of the columns have found their place: from the top, a band in each turn of the event
    loop. Until then the rows of before stand there.
    """

    band = 320
    """Height of what is painted in one turn, in pixels: of the rows that fit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._painted_to: int | None = None
        """While new rows come into view: how far down they are painted."""
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._settled = QTimer(self, singleShot=True, interval=0)
        self._settled.timeout.connect(self._paint_rows)

    def setModel(self, model: QAbstractItemModel | None) -> None:  # noqa: N802 - Qt's name
        super().setModel(model)
        if model is not None:
            model.modelAboutToBeReset.connect(self._hold_still)
            model.layoutAboutToBeChanged.connect(self._hold_still)
            model.modelReset.connect(self._take_rows)
            model.layoutChanged.connect(self._take_rows)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._painted_to = 0
        self._settled.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self.viewport()).fillRect(event.rect(), self._theme.color("bg.content"))
        if self._painted_to is not None:
            event = QPaintEvent(event.region() & QRect(0, 0, self.viewport().width(), self._painted_to))
        self.paint_rows(event)

    def paint_rows(self, event: QPaintEvent) -> None:
        """Paint the rows upon their ground, which is there."""
        super().paintEvent(event)

    def _hold_still(self) -> None:
        """Before Qt hears of it, which asks for a painting that nobody would stop any more."""
        self.viewport().setUpdatesEnabled(False)

    def _take_rows(self) -> None:
        self.executeDelayedItemsLayout()
        self._painted_to = 0 if self.isVisible() else None
        self._settled.start()  # behind the timer by which Qt tells of columns of another width

    def _paint_rows(self) -> None:
        view = self.viewport()
        top = self._painted_to
        if top is None:
            view.setUpdatesEnabled(True)
            return
        row = max(1, self.verticalHeader().defaultSectionSize())
        band = max(1, self.band // row) * row
        self._painted_to = top + band if top + band < view.height() else None
        if view.updatesEnabled():
            view.update(0, top, view.width(), band)
        else:
            view.setUpdatesEnabled(True)  # which paints the ground of all
        if self._painted_to is not None:
            self._settled.start()
