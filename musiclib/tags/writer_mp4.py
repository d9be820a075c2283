"""MP4 files (M4A): the atoms that are written are made anew, all others stay.

Where the tags grow beyond their padding, the sound behind them moves, and the tables that say where it
lies (`stco`, `co64`) are put right (ISO 14496-12, 8.7.5).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

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

_HEAD = 8
_ROOM = 1024
_MOST = 256 * 1024 * 1024
_HANDLER = b"\0\0\0\x21hdlr" + bytes(8) + b"mdirappl" + bytes(9)
_TEXT, _JPEG, _PNG, _INTEGER = 1, 13, 14, 21
_FREEFORM = "----:com.apple.iTunes:"
_NEW = {
    "artist": "\xa9ART", "title": "\xa9nam", "album": "\xa9alb", "albumartist": "aART", "track": "trkn",
    "disc": "disk", "date": "\xa9day", "original_date": _FREEFORM + "ORIGINALDATE",
    "isrc": _FREEFORM + "ISRC",
    "bpm": "tmpo", "bpm_exact": _FREEFORM + "BPM", "key": _FREEFORM + "initialkey",
    "key_shown": _FREEFORM + "KEY", "label": _FREEFORM + "LABEL",
    "catalog_number": _FREEFORM + "CATALOGNUMBER", "genres": "\xa9gen",
    "recording_mbid": _FREEFORM + "MusicBrainz Track Id", "release_mbid": _FREEFORM + "MusicBrainz Album Id",
    "track_gain": _FREEFORM + "replaygain_track_gain", "track_peak": _FREEFORM + "replaygain_track_peak",
    "album_gain": _FREEFORM + "replaygain_album_gain", "album_peak": _FREEFORM + "replaygain_album_peak",
    "energy": _FREEFORM + "ENERGYLEVEL", "comment": "\xa9cmt",
}  # fmt: skip
_LEGAL = frozenset({"key"})


@dataclass(frozen=True, slots=True)
class _Atom:
    name: bytes
    start: int
    content: int
    end: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the tags are, or are to be."""

    parents: tuple[_Atom, ...]
    """Whose lengths change with them, outermost first."""
    start: int
    end: int
    """With the padding behind them."""
    items: tuple[Item, ...]
    lacking: tuple[bytes, ...]
    """Names of the atoms to make around them, outermost first."""
    other_pictures: bytes = b""
    """Those behind the first, which is the front: all are in one atom, and say nothing of their kind."""


def patch(file: BinaryIO, wanted: Wanted) -> Patch:
    """Raises `TagsNotWritten` for a file that is damaged, or whose sound cannot be moved."""
    size = file.seek(0, 2)
    top = list(_atoms(file, 0, size))
    moov = next((each for each in top if each.name == b"moov"), None)
    if moov is None or moov.end - moov.start > _MOST:
        raise TagsNotWritten("It lacks the part that says what it holds.")
    place = _find(file, moov)
    parts = _rewritten(place, wanted)
    more = length(parts) - (place.end - place.start)
    edits: list[tuple[int, int, list[Part]]] = [(place.start, place.end, parts)]
    if more:
        edits += [(each.start, each.start + 4, [_resized(each, more)]) for each in place.parents]
        edits += _moved(file, moov, top, more)
    return patch_of(file, 0, size, _joined(edits, size))


def _joined(edits: list[tuple[int, int, list[Part]]], size: int) -> Iterator[Part]:
    place = 0
    for start, end, parts in sorted(edits, key=lambda each: each[0]):
        yield Kept(place, start)
        yield from parts
        place = end
    yield Kept(place, size)


def _atoms(file: BinaryIO, start: int, end: int) -> Iterator[_Atom]:
    while start + _HEAD <= end:
        file.seek(start)
        head = file.read(_HEAD)
        size, content = int.from_bytes(head[:4]), start + _HEAD
        if size == 1:
            size, content = int.from_bytes(file.read(8)), start + 16
        elif size == 0 and head[4:] == b"mdat":
            size = end - start  # up to the end of the file
        if size < content - start or start + size > end:
            if not head[:4].strip(b"\0") and end - start < 2 * _HEAD:
                return  # QuickTime ends a list with zeros
            raise TagsNotWritten("Its atoms do not fit into each other; it may be cut off.")
        yield _Atom(head[4:], start, content, start + size)
        start += size


def _child(file: BinaryIO, parent: _Atom, name: bytes) -> _Atom | None:
    return next((each for each in _atoms(file, _inside(file, parent), parent.end) if each.name == name), None)


def _inside(file: BinaryIO, atom: _Atom) -> int:
    """Where the children of an atom begin: `meta` has a version in front, except where QuickTime wrote it."""
    if atom.name != b"meta":
        return atom.content
    file.seek(atom.content)
    return atom.content if file.read(_HEAD)[4:] == b"hdlr" else atom.content + 4


def _find(file: BinaryIO, moov: _Atom) -> _Place:
    parents = [moov]
    for depth, name in enumerate((b"udta", b"meta", b"ilst")):
        child = _child(file, parents[-1], name)
        if child is None:
            end = _end_of_children(file, parents[-1])
            return _Place(tuple(parents), end, end, (), (b"udta", b"meta", b"ilst")[depth:])
        parents.append(child)
    ilst, meta = parents.pop(), parents[-1]
    items, others = [], b""
    for atom in _atoms(file, ilst.content, ilst.end):
        said = _name(file, atom)
        if atom.name == b"covr":
            others = b"".join(_raw(file, each) for each in list(_atoms(file, atom.content, atom.end))[1:])
        items.append(Item(said.lower(), Kept(atom.start, atom.end), said))
    end = ilst.end
    for atom in _atoms(file, ilst.end, meta.end):
        if atom.name != b"free":
            break
        end = atom.end
    return _Place(tuple(parents), ilst.start, end, tuple(items), (b"ilst",), others)


def _end_of_children(file: BinaryIO, parent: _Atom) -> int:
    return max((each.end for each in _atoms(file, _inside(file, parent), parent.end)), default=parent.content)


def _name(file: BinaryIO, atom: _Atom) -> str:
    if atom.name != b"----":
        return atom.name.decode("latin-1")
    texts = {
        each.name: _read(file, each)[4:]
        for each in _atoms(file, atom.content, atom.end)
        if each.name != b"data"
    }
    mean, name = (texts.get(each, b"").decode("utf-8", "replace") for each in (b"mean", b"name"))
    return f"----:{mean}:{name}"


def _raw(file: BinaryIO, atom: _Atom) -> bytes:
    file.seek(atom.start)
    return file.read(atom.end - atom.start)


def _read(file: BinaryIO, atom: _Atom) -> bytes:
    file.seek(atom.content)
    return file.read(atom.end - atom.content)


# --- the tags made anew ---------------------------------------------------------------------------


def _rewritten(place: _Place, wanted: Wanted) -> list[Part]:
    """The list of tags, padded to its old length where it fits; with the atoms around it that are lacking."""
    items = [each for each in place.items if not ("genres" in wanted.texts and each.key == "gnre")]
    new = []
    for name, values in with_whole_tempo(wanted.texts, items, _NEW["bpm_exact"]).items():
        if name in _NEW:
            atom = in_force(frames.MP4_NAMES[name], items, _NEW[name], legal=name in _LEGAL)
            new.append(Item(atom.lower(), _atom_of(atom, name, values)))
    if wanted.cover is not None:
        new.append(Item("covr", _made(b"covr", _picture(wanted.cover) + place.other_pictures)))
    parts = [each.part for each in with_changes(items, new)]
    parts = [(_HEAD + length(parts)).to_bytes(4) + b"ilst", *parts]
    left = place.end - place.start - length(parts)
    if left < _HEAD and left != 0:
        left = _ROOM
    if left:
        parts.append(_made(b"free", bytes(left - _HEAD)))
    for around in reversed(place.lacking[:-1]):
        inner: list[Part] = [bytes(4) + _HANDLER, *parts] if around == b"meta" else parts
        parts = [(_HEAD + length(inner)).to_bytes(4) + around, *inner]
    return parts


def _atom_of(atom: str, name: str, values: tuple[str, ...]) -> bytes:
    if atom in ("trkn", "disk"):
        number, _, total = values[0].partition("/")
        pair = struct.pack(">HHH", 0, int(number) & 0xFFFF, int(total or 0) & 0xFFFF)
        return _made(atom.encode(), _data(0, pair + (bytes(2) if atom == "trkn" else b"")))
    if atom == "tmpo":
        return _made(b"tmpo", _data(_INTEGER, (int(values[0]) & 0xFFFF).to_bytes(2)))
    text = _data(_TEXT, "; ".join(values).encode())
    if not atom.startswith("----"):
        return _made(atom.encode("latin-1"), text)
    _, mean, said = atom.split(":", 2)
    return _made(
        b"----", _made(b"mean", bytes(4) + mean.encode()) + _made(b"name", bytes(4) + said.encode()) + text
    )


def _picture(cover: Cover) -> bytes:
    kind = {"image/jpeg": _JPEG, "image/png": _PNG}.get(cover.mime)
    if kind is None:
        raise TagsNotWritten(f"M4A files have no pictures of the kind {cover.mime}.")
    return _data(kind, cover.data)


def _data(kind: int, content: bytes) -> bytes:
    return _made(b"data", struct.pack(">II", kind, 0) + content)


def _made(name: bytes, content: bytes) -> bytes:
    return (_HEAD + len(content)).to_bytes(4) + name + content


# --- what moves -----------------------------------------------------------------------------------


def _resized(atom: _Atom, more: int) -> bytes:
    size = atom.end - atom.start + more
    if atom.content - atom.start != _HEAD or size > 0xFFFFFFFF:
        raise TagsNotWritten("Its tags lie in an atom that is too large to change.")
    return size.to_bytes(4)


def _moved(file: BinaryIO, moov: _Atom, top: list[_Atom], more: int) -> Iterator[tuple[int, int, list[Part]]]:
    """The tables that say where the sound lies, put right for what comes behind the tags."""
    if any(each.name in (b"moof", b"mfra") for each in top):
        raise TagsNotWritten("It is made of fragments, and its tags have no room left. Remux it first.")
    for trak in _atoms(file, moov.content, moov.end):
        table = trak if trak.name == b"trak" else None
        for name in (b"mdia", b"minf", b"stbl"):
            table = _child(file, table, name) if table else None
        for atom in _atoms(file, table.content, table.end) if table else ():
            if atom.name in (b"stco", b"co64"):
                yield atom.content + 8, atom.end, [_shifted(file, atom, moov.start, more)]


def _shifted(file: BinaryIO, atom: _Atom, behind: int, more: int) -> bytes:
    raw = _read(file, atom)[8:]
    kind = ">%dI" if atom.name == b"stco" else ">%dQ"
    width = 4 if atom.name == b"stco" else 8
    count = len(raw) // width
    places = struct.unpack_from(kind % count, raw)
    new = [each + more if each > behind else each for each in places]
    try:
        return struct.pack(kind % count, *new) + raw[count * width :]
    except struct.error as error:
        raise TagsNotWritten("It is too large for its sound to be moved.") from error
