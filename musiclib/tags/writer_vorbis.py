"""Vorbis comments: of FLAC files, and of Vorbis, Opus and FLAC in Ogg ("Ogg Vorbis I", section 5)."""

from __future__ import annotations

import base64
import binascii
import struct

from musiclib.tags import frames
from musiclib.tags.wanted import Cover, Item, TagsNotWritten, Wanted, in_force, with_changes

_FRONT = 3
_PICTURE = "METADATA_BLOCK_PICTURE"
_VENDOR = b"musiclib"
_NEW = {
    "artist": "ARTIST", "title": "TITLE", "album": "ALBUM", "albumartist": "ALBUMARTIST",
    "track": "TRACKNUMBER", "disc": "DISCNUMBER", "date": "DATE", "original_date": "ORIGINALDATE",
    "isrc": "ISRC", "bpm": "BPM", "key": "INITIALKEY", "key_shown": "KEY", "label": "LABEL",
    "catalog_number": "CATALOGNUMBER", "genres": "GENRE", "recording_mbid": "MUSICBRAINZ_TRACKID",
    "release_mbid": "MUSICBRAINZ_ALBUMID", "track_gain": "REPLAYGAIN_TRACK_GAIN",
    "track_peak": "REPLAYGAIN_TRACK_PEAK", "album_gain": "REPLAYGAIN_ALBUM_GAIN",
    "album_peak": "REPLAYGAIN_ALBUM_PEAK", "r128_gain": "R128_TRACK_GAIN",
    "r128_album_gain": "R128_ALBUM_GAIN", "energy": "ENERGYLEVEL", "comment": "COMMENT",
}  # fmt: skip
_LEGAL = frozenset({"key"})


def rewritten(raw: bytes, wanted: Wanted, *, with_cover: bool) -> tuple[bytes, bytes]:
    """The comments of a block with the changes made, and what the block holds behind them.

    `raw` is empty where there is no block yet; `with_cover`: the picture is one of the comments.
    """
    vendor, items, rest = _read(raw) if raw else (_VENDOR, [], b"")
    new = []
    for name, values in wanted.texts.items():
        if name in _NEW:
            usual = _NEW[name]
            comment = in_force(frames.VORBIS_NAMES[name], items, usual, legal=name in _LEGAL)
            entries = b"".join(_entry(f"{comment}={value}".encode()) for value in values)
            new.append(Item(comment.lower(), entries, comment, len(values)))
    if with_cover and wanted.cover is not None:
        block = base64.b64encode(picture_block(wanted.cover)).decode()
        new.append(Item(f"{_PICTURE}:{_FRONT}".lower(), _entry(f"{_PICTURE}={block}".encode())))
    items = with_changes(items, new)
    count = sum(each.count for each in items)
    body = b"".join(each.part for each in items if isinstance(each.part, bytes))
    return _entry(vendor) + struct.pack("<I", count) + body, rest


def picture_block(cover: Cover) -> bytes:
    """A picture as FLAC keeps it (RFC 9639, section 8.8); the depth of colour is not told."""
    mime = cover.mime.encode()
    sizes = struct.pack(">IIII", cover.width, cover.height, 0, 0)
    return (
        struct.pack(">II", _FRONT, len(mime))
        + mime
        + struct.pack(">I", 0)
        + sizes
        + struct.pack(">I", len(cover.data))
        + cover.data
    )


def picture_type(block: bytes) -> int:
    """Of a picture as FLAC keeps it: 3 is the front."""
    return int.from_bytes(block[:4])


def _read(raw: bytes) -> tuple[bytes, list[Item], bytes]:
    try:
        vendor, place = _text(raw, 0)
        (count,) = struct.unpack_from("<I", raw, place)
        place += 4
        items = []
        for _ in range(count):
            entry, end = _text(raw, place)
            name = _name(entry)
            items.append(Item(name.lower(), raw[place:end], name.partition(":")[0]))
            place = end
    except (struct.error, ValueError) as error:
        raise TagsNotWritten("Its comments are damaged.") from error
    return vendor, items, raw[place:]


def _text(raw: bytes, place: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from("<I", raw, place)
    end = place + 4 + size
    if end > len(raw):
        raise ValueError("longer than the block")
    return raw[place + 4 : end], end


def _name(entry: bytes) -> str:
    """In front of the first "="; of pictures with their type, so that only the front is replaced."""
    name, equals, value = entry.partition(b"=")
    if not equals:
        return "="
    text = name.decode("ascii", "replace")
    if text.upper() != _PICTURE:
        return text
    try:
        return f"{text}:{picture_type(base64.b64decode(value[:8]))}"
    except binascii.Error:
        return f"{text}:?"


def _entry(content: bytes) -> bytes:
    return struct.pack("<I", len(content)) + content
