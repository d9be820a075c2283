"""Cards of facts beside what they are about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from musiclib.gui.icons import paint_icon
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted, label


class Icon(Painted):
    """An icon that is no button."""

    def __init__(self, theme: Theme, name: str, color: str = "text.primary") -> None:
        super().__init__(theme)
        self._name, self._color = name, color
        side = round(theme.icon("row"))
        self.setFixedSize(QSize(side, side))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(
            QPainter(self), QRect(0, 0, self.width(), self.height()), self._name, self.theme, self._color
        )


class FactsCard(QFrame):
    """A frame that is filled from the top."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("card", "true")
        self.column = QVBoxLayout(self)
        gap = theme.space(3)
        self.column.setContentsMargins(theme.space(4), gap, theme.space(4), gap)
        self.column.setSpacing(theme.space(1))

    def add_heading(self, words: str, icon: str = "") -> None:
        if self.column.count():
            self.column.addSpacing(self._theme.space(2))
        if not icon:
            self.column.addWidget(label(self._theme, words, "title_in_row"))
            return
        self.column.addLayout(self._line(icon, "text.primary", words, "title_in_row"))

    def add_list(self, lines: Sequence[str], icon: str, color: str) -> None:
        for each in lines:
            self.column.addLayout(self._line(icon, color, each, "small"))

    def _line(self, icon: str, color: str, words: str, role: str) -> QHBoxLayout:
        theme = self._theme
        row = QHBoxLayout()
        row.setSpacing(theme.space(2))
        row.addWidget(Icon(theme, icon, color), alignment=Qt.AlignmentFlag.AlignTop)
        text = label(theme, words, role, wrap=True)
        text.setMinimumHeight(theme.line(role))
        row.addWidget(text, 1)
        return row
