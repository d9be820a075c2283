"""The bytes of an answer, as they come."""

from __future__ import annotations

import socket
import time
import zlib
from collections.abc import Callable, Iterator

import httpcore2
import httpx2

from musiclib.domain.states import TransferReason
from musiclib.downloads.answers import Body
from musiclib.downloads.base import TransferError
from musiclib.downloads.checks import grows_too_much
from musiclib.downloads.job import Job
from musiclib.downloads.limits import LARGEST_READ

Piece = bytes | memoryview

_DIRECT_FROM = 1024 * 1024
_RECORDS = 64 * 1024
"""Encrypted bytes come in records of 16 KB; room for more would be made in vain."""
_UNPACKED_AT_ONCE = 256 * 1024
_GZIP_OR_ZLIB = 47
"""For zlib: it is told by what the bytes begin with."""
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})


def pieces(response: httpx2.Response, body: Body, job: Job, stall_s: float) -> Iterator[Piece]:
    """The body, unpacked; each piece holds till the next one is asked for.

    Raises `TransferError` if it ends before its end, and errors of the client.
    """
    if body.encoding:
        return _unpacked(response.iter_raw(), body.encoding)
    if body.framed and body.length is not None and body.length >= _DIRECT_FROM:
        return _direct(response, body.length, job, stall_s)
    return _counted(response.iter_raw(), body.length)


def _direct(response: httpx2.Response, length: int, job: Job, stall_s: float) -> Iterator[Piece]:
    """A body of known length straight from the connection, which costs half of what parsing it does.

    What was read together with the header comes first; then the connection holds nothing but the body.
    """
    parsed = response.iter_raw()
    first = next(parsed, b"")[:length]
    yield first
    left = length - len(first)
    read = _reader(response.extensions["network_stream"], stall_s)
    while left:
        data = read(min(left, job.read_size()))
        if not data:
            raise _broken_off()
        left -= len(data)
        yield data


def _reader(stream: httpcore2.NetworkStream, stall_s: float) -> Callable[[int], Piece]:
    """Reads at most so many bytes; what it returns holds till the next call. Raises errors of httpcore2."""
    own = stream.get_extra_info("socket")
    if stream.get_extra_info("ssl_object") is not None or not isinstance(own, socket.socket):
        return lambda size: stream.read(min(size, _RECORDS), timeout=stall_s)
    buffer = memoryview(bytearray(LARGEST_READ))
    own.settimeout(stall_s)

    def read(size: int) -> Piece:
        try:
            return buffer[: own.recv_into(buffer[:size])]
        except TimeoutError as error:
            raise httpcore2.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.ReadError(str(error)) from error

    return read


def _counted(data: Iterator[bytes], length: int | None) -> Iterator[bytes]:
    """As many as were said, never more."""
    left = length
    for each in data:
        if left is not None:
            each = each[:left]
            left -= len(each)
        yield each
        if left == 0:
            return
    if left:
        raise _broken_off()


def _unpacked(data: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Nobody asked for it packed; in pieces of bounded size, however well it is packed."""
    if encoding not in _PACKED:
        raise TransferError(
            TransferReason.SERVER_ERROR, "The server sends the file packed in a way nobody asked for."
        )
    unpacker = zlib.decompressobj(wbits=_GZIP_OR_ZLIB)
    taken = given = 0
    try:
        for packed in data:
            taken += len(packed)
            while packed:
                piece = unpacker.decompress(packed, _UNPACKED_AT_ONCE)
                given += len(piece)
                if grows_too_much(taken, given):
                    raise TransferError(
                        TransferReason.TOO_LARGE, "The file grows out of all measure.", restart=True
                    )
                yield piece
                packed = unpacker.unconsumed_tail
                if unpacker.eof and unpacker.unused_data:
                    packed, unpacker = unpacker.unused_data, zlib.decompressobj(wbits=_GZIP_OR_ZLIB)
        yield unpacker.flush()
    except zlib.error as error:
        raise TransferError(
            TransferReason.BROKEN_OFF,
            "The server sent the file packed, and damaged.",
            retry=True,
            restart=True,
        ) from error
    if not unpacker.eof:
        raise _broken_off()


class Pace:
    """Gives up a server that sends next to nothing without ever standing still."""

    def __init__(
        self, slow_s: float, slow_bytes: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._slow_s = slow_s
        self._slow_bytes = slow_bytes
        self._monotonic = monotonic

    def timed(self, data: Iterator[Piece]) -> Iterator[Piece]:
        """The same; raises `TransferError` after `slow_s` of waiting for less than `slow_bytes`."""
        waited_s, count = 0.0, 0
        while True:
            since = self._monotonic()
            each = next(data, None)
            waited_s += self._monotonic() - since
            if each is None:
                return
            count += len(each)
            if waited_s >= self._slow_s:
                if count < self._slow_bytes:
                    raise TransferError(
                        TransferReason.BROKEN_OFF, "The server sends next to nothing.", retry=True
                    )
                waited_s, count = 0.0, 0
            yield each


def _broken_off() -> TransferError:
    return TransferError(TransferReason.BROKEN_OFF, "The connection broke off.", retry=True)
