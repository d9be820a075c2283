"""What is opened next is imported in the background, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from PySide6.QtCore import QObject, QThread

from musiclib.gui.priority import give_way


class Importing(QThread):
    """Imports what is opened next before somebody waits for it."""

    def __init__(self, modules: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._modules = modules
        self.setObjectName("importing")
        self._stopping = False

    def request_stop(self) -> None:
        self._stopping = True

    def run(self) -> None:
        give_way()
        for name in self._modules:
            if not self._stopping:
                import_module(name)
