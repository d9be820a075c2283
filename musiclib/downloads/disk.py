"""The disk below the download folder: making sure, room, and what its errors mean."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from musiclib.domain.states import TransferReason
from musiclib.downloads.base import TransferError
from musiclib.errors import NO_SPACE, DiskFull

try:
    from fcntl import F_FULLFSYNC, fcntl  # type: ignore[attr-defined,unused-ignore]
except ImportError:
    F_FULLFSYNC = None

_GONE = frozenset(
    {
        errno.ENOENT, errno.ENOTDIR, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN,
        errno.EHOSTDOWN, errno.ETIMEDOUT,
    }
)  # fmt: skip
"""Codes of an `OSError` that say that a folder or the drive it is on is not there."""
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def sync_file(fd: int) -> None:
    """Have the bytes of an open file outlive a power cut."""
    if F_FULLFSYNC is None:
        os.fsync(fd)
        return
    try:
        fcntl(fd, F_FULLFSYNC)  # fsync stops at the drive's cache on macOS
    except OSError:  # a file system that has only the other
        os.fsync(fd)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder outlive a power cut. Windows does so by itself."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems
            raise
    finally:
        os.close(fd)


@contextlib.contextmanager
def on_disk(folder: Path) -> Iterator[None]:
    """Turns the errors of a disk into those for people: `DiskFull` or `TransferError`."""
    try:
        yield
    except OSError as error:
        raise _in_words(error, folder) from error


def _in_words(error: OSError, folder: Path) -> DiskFull | TransferError:
    if error.errno in NO_SPACE:
        return _full(folder)
    if error.errno == errno.EFBIG:
        return TransferError(
            TransferReason.TOO_LARGE, f"The disk of {folder} cannot hold a file of this size."
        )
    if error.errno in _REFUSED:
        return TransferError(
            TransferReason.NOT_WRITABLE,
            f"The folder {folder} cannot be written. Allow it, or choose another in the settings.",
            retry=True,
        )
    if error.errno in _GONE:
        return folder_missing(folder)
    return TransferError(
        TransferReason.NOT_WRITABLE, f"Writing in {folder} failed: {error.strerror or error}.", retry=True
    )


def folder_missing(folder: Path) -> TransferError:
    return TransferError(
        TransferReason.FOLDER_MISSING,
        f"The folder {folder} is not there. Connect its drive, or choose another in the settings.",
        retry=True,
    )


def _full(folder: Path) -> DiskFull:
    return DiskFull(f"No space is left for downloads in {folder}. Free some space; it goes on by itself.")


def need_room(folder: Path, count: int, reserve: int) -> None:
    """Raises `DiskFull` if so many bytes more would leave less than the reserve; `OSError`."""
    if shutil.disk_usage(folder).free < count + reserve:
        raise _full(folder)
