"""What Beatport says of a track, as fields of ours: the API's objects, and rows of tables people saved.

Reads what is kept, so it can be run again at any time. Raise `PARSER_VERSION` whenever it makes anything
else of the same answer: then all that an older one has read is read again.
Fields of API v4: https://api.beatport.com/v4/docs/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from musiclib.domain.music_key import MusicalKey
from musiclib.domain.provenance import Plain
from musiclib.domain.states import Source
from musiclib.domain.text import clean_isrc, split_version
from musiclib.providers.base import Candidate, Json
from musiclib.providers.payload import date, identifier, mapping, number, objects, text

PARSER_VERSION = 1
NAME = Source.BEATPORT.value
ROW = "row"
"""The member of a raw answer that holds a row of a table, by column."""

_SLOWEST_BPM, _FASTEST_BPM = 20, 999
_LONGEST_S = 24 * 3600
_NO_VERSION = frozenset({"original mix", "original", "original version"})
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d\d)(?:\.\d+)?")
_DAY_FIRST = re.compile(r"(\d\d)[./](\d\d)[./](\d{4})")
_MODE = re.compile(r"[A-Za-z]{3,}")
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "trackid", "beatportid", "beatporttrackid"),
    "title": ("title", "name", "trackname", "track", "tracktitle"),
    "mix_name": ("mixname", "mix", "version", "remix", "mixtitle"),
    "artist": ("artists", "artist", "artistnames", "artistname", "trackartists"),
    "release": ("release", "album", "releasename", "releasetitle", "albumtitle"),
    "label": ("label", "labelname", "recordlabel"),
    "catalog_number": ("catalognumber", "cataloguenumber", "catalog", "catno", "cat"),
    "isrc": ("isrc",),
    "bpm": ("bpm", "tempo"),
    "key": ("key", "musicalkey", "keyname", "camelot", "camelotkey"),
    "genre": ("genre", "genrename"),
    "sub_genre": ("subgenre", "subgenrename"),
    "date": ("releasedate", "publishdate", "published", "newreleasedate", "date", "released"),
    "length": ("length", "duration", "time", "lengthms", "durationms"),
}
"""What columns are called in tables people saved: letters and digits only, in lower case."""


def candidate_of(name: str, raw: Json) -> Candidate | None:
    """The recording of a raw answer that is kept under `name`; None if it names none.

    A row of a table may lack their id: then the candidate has none ("").
    """
    row = raw.get(ROW)
    track = track_of_row(row) if isinstance(row, dict) else raw
    ident, fields = identifier(track.get("id")), _fields(track)
    if "title" not in fields or "artist" not in fields:
        return None
    links = ((NAME, _address(ident, text(track.get("slug")))),) if ident else ()
    return Candidate(NAME, ident or "", fields, raw, name, links=links)


def is_track(value: Any) -> bool:
    """Whether a JSON value is a track object of theirs."""
    return isinstance(value, dict) and identifier(value.get("id")) is not None and "artists" in value


def artist_names(track: Json) -> list[str]:
    """All who had a part in it."""
    people = [*objects(track.get("artists")), *objects(track.get("remixers"))]
    return [name for each in people if (name := text(each.get("name")))]


def track_of_row(row: Mapping[str, Any]) -> Json:
    """A row of a table in the shape of a track of the API, as far as its columns are known."""
    told = {_plain(name): value for name, value in row.items() if isinstance(value, str) and value.strip()}

    def cell(name: str) -> str | None:
        return next((text(told[column]) for column in _COLUMNS[name] if column in told), None)

    def named(name: str) -> Json | None:
        found = cell(name)
        return {"name": found} if found else None

    artists = cell("artist")
    return {
        "id": cell("id"),
        "name": cell("title"),
        "mix_name": cell("mix_name"),
        "artists": [{"name": artists}] if artists else [],
        "release": {"name": cell("release"), "label": named("label")},
        "catalog_number": cell("catalog_number"),
        "isrc": cell("isrc"),
        "bpm": (cell("bpm") or "").replace(",", "."),
        "key": named("key"),
        "genre": named("genre"),
        "sub_genre": named("sub_genre"),
        "publish_date": _iso(cell("date")),
        "length_ms": _milliseconds(cell("length")),
    }


def known_columns(header: list[str]) -> set[str]:
    """Which of the things we look for a table's header names."""
    told = {_plain(name) for name in header}
    return {name for name, columns in _COLUMNS.items() if told & set(columns)}


def _plain(column: str) -> str:
    return re.sub(r"[^a-z0-9]", "", column.casefold())


def _fields(track: Json) -> dict[str, Plain]:
    """What a track says; absent, null, 0 and empty say nothing."""
    release = mapping(track.get("release"))
    fields: dict[str, Plain | None] = {
        "artist": _credit(track),
        "album": text(release.get("name")),
        "isrc": clean_isrc(text(track.get("isrc"))),
        "label": text(mapping(release.get("label")).get("name")),
        "catalog_number": text(track.get("catalog_number")),
        "release_date": date(track.get("new_release_date")) or date(track.get("publish_date")),
        "genres": _genres(track),
        "bpm": _bpm(track),
        "key_code": _key(mapping(track.get("key"))),
        "duration_s": _seconds(track),
        **_names(track),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _names(track: Json) -> dict[str, Plain | None]:
    """Title and version; "Original Mix" is how they say that there is none."""
    title, said = text(track.get("name")), text(track.get("mix_name"))
    if title is None:
        return {}
    bare, version = split_version(title)
    mix = said if said and said.casefold() not in _NO_VERSION else None
    if version and version.casefold() in _NO_VERSION:
        version = None
    return {"title": bare or title, "version": mix or version}


def _credit(track: Json) -> str | None:
    names = [name for each in objects(track.get("artists")) if (name := text(each.get("name")))]
    return " & ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names) or None


def _genres(track: Json) -> list[str] | None:
    said = [text(mapping(track.get(name)).get("name")) for name in ("genre", "sub_genre")]
    return list(dict.fromkeys(name for name in said if name)) or None


def _bpm(track: Json) -> float | None:
    bpm = number(track.get("bpm")) or 0.0
    return bpm if _SLOWEST_BPM <= bpm <= _FASTEST_BPM else None


def _key(key: Json) -> int | None:
    """By its name ("Eb Minor", in tables also "8A"), else by its place on the wheel."""
    found = MusicalKey.parse(_MODE.sub(lambda mode: mode[0].lower(), text(key.get("name")) or ""))
    if found is None:
        place = f"{identifier(key.get('camelot_number')) or ''}{text(key.get('camelot_letter')) or ''}"
        found = MusicalKey.parse(place)
    return found.code if found else None


def _seconds(track: Json) -> float | None:
    length = (number(track.get("length_ms")) or 0) / 1000
    return round(length, 3) if 0 < length <= _LONGEST_S else None


def _milliseconds(length: str | None) -> float | None:
    """Of a cell: "6:12", "1:02:03", or a number, which is of seconds unless it is far too large for that."""
    if length is None:
        return None
    if clock := _CLOCK.fullmatch(length):
        return ((int(clock[1] or 0) * 60 + int(clock[2])) * 60 + int(clock[3])) * 1000
    value = number(length)
    return value if value is None or value > 10_000 else value * 1000


def _iso(day: str | None) -> str | None:
    """Of a cell: "2026-02-13", with a time behind it, or "13.02.2026"."""
    if day is None:
        return None
    if turned := _DAY_FIRST.fullmatch(day):
        # 02/13/2026 can only be the thirteenth; where both could be a month it is the day that comes first.
        first, second = int(turned[1]), int(turned[2])
        month, of_month = (first, second) if second > 12 else (second, first)
        return f"{turned[3]}-{month:02}-{of_month:02}"
    return day.split("T")[0].split(" ")[0]


def _address(ident: str, slug: str | None) -> str:
    return f"https://www.beatport.com/track/{quote(slug or '-', safe='')}/{ident}"
