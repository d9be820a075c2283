"""FLAC files: the block of comments and the front cover are made anew, all other blocks stay (RFC 9639)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from musiclib.tags import writer_vorbis
from musiclib.tags.splices import Kept, Part, Patch, patch_of
from musiclib.tags.wanted import TagsNotWritten, Wanted, length
from musiclib.tags.writer_id3 import tag_length

_HEAD = 4
_PADDING, _COMMENTS, _PICTURE = 1, 4, 6
_ROOM = 4096
_MOST = (1 << 24) - 1
_FRONT = 3


@dataclass(frozen=True, slots=True)
class _Block:
    kind: int
    content: Part
    size: int


def patch(file: BinaryIO, wanted: Wanted) -> Patch:
    """Raises `TagsNotWritten` for damaged blocks."""
    start = tag_length(file, 0)  # some programs put ID3 in front of it
    file.seek(start)
    if file.read(4) != b"fLaC":
        raise TagsNotWritten("It does not begin as FLAC files do.")
    old = list(_blocks(file, start + 4))
    end = start + 4 + sum(_HEAD + each.size for each in old)
    blocks = _changed(file, old, wanted)
    used = sum(_HEAD + each.size for each in blocks)
    left = end - start - 4 - used
    if left != 0:
        room = min(left - _HEAD, _MOST) if left >= _HEAD else _ROOM
        blocks.append(_Block(_PADDING, bytes(room), room))
    return patch_of(file, start + 4, end, _parts(blocks))


def _blocks(file: BinaryIO, place: int) -> Iterator[_Block]:
    last = False
    while not last:
        file.seek(place)
        head = file.read(_HEAD)
        size = int.from_bytes(head[1:])
        if len(head) < _HEAD or head[0] & 0x7F == 0x7F:
            raise TagsNotWritten("Its blocks of metadata are damaged.")
        last = bool(head[0] & 0x80)
        yield _Block(head[0] & 0x7F, Kept(place + _HEAD, place + _HEAD + size), size)
        place += _HEAD + size


def _changed(file: BinaryIO, old: list[_Block], wanted: Wanted) -> list[_Block]:
    blocks: list[_Block] = []
    comments = picture = None
    if wanted.cover is not None:
        picture = _new(_PICTURE, writer_vorbis.picture_block(wanted.cover))
    for each in old:
        if each.kind == _PADDING:
            continue
        if each.kind == _COMMENTS and comments is None:
            comments = _new(
                _COMMENTS, b"".join(writer_vorbis.rewritten(_read(file, each), wanted, with_cover=False))
            )
            blocks.append(comments)
        elif picture is not None and each.kind == _PICTURE and _is_front(file, each):
            if picture not in blocks:
                blocks.append(picture)
        else:
            blocks.append(each)
    if comments is None:
        blocks.insert(1, _new(_COMMENTS, writer_vorbis.rewritten(b"", wanted, with_cover=False)[0]))
    if picture is not None and picture not in blocks:
        blocks.append(picture)
    return blocks


def _new(kind: int, content: bytes) -> _Block:
    if len(content) > _MOST:
        raise TagsNotWritten("The picture is larger than a FLAC file can hold.")
    return _Block(kind, content, len(content))


def _read(file: BinaryIO, block: _Block) -> bytes:
    assert isinstance(block.content, Kept)
    file.seek(block.content.start)
    return file.read(block.size)


def _is_front(file: BinaryIO, block: _Block) -> bool:
    assert isinstance(block.content, Kept)
    file.seek(block.content.start)
    return writer_vorbis.picture_type(file.read(4)) == _FRONT


def _parts(blocks: list[_Block]) -> list[Part]:
    parts: list[Part] = []
    for place, each in enumerate(blocks, 1):
        last = 0x80 if place == len(blocks) else 0
        parts += [bytes((last | each.kind,)) + length([each.content]).to_bytes(3), each.content]
    return parts
