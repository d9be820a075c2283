"""What is opened next is made before, one thing at a time, so that nobody waits for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

_APART_MS = 50
"""What came in meanwhile goes before the next one."""


class Ahead(QObject):
    """Does each of some steps in a turn of the event loop of its own."""

    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: deque[Callable[[], object]] = deque()
        self._next = QTimer(self, interval=_APART_MS)
        self._next.timeout.connect(self._take_next)

    def start(self, steps: Iterable[Callable[[], object]]) -> None:
        """Do these after those that are still to be done."""
        self._steps.extend(steps)
        self._next.start()

    def stop(self) -> None:
        """Leave out what is still to be done."""
        self._steps.clear()
        self._next.stop()

    @Slot()
    def _take_next(self) -> None:
        if self._steps:
            self._steps.popleft()()
        if not self._steps:
            self._next.stop()
            self.finished.emit()
