"""CUE sheets: of one image, of a file per track, and of recorded DJ mixes."""

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from musiclib.domain.tracklist.build import make_track
from musiclib.domain.tracklist.lines import tidy
from musiclib.domain.tracklist.model import (
    ParseContext,
    ParsedLine,
    ParsedTrack,
    Span,
    Tracklist,
    Verdict,
)
from musiclib.domain.tracklist.noise import line_outside
from musiclib.domain.tracklist.order import decide_order
from musiclib.domain.tracklist.vocabulary import SPACED_DASH

_TRACK = re.compile(r"[\s>]*TRACK\s+(?P<n>\d{1,3})\s+(?:AUDIO|MODE\S*|CD\S*)\s*", re.IGNORECASE)
_LINE = re.compile(
    r"[\s>]*(?P<rem>REM\s+)?(?P<key>TITLE|PERFORMER|ISRC|DATE|RECORDED_BY|FILE|INDEX|SONGWRITER|COMPOSER"
    r"|FLAGS"
    r"|PREGAP|POSTGAP|CATALOG|CDTEXTFILE|DISCID|GENRE|COMMENT|[A-Z_0-9]+)\s+(?P<value>.*?)\s*",
    re.IGNORECASE,
)
_INDEX = re.compile(r"(?P<n>\d{1,2})\s+(?P<a>\d{1,4}):(?P<b>\d{1,2}):(?P<c>\d{1,2})\s*")
_KEYS = frozenset(
    {
        *("TITLE", "PERFORMER", "ISRC", "FILE", "INDEX", "SONGWRITER", "FLAGS", "PREGAP", "POSTGAP"),
        *("CATALOG", "CDTEXTFILE"),
    }
)
_FRAMES = 75


@dataclass(slots=True)
class _Entry:
    number: str
    lines: list[int]
    fields: dict[str, str] = field(default_factory=dict)
    index: tuple[int, int, int] | None = None
    file: int = 0


@dataclass(slots=True)
class _Sheet:
    fields: dict[str, str] = field(default_factory=dict)
    entries: list[_Entry] = field(default_factory=list)
    files: int = 0
    spans: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    own: set[int] = field(default_factory=set)


def read_cue(lines: list[str], text: str, context: ParseContext) -> Tracklist | None:
    """Read the text as a CUE sheet (frames of 1/75 s; rekordbox writes HH:MM:SS); None when it is none."""
    if "TRACK" not in text.upper() or not any(_TRACK.fullmatch(line) for line in lines if len(line) < 80):
        return None
    sheet = _sheet(lines)
    if not any("TITLE" in entry.fields or entry.index for entry in sheet.entries):
        return None
    names = _names(sheet, context)
    starts = _starts(sheet)
    year, album = sheet.fields.get("DATE"), sheet.fields.get("TITLE")
    tracks: list[ParsedTrack] = []
    owners: dict[int, int] = {}
    for entry, (artist, title), start in zip(sheet.entries, names, starts, strict=True):
        if not artist and not title:
            continue
        owners.update(dict.fromkeys(entry.lines, len(tracks)))
        found = {"position": entry.number, "album": album, "year": year, "isrc": entry.fields.get("ISRC")}
        tracks.append(make_track(artist, title, {k: v for k, v in found.items() if v}, start))
    out = tuple(_line(n, line, owners.get(n), sheet) for n, line in enumerate(lines))
    return Tracklist(out, tuple(tracks), "cue", album, sheet.fields.get("PERFORMER"))


def _sheet(lines: Sequence[str]) -> _Sheet:
    sheet = _Sheet()
    for n, line in enumerate(lines):
        begin = _TRACK.fullmatch(line) if len(line) < 80 else None
        if begin:
            sheet.entries.append(_Entry(begin["n"], [n], file=sheet.files))
            sheet.spans[n] = (Span("position", begin.start("n"), begin.end("n")),)
            continue
        match = _LINE.fullmatch(line) if len(line) < 2000 else None
        if match and (match["rem"] or match["key"].upper() in _KEYS):
            _take(sheet, n, match)
    return sheet


def _take(sheet: _Sheet, n: int, match: re.Match[str]) -> None:
    key, value = match["key"].upper(), match["value"]
    bare = value.strip()
    if value.count('"') >= 2:
        bare = bare.removeprefix('"').removesuffix('"')
    entry = sheet.entries[-1] if sheet.entries else None
    if key == "FILE":
        sheet.files += 1
        if entry is None or entry.index is not None:
            sheet.own.add(n)
            return
    if entry is None:
        sheet.own.add(n)
        if key in ("TITLE", "PERFORMER", "DATE", "RECORDED_BY"):
            sheet.fields.setdefault(key, tidy(bare))
        return
    entry.lines.append(n)
    if key == "FILE":
        entry.file = sheet.files
    elif key == "INDEX":
        _take_index(sheet, entry, n, match)
    elif key in ("TITLE", "PERFORMER", "ISRC") and (key not in entry.fields or not match["rem"]):
        entry.fields[key] = tidy(bare.replace('\\"', '"'))
        at = match.start("value") + value.find(bare)
        name = {"TITLE": "title", "PERFORMER": "artist", "ISRC": "isrc"}[key]
        if bare:
            sheet.spans[n] = (Span(name, at, at + len(bare)),)


def _take_index(sheet: _Sheet, entry: _Entry, n: int, match: re.Match[str]) -> None:
    figures = _INDEX.fullmatch(match["value"])
    if figures and (entry.index is None or int(figures["n"]) == 1):
        entry.index = int(figures["a"]), int(figures["b"]), int(figures["c"])
        at = match.start("value")
        sheet.spans[n] = (Span("start", at + figures.start("a"), at + figures.end("c")),)


def _starts(sheet: _Sheet) -> list[float | None]:
    """Starts of the tracks; none when every track is a file of its own and begins at nought."""
    indexes = [entry.index for entry in sheet.entries]
    known = [index for index in indexes if index is not None]
    own_files = sheet.files > 1 and len({e.file for e in sheet.entries}) >= len(sheet.entries)
    if own_files and all(a * 60 + b < 10 for a, b, _ in known):
        return [None] * len(indexes)
    hours = "rekordbox" in sheet.fields.get("RECORDED_BY", "").lower() or _looks_like_hours(known)
    if hours:
        return [None if i is None else i[0] * 3600.0 + i[1] * 60 + i[2] for i in indexes]
    return [None if i is None else round(i[0] * 60 + i[1] + i[2] / _FRAMES, 3) for i in indexes]


def _looks_like_hours(known: Sequence[tuple[int, int, int]]) -> bool:
    """Read as minutes, the tracks would last a few seconds each."""
    if len(known) < 4 or any(c > 59 for _, _, c in known):
        return False
    gaps = [(d * 60 + e) - (a * 60 + b) for (a, b, _), (d, e, _) in pairwise(known)]
    return 0 < statistics.median(gaps) < 15


def _names(sheet: _Sheet, context: ParseContext) -> list[tuple[str, str]]:
    """Artist and title; titles that hold both ('Artist - Title') are cut when no track names its artist."""
    host = sheet.fields.get("PERFORMER", "")
    own = [entry.fields.get("PERFORMER", "") for entry in sheet.entries]
    titles = [entry.fields.get("TITLE", "") for entry in sheet.entries]
    dashed = [SPACED_DASH.split(title, maxsplit=1) for title in titles]
    joined = sum(len(parts) == 2 for parts in dashed) >= 0.6 * len(titles)
    if not (joined and all(not name or name == host for name in own)):
        artist = context.album_artist or host
        return [(name or artist, title) for name, title in zip(own, titles, strict=True)]
    title_first = decide_order([(p[0], p[1]) for p in dashed if len(p) == 2]).title_first
    if context.order:
        title_first = context.order == "title_artist"
    names = []
    for parts, title in zip(dashed, titles, strict=True):
        pair = (parts[0], parts[1]) if len(parts) == 2 else ("", title)
        names.append((pair[1], pair[0]) if title_first and len(parts) == 2 else pair)
    return names


def _line(n: int, line: str, track: int | None, sheet: _Sheet) -> ParsedLine:
    if track is not None:
        return ParsedLine(n + 1, line, Verdict.TRACK, "cue_track", track, sheet.spans.get(n, ()))
    if n in sheet.own:
        return ParsedLine(n + 1, line, Verdict.HEADING, "cue_sheet")
    return line_outside(n + 1, line, "outside_sheet")
