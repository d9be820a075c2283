"""Bars that speak of many tracks at once: the segment bar and the energy skyline."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from musiclib.domain.states import BadgeState
from musiclib.gui.theme import Theme

_RADIUS = 2.0
_SKYLINE_FLOOR = 0.12


@dataclass(frozen=True, slots=True)
class Segment:
    """One track of a bar: as wide as `weight`, filled to `share` (0-1) where it is under way."""

    weight: float
    state: BadgeState
    share: float = 0.5
    energy: int | None = None


_URGENCY = (
    BadgeState.ERROR,
    BadgeState.REVIEW,
    BadgeState.RUNNING,
    BadgeState.WAITING,
    BadgeState.NOT_FOUND,
    BadgeState.QUEUED,
    BadgeState.PARTIAL,
    BadgeState.LOCKED,
    BadgeState.DONE,
)


def most_urgent(states: Collection[BadgeState]) -> BadgeState:
    """What a segment that stands for several tracks shows."""
    return next(state for state in _URGENCY if state in states)


def segment_rects(
    segments: Sequence[Segment], left: float, width: float, gap: float, least: float
) -> list[tuple[float, float]]:
    """(left, width) of each segment. None is narrower than `least` while there is room; gaps close first."""
    count = len(segments)
    if not count:
        return []
    if count * (gap + 1) > width:
        gap = 0.0
    room = width - gap * (count - 1)
    least = min(least, room / count)
    total = sum(each.weight for each in segments) or 1.0
    spare = room - least * count
    rects, at = [], left
    for each in segments:
        part = least + spare * each.weight / total
        rects.append((at, part))
        at += part + gap
    return rects


def paint_segment_bar(painter: QPainter, rect: QRectF, segments: Sequence[Segment], theme: Theme) -> None:
    """Draw one segment per track, in list order."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for each, (left, width) in zip(segments, _placed(segments, rect, theme), strict=True):
        _paint_segment(painter, QRectF(left, rect.top(), width, rect.height()), each, theme)
    painter.restore()


def _placed(segments: Sequence[Segment], rect: QRectF, theme: Theme) -> list[tuple[float, float]]:
    return segment_rects(
        segments, rect.left(), rect.width(), theme.size("segment_gap"), theme.size("segment_min")
    )


def _paint_segment(painter: QPainter, rect: QRectF, segment: Segment, theme: Theme) -> None:
    state = segment.state
    outline = QPainterPath()
    outline.addRoundedRect(rect, _RADIUS, _RADIUS)
    solid = {
        BadgeState.DONE: "bar.done",
        BadgeState.LOCKED: "bar.done",
        BadgeState.REVIEW: "review.glyph",
        BadgeState.ERROR: "error.glyph",
    }
    if state in solid:
        painter.fillPath(outline, theme.color(solid[state]))
        if state in {BadgeState.REVIEW, BadgeState.ERROR} and rect.width() > 6:
            painter.setPen(QPen(theme.color("badge.knock"), 1.6, c=Qt.PenCapStyle.RoundCap))
            center = rect.center()
            painter.drawLine(center - QPointF(0, 1), center + QPointF(0, 1))
    elif state is BadgeState.WAITING:
        _hatch(painter, rect, outline, theme.color("waiting.tint"), theme.color("waiting.glyph"))
    elif state is BadgeState.NOT_FOUND:
        pen = QPen(theme.color("neutral.glyph"), 1)
        pen.setDashPattern([2.5, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
    else:
        painter.fillPath(outline, theme.color("bar.track"))
        fill = {BadgeState.RUNNING: "bar.fill", BadgeState.PARTIAL: "bar.done"}.get(state)
        if fill:
            part = QPainterPath()
            part.addRect(QRectF(rect.left(), rect.top(), rect.width() * segment.share, rect.height()))
            painter.fillPath(outline.intersected(part), theme.color(fill))


def _hatch(painter: QPainter, rect: QRectF, outline: QPainterPath, ground: QColor, line: QColor) -> None:
    painter.fillPath(outline, ground)
    painter.save()
    painter.setClipRect(rect)
    painter.setPen(QPen(line, 1.4))
    height, at = rect.height(), rect.left() - rect.height()
    while at < rect.right():
        painter.drawLine(QPointF(at, rect.bottom()), QPointF(at + height, rect.top()))
        at += 5
    painter.restore()


def paint_skyline(
    painter: QPainter, rect: QRectF, segments: Sequence[Segment], chosen: int | None, theme: Theme
) -> None:
    """Draw one column per track: its height is the energy (1-10), its place that of the segment bar below."""
    painter.save()
    calm = theme.color("bar.hatch")
    for place, (each, (left, width)) in enumerate(zip(segments, _placed(segments, rect, theme), strict=True)):
        if each.energy is None:
            continue
        height = max(_SKYLINE_FLOOR, each.energy / 10) * rect.height()
        column = QRectF(left, rect.bottom() - height, width, height)
        painter.fillRect(column, theme.color("bar.fill") if place == chosen else calm)
    painter.restore()
