"""How fast, how many at once, and who has asked us to wait."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

_BURST_S = 0.1
_QUANTUM_S = 0.05
_SMALLEST_READ = 4 * 1024
LARGEST_READ = 1024 * 1024


class Bandwidth:
    """Bytes a second of all transfers together. Thread-safe; the limit may change at any time.

    Who asks gets a place in one line of bytes, and may go on when the allowance has come so far: transfers
    that ask for as much get as much.
    """

    def __init__(self, bytes_per_s: float = 0, monotonic: Callable[[], float] = time.monotonic) -> None:
        """0: no limit."""
        self._rate = float(bytes_per_s)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._asked = 0.0
        """Bytes that were asked for since the beginning."""
        self._allowed = 0.0
        self._at = monotonic()

    @property
    def bytes_per_s(self) -> float:
        return self._rate

    @bytes_per_s.setter
    def bytes_per_s(self, value: float) -> None:
        with self._lock:
            self._advance()
            self._rate = float(value)

    def read_size(self) -> int:
        """How many bytes to read at once, so that all get their turn often."""
        rate = self._rate
        return LARGEST_READ if not rate else min(max(int(rate * _QUANTUM_S), _SMALLEST_READ), LARGEST_READ)

    def ask(self, count: int) -> float:
        """A place behind so many bytes more; see `wait_s`."""
        with self._lock:
            self._advance()
            self._asked += count
            return self._asked

    def wait_s(self, place: float) -> float:
        """Seconds until it is the turn of that place, as the limit is now; 0: now."""
        with self._lock:
            self._advance()
            return max(0.0, (place - self._allowed) / self._rate) if self._rate else 0.0

    def _advance(self) -> None:
        now = self._monotonic()
        if self._rate:
            grown = self._allowed + (now - self._at) * self._rate
            self._allowed = min(grown, self._asked + self._rate * _BURST_S)
        else:
            self._allowed = self._asked
        self._at = now


class HostSlots:
    """Who may talk to a host now, in the order they came, one soon after the other. Belongs to one loop."""

    def __init__(self, apart_s: float = 0.0) -> None:
        """`apart_s`: so much later than the one before each begins."""
        self._apart_s = apart_s
        self._next: dict[str, float] = {}
        self._busy: dict[str, int] = {}
        self._waiting: dict[str, deque[tuple[asyncio.Future[None], int]]] = {}

    @asynccontextmanager
    async def slot(self, host: str, at_once: int) -> AsyncIterator[None]:
        await self._take(host, at_once)
        try:
            if (wait_s := self._begin_in_s(host)) > 0:
                await asyncio.sleep(wait_s)
            yield
        finally:
            self._give(host)

    def _begin_in_s(self, host: str) -> float:
        now = asyncio.get_running_loop().time()
        begin = max(now, self._next.get(host, now))
        self._next[host] = begin + self._apart_s
        return begin - now

    async def _take(self, host: str, at_once: int) -> None:
        if self._busy.get(host, 0) < at_once and not self._waiting.get(host):
            self._busy[host] = self._busy.get(host, 0) + 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line = self._waiting.setdefault(host, deque())
        line.append((turn, at_once))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give(host)
            else:
                line.remove((turn, at_once))
            raise

    def _give(self, host: str) -> None:
        self._busy[host] -= 1
        line = self._waiting.get(host, deque())
        while line and self._busy[host] < line[0][1]:
            turn, _ = line.popleft()
            if not turn.done():
                self._busy[host] += 1
                turn.set_result(None)
        if not line:
            self._waiting.pop(host, None)
        if not self._busy[host]:
            del self._busy[host]


class Rests:
    """Until when a host asked all of us to stay away."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._until: dict[str, datetime] = {}

    def rest(self, host: str, until: datetime) -> None:
        self._until[host] = max(until, self._until.get(host, until))

    def until(self, host: str) -> datetime | None:
        """None: it may be asked."""
        until = self._until.get(host)
        if until is not None and until <= self._clock():
            del self._until[host]
            return None
        return until
