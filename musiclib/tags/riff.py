"""The INFO list of a WAV file, which mutagen does not read: how recorders and older programs tag."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from musiclib.tags.frames import FIELDS

_MOST_CHUNKS = 200
_MOST_BYTES = 64 * 1024
_NAMES = {
    b"IART": "artist",
    b"INAM": "title",
    b"IPRD": "album",
    b"ICRD": "date",
    b"IGNR": "genres",
    b"ITRK": "track",
    b"IPRT": "track",
    b"ISRC": "isrc",  # "source" by the letter of the standard, but used for the code
    b"IPUB": "label",
}


def read_info(path: Path) -> dict[str, list[str]]:
    """Every field of `frames.FIELDS` with its values; all empty if the file has no INFO list."""
    found: dict[str, list[str]] = {field: [] for field in FIELDS}
    with path.open("rb") as file:
        file.seek(12)
        for kind, size in _chunks(file):
            if kind == b"LIST" and size <= _MOST_BYTES and file.read(4) == b"INFO":
                for name, text in _entries(file.read(size - 4)):
                    if name in _NAMES and text:
                        found[_NAMES[name]].append(text)
                break
    return found


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Name and length of each chunk from here on, with the file at its content."""
    for _ in range(_MOST_CHUNKS):
        header = file.read(8)
        if len(header) < 8:
            return
        name, size = struct.unpack("<4sI", header)
        content = file.tell()
        yield name, size
        file.seek(content + size + size % 2)


def _entries(content: bytes) -> Iterator[tuple[bytes, str]]:
    position = 0
    while position + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, position)
        value = content[position + 8 : position + 8 + size].split(b"\0")[0].strip()
        yield name, _decoded(value)
        position += 8 + size + size % 2


def _decoded(value: bytes) -> str:
    """The standard names no encoding: UTF-8 if it is, else the one of Western Windows."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")
