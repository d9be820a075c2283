"""The way back to the inspector for those who have hidden it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from musiclib.gui.context import AppContext
from musiclib.gui.widgets.controls import icon_button


class InspectorButton(QWidget):
    """In the top bar of a page with an inspector; it is gone while the inspector is there."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        name = self.tr("Show the inspector")
        self.button = icon_button(context.theme, "square-half", name, "Ctrl+I", kind="")
        self.button.clicked.connect(context.shell.toggle_inspector)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        context.shell.inspector_shown.connect(self._on_shown)

    @Slot(bool)
    def _on_shown(self, shown: bool) -> None:
        self.setVisible(not shown)
