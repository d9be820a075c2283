"""Small copies of images, kept so that a page of covers need not unpack the originals.

They can be deleted at any time: they are made again.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

SIDES = (96, 192, 384, 768)
"""How long the shorter side of a copy is, in pixels."""
MAX_BYTES = 256 * 1024 * 1024
_KEPT_OF_IT = 0.8
_LOOK_AFTER_BYTES = 16 * 1024 * 1024
_SEEN_AGAIN_S = 24 * 3600


class ThumbFiles:
    """Named by the hash of the original and the side. Thread-safe, and safe beside other processes."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._unlooked: float = float("inf")
        """Bytes written since it was last seen how much there is."""

    def get(self, sha256: str, side: int) -> bytes | None:
        """The copy, if there is one."""
        path = self._path(sha256, side)
        try:
            data = path.read_bytes()
            if time.time() - path.stat().st_mtime > _SEEN_AGAIN_S:
                os.utime(path)
        except OSError:
            return None
        return data

    def put(self, sha256: str, side: int, data: bytes) -> None:
        """Keep a copy, whole or not at all; without space it is not kept."""
        with contextlib.suppress(OSError):
            write_whole(self._path(sha256, side), data)
        with self._lock:
            self._unlooked += len(data)
            if self._unlooked < min(_LOOK_AFTER_BYTES, self._max_bytes / 8):
                return
            self._unlooked = 0
        self._drop_oldest()

    def remove(self, sha256: str) -> None:
        """Delete all copies of an image."""
        for side in SIDES:
            with contextlib.suppress(OSError):
                self._path(sha256, side).unlink(missing_ok=True)

    def _path(self, sha256: str, side: int) -> Path:
        return self._folder / sha256[:2] / f"{sha256}-{side}"

    def _drop_oldest(self) -> None:
        """If there is too much, those go that nobody has looked at for the longest time."""
        found = sorted(self._files())
        space = sum(size for _, size, _ in found)
        if space <= self._max_bytes:
            return
        for _, size, path in found:
            if space <= self._max_bytes * _KEPT_OF_IT:
                return
            with contextlib.suppress(OSError):
                os.unlink(path)  # noqa: PTH108 (a text from scandir)
            space -= size

    def _files(self) -> Iterator[tuple[float, int, str]]:
        with contextlib.suppress(OSError):
            for folder in os.scandir(self._folder):
                yield from _files_in(folder.path)


def _files_in(folder: str) -> Iterator[tuple[float, int, str]]:
    with contextlib.suppress(OSError):
        for each in os.scandir(folder):
            stat = each.stat()
            yield stat.st_mtime, stat.st_size, each.path


def write_whole(path: Path, data: bytes) -> None:
    """Put a file there, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".art-")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
