"""A file of this machine's disks: copied into the part, linked, or left where it is."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from musiclib.domain.states import TransferReason
from musiclib.downloads.answers import Body
from musiclib.downloads.base import TransferError
from musiclib.downloads.job import Job
from musiclib.downloads.receiving import Receiver
from musiclib.errors import NO_SPACE

_COPY_BYTES = 16 * 1024 * 1024
_READ_BYTES = 1024 * 1024


def copy_file(path: Path, receiver: Receiver, job: Job) -> None:
    """Copy a file into the part, from where it stands. One that changes meanwhile is copied anew, once."""
    for _ in range(2):
        if _copied(path, receiver, job):
            return
    raise TransferError(
        TransferReason.BROKEN_OFF, f"{path.name} is being changed by another program.", retry=True
    )


def _copied(path: Path, receiver: Receiver, job: Job) -> bool:
    """False if the file was changed meanwhile."""
    with open_source(path) as source:
        found = os.fstat(source.fileno())
        asked = receiver.asked()
        validator = _validator(found)
        if asked.validator != validator:
            receiver.forget()
        if not receiver.complete:
            start = receiver.asked().offset
            body = Body(start, found.st_size - start, found.st_size, validator)
            receiver.receive(body, _data(source, start, receiver, job), None)
        if _validator(os.fstat(source.fileno())) == validator:
            return True
    receiver.forget()
    return False


@contextlib.contextmanager
def open_source(path: Path) -> Iterator[BinaryIO]:
    """A regular file, open for reading. Raises `TransferError`."""
    with on_source(path):
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            raise TransferError(TransferReason.NOT_AUDIO, f"{path.name} is not a file.")
        file = path.open("rb", buffering=0)
    with file:
        yield file


@contextlib.contextmanager
def on_source(path: Path) -> Iterator[None]:
    """Turns the errors of the disk that is read from into those for people."""
    try:
        yield
    except OSError as error:
        raise in_words(error, path) from error


def in_words(error: OSError, path: Path) -> TransferError:
    """What an error of reading a file means."""
    if isinstance(error, PermissionError):
        return TransferError(TransferReason.FORBIDDEN, f"{path} may not be read.")
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        return TransferError(TransferReason.BROKEN_OFF, f"{path} cannot be read.", retry=True)
    if path.parent.is_dir():
        return TransferError(TransferReason.GONE, f"{path} is not there any more.")
    return TransferError(
        TransferReason.UNREACHABLE,
        f"The folder {path.parent} is not there. Perhaps its drive is not connected.",
        retry=True,
    )


def _data(source: BinaryIO, start: int, receiver: Receiver, job: Job) -> Iterator[bytes | int]:
    source.seek(start)
    yield from _copied_by_the_system(source, receiver, job)
    while True:
        job.keep_on()
        with on_source(Path(source.name)):
            data = source.read(_READ_BYTES)
        if not data:
            return
        yield data


def _copied_by_the_system(source: BinaryIO, receiver: Receiver, job: Job) -> Iterator[int]:
    """As far as the system copies by itself: within a file system that shares blocks it costs nothing."""
    if not hasattr(os, "copy_file_range"):
        return
    while True:
        job.keep_on()
        try:
            count = os.copy_file_range(source.fileno(), receiver.fileno(), _COPY_BYTES)
        except OSError as error:
            if error.errno in NO_SPACE:
                raise
            return  # not between these; reading and writing tells which side fails
        if not count:
            return
        yield count


def _validator(found: os.stat_result) -> str:
    return f"{found.st_dev}-{found.st_ino}-{found.st_size}-{found.st_mtime_ns}"
