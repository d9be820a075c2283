"""Numbered steps along a line: those done, the one to do now, those to come."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted, label

_DASHES = 12


class StepState(Enum):
    DONE = auto()
    NOW = auto()
    TO_COME = auto()


class StepMark(Painted):
    """The number of a step in a ring, or a tick; unless it is the last, a line leads down to the next."""

    def __init__(self, theme: Theme, number: int, last: bool) -> None:
        super().__init__(theme)
        self._number, self._last = number, last
        self.state = StepState.TO_COME
        self.setFixedWidth(theme.size("control_tiny"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, side = self.theme, float(self.width())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap = theme.space(1)
        if not self._last:
            line = QRectF(round(side / 2), side + gap, 1, self.height() - side - 2 * gap)
            painter.fillRect(line, theme.color("line.strong"))
        ring = QRectF(0, 0, side, side).adjusted(1, 1, -1, -1)
        if self.state is StepState.DONE:
            self._ring(painter, ring, "done.glyph")
            painter.drawPolyline(
                [QPointF(side * x, side * y) for x, y in ((0.31, 0.51), (0.44, 0.64), (0.69, 0.38))]
            )
            return
        ink = "text.on_accent" if self.state is StepState.NOW else "text.secondary"
        if self.state is StepState.NOW:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent.solid"))
            painter.drawEllipse(ring)
        else:
            self._dashes(painter, ring)
        painter.setFont(theme.font("title_in_row"))
        painter.setPen(theme.color(ink))
        painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, str(self._number))

    def _ring(self, painter: QPainter, ring: QRectF, color: str) -> None:
        pen = QPen(self.theme.color(color), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(ring)

    def _dashes(self, painter: QPainter, ring: QRectF) -> None:
        painter.setPen(QPen(self.theme.color("line.control"), 1.2))
        step = 360 / _DASHES
        for dash in range(_DASHES):
            painter.drawArc(ring, round((dash * step + step * 0.2) * 16), round(step * 0.6 * 16))


class GuideStep(QWidget):
    """What to do, in words, and the controls to do it with in `body`."""

    def __init__(self, theme: Theme, number: int, title: str, about: str = "", last: bool = False) -> None:
        super().__init__()
        self._number, self._words = number, title
        self._mark = StepMark(theme, number, last)
        self._title = label(theme, title, "body_strong")
        self._title.setMinimumHeight(theme.size("control_tiny"))
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0 if last else theme.space(5))
        self.body.setSpacing(0)
        self.body.addWidget(self._title)
        if about:
            self.body.addWidget(label(theme, about, "small", "secondary", wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(4))
        row.addWidget(self._mark)
        row.addLayout(self.body, 1)
        self.set_state(StepState.TO_COME)

    @property
    def state(self) -> StepState:
        return self._mark.state

    def set_state(self, state: StepState) -> None:
        self._mark.state = state
        words = {
            StepState.DONE: self.tr("Step {n}, done: {what}"),
            StepState.NOW: self.tr("Step {n}, to do now: {what}"),
            StepState.TO_COME: self.tr("Step {n}, to come: {what}"),
        }
        self.setAccessibleName(words[state].format(n=self._number, what=self._words))
        self._mark.update()
