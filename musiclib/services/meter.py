"""How a collection run stands, how fast it goes and how long it will take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from musiclib.domain.collecting import CollectionPhase, CollectionProgress
from musiclib.services.collection_types import Tally, Told
from musiclib.services.measured_pace import MeasuredPace

_OFTEN_S = 0.1


class Meter:
    """Tells it as often as a person can see it."""

    def __init__(
        self, told: Told, monotonic: Callable[[], float], seconds_for: Callable[[int], float | None]
    ) -> None:
        """`seconds_for` says how long so many more take by what limits a provider; None: nothing does."""
        self._told = told
        self._monotonic = monotonic
        self._seconds_for = seconds_for
        self._began = monotonic()
        self._pace = MeasuredPace()
        self._phase: CollectionPhase | None = None
        self._told_at = 0.0
        self._limit: tuple[float, float | None] | None = None

    @property
    def seconds(self) -> float:
        """Since it began."""
        return self._monotonic() - self._began

    def tell(self, phase: CollectionPhase, tally: Tally, current: str = "") -> None:
        now = self._monotonic()
        if phase is not self._phase:
            self._phase = phase
            self._pace.begin(now, tally.done)
        elif now - self._told_at < _OFTEN_S:
            return
        self._told_at = now
        self._pace.note(now, tally.done)
        rate = self._pace.per_second
        self._told(
            CollectionProgress(
                phase,
                tally.done,
                tally.total,
                tally.found,
                tally.not_found,
                tally.failed,
                current,
                rate,
                self._seconds_left(tally, rate),
            )
        )

    def waits(self, tally: Tally, until: datetime, why: str) -> None:
        """The run goes on at `until`."""
        self._phase = None
        self._told(
            CollectionProgress(
                CollectionPhase.WAITING,
                tally.done,
                tally.total,
                tally.found,
                tally.not_found,
                tally.failed,
                waits_until=until,
                why=why,
            )
        )

    def _seconds_left(self, tally: Tally, rate: float | None) -> float | None:
        if tally.total is None or rate is None:
            return None
        left = max(0, tally.total - tally.done)
        return max(left / rate, self._seconds_by_limits(left) or 0.0)

    def _seconds_by_limits(self, left: int) -> float | None:
        """Asked once a second: it reads the database."""
        now = self._monotonic()
        if self._limit is None or now - self._limit[0] >= 1.0:
            self._limit = now, self._seconds_for(left)
        return self._limit[1]
