"""How fast a scan goes, and how long it will take."""

from __future__ import annotations

from collections.abc import Callable

from musiclib.services.measured_pace import MeasuredPace
from musiclib.services.scan_types import ScanPhase, ScanProgress

_OFTEN_S = 0.05
_FEW = 200


class Teller:
    """Tells progress, as often as a person can see it, with the pace of late."""

    def __init__(self, tell: Callable[[ScanProgress], None], monotonic: Callable[[], float]) -> None:
        self._tell = tell
        self._monotonic = monotonic
        self._pace = MeasuredPace()
        self._phase: ScanPhase | None = None
        self._told_at = 0.0

    def tell(self, phase: ScanPhase, done: int, total: int | None, current: str | None) -> None:
        """Of many files not each one is told, but always the last."""
        now = self._monotonic()
        if phase is not self._phase:
            self._phase = phase
            self._pace.begin(now)
        elif done != total and (total or done) > _FEW and now - self._told_at < _OFTEN_S:
            return
        self._told_at = now
        self._pace.note(now, done)
        per_second = self._pace.per_second
        left = (total - done) / per_second if per_second and total is not None else None
        self._tell(ScanProgress(phase, done, total, current, per_second, left))
