"""Writing that outlasts a full disk and a held database: what workers have done must not be lost for it."""

from __future__ import annotations

import asyncio
import functools
import itertools
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from musiclib.errors import DatabaseAway, DatabaseBusy, DiskFull

RETRY_WRITE_S = (0.5, 1.0, 2.0, 5.0, 10.0)
_LOOK_FOR_STOP_S = 0.2

T = TypeVar("T")


class Stopping(Exception):
    """We are to stop while nothing can be written; what runs is taken up again when its lease ends."""


class Persistence:
    """Belongs to one loop. `tell` hears of each failure, and None once it works again."""

    def __init__(self, stop: threading.Event, tell: Callable[[DiskFull | DatabaseBusy | None], None]) -> None:
        self._stop = stop
        self._tell = tell
        self.patient = True
        """Try for ever; otherwise the error is raised after some tries."""

    async def write(self, write: Callable[[], T]) -> T:
        """Write; while the disk is full or the database is held, wait and try again. Raises `Stopping`."""
        more = itertools.repeat(RETRY_WRITE_S[-1]) if self.patient else ()
        for wait_s in itertools.chain(RETRY_WRITE_S, more):
            try:
                result = write()
            except (DiskFull, DatabaseBusy) as error:
                self._tell(error)
                await self.pause(wait_s)
            else:
                self._tell(None)
                return result
        return write()

    async def stand_off(self, error: DatabaseAway) -> bool:
        """Tell it and wait before the next try; False when we are to stop."""
        self._tell(error)
        try:
            await self.pause(RETRY_WRITE_S[2])
        except Stopping:
            return False
        return True

    async def pause(self, seconds: float) -> None:
        """Sleep, unless we are to stop: `Stopping`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            if self._stop.is_set():
                raise Stopping
            await asyncio.sleep(min(left, _LOOK_FOR_STOP_S))


class Persistent(Protocol):
    """A runner that writes by a `Persistence`."""

    _persistence: Persistence


P = ParamSpec("P")
R = TypeVar("R", bound=Persistent)


def outlasting(
    run: Callable[Concatenate[R, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[R, P], Coroutine[Any, Any, T]]:
    """For a runner's `run`: begins anew when the server of the library is back, unless it is not patient.

    What was in hand is given back first, or taken up when its lease ends; told to stop meanwhile, it raises.
    """

    @functools.wraps(run)
    async def lasting(runner: R, /, *args: P.args, **kwargs: P.kwargs) -> T:
        while True:
            try:
                return await run(runner, *args, **kwargs)
            except DatabaseAway as error:
                persistence = runner._persistence
                if not persistence.patient or not await persistence.stand_off(error):
                    raise

    return lasting
