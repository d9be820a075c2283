"""The steps of a job side by side: those done, the one to do now, those to come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import label, restyle
from musiclib.gui.widgets.step_guide import StepMark, StepState

_LINE = 48


class _Line(QFrame):
    """Between two steps; as long as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("rule", "h")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_LINE, 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 1)


class StepRail(QWidget):
    def __init__(self, theme: Theme, steps: Sequence[tuple[str, str]]) -> None:
        """`steps` are (what is done, more of it in small words)."""
        super().__init__()
        self._titles = [title for title, _ in steps]
        self._marks: list[StepMark] = []
        self._words: list[tuple[QLabel, QLabel]] = []
        self._items: list[QWidget] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(3))
        for place, (title, about) in enumerate(steps):
            if place:
                row.addWidget(_Line())
            row.addWidget(self._item(theme, place + 1, title, about))

    def show_step(self, now: int, about: Sequence[str]) -> None:
        """The one that is to be done now, counted from 0, and what is said of each."""
        states = (StepState.DONE, StepState.NOW, StepState.TO_COME)
        said = (self.tr("done"), self.tr("to do now"), self.tr("to come"))
        for place, mark in enumerate(self._marks):
            which = 0 if place < now else 1 if place == now else 2
            mark.state = states[which]
            mark.update()
            title, more = self._words[place]
            title.setProperty("tone", "tertiary" if which == 2 else "")
            restyle(title)
            more.setText(about[place])
            self._items[place].setAccessibleName(
                self.tr("Step {n}, {state}: {what}, {more}").format(
                    n=place + 1, state=said[which], what=self._titles[place], more=about[place]
                )
            )

    def _item(self, theme: Theme, number: int, title: str, about: str) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(3))
        mark = StepMark(theme, number, last=True)
        mark.setFixedHeight(mark.width())
        words = label(theme, title, "title_in_row"), label(theme, about, "small", "secondary")
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(1)
        for each in words:
            each.setMaximumHeight(theme.line("title_in_row"))
            column.addWidget(each)
        column.addStretch(1)
        row.addWidget(mark)
        row.addLayout(column)
        self._marks.append(mark)
        self._words.append(words)
        self._items.append(made)
        return made
