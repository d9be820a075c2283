"""Puts a changed file in the place of the old one in one step; whoever looks sees the one or the other.

The new file is written beside the old one under a hidden name, flushed to the disk, given the rights, the
owner, the extended attributes and (if wished) the times of the old one, and renamed over it. A file with
several names (hard links) cannot be replaced so: there the finished copy is poured into it, and stays beside
it until that is done, so that a crash in the midst of it can be mended.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from musiclib.errors import NO_SPACE
from musiclib.tags.splices import OtherContent, Patch, patched
from musiclib.tags.wanted import TagsNotWritten

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_PIECE = 1 << 20
_IN_USE = frozenset({errno.EBUSY, errno.ETXTBSY})


class HalfWritten(TagsNotWritten):
    """A file of several names holds the beginning of its new content; the whole of it lies beside it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a file is known to be as it was."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """OSError where the file is not there."""
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A new file that is written and waits beside the old one."""

    target: Path
    """The file itself, where `path` is a symbolic link to it."""
    waiting: Path
    seen: Stamp
    """The old file, when it was copied."""


def waiting_path(path: Path, write_id: UUID) -> Path:
    """Where the new file of a write lies until it takes its place."""
    target = _target(path)
    return target.with_name(f".musiclib-{write_id.hex}{target.suffix}")


def prepare(path: Path, patch: Patch, write_id: UUID, mtime_ns: int | None) -> Prepared:
    """Write the changed file beside the old one, to be of that time, or of now where that is None.

    Raises `TagsNotWritten`; nothing is left behind then.
    """
    target, waiting = _target(path), waiting_path(path, write_id)
    try:
        before = target.stat()
        if not before.st_mode & _WRITABLE or not os.access(target, os.W_OK):
            raise TagsNotWritten(f"{path.name} is write-protected. Allow writing to it, then try again.")
        _write(target, waiting, patch)
        _dress(target, waiting, before, mtime_ns)
        seen = Stamp(before.st_size, before.st_mtime_ns)
        if Stamp.of(target) != seen:
            raise TagsNotWritten(f"{path.name} was changed while it was copied. Try again.")
    except OtherContent as error:
        discard(waiting)
        raise TagsNotWritten(f"{path.name} holds something else by now. Try again.") from error
    except OSError as error:
        discard(waiting)
        raise TagsNotWritten(reason_of(path, error)) from error
    except TagsNotWritten:
        discard(waiting)
        raise
    return Prepared(target, waiting, seen)


def _target(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _write(target: Path, waiting: Path, patch: Patch) -> None:
    with target.open("rb") as old, waiting.open("xb") as new:
        for piece in patched(old, patch):
            new.write(piece)
        new.flush()
        os.fsync(new.fileno())


def _dress(target: Path, waiting: Path, before: os.stat_result, mtime_ns: int | None) -> None:
    made = waiting.stat()
    shutil.copystat(target, waiting)
    os.utime(waiting, ns=(before.st_atime_ns, made.st_mtime_ns if mtime_ns is None else mtime_ns))
    if sys.platform != "win32" and (made.st_uid, made.st_gid) != (before.st_uid, before.st_gid):
        with contextlib.suppress(PermissionError):
            os.chown(waiting, before.st_uid, before.st_gid)
            waiting.chmod(stat.S_IMODE(before.st_mode))  # changing the owner takes some rights away


def swap(path: Path, prepared: Prepared) -> Stamp:
    """Put the new file in its place; returns what it is known by. Raises `TagsNotWritten`."""
    try:
        now = prepared.target.stat()
        if Stamp(now.st_size, now.st_mtime_ns) != prepared.seen:
            raise TagsNotWritten(f"{path.name} was changed by another program just now. Try again.")
        if now.st_nlink > 1:
            _pour(path, prepared)
        else:
            prepared.waiting.replace(prepared.target)
        return Stamp.of(prepared.target)
    except OSError as error:
        raise TagsNotWritten(reason_of(path, error)) from error


def _pour(path: Path, prepared: Prepared) -> None:
    try:
        pour(prepared.waiting, prepared.target)
    except OSError as error:
        raise HalfWritten(
            f"{reason_of(path, error)} A finished copy of the file lies beside it, and takes its place when"
            " musiclib is started next."
        ) from error


def pour(waiting: Path, target: Path) -> None:
    """Write a finished copy into a file that has several names, and remove the copy."""
    with waiting.open("rb") as new, target.open("r+b") as old:
        shutil.copyfileobj(new, old, _PIECE)
        old.truncate()
        old.flush()
        os.fsync(old.fileno())
    copied = waiting.stat()
    os.utime(target, ns=(copied.st_atime_ns, copied.st_mtime_ns))
    waiting.unlink()


def discard(waiting: Path) -> None:
    """Remove a new file that does not take its place."""
    with contextlib.suppress(OSError):
        waiting.unlink()


def settle(folders: set[Path]) -> None:
    """See to it that names which were changed outlast a loss of power, where the system can."""
    if sys.platform == "win32":
        return
    for folder in folders:
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def reason_of(path: Path, error: OSError) -> str:
    """Why a file could not be written, and what to do next."""
    name = path.name
    if error.errno in NO_SPACE:
        return f"No space is left on the disk of {name}. Make room, then try again."
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"{name} is not there any more. Bring it back, or connect its disk, and scan its folder."
    if error.errno == errno.EROFS:
        return f"The disk of {name} can only be read. Allow writing to it, then try again."
    if error.errno in _IN_USE or getattr(error, "winerror", None) in (5, 32, 33):
        return f"{name} is in use by another program. Close it there, then try again."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{name} or its folder is write-protected. Allow writing to it, then try again."
    if error.errno == errno.ENAMETOOLONG:
        return f"The name of {name} is too long for a copy to lie beside it. Shorten it."
    return f"{name} cannot be written ({error.strerror or error}). Check its disk."
