"""Titles listed below the name of their artist: 'Artist:' and then '- Title' lines."""

from collections.abc import Sequence

from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.reading import Reading, part
from musiclib.domain.tracklist.separators import find, present
from musiclib.domain.tracklist.vocabulary import MIX_TITLE_WORD

_HEAD_WORDS = 8


def read_groups(rows: Sequence[Row]) -> list[Reading]:
    """The titles with their artists; empty when the text is not written so.

    At least two names, each above marked or indented lines without separators; names without a colon only
    when the whole text is written so.
    """
    colons = sum(row.reason == "heading_colon" for row in rows) >= 2
    readings: list[Reading] = []
    head: Row | None = None
    heads: set[int] = set()
    for row in rows:
        if row.reason == "blank":
            continue
        if row.reason in ("heading_colon", "" if not colons else "heading_colon") and not _is_listed(row):
            if head is not None and head.number not in heads and not colons:
                return []
            head = row if _may_be_name(row) else None
        elif head is None or row.reason or row.anchored or not _is_listed(row):
            head = None
        else:
            heads.add(head.number)
            readings.append(_read(row, head))
    if len(heads) < 2 or len(readings) < 3:
        return []
    divided = sum(bool(present(r.row)) or find("colon", r.row) is not None for r in readings)
    open_rows = sum(not row.reason and row.start < row.end and bool(present(row)) for row in rows) - divided
    return readings if divided <= 0.2 * len(readings) and open_rows <= 1 else []


def _is_listed(row: Row) -> bool:
    """Whether a bullet or indentation stands before the row's text."""
    before = row.shape[: row.start]
    return bool(before.strip()) or len(before.expandtabs(4)) >= 2


def _may_be_name(row: Row) -> bool:
    name = row.body.rstrip(": ")
    return 0 < len(name.split()) <= _HEAD_WORDS and not MIX_TITLE_WORD.search(name)


def _read(row: Row, head: Row) -> Reading:
    reading = Reading(row, reason="below_artist")
    reading.artist = part(head, head.start, head.start + len(head.shape[head.start : head.end].rstrip(" :")))[
        0
    ]
    reading.title, reading.title_at = part(row, row.start, row.end)
    return reading
