"""A share as a bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted


class ShareBar(Painted):
    """A bar as wide as it is given room; the numbers stand beside it."""

    def __init__(self, theme: Theme, color: str) -> None:
        super().__init__(theme)
        self._color, self._share = color, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.size("progress"))

    def sizeHint(self) -> QSize:
        return QSize(self.theme.size("tile_min"), self.height())

    def set_share(self, done: int, of: int) -> None:
        self._share = done / of if of else 0.0
        self.setAccessibleDescription(self.tr("{done} of {all}").format(done=done, all=of))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        painter.setBrush(self.theme.color("bar.track"))
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        if self._share > 0:
            width = max(float(self.height()), self.width() * self._share)
            painter.setBrush(self.theme.color(self._color))
            painter.drawRoundedRect(QRectF(0, 0, width, self.height()), radius, radius)
