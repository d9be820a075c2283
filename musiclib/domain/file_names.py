"""Names for files that are fetched: a template filled in and made safe for Windows, macOS and Linux alike.

`{albumartist}/{year} - {album}/{track:02} {title}`: a slash begins another folder, a number after a colon is
the least number of digits. A year, a number, a label or an ISRC that is not known is left out with what
joined it to its neighbour, so that an album without a year lies in `Album`, not in ` - Album`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from pathlib import PurePosixPath

LONGEST_NAME_BYTES = 180
"""File systems take 255 bytes; the suffix, " (2)" and the names of programs that copy need room."""
_LONGEST_PATH = 230
"""Windows takes 260 characters with the folder before it, where nobody has switched long paths on."""
_FIELD = re.compile(r"\{(\w+)(?::(\d{1,2}))?\}")
_REPLACED = str.maketrans(
    {"/": "-", "\\": "-", "|": "-", ":": "-", "*": "_", '"': "'", "<": "(", ">": ")", "?": ""}
)
# Zero-width joiners stay: Persian and many Indian scripts are misspelt without them, and emoji fall apart.
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\.|\s*$)")
_LEFT_OUT = re.compile("^\0[ \\-–—_.,·~+&]*|[ \\-–—_.,·~+&]*\0")
_EMPTY_BRACKETS = re.compile(r"\s*(?:\(\s*\)|\[\s*\]|\{\s*\})")
_JOINERS = "\u200d\ufe0e\ufe0f"
_SUFFIX = re.compile(r"[a-z0-9]{1,8}")
_UNKNOWN = {
    "albumartist": "Unknown Artist",
    "artist": "Unknown Artist",
    "album": "Unknown Album",
    "title": "Untitled",
}


@dataclass(frozen=True, slots=True)
class NameFields:
    """What a template can name. Texts may hold anything; None or blank is not known."""

    title: str | None = None
    """With its version in brackets."""
    artist: str | None = None
    album: str | None = None
    albumartist: str | None = None
    year: int | None = None
    track: int | None = None
    disc: int | None = None
    label: str | None = None
    isrc: str | None = None


_NAMES = frozenset(each.name for each in fields(NameFields))


def check_template(template: str) -> str:
    """The template itself. ValueError with a sentence where it cannot be used."""
    parts = template.split("/")
    if template.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", template) or "\\" in template:
        raise ValueError(
            "it must not begin with a folder of the disk: it is a name inside the download folder"
        )
    if any(part.strip() in ("", ".", "..") for part in parts):
        raise ValueError("there must be a name between two slashes, and at its end")
    known = [match.group(1) for match in _FIELD.finditer(template)]
    if wrong := [name for name in known if name not in _NAMES]:
        raise ValueError(f"{{{wrong[0]}}} is no field; there are {', '.join(sorted(_NAMES))}")
    if {"{", "}"} & set(_FIELD.sub("", template)):
        raise ValueError("a brace is not closed, or holds something else than a field like {track:02}")
    if not {"title", "track", "isrc"} & {match.group(1) for match in _FIELD.finditer(parts[-1])}:
        raise ValueError(
            "its last part must hold {title}, {track} or {isrc}, or all files would have one name"
        )
    return template


def relative_path(template: str, named: NameFields, suffix: str) -> PurePosixPath:
    """The place of a file inside the download folder, below which it surely stays.

    `template` is one that `check_template` took, `suffix` the kind of file without the dot. No part is
    longer than `LONGEST_NAME_BYTES`, empty, reserved on any system, or leads up.
    """
    parts = [part for part in template.split("/") if part.strip()]
    ending = f".{suffix.lower()}" if _SUFFIX.fullmatch(suffix.lower()) else ""
    names = [_shortened(_filled(part, named), LONGEST_NAME_BYTES) for part in parts]
    room = _LONGEST_PATH - len(ending)
    if sum(len(name) + 1 for name in names) > room:
        names = [_shortened(name, room // len(names) - 1) for name in names]
    names = [_trimmed(name) for name in names]
    names[-1] += ending
    return PurePosixPath(*names)


def _filled(part: str, named: NameFields) -> str:
    """One part of the path with its fields filled in."""
    text = _FIELD.sub(lambda match: _value(named, match.group(1), match.group(2)), part)
    return _EMPTY_BRACKETS.sub("", _LEFT_OUT.sub("", text))


def _value(named: NameFields, name: str, digits: str | None) -> str:
    """A field's value, safe in itself; a NUL where it is not known and may be left out."""
    value = getattr(named, name)
    if isinstance(value, int):
        return f"{value:0{int(digits or 1)}}"
    other = {"artist": named.albumartist, "albumartist": named.artist}.get(name)
    text = (value or "").strip() or (other or "").strip()
    if not text:
        return _UNKNOWN.get(name, "\0")
    cleaned = _cleaned(text)
    return cleaned if cleaned.strip(". ") else "_"


def _cleaned(text: str) -> str:
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", " ".join(text.split()).translate(_REPLACED)))
    # Control characters, lone surrogates, private use and codes that are no characters.
    known = "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Cs", "Co", "Cn"))
    return " ".join(known.split())


def _trimmed(name: str) -> str:
    """Without what hides a file or is cut off by Windows, and not one of its devices."""
    name = name.strip().rstrip(". ").lstrip(". ~") or "_"
    return f"_{name}" if _RESERVED.match(name) else name


def _shortened(name: str, most: int) -> str:
    """At most so many characters and `LONGEST_NAME_BYTES` bytes, not cut between a letter and its marks."""
    end = min(len(name), most)
    while len(name[:end].encode()) > LONGEST_NAME_BYTES:
        end -= 1
    while 0 < end < len(name) and (
        unicodedata.combining(name[end]) or name[end] in _JOINERS or name[end - 1] == "\u200d"
    ):
        end -= 1
    return name[:end]
