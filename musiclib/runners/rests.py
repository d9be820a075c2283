"""Providers that want to be left alone: until when, for all processes, and who may come when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from musiclib.db.engine import Database
from musiclib.db.provider_state import ProviderStateRepository, as_seen_at
from musiclib.domain.rates import Rate
from musiclib.domain.states import Reason
from musiclib.errors import BadPayload, ProviderError, ProviderUnreachable, QuotaExceeded, RateLimited
from musiclib.runners import troubles
from musiclib.runners.outcome import Outcome

_DAY = timedelta(days=1)
_ODD_IN_A_ROW = 3
"""So many answers without sense are the provider's trouble, not that of the tracks asked for."""


class Rests:
    """What a worker has learnt of its providers' troubles."""

    def __init__(self, db: Database, clock: Callable[[], datetime], rates: Mapping[str, Rate]) -> None:
        self._db = db
        self._clock = clock
        self._rates = rates
        self._down: dict[str, int] = {}
        """Providers that could not be reached: how often in a row."""
        self._odd: dict[str, int] = {}
        """Providers whose answers make no sense: how many in a row."""
        self._lines: dict[str, tuple[datetime, int]] = {}
        """Moment a line starts, and how many stand in it."""

    def note(self, error: ProviderError) -> None:
        """Let a provider rest, for all processes, so that other work goes on meanwhile.

        Whether one rests is read each time: a person or another process may have changed it.
        """
        now = self._clock()
        rests_until = self._rests_until(error.provider, now)
        if isinstance(error, ProviderUnreachable):
            if rests_until > now:
                return  # several were asking when it went away: that is one trouble
            times = self._down[error.provider] = self._down.get(error.provider, 0) + 1
            until = now + troubles.backoff(times)
        elif isinstance(error, BadPayload):
            times = self._odd[error.provider] = self._odd.get(error.provider, 0) + 1
            if times < _ODD_IN_A_ROW:
                return  # it may be this one track
            until = now + troubles.backoff(times + 1 - _ODD_IN_A_ROW)
        elif isinstance(error, RateLimited) and not isinstance(error, QuotaExceeded):
            until = error.until  # a quota is the gate's own: it still lets a person's clicks through
        else:
            return
        if until <= rests_until:
            return
        with self._db.write() as conn:
            code = Reason(error.code) if isinstance(error, RateLimited) else Reason.UNREACHABLE
            ProviderStateRepository(conn).block(error.provider, until, str(error), now, code)

    def _rests_until(self, provider: str, now: datetime) -> datetime:
        """The moment given if it does not rest."""
        with self._db.read() as conn:
            known = ProviderStateRepository(conn).get(provider)
        return (known and as_seen_at(known, now).blocked_until) or now

    def answered(self, provider: str) -> None:
        self._down.pop(provider, None)
        self._odd.pop(provider, None)

    def outcome(self, error: ProviderError, attempts: int) -> Outcome:
        """What the trouble means for a task that can do nothing without this provider."""
        if isinstance(error, BadPayload) and self._odd.get(error.provider, 0) >= _ODD_IN_A_ROW:
            return troubles.again(error, attempts, self._clock())
        outcome = troubles.of_provider(error, attempts, self._clock())
        if isinstance(error, RateLimited):
            return replace(outcome, not_before=self._place_in_line(error))
        return outcome

    def later(self, error: ProviderError, attempts: int) -> Outcome | None:
        """The same for a task that only lacks what this provider may add; None: it does without."""
        if isinstance(error, RateLimited | ProviderUnreachable):
            return self.outcome(error, attempts)
        if isinstance(error, BadPayload):
            return troubles.again(error, attempts, self._clock())
        return None

    def _place_in_line(self, error: RateLimited) -> datetime:
        """When the task's turn comes.

        Who has so many calls a day serves so many tasks a day: sent back all at the same moment, the rest of
        a large library would come each time for nothing, and nobody would know when it is done.
        """
        rate = self._rates.get(error.provider)
        daily = rate.daily if rate else None
        if rate is None or not daily:
            return error.until
        start, ahead = self._lines.get(error.provider, (error.until, 0))
        if start != error.until:
            start, ahead = error.until, 0
        self._lines[error.provider] = start, ahead + 1
        days, place = divmod(ahead, daily)
        return start + days * _DAY + place * timedelta(seconds=rate.min_interval_s)
