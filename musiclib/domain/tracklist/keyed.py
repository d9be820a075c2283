"""Tracks written as names and values: 'Artist: ...' lines, a name above its value, XSPF and other XML."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from musiclib.domain.tracklist import columns as column
from musiclib.domain.tracklist.build import make_track
from musiclib.domain.tracklist.lines import shape_of, tidy
from musiclib.domain.tracklist.model import (
    FIELDS,
    ParseContext,
    ParsedLine,
    ParsedTrack,
    Span,
    Tracklist,
    Verdict,
)
from musiclib.domain.tracklist.reading import unquote

_PAIR = re.compile(r"\s*[-*•]?\s*(?P<key>[^\W\d_][^:=]{0,24}?)\s?[:=]\s*(?P<value>\S.*)")
_ELEMENT = re.compile(r"<(?P<close>/?)(?P<tag>[A-Za-z][\w:.-]{0,40})[^<>]*>(?P<value>[^<>]*)")
_KEY = re.compile(r"(?<![^\s,;|/])(?P<key>[^\W\d_]{2,20})\s?[:：]\s*(?=\S)")
_LONGEST_INLINE = 300
_NUMBER = re.compile(r"#?\d{1,4}[.):]?")
_PLIST = re.compile(r"<key>(?P<key>[^<]{1,40})</key>\s*<(?P<tag>\w+)>(?P<value>[^<]*)</(?P=tag)>")
_ATTRIBUTED = re.compile(r"<\w+\s(?=[^<>]*\b(?:title|name)=\")(?=[^<>]*\bartist=\")[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(?P<key>\w+)=\"(?P<value>[^\"]*)\"")
_DJ_NAMES = {"averagebpm": "bpm", "tonality": "key", "totaltime": "duration", "tracknumber": ""}
_KEYED_SHARE = 0.6  # of the filled lines; fewer names and values stand around a list, not for one
_SAMPLE = 60
_MOST_COLUMNS = 8


@dataclass(slots=True)
class _Item:
    """One track's values with their places: field -> (value, line, start)."""

    values: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    lines: set[int] = field(default_factory=set)


_Found = tuple[str, str, int, int]
"""A field, its value, its line and where it begins in it."""


def read_keyed(lines: list[str], text: str, context: ParseContext) -> Tracklist | None:
    """Read the text as blocks of names and values; None when it is none. XSPF counts milliseconds."""
    if context.columns is not None:
        return None
    if "<track" in text and "</track>" in text:
        items, name = _xml_items(lines), "xspf"
    elif "<key>Track ID</key>" in text:
        items, name = _plist_items(lines), "xml"
    elif "<" in text and _ATTRIBUTED.search(text):
        items, name = _attribute_items(lines), "xml"
    else:
        items, name = _block_items(lines), "text"
    items = [item for item in items if "title" in item.values]
    named = sum("artist" in item.values for item in items)
    return _assemble(lines, items, name, context) if items and 2 * named >= len(items) else None


def _field_of(key: str) -> str | None:
    found = column.header_field(key)
    found = {"number": "position", "time": "duration"}.get(found or "", found)
    return found if found in FIELDS else None


def _xml_items(lines: Sequence[str]) -> list[_Item]:
    items: list[_Item] = []
    inside = False
    for n, line in enumerate(lines):
        for match in _ELEMENT.finditer(line):
            tag, value = match["tag"].lower(), match["value"].strip()
            if tag == "track":
                inside = not match["close"]
                if inside:
                    items.append(_Item())
            elif inside and value and not match["close"] and (name := _field_of(tag)):
                items[-1].values.setdefault(name, (html.unescape(value), n, match.start("value")))
        if items and (inside or "</track>" in line):
            items[-1].lines.add(n)
    return items


def _plist_items(lines: Sequence[str]) -> list[_Item]:
    """The tracks of an iTunes library: names in <key> elements before their values."""
    items: list[_Item] = []
    for n, line in enumerate(lines):
        for match in _PLIST.finditer(line):
            if match["key"] == "Track ID":
                items.append(_Item())
            if items:
                items[-1].lines.add(n)
                if name := _field_of(match["key"]):
                    items[-1].values.setdefault(
                        name, (html.unescape(match["value"]), n, match.start("value"))
                    )
    return items


def _attribute_items(lines: Sequence[str]) -> list[_Item]:
    """Elements whose attributes name a track, as the collections of DJ programs have them."""
    items: list[_Item] = []
    for n, line in enumerate(lines):
        for element in _ATTRIBUTED.finditer(line):
            item = _Item(lines={n})
            for match in _ATTRIBUTE.finditer(line, *element.span()):
                key = _DJ_NAMES.get(match["key"].casefold(), match["key"])
                if (name := _field_of(key)) and match["value"]:
                    item.values.setdefault(name, (html.unescape(match["value"]), n, match.start("value")))
            items.append(item)
    return [item for item in items if "title" in item.values]


def _block_items(lines: Sequence[str]) -> list[_Item]:
    columns = list(_stacked_columns(lines))
    sample = [line for line in lines[:_SAMPLE] if line.strip()]
    named = max(sum(1 for _ in _pairs(sample)), 2 * sum(1 for _ in _stacked(sample)))
    if named < 0.4 * len(sample) and not columns:
        return []
    filled = sum(bool(line.strip()) for line in lines)
    found = list(_pairs(lines))
    if columns:
        found, filled = columns, len(columns)
    elif sum(name != "position" for name, *_ in found) < 2 or (
        len(found) < _KEYED_SHARE * filled and not _are_cards(lines, found)
    ):
        found = list(_stacked(lines))
        if 2 * len(found) < _KEYED_SHARE * filled:
            return []
    items: list[_Item] = []
    for name, value, n, start in found:
        if not items or name in items[-1].values:
            items.append(_Item())
        items[-1].values[name] = (value, n, start)
        items[-1].lines.add(n)
    return items if sum("title" in item.values for item in items) > 1 or len(found) == filled else []


def _are_cards(lines: Sequence[str], found: Sequence[_Found]) -> bool:
    """Whether each track has its artist, its title and other values, perhaps below a number."""
    names = [name for name, *_ in found]
    if names.count("title") < 2 or names.count("title") != names.count("artist"):
        return False
    worded = [line for line in lines if line.strip() and not _NUMBER.fullmatch(line.strip())]
    return sum(_PAIR.fullmatch(line) is not None for line in worded) >= 0.8 * len(worded)


def _pairs(lines: Sequence[str]) -> Iterator[_Found]:
    """'Artist: value' lines."""
    for n, line in enumerate(lines):
        if len(line) < 8 and _NUMBER.fullmatch(line.strip()):
            yield "position", line.strip(" #.):"), n, line.index(line.strip(" #.):"))
            continue
        if line.count("：") + line.count(":") > 1 and len(inline := list(_inline(line, n))) > 1:
            yield from inline
            continue
        match = _PAIR.fullmatch(line) if ":" in line[:40] or "=" in line[:40] or "：" in line[:40] else None
        if match and (name := _field_of(match["key"])):
            yield name, match["value"].strip(), n, match.start("value")


def _inline(line: str, n: int) -> Iterator[_Found]:
    """'Artist: value Title: value' on one line."""
    keys = [(match, name) for match in _KEY.finditer(line) if (name := _field_of(match["key"]))]
    if len(line) > _LONGEST_INLINE or not {"artist", "title"} <= {name for _, name in keys}:
        return
    for (match, name), end in zip(keys, [*(m.start() for m, _ in keys[1:]), len(line)], strict=True):
        value = line[match.end() : end].strip(" ,;|/-\t")
        if value:
            yield name, value, n, line.index(value, match.end())


def _stacked(lines: Sequence[str]) -> Iterator[_Found]:
    """A line that is a field's name, and its value on the next filled line."""
    waiting: str | None = None
    for n, line in enumerate(lines):
        value = line.strip()
        if not value:
            continue
        if waiting:
            yield waiting, value, n, line.index(value)
            waiting = None
        elif len(value) <= 25:
            waiting = _field_of(value.rstrip(":"))


def _stacked_columns(lines: Sequence[str]) -> Iterator[_Found]:
    """A table whose cells stand one below the other, the names of its columns first."""
    filled = [(n, line.strip()) for n, line in enumerate(lines) if line.strip()]
    names: list[str] = []
    for _, value in filled[:_MOST_COLUMNS]:
        name = _field_of(value) if len(value) <= 25 else None
        if name is None or name in names:
            break
        names.append(name)
    cells = filled[len(names) :]
    if not {"artist", "title"} < set(names) or not cells or len(cells) % len(names):
        return
    for at, (_, value) in enumerate(cells):
        name = names[at % len(names)]
        if name == "duration" and column.figure_seconds(value) is None:
            return
    for at, (n, value) in enumerate(cells):
        yield names[at % len(names)], value, n, lines[n].index(value)


def _assemble(lines: Sequence[str], items: Sequence[_Item], name: str, context: ParseContext) -> Tracklist:
    owners: dict[int, int] = {}
    spans: dict[int, list[Span]] = {}
    tracks: list[ParsedTrack] = []
    lengths = [float(v[0]) for i in items if (v := i.values.get("duration")) and v[0].isdecimal()]
    unit = column.units_per_second(lengths)
    for item in items:
        for n in item.lines:
            owners.setdefault(n, len(tracks))
        tracks.append(_track(item, unit, context))
        for key, (value, n, start) in item.values.items():
            if lines[n].startswith(value, start):
                spans.setdefault(n, []).append(Span(key, start, start + len(value)))
    out = []
    for n, line in enumerate(lines):
        if n in owners and owners[n] < len(tracks):
            places = tuple(sorted(spans.get(n, ()), key=lambda span: span.start))
            out.append(ParsedLine(n + 1, line, Verdict.TRACK, "named_value", owners[n], places))
        else:
            reason = "markup" if line.strip() else "blank"
            out.append(ParsedLine(n + 1, line, Verdict.NOISE, reason))
    return Tracklist(tuple(out), tuple(tracks), name, None, context.album_artist)


def _track(item: _Item, unit: float, context: ParseContext) -> ParsedTrack:
    values = {name: unquote(tidy(value)) for name, (value, _, _) in item.values.items()}
    start, duration = values.pop("start", ""), shape_of(values.pop("duration", ""))
    artist, title = values.pop("artist", context.album_artist or ""), values.pop("title")
    if version := values.pop("version", ""):
        title = f"{title} ({version})"
    seconds = column.figure_seconds(duration) if duration else None
    if seconds is not None and ":" not in duration:
        seconds /= unit
    begin = column.figure_seconds(start) if start else None
    return make_track(artist, title, values, begin, seconds)
