"""What a person can do to a tempo with one click: count it otherwise, tap it, listen."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from musiclib.domain.tapping import Tapped, Taps
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.widgets.flow import FlowRow

_FACTORS = (("÷2", 0.5), ("×2", 2.0), ("3:2", 1.5), ("2:3", 2 / 3))


class TempoRow(QWidget):
    """`value_chosen` carries a tempo. `taps` outlives the row, which is made anew with its card."""

    value_chosen = Signal(object)
    ear_wanted = Signal()

    def __init__(
        self, theme: Theme, bpm: float | None, taps: Taps, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__()
        self._theme, self._taps, self._clock = theme, taps, clock
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(2), 0)
        column.setSpacing(theme.space(1))
        row = FlowRow(theme.space(1))
        for words, value in [(words, bpm * factor) for words, factor in _FACTORS] if bpm else ():
            by = self._button(words)
            by.setAccessibleName(self.tr("Tempo {words}").format(words=words))
            by.clicked.connect(partial(self._choose, round(value, 2)))
            row.add(by)
        tap = self._button(self.tr("Tap"), "hand-pointing")
        tap.setToolTip(self.tr("Tap along with the music (T)"))
        tap.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # so that T goes on tapping
        tap.pressed.connect(self.tap)
        row.add(tap)
        ear = self._button(self.tr("By ear"), "ear")
        ear.setToolTip(self.tr("Hear eight seconds with a click on each beat"))
        ear.clicked.connect(self.ear_wanted)
        row.add(ear)
        column.addWidget(row)
        column.addWidget(self._tapped_line())
        self._show(taps.said)

    def tap(self) -> None:
        """One beat."""
        self._show(self._taps.tap(self._clock()))

    def take(self) -> None:
        """Choose the tempo that was tapped, if there is one."""
        bpm = self._taps.said.bpm
        if bpm is not None:
            self._taps.forget()
            self.value_chosen.emit(bpm)

    def _tapped_line(self) -> QWidget:
        theme = self._theme
        self._line = QWidget()
        row = QHBoxLayout(self._line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(2))
        self._value = label(theme, "", "title_in_row")
        self._count = label(theme, "", "small", "secondary")
        self._take = self._button(self.tr("Take it"))
        self._take.clicked.connect(self.take)
        row.addWidget(self._value)
        row.addWidget(self._count, 1)
        row.addWidget(self._take)
        return self._line

    def _show(self, said: Tapped) -> None:
        self._line.setVisible(said.count > 0)
        self._take.setVisible(said.bpm is not None)
        self._value.setText("" if said.bpm is None else f"{said.bpm:.1f}")
        if said.count == 1:
            words = self.tr("1 tap. Go on.")
        elif said.steady:
            words = self.tr("{n} taps, steady").format(n=said.count)
        else:
            words = self.tr("{n} taps").format(n=said.count)
        self._count.setText(words)
        self._line.setAccessibleName(f"{self._value.text()} {words}".strip())

    def _choose(self, value: float) -> None:
        self.value_chosen.emit(value)

    def _button(self, words: str, icon: str = "") -> QPushButton:
        made = button(self._theme, words, icon, dense="tiny")
        made.setFont(self._theme.font("small"))
        return made
