"""How long a run waits for a provider that gives no answer, and when it gives up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from musiclib.errors import BadPayload, ProviderError, ProviderUnreachable, RateLimited
from musiclib.services.acts import Clock
from musiclib.services.collection_types import Sleep

T = TypeVar("T")

_TRIES = 3
"""So often one thing is asked for while the network or the provider fails."""
_MOST_WAITS = 20
"""A provider that asks for so many waits in a row has more on its mind than a moment."""
_MARGIN_S = 0.05
"""Clocks that differ by less must not have us come a moment too early, which costs another wait."""


class Parked(Exception):
    """The provider is to be left alone for longer than this run waits."""

    def __init__(self, error: RateLimited) -> None:
        super().__init__(str(error))
        self.error = error
        self.until = error.until


class Patience:
    """Asks again after a wait: `error_wait_s` at least, and as long as the provider has said."""

    def __init__(
        self,
        error_wait_s: float,
        longest_s: float,
        clock: Clock,
        sleep: Sleep,
        waits: Callable[[datetime, str], None],
    ) -> None:
        """`longest_s` is what is waited for one answer; `waits` is told until when, and why."""
        self._error_wait_s = error_wait_s
        self._longest_s = longest_s
        self._clock = clock
        self._sleep = sleep
        self._waits = waits

    async def answer(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` brings in the end.

        Raises `Parked` where the provider wants to be left alone for too long; `BadPayload` if it makes
        no sense several times; any other error of the `ProviderError` family as soon as waiting is of no use.
        """
        failed = waited = 0
        while True:
            try:
                return await ask()
            except RateLimited as error:
                waited += 1
                if waited > _MOST_WAITS or self._seconds_until(error.until) > self._longest_s:
                    raise Parked(error) from error
                until = self._seconds_until(error.until) + _MARGIN_S
                await self._wait(max(self._error_wait_s, until), error)
            except (ProviderUnreachable, BadPayload) as error:
                failed += 1
                if failed == _TRIES:
                    raise
                await self._wait(self._error_wait_s, error)

    async def _wait(self, seconds: float, error: ProviderError) -> None:
        self._waits(self._clock() + timedelta(seconds=seconds), str(error))
        await self._sleep(seconds)

    def _seconds_until(self, moment: datetime) -> float:
        return (moment - self._clock()).total_seconds()
