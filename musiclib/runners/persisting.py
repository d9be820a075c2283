"""Writing that outlasts a full disk and a held database: what workers have done must not be lost for it."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable
from typing import TypeVar

from musiclib.errors import DatabaseBusy, DiskFull

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

    async def pause(self, seconds: float) -> None:
        """Sleep, unless we are to stop: `Stopping`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            if self._stop.is_set():
                raise Stopping
            await asyncio.sleep(min(left, _LOOK_FOR_STOP_S))
