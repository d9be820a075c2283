"""Which rows of a text are tracks, and the separator they share."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.model import ParseContext
from musiclib.domain.tracklist.noise import HEADING_REASONS, are_paragraphs
from musiclib.domain.tracklist.sections import Stated
from musiclib.domain.tracklist.separators import (
    WEAK,
    cut_of,
    fallback,
    firm,
    main_kind,
    present,
)
from musiclib.domain.tracklist.vocabulary import HEADING, MIX_TITLE_WORD, ORDER_HEAD

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_ENCORE = re.compile(r"\W*(?:encore|zugabe|rappel|bis)\b", re.IGNORECASE)
_SAMPLE = 2000  # rows that settle which separator a list uses
_GAP = 3  # rows in a row that have another separator than those around them
_NEIGHBOUR = 120
_DOUBTED = frozenset({"prose", "advert", "credit", "metadata"})


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows taken for tracks; `main` is the kind of their separator, empty when rows hold only a title.

    `stated` holds what headings say of the order of the rows below them.
    """

    rows: list[Row]
    main: str
    stated: Stated = ()


def select_rows(rows: Sequence[Row], context: ParseContext) -> Selection:
    """Choose the rows; the others keep or get a `reason`."""
    stated = _stated_orders(rows)
    entries = [row for row in rows if not row.reason and row.start < row.end and row.joined is None]
    kinds = {row.number: firm(row) if context.album_artist else present(row) for row in entries}
    dashed = [row for row in entries if kinds[row.number]]
    dashed = [row for row in dashed if row.shape[row.end - 1] != "." or not _is_remark(row)]
    anchored = [row for row in entries if row.anchored]
    if anchored and len(anchored) >= 0.5 * len(dashed) and (len(anchored) > 1 or len(entries) <= 3):
        main = main_kind(anchored[:_SAMPLE], context.album_artist is not None)
        timed = any(row.start_s is not None or row.duration_s is not None for row in anchored)
        if not main and not timed and not context.album_artist and are_paragraphs(anchored):
            return Selection([], "", stated)
        return Selection(_around_anchors(rows, anchored, kinds, main), main, stated)
    doubted = _doubted(rows, dashed)
    if _enough(dashed + doubted, entries + doubted):
        main = main_kind((dashed or doubted)[:_SAMPLE], False, loose=True) or "dash"
        chosen = _recovered(_without_titles(dashed, rows), doubted, main)
        return Selection(_with_neighbours(chosen, rows, main), main, stated)
    return _without_marks(rows, entries, context, stated)


def _stated_orders(rows: Sequence[Row]) -> Stated:
    heads = (
        (row, ORDER_HEAD.fullmatch(row.shape.strip(" #*=_~")))
        for row in rows
        if row.reason in HEADING_REASONS
    )
    return tuple((row.number, match["title_first"] is not None) for row, match in heads if match)


def _enough(dashed: Sequence[Row], entries: Sequence[Row]) -> bool:
    count = len(dashed)
    return (count >= 3 and count >= 0.2 * len(entries)) or (0 < count >= 0.5 * len(entries))


def _around_anchors(
    rows: Sequence[Row], anchored: Sequence[Row], kinds: dict[int, list[str]], main: str
) -> list[Row]:
    """The anchored rows and, between and right behind them, rows of the same form without number or time."""
    if not main:
        return list(anchored)
    first, last = anchored[0].number, anchored[-1].number
    chosen = []
    previous = 0
    for row in rows:
        number = row.number
        if row.reason or row.joined is not None or row.start >= row.end:
            continue
        if row.anchored or (
            number > first
            and main in kinds.get(number, ())
            and (number < last or number == previous + 1)
            and not _names_a_mix(row)
        ):
            chosen.append(row)
            previous = number
    return chosen


def _without_titles(dashed: list[Row], rows: Sequence[Row]) -> list[Row]:
    """Rows that look like 'Artist - Title' but name the mix: alone above the list, or with a mix's words."""
    if len(dashed) < 2 or (
        " @ " in dashed[0].shape and sum(" @ " in r.shape for r in dashed) > 0.5 * len(dashed)
    ):
        return dashed
    numbers = {row.number for row in dashed}
    alone = {n for n in numbers if n - 1 not in numbers and n + 1 not in numbers}
    grouped = len(alone) <= 0.3 * len(numbers) and not any(row.head for row in dashed)
    lefts = Counter(_left(row) for row in dashed)
    out = []
    for n, row in enumerate(dashed):
        lonely = grouped and row.number in alone
        if (n and not lonely) or lefts[_left(row)] > 1:
            out.append(row)
            continue
        words = _names_a_mix(row)
        at_top = n == 0 and not any(
            other.number < row.number and not other.reason for other in rows[: row.number]
        )
        apart = row.number + 1 < dashed[-1].number and row.number + 1 not in numbers
        if (lonely and (at_top or words)) or (at_top and words and (apart or len(dashed) > 2)):
            row.reason = "title_line"
        else:
            out.append(row)
    return out


def _names_a_mix(row: Row) -> bool:
    """Whether the words outside brackets are those of a mix's or show's title."""
    plain = _BRACKETED.sub("", row.body)
    if HEADING.fullmatch(plain):
        return True
    match = MIX_TITLE_WORD.search(plain)
    # a date or a word that is all of one side is a title ('08/08/24')
    return match is not None and (" " in match[0] or match[0] != plain.rpartition(" - ")[2].strip())


def _left(row: Row) -> str:
    return row.body.partition(" - ")[0].casefold()


def _doubted(rows: Sequence[Row], dashed: Sequence[Row]) -> list[Row]:
    """Rows that were taken for sentences, adverts or credits although they have a separator.

    In a list in lower case, or among rows of a list, they are rows; a text of nothing else stays
    prose, unless it is a line or two.
    """
    found = [
        row
        for row in rows
        if row.reason in _DOUBTED and "://" not in row.shape and present(row) and len(row.shape) <= 200
    ]
    filled = sum(row.reason != "blank" for row in rows)
    low = sum(row.body[:1].islower() for row in [*dashed, *found])
    lower_case = low >= 0.6 * (len(dashed) + len(found))
    numbers = {row.number for row in dashed}
    text = [row.number for row in rows if row.reason != "blank"]
    after = dict(pairwise(text))
    before = {follower: number for number, follower in after.items()}
    out = []
    for row in found:
        left = row.body.partition(" - ")[0]
        beside = (before.get(row.number) in numbers) + (after.get(row.number) in numbers)
        among = beside == 2 or (beside == 1 and row.reason == "prose" and len(found) < len(dashed))
        alone = filled <= 2 and row.shape.rstrip()[-1:] not in ".!"
        if len(left.split()) <= 8 and (among or (row.reason == "prose" and (lower_case or alone))):
            numbers.add(row.number)
            out.append(row)
    return out


def _recovered(chosen: list[Row], doubted: Sequence[Row], main: str) -> list[Row]:
    back = [row for row in doubted if main in present(row)]
    for row in back:
        row.reason = ""
    return sorted([*chosen, *back], key=lambda row: row.number)


def _with_neighbours(chosen: list[Row], rows: Sequence[Row], main: str) -> list[Row]:
    """The chosen rows, and between them, or right below a list of weak marks, rows with another separator."""
    if not chosen:
        return []
    numbers = {row.number for row in chosen}
    last = chosen[-1].number
    out: list[Row] = []
    waiting: list[Row] = []
    for row in rows:
        if row.number in numbers:
            if out and out[-1].number + len(waiting) + 1 == row.number and len(waiting) <= _GAP:
                out += waiting
            waiting = []
            out.append(row)
        elif _may_be_neighbour(row) and (row.number > last or fallback(row, main, weak=True)):
            waiting.append(row)
    if main in WEAK and waiting and waiting[0].number == last + 1 and firm(waiting[0]):
        out.append(waiting[0])
    return out


def _may_be_neighbour(row: Row) -> bool:
    plain = not row.reason and row.joined is None and row.start < row.end
    return plain and len(row.shape) < _NEIGHBOUR and not _is_remark(row)


def _above_prose(rows: Sequence[Row], short: Sequence[Row]) -> list[Row]:
    """The rows that have a paragraph right below them, as picks with their reasons have."""
    prose = {row.number for row in rows if row.reason == "prose" or len(row.shape) > 150}
    return [row for row in short if row.number + 1 in prose]


def _is_remark(row: Row) -> bool:
    """A short sentence between rows: in lower case, with a full stop and no dash."""
    if row.anchored or row.shape[row.end - 1] != "." or " - " in row.shape:
        return False
    words = row.body.split()
    return len(words) >= 8 and sum(word[:1].islower() for word in words) >= 0.4 * len(words)


def _without_marks(
    rows: Sequence[Row], entries: list[Row], context: ParseContext, stated: Stated
) -> Selection:
    """Lists with neither numbers nor times nor a usual separator."""
    short = [row for row in entries if len(row.shape) <= 150]
    if context.album_artist or context.order == "title_only":
        return Selection(_listed(_below_heading(rows, short)), "", stated)
    bullets = [row for row in short if row.shape[: row.start].strip()]
    above_prose = _above_prose(rows, short)
    if 3 <= len(bullets) < len(short) and main_kind(bullets[:_SAMPLE], False):
        short = bullets  # remarks stand between the rows of a list with bullets
    elif 3 < len(above_prose) < len(short) and main_kind(above_prose[:_SAMPLE], False):
        short = above_prose
    if len(short) >= 2:
        main = main_kind(short[:_SAMPLE], False)
        if main in (
            "emoji",
            "by",
            "quote",
            "apostrophe",
            "closing",
            "capitals",
            "dots",
            "gap",
            "comma",
            "halfdash",
            "colon",
            "tight",
        ):
            kinds = ("tight", "halfdash") if main == "tight" else (main,)
            chosen = [row for row in short if any(cut_of(kind, row) for kind in kinds)]
            return Selection(_with_neighbours(chosen, rows, main), main, stated)
    if any(row.reason == "heading" for row in rows):
        below = _below_heading(rows, short)
        if len(below) >= 3 and len(below) == len([r for r in entries if r.number >= below[0].number]):
            return Selection(below, "", stated)
    return Selection([], "", stated)


def _below_heading(rows: Sequence[Row], short: list[Row]) -> list[Row]:
    """The rows below the heading 'Tracklist', or all of them when there is none."""
    heads = [row.number for row in rows if row.reason == "heading" and not _ENCORE.match(row.shape)]
    if not heads:
        titled = (
            len(short) > 3
            and short[1].number > short[0].number + 1
            and short[2].number == short[1].number + 1
        )
        return short[1:] if titled else short
    below = [row for row in short if row.number > heads[0]]
    return below or short


def _listed(rows: list[Row]) -> list[Row]:
    """Without a line above the bullets that all other rows have."""
    marked = [row for row in rows if row.shape[: row.start].strip()]
    return marked if len(rows) > 3 and marked == rows[1:] else rows
