"""WAV and AIFF files: the chunk that holds the ID3 tag is made anew, all other chunks stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from musiclib.tags.splices import Kept, Part, Patch, patch_of
from musiclib.tags.wanted import TagsNotWritten, Wanted, length
from musiclib.tags.writer_id3 import rewritten

_HEAD = 8
_FIRST = 12
_MOST = (1 << 32) - 1
Order = Literal["little", "big"]


@dataclass(frozen=True, slots=True)
class _Chunk:
    name: bytes
    start: int
    size: int

    @property
    def content(self) -> int:
        return self.start + _HEAD

    @property
    def end(self) -> int:
        """With the byte that makes its length even."""
        return self.content + self.size + self.size % 2


def patch(file: BinaryIO, wanted: Wanted) -> Patch:
    """Raises `TagsNotWritten` for a file that is damaged, or larger than its kind can be."""
    file.seek(0)
    form = file.read(4)
    order: Order = "big" if form == b"FORM" else "little"
    if form not in (b"RIFF", b"FORM"):
        raise TagsNotWritten("It is a WAV file of the kind for very large files, whose tags are not written.")
    size = file.seek(0, 2)
    chunks = list(_chunks(file, size, order))
    whole = _HEAD + _form_size(file, order)
    if not chunks or chunks[-1].content + chunks[-1].size > size or abs(whole - size) > 1:
        # Cut off, or with something behind it: nobody knows where a chunk may be added.
        raise TagsNotWritten("Its chunks do not add up to its length; it may be cut off.")
    old = next((each for each in chunks if each.name.lower() == b"id3 "), None)
    parts, at, end = _with_tag(file, old, chunks[-1], size, wanted, order)
    new_whole = size + length(parts) - (end - at) - _HEAD
    if new_whole > _MOST:
        raise TagsNotWritten("With its tag it would be larger than such a file can be.")
    head: list[Part] = [new_whole.to_bytes(4, order), Kept(_HEAD, at)]
    return patch_of(file, 4, end, [*head, *parts])


def _with_tag(
    file: BinaryIO, old: _Chunk | None, last: _Chunk, size: int, wanted: Wanted, order: Order
) -> tuple[list[Part], int, int]:
    """The chunk, and which part of the file it replaces."""
    if old is None:
        _, tag = rewritten(file, size, size, wanted)
        missing = bytes(max(0, last.end - size))  # of the byte that makes the last one even
        name = b"ID3 " if order == "big" else b"id3 "
        return [missing, *_chunk(name, tag, order)], size, size
    used, tag = rewritten(file, old.content, old.content + old.size, wanted)
    rest = Kept(old.content + used, old.content + old.size)
    return _chunk(old.name, [*tag, rest], order), old.start, min(old.end, size)


def _chunk(name: bytes, content: list[Part], order: Order) -> list[Part]:
    size = length(content)
    return [name + size.to_bytes(4, order), *content, bytes(size % 2)]


def _form_size(file: BinaryIO, order: Order) -> int:
    file.seek(4)
    return int.from_bytes(file.read(4), order)


def _chunks(file: BinaryIO, size: int, order: Order) -> Iterator[_Chunk]:
    place = _FIRST
    while place + _HEAD <= size:
        file.seek(place)
        head = file.read(_HEAD)
        chunk = _Chunk(head[:4], place, int.from_bytes(head[4:], order))
        yield chunk
        place = chunk.end
