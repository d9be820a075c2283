"""Which rows of a text are tracks, and the separator they share."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.model import ParseContext
from musiclib.domain.tracklist.separators import fallback, find, main_kind, present
from musiclib.domain.tracklist.vocabulary import HEADER_PAIR, MIX_TITLE_WORD


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows taken for tracks; `main` is the kind of their separator, empty when rows hold only a title.

    `order_hint` is evidence from a header line: positive for artist first.
    """

    rows: list[Row]
    main: str
    order_hint: float = 0.0


def select_rows(rows: Sequence[Row], context: ParseContext) -> Selection:
    """Choose the rows; the others keep or get a `reason`."""
    hint = _header_hint(rows)
    entries = [row for row in rows if not row.reason and row.start < row.end and row.joined is None]
    kinds = {row.number: present(row) for row in entries}
    dashed = [row for row in entries if kinds[row.number]]
    anchored = [row for row in entries if row.anchored]
    if anchored and len(anchored) >= 0.5 * len(dashed) and (len(anchored) > 1 or len(entries) <= 3):
        main = main_kind(anchored, [kinds[row.number] for row in anchored], context.album_artist is not None)
        return Selection(_around_anchors(rows, anchored, kinds, main), main, hint)
    if _enough(dashed, entries):
        chosen = _without_titles(dashed, rows)
        main = main_kind(chosen, [kinds[row.number] for row in chosen], False) or "dash"
        chosen = _back_from_prose(rows, _with_neighbours(chosen, entries, main))
        return Selection(chosen, main, hint)
    return _without_marks(rows, entries, context, hint)


def _header_hint(rows: Sequence[Row]) -> float:
    for row in rows:
        if row.reason == "column_header":
            left = row.shape.partition(" - ")[0]
            match = HEADER_PAIR.match(left.strip())
            artist = bool(match) and left.strip().lower().startswith(("art", "interp", "исп", "アー"))
            return 20.0 if artist else -20.0
    return 0.0


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
            and not MIX_TITLE_WORD.search(row.shape.partition("(")[0])
        ):
            chosen.append(row)
            previous = number
    return chosen


def _without_titles(dashed: list[Row], rows: Sequence[Row]) -> list[Row]:
    """Rows that look like 'Artist - Title' but name the mix: alone above the list, or with a mix's words."""
    if len(dashed) < 3:
        return dashed
    numbers = {row.number for row in dashed}
    alone = {n for n in numbers if n - 1 not in numbers and n + 1 not in numbers}
    grouped = len(alone) <= 0.3 * len(numbers)
    lefts = Counter(_left(row) for row in dashed)
    out = []
    for n, row in enumerate(dashed):
        if lefts[_left(row)] > 1:
            out.append(row)
            continue
        words = MIX_TITLE_WORD.search(row.shape.partition("(")[0]) is not None
        lonely = grouped and row.number in alone
        at_top = n == 0 and not any(
            other.number < row.number and not other.reason for other in rows[: row.number]
        )
        if (lonely and (at_top or words)) or (at_top and words):
            row.reason = "title_line"
        else:
            out.append(row)
    return out


def _left(row: Row) -> str:
    return row.body.partition(" - ")[0].casefold()


def _back_from_prose(rows: Sequence[Row], chosen: list[Row]) -> list[Row]:
    """Long rows in lower case look like sentences; between two rows of the list they are rows."""
    numbers = {row.number for row in chosen}
    out = list(chosen)
    for row in rows:
        if row.reason == "prose" and {row.number - 1, row.number + 1} <= numbers and " - " in row.shape:
            left, _, right = row.body.partition(" - ")
            if len(left.split()) <= 6 and len(right) <= 120:
                row.reason = ""
                out.append(row)
    return sorted(out, key=lambda row: row.number)


def _with_neighbours(chosen: list[Row], entries: Sequence[Row], main: str) -> list[Row]:
    """Rows between chosen ones that have another separator."""
    numbers = {row.number for row in chosen}
    out = []
    for row in entries:
        between = {row.number - 1, row.number + 1} <= numbers and len(row.shape) < 120
        if row.number in numbers or (between and fallback(row, main, weak=True)):
            out.append(row)
    return out


def _without_marks(rows: Sequence[Row], entries: list[Row], context: ParseContext, hint: float) -> Selection:
    """Lists with neither numbers nor times nor a usual separator."""
    short = [row for row in entries if len(row.shape) <= 150]
    if context.album_artist or context.order == "title_only":
        return Selection(_below_heading(rows, short), "", hint)
    if len(short) >= 2:
        main = main_kind(short, [present(row) for row in short], False)
        if main in ("by", "quote", "gap", "comma", "halfdash", "colon"):
            return Selection([row for row in short if find(main, row)], main, hint)
    if any(row.reason == "heading" for row in rows):
        below = _below_heading(rows, short)
        if len(below) >= 3 and len(below) == len([r for r in entries if r.number >= below[0].number]):
            return Selection(below, "", hint)
    return Selection([], "", hint)


def _below_heading(rows: Sequence[Row], short: list[Row]) -> list[Row]:
    """The rows below the heading 'Tracklist', or all of them when there is none."""
    heads = [row.number for row in rows if row.reason == "heading"]
    if not heads:
        titled = (
            len(short) > 3
            and short[1].number > short[0].number + 1
            and short[2].number == short[1].number + 1
        )
        return short[1:] if titled else short
    below = [row for row in short if row.number > heads[0]]
    return below or short
