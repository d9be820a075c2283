"""JSON: lists of objects, objects a line, and the answers of web services with their nested objects."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from musiclib.domain.tracklist.build import make_track
from musiclib.domain.tracklist.columns import figure_seconds, header_field
from musiclib.domain.tracklist.lines import tidy
from musiclib.domain.tracklist.model import ParseContext, ParsedLine, ParsedTrack, Tracklist, Verdict
from musiclib.domain.tracklist.noise import line_outside

_DECODER = json.JSONDecoder()
_LIST = re.compile(r"\[\s*\{")
_INNER = ("track", "song", "recording", "item", "attributes", "video", "track_metadata")
_ISO_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
_MOST_TRIES = 40


@dataclass(frozen=True, slots=True)
class _Found:
    """An object of the text and the lines [first, last] it stands on, counted from 0."""

    data: dict[str, Any]
    first: int
    last: int


def read_json(lines: list[str], text: str, context: ParseContext) -> Tracklist | None:
    """Read the text as JSON; None when it is none."""
    per_line = _objects_per_line(lines)
    if per_line is not None:
        return _assemble(lines, per_line, "jsonl", context)
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("[", "{"):
        return None
    found = _whole(lines, text)
    return _assemble(lines, found, "json", context) if found else None


def _objects_per_line(lines: Sequence[str]) -> list[_Found] | None:
    candidates = [n for n, line in enumerate(lines) if line.lstrip("\ufeff \t")[:1] == "{"]
    filled = sum(bool(line.strip()) for line in lines)
    if not candidates or len(candidates) < 0.5 * filled:
        return None
    found = []
    for n in candidates:
        data = _loads(lines[n].strip("\ufeff \t").rstrip(","))
        if isinstance(data, dict):
            found.append(_Found(data, n, n))
    if len(found) < 0.8 * len(candidates) or not any(_track(f.data) for f in found):
        return None
    return found


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _whole(lines: Sequence[str], text: str) -> list[_Found]:
    """The objects of the first list that holds tracks, with their places."""
    ends = list(accumulate(len(line) for line in text.splitlines(keepends=True)))
    for tries, match in enumerate(_LIST.finditer(text)):
        if tries >= _MOST_TRIES:
            break
        found = list(_elements(text, match.start() + 1, ends))
        if found and any(_track(f.data) for f in found):
            return found
    data = _loads(text)
    return [_Found(data, 0, len(lines) - 1)] if isinstance(data, dict) and _track(data) else []


def _elements(text: str, at: int, ends: Sequence[int]) -> Iterator[_Found]:
    line = 0
    while at < len(text):
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if at >= len(text) or text[at] != "{":
            return
        try:
            data, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        while line < len(ends) - 1 and ends[line] <= at:
            line += 1
        last = line
        while last < len(ends) - 1 and ends[last] < end:
            last += 1
        yield _Found(data, line, last)
        at = end


def _assemble(lines: Sequence[str], found: list[_Found], name: str, context: ParseContext) -> Tracklist:
    tracks: list[ParsedTrack] = []
    owners: dict[int, int] = {}
    for item in found:
        track = _track(item.data, context.album_artist or "")
        if track is None:
            continue
        for n in range(item.first, item.last + 1):
            owners.setdefault(n, len(tracks))
        tracks.append(track)
    out = []
    for n, line in enumerate(lines):
        owner = owners.get(n)
        if owner is not None:
            out.append(ParsedLine(n + 1, line, Verdict.TRACK, "json_object", owner))
            continue
        out.append(line_outside(n + 1, line, "outside_list"))
    return Tracklist(tuple(out), tuple(tracks), name, None, context.album_artist)


def _track(data: dict[str, Any], artist: str = "") -> ParsedTrack | None:
    """The track an object describes; None when it has no title."""
    values: dict[str, str] = {}
    seconds: dict[str, float] = {}
    _collect(data, values, seconds, 0)
    title = values.get("title", "")
    if not title:
        return None
    version = values.get("version", "").strip("()")
    if version and version.casefold() not in title.casefold():
        title = f"{title} ({version})"
    names = ("position", "label", "catalog_number", "album", "year", "bpm", "key", "isrc")
    fields = {name: values[name] for name in names if values.get(name)}
    name = values.get("artist") or values.get("album_artist") or artist
    return make_track(name, title, fields, seconds.get("start"), seconds.get("duration"))


def _collect(data: dict[str, Any], values: dict[str, str], seconds: dict[str, float], depth: int) -> None:
    for key, value in data.items():
        if isinstance(value, dict) and key.lower() in _INNER and depth < 3:
            _collect(value, values, seconds, depth + 1)
            continue
        field = header_field(str(key)) if len(str(key)) <= 40 else None
        if isinstance(value, dict) and key.lower().replace("_", "") in ("externalids", "ids"):
            _collect(value, values, seconds, depth + 1)
        elif field in ("start", "duration"):
            _time(field, str(key), value, seconds)
        elif field in ("number", "track_number"):
            if field == "number" and isinstance(value, (int, str)):
                values.setdefault("position", str(value))
        elif field and field != "time" and (text := _text(value)):
            values.setdefault(field, text)
            if field == "album" and isinstance(value, dict):
                _album_year(value, values)


def _album_year(album: dict[str, Any], values: dict[str, str]) -> None:
    for key, value in album.items():
        if isinstance(value, (str, int)) and len(key) <= 40 and header_field(key) == "year":
            values.setdefault("year", str(value))


def _time(field: str, key: str, value: Any, seconds: dict[str, float]) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return
    iso = _ISO_DURATION.fullmatch(value) if isinstance(value, str) and len(value) > 2 else None
    if iso:
        hours, minutes, rest = (float(part or 0) for part in iso.groups())
        seconds.setdefault(field, hours * 3600 + minutes * 60 + rest)
        return
    figure = figure_seconds(str(value).strip())
    if figure is None:
        return
    in_ms = "ms" in key.lower() or "milli" in key.lower() or (field == "duration" and figure > 20000)
    seconds.setdefault(field, figure / 1000 if in_ms else figure)


def _text(value: Any) -> str:
    """A name: text, a number, an object with a name, or a list of such."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, (str, int, float)):
        return tidy(str(value)[:2000])
    if isinstance(value, dict):
        return next(
            (_text(value[k]) for k in ("name", "title", "#text") if isinstance(value.get(k), str)), ""
        )
    if isinstance(value, list):
        return ", ".join(name for item in value[:50] if not isinstance(item, list) and (name := _text(item)))
    return ""
