"""What all runners have in common: other threads wake them and ask them to stop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator


class Wakeable:
    """`wake` and `request_stop` may be called from any thread, the rest belongs to the loop of `run`."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken: asyncio.Event | None = None

    def wake(self) -> None:
        """Look for work now. Without effect while `run` is not running."""
        loop, woken = self._loop, self._woken
        if loop is not None and woken is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just closed
                loop.call_soon_threadsafe(woken.set)

    def request_stop(self) -> None:
        """End `run` soon: what is done stays done, what runs is given back. May come before `run`."""
        self._stop.set()
        self.wake()

    @contextlib.contextmanager
    def _wakeable(self) -> Iterator[None]:
        """Around all that `run` does."""
        self._loop, self._woken = asyncio.get_running_loop(), asyncio.Event()
        try:
            yield
        finally:
            self._loop = self._woken = None
