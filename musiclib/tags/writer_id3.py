"""ID3 tags, frame by frame: those that are written are made anew, all others stay byte for byte.

Structure: ID3v2.2, ID3v2.3.0 and ID3v2.4.0 (id3.org). A tag keeps its version, its order and its padding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from musiclib.domain.tag_fields import Id3Version
from musiclib.tags import frames
from musiclib.tags.splices import Kept, Part, Patch, patch_of
from musiclib.tags.wanted import (
    Cover,
    Item,
    TagsNotWritten,
    Wanted,
    in_force,
    length,
    with_changes,
    with_whole_tempo,
)

HEADER = 10
_PADDING = 2048
"""Room in a new tag, so that the next change moves no audio."""
_MOST = 64 * 1024 * 1024
_FRONT = 3
_UNSYNCHRONISED, _EXTENDED, _FOOTER = 0x80, 0x40, 0x10
_MBID_OWNER = "http://musicbrainz.org"

_NEW = {
    "artist": "TPE1", "title": "TIT2", "album": "TALB", "albumartist": "TPE2", "track": "TRCK",
    "disc": "TPOS",
    "date": "TDRC", "original_date": "TDOR", "isrc": "TSRC", "bpm": "TBPM", "bpm_exact": "TXXX:BPM",
    "key": "TKEY", "key_shown": "TXXX:KEY", "label": "TPUB", "catalog_number": "TXXX:CATALOGNUMBER",
    "genres": "TCON", "recording_mbid": f"UFID:{_MBID_OWNER}", "release_mbid": "TXXX:MusicBrainz Album Id",
    "track_gain": "TXXX:REPLAYGAIN_TRACK_GAIN", "track_peak": "TXXX:REPLAYGAIN_TRACK_PEAK",
    "album_gain": "TXXX:REPLAYGAIN_ALBUM_GAIN", "album_peak": "TXXX:REPLAYGAIN_ALBUM_PEAK",
    "energy": "TXXX:EnergyLevel", "comment": "COMM::eng",
}  # fmt: skip
_LEGAL = frozenset({"key", "bpm", "isrc", "date", "original_date"})
_V22 = {
    "TPE1": "TP1", "TIT2": "TT2", "TALB": "TAL", "TPE2": "TP2", "TRCK": "TRK", "TPOS": "TPA", "TYER": "TYE",
    "TDAT": "TDA", "TORY": "TOR", "TSRC": "TRC", "TBPM": "TBP", "TKEY": "TKE", "TPUB": "TPB", "TCON": "TCO",
    "TXXX": "TXX", "UFID": "UFI", "COMM": "COM", "APIC": "PIC",
}  # fmt: skip
_V1 = 128
_V1_FIELDS = {"title": (3, 30), "artist": (33, 30), "album": (63, 30), "date": (93, 4)}
"""Where an ID3v1 tag has them, and how long they may be."""
_FROM_V22 = {short: name for name, short in _V22.items()}
_NAME = re.compile(rb"[A-Z][A-Z0-9]{2}[A-Z0-9 \0]?")


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag as it lies in the file."""

    version: int
    unsynchronised: bool
    """All frames of an ID3v2.4 tag are."""
    items: tuple[Item, ...]
    length: int
    """With header, padding and footer."""


def tag_length(file: BinaryIO, start: int) -> int:
    """How long the ID3v2 tag is that begins at `start`; 0 if none does."""
    file.seek(start)
    head = file.read(HEADER)
    if len(head) < HEADER or head[:3] != b"ID3":
        return 0
    footer = HEADER if head[3] == 4 and head[5] & _FOOTER else 0
    return HEADER + _from_syncsafe(head[6:10]) + footer


def rewritten(file: BinaryIO, start: int, limit: int, wanted: Wanted) -> tuple[int, list[Part]]:
    """How much of the file the old tag takes from `start` on, and the parts of the new one.

    `limit` is where the tag must end at the latest. Raises `TagsNotWritten` for a damaged tag.
    """
    tag = _read(file, start, limit)
    if tag is None:
        version = 3 if wanted.id3_version is Id3Version.V23 else 4
        tag = _Tag(version, False, (), 0)
    items = with_changes(tag.items, _new_items(tag, wanted))
    parts = [each.part for each in items]
    body = length(parts)
    room = tag.length - HEADER
    size = room if body <= room else body + _PADDING
    if size >= 1 << 28:
        raise TagsNotWritten("Its ID3 tag would be larger than such a tag can be.")
    flags = _UNSYNCHRONISED if tag.unsynchronised else 0
    head = b"ID3" + bytes((tag.version, 0, flags)) + _syncsafe(size)
    return tag.length, [head, *parts, bytes(size - body)]


def patch(file: BinaryIO, wanted: Wanted) -> Patch:
    """For an MP3 file: the tag in front of it, and the old one at its end where there is one."""
    size = file.seek(0, 2)
    old, parts = rewritten(file, 0, size, wanted)
    file.seek(max(0, size - _V1))
    last = file.read(_V1)
    if size - old < _V1 or not last.startswith(b"TAG"):
        return patch_of(file, 0, old, parts)
    return patch_of(file, 0, size, [*parts, Kept(old, size - _V1), _v1(last, wanted)])


def _v1(old: bytes, wanted: Wanted) -> bytes:
    """An ID3v1 tag kept in step, so that programs that read only this one do not show what was before."""
    new = bytearray(old)
    for name, (start, size) in _V1_FIELDS.items():
        if name in wanted.texts:
            text = wanted.texts[name][0].encode("latin-1", "replace")[:size]
            new[start : start + size] = text.ljust(size, b"\0")
    number = wanted.texts.get("track", ("",))[0].partition("/")[0]
    if number.isdecimal() and int(number) < 256 and not old[125]:
        new[126] = int(number)
    return bytes(new)


def _read(file: BinaryIO, start: int, limit: int) -> _Tag | None:
    file.seek(start)
    head = file.read(HEADER)
    if len(head) < HEADER or head[:3] != b"ID3":
        return None
    version, flags, size = head[3], head[5], _from_syncsafe(head[6:10])
    end = start + HEADER + size
    if version not in (2, 3, 4) or end > limit or size > _MOST:
        raise TagsNotWritten("Its ID3 tag is damaged, or of a version this program does not know.")
    body = file.read(size)
    whole = bool(flags & _UNSYNCHRONISED)
    if whole and version < 4:
        body = _synchronised(body)
    first = _extended_length(body, version) if version > 2 and flags & _EXTENDED else 0
    plain = version == 3 or (version == 4 and not _walks(body, first, plain=False))
    # What does not lie in the file as it should be is written anew: its content stays.
    anew = (whole and version < 4) or (plain and version == 4)
    items = []
    for each in _frames(body, first, version, plain=plain):
        raw = body[each.start : each.end]
        part: Part = _with_right_size(raw) if anew and version == 4 else raw
        if not anew:
            part = Kept(start + HEADER + each.start, start + HEADER + each.end)
        name = _name(each.name, _content(raw, version, all_unsynchronised=whole))
        items.append(Item(name.lower(), part, name))
    return _Tag(version, whole and version == 4, tuple(items), tag_length(file, start))


def _extended_length(body: bytes, version: int) -> int:
    """Left out of the new tag: its check sum and its number of padding bytes would be wrong."""
    return _from_syncsafe(body[:4]) if version == 4 else int.from_bytes(body[:4]) + 4


@dataclass(frozen=True, slots=True)
class _Frame:
    name: str
    """Of four letters, as in ID3v2.3."""
    start: int
    end: int


def _frames(body: bytes, place: int, version: int, *, plain: bool) -> Iterator[_Frame]:
    """`plain` sizes are of eight bits a byte."""
    head, name_length = (6, 3) if version == 2 else (10, 4)
    while place + head <= len(body) and body[place]:
        name = body[place : place + name_length]
        end = place + head + _size(body, place, version, plain=plain)
        if end > len(body) or not _NAME.fullmatch(name):
            raise TagsNotWritten("The frames of its ID3 tag are damaged.")
        yield _Frame(_long_name(name), place, end)
        place = end
    if body[place:].strip(b"\0"):
        raise TagsNotWritten("Its ID3 tag holds something that this program cannot read.")


def _long_name(name: bytes) -> str:
    text = name.decode("latin-1")
    return _FROM_V22.get(text, text)


def _size(body: bytes, place: int, version: int, *, plain: bool) -> int:
    if version == 2:
        return int.from_bytes(body[place + 3 : place + 6])
    four = body[place + 4 : place + 8]
    return int.from_bytes(four) if plain else _from_syncsafe(four)


def _walks(body: bytes, place: int, *, plain: bool) -> bool:
    """Whether the frames of an ID3v2.4 tag follow each other; iTunes once wrote the sizes of ID3v2.3."""
    while place + 10 <= len(body) and body[place]:
        if not _NAME.fullmatch(body[place : place + 4]):
            return False
        if not plain and max(body[place + 4 : place + 8]) > 127:
            return False
        place += 10 + _size(body, place, 4, plain=plain)
    return place <= len(body)


def _with_right_size(raw: bytes) -> bytes:
    return raw[:4] + _syncsafe(len(raw) - HEADER) + raw[8:]


def _content(raw: bytes, version: int, *, all_unsynchronised: bool) -> bytes | None:
    """What a frame holds; None if it is compressed or encrypted."""
    if version == 2:
        return raw[6:]
    flags, content = raw[9], raw[10:]
    if version == 3:
        return None if flags & 0xC0 else content[1 if flags & 0x20 else 0 :]
    if flags & 0x0C:
        return None
    content = content[(1 if flags & 0x40 else 0) + (4 if flags & 0x01 else 0) :]
    return _synchronised(content) if flags & 0x02 or all_unsynchronised else content


def _name(frame: str, content: bytes | None) -> str:
    """As `frames` calls it; a frame that is one of several has its description in it."""
    if frame not in ("TXXX", "COMM", "UFID", "APIC"):
        return frame
    if not content:
        return f"{frame}?"
    if frame == "UFID":
        return f"UFID:{content.partition(bytes(1))[0].decode('latin-1')}"
    if frame == "APIC":
        return f"APIC:{_picture_type(content)}"
    if frame == "COMM":
        return f"COMM:{_first_text(content[0], content[4:])}:{content[1:4].decode('latin-1')}"
    return f"TXXX:{_first_text(content[0], content[1:])}"


def _first_text(encoding: int, content: bytes) -> str:
    """The text that ends at the first zero."""
    if encoding in (1, 2):
        at = next((i for i in range(0, len(content) - 1, 2) if content[i : i + 2] == b"\0\0"), len(content))
        return content[:at].decode("utf-16" if encoding == 1 else "utf-16-be", "replace")
    return content.partition(b"\0")[0].decode("utf-8" if encoding == 3 else "latin-1", "replace")


def _picture_type(content: bytes) -> int | None:
    """3 is the front; the kind of picture before it ends in a zero, or is three letters in ID3v2.2."""
    mime_end = content.find(b"\0", 1)
    if content[1:4] in (b"PNG", b"JPG", b"BMP", b"GIF", b"-->") and len(content) > 4:
        return content[4]
    return content[mime_end + 1] if 0 < mime_end < len(content) - 1 else None


# --- new frames -----------------------------------------------------------------------------------


def _new_items(tag: _Tag, wanted: Wanted) -> list[Item]:
    new: list[Item] = []
    for name, values in with_whole_tempo(wanted.texts, tag.items, _NEW["bpm_exact"]).items():
        if name not in _NEW:
            continue
        if tag.version < 4 and name in ("date", "original_date"):
            new += _old_dates(tag, name, values[0])
            continue
        names = frames.ID3_NAMES[name]
        if name == "comment":  # in whatever language it is
            names = tuple(each.key for each in tag.items if each.key.startswith("comm::"))
        frame = in_force(names, tag.items, _NEW[name], legal=name in _LEGAL)
        new.append(_item(tag, frame, values))
    if wanted.cover is not None:
        new.append(Item(f"apic:{_FRONT}", _frame(tag, "APIC", _picture(tag.version, wanted.cover))))
    return new


def _old_dates(tag: _Tag, name: str, date: str) -> list[Item]:
    """ID3v2.3 has the year in one frame, day and month in another; what is out of place keeps step."""
    present = {each.key for each in tag.items}
    items = [_item(tag, "TYER" if name == "date" else "TORY", (date[:4],))]
    if name == "date":
        if len(date) == len("2024-05-17"):
            items.append(_item(tag, "TDAT", (date[8:10] + date[5:7],)))
        elif "tdat" in present:
            items.append(Item("tdat", b""))
    if _NEW[name].lower() in present:
        items.append(_item(tag, _NEW[name], (date,)))
    return items


def _item(tag: _Tag, frame: str, values: Sequence[str]) -> Item:
    name, _, described = frame.partition(":")
    if name == "UFID":
        content = described.encode("latin-1") + b"\0" + values[0].encode("ascii")
        return Item(frame.lower(), _frame(tag, name, content))
    described, _, language = described.rpartition(":") if name == "COMM" else (described, "", "")
    text = "\0".join(values) if tag.version == 4 else "; ".join(values)
    encoding = _encoding(tag.version, described + text)
    content = bytes((encoding,)) + language.encode("latin-1")
    if name in ("TXXX", "COMM"):
        content += _encoded(encoding, described) + (b"\0\0" if encoding == 1 else b"\0")
    return Item(frame.lower(), _frame(tag, name, content + _encoded(encoding, text)))


def _encoding(version: int, text: str) -> int:
    """ASCII where that is enough (programs do not agree on Latin-1), else UTF-8, or UTF-16 before ID3v2.4."""
    if version == 4:
        return 3
    return 0 if text.isascii() else 1


def _encoded(encoding: int, text: str) -> bytes:
    if encoding == 1:
        return b"\xff\xfe" + text.encode("utf-16-le")
    return text.encode("utf-8")


def _picture(version: int, cover: Cover) -> bytes:
    if version == 2:
        kind = {"image/jpeg": b"JPG", "image/png": b"PNG"}.get(cover.mime)
        if kind is None:
            raise TagsNotWritten(f"An ID3v2.2 tag has no pictures of the kind {cover.mime}.")
        return b"\0" + kind + bytes((_FRONT,)) + b"\0" + cover.data
    return b"\0" + cover.mime.encode() + b"\0" + bytes((_FRONT,)) + b"\0" + cover.data


def _frame(tag: _Tag, name: str, content: bytes) -> bytes:
    if tag.version == 2:
        return _V22[name].encode() + len(content).to_bytes(3) + content
    if tag.version == 3:
        return name.encode() + len(content).to_bytes(4) + b"\0\0" + content
    flags = b"\0\0"
    if tag.unsynchronised:  # as all others of this tag are
        content, flags = _unsynchronised(content), b"\0\x02"
    return name.encode() + _syncsafe(len(content)) + flags + content


# --- numbers and the bytes that look like audio -----------------------------------------------------


def _from_syncsafe(four: bytes) -> int:
    number = 0
    for byte in four:
        number = number << 7 | byte & 0x7F
    return number


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _synchronised(raw: bytes) -> bytes:
    return raw.replace(b"\xff\0", b"\xff")


def _unsynchronised(raw: bytes) -> bytes:
    return re.sub(rb"\xff(?=[\xe0-\xff\0]|\Z)", b"\xff\0", raw)
