"""The process in which the system is asked to tell of changes in a folder.

A process, as asking for 20,000 folders takes more than a second, during which `watchfiles` holds the GIL: the
window would stand still.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from musiclib.tags.opening import is_audio_name

_DEBOUNCE_MS = 500
_SIGN_OF_LIFE_MS = 2000
_LONGEST_FAREWELL_S = 2.0
_DELETED = 3
"""`watchfiles.Change.deleted`, which is imported in the child only."""

Message = list[str] | str | None
"""Paths at which something changed, none of them as a sign of life; why it cannot be watched; the end."""


class WatchProcess:
    """A child that watches one folder and all below it until `end`."""

    def __init__(self, folder: Path, told: Callable[[Message], None]) -> None:
        """`told` is called in a thread of its own. OSError if there can be no process."""
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe(duplex=False)
        self._process = context.Process(
            target=serve, args=(theirs, str(folder)), name="musiclib-watch", daemon=True
        )
        self._process.start()
        theirs.close()  # so that the pipe ends when the child does
        self._thread = threading.Thread(target=self._listen, args=(told,), name="watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._process.kill()
        self._process.join(_LONGEST_FAREWELL_S)
        self._thread.join(_LONGEST_FAREWELL_S)
        self._pipe.close()

    def _listen(self, told: Callable[[Message], None]) -> None:
        try:
            while True:
                told(self._pipe.recv())
        except (EOFError, OSError):
            told(None)


def serve(pipe: Connection, folder: str) -> None:
    """The child's main function. It ends when nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from watchfiles import watch

    try:
        for changes in watch(
            folder,
            watch_filter=matters,
            debounce=_DEBOUNCE_MS,
            rust_timeout=_SIGN_OF_LIFE_MS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            _tell(pipe, [path for _, path in changes])
    except OSError as error:  # too many folders for the system, or a file system that cannot be watched
        _tell(pipe, str(error))


def matters(change: int, path: str) -> bool:
    """Audio files, and folders; what is gone may have been either."""
    name = os.path.basename(path)  # noqa: PTH119 (a Path for each of thousands is slow)
    if name.startswith("."):
        return False
    return change == _DELETED or is_audio_name(name) or os.path.isdir(path)  # noqa: PTH112 (as above)


def _tell(pipe: Connection, message: Message) -> None:
    try:
        pipe.send(message)
    except OSError:
        sys.exit()
