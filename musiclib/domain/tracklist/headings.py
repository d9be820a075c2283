"""What stands around a list: the suggested album name and the artist that all its rows share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.vocabulary import (
    ALBUM_KEYS,
    ARTIST_KEYS,
    METADATA,
    MIX_TITLE_WORD,
    ROLE,
    VARIOUS,
)

_SETLIST = re.compile(
    r"(?P<a>.{1,80}?)(?:'s)?(?:\s+concert)?\s+(?:set[\s-]?list|セットリスト|세트리스트|сет-?лист)(?:\s+(?:at|-|,|@"
    r"|from)\b.*)?\s*|set[\s-]?list\s*[:-]\s*(?P<b>.{1,80})",
    re.IGNORECASE,
)
_AT_VENUE = re.compile(r"(?P<artist>\S.{0,80}?)\s+(?:at|@|live at)\s+\S.*,\s.+", re.IGNORECASE)
_SETLIST_HEAD = re.compile(r"\W*set[\s-]?list\W*", re.IGNORECASE)
_BY_LINE = re.compile(r"(?:by|von|par|por)\s+(?P<artist>\S.{0,80})", re.IGNORECASE)
_ALBUM_BY = re.compile(r"(?P<album>\S.{0,80}?),?\s+(?:album\s+)?by\s+(?P<artist>\S.{0,80})", re.IGNORECASE)
_DASHED = re.compile(r"(?P<left>\S.*?)\s+-{1,2}\s+(?P<right>\S.*)")
_PLACE = re.compile(
    r"(?P<artist>\S.*?)\s+@\s+\S.*|(?P<live>\S.*?)\s+live (?:at|from|in)\s+\S.*", re.IGNORECASE
)
_YEAR_TAIL = re.compile(
    r"\s*[\[(](?:19|20)\d\d[\])]\s*$|\s+(?:tracklist(?:ing)?|track list|songs?)\s*:?\s*$", re.IGNORECASE
)


_YEAR_END = re.compile(r"[\[(](?P<year>(?:19|20)\d\d)[\])]$")
_DATED = re.compile(r"(?P<album>\S.*?)(?:\s*[(\[]|,\s+)(?P<year>(?:19|20)\d\d)[)\]]?")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`album` is set only when the text says that the list is an album of that name."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    row_artist: str | None = None
    year: str | None = None
    various: bool = False


def read_surroundings(before: Sequence[Row]) -> Surroundings:
    """Read the lines above the first track. `row_artist` may stand for rows that name no artist."""
    facts = _metadata(before)
    lines = [
        row
        for row in before
        if not row.reason or row.reason in ("markdown_heading", "title_line", "heading_colon", "venue")
    ]
    venue = next((row for row in lines if row.reason == "venue"), None)
    if venue is not None and (match := _AT_VENUE.fullmatch(venue.body)):
        artist = venue.value(venue.start, venue.start + match.end("artist"))
        return _with_facts(Surroundings(_text(venue), artist, None, artist), facts)
    for n, row in enumerate(lines[:6]):
        found = _one_line(row, lines[n - 1] if n else None)
        if found:
            return _with_facts(found, facts)
    if len(lines) == 2 and (stacked := _stacked(_text(lines[0]), _text(lines[1]))):
        return _with_facts(stacked, facts)
    title = _text(lines[0]) if lines and len(lines[0].shape.strip()) <= 120 else None
    return _with_facts(Surroundings(title), facts)


def _text(row: Row) -> str:
    shape = row.shape
    start = len(shape) - len(shape.lstrip(" #*=>~-_|"))
    return row.value(start, len(shape)).rstrip(" :*=~_-|")


def _metadata(before: Sequence[Row]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for row in before:
        if row.reason in ("metadata", "advert") and (match := METADATA.fullmatch(row.shape.strip())):
            key, value = match["key"].lower(), row.shape.strip()[match.start("value") :]
            at = row.shape.find(value)
            value = row.value(at, len(row.text)).strip('"')
            if key in ARTIST_KEYS and value:
                facts.setdefault("artist", value)
            elif key in ALBUM_KEYS and value:
                facts.setdefault("album", value)
    return facts


def _with_facts(found: Surroundings, facts: dict[str, str]) -> Surroundings:
    artist = facts.get("artist")
    album = facts.get("album")
    return Surroundings(
        title=album or found.title,
        artist=artist or found.artist,
        album=album or found.album,
        row_artist=artist or found.row_artist,
        year=found.year,
        various=found.various,
    )


def _one_line(row: Row, above: Row | None) -> Surroundings | None:
    text = _text(row)
    shape = row.shape.strip(" #*=>~_|:").rstrip("-").strip()
    if not text or len(text) > 160:
        return None
    if len(shape) != len(text):
        shape = text
    return _by_line(shape, text, above) or _setlist(shape, text) or _dashed(shape, text)


def _stacked(artist: str, album: str) -> Surroundings | None:
    """The artist on one line, the album with its year on the next."""
    dated = _DATED.fullmatch(album)
    if not dated or not artist or MIX_TITLE_WORD.search(artist) or MIX_TITLE_WORD.search(album):
        return None
    return Surroundings(dated["album"], artist, dated["album"], artist, dated["year"])


def _by_line(shape: str, text: str, above: Row | None) -> Surroundings | None:
    match = _BY_LINE.fullmatch(shape)
    if match and above is not None:
        album, artist = _text(above), text[match.start("artist") :]
        if VARIOUS.fullmatch(artist):
            return Surroundings(album, artist, album, various=True)
        return Surroundings(album, artist, album, artist)
    return None


def _setlist(shape: str, text: str) -> Surroundings | None:
    match = _SETLIST.fullmatch(shape)
    if not match:
        return None
    group = "a" if match["a"] else "b"
    artist = text[match.start(group) : match.end(group)].strip(" -–—:")
    return Surroundings(text, artist, None, artist) if artist else None


def _dashed(shape: str, text: str) -> Surroundings | None:
    place = _PLACE.fullmatch(shape)
    if place:
        group = "artist" if place["artist"] else "live"
        return Surroundings(text, text[: place.end(group)].split(" - ")[0].strip() or None)
    match = _DASHED.fullmatch(shape)
    if match:
        artist, album = text[: match.end("left")], _YEAR_TAIL.sub("", text[match.start("right") :])
        if ROLE.fullmatch(shape, match.start("right")):
            return None
        if MIX_TITLE_WORD.search(shape):
            return Surroundings(text, artist)
        year = _YEAR_END.search(shape)
        return Surroundings(text, artist, album, artist, year["year"] if year else None)
    match = _ALBUM_BY.fullmatch(shape)
    if match and not MIX_TITLE_WORD.search(shape):
        artist = _YEAR_TAIL.sub("", text[match.start("artist") :])
        album, year = text[: match.end("album")], _YEAR_END.search(shape)
        return Surroundings(text, artist, album, artist, year["year"] if year else None)
    return None


def find_venue(live: Sequence[Row]) -> None:
    """'Somebody at Some Hall, Some Town' right below the heading 'Setlist' names who played."""
    for head, row in pairwise(live[:20]):
        if head.reason == "heading" and not row.reason and _SETLIST_HEAD.fullmatch(head.shape):
            row.reason = "venue" if _AT_VENUE.fullmatch(row.body) else ""
