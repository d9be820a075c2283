"""Whole lists in one line: '1. A - B 2. C - D', 'A - B / C - D', '0:00 A - B 3:10 C - D'."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from musiclib.domain.tracklist.lines import shape_of
from musiclib.domain.tracklist.model import ParseContext, ParsedLine, Span, Tracklist, Verdict
from musiclib.domain.tracklist.text_list import read_text

_NUMBERED = re.compile(
    r"(?:(?<=\s)|(?<=^)|(?<=[,;|/(\[]))[#(\[]?(?P<n>\d{1,3})[.)\]]{1,2}(?:\s+(?=\S)|(?=[^\s\d.)]))"
)
_TIMED = re.compile(r"(?:(?<=\s)|(?<=^))[\[(]?\d{1,3}:[0-5]\d(?::[0-5]\d)?[\])]?(?=\s+\S)")
_DIVIDERS = (" : ", " / ", " // ", " | ", " • ", "; ", ", ")
_BREAK = re.compile(r"</li>|</p>|<br ?/?>", re.IGNORECASE)
_SET = re.compile(r"\s*(?:set (?:\d|one|two|three|i{1,3})|encore(?: \d)?|e\d?)\s*:\s*(?=\S)", re.IGNORECASE)
_SET_HEAD = re.compile(
    r"\W*(?:(?:main )?set(?:[ -]?(?:\d|one|two|three|i{1,3}))?|encores?(?: \d)?)\W*", re.IGNORECASE
)
_SEGUE = re.compile(r"\s*(?:,(?=\s)|-*>)\s*(?=\S)")
_QUOTED = re.compile(r'"[^"]{1,120}"')
_NAMED_QUOTE = re.compile(r'\s*[^"]{1,80}[^"\s]\s*"[^"]{1,120}"[^"]{0,40}')
_DASH = re.compile(r"\s-{1,2}\s")
_FEWEST = 3
_MOST_LINES = 6  # a text of more lines has its tracks on them
_LONGEST = 20_000


def read_one_line(lines: list[str], text: str, context: ParseContext) -> Tracklist | None:
    """Read a text whose list stands in one line; None when it does not."""
    filled = [n for n, line in enumerate(lines) if line.strip()]
    if context.columns is not None or not 0 < len(filled) <= _MOST_LINES or len(text) > _LONGEST:
        return None
    shapes = [shape_of(lines[n]) for n in filled]
    fewest = 2 if len(filled) > 1 and all(len(_TIMED.findall(shape)) > 1 for shape in shapes) else _FEWEST
    below = _below_sets(shapes)
    sets = below or sum(_SET.match(shape) is not None for shape in shapes) > 1
    pieces = [
        (n, start, lines[n][start:end])
        for n in filled
        for start, end in (_set_places(lines[n], below) if sets else _places(lines[n], fewest))
    ]
    if len(pieces) == len(filled):
        return None
    sets = sets or any(_quoted(shape) for shape in shapes)
    titled = replace(context, order="title_only") if sets else context
    found = read_text([piece for _, _, piece in pieces], titled)
    first: dict[int, ParsedLine] = {}
    for (n, start, _), line in zip(pieces, found.lines, strict=True):
        owner = first.get(n)
        spans = tuple(Span(name, low + start, high + start) for name, low, high in line.spans)
        if owner is None or (owner.track is None and line.track is not None):
            first[n] = line._replace(number=n + 1, text=lines[n], spans=spans)
    out = [first.get(n, ParsedLine(n + 1, line, Verdict.NOISE, "blank")) for n, line in enumerate(lines)]
    return replace(found, lines=tuple(out))


def _below_sets(shapes: Sequence[str]) -> bool:
    """Whether headings of sets stand above lines of songs with commas between them."""
    under = [two for one, two in itertools.pairwise(shapes) if _SET_HEAD.fullmatch(one)]
    return any(shape.count(", ") >= _FEWEST for shape in under) and all("," in shape for shape in under)


def _set_places(line: str, below: bool) -> list[tuple[int, int]]:
    """The songs of a concert's set: 'Set 1: One > Two, Three -> Four'; other lines whole.

    `below`: the head of a set stands on the line above its songs.
    """
    head = _SET.match(line)
    if not head and (not below or _SET_HEAD.fullmatch(line)):
        return [(0, len(line))]
    at = head.end() if head else 0
    places = [(0, at)] if at else []
    for match in _SEGUE.finditer(line, at):
        places.append((at, match.start()))
        at = match.end()
    return [*places, (at, len(line))]


def _places(line: str, fewest: int = _FEWEST) -> list[tuple[int, int]]:
    """Where the tracks of a line begin and end, with what stands before the first; the whole line else."""
    shape = shape_of(line)
    quoted = _quoted(shape)
    if quoted:
        return quoted
    starts = [match.end() for match in _BREAK.finditer(line)]
    if len(starts) > 1:
        return list(itertools.pairwise([*dict.fromkeys([0, *starts, len(line)])]))
    starts = _numbered(shape) or _timed(shape, fewest)
    if starts:
        edges = [0, *starts] if shape[: starts[0]].strip() else starts
        places = list(itertools.pairwise([*edges, len(line)]))
        return [(start, start + len(shape[start:end].rstrip(" /|•;,"))) for start, end in places]
    return _divided(shape) or [(0, len(line))]


def _quoted(shape: str) -> list[tuple[int, int]]:
    """Quoted titles with nothing but commas and blanks between them; a heading may stand before the first."""
    found = list(_QUOTED.finditer(shape))
    gaps = [shape[a.end() : b.start()] for a, b in itertools.pairwise(found)]
    if (
        len(found) < _FEWEST
        or any(gap.strip(" ,;") for gap in gaps)
        or shape[found[-1].end() :].strip(" ,;.")
    ):
        return []
    head = [(0, found[0].start())] if shape[: found[0].start()].strip() else []
    return [*head, *(match.span() for match in found)]


def _numbered(shape: str) -> list[int]:
    starts, wanted = [], 1
    for match in _NUMBERED.finditer(shape):
        if int(match["n"]) == wanted:
            starts.append(match.start())
            wanted += 1
    return starts if len(starts) >= _FEWEST else []


def _timed(shape: str, fewest: int) -> list[int]:
    found = list(_TIMED.finditer(shape))
    if len(found) < fewest:
        return []
    starts = [match.start() for match in found]
    parts = [shape[match.end() : end] for match, end in zip(found, [*starts[1:], len(shape)], strict=True)]
    if any(part.lstrip()[:1] == "-" for part in parts) and fewest < _FEWEST:
        return []  # the ends of spans: '0:00 - 3:10 Artist - Title'
    return starts if len(starts) >= fewest and _all_dashed(parts) else []


def _divided(shape: str) -> list[tuple[int, int]]:
    """Parts between equal dividers, each of which holds a dash; a heading may stand before the first."""
    colon = shape.find(": ", 0, 40)
    head = colon + 2 if colon > 0 and '"' not in shape[:colon] and not _DASH.search(shape, 0, colon) else 0
    for divider in _DIVIDERS:
        parts = shape[head:].split(divider)
        if len(parts) < _FEWEST or not (_all_dashed(parts) or all(map(_NAMED_QUOTE.fullmatch, parts))):
            continue
        places, at = [(0, head)] if head else [], head
        for part in parts:
            places.append((at, at + len(part)))
            at += len(part) + len(divider)
        return places
    return []


def _all_dashed(parts: Sequence[str]) -> bool:
    return all(len(_DASH.findall(part)) == 1 for part in parts)
