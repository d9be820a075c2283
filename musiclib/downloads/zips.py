"""One member of a ZIP file, unpacked into the part. Its name is never used as a path."""

from __future__ import annotations

import contextlib
import errno
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from musiclib.domain.states import TransferReason
from musiclib.downloads.answers import Body
from musiclib.downloads.base import TransferError
from musiclib.downloads.checks import grows_too_much
from musiclib.downloads.job import Job
from musiclib.downloads.local import in_words, open_source
from musiclib.downloads.receiving import Receiver

_READ_BYTES = 1024 * 1024
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError)


def unpack_member(path: Path, member: str, receiver: Receiver, job: Job) -> None:
    """Unpack a member into the part, always from 0: what is packed cannot be entered in the middle."""
    with open_source(path) as file:
        with _reading(path):
            archive = zipfile.ZipFile(file)
        with archive:
            info = _member(archive, path, member)
            if receiver.complete:
                return
            receiver.forget()
            body = Body(0, None, info.file_size, None)
            receiver.receive(body, _data(archive, info, path, job), lambda text: None)


def _member(archive: zipfile.ZipFile, path: Path, member: str) -> zipfile.ZipInfo:
    try:
        info = archive.getinfo(member)
    except KeyError as error:
        raise TransferError(TransferReason.GONE, f"{path.name} does not hold this file any more.") from error
    if info.is_dir() or stat.S_ISLNK(info.external_attr >> 16):
        raise TransferError(TransferReason.NOT_AUDIO, "What the ZIP file holds under this name is no file.")
    if info.flag_bits & _ENCRYPTED:
        raise TransferError(
            TransferReason.FORBIDDEN,
            f"{path.name} is protected by a password. Unpack it, and add the folder.",
        )
    if grows_too_much(info.compress_size, info.file_size):
        raise TransferError(
            TransferReason.TOO_LARGE, f"{path.name} holds something that would grow out of all measure."
        )
    return info


def _data(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, job: Job) -> Iterator[bytes]:
    """The bytes; the checksum is looked at with the last of them."""
    with _reading(path), archive.open(info) as packed:
        while data := packed.read(_READ_BYTES):
            job.keep_on()
            yield data


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Tells a file that is damaged from a drive that fails or was pulled out."""
    try:
        yield
    except _DAMAGED as error:
        raise _damaged(path) from error
    except OSError as error:
        if error.errno in (errno.EINVAL, None):  # a place that no file has; bytes that bz2 did not make
            raise _damaged(path) from error
        raise in_words(error, path) from error


def _damaged(path: Path) -> TransferError:
    return TransferError(
        TransferReason.UNREADABLE_AUDIO, f"{path.name} is damaged, or no ZIP file.", restart=True
    )
