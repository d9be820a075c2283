"""Which leading numbers are positions and which clock figures are times: decided from the whole list.

"50 Cent", "19:26 & Yubik" and "7 Minutes to Midnight" begin with figures that belong to names; "01 Exodus"
begins with a position. A single line cannot tell, the run of numbers down the list can.
"""

import itertools
import re
import statistics
from collections.abc import Sequence

from musiclib.domain.tracklist.lines import Mark, Row, looks_divided
from musiclib.domain.tracklist.marks import seconds, skip_decoration
from musiclib.domain.tracklist.ranks import skip_ordinal_words, skip_rank_changes
from musiclib.domain.tracklist.vocabulary import AUDIO_EXTENSION, CREDIT

NUMBER_STYLES = frozenset({"word", "hash", "bracket", "paren", "strong", "dash", "bare", "tab", "glued"})
_WEAK = frozenset({"dash", "bare", "glued"})
_ROMAN = {"i": 1, "v": 5, "x": 10}
_SEPARATING = frozenset("-~|•/>:\t")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DOTTED = re.compile(r"\d{1,3}\.[0-5]\d")
_LONE_SIDE = re.compile(r"(?P<n>[A-Z])(?:[.):]\s*|\s+)(?=\S)")
_SAMPLE = 2000
_DAY = 24 * 3600.0


def ordinal(value: str) -> tuple[str, int]:
    """(group, number): ("", 7) of "07", ("a", 2) of "A2", ("1", 3) of "1-03", ("", 4) of "iv"."""
    value = value.lower()
    if value.isdigit() and value.isascii():
        return "", int(value)
    for mark in "-.":
        group, found, rest = value.partition(mark)
        if found and rest.isdigit():
            return group, int(rest)
    if "①" <= value[0] <= "⑳":
        return "", ord(value[0]) - ord("①") + 1
    letters = value.rstrip("0123456789")
    if letters != value:
        return letters, int(value[len(letters) :])
    if all(c in _ROMAN for c in value):
        figures = [_ROMAN[c] for c in value]
        return "", sum(-f if f < max(figures[i:]) else f for i, f in enumerate(figures))
    return "side", ord(value[0]) - ord("a") + 1


def settle_marks(rows: Sequence[Row]) -> None:
    """Accept or drop the candidates of every row; sets body bounds, position, start, duration, `anchored`."""
    _read_dotted_times(rows)
    _join_ranges(rows)
    numbers = _accepted_numbers(rows)
    accepted_times = _leading_times_wanted(rows, numbers)
    for row in rows:
        _take_leading(row, numbers, accepted_times)
    skip_ordinal_words(rows)
    skip_rank_changes([row for row in rows if row.position is not None])
    _settle_trailing(rows)
    _settle_times([row for row in rows if row.start_s is not None])


def _read_dotted_times(rows: Sequence[Row]) -> None:
    """'00.00', '03.41', '07.05': figures with a full stop are times when they rise like times do.

    Numbers of discs and tracks ('1.01', '1.02') go up one by one.
    """
    found = [(row, mark) for row in rows if (mark := _number_mark(row)) and _DOTTED.fullmatch(mark[1])]
    if len(found) < 3 or len(found) < 0.6 * sum(bool(row.lead) for row in rows):
        return
    values = [seconds(mark[1].replace(".", ":")) for _, mark in found]
    steps = [b - a for a, b in itertools.pairwise(values)]
    if not rises(values) or sum(step == 1 for step in steps) > 0.3 * len(steps):
        return
    for row, mark in found:
        clock = ("time", mark[1].replace(".", ":"), mark[2], mark[3])
        row.lead = tuple(clock if other is mark else other for other in row.lead)


def _join_ranges(rows: Sequence[Row]) -> None:
    """'00:00 03:59 Name': start and end side by side, when nearly all rows have two times in order."""
    if sum(len(row.lead) > 1 for row in rows) < 3:
        return
    timed = [row for row in rows if any(mark[0] == "time" for mark in row.lead)]
    found = []
    for row in timed:
        at = next(n for n, mark in enumerate(row.lead) if mark[0] == "time")
        pair = row.lead[at : at + 2]
        if (
            len(pair) == 2
            and pair[1][0] == "time"
            and not any("~" in mark[1] or not mark[1] for mark in pair)
        ):
            found.append((row, at, pair))
    if len(found) < 3 or len(found) < 0.8 * len(timed):
        return
    if not all(seconds(one[1]) <= seconds(two[1]) for _, _, (one, two) in found):
        return
    for row, at, (one, two) in found:
        row.lead = (
            *row.lead[:at],
            ("time", f"{one[1]}~{two[1]}", one[2], two[3]),
            *row.lead[at + 2 :],
        )


def _read_lone_sides(rows: Sequence[Row], found: list[tuple[Row, Mark]]) -> list[tuple[Row, Mark]]:
    """A side of a record with one track has a mere letter, if it follows on: 'C2', then 'D'."""
    out: list[tuple[Row, Mark]] = []
    side = ""
    marks = {row.number: mark for row, mark in found}
    for row in rows:
        mark = marks.get(row.number)
        if mark is None and side and not row.lead:
            letter = _LONE_SIDE.match(row.shape, row.start, row.end)
            if letter and ord(letter["n"].lower()) == ord(side) + 1:
                mark = ("strong", letter["n"], row.start, letter.end())
                row.lead = (mark,)
        if mark is not None:
            out.append((row, mark))
            side = mark[1][0].lower() if mark[1][0].isalpha() and len(mark[1]) <= 3 else ""
    return out


def _number_mark(row: Row) -> Mark | None:
    return next((mark for mark in row.lead if mark[0] in NUMBER_STYLES), None)


def _accepted_numbers(rows: Sequence[Row]) -> set[int]:
    """Row numbers whose leading number is a position."""
    found = _without_owned([(row, mark) for row in rows if (mark := _number_mark(row))])
    found = _without_pairs(found)
    if not found:
        return set()
    years = sum(_YEAR.fullmatch(mark[1]) is not None for _, mark in found)
    if len(found) > 1 and years >= 0.8 * len(found):
        return set()
    if sum(mark[1][0].isalpha() for _, mark in found) > 2:
        found = _read_lone_sides(rows, found)
    if len(found) == 1:
        row, mark = found[0]
        alone = sum(1 for other in rows if other.text.strip()) == 1
        sure = not _weak(mark)
        return {row.number} if alone and sure and row.shape[mark[3] : row.end].strip() else set()
    if _is_minutes(found):
        for row, _ in found:
            row.minutes = True
        return set()
    return _in_sequence(found, rows)


def _without_pairs(found: list[tuple[Row, Mark]]) -> list[tuple[Row, Mark]]:
    """'04-7 Days' among '03-Name' rows has the number 04, and no disc."""
    pairs = [n for n, (_, mark) in enumerate(found) if "-" in mark[1]]
    if not pairs or len(pairs) > 0.3 * len(found):
        return found
    out = list(found)
    for n in pairs:
        row, mark = found[n]
        kind, value, start, _ = mark
        cut = (kind, value.partition("-")[0], start, row.shape.index("-", start) + 1)
        row.lead = tuple(cut if other is mark else other for other in row.lead)
        out[n] = row, cut
    return out


def _without_owned(found: list[tuple[Row, Mark]]) -> list[tuple[Row, Mark]]:
    """Without figures at the beginning of lines that have their number on the line above ('3.', '3 Days')."""
    worded = sum(mark[0] == "word" for _, mark in found)
    if worded < 0.5 * len(found):  # 'Song 2' and 'Part 3' are names
        found = [(row, m) for row, m in found if m[0] != "word" or row.shape[m[3] : row.end].strip()]
    lone = {row.number for row, mark in found if not row.shape[mark[3] : row.end].strip()}
    if len(lone) < 2:
        return found
    return [(row, mark) for row, mark in found if row.number in lone or row.number - 1 not in lone]


def _in_sequence(found: list[tuple[Row, Mark]], rows: Sequence[Row]) -> set[int]:
    """The rows whose numbers run on; figures without a mark behind them need most rows to have them."""
    ordinals = [ordinal(mark[1]) for _, mark in found]
    fits = _fits(ordinals)
    share = sum(fits) / len(found)
    weak = [_weak(mark) for _, mark in found]
    covered = _coverage(found, rows)
    lettered = sum(group not in ("", "side") and group.isalpha() for group, _ in ordinals) > 0.5 * len(found)
    if lettered and covered < (0.25 if len(found) > 2 else 0.6):
        return set()
    rising = _rising(ordinals) and len(found) >= 3
    lone = [i for i, (row, mark) in enumerate(found) if mark[3] >= row.end]
    if 2 < len(lone) < len(found) and sum(_fits([ordinals[i] for i in lone])) >= 0.8 * len(lone):
        return {found[i][0].number for i in lone}
    if share >= 0.8 and all(not row.shape[mark[3] : row.end].strip() for row, mark in found):
        return {row.number for row, _ in found}
    if sum(weak) > 0.5 * len(found):
        if share < 0.6 or covered < 0.3 or max(share, covered) < 0.75:
            return _with_gaps(found, ordinals, rows) or _long_runs(found, fits)
    elif share < 0.5:
        if not rising or sum(weak) > 0.3 * len(found):
            return _long_runs(found, fits)
        return {row.number for (row, _), unsure in zip(found, weak, strict=True) if not unsure}
    whole = rising and covered >= 0.8
    return {
        row.number
        for i, (row, _) in enumerate(found)
        if fits[i] or ((whole or not weak[i]) and _near(ordinals, i))
    }


def _weak(mark: Mark) -> bool:
    return mark[0] in _WEAK and not (mark[0] != "glued" and mark[1].startswith("0") and len(mark[1]) > 1)


def _fits(ordinals: list[tuple[str, int]]) -> list[bool]:
    fits = [False] * len(ordinals)
    for i in range(1, len(ordinals)):
        if _follows(ordinals[i - 1], ordinals[i]):
            fits[i - 1] = fits[i] = True
    return fits


def _coverage(found: list[tuple[Row, Mark]], rows: Sequence[Row]) -> float:
    """The share of the rows of this form (with a dash, or without) that begin with a number."""
    looked_at = found[:_SAMPLE]
    divided = sum(looks_divided(row.shape) for row, _ in looked_at)
    if divided >= 0.5 * len(looked_at):
        last = looked_at[-1][0].number if len(found) > _SAMPLE else rows[-1].number
        return divided / sum(looks_divided(row.shape) for row in rows if row.number <= last)
    return len(found) / max(sum(len(row.shape) < 200 and row.start < row.end for row in rows), 1)


def _with_gaps(
    found: list[tuple[Row, Mark]], ordinals: list[tuple[str, int]], rows: Sequence[Row]
) -> set[int]:
    """Numbers of a shortened list: all of its rows have one, and each is higher than the one before."""
    if len(found) < 4 or any(b[1] <= a[1] or a[0] != b[0] for a, b in itertools.pairwise(ordinals)):
        return set()
    numbered = {row.number for row, _ in found}
    first = found[0][0].number
    others = [
        row for row in rows if row.number > first and row.number not in numbered and looks_divided(row.shape)
    ]
    if any(not CREDIT.fullmatch(row.shape) for row in others) or not any(
        looks_divided(r.shape) for r, _ in found
    ):
        return set()
    return numbered


def _long_runs(found: list[tuple[Row, Mark]], fits: list[bool]) -> set[int]:
    """Runs of four numbers and more: a list below much other text."""
    kept: set[int] = set()
    run: list[int] = []
    for (row, _), fit in zip(found, fits, strict=True):
        if fit:
            run.append(row.number)
            continue
        if len(run) >= 4:
            kept.update(run)
        run = []
    return kept.union(run) if len(run) >= 4 else kept


def _follows(before: tuple[str, int], after: tuple[str, int]) -> bool:
    """The next number, the first of another side or disc, or a count downwards."""
    step = after[1] - before[1]
    if before[0] != after[0]:
        return step == 1 or (after[1] == 1 and bool(before[0]) and bool(after[0]))
    return step in (1, -1)


def _near(ordinals: list[tuple[str, int]], i: int) -> bool:
    """Whether a number that is not next in turn still lies between its neighbours, or begins anew."""
    low = ordinals[i - 1][1] if i else 0
    high = ordinals[i + 1][1] if i + 1 < len(ordinals) else ordinals[i][1] + 1
    return low <= ordinals[i][1] <= high or ordinals[i][1] <= 1 or low - 5 <= ordinals[i][1] <= low + 5


def _rising(ordinals: list[tuple[str, int]]) -> bool:
    steps = [b[1] - a[1] for a, b in itertools.pairwise(ordinals)]
    return sum(step > 0 for step in steps) >= 0.8 * len(steps)


def _is_minutes(found: list[tuple[Row, Mark]]) -> bool:
    """'[00] [04] [09]': figures in square brackets that rise by more than one are minutes of the mix."""
    bracketed = [mark[1] for _, mark in found if mark[0] == "bracket" and mark[1].isdigit()]
    if len(bracketed) < 3 or len(bracketed) < 0.8 * len(found):
        return False
    figures = [int(value) for value in bracketed]
    steps = [b - a for a, b in itertools.pairwise(figures)]
    return sum(step >= 0 for step in steps) >= 0.9 * len(steps) and sum(
        step == 1 for step in steps
    ) < 0.6 * len(steps)


def _leading_times_wanted(rows: Sequence[Row], numbers: set[int]) -> bool:
    timed = sum(1 for row in rows if any(m[0] == "time" for m in row.lead))
    if timed and any(row.minutes for row in rows):
        return True
    if not timed:
        return False
    bodies = _bodies(rows, numbers)
    lone = sum(any(m[0] == "time" and m[3] == row.end for m in row.lead) for row in rows)
    if lone >= 3 and lone >= 0.1 * bodies:
        return True  # times on lines of their own stand above records of several lines
    return (timed >= 2 and timed >= 0.25 * bodies) or (timed == 1 and bodies <= 2) or timed >= 5


def _bodies(rows: Sequence[Row], numbers: set[int]) -> int:
    """How many rows the list seems to have; all short rows, when none has a number or a separator."""
    count = sum(row.number in numbers or looks_divided(row.shape) for row in rows)
    return count or sum(row.start < row.end and len(row.shape) < 150 for row in rows)


def _take_leading(row: Row, numbers: set[int], times: bool) -> None:
    """Move the body's start behind the accepted marks; the first mark that is not accepted ends them."""
    taken = set()
    for kind, value, start, end in row.lead:
        group = "number" if kind in NUMBER_STYLES else kind
        if group in taken or not _accept_lead(row, group, numbers, times):
            break
        taken.add(group)
        row.start = end
        if group == "number":
            _take_number(row, value, start, end)
        elif group == "time":
            _take_time(row, value, start, end)
        elif group == "with":
            row.with_previous = True
        else:
            _take_key(row, value, start, end)
    if taken:
        row.start = skip_decoration(row.shape, row.start, row.end)


def _accept_lead(row: Row, group: str, numbers: set[int], times: bool) -> bool:
    if group == "number":
        return row.number in numbers or row.minutes
    if group == "time":
        return times
    return True


def _take_number(row: Row, value: str, start: int, end: int) -> None:
    row.anchored = True
    at = row.shape.find(value, start, end)
    if row.minutes and value.isdigit():
        row.start_s = float(value) * 60
        row.extra += (row.span("start", at, at + len(value)),)
        return
    row.position = str(ordinal(value)[1]) if value[0] in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" else value
    row.extra += (row.span("position", at, at + len(value)),)


def _take_time(row: Row, value: str, start: int, end: int) -> None:
    row.anchored = True
    first, _, until = value.partition("~")
    if not first:
        return
    row.start_s = seconds(first)
    if until and seconds(until) > row.start_s:
        row.duration_s = seconds(until) - row.start_s
    at = max(row.shape.find(first, start, end), start)
    row.extra += (row.span("start", at, min(at + len(first), end)),)


def _take_key(row: Row, value: str, start: int, end: int) -> None:
    key, _, bpm = value.partition("~")
    row.extra += (row.span("key", start, start + len(key)),)
    row.fields["key"] = key
    if bpm:
        row.fields["bpm"] = bpm
        at = row.shape.find(bpm, start + len(key), end)
        row.extra += (row.span("bpm", at, at + len(bpm)),)


def _settle_trailing(rows: Sequence[Row]) -> None:
    """Times at the ends of lines: a column of them is meant, a single one may be part of a name."""
    timed = [(row, mark) for row in rows for mark in row.trail if mark[0] == "time"]
    bodies = _bodies(rows, {row.number for row in rows if row.anchored})
    if not timed or not ((len(timed) >= 2 and len(timed) >= 0.3 * bodies) or bodies <= 2 or len(timed) >= 5):
        return
    whole = [row.number for row, mark in timed if _parts_with(row, mark)]
    torn = set(whole) if len(whole) < 0.5 * len(timed) else set()
    timed = [(row, mark) for row, mark in timed if row.number not in torn]
    values = [seconds(mark[1].partition("~")[0]) for row, mark in timed if mark[2] >= row.start]
    # short figures that happen to rise are lengths: as starts they would leave no time for the songs
    starts = rises(values) and (values[0] < 60 or values[-1] > 150 * len(values))
    starts = starts and not any(row.start_s is not None for row, _ in timed)
    for row, (_, value, start, end) in timed:
        if start < row.start:
            continue
        if row.start_s is not None and _taken_as_start(row, start):
            continue
        row.anchored = True
        first, _, until = value.partition("~")
        row.end = start
        if extension := AUDIO_EXTENSION.search(row.shape[row.start : start].rstrip()):
            row.end = row.start + extension.start()
        at = row.shape.find(first.split(":", 1)[0], start, end)
        row.extra += (row.span("start" if starts else "duration", max(at, start), end),)
        if starts:
            row.start_s = seconds(first)
        else:
            row.duration_s = seconds(until) - seconds(first) if until else seconds(first)


def _taken_as_start(row: Row, at: int) -> bool:
    """Whether the same figure was read as the leading time already."""
    return row.offsets is None and any(span.field == "start" and span.end > at for span in row.extra)


def _parts_with(row: Row, mark: Mark) -> bool:
    """Whether the time is all that stands behind the separator, as in 'Artist - 5:15'."""
    if not any(char in _SEPARATING for char in row.shape[max(mark[2] - 2, 0) : mark[2] + 3]):
        return False
    body = row.shape[row.start : row.end].replace("\t", " ")
    return looks_divided(body) and not looks_divided(row.shape[row.start : mark[2]].rstrip(" -~|•/") + " ")


def rises(values: list[float]) -> bool:
    """Whether times mostly go up, as starts in a mix do."""
    if len(values) < 3:
        return False
    falls = sum(b < a for a, b in itertools.pairwise(values))
    return falls <= 0.1 * len(values) and values[-1] > values[0]


def _settle_times(rows: Sequence[Row]) -> None:
    """Leading times that do not rise are durations; times of day are no starts."""
    values = [row.start_s or 0.0 for row in rows if not row.minutes]
    if len(values) < 3:
        return
    if not rises(values) and not _restarts(values):
        falling = sum(b < a for a, b in itertools.pairwise(values)) >= 0.9 * (len(values) - 1)
        lone = all(row.start >= row.end for row in rows)  # below their titles stand lengths
        if (not falling or lone) and not _crosses_midnight(values):
            for row in rows:
                row.start_s, row.duration_s = None, row.start_s
                row.extra = tuple(
                    span._replace(field="duration") if span.field == "start" else span for span in row.extra
                )
            return
        _drop_starts(rows)
        return
    gaps = [b - a for a, b in itertools.pairwise(values) if b > a]
    hours_and_minutes = len(gaps) >= 3 and statistics.median(gaps) < 20 and values[-1] < 24 * 60
    if hours_and_minutes and values[0] < 5:
        for row in rows:
            row.start_s = (row.start_s or 0.0) * 60
    elif hours_and_minutes or values[0] > 4 * 3600:
        _drop_starts(rows)


def _drop_starts(rows: Sequence[Row]) -> None:
    for row in rows:
        row.start_s = None
        row.extra = tuple(span for span in row.extra if span.field != "start")


def _restarts(values: list[float]) -> bool:
    """Several mixes in one text: the times rise, and begin again near nought."""
    falls = [b for a, b in itertools.pairwise(values) if b < a]
    return len(falls) <= 0.34 * len(values) and all(b < 120 for b in falls)


def _crosses_midnight(values: list[float]) -> bool:
    """A run of times of day, 'HH:MM' read as 'MM:SS', that passes 23:59 once."""
    falls = [(a, b) for a, b in itertools.pairwise(values) if b < a]
    top = _DAY if max(values) > 24 * 60 else 24 * 60.0
    return len(falls) == 1 and falls[0][0] > 0.85 * top and falls[0][1] < 0.15 * top
