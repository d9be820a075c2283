"""The two charts of the data-quality page: the trend of the mean, and how many tracks have which tempo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from musiclib.domain.report import Point
from musiclib.domain.report_words import percent
from musiclib.domain.too_many import BIN_BPM, TooMany
from musiclib.gui import wording
from musiclib.gui.models.report_view import when
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted

_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0)
_LINES = 4
_NEAREST_MARKS = 9
_LABEL_BPM = 20
_TAIL = 0.005
"""The share of tracks at either end whose tempos are left out: they would press the others together."""


class _Chart(Painted):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(self.theme.size("tile_max") * 2, self.theme.size("tile_max"))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.size("tile_min"), self.theme.size("art_hero") * 3 // 2)


class TrendView(_Chart):
    """A line through the mean share of each day."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._points: Sequence[Point] = ()
        self._now: datetime | None = None

    def show_points(self, points: Sequence[Point], now: datetime) -> None:
        self._points, self._now = points, now
        ends = [(when(each.measured_at, now), percent(each.share)) for each in (*points[:1], *points[-1:])]
        words = [self.tr("{percent} % {day}").format(percent=share, day=day) for day, share in ends]
        self.setAccessibleName(self.tr("Trend: {points}").format(points=", ".join(dict.fromkeys(words))))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._points:
            return
        painter, theme = QPainter(self), self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        label = theme.space(8)
        area = QRectF(self.rect()).adjusted(label, theme.space(2), -theme.space(3), -theme.space(6))
        low, high, step = _scale([each.share for each in self._points])
        self._grid(painter, area, low, high, step)
        spots = [self._spot(each, area, low, high) for each in self._points]
        ground = QPolygonF(
            [QPointF(spots[0].x(), area.bottom()), *spots, QPointF(spots[-1].x(), area.bottom())]
        )
        painter.setPen(Qt.PenStyle.NoPen)
        tint = theme.color("accent.tint")
        tint.setAlphaF(0.5)
        painter.setBrush(tint)
        painter.drawPolygon(ground)
        painter.setPen(QPen(theme.color("accent.text"), 2, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(QPolygonF(spots))
        self._marks(painter, spots)
        self._days(painter, area)

    def _spot(self, point: Point, area: QRectF, low: float, high: float) -> QPointF:
        begun, ended = self._points[0].measured_at, self._points[-1].measured_at
        span = (ended - begun).total_seconds()
        across = (point.measured_at - begun).total_seconds() / span if span else 1.0
        up = (point.share - low) / (high - low)
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    def _grid(self, painter: QPainter, area: QRectF, low: float, high: float, step: float) -> None:
        theme = self.theme
        painter.setFont(theme.font("micro", tabular=True))
        for place in range(round((high - low) / step) + 1):
            value = low + place * step
            y = round(area.bottom() - (value - low) / (high - low) * area.height())
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), theme.color("line.subtle"))
            painter.setPen(theme.color("text.secondary"))
            box = QRectF(0, y - 10, area.left() - theme.space(2), 20)
            digits = 0 if step >= 1 else 1
            words = wording.decimal(value, digits)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _marks(self, painter: QPainter, spots: list[QPointF]) -> None:
        theme = self.theme
        painter.setPen(QPen(theme.color("accent.text"), 1.5))
        painter.setBrush(theme.color("bg.raised"))
        before = None
        for spot in spots[:-1]:
            if before is None or spot.x() - before >= _NEAREST_MARKS:
                painter.drawEllipse(spot, 2.5, 2.5)
                before = spot.x()
        painter.setPen(QPen(theme.color("accent.text"), 2))
        painter.drawEllipse(spots[-1], 4, 4)

    def _days(self, painter: QPainter, area: QRectF) -> None:
        """The first day, one in the middle where there is room, and the last."""
        theme = self.theme
        painter.setFont(theme.font("micro"))
        painter.setPen(theme.color("text.secondary"))
        box = QRectF(area.left(), area.bottom() + theme.space(1), area.width(), theme.space(5))
        if len(self._points) > 1:
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft, self._day(self._points[0]))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight, self._day(self._points[-1]))
        middle = self._points[len(self._points) // 2]
        if len(self._points) > 3 and area.width() > theme.size("tile_max") * 2:
            spot = self._spot(middle, area, 0.0, 100.0)
            around = QRectF(spot.x() - theme.space(12), box.top(), 2 * theme.space(12), box.height())
            if around.left() > area.left() + theme.space(12) * 2 < area.right() - around.right():
                painter.drawText(around, Qt.AlignmentFlag.AlignHCenter, self._day(middle))

    def _day(self, point: Point) -> str:
        assert self._now is not None
        if point.measured_at.astimezone().date() == self._now.astimezone().date():
            return self.tr("today")
        return wording.day(point.measured_at, self._now)


def _scale(shares: Sequence[float]) -> tuple[float, float, float]:
    """Lowest and highest line, and the step between lines."""
    least, most = min(shares), max(shares)
    step = next((each for each in _STEPS if (most - least) / each <= _LINES - 1), _STEPS[-1])
    low = max(0.0, (least - step / 4) // step * step)
    high = low
    while high < most and high + step <= 100 + 1e-9:
        high += step
    return low, max(high, low + step), step


class TempoView(_Chart):
    """A bar for each tempo; one that is too many in its own colour, with its count above it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._bars: tuple[tuple[int, int], ...] = ()
        self._odd: TooMany | None = None

    def show_tempos(self, tempos: Sequence[tuple[int, int]], odd: TooMany | None) -> None:
        self._bars, self._odd = _without_tails(tempos, odd), odd
        words = self.tr("How many tracks have which tempo")
        if odd is not None:
            words += f". {self._told(odd)}"
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter, theme = QPainter(self), self.theme
        first, last = self._bars[0][0], self._bars[-1][0] + BIN_BPM
        head = theme.space(6)
        area = QRectF(self.rect()).adjusted(0, head, 0, -theme.space(5))
        wide = area.width() * BIN_BPM / (last - first)
        most = max(count for _, count in self._bars)
        gap = 1.0 if wide > 3 else 0.0
        for bpm, count in self._bars:
            left = area.left() + (bpm - first) / BIN_BPM * wide
            tall = max(1.0, area.height() * count / most)
            odd = self._odd is not None and bpm <= self._odd.bpm < bpm + BIN_BPM
            box = QRectF(left, area.bottom() - tall, max(1.0, wide - gap), tall)
            painter.fillRect(box, theme.color("review.glyph" if odd else "bar.hatch"))
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme.color("line.subtle"))
        self._tempos(painter, area, first, last)
        if self._odd is not None:
            self._label(painter, area, first, last, self._odd)

    def _tempos(self, painter: QPainter, area: QRectF, first: int, last: int) -> None:
        theme = self.theme
        painter.setFont(theme.font("micro", tabular=True))
        painter.setPen(theme.color("text.secondary"))
        step = _LABEL_BPM if last - first <= 200 else _LABEL_BPM * 2
        for bpm in range(-(-first // step) * step, last, step):
            x = area.left() + (bpm - first) / (last - first) * area.width()
            box = QRectF(x - 20, area.bottom() + 2, 40, theme.space(5))
            if box.left() >= -4 and box.right() <= self.width() + 4:
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(bpm))

    def _label(self, painter: QPainter, area: QRectF, first: int, last: int, odd: TooMany) -> None:
        theme = self.theme
        font = theme.font("micro")
        font.setWeight(theme.font("body_strong").weight())
        painter.setFont(font)
        painter.setPen(theme.color("review.text"))
        words = self._told(odd)
        wide = QFontMetrics(font).horizontalAdvance(words) + 2
        x = area.left() + (odd.bpm - first) / (last - first) * area.width() - wide / 2
        box = QRectF(min(max(0.0, x), self.width() - wide), 0, wide, theme.space(5))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _told(self, odd: TooMany) -> str:
        return self.tr("{n} at exactly {bpm}").format(n=wording.number(odd.tracks), bpm=wording.bpm(odd.bpm))


def _without_tails(tempos: Sequence[tuple[int, int]], odd: TooMany | None) -> tuple[tuple[int, int], ...]:
    """The bins but for the few tracks at either end."""
    total, seen = sum(count for _, count in tempos), 0
    kept = []
    for bpm, count in tempos:
        inside = seen + count > total * _TAIL and seen < total * (1 - _TAIL)
        if inside or (odd is not None and bpm <= odd.bpm < bpm + BIN_BPM):
            kept.append((bpm, count))
        seen += count
    return tuple(kept)
