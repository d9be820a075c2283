"""Lines of text and small shapes that are painted again and again, made once.

Laying a line of text out takes three times as long as painting it, and a rounded shape sixty times as long as
a picture of it. What is kept is what was drawn for exactly these words or values; a theme has one of each and
empties them when its colours change.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from math import floor
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPixmap, QStaticText, QTransform

_MOST_LINES, _MOST_STAMPS = 5000, 2000
"""So many are kept, then they are made anew: some screens of rows."""
_AS_IT_IS = QTransform()


class Style(NamedTuple):
    """How a line is set: a step of the type scale, figures of one width, the weight of another step."""

    role: str
    tabular: bool = False
    weight: str | None = None
    struck: bool = False
    """Whether a line goes through it."""


class _Line(NamedTuple):
    static: QStaticText
    width: float
    height: float


class Lines:
    """Paints lines of text as `QPainter.drawText` does, in the painter's colour."""

    def __init__(self, font: Callable[[str, bool], QFont]) -> None:
        """`font` makes the font of a role, with tabular figures or not."""
        self._font = font
        self._fonts: dict[Style, QFont] = {}
        self._whole: dict[tuple[str, Style], _Line] = {}
        self._cut: dict[tuple[str, Style, int, bool], _Line] = {}

    def draw(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        style: Style,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        *,
        middle: bool = False,
    ) -> float:
        """Paint it halfway up `rect`, cut to its width at the end or in the `middle`; returns its width."""
        line = self._whole.get((text, style)) or self._lay_out(text, style)
        room = rect.width()
        if line.width > room:
            line = self._cut.get((text, style, room, middle)) or self._lay_out_cut(text, style, room, middle)
        left: float = rect.left()
        if align is not Qt.AlignmentFlag.AlignLeft:
            spare = room - line.width
            left += spare if align is Qt.AlignmentFlag.AlignRight else spare / 2
        top = rect.top() + (rect.height() - line.height) / 2
        if _ratio(painter) == 1.0:
            top = floor(top + 0.5)  # as `drawText` rounds, while Qt would take the pixel above
        painter.setFont(self._fonts[style])
        painter.drawStaticText(QPointF(left, top), line.static)
        return line.width

    def width(self, text: str, style: Style) -> float:
        """How wide it would be whole."""
        return (self._whole.get((text, style)) or self._lay_out(text, style)).width

    def height(self, style: Style) -> int:
        """Of any line."""
        return QFontMetrics(self.font(style)).height()

    def font(self, style: Style) -> QFont:
        """Shared: not to be changed."""
        font = self._fonts.get(style)
        if font is None:
            font = self._font(style.role, style.tabular)
            if style.weight is not None:
                font.setWeight(self._font(style.weight, False).weight())
            font.setStrikeOut(style.struck)
            self._fonts[style] = font
        return font

    def _lay_out(self, text: str, style: Style) -> _Line:
        if len(self._whole) >= _MOST_LINES:
            self._whole.clear()
        made = self._whole[text, style] = self._made(text, style)
        return made

    def _lay_out_cut(self, text: str, style: Style, room: int, middle: bool) -> _Line:
        if len(self._cut) >= _MOST_LINES:
            self._cut.clear()
        mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        shown = QFontMetrics(self.font(style)).elidedText(text, mode, max(0, room))
        made = self._cut[text, style, room, middle] = self._made(shown, style)
        return made

    def _made(self, text: str, style: Style) -> _Line:
        static = QStaticText(text)
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        static.prepare(_AS_IT_IS, self.font(style))
        size = static.size()
        return _Line(static, size.width(), size.height())


class Stamps:
    """Small shapes as pictures, by all that shows in them."""

    def __init__(self) -> None:
        self._held: dict[tuple[Hashable, float], QPixmap] = {}

    def put(
        self, painter: QPainter, place: QPoint, size: QSize, key: Hashable, draw: Callable[[QPainter], None]
    ) -> None:
        """Paint the shape that `draw` draws from the origin on; it must be the same for the same `key`.

        For a painter that is moved at most, neither scaled nor turned; no text, which is painted finer upon
        a ground.
        """
        ratio = _ratio(painter)
        stamp = self._held.get((key, ratio))
        if stamp is None:
            if len(self._held) >= _MOST_STAMPS:
                self._held.clear()
            stamp = self._held[key, ratio] = _drawn(size, ratio, draw)
        painter.drawPixmap(place, stamp)

    def clear(self) -> None:
        self._held.clear()


def _ratio(painter: QPainter) -> float:
    device = painter.device()
    return device.devicePixelRatioF() if device is not None else 1.0


def _drawn(size: QSize, ratio: float, draw: Callable[[QPainter], None]) -> QPixmap:
    stamp = QPixmap(size * ratio)
    stamp.setDevicePixelRatio(ratio)
    stamp.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter)
    painter.end()
    return stamp
