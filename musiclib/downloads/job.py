"""One transfer as its thread and the loop that waits for it both see it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from musiclib.downloads.limits import Bandwidth

_LOOK_AGAIN_S = 0.25


class Stopped(Exception):
    """Nobody waits for this transfer any more; what it has is kept."""


class Job:
    """Made in the loop, worked on by one thread, watched and stopped from the loop."""

    def __init__(self, bandwidth: Bandwidth, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.done = 0
        self.total: int | None = None
        self.checking = False
        self.asking_since: float | None = None
        """Since when it waits for an answer, touching nothing on the disk."""
        self._bandwidth = bandwidth
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._too_late = False
        self._socket: socket.socket | None = None

    def stop(self) -> bool:
        """Have the thread end soon. Returns whether there is anything to wait for.

        While it waits for an answer there is not: it will not touch the disk any more.
        """
        with self._lock:
            self._stopped.set()
            self._hang_up()
            return self.asking_since is None

    def give_up_asking(self, longest_s: float) -> None:
        """Break the connection if the answer has not begun in that time."""
        with self._lock:
            since = self.asking_since
            if since is not None and self._monotonic() - since > longest_s:
                self._too_late = True
                self._hang_up()

    @property
    def too_late(self) -> bool:
        """Whether the answer was given up by `give_up_asking`."""
        return self._too_late

    def keep_on(self) -> None:
        """Raises `Stopped` if it is to end."""
        if self._stopped.is_set():
            raise Stopped

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around everything that may wait for a server before an answer begins."""
        with self._lock:
            self.keep_on()
            self._too_late = False
            self.asking_since = self._monotonic()
        try:
            yield
        finally:
            with self._lock:
                self.asking_since = None
                self.keep_on()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """The `trace` extension of httpx2: it shows the connection before there is an answer."""
        if event.endswith("connect_tcp.complete"):
            own: socket.socket = info["return_value"].get_extra_info("socket")
            with self._lock:
                self._let_go()
                # A second handle: the first one is taken over by the encryption.
                self._socket = own.dup()
                if self._stopped.is_set():
                    self._hang_up()

    def close(self) -> None:
        """By its thread, at the end."""
        with self._lock:
            self._let_go()

    def pay(self, count: int) -> None:
        """Wait until so many bytes more may have come. Raises `Stopped`."""
        place = self._bandwidth.ask(count)
        while (wait_s := self._bandwidth.wait_s(place)) > 0:
            if self._stopped.wait(min(wait_s, _LOOK_AGAIN_S)):
                raise Stopped

    def read_size(self) -> int:
        return self._bandwidth.read_size()

    def _hang_up(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # the other side was faster
                self._socket.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
