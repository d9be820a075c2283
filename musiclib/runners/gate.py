"""When a provider may be called, and what it answered: kept in the database, shared by all processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from musiclib.db.engine import Database
from musiclib.db.expiry import has_expired
from musiclib.db.external_data import ExternalDataRepository
from musiclib.db.provider_removal import was_just_removed
from musiclib.db.provider_state import ProviderStateRepository, as_seen_at
from musiclib.db.records import ProviderRecord
from musiclib.domain.rates import Rate, calls_free, next_free
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import Reason
from musiclib.domain.text import short_key
from musiclib.domain.wording import dated_clock, quota_words, rest_words
from musiclib.errors import QuotaExceeded, RateLimited, StillUnreachable
from musiclib.providers.base import KEPT, CachedAnswer, Kept

_AT_ONCE = 50
_BOOKING_HOLDS = timedelta(seconds=1)
"""Who is refused elsewhere is heeded here no later than that."""


class DatabaseGate:
    """A `Gate`: each call books its moment in the database, then waits for it.

    Belongs to one asyncio loop.
    """

    def __init__(
        self,
        db: Database,
        rates: Mapping[str, Rate],
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        *,
        urgent: bool = False,
    ) -> None:
        """`urgent` is the gate of a person who waits: it also gives what is kept back of a day's calls."""
        self._db = db
        self._rates = rates
        self._clock = clock
        self._sleep = sleep
        self._urgent = urgent
        self._booked: dict[str, tuple[int, datetime]] = {}
        """Of a provider that needs no pace: calls booked together and not made yet, and when that was."""
        self._at_once = {name: asyncio.Semaphore(rate.concurrency) for name, rate in rates.items()}

    def slot(self, provider: str) -> AbstractAsyncContextManager[None]:
        """Raises `RateLimited` while the provider is blocked, `QuotaExceeded` once a day's calls are used."""
        return self._slot(provider)

    @asynccontextmanager
    async def _slot(self, provider: str) -> AsyncIterator[None]:
        rate = self._rates.get(provider)
        if rate is None:
            yield
            return
        async with self._at_once[provider]:
            wait_s = self._book(provider, rate)
            if wait_s > 0:
                await self._sleep(wait_s)
                self._look_again(provider)
            try:
                yield
            except RateLimited as error:
                self._heed(provider, rate, error)
                raise self._told(error) from error

    def _book(self, provider: str, rate: Rate) -> float:
        """Seconds until the call may start."""
        now = self._clock()
        left, since = self._booked.get(provider, (0, now))
        if left and timedelta() <= now - since < _BOOKING_HOLDS:
            self._booked[provider] = left - 1, since
            return 0.0
        with self._db.write() as conn:
            states = ProviderStateRepository(conn)
            state = states.at(provider, now)
            refused = _blocked(state, now) or self._used_up(states, rate, state, now)
            calls = 1 if rate.min_interval_s else self._together(rate, state, now)
            start = now if refused else states.reserve(provider, rate.min_interval_s, now, calls)
        if refused:  # what was put right in the transaction stays
            raise self._told(refused)
        self._booked[provider] = calls - 1, now
        return max(0.0, (start - now).total_seconds())

    def _together(self, rate: Rate, state: ProviderRecord | None, now: datetime) -> int:
        """How many calls are booked in one transaction, where none has to wait for the one before."""
        if state is None:
            return 1
        free = calls_free(state.calls, self._limit(rate, state.learnt(rate.daily)), now)
        return max(1, int(min(_AT_ONCE, free)))

    def _look_again(self, provider: str) -> None:
        """Somebody else may have been refused meanwhile; to call all the same can make a block longer."""
        with self._db.read() as conn:
            state = ProviderStateRepository(conn).get(provider)
        now = self._clock()
        if refused := _blocked(state and as_seen_at(state, now), now):
            raise self._told(refused)

    def _told(self, refused: RateLimited) -> RateLimited:
        """A person is told the hour at once; for a task the moment is kept, and told when it is shown."""
        if not self._urgent:
            return refused
        said = rest_words(str(refused), refused.until, dated_clock(self._clock()))
        return type(refused)(refused.provider, said, refused.until)

    def _used_up(
        self, states: ProviderStateRepository, rate: Rate, state: ProviderRecord | None, now: datetime
    ) -> RateLimited | None:
        """What a call meets if a day's calls are used; a budget that has proved good is raised before."""
        if state is None:
            return None
        provider, learnt = state.provider, state.learnt(rate.daily)
        until = self._next_free(rate, learnt, state, now)
        more = rate.raised(learnt, state.budget_since, now) if until else None
        if more is not None:
            states.set_budget(provider, more, now, of=rate.daily)
            until = self._next_free(rate, more, state, now)
        return QuotaExceeded(provider, quota_words(provider), until) if until else None

    def _next_free(
        self, rate: Rate, learnt: int | None, state: ProviderRecord, now: datetime
    ) -> datetime | None:
        limit = self._limit(rate, learnt)
        return next_free(state.calls, limit, now) if limit is not None else None

    def _limit(self, rate: Rate, learnt: int | None) -> int | None:
        return rate.budget(learnt) if self._urgent else rate.allowance(learnt)

    def _heed(self, provider: str, rate: Rate, error: RateLimited) -> None:
        """Remember what the provider said; several calls that are refused together are one refusal."""
        now = self._clock()
        self._booked.pop(provider, None)
        quota = isinstance(error, QuotaExceeded)
        with self._db.write() as conn:
            states = ProviderStateRepository(conn)
            state = states.at(provider, now)
            learnt = state.learnt(rate.daily) if state else None
            halved = rate.halved(learnt) if quota and not _blocked(state, now) else None
            if halved is not None:
                states.set_budget(provider, halved, now, of=rate.daily, since=error.until)
            states.block(provider, error.until, str(error), now, Reason(error.code))


def _blocked(state: ProviderRecord | None, now: datetime) -> RateLimited | None:
    """What a call meets now, in the words that were stored with the block."""
    if state is None or state.blocked_until is None or state.blocked_until <= now:
        return None
    why = _REFUSALS.get(state.blocked_code or Reason.RATE_LIMITED, RateLimited)
    reason = state.reason or f"{PROPER_NAMES.get(state.provider, state.provider)} asked us to wait."
    return why(state.provider, reason, state.blocked_until)


_REFUSALS: dict[Reason, type[RateLimited]] = {
    Reason.QUOTA: QuotaExceeded,
    Reason.UNREACHABLE: StillUnreachable,
}


class DatabaseAnswers:
    """An `AnswerCache` over `external_data`."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def get(self, provider: str, key: str, kept: Kept = KEPT) -> CachedAnswer | None:
        with self._db.read() as conn:
            record = ExternalDataRepository(conn).get(provider, short_key(key))
        if record is None:
            return None
        # A miss may have content too (an empty list of results), so it says itself what it is.
        found = bool(record.raw.get("found"))
        if has_expired(record.fetched_at, kept.found if found else kept.missed, self._clock()):
            return None
        return CachedAnswer(record.raw.get("answer", {}), found)

    def put(self, provider: str, key: str, raw: dict[str, Any], found: bool) -> None:
        now = self._clock()
        with self._db.write() as conn:
            if not was_just_removed(conn, provider, now):
                answer = {"found": found, "answer": raw}
                ExternalDataRepository(conn).put(provider, short_key(key), answer, now)


class UnkeptAnswers:
    """For who keeps what is answered elsewhere."""

    def get(self, provider: str, key: str, kept: Kept = KEPT) -> CachedAnswer | None:
        return None

    def put(self, provider: str, key: str, raw: dict[str, Any], found: bool) -> None:
        """Nothing."""


class FreshAnswers(DatabaseAnswers):
    """Keeps answers, but asks for each anew."""

    def get(self, provider: str, key: str, kept: Kept = KEPT) -> CachedAnswer | None:
        return None
