"""Line icons of one open set (Phosphor, out of QtAwesome), in the colour of their place.

The colour is looked up while painting, so icons follow the theme without being made again. Only the one font
is loaded: to import QtAwesome loads a dozen, and parts of Qt that nobody needs.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from musiclib.errors import BugError
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
    font = QFont(_family())
    font.setPixelSize(pixels)
    return font


@cache
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(_file("phosphor-*.ttf")))
    return QFontDatabase.applicationFontFamilies(number)[0]


@cache
def _letters() -> dict[str, str]:
    codes = json.loads(_file("phosphor-charmap-*.json").read_text("utf-8"))
    return {name: chr(int(code, 16)) for name, code in codes.items()}


def _letter(name: str) -> str:
    return _letters()[name]


def _file(pattern: str) -> Path:
    package = find_spec("qtawesome")
    folders = package.submodule_search_locations if package is not None else None
    found = sorted(path for folder in folders or () for path in (Path(folder) / "fonts").glob(pattern))
    if not found:
        raise BugError(f"QtAwesome brings no {pattern}")
    return found[-1]


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
