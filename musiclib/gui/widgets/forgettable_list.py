"""A list of what a person has told the program, each line to be forgotten again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QVBoxLayout, QWidget

from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.widgets.controls import button, label

_MOST_ROWS = 5


class ForgettableList(QWidget):
    """`forgotten` carries the keys of the lines that were chosen when Forget was asked for, never none."""

    forgotten = Signal(list)

    def __init__(self, context: AppContext, name: str, nothing: str, row: str = "row") -> None:
        """`name` is for screen readers, `nothing` stands where the list is empty, `row` is a line's size."""
        super().__init__()
        theme = context.theme
        self._context, self._row = context, theme.size(row)
        self._lines = LinesModel(self)
        self.list = QListView()
        self.list.setModel(self._lines)
        self.list.setItemDelegate(LineDelegate(theme, self.list))
        self.list.setAccessibleName(name)
        self.list.setProperty("framed", "true")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.forget = button(theme, self.tr("Forget"), shortcut="Del")
        self.forget.clicked.connect(self._forget)
        self._none = label(theme, nothing, "small", "secondary", wrap=True)
        foot = QHBoxLayout()
        foot.addWidget(self.forget)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addWidget(self._none)
        column.addWidget(self.list)
        column.addLayout(foot)
        self.show_lines(())

    def show_lines(self, lines: Sequence[Line]) -> None:
        """At most five are in sight at once."""
        self._lines.show(list(lines))
        self._none.setVisible(not lines)
        for part in (self.list, self.forget):
            part.setVisible(bool(lines))
        self.list.setFixedHeight(min(_MOST_ROWS, max(1, len(lines))) * self._row + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._forget()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _forget(self) -> None:
        lines = [self._lines.line(index) for index in self.list.selectedIndexes()]
        keys: list[Any] = [line.key for line in lines if line is not None]
        if keys:
            self.forgotten.emit(keys)
        else:
            self._context.shell.toast(self.tr("Choose what to forget first."))
