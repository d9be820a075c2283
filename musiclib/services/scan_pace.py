"""How fast a scan goes, and how long it will take."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from musiclib.services.scan_types import ScanPhase, ScanProgress

_WINDOW_S = 20.0
"""The pace of so long ago says how it will go on: disks differ, and so do their folders."""
_SAYS_NOTHING_S = 1.5
_OFTEN_S = 0.05
_FEW = 200


class Teller:
    """Tells progress, as often as a person can see it, with the pace of late."""

    def __init__(self, tell: Callable[[ScanProgress], None], monotonic: Callable[[], float]) -> None:
        self._tell = tell
        self._monotonic = monotonic
        self._phase: ScanPhase | None = None
        self._points: deque[tuple[float, int]] = deque()
        self._told_at = 0.0

    def tell(self, phase: ScanPhase, done: int, total: int | None, current: str | None) -> None:
        """Of many files not each one is told, but always the last."""
        now = self._monotonic()
        if phase is not self._phase:
            self._phase = phase
            self._points.clear()
            self._points.append((now, 0))
        elif done != total and (total or done) > _FEW and now - self._told_at < _OFTEN_S:
            return
        self._told_at = now
        self._points.append((now, done))
        while len(self._points) > 2 and now - self._points[0][0] > _WINDOW_S:
            self._points.popleft()
        since, before = self._points[0]
        seconds = now - since
        per_second = (done - before) / seconds if seconds >= _SAYS_NOTHING_S and done > before else None
        left = (total - done) / per_second if per_second and total is not None else None
        self._tell(ScanProgress(phase, done, total, current, per_second, left))
