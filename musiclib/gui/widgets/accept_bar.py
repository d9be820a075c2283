"""Accept all from a score on: a slider with a tick for each candidate, so one sees what it takes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted, button, label

_LOWEST = 50
_HANDLE = 16


class _Ticks(Painted):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.scores: tuple[float, ...] = ()
        self.setFixedHeight(theme.space(2))

    def sizeHint(self) -> QSize:
        return QSize(0, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = self.width() - _HANDLE
        for score in self.scores:
            share = (max(_LOWEST, score) - _LOWEST) / (100 - _LOWEST)
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                share = 1 - share
            painter.fillRect(
                round(_HANDLE / 2 + share * room), 0, 1, self.height(), self.theme.color("text.secondary")
            )


class AcceptBar(QWidget):
    """`accepted` carries the score from which on matches are to be taken, `changed` the one chosen so far."""

    accepted = Signal(float)
    changed = Signal(float)

    def __init__(self, theme: Theme, start: float, *, acts: bool = True) -> None:
        """Without `acts` somebody else has the button."""
        super().__init__()
        self._scores: tuple[float, ...] = ()
        self._start = start
        self._from = label(theme, "", "body")
        self._of = label(theme, "", "small", "secondary")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setProperty("kind", "from")
        self.slider.setRange(_LOWEST, 100)
        self.slider.setValue(round(start))
        self.slider.setAccessibleName(self.tr("Accept all from this score on"))
        self.slider.valueChanged.connect(self._tell)
        self.slider.valueChanged.connect(lambda score: self.changed.emit(float(score)))
        self._ticks = _Ticks(theme)
        self.act = button(theme, "", dense="true")
        self.act.clicked.connect(lambda: self.accepted.emit(float(self.slider.value())))
        head = QHBoxLayout()
        head.addWidget(self._from)
        head.addStretch(1)
        head.addWidget(self._of)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(1), 0, theme.space(1), 0)
        column.setSpacing(theme.space(1))
        column.addLayout(head)
        column.addWidget(self.slider)
        column.addWidget(self._ticks)
        column.addWidget(self.act)
        self.act.setVisible(acts)
        self._tell()

    def begin_from(self, start: float) -> None:
        """Stand there, if one began elsewhere before."""
        if start != self._start:
            self._start = start
            self.slider.setValue(round(start))

    def show_scores(self, scores: Sequence[float]) -> None:
        """One for each card that could be taken."""
        self._scores = tuple(scores)
        self._ticks.scores = self._scores
        self._ticks.update()
        self._tell()

    def taken(self) -> int:
        """How many the present threshold takes."""
        return sum(score >= self.slider.value() for score in self._scores)

    def _tell(self) -> None:
        count = self.taken()
        self._from.setText(self.tr("Accept all from {score}").format(score=self.slider.value()))
        self._of.setText(self.tr("{n} of {all}").format(n=count, all=len(self._scores)))
        self.act.setText(
            self.tr("Accept {n}").format(n=count) if count else self.tr("None reaches this score")
        )
        self.act.setEnabled(count > 0)
