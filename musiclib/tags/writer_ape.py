"""APEv2 tags at the end of a file: of WavPack, Musepack and Monkey's Audio (wiki.hydrogenaud.io, "APEv2")."""

from __future__ import annotations

import struct
from typing import BinaryIO

from musiclib.tags import frames
from musiclib.tags.splices import Kept, Part, Patch, patch_of
from musiclib.tags.wanted import Item, TagsNotWritten, Wanted, in_force, length, with_changes

_HEAD = struct.Struct("<8sIIII8x")
_MARK = b"APETAGEX"
_V1 = 128
_VERSION = 2000
_HAS_HEADER, _IS_HEADER = 1 << 31, 1 << 29
_BINARY = 1 << 1
"""Of the flags of an item: what it holds is no text."""
_COVER = "Cover Art (Front)"
_NEW = {
    "artist": "Artist", "title": "Title", "album": "Album", "albumartist": "Album Artist", "track": "Track",
    "disc": "Disc", "date": "Year", "original_date": "ORIGINALYEAR", "isrc": "ISRC", "bpm": "BPM",
    "key": "INITIALKEY", "key_shown": "KEY", "label": "Label", "catalog_number": "CatalogNumber",
    "genres": "Genre", "recording_mbid": "MUSICBRAINZ_TRACKID", "release_mbid": "MUSICBRAINZ_ALBUMID",
    "track_gain": "REPLAYGAIN_TRACK_GAIN", "track_peak": "REPLAYGAIN_TRACK_PEAK",
    "album_gain": "REPLAYGAIN_ALBUM_GAIN", "album_peak": "REPLAYGAIN_ALBUM_PEAK", "energy": "EnergyLevel",
    "comment": "Comment",
}  # fmt: skip
_LEGAL = frozenset({"key"})


def patch(file: BinaryIO, wanted: Wanted) -> Patch:
    """Raises `TagsNotWritten` for a damaged tag, or one of the first version."""
    start, end, items = _read(file)
    new = []
    for name, values in wanted.texts.items():
        if name in _NEW:
            item = in_force(frames.APE_NAMES[name], items, _NEW[name], legal=name in _LEGAL)
            new.append(Item(item.lower(), _item(item, "\0".join(values).encode(), 0), item))
    if wanted.cover is not None:
        suffix = wanted.cover.mime.partition("/")[2].replace("jpeg", "jpg")
        content = f"cover.{suffix}".encode() + b"\0" + wanted.cover.data
        new.append(Item(_COVER.lower(), _item(_COVER, content, _BINARY)))
    items = with_changes(items, new)
    parts: list[Part] = [each.part for each in items]
    size, count = length(parts) + _HEAD.size, len(items)
    head = _HEAD.pack(_MARK, _VERSION, size, count, _HAS_HEADER | _IS_HEADER)
    foot = _HEAD.pack(_MARK, _VERSION, size, count, _HAS_HEADER)
    return patch_of(file, start, end, [head, *parts, foot])


def _read(file: BinaryIO) -> tuple[int, int, list[Item]]:
    """Where the tag begins and ends, or is to stand; and its items."""
    whole = file.seek(0, 2)
    end = whole
    if whole >= _V1:
        file.seek(whole - _V1)
        if file.read(3) == b"TAG":
            end = whole - _V1
    file.seek(max(0, end - _HEAD.size))
    foot = file.read(_HEAD.size)
    if len(foot) < _HEAD.size or foot[:8] != _MARK:
        return end, end, []
    _, version, size, count, flags = _HEAD.unpack(foot)
    first = end - size
    start = first - (_HEAD.size if flags & _HAS_HEADER else 0)
    if start < 0 or size < _HEAD.size:
        raise TagsNotWritten("Its APE tag is damaged.")
    if version != _VERSION:
        raise TagsNotWritten("Its APE tag is of the first version, whose letters are not known for sure.")
    return start, end, _items(file, first, end - _HEAD.size, count)


def _items(file: BinaryIO, place: int, end: int, count: int) -> list[Item]:
    file.seek(place)
    raw, at = file.read(end - place), 0
    items = []
    for _ in range(count):
        stop = raw.find(b"\0", at + 8)
        if stop < 0:
            raise TagsNotWritten("Its APE tag is damaged.")
        name = raw[at + 8 : stop].decode("latin-1")
        after = stop + 1 + int.from_bytes(raw[at : at + 4], "little")
        if after > len(raw):
            raise TagsNotWritten("Its APE tag is damaged.")
        items.append(Item(name.lower(), Kept(place + at, place + after), name))
        at = after
    if at != len(raw):
        raise TagsNotWritten("Its APE tag holds something that this program cannot read.")
    return items


def _item(name: str, value: bytes, flags: int) -> bytes:
    return struct.pack("<II", len(value), flags) + name.encode("ascii") + b"\0" + value
