"""When a provider may be called, and what it answered: kept in the database, shared by all processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

from musiclib.db.engine import Database
from musiclib.db.metadata import ExternalDataRepository
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.errors import RateLimited
from musiclib.providers.base import KEPT, CachedAnswer, Kept, Rate


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
    ) -> None:
        self._db = db
        self._rates = rates
        self._clock = clock
        self._sleep = sleep
        self._at_once = {name: asyncio.Semaphore(rate.concurrency) for name, rate in rates.items()}

    def slot(self, provider: str) -> AbstractAsyncContextManager[None]:
        """Raises `RateLimited` while the provider is blocked."""
        return self._slot(provider)

    @asynccontextmanager
    async def _slot(self, provider: str) -> AsyncIterator[None]:
        rate = self._rates.get(provider)
        if rate is None:
            yield
            return
        async with self._at_once[provider]:
            await self._sleep(self._book(provider, rate))
            yield

    def _book(self, provider: str, rate: Rate) -> float:
        """Seconds until the call may start."""
        now = self._clock()
        with self._db.write() as conn:
            states = ProviderStateRepository(conn)
            state = states.get(provider)
            if state and state.blocked_until and state.blocked_until > now:
                raise RateLimited(provider, state.reason or f"{provider} rests.", state.blocked_until)
            start = states.reserve(provider, rate.min_interval_s, now)
        return max(0.0, (start - now).total_seconds())


class DatabaseAnswers:
    """An `AnswerCache` over `external_data`."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def get(self, provider: str, key: str, kept: Kept = KEPT) -> CachedAnswer | None:
        with self._db.read() as conn:
            record = ExternalDataRepository(conn).get(provider, key)
        if record is None:
            return None
        # A miss may have content too (an empty list of results), so it says itself what it is.
        found = bool(record.raw.get("found"))
        if self._clock() - record.fetched_at > (kept.found if found else kept.missed):
            return None
        return CachedAnswer(record.raw.get("answer", {}), found)

    def put(self, provider: str, key: str, raw: dict[str, Any], found: bool) -> None:
        with self._db.write() as conn:
            ExternalDataRepository(conn).put(provider, key, {"found": found, "answer": raw}, self._clock())
