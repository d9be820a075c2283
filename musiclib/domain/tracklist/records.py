"""Tracks of several lines: a lone number or time with its text, artist and title one below the other."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from musiclib.domain.tracklist.columns import infer_columns
from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.order import decide_order
from musiclib.domain.tracklist.parts import cells_of
from musiclib.domain.tracklist.reading import part
from musiclib.domain.tracklist.separators import present
from musiclib.domain.tracklist.vocabulary import BREAK

_MOVE = re.compile(r"E|🅴|explicit|lyrics|new(?: entry)?|re-?entry|[-=+▲▼△▽↑↓⬆⬇►]+\s?\d*", re.IGNORECASE)


_DATED_ALBUM = re.compile(r"\S\s*\((?:19|20)\d\d\)$")
_CARD_YEAR = re.compile(r"(?:19|20)\d\d")
_CARD_WORD = re.compile(
    r"song|track|single|album|ep|(?:music )?video|lied|titel|titre|chanson|canción|brano|música|explicit|e"
    r"|\d[\d.,]*\s?[KMB]? (?:plays|views|streams)",
    re.IGNORECASE,
)
_CARDS = 0.8
_RULE = frozenset("-=_~*+#. ")


@dataclass(frozen=True, slots=True)
class Record:
    """The lines of one track: the row that holds number and time, and the rows with text, in order."""

    anchor: Row
    parts: tuple[Row, ...]


def join_lone_marks(rows: Sequence[Row]) -> None:
    """Give a number or time on a line of its own to the text it belongs to."""
    filled = [row for row in rows if row.reason != "blank"]
    if sum(_lone(row) for row in filled) >= 2:
        _settle_doubtful(filled)
    live = [row for row in filled if not row.reason or row.anchored]
    _anchor_times_below(live)
    _anchor_cards(live)
    lone_times = [row for row in live if _lone(row) and row.position is None]
    after = bool(lone_times) and _times_follow(live)
    waiting: list[Row] = []
    owner: Row | None = None
    for row in live:
        if _lone(row):
            if after and row.position is None and owner is not None:
                _give_time_back(owner, row)
            else:
                waiting.append(row)
            continue
        if row.reason:
            continue
        for mark in waiting:
            _hand_over(mark, row)
        waiting = []
        if row.anchored:
            owner = row


def _anchor_cards(live: Sequence[Row]) -> None:
    """'Title' above 'Artist • Album • 3:05', as players show their rows: the title begins the record."""
    cards = [n for n, row in enumerate(live) if " • " in row.shape and " • " in row.body]
    if len(cards) < 2 or 2 * len(cards) < _CARDS * len(live) or cards[0] != 1:
        return
    if any(n - m < 2 for m, n in pairwise(cards)) or any(live[n - 1].anchored for n in cards):
        return
    for n in cards:
        title, card = live[n - 1], live[n]
        title.anchored, card.anchored = True, False
        title.duration_s = card.duration_s if card.duration_s is not None else card.start_s
        card.start_s = card.duration_s = None


def _anchor_times_below(live: Sequence[Row]) -> None:
    """When every few lines end in a lone time, the first line of each group begins a record."""
    if any(row.anchored and not _lone(row) for row in live) or not live or not _lone(live[-1]):
        return
    groups: list[list[Row]] = [[]]
    for row in live:
        if not _lone(row):
            groups[-1].append(row)
        elif row.position is not None:
            return
        elif groups[-1]:
            groups.append([])
    groups = [group for group in groups if group]
    if len(groups) < 2 or _lone(live[0]):
        return
    size, count = Counter(len(group) for group in groups).most_common(1)[0]
    if 1 < size <= 6 and count >= 0.7 * len(groups):
        for group in groups:
            group[-size if len(group) >= size else 0].anchored = True


def _lone(row: Row) -> bool:
    return row.anchored and row.start >= row.end


def _times_follow(live: Sequence[Row]) -> bool:
    """Whether lone times stand below their titles: text comes before the first of them, and ends with one."""
    first = next(i for i, row in enumerate(live) if _lone(row) and row.position is None)
    texts = [row for row in live[:first] if not _lone(row)]
    if not texts:
        return False
    last = live[-1]
    return any(row.anchored for row in texts) or _lone(live[0]) or (_lone(last) and last.position is None)


def _hand_over(mark: Row, row: Row) -> None:
    mark.joined = row
    if row.position is None:
        row.position = mark.position
    if row.start_s is None:
        row.start_s = mark.start_s
    if row.duration_s is None:
        row.duration_s = mark.duration_s
    row.anchored = True


def _give_time_back(owner: Row, mark: Row) -> None:
    mark.joined = owner
    if owner.duration_s is None:
        owner.duration_s = mark.start_s if mark.start_s is not None else mark.duration_s
    mark.extra = tuple(span._replace(field="duration") for span in mark.extra)


def anchored_records(rows: Sequence[Row]) -> list[Record]:
    """Records of equally many lines that each begin with an anchored row; empty when the list has none."""
    live = [row for row in rows if not row.reason and row.start < row.end and row.joined is None]
    records: list[tuple[Row, list[Row]]] = []
    for row in live:
        if row.anchored:
            records.append((row, []))
        elif records:
            records[-1][1].append(row)
    if len(records) < 2:
        return []
    sizes = Counter(len(parts) for _, parts in records[:-1])
    size, count = sizes.most_common(1)[0]
    if not size or size > 6 or count < 0.7 * (len(records) - 1):
        return []
    if sum(bool(present(anchor)) for anchor, _ in records) > 0.4 * len(records):
        return []
    if sum(present(part) not in ([], ["bullet"]) for _, parts in records for part in parts[:1]) > 0.5 * len(
        records
    ):
        return []
    return [
        Record(anchor, (anchor, *parts[:size])) for anchor, parts in records if len(parts) >= size or parts
    ]


def _settle_doubtful(filled: Sequence[Row]) -> None:
    """Judge the lines among lone numbers.

    A player's mark ('E') or a chart's move ('▲2', 'NEW') holds nothing; the other lines between two numbers
    are names, whatever their words.
    """
    numbers = [n for n, row in enumerate(filled) if _lone(row) and row.position is not None]
    last = numbers[-1] if len(numbers) > 1 else 0
    for n, row in enumerate(filled):
        if row.anchored:
            continue
        if len(row.shape) < 20 and _MOVE.fullmatch(row.shape.strip()):
            row.reason = "mark"
        elif len(row.shape) < 20 and BREAK.fullmatch(row.shape.strip()):
            row.reason = "break"
            if n and _lone(filled[n - 1]):
                filled[n - 1].reason, filled[n - 1].anchored = "break", False
        elif numbers and numbers[0] < n <= last + 1 and row.reason in ("advert", "prose"):
            row.reason = ""
        elif row.reason == "rule" and n and _lone(filled[n - 1]) and not _RULE.issuperset(row.shape):
            row.reason = ""  # a name of marks alone: '!!!'


def plain_records(rows: Sequence[Row], after_heading: bool) -> list[Record]:
    """Records without marks: blocks of two or three lines between blank ones, or pairs below a heading."""
    blocks = _blocks(rows, ("heading", "link", "rule", "date"))
    pairs = [block for block in blocks if len(block) == 2]
    if len(pairs) >= 3 and len(pairs) >= 0.7 * len(blocks):
        return [Record(block[0], tuple(block)) for block in pairs]
    threes = [block for block in blocks if len(block) == 3]
    if len(threes) >= 3 and len(threes) >= 0.7 * len(blocks) and not _is_verse(threes):
        return [Record(block[0], tuple(block)) for block in threes]
    if (dated := _with_dated_albums(rows)) is not None:
        return dated
    blocks = _blocks(rows)
    if after_heading and blocks and len(blocks[0]) >= 4 and len(blocks[0]) % 2 == 0:
        block = blocks[0]
        return [Record(block[i], (block[i], block[i + 1])) for i in range(0, len(block), 2)]
    return []


def _with_dated_albums(rows: Sequence[Row]) -> list[Record] | None:
    """Three lines a track without a mark between them, where each third line is an album with its year."""
    live = [row for row in rows if not row.reason]
    ends = [n for n, row in enumerate(live) if _DATED_ALBUM.search(row.shape.rstrip())]
    if len(ends) < 3 or ends[0] < 2 or any(b - a != 3 for a, b in pairwise(ends)):
        return None
    return [Record(live[n - 2], tuple(live[n - 2 : n + 1])) for n in ends]


def _is_verse(blocks: Sequence[Sequence[Row]]) -> bool:
    """Whether blocks are stanzas or paragraphs: lines that end within a sentence or are long."""
    lines = [row.body for block in blocks for row in block]
    return sum(line[-1:] in ",;." or len(line.split()) > 7 for line in lines) >= 0.2 * len(lines)


def _blocks(rows: Sequence[Row], unwanted: Sequence[str] = ()) -> list[list[Row]]:
    """Runs of lines that are no noise; with `unwanted`, only noise for these reasons is left out."""
    blocks: list[list[Row]] = []
    before = -1
    for row in rows:
        if row.reason and (not unwanted or row.reason == "blank" or row.reason in unwanted):
            continue
        if row.number != before + 1 or not blocks:
            blocks.append([])
        blocks[-1].append(row)
        before = row.number
    return blocks


def part_fields(
    records: Sequence[Record], known_artist: str | None, marked: bool = False
) -> list[str | None]:
    """What the first, second, ... line of each record holds.

    Pages of shops and players, which show lengths, put the title first; charts and radio logs do not.
    `marked`: the list has a player's or chart's marks, which also stand where the title is first.
    """
    width = max(len(record.parts) for record in records)
    if width > 2:
        rows = [[part.body for part in record.parts] for record in records]
        timed = sum(r.anchor.duration_s is not None for r in records) > 0.5 * len(records)
        fields = infer_columns(rows, width, -0.5 if timed or marked else 1.0)
        if width == 4 and fields[2:] == ["album", None] and _before(fields, "artist", "title"):
            return [*fields[:3], "label"]
        if not timed and "label" not in fields and _before(fields, "artist", "title"):
            return ["label" if name == "album" else name for name in fields]
        return fields
    if sum(" • " in r.parts[-1].body for r in records) >= 0.7 * len(records):
        return ["title", "artist"]
    pairs = [(r.parts[0].body, r.parts[1].body) for r in records if len(r.parts) > 1]
    bias = 0.5 if records[0].anchor.anchored else 2.0
    bias = -0.5 if marked else bias
    title_first = decide_order(pairs, known_artist, bias).title_first
    return ["title", "artist"] if title_first else ["artist", "title"]


def _before(fields: Sequence[str | None], first: str, second: str) -> bool:
    return first in fields and second in fields and fields.index(first) < fields.index(second)


def read_card(row: Row, fields: dict[str, str]) -> tuple[str, tuple[Row, int, int]]:
    """The artist of a line of a streaming page: 'Artist • Album', 'Song • Artist • 2019'.

    The album and the year go to `fields`; what the page says of the kind of the row is left out.
    """
    names = []
    for cell in cells_of(row, "bullet"):
        value, place = part(row, *cell)
        if _CARD_YEAR.fullmatch(value):
            fields["year"] = value
        elif not _CARD_WORD.fullmatch(value):
            names.append((value, place))
    artist, *others = names or [part(row, row.start, row.end)]
    if others:
        fields["album"] = others[0][0]
    return artist
