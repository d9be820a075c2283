"""What stands behind a row without brackets: tempo and key ('Title  138 BPM'), remarks on a quoted title."""

import re
from collections.abc import Sequence

from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.vocabulary import CAMELOT, MUSICAL_KEY

_FIGURE = r"\d{2,3}(?:[.,]\d{1,3})?"
_SET_OFF = r"(?:\s{2,}|\t+|\s*[|/,;•@]\s*|\s+-+\s+)"
_KEY = rf"(?:{CAMELOT.pattern}|{MUSICAL_KEY.pattern})"
_BEHIND = re.compile(
    rf"(?:{_SET_OFF}(?P<key_first>{_KEY}){_SET_OFF})(?P<bare>{_FIGURE})\s?(?:bpm)?"
    rf"|(?:{_SET_OFF}|\s+)(?P<named>{_FIGURE})\s?bpm(?:(?:{_SET_OFF}|\s+)(?P<key_last>{_KEY}))?"
    rf"|{_SET_OFF}(?P<figure>{_FIGURE}){_SET_OFF}(?P<key>{CAMELOT.pattern})",
    re.IGNORECASE,
)
_COMMENTED = re.compile(r"[^\":]{1,60}?(?:\s-|-\s|-|:|,)\s?\"[^\"]{1,100}\"(?P<rest>\s?[:.,-]\s\S.*)")
_PAGE_WORD = re.compile(
    r"(?<=\S)\s+(?:lyrics|explicit|official|(?:official )?(?:music |lyrics? )?(?:video|audio|m/?v)"
    r"|buy(?: track| mp3)?|play|listen|download|preview|share|more|add|stream|info"
    r"|songtext|paroles|letra|testo)$",
    re.IGNORECASE,
)
_LONGEST = 30
_SHARE = 0.6
_ALL = 0.9
_SAMPLE = 200
_LOW, _HIGH = 50.0, 220.0


def cut_measures(rows: Sequence[Row]) -> None:
    """Take the figures off the rows' ends when most rows have them; they go to `Row.fields`."""
    usable = [row for row in rows if row.start < row.end]
    sample = usable[:_SAMPLE]
    if sum(_measures(row) is not None for row in sample) < _SHARE / 2 * len(sample):
        return
    found = [(row, match) for row in usable if (match := _measures(row))]
    anchored = sum(row.anchored for row in usable)
    if len(found) < 3 or len(found) < _SHARE * (anchored or len(usable)):
        return
    for row, match in found:
        for name, groups in (("bpm", ("bare", "named", "figure")), ("key", ("key_first", "key_last", "key"))):
            group = next((group for group in groups if match[group]), None)
            if group:
                row.fields.setdefault(name, match[group])
                row.extra += (row.span(name, *match.span(group)),)
        row.end = match.start()


def cut_page_words(rows: Sequence[Row]) -> None:
    """'Some Title Lyrics': a word of the page at the end of every row."""
    anchored = [row for row in rows if row.anchored and row.start < row.end]
    for usable in (anchored, [row for row in rows if row.start < row.end]):
        sample = usable[:_SAMPLE]
        found = [m[0].strip().casefold() for row in sample if (m := _page_word(row))]
        if len(found) > 2 and len(found) >= _ALL * len(sample) and len(set(found)) == 1:
            for row in usable:
                match = _page_word(row)
                if match:
                    row.end = match.start()
            return


def _page_word(row: Row) -> re.Match[str] | None:
    return _PAGE_WORD.search(row.shape, max(row.start, row.end - _LONGEST), row.end)


def _measures(row: Row) -> re.Match[str] | None:
    if not row.shape[row.end - 1].isalnum():
        return None
    at = max(row.start + 1, row.end - _LONGEST)
    while match := _BEHIND.search(row.shape, at, row.end):
        figure = match["bare"] or match["named"] or match["figure"]
        if match.end() == row.end and _LOW <= float(figure.replace(",", ".")) <= _HIGH:
            return match
        at = match.start() + 1
    return None


def cut_comments(rows: Sequence[Row]) -> None:
    """'Artist - "Title": What I think of it.': drop the remarks when at least three rows have them."""
    found = [
        (row, match)
        for row in rows
        if not row.anchored
        and '"' in row.shape
        and (match := _COMMENTED.match(row.shape, row.start, row.end))
    ]
    remarked = sum(len(match["rest"].split()) > 4 for _, match in found)
    if remarked < 3 or remarked < _SHARE * len(found):
        return
    for row, match in found:
        row.end = match.start("rest")
        row.anchored = True
