"""Who wrote a line and when: the heads of messages and listings, which are no part of a row."""

import re
from collections import Counter
from collections.abc import Sequence

from musiclib.domain.tracklist.lines import Row, looks_divided

_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?"
_WHEN = rf"(?:{_DATE},?\s+{_TIME}|{_TIME}(?:,?\s+{_DATE})?)"
_MESSAGE = re.compile(
    rf"\s*(?:\[{_WHEN}\]|\({_WHEN}\)|{_WHEN})\s*-?\s*(?:<(?P<nick>[^<>\s]{{1,30}})>"
    rf"|(?P<name>(?!\s*(?i:uhr|hrs?|h|min)\s*:)[^:<>\[\]]{{1,30}}?):)\s+"
)
_LISTED = re.compile(
    r"\s*(?:[-dl][rwxsStT-]{9}[.+@]?\s+\d+\s+\S+\s+\S+\s+\d+\s+\w{3}\s+\d{1,2}\s+[\d:]{4,5}\s+"
    r"|\d{2,4}[./-]\d{2}[./-]\d{2,4}\s+\d{2}:\d{2}(?:\s?[AP]M)?\s+(?:<DIR>|[\d.,]+)\s+)"
)
_TAG = re.compile(r"\s*#[^\W\d]\w+:?\s+(?=\S)")
_ANNOUNCED = re.compile(
    r"\s*(?:(?:now|just|recently|currently|last) )?(?:listen(?:ing)?|watch(?:ing)?|stream(?:ing)?"
    r"|play(?:ed|ing)?|next|heard)"
    r"(?: (?:on|to|at|up) ?\w*)?:\s+(?=\S)",
    re.IGNORECASE,
)
_SAID = re.compile(r"\s*(?P<nick>[^\s:]{1,20}):\s+(?=\S)")
_ENTRY = re.compile(r"[\[(#]?\d{1,3}(?:[.):\]]|:\d\d)\s")
_OPENER = re.compile(
    r"\s*(?P<word>[^\W\d]{1,12}(?: [^\W\d]{1,12})?\s?:"
    r"|[^\w\s()\[\]{}\"'<>«»「」『』《》〈〉#@&+*!?.$-]{1,6})\s+(?=\w)"
)
_COMMON = 0.8
_LOOKED_AT = 200


def skip_heads(rows: Sequence[Row]) -> None:
    """Set `head` of every row behind the sender of a chat message or the columns of a listing.

    Only when most lines have such a head, and few people write: '[0:00] Artist: Title' lines are a list.
    """
    sample = [row for row in rows if row.shape.strip()][:_LOOKED_AT]
    for pattern in (_MESSAGE, _LISTED, _TAG, _ANNOUNCED):
        found = [match for row in sample if (match := pattern.match(row.shape))]
        if len(found) < 3 or len(found) < 0.5 * len(sample):
            continue
        if pattern is _MESSAGE:
            senders = {match["nick"] or match["name"] for match in found}
            if not all(match["nick"] for match in found) and len(senders) > 0.5 * len(found):
                continue
        _skip(rows, pattern)
        return
    said = [match for row in sample if (match := _SAID.match(row.shape))]
    entries = sum(_ENTRY.match(match.string, match.end()) is not None for match in said)
    if entries >= 2 and entries >= 0.5 * len(sample) and len(said) >= 0.8 * len(sample):
        _skip(rows, _SAID)  # a numbered list within a conversation
    elif len(sample) > 2:
        _skip_common(rows, sample)


def _skip_common(rows: Sequence[Row], sample: Sequence[Row]) -> None:
    """'np: Artist - Title', '❖ Artist - Title': what opens nearly all divided rows is no name."""
    divided = [row for row in sample if looks_divided(row.shape)]
    found = Counter(match["word"] for row in divided if (match := _OPENER.match(row.shape)))
    if not found:
        return
    word, count = found.most_common(1)[0]
    if count < 3 or count < _COMMON * len(divided):
        return
    for row in rows:
        match = _OPENER.match(row.shape)
        if match and match["word"] == word and looks_divided(row.shape[match.end() :]):
            row.head = match.end()


def _skip(rows: Sequence[Row], pattern: re.Pattern[str]) -> None:
    for row in rows:
        match = pattern.match(row.shape)
        if match and match.end() < len(row.shape):
            row.head = match.end()
