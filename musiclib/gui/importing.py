"""What is opened next is imported before, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Signal, Slot

_APART_MS = 40


class Importing(QObject):
    """Imports module after module, and lets the window live between two.

    In the GUI thread: classes of Qt that two threads import at once crash PySide6.
    """

    finished = Signal()

    def __init__(self, modules: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left = list(modules)
        self._next = QTimer(self, interval=_APART_MS)
        self._next.timeout.connect(self._import_next)

    def start(self) -> None:
        self._next.start()

    def stop(self) -> None:
        self._next.stop()

    @Slot()
    def _import_next(self) -> None:
        if self._left:
            import_module(self._left.pop(0))
        else:
            self.stop()
            self.finished.emit()
