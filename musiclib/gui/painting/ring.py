"""The state ring: an album's tracks as arcs of one small circle."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen

from musiclib.domain.rows import AlbumCounts
from musiclib.domain.states import BadgeState
from musiclib.domain.wording import complete_count
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.painting.lettering import Style
from musiclib.gui.theme import Theme

_THIN = 1.4
_SMALLER = 0.88
"""Than elsewhere is the badge in the centre."""
_NUMBER = Style("micro", tabular=True)
_CENTER_STATES = (BadgeState.ERROR, BadgeState.REVIEW, BadgeState.WAITING, BadgeState.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Arc:
    """Degrees, clockwise from the top; thin arcs are what is still in line."""

    start: float
    span: float
    color: str
    thin: bool
    dashed: bool


def ring_arcs(counts: AlbumCounts, min_degrees: float) -> list[Arc]:
    """Done, moving, needs you, stopped, then thin what is in line. No arc is under `min_degrees`."""
    parts = [
        (complete_count(counts), "bar.done", False, False),
        (counts.of(BadgeState.RUNNING), "bar.fill", False, False),
        (counts.of(BadgeState.REVIEW), "review.glyph", False, False),
        (counts.of(BadgeState.ERROR), "error.glyph", False, False),
        (counts.of(BadgeState.WAITING), "waiting.glyph", False, False),
        (counts.of(BadgeState.PARTIAL), "bar.done", True, False),
        (counts.of(BadgeState.NOT_FOUND), "neutral.glyph", True, True),
        (counts.of(BadgeState.QUEUED), "neutral.glyph", True, False),
    ]
    present = [part for part in parts if part[0]]
    total = sum(part[0] for part in present)
    if not total:
        return []
    spare = 360 - min_degrees * len(present)
    arcs, at = [], 0.0
    for count, color, thin, dashed in present:
        span = min_degrees + spare * count / total
        arcs.append(Arc(at, span, color, thin, dashed))
        at += span
    return arcs


def paint_ring(painter: QPainter, corner: QPoint, counts: AlbumCounts, paused: bool, theme: Theme) -> None:
    """Draw the ring at its top left `corner`, with the most urgent state or the number done in its centre."""
    side = round(theme.icon("ring"))
    state = _center_state(counts, paused)
    draw = partial(_draw_ring, side=side, counts=counts, state=state, theme=theme)
    theme.stamps.put(painter, corner, QSize(side, side), ("ring", counts, state), draw)
    if state is None:
        painter.setPen(theme.color("text.secondary"))
        place = QRect(corner, QSize(side, side))
        theme.lines.draw(painter, place, str(complete_count(counts)), _NUMBER, Qt.AlignmentFlag.AlignHCenter)


def _draw_ring(
    painter: QPainter, side: int, counts: AlbumCounts, state: BadgeState | None, theme: Theme
) -> None:
    rect, stroke = QRectF(0, 0, side, side), theme.icon("ring_stroke")
    circle = rect.adjusted(stroke / 2, stroke / 2, -stroke / 2, -stroke / 2)
    arcs = ring_arcs(counts, theme.icon("ring_min_arc_deg"))
    gap = theme.icon("ring_gap") / (circle.width() / 2) * 57.3 if len(arcs) > 1 else 0.0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for arc in arcs:
        pen = QPen(theme.color(arc.color), _THIN if arc.thin else stroke)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if arc.dashed:
            pen.setDashPattern([1.6, 1.6])
        painter.setPen(pen)
        start, span = arc.start + gap / 2, max(1.0, arc.span - gap)
        painter.drawArc(circle, round((90 - start) * 16), round(-span * 16))
    if state is not None:
        badge = theme.icon("badge_row")
        painter.translate(rect.center())
        painter.scale(_SMALLER, _SMALLER)
        paint_badge(painter, QPointF(-badge / 2, -badge / 2), round(badge), state, theme)


def _center_state(counts: AlbumCounts, paused: bool) -> BadgeState | None:
    if paused and complete_count(counts) < counts.total:
        return BadgeState.WAITING
    moving = counts.of(BadgeState.RUNNING) + counts.of(BadgeState.QUEUED)
    for state in _CENTER_STATES:
        if counts.of(state) and (state in _CENTER_STATES[:2] or not moving):
            return state
    return None
