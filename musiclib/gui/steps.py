"""Work of several steps on the GUI thread: each has a turn of the event loop of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

APART_MS = 50
"""Between steps nobody waits for: what came in meanwhile goes before the next one."""
_NEXT_MS = 3
"""Timers of 0 ms that are due again go before others that have been due for longer."""


class Steps(QObject):
    """Does steps one after the other, and lets what each changed be painted before the next."""

    finished = Signal()

    def __init__(self, parent: QObject | None = None, apart_ms: int = _NEXT_MS) -> None:
        super().__init__(parent)
        self._left: deque[Callable[[], object]] = deque()
        self._next = QTimer(self, interval=apart_ms)
        self._next.timeout.connect(self._take_next)

    @property
    def busy(self) -> bool:
        return bool(self._left)

    def start(self, steps: Iterable[Callable[[], object]]) -> None:
        """Do these after those that are still to be done."""
        self._left.extend(steps)
        self._next.start()

    def finish(self) -> None:
        """Do at once what is still to be done."""
        while self._left:
            self._take_next()

    def stop(self) -> None:
        """Leave out what is still to be done."""
        self._left.clear()
        self._next.stop()

    @Slot()
    def _take_next(self) -> None:
        if self._left:
            self._left.popleft()()
        if not self._left:
            self._next.stop()
            self.finished.emit()
