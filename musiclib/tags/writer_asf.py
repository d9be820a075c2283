"""WMA files: the attributes that are written are made anew, all other objects stay.

Structure: "Advanced Systems Format (ASF) Specification", revision 01.20.06, sections 3 and 4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from musiclib.tags import frames
from musiclib.tags.splices import Kept, Part, Patch, patch_of
from musiclib.tags.wanted import Cover, Item, TagsNotWritten, Wanted, in_force, length, with_changes

_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_DESCRIPTION = bytes.fromhex("3326b2758e66cf11a6d900aa0062ce6c")
_EXTENDED = bytes.fromhex("40a4d0d207e3d21197f000a0c95ea850")
_EXTENSION = bytes.fromhex("b503bf5f2ea9cf118ee300c00c205365")
_LIBRARY = bytes.fromhex("941c23449894d149a1411d134e457054")
_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_PADDING = bytes.fromhex("74d40618dfca0945a4ba9aabcb96aae8")
_HEAD = 24
_FIRST = 30
_FILE_SIZE = 40
_ROOM = 1024
_LONGEST = 0xFFFF
_TEXT, _BYTES = 0, 1
_FRONT = 3
_COVER = f"wm/picture:{_FRONT}"
_DESCRIBED = ("Title", "Author", "Copyright", "Description", "Rating")
_NEW = {
    "artist": "Author", "title": "Title", "album": "WM/AlbumTitle", "albumartist": "WM/AlbumArtist",
    "track": "WM/TrackNumber", "disc": "WM/PartOfSet", "date": "WM/Year",
    "original_date": "WM/OriginalReleaseYear", "isrc": "WM/ISRC", "bpm": "WM/BeatsPerMinute",
    "key": "WM/InitialKey", "key_shown": "KEY", "label": "WM/Publisher", "catalog_number": "WM/CatalogNo",
    "genres": "WM/Genre", "recording_mbid": "MusicBrainz/Track Id", "release_mbid": "MusicBrainz/Album Id",
    "track_gain": "REPLAYGAIN_TRACK_GAIN", "track_peak": "REPLAYGAIN_TRACK_PEAK",
    "album_gain": "REPLAYGAIN_ALBUM_GAIN", "album_peak": "REPLAYGAIN_ALBUM_PEAK", "energy": "ENERGYLEVEL",
    "comment": "Description",
}  # fmt: skip
_LEGAL = frozenset({"key", "title", "artist"})


@dataclass(frozen=True, slots=True)
class _Object:
    guid: bytes
    start: int
    end: int

    @property
    def content(self) -> int:
        return self.start + _HEAD


def patch(file: BinaryIO, wanted: Wanted) -> Patch:
    """Raises `TagsNotWritten` for a damaged header."""
    file.seek(0)
    head = file.read(_FIRST)
    if len(head) < _FIRST or head[:16] != _HEADER:
        raise TagsNotWritten("It does not begin as WMA files do.")
    end = int.from_bytes(head[16:24], "little")
    objects = list(_objects(file, _FIRST, end))
    made = [_made(each, parts) for each, parts in _changed(file, objects, wanted)]
    return _patch(file, objects, made, head, end)


def _patch(
    file: BinaryIO, objects: Sequence[_Object], made: list[list[Part]], head: bytes, end: int
) -> Patch:
    left = end - _FIRST - sum(map(length, made))
    if left != 0:
        room = left if left >= _HEAD else _ROOM
        made.append([_PADDING + struct.pack("<Q", room) + bytes(room - _HEAD)])
    whole = _FIRST + sum(map(length, made))
    first = _HEADER + struct.pack("<QI", whole, len(made)) + head[28:_FIRST]
    size = struct.pack("<Q", file.seek(0, 2) + whole - end)
    parts: list[Part] = [first]
    properties = next((each.start for each in objects if each.guid == _FILE), -1)
    for some in made:
        if some[0] == Kept(properties, _end_of(some)):
            at = properties + _FILE_SIZE
            some = [Kept(properties, at), size, Kept(at + 8, _end_of(some))]
        parts += some
    return patch_of(file, 0, end, parts)


def _end_of(parts: Sequence[Part]) -> int:
    last = parts[-1]
    return last.end if isinstance(last, Kept) else -1


def _objects(file: BinaryIO, start: int, end: int) -> Iterator[_Object]:
    while start < end:
        file.seek(start)
        head = file.read(_HEAD)
        size = int.from_bytes(head[16:24], "little")
        if len(head) < _HEAD or size < _HEAD or start + size > end:
            raise TagsNotWritten("The header of this WMA file is damaged.")
        yield _Object(head[:16], start, start + size)
        start += size


def _made(guid: bytes | _Object, parts: list[Part]) -> list[Part]:
    if isinstance(guid, _Object):
        return [Kept(guid.start, guid.end)]
    return [guid + struct.pack("<Q", _HEAD + length(parts)), *parts]


def _changed(
    file: BinaryIO, objects: Sequence[_Object], wanted: Wanted
) -> Iterator[tuple[bytes | _Object, list[Part]]]:
    """Every object of the new header but its padding: as it is, or its kind and its new content."""
    described, extended, library = _read_all(file, objects)
    new = _new_items(wanted, [*described, *extended, *library])
    picture = _picture(wanted.cover) if wanted.cover is not None else b""
    large = [_large_picture(picture)] if len(picture) > _LONGEST else []
    if picture and not large:
        new.append(Item(_COVER, _attribute("WM/Picture", _BYTES, picture)))
    gone = {each.key for each in (*new, *large)}
    in_description = {each.lower() for each in _DESCRIBED}
    texts = with_changes(described, [each for each in new if each.key in in_description])
    others = [each for each in new if each.key not in in_description]
    if large:
        extended = [each for each in extended if each.key != _COVER]
    attributes = with_changes([each for each in extended if each.key not in in_description & gone], others)
    seen = set()
    for each in objects:
        seen.add(each.guid)
        if each.guid == _DESCRIPTION:
            yield _DESCRIPTION, _description(texts)
        elif each.guid == _EXTENDED:
            yield _EXTENDED, _attributes(attributes)
        elif each.guid == _EXTENSION:
            yield _EXTENSION, list(_extension(file, each, gone, large))
        elif each.guid != _PADDING:
            yield each, []
    if _DESCRIPTION not in seen and texts:
        yield _DESCRIPTION, _description(texts)
    if _EXTENDED not in seen and attributes:
        yield _EXTENDED, _attributes(attributes)


def _read_all(file: BinaryIO, objects: Sequence[_Object]) -> tuple[list[Item], list[Item], list[Item]]:
    """What stands in the description, in the extended one, and in the library of the extension."""
    described: list[Item] = []
    extended: list[Item] = []
    library: list[Item] = []
    for each in objects:
        if each.guid == _DESCRIPTION:
            described = _read_description(file, each)
        elif each.guid == _EXTENDED:
            extended = list(_read_attributes(file, each, library=False))
        elif each.guid == _EXTENSION:
            for inner in _objects(file, each.start + 46, each.end):
                if inner.guid == _LIBRARY:
                    library += _read_attributes(file, inner, library=True)
    return described, extended, library


def _extension(file: BinaryIO, extension: _Object, gone: set[str], large: Sequence[Item]) -> Iterator[Part]:
    """The extension of the header without what stands elsewhere now, and with what is too large for that."""
    inner: list[Part] = []
    coming = list(large)
    for each in _objects(file, extension.start + 46, extension.end):
        if each.guid == _LIBRARY:
            items = [item for item in _read_attributes(file, each, library=True) if item.key not in gone]
            inner += _made(_LIBRARY, _attributes([*items, *coming]))
            coming = []
        else:
            inner.append(Kept(each.start, each.end))
    if coming:
        inner += _made(_LIBRARY, _attributes(coming))
    yield Kept(extension.content, extension.content + 18)
    yield struct.pack("<I", length(inner))
    yield from inner


def _read_description(file: BinaryIO, each: _Object) -> list[Item]:
    file.seek(each.content)
    sizes = struct.unpack("<5H", file.read(10))
    place, items = each.content + 10, []
    for name, size in zip(_DESCRIBED, sizes, strict=True):
        if size > 2:  # more than the zero at its end
            items.append(Item(name.lower(), Kept(place, place + size), name))
        place += size
    return items


def _description(items: Sequence[Item]) -> list[Part]:
    by_name = {each.key: each.part for each in items}
    parts = [by_name.get(name.lower(), b"") for name in _DESCRIBED]
    return [struct.pack("<5H", *(length([part]) for part in parts)), *parts]


def _read_attributes(file: BinaryIO, each: _Object, *, library: bool) -> Iterator[Item]:
    file.seek(each.content)
    raw = file.read(each.end - each.content)
    try:
        (count,) = struct.unpack_from("<H", raw)
        place = 2
        for _ in range(count):
            if library:
                _, _, name_size, kind, size = struct.unpack_from("<HHHHI", raw, place)
                text, value = place + 12, place + 12 + name_size
            else:
                (name_size,) = struct.unpack_from("<H", raw, place)
                kind, size = struct.unpack_from("<HH", raw, place + 2 + name_size)
                text, value = place + 2, place + 6 + name_size
            end = value + size
            if end > len(raw):
                raise TagsNotWritten("The tags of this WMA file are damaged.")
            name = raw[text : text + name_size].decode("utf-16-le", "replace").rstrip("\0")
            key = name.lower()
            if key == "wm/picture" and kind == _BYTES:
                key = f"{key}:{raw[value]}"
            yield Item(key, Kept(each.content + place, each.content + end), name)
            place = end
    except struct.error as error:
        raise TagsNotWritten("The tags of this WMA file are damaged.") from error


def _attributes(items: Sequence[Item]) -> list[Part]:
    return [struct.pack("<H", sum(each.count for each in items)), *(each.part for each in items)]


def _new_items(wanted: Wanted, present: Sequence[Item]) -> list[Item]:
    new = []
    for name, values in wanted.texts.items():
        if name not in _NEW:
            continue
        said = in_force(frames.ASF_NAMES[name], present, _NEW[name], legal=name in _LEGAL)
        if said in _DESCRIBED:
            new.append(Item(said.lower(), _short("; ".join(values))))
        else:
            raw = b"".join(_attribute(said, _TEXT, _short(value)) for value in values)
            new.append(Item(said.lower(), raw, said, len(values)))
    return new


def _short(text: str) -> bytes:
    raw = _utf16(text)
    if len(raw) > _LONGEST:
        raise TagsNotWritten("A text is longer than a WMA file can hold.")
    return raw


def _attribute(name: str, kind: int, value: bytes) -> bytes:
    text = _utf16(name)
    return struct.pack("<H", len(text)) + text + struct.pack("<HH", kind, len(value)) + value


def _large_picture(value: bytes) -> Item:
    text = _utf16("WM/Picture")
    return Item(_COVER, struct.pack("<HHHHI", 0, 0, len(text), _BYTES, len(value)) + text + value)


def _picture(cover: Cover) -> bytes:
    return struct.pack("<BI", _FRONT, len(cover.data)) + _utf16(cover.mime) + _utf16("") + cover.data


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"
