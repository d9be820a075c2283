"""A track's waveform and its mean spectrum, as pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from musiclib.domain.spectrum import Spectrum
from musiclib.domain.waveform import WaveformPoint
from musiclib.gui.theme import Theme

_BAR, _GAP = 2, 1
_FLOOR_DB, _TOP_DB = -110.0, -10.0
_STEP_HZ = 5000


def columns(points: Sequence[WaveformPoint], count: int) -> list[WaveformPoint]:
    """The points summed up to so many columns: the highest peak, the mean of the rest."""
    if not points or count < 1:
        return []
    found = []
    for place in range(count):
        start = place * len(points) // count
        some = points[start : max(start + 1, (place + 1) * len(points) // count)]
        peak = max(each.peak for each in some)
        rms, brightness = (
            sum(values) / len(some) for values in zip(*(each[1:] for each in some), strict=True)
        )
        found.append(WaveformPoint(peak, rms, brightness))
    return found


def paint_waveform(
    painter: QPainter,
    rect: QRectF,
    points: Sequence[WaveformPoint],
    theme: Theme,
    played: float = 0.0,
    window: tuple[float, float] | None = None,
) -> None:
    """Draw the overview: peaks pale, RMS strong; what was `played` (0-1) in the accent.

    `window` is a stretch (0-1) to mark, as the eight seconds that are heard.
    """
    painter.save()
    if window is not None:
        left, right = (rect.left() + rect.width() * share for share in window)
        painter.fillRect(
            QRectF(left, rect.top(), max(2.0, right - left), rect.height()), theme.color("bg.selected")
        )
    middle = rect.center().y()
    bars = columns(points, int(rect.width()) // (_BAR + _GAP))
    for place, point in enumerate(bars):
        left = rect.left() + place * (_BAR + _GAP)
        done = place < played * len(bars)
        for level, color in (
            (point.peak, "accent.line" if done else "bar.track"),
            (point.rms, "accent.solid" if done else "bar.hatch"),
        ):
            half = max(0.5, level**0.5 * rect.height() / 2)
            painter.fillRect(QRectF(left, middle - half, _BAR, 2 * half), theme.color(color))
    if played > 0:
        at = round(rect.left() + rect.width() * played)
        painter.fillRect(QRectF(at, rect.top(), 1, rect.height()), theme.color("text.primary"))
    painter.restore()


def paint_spectrum(
    painter: QPainter, rect: QRectF, spectrum: Spectrum, cutoff_hz: float | None, theme: Theme
) -> None:
    """Draw the mean level over frequency, with a scale in kHz and a mark where it ends as if cut off."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = theme.line("micro")
    area = rect.adjusted(0, 0, 0, -line)
    nyquist = spectrum.sample_rate / 2
    painter.setFont(theme.font("micro", tabular=True))
    for hertz in range(_STEP_HZ, int(nyquist) + 1, _STEP_HZ):
        at = round(area.left() + area.width() * hertz / nyquist)
        painter.fillRect(QRectF(at, area.top(), 1, area.height()), theme.color("line.subtle"))
        painter.setPen(theme.color("text.tertiary"))
        place = QRectF(at - 30, area.bottom(), 60, line)
        if place.right() <= rect.right() + 24:
            text = f"{hertz // 1000}" if hertz + _STEP_HZ <= nyquist else f"{hertz // 1000} kHz"
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
    curve = QPolygonF([area.bottomLeft()])
    for band, level in enumerate(spectrum.levels_db):
        share = min(1.0, max(0.0, (level - _FLOOR_DB) / (_TOP_DB - _FLOOR_DB)))
        x = area.left() + area.width() * spectrum.frequency_hz(band) / nyquist
        curve.append(QPointF(x, area.bottom() - share * area.height()))
    curve.append(area.bottomRight())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("bar.hatch"))
    painter.drawPolygon(curve)
    if cutoff_hz is not None:
        end = area.left() + area.width() * min(1.0, cutoff_hz / nyquist)
        pen = QPen(theme.color("review.glyph"), 1.4)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.drawLine(QPointF(end, area.top()), QPointF(end, area.bottom()))
    painter.restore()
