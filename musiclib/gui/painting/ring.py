"""The state ring: an album's tracks as arcs of one small circle."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from musiclib.domain.rows import AlbumCounts
from musiclib.domain.states import BadgeState
from musiclib.domain.wording import complete_count
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme

_THIN = 1.4
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


def paint_ring(painter: QPainter, rect: QRectF, counts: AlbumCounts, paused: bool, theme: Theme) -> None:
    """Draw the ring into the square `rect`, with the most urgent state or the number done in its centre."""
    stroke = theme.icon("ring_stroke")
    circle = rect.adjusted(stroke / 2, stroke / 2, -stroke / 2, -stroke / 2)
    arcs = ring_arcs(counts, theme.icon("ring_min_arc_deg"))
    gap = theme.icon("ring_gap") / (circle.width() / 2) * 57.3 if len(arcs) > 1 else 0.0
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for arc in arcs:
        pen = QPen(theme.color(arc.color), _THIN if arc.thin else stroke)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if arc.dashed:
            pen.setDashPattern([1.6, 1.6])
        painter.setPen(pen)
        start, span = arc.start + gap / 2, max(1.0, arc.span - gap)
        painter.drawArc(circle, round((90 - start) * 16), round(-span * 16))
    state = _center_state(counts, paused)
    if state is not None:
        side = theme.icon("badge_row")
        corner = QPointF(rect.center().x() - side / 2, rect.center().y() - side / 2)
        painter.save()
        painter.translate(rect.center())
        painter.scale(0.88, 0.88)
        painter.translate(-rect.center())
        paint_badge(painter, corner, round(side), state, theme)
        painter.restore()
    else:
        painter.setFont(theme.font("micro", tabular=True))
        painter.setPen(theme.color("text.secondary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(complete_count(counts)))
    painter.restore()


def _center_state(counts: AlbumCounts, paused: bool) -> BadgeState | None:
    if paused and complete_count(counts) < counts.total:
        return BadgeState.WAITING
    moving = counts.of(BadgeState.RUNNING) + counts.of(BadgeState.QUEUED)
    for state in _CENTER_STATES:
        if counts.of(state) and (state in _CENTER_STATES[:2] or not moving):
            return state
    return None
