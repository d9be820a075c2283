"""Who has the library open on this machine, and who had it open and never closed it.

Each process keeps a locked file in a folder for as long as it has the library open. The system lets the lock
go however the process ends; a file that nobody holds is of one that was killed, or of a power cut.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import uuid4

_SUFFIX = ".open"
_NEW_S = 5.0


class Presence:
    """`left_open` are the files of those that never closed the library, until `forget` is called."""

    def __init__(self, folder: Path) -> None:
        """Begin to be present. A folder that cannot be written, or locked in, is no reason not to open a
        library: then nothing is known."""
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._path = folder / f"{uuid4().hex}{_SUFFIX}"
        self.left_open: tuple[Path, ...] = ()
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            self.left_open = tuple(_of_nobody(folder))
            self._file = self._path.open("wb")
            _lock(self._file)

    def end(self) -> None:
        """The library is closed in good order. May be called twice."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
                self._path.unlink(missing_ok=True)
            self._file = None

    def forget(self) -> None:
        """What was left open was looked at and is in order."""
        for path in self.left_open:
            with contextlib.suppress(OSError):
                path.unlink()
        self.left_open = ()


def _of_nobody(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        with contextlib.suppress(OSError), path.open("rb+") as file:
            # A new one may be about to be locked.
            if time.time() - path.stat().st_mtime > _NEW_S and _lock(file):
                yield path


def _lock(file: IO[bytes]) -> bool:
    """False where another process holds it, or the file system knows no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
