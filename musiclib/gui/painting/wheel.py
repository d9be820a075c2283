"""The Camelot wheel: one key, its neighbours, and where each source stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from musiclib.domain.key_moves import KeyMoves
from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.gui.theme import Theme

_SECTORS = 12
_INNER, _MIDDLE, _OUTER = 0.40, 0.66, 0.92
_GAP_DEGREES = 1.6

SHAPES = ("dot", "square", "triangle", "diamond", "ring", "cross")
"""Signs that stay apart without colour."""


@dataclass(frozen=True, slots=True)
class KeyMark:
    """A source's key; `shape` is one of `SHAPES`, told again in the legend."""

    key_code: int
    shape: str


def paint_wheel(
    painter: QPainter,
    rect: QRectF,
    key_code: int,
    marks: Sequence[KeyMark],
    theme: Theme,
    notation: KeyNotation = KeyNotation.CAMELOT,
) -> None:
    """Draw the wheel into the square `rect`; minor keys are the inner ring, as on the Camelot wheel.

    The places are those of Camelot's wheel in every notation; what is written there follows `notation`.
    """
    key = MusicalKey.from_code(key_code)
    near = {(each.wheel_number, each.minor) for each in key.mixes_with}
    radius = rect.width() / 2 - 10
    center = rect.center()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number in range(1, _SECTORS + 1):
        for minor, inner, outer in ((True, _INNER, _MIDDLE), (False, _MIDDLE, _OUTER)):
            text = MusicalKey.on_wheel(number, minor).short(notation)
            sector = sector_path(center, radius * inner, radius * outer, number)
            colors = theme.key_colors(number)
            here = number == key.wheel_number and minor is key.minor
            tinted = (number, minor) in near
            ground = (
                QColor(colors.line if here else colors.fill)
                if here or tinted
                else theme.color("neutral.tint")
            )
            painter.fillPath(sector, ground)
            middle = radius * (inner + outer) / 2
            place = wheel_point(center, middle, number)
            if here or tinted:
                ink = theme.color("wheel.on") if here else QColor(colors.text)
                write(painter, place, text, ink, theme, strong=here)
            elif not minor:
                # A neutral place is told by its number alone: the letter says the ring, which is seen.
                bare = text if notation is KeyNotation.MUSICAL else text[:-1]
                write(painter, place, bare, theme.color("text.tertiary"), theme)
    _marks(painter, center, radius * _OUTER + 7, marks, theme)
    _center(painter, rect, key, theme, notation)
    painter.restore()


def sector_path(center: QPointF, inner: float, outer: float, number: int) -> QPainterPath:
    """The place of a wheel number between two radii."""
    step = 360 / _SECTORS
    start = 90 - number * step + step / 2 - _GAP_DEGREES / 2
    span = -(step - _GAP_DEGREES)
    big = QRectF(center.x() - outer, center.y() - outer, 2 * outer, 2 * outer)
    small = QRectF(center.x() - inner, center.y() - inner, 2 * inner, 2 * inner)
    path = QPainterPath()
    path.arcMoveTo(big, start)
    path.arcTo(big, start, span)
    path.arcTo(small, start + span, -span)
    path.closeSubpath()
    return path


def wheel_point(center: QPointF, distance: float, number: float) -> QPointF:
    """The middle of the place of a wheel number, so far from the centre."""
    angle = math.radians(number * 360 / _SECTORS - 90)
    return center + QPointF(math.cos(angle) * distance, math.sin(angle) * distance)


def write(
    painter: QPainter, place: QPointF, text: str, color: QColor, theme: Theme, strong: bool = False
) -> None:
    """A few small letters around a point."""
    font = theme.font("micro", tabular=True)
    if strong:
        font.setWeight(theme.font("body_strong").weight())
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(QRectF(place.x() - 15, place.y() - 9, 30, 18), Qt.AlignmentFlag.AlignCenter, text)


def _marks(
    painter: QPainter, center: QPointF, distance: float, marks: Sequence[KeyMark], theme: Theme
) -> None:
    seen: dict[int, int] = {}
    for mark in marks:
        number = MusicalKey.from_code(mark.key_code).wheel_number
        nth = seen.get(number, 0)
        seen[number] = nth + 1
        paint_mark(painter, wheel_point(center, distance, number + (nth - 0.5) * 0.22), mark.shape, theme)


def paint_mark(painter: QPainter, place: QPointF, shape: str, theme: Theme) -> None:
    """A source's own sign, beside the wheel and in its legend."""
    painter.setPen(QPen(Qt.PenStyle.NoPen))
    painter.setBrush(theme.color("text.secondary"))
    if shape == "dot":
        painter.drawEllipse(place, 3.2, 3.2)
    elif shape == "square":
        painter.drawRect(QRectF(place.x() - 3, place.y() - 3, 6, 6))
    elif shape == "ring":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("text.secondary"), 1.6))
        painter.drawEllipse(place, 2.6, 2.6)
    else:
        painter.drawPolygon(QPolygonF([place + QPointF(x, y) for x, y in _CORNERS[shape]]))


_CORNERS = {
    "triangle": ((0, -3.8), (3.8, 3), (-3.8, 3)),
    "diamond": ((0, -4.2), (4.2, 0), (0, 4.2), (-4.2, 0)),
    "cross": (
        *((-1.1, -3.8), (1.1, -3.8), (1.1, -1.1), (3.8, -1.1), (3.8, 1.1), (1.1, 1.1)),
        *((1.1, 3.8), (-1.1, 3.8), (-1.1, 1.1), (-3.8, 1.1), (-3.8, -1.1), (-1.1, -1.1)),
    ),
}


def _center(painter: QPainter, rect: QRectF, key: MusicalKey, theme: Theme, notation: KeyNotation) -> None:
    painter.setFont(theme.font("section"))
    painter.setPen(theme.color("text.primary"))
    upper = rect.adjusted(0, 0, 0, -theme.space(3))
    painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, key.short(notation))
    painter.setFont(theme.font("micro"))
    painter.setPen(theme.color("text.secondary"))
    below = key.camelot if notation is KeyNotation.MUSICAL else key.name
    painter.drawText(rect.adjusted(0, theme.space(5), 0, 0), Qt.AlignmentFlag.AlignCenter, below)


def paint_album_wheel(
    painter: QPainter, rect: QRectF, keys: KeyMoves, theme: Theme, notation: KeyNotation
) -> None:
    """The keys of a list: as strongly filled as they are frequent, with their number; a line for each move.

    Moves that clash are dashed and stand out, so that they are told without colour.
    """
    radius = rect.width() / 2 - 4
    center = rect.center()
    most = max(keys.counts.values(), default=1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number in range(1, _SECTORS + 1):
        for minor, inner, outer in ((True, _INNER, _MIDDLE), (False, _MIDDLE, _OUTER)):
            key = MusicalKey.on_wheel(number, minor)
            count = keys.counts.get(key.code, 0)
            sector = sector_path(center, radius * inner, radius * outer, number)
            painter.fillPath(sector, theme.color("neutral.tint"))
            place = wheel_point(center, radius * (inner + outer) / 2, number)
            if count:
                colors = theme.key_colors(number)
                ground = QColor(colors.fill)
                ground.setAlphaF(0.35 + 0.65 * count / most)
                painter.fillPath(sector, ground)
                ink = theme.color("text.primary")
                write(painter, place, key.short(notation), ink, theme, strong=count == most)
            elif not minor:
                text = key.short(notation)
                bare = text if notation is KeyNotation.MUSICAL else text[:-1]
                write(painter, place, bare, theme.color("text.tertiary"), theme)
    _paint_moves(painter, center, radius * (_INNER - 0.04), keys, theme)
    painter.restore()


def _paint_moves(painter: QPainter, center: QPointF, distance: float, keys: KeyMoves, theme: Theme) -> None:
    """Within the inner ring, from place to place; those that mix first, so that clashes lie above."""
    for move in sorted(keys.moves, key=lambda each: each.clashes):
        one, two = (MusicalKey.from_code(code).wheel_number for code in (move.from_code, move.to_code))
        pen = QPen(theme.color("review.glyph" if move.clashes else "line.strong"), 1.4 if move.clashes else 1)
        if move.clashes:
            pen.setDashPattern([3, 2])
        painter.setPen(pen)
        start, end = wheel_point(center, distance, one), wheel_point(center, distance, two)
        if one == two:
            painter.setBrush(pen.color())
            painter.drawEllipse(start, 1.6, 1.6)
        else:
            painter.drawLine(start, end)
