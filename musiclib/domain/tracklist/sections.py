"""The order of the names in each part of a list: lists pasted together change it at a heading or a gap."""

from collections.abc import Sequence

from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.order import Pair, decide_order

Stated = tuple[tuple[int, bool], ...]
"""What headings say of the rows below them: (row number, title first)."""

_FEWEST = 3  # rows that make a part
_MOST = 12
_CLEAR = 3.0


def row_orders(
    rows: Sequence[Row],
    pairs: Sequence[Pair | None],
    stated: Stated,
    known_artist: str | None,
    bias: float,
) -> list[bool]:
    """Whether each row is title first. `pairs` has None for a row with another separator than the list's.

    Headings come first; then parts of the list that clearly contradict each other; then the whole list.
    """
    whole = decide_order([pair for pair in pairs if pair], known_artist, bias).title_first
    if stated:
        above = [pair for row, pair in zip(rows, pairs, strict=True) if pair and row.number < stated[0][0]]
        if len(above) >= _FEWEST:
            whole = decide_order(above, known_artist, bias).title_first
        return [
            next((first for number, first in reversed(stated) if number < row.number), whole) for row in rows
        ]
    parts = _parts(rows)
    if not 2 <= len(parts) <= _MOST:
        return [whole] * len(rows)
    scores = [
        decide_order([pair for pair in pairs[start:end] if pair], known_artist, bias).score
        for start, end in parts
    ]
    if not min(scores) <= -_CLEAR < _CLEAR <= max(scores):
        return [whole] * len(rows)
    orders = []
    for (start, end), score in zip(parts, scores, strict=True):
        orders += [score < 0 if abs(score) >= _CLEAR else whole] * (end - start)
    return orders


def _parts(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """The runs of rows on consecutive lines; short ones belong to the run before."""
    gaps = [n for n in range(1, len(rows)) if rows[n].number > rows[n - 1].number + 1]
    parts: list[tuple[int, int]] = []
    for start, end in zip([0, *gaps], [*gaps, len(rows)], strict=True):
        if parts and end - start < _FEWEST:
            parts[-1] = parts[-1][0], end
        else:
            parts.append((start, end))
    return parts
