"""Takes back what was decided last on its page, and says what that is."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from musiclib.gui.decisions import Decisions
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import button


class UndoButton(QWidget):
    """It cannot be pressed before anything was decided on the page."""

    def __init__(self, theme: Theme, decisions: Decisions, shortcut: str = "") -> None:
        """`shortcut` is only told; who owns the key binds it."""
        super().__init__()
        self._shortcut = shortcut
        self.button: QPushButton = button(theme, self.tr("Undo"), "arrow-u-up-left")
        self.button.clicked.connect(decisions.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button)
        decisions.changed.connect(self._show)
        self._show(None)

    @Slot(object)
    def _show(self, summary: str | None) -> None:
        self.button.setEnabled(summary is not None)
        told = self.tr("Nothing was settled here yet")
        if summary is not None:
            told = self.tr("Takes back: {what}").format(what=summary)
            told += f" ({self._shortcut})" if self._shortcut else ""
        self.button.setToolTip(told)
        self.button.setAccessibleDescription(told)
