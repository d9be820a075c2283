"""How many tracks there are and how many need a person, asked anew a moment after something changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from musiclib.domain.rows import LibraryCounts
from musiclib.gui.reading import Reading, Topic
from musiclib.gui.stores import TrackStore

_SOON_MS = 60
_REST_MS = 500
"""While a worker changes one track after the other, they are counted no more often."""


class LibraryTally(QObject):
    """`changed` is sent when the counts have; `counts` is None until they are known."""

    changed = Signal()

    def __init__(
        self,
        tracks: TrackStore,
        reading: Reading,
        count: Callable[[], LibraryCounts],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._reading, self._count = reading, count
        self.counts: LibraryCounts | None = None
        self._last = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._ask)
        for signal in (tracks.stirred, tracks.removed, tracks.reset):
            signal.connect(self.ask_soon)

    def ask_soon(self) -> None:
        """Count again."""
        if not self._timer.isActive():
            rest = _REST_MS - self._last.elapsed() if self._last.isValid() else 0
            self._timer.start(max(_SOON_MS, rest))

    def _ask(self) -> None:
        self._last.start()
        self._reading.ask(Topic.LIBRARY, self._count, self._take)

    @Slot(object)
    def _take(self, counts: LibraryCounts) -> None:
        if counts != self.counts:
            self.counts = counts
            self.changed.emit()
