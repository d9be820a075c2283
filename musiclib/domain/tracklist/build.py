"""From strings found in a text to the values of a track."""

import re
from collections.abc import Mapping

from musiclib.domain.tracklist.lines import shape_of
from musiclib.domain.tracklist.marks import seconds
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.domain.tracklist.vocabulary import CATALOG_NUMBER, ISRC, UNKNOWN

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d+)?")
_UNKNOWN_STARTS = frozenset("iIuUtTnN?")
_UNKNOWN_OPENINGS = _UNKNOWN_STARTS | frozenset(" [-")
_CLOCK = re.compile(
    r"\d{1,4}:\d{1,2}(?::\d{1,2})?(?:[.,]\d+)?|\d{1,2}h\d{2}(?:m(?:\d{2}s?)?)?|\d{1,3}m[0-5]\ds"
)


def make_track(
    artist: str,
    title: str,
    fields: Mapping[str, str] | None = None,
    start_s: float | None = None,
    duration_s: float | None = None,
    played_with_previous: bool = False,
) -> ParsedTrack:
    """A track of tidy names and the raw strings of its other fields; strings without sense are dropped."""
    is_id = artist[:1] in _UNKNOWN_STARTS and len(artist) < 20 and UNKNOWN.fullmatch(artist) is not None
    is_id = is_id or (title[:1] in _UNKNOWN_STARTS and is_unknown(title))
    if not fields:
        return ParsedTrack(
            artist, title, None, start_s, duration_s, is_id=is_id, played_with_previous=played_with_previous
        )
    label = fields.get("label")
    return ParsedTrack(
        artist=artist,
        title=title,
        position=fields.get("position"),
        start_s=start_s,
        duration_s=duration_s,
        label=label,
        catalog_number=fields.get("catalog_number") or _catalog_number(label),
        album=fields.get("album"),
        year=year_of(fields.get("year")),
        bpm=number_of(fields.get("bpm"), 20, 400),
        key=fields.get("key"),
        isrc=isrc_of(fields.get("isrc")),
        is_id=is_id,
        played_with_previous=played_with_previous,
    )


def is_unknown(text: str) -> bool:
    """Whether a name only says that the name is not known: 'ID', '???', 'ID (Somebody Remix)'."""
    if text[:1] not in _UNKNOWN_OPENINGS:
        return False
    return UNKNOWN.fullmatch(text.partition("(")[0].strip(" []-")) is not None


def _catalog_number(label: str | None) -> str | None:
    match = CATALOG_NUMBER.search(label) if label else None
    return match[0] if match else None


def year_of(text: str | None) -> int | None:
    match = _YEAR.search(shape_of(text)) if text else None
    return int(match[0]) if match else None


def number_of(text: str | None, low: float, high: float) -> float | None:
    """The first number of a text when it lies in [low, high]."""
    match = _NUMBER.search(shape_of(text)) if text else None
    if not match:
        return None
    value = float(match[0].replace(",", "."))
    return value if low <= value <= high else None


def isrc_of(text: str | None) -> str | None:
    """The code without its hyphens, or None when it is none."""
    match = ISRC.search(text.upper()) if text else None
    return match[0].replace("-", "") if match else None


def clock_seconds(text: str) -> float | None:
    """Seconds of a clock figure; None when the text is not one."""
    shape = shape_of(text).strip()
    return seconds(shape) if _CLOCK.fullmatch(shape) else None
