"""The waveform of a track with a playhead, and the picture of its spectrum."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from musiclib.domain.spectrum import Spectrum
from musiclib.domain.waveform import WaveformPoint
from musiclib.gui import wording
from musiclib.gui.painting.waveform import paint_spectrum, paint_waveform
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted

_HEIGHT, _SPECTRUM_HEIGHT = 56, 96
_STEP_S = 5.0


class WaveformView(Painted):
    """`seek_wanted` carries seconds, `toggle_wanted` comes with Space."""

    seek_wanted = Signal(float)
    toggle_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._points: Sequence[WaveformPoint] = ()
        self._duration_s = 0.0
        self._at_s = 0.0
        self._window: tuple[float, float] | None = None
        self._rest: QPixmap | None = None
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("A click goes there, Space plays and pauses"))
        theme.changed.connect(self._forget)

    def show_track(self, points: Sequence[WaveformPoint], duration_s: float) -> None:
        """Draw another track, from its beginning."""
        self._points, self._duration_s, self._at_s, self._window = points, duration_s, 0.0, None
        self._tell()
        self._forget()

    def mark(self, start_s: float, end_s: float) -> None:
        """Mark a stretch."""
        length = max(self._duration_s, 0.001)
        self._window = (min(1.0, start_s / length), min(1.0, end_s / length))
        self._forget()

    def set_position(self, at_s: float) -> None:
        """Where the playhead stands."""
        if at_s != self._at_s:
            self._at_s = at_s
            self._tell()
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._forget()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        if self.width() and self._duration_s:
            share = min(1.0, max(0.0, event.position().x() / self.width()))
            self.seek_wanted.emit(share * self._duration_s)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -_STEP_S, Qt.Key.Key_Right: _STEP_S}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Space:
            self.toggle_wanted.emit()
        elif step is not None:
            self.seek_wanted.emit(min(self._duration_s, max(0.0, self._at_s + step)))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        played = self._at_s / self._duration_s if self._duration_s else 0.0
        if played > 0:
            paint_waveform(painter, rect, self._points, self.theme, played, self._window)
        else:
            painter.drawPixmap(0, 0, self._at_rest())
        if self.hasFocus():
            painter.setPen(QPen(self.theme.color("line.focus"), self.theme.size("focus_ring")))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _at_rest(self) -> QPixmap:
        if self._rest is None:
            scale = self.devicePixelRatioF()
            self._rest = QPixmap(round(self.width() * scale), round(self.height() * scale))
            self._rest.setDevicePixelRatio(scale)
            self._rest.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._rest)
            paint_waveform(painter, QRectF(self.rect()), self._points, self.theme, 0.0, self._window)
            painter.end()
        return self._rest

    def _forget(self) -> None:
        self._rest = None
        self.update()

    def _tell(self) -> None:
        at, of = wording.duration(self._at_s), wording.duration(self._duration_s)
        self.setAccessibleName(self.tr("Waveform, {at} of {of}").format(at=at, of=of))


class SpectrumView(Painted):
    """The mean level over frequency."""

    def __init__(self, theme: Theme, spectrum: Spectrum, cutoff_hz: float | None, name: str) -> None:
        super().__init__(theme)
        self._spectrum, self._cutoff_hz = spectrum, cutoff_hz
        self.setFixedHeight(_SPECTRUM_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_spectrum(painter, QRectF(self.rect()), self._spectrum, self._cutoff_hz, self.theme)
