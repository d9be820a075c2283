"""Changes of a file as splices: places whose bytes are replaced. What no splice names stays, byte for byte.

Every writer of tags gives splices instead of a new file: that it leaves the rest alone need not be believed,
and what was there before is a handful of bytes that can be kept and put back.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from musiclib.errors import BugError

_PIECE = 1 << 20
_HEAD = struct.Struct("<QII")
_LARGE = 4096
_DIGEST = 20
_ELSEWHERE = 0xFFFFFFFF


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


def encode(patch: Patch) -> tuple[bytes, dict[str, bytes]]:
    """As bytes, for a database: start, two lengths and the two contents of each splice.

    Large contents, pictures most often, are pieces of their own: digest -> content.
    """
    stored, pieces = bytearray(), {}
    for each in patch:
        sizes, contents = [], []
        for content in (each.old, each.new):
            size = len(content)
            if size >= _LARGE:
                digest = hashlib.blake2b(content, digest_size=_DIGEST).digest()
                pieces[digest.hex()] = content
                content, size = digest, _ELSEWHERE
            sizes.append(size)
            contents.append(content)
        stored += _HEAD.pack(each.start, *sizes) + b"".join(contents)
    return bytes(stored), pieces


def pieces_of(stored: bytes) -> list[str]:
    """The digests of the pieces that `decode` needs."""
    return [content.hex() for _, *contents in _decoded(stored) for content, own in contents if not own]


def decode(stored: bytes, pieces: Mapping[str, bytes]) -> Patch:
    """What `encode` wrote."""
    return tuple(
        Splice(start, *(content if own else pieces[content.hex()] for content, own in contents))
        for start, *contents in _decoded(stored)
    )


def _decoded(stored: bytes) -> Iterator[tuple[int, tuple[bytes, bool], tuple[bytes, bool]]]:
    """Start, and the two contents of each splice: itself, or the digest of a piece."""
    place = 0
    while place < len(stored):
        start, *sizes = _HEAD.unpack_from(stored, place)
        place += _HEAD.size
        contents = []
        for size in sizes:
            own = size != _ELSEWHERE
            end = place + (size if own else _DIGEST)
            contents.append((stored[place:end], own))
            place = end
        yield start, contents[0], contents[1]
