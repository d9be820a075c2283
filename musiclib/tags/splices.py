"""Changes of a file as splices: places whose bytes are replaced. What no splice names stays, byte for byte.

Every writer of tags gives splices instead of a new file: that it leaves the rest alone need not be believed,
and what was there before is a handful of bytes that can be kept and put back.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from musiclib.errors import BugError

_PIECE = 1 << 20
_HEAD = struct.Struct("<QII")


@dataclass(frozen=True, slots=True)
class Splice:
    """From `start` on, `old` gives way to `new`. Either may be empty."""

    start: int
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes of the file, from `start` to before `end`, that stay as they are."""

    start: int
    end: int


Part = Kept | bytes
Patch = tuple[Splice, ...]
"""Splices in the order of the file; their starts count in the file before any of them."""


class OtherContent(Exception):
    """A patch does not fit: the file holds other bytes where it would replace some."""


def patch_of(file: BinaryIO, start: int, end: int, parts: Iterable[Part]) -> Patch:
    """The splices that turn the file's bytes from `start` to `end` into `parts`.

    The kept parts must come in the order of the file, and lie in that range.
    """
    splices: list[Splice] = []
    place, new = start, bytearray()
    for part in (*parts, Kept(end, end)):
        if isinstance(part, bytes):
            new += part
            continue
        if part.start < place or part.end > end:
            raise BugError("the parts of a patch are out of order")
        if new or part.start > place:
            splices.append(_splice(file, place, part.start, bytes(new)))
            new.clear()
        place = part.end
    return tuple(each for each in splices if each.old != each.new)


def _splice(file: BinaryIO, start: int, end: int, new: bytes) -> Splice:
    """Without what is the same at its two ends."""
    file.seek(start)
    old = file.read(end - start)
    same = _same(old, new)
    behind = _same(old[same:][::-1], new[same:][::-1])
    return Splice(start + same, old[same : len(old) - behind], new[same : len(new) - behind])


def _same(one: bytes, other: bytes) -> int:
    most = min(len(one), len(other))
    if one[:most] == other[:most]:
        return most
    return next(place for place in range(most) if one[place] != other[place])


def back(patch: Patch) -> Patch:
    """The patch that takes this one back."""
    shift, splices = 0, []
    for each in patch:
        splices.append(Splice(each.start + shift, each.new, each.old))
        shift += len(each.new) - len(each.old)
    return tuple(splices)


def patched(file: BinaryIO, patch: Patch) -> Iterator[bytes]:
    """The whole file as it is after the patch, in pieces. Raises `OtherContent` where it does not fit."""
    place = 0
    for each in patch:
        yield from _pieces(file, place, each.start)
        file.seek(each.start)
        if file.read(len(each.old)) != each.old:
            raise OtherContent
        yield each.new
        place = each.start + len(each.old)
    yield from _pieces(file, place, None)


def _pieces(file: BinaryIO, start: int, end: int | None) -> Iterator[bytes]:
    file.seek(start)
    left = end - start if end is not None else None
    while left is None or left > 0:
        piece = file.read(_PIECE if left is None else min(left, _PIECE))
        if not piece:
            if left is not None:
                raise OtherContent
            return
        if left is not None:
            left -= len(piece)
        yield piece


def encode(patch: Sequence[Splice]) -> bytes:
    """As bytes, for a database: start, two lengths and the two contents of each splice."""
    return b"".join(
        _HEAD.pack(each.start, len(each.old), len(each.new)) + each.old + each.new for each in patch
    )


def decode(stored: bytes) -> Patch:
    """What `encode` wrote."""
    place, splices = 0, []
    while place < len(stored):
        start, old, new = _HEAD.unpack_from(stored, place)
        place += _HEAD.size
        splices.append(Splice(start, stored[place : place + old], stored[place + old : place + old + new]))
        place += old + new
    return tuple(splices)
