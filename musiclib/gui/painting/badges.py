"""The nine state glyphs, drawn once for the 16 grid and once for the 20 grid, never scaled between them.

Round goes on by itself, corners have come to rest, solid asks for a person: the shapes stay apart
without colour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from musiclib.domain.states import BadgeState
from musiclib.gui.theme import Theme

_DASHES = 8
_ARC_DEGREES = 150
_FAINT = 0.28


@dataclass(frozen=True, slots=True)
class _Grid:
    """Lengths of one grid. Points are for a square of `side` with its origin at the top left."""

    side: int
    stroke: float
    ring: float
    dot: float
    pie: float
    check: tuple[tuple[float, float], ...]
    glass: tuple[float, float, float, float, float]
    """left, right, top, bottom, half width of the neck"""
    square: tuple[float, float, float]
    """edge, radius, inset of the slash"""
    lock: tuple[float, float, float, float, float]
    """left and top of the body, radius, half width and top of the shackle"""
    diamond: tuple[float, float]
    """half diagonal, rounding"""
    triangle: tuple[float, float, float]
    """top, bottom, half base"""
    mark: float
    """stroke of the knocked-out sign"""


_GRID_16 = _Grid(
    16,
    1.3,
    5.85,
    1.9,
    3.6,
    ((5.4, 8.2), (7.2, 10.0), (10.7, 6.3)),
    (3.8, 12.2, 2.2, 13.8, 0.9),
    (2.65, 2.4, 2.9),
    (3.15, 7.15, 1.6, 2.6, 1.9),
    (7.3, 1.2),
    (1.9, 13.9, 7.0),
    1.35,
)
_GRID_20 = _Grid(
    20,
    1.5,
    7.75,
    2.4,
    4.9,
    ((6.6, 10.3), (9.0, 12.7), (13.5, 7.9)),
    (4.7, 15.3, 2.6, 17.4, 1.1),
    (2.75, 3.2, 3.7),
    (3.75, 8.75, 2.0, 3.3, 2.25),
    (9.2, 1.6),
    (2.2, 17.4, 8.8),
    1.6,
)


def paint_badge(
    painter: QPainter,
    top_left: QPointF,
    side: int,
    state: BadgeState,
    theme: Theme,
    *,
    share: tuple[int, int] | None = None,
    turn: float = 0.0,
    color: QColor | None = None,
    knock: QColor | None = None,
) -> None:
    """Draw a state's glyph; `side` is 16 or 20.

    `share` fills the pie of a partial one; `turn` (0-1) is where the running arc stands;
    `color` and `knock` replace the state's own colour and that of its knocked-out sign.
    """
    grid = _GRID_20 if side >= _GRID_20.side else _GRID_16
    color = color or theme.color(theme.state(state).glyph)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(top_left)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(color, grid.stroke))
    if state is BadgeState.RUNNING:
        _running(painter, grid, color, turn)
    elif state is BadgeState.PARTIAL:
        _partial(painter, grid, color, share or (1, 2))
    elif state in _SOLID:
        _SOLID[state](painter, grid, color, knock or theme.color("badge.knock"))
    else:
        _LINES[state](painter, grid)
    painter.restore()


def paint_still_badge(
    painter: QPainter,
    place: QPoint,
    side: int,
    state: BadgeState,
    theme: Theme,
    share: tuple[int, int] | None = None,
) -> None:
    """The same of a state that does not turn, from a picture of it: for a painter that is moved at most."""
    draw = partial(paint_badge, top_left=QPointF(0, 0), side=side, state=state, theme=theme, share=share)
    theme.stamps.put(painter, place, QSize(side, side), ("badge", state, share, side), draw)


def _pen(color: QColor, width: float) -> QPen:
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _ring_rect(grid: _Grid) -> QRectF:
    center = grid.side / 2
    return QRectF(center - grid.ring, center - grid.ring, 2 * grid.ring, 2 * grid.ring)


def _queued(painter: QPainter, grid: _Grid) -> None:
    pen = painter.pen()
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    step = 360 / _DASHES
    for dash in range(_DASHES):
        painter.drawArc(_ring_rect(grid), round((dash * step + step * 0.2) * 16), round(step * 0.6 * 16))


def _running(painter: QPainter, grid: _Grid, color: QColor, turn: float) -> None:
    faint = QColor(color)
    faint.setAlphaF(_FAINT)
    painter.setPen(_pen(faint, grid.stroke))
    painter.drawEllipse(_ring_rect(grid))
    painter.setPen(_pen(color, grid.stroke * 1.25))
    start = 90 - 360 * turn
    painter.drawArc(_ring_rect(grid), round(start * 16), round(-_ARC_DEGREES * 16))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(QPointF(grid.side / 2, grid.side / 2), grid.dot, grid.dot)


def _done(painter: QPainter, grid: _Grid) -> None:
    painter.drawEllipse(_ring_rect(grid))
    painter.drawPolyline([QPointF(x, y) for x, y in grid.check])


def _partial(painter: QPainter, grid: _Grid, color: QColor, share: tuple[int, int]) -> None:
    painter.drawEllipse(_ring_rect(grid))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    center = grid.side / 2
    pie = QRectF(center - grid.pie, center - grid.pie, 2 * grid.pie, 2 * grid.pie)
    painter.drawPie(pie, 90 * 16, round(-360 * 16 * share[0] / max(1, share[1])))


def _waiting(painter: QPainter, grid: _Grid) -> None:
    left, right, top, bottom, neck = grid.glass
    center = grid.side / 2
    inset = (right - left) * 0.12
    painter.drawLine(QPointF(left, top), QPointF(right, top))
    painter.drawLine(QPointF(left, bottom), QPointF(right, bottom))
    bulb = (center - top) * 0.42
    outline = QPainterPath(QPointF(left + inset, top))
    for edge, sign in ((left + inset, -1), (right - inset, 1)):
        outline.moveTo(edge, top)
        outline.cubicTo(
            edge, top + 2 * bulb, center + sign * neck, center - bulb / 2, center + sign * neck, center
        )
        outline.cubicTo(center + sign * neck, center + bulb / 2, edge, bottom - 2 * bulb, edge, bottom)
    painter.drawPath(outline)
    sand = QPainterPath(QPointF(left + 2 * inset, bottom))
    sand.lineTo(center, bottom - bulb)
    sand.lineTo(right - 2 * inset, bottom)
    painter.fillPath(sand, painter.pen().color())


def _not_found(painter: QPainter, grid: _Grid) -> None:
    edge, radius, inset = grid.square
    side = grid.side - 2 * edge
    painter.drawRoundedRect(QRectF(edge, edge, side, side), radius, radius)
    near, far = edge + inset, grid.side - edge - inset
    painter.drawLine(QPointF(near, far), QPointF(far, near))


def _locked(painter: QPainter, grid: _Grid) -> None:
    left, top, radius, half, shackle_top = grid.lock
    bottom = grid.side - left + 0.6
    center = grid.side / 2
    painter.drawRoundedRect(QRectF(left, top, grid.side - 2 * left, bottom - top), radius, radius)
    shackle = QPainterPath(QPointF(center - half, top))
    shackle.lineTo(center - half, shackle_top + half)
    shackle.arcTo(QRectF(center - half, shackle_top, 2 * half, 2 * half), 180, -180)
    shackle.lineTo(center + half, top)
    painter.drawPath(shackle)
    middle = (top + bottom) / 2
    painter.drawLine(QPointF(center, middle - grid.stroke * 0.6), QPointF(center, middle + grid.stroke * 0.6))


def _review(painter: QPainter, grid: _Grid, color: QColor, knock: QColor) -> None:
    half, rounding = grid.diamond
    half -= rounding * 0.7
    center = grid.side / 2
    diamond = QPainterPath(QPointF(center, center - half))
    for point in ((center + half, center), (center, center + half), (center - half, center)):
        diamond.lineTo(*point)
    diamond.closeSubpath()
    painter.setBrush(color)
    painter.setPen(_pen(color, rounding * 1.4))
    painter.drawPath(diamond)
    unit = grid.side / 16
    hook = QPainterPath(QPointF(center - 1.7 * unit, center - 1.4 * unit))
    hook.cubicTo(
        center - 1.7 * unit,
        center - 4.1 * unit,
        center + 1.9 * unit,
        center - 4.0 * unit,
        center + 1.9 * unit,
        center - 1.5 * unit,
    )
    hook.cubicTo(
        center + 1.9 * unit, center - 0.2 * unit, center, center - 0.3 * unit, center, center + 1.2 * unit
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(knock, grid.mark))
    painter.drawPath(hook)
    painter.drawPoint(QPointF(center, center + 3.6 * unit))


def _error(painter: QPainter, grid: _Grid, color: QColor, knock: QColor) -> None:
    top, bottom, half = grid.triangle
    rounding = grid.stroke * 1.4
    center, inset = grid.side / 2, rounding / 2
    triangle = QPainterPath(QPointF(center, top + inset))
    triangle.lineTo(center + half - inset, bottom - inset)
    triangle.lineTo(center - half + inset, bottom - inset)
    triangle.closeSubpath()
    painter.setBrush(color)
    painter.setPen(_pen(color, rounding))
    painter.drawPath(triangle)
    height = bottom - top
    painter.setPen(_pen(knock, grid.mark))
    painter.drawLine(QPointF(center, top + height * 0.36), QPointF(center, top + height * 0.62))
    painter.drawPoint(QPointF(center, top + height * 0.82))


_LINES: dict[BadgeState, Callable[[QPainter, _Grid], None]] = {
    BadgeState.QUEUED: _queued,
    BadgeState.DONE: _done,
    BadgeState.WAITING: _waiting,
    BadgeState.NOT_FOUND: _not_found,
    BadgeState.LOCKED: _locked,
}
_SOLID: dict[BadgeState, Callable[[QPainter, _Grid, QColor, QColor], None]] = {
    BadgeState.REVIEW: _review,
    BadgeState.ERROR: _error,
}
