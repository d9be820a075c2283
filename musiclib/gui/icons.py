"""Line icons of one open set (Phosphor, through QtAwesome), in the colour of their place.

The colour is looked up while painting, so icons follow the theme without being made again.
"""

from __future__ import annotations

from functools import cache

import qtawesome
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QIcon, QIconEngine, QPainter, QPixmap

from musiclib.gui.theme import Theme


def paint_icon(painter: QPainter, rect: QRect, name: str, theme: Theme, color: str) -> None:
    """Draw the icon called `name` (Phosphor's names) to fill `rect`."""
    painter.save()
    painter.setFont(_font(rect.height()))
    painter.setPen(theme.color(color))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, _letter(name))
    painter.restore()


@cache
def _font(pixels: int) -> QFont:
    # QtAwesome asks the font database at each call; lists paint an icon in each row.
    font: QFont = qtawesome.font("ph", pixels)
    return font


@cache
def _letter(name: str) -> str:
    return str(qtawesome.charmap(f"ph.{name}"))


class _Engine(QIconEngine):
    def __init__(self, theme: Theme, name: str, color: str, on_color: str) -> None:
        super().__init__()
        self._theme, self._name, self._color, self._on_color = theme, name, color, on_color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        color = self._on_color if state is QIcon.State.On else self._color
        if mode is QIcon.Mode.Disabled:
            color = "text.disabled"
        # A wider place leaves air between the icon and the words of a button.
        square = QRect(rect.left(), rect.top(), rect.height(), rect.height())
        paint_icon(painter, square, self._name, self._theme, color)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Engine(self._theme, self._name, self._color, self._on_color)


def themed_icon(
    theme: Theme, name: str, color: str = "text.secondary", on_color: str = "accent.text"
) -> QIcon:
    """An icon for buttons and menus; `on_color` is its colour while a button is checked."""
    return QIcon(_Engine(theme, name, color, on_color))
