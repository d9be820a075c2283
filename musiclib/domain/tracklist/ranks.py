"""What charts and radio hosts write in place of a row's number, or beside it."""

import re
from collections.abc import Sequence

from musiclib.domain.tracklist.lines import Row, looks_divided

_RANK_CHANGE = re.compile(
    r"[(\[](?:\d{1,3}|new|re|re-entry|[-=+▲▼↑↓]\s?\d*"
    r"|\d+ ?(?:plays?|votes?|points?|pts|weeks?|wks?|x))[)\]]\s+(?=\S)",
    re.IGNORECASE,
)
_ORDINAL_WORD = re.compile(
    r"(?:(?:the )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|next|final|opening"
    r"|closing|erster?|zweiter?|dritter?|letzter?|premier|première|deuxième|dernière?|primer[ao]|segund[ao]"
    r"|últim[ao])(?: (?:track|tune|song|record|one|up|play|titel|morceau|tema|canción|cut))?"
    r"|opener|closer|then|finally|encore)\s?[:.-]+\s+(?=\S)",
    re.IGNORECASE,
)


def skip_rank_changes(rows: Sequence[Row]) -> None:
    """Charts name the rank of the week before behind the rank: '3 (7) Artist - Title'."""
    found = [(row, _RANK_CHANGE.match(row.shape, row.start, row.end)) for row in rows[:20]]
    if len(found) < 3 or sum(match is not None for _, match in found) < 0.7 * len(found):
        return
    for row in rows:
        match = _RANK_CHANGE.match(row.shape, row.start, row.end)
        if match:
            row.start = match.end()


def skip_ordinal_words(rows: Sequence[Row]) -> None:
    """'First track: Artist - Title', 'Last: Artist - Title': words in the place of numbers."""
    free = [row for row in rows if not row.anchored]
    found = [(row, match) for row in free if (match := _ORDINAL_WORD.match(row.shape, row.start, row.end))]
    divided = [(row, match) for row, match in found if looks_divided(row.shape[match.end() : row.end])]
    if len(divided) < 3 or len(divided) < 0.5 * sum(looks_divided(row.shape) for row in free):
        return
    for row, match in divided:
        row.start, row.anchored = match.end(), True
