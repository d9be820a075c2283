"""A whole file goes to its place: in one step, over nothing that is there, never outside the folder."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from musiclib.domain.states import TransferReason
from musiclib.downloads.base import TransferError
from musiclib.downloads.disk import sync_file, sync_folder
from musiclib.downloads.parts import Placing

_MOST_COLLISIONS = 1000
_LONGEST_NAME = 255
"""Bytes, as most file systems count."""
_NO_LINKS = frozenset(
    {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}
)


def place(folder: Path, source: Path, target: str, suffix: str, announce: Callable[[Placing], None]) -> Path:
    """Move a file to `target` below the folder, with the suffix; a name that is taken gets " (2)".

    `announce` is told before each attempt, so that a move that nobody lived to write down is found again.
    Raises `OSError`, and `TransferError` if the target would be outside the folder.
    """
    root = folder.resolve(strict=True)
    parts = _parts(target)
    home = _make_folders(root, parts[:-1])
    found = source.stat(follow_symlinks=False)
    for name in _names(parts[-1], suffix):
        path = home / name
        if os.path.lexists(path):
            continue
        relative = path.relative_to(root).as_posix()
        announce(Placing(relative, found.st_size, found.st_mtime_ns))
        with contextlib.suppress(FileExistsError):
            move(source, path)
            return folder / relative
    raise TransferError(TransferReason.NOT_WRITABLE, f"Too many files are called {parts[-1]}.")


def placed(folder: Path, placing: Placing, part: Path) -> Path | None:
    """The file that was being placed when the program ended, if it came to its place."""
    path = folder.joinpath(*_parts(placing.target))
    try:
        found = path.stat(follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    if (found.st_size, found.st_mtime_ns) == (placing.size, placing.mtime_ns):
        return path
    if found.st_size == 0 and placing.size and part.exists():
        path.unlink()  # a name that was only reserved
    return None


def _parts(target: str) -> tuple[str, ...]:
    """The names on the way, each of them only a name, on whatever system."""
    parts = PurePosixPath(target).parts
    for each in parts:
        on_windows = PureWindowsPath(each)
        if each in (".", "..") or "\0" in each or on_windows.drive or on_windows.parts != (each,):
            raise _outside()
    if not parts or PurePosixPath(target).is_absolute():
        raise _outside()
    return parts


def _make_folders(root: Path, names: tuple[str, ...]) -> Path:
    """The folder where the file goes; links on the way may not lead out."""
    at = root
    for name in names:
        at = at / name
        try:
            at.mkdir()
        except FileExistsError:
            at = at.resolve(strict=True)
            if not at.is_relative_to(root):
                raise _outside() from None
        else:
            sync_folder(at.parent)
    return at


def _names(stem: str, suffix: str) -> Iterator[str]:
    for number in range(1, _MOST_COLLISIONS):
        end = f".{suffix}" if number == 1 else f" ({number}).{suffix}"
        room = _LONGEST_NAME - len(os.fsencode(end))
        yield os.fsencode(stem)[:room].decode("utf-8", "ignore").rstrip(" .") + end


def move(source: Path, target: Path) -> None:
    """Move, or raise `FileExistsError` with nothing done. No other file is ever replaced."""
    try:
        _rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    else:
        return
    beside = target.with_name(f".{source.name}")
    try:
        with source.open("rb") as file, beside.open("wb") as copy:
            shutil.copyfileobj(file, copy, 1024 * 1024)
            copy.flush()
            sync_file(copy.fileno())
        found = source.stat()
        os.utime(beside, ns=(found.st_atime_ns, found.st_mtime_ns))
        _rename(beside, target)
    finally:
        beside.unlink(missing_ok=True)
    source.unlink()


def _rename(source: Path, target: Path) -> None:
    if os.name == "nt":
        source.rename(target)  # never replaces there
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename_into_reserved(source, target)
    else:
        sync_folder(target.parent)  # before the first name goes: a power cut must not take both
        source.unlink()


def _rename_into_reserved(source: Path, target: Path) -> None:
    """For file systems without links: the name is made ours first, empty, and only that is replaced."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        source.replace(target)
    except BaseException:
        target.unlink()
        raise
    sync_folder(target.parent)


def _outside() -> TransferError:
    return TransferError(
        TransferReason.NOT_WRITABLE, "The name of the file would lead out of the download folder."
    )
