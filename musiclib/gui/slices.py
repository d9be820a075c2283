"""Long work on the GUI thread, a little in each turn of its event loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer

T = TypeVar("T")

_AT_ONCE = 2000
"""How much is done in one turn: of the simplest things, about two milliseconds."""
_STEP = 500


class Slices(QObject):
    """One work at a time, an iterator that yields how much it has done since it yielded last.

    Little work is done when `start` returns. Work that is too much for one turn goes on by itself, unless
    other work is started before its end.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: Iterator[int] | None = None
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._go_on)

    @property
    def busy(self) -> bool:
        return self._work is not None

    def start(self, work: Iterator[int]) -> None:
        """Begin with this; what was under way is dropped."""
        self._work = work
        self._go_on()

    def _go_on(self) -> None:
        work, done = self._work, 0
        if work is None:
            return
        for much in work:
            done += much
            if done >= _AT_ONCE:
                self._next.start()
                return
        if self._work is work:
            self._work = None


def portions(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """All rows in order, a handful at a time."""
    for first in range(0, len(rows), _STEP):
        yield rows[first : first + _STEP]


def taken(rows: Iterator[T]) -> Iterator[list[T]]:
    """As `portions`, of rows that are not all there yet."""
    while some := list(islice(rows, _STEP)):
        yield some
