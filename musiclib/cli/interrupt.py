"""Ctrl+C and SIGTERM as a request to stop: work in hand is finished or given back, nothing is torn."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType


@contextlib.contextmanager
def told_to_stop(then: Callable[[], None] = lambda: None) -> Iterator[threading.Event]:
    """An event that the first Ctrl+C or SIGTERM sets, which also calls `then`; a second one breaks off.

    Outside the main thread, where signals cannot be caught, the event is never set.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        then()

    before = {each: signal.signal(each, handle) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
