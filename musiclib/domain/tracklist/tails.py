"""Brackets at the end of a row: versions stay with the title, labels, years, keys and tags do not."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.vocabulary import (
    BPM,
    CAMELOT,
    CATALOG_NUMBER,
    ISRC,
    LABEL_WORD,
    MUSICAL_KEY,
    NOISE_TAG,
    TRAILING_NOISE,
    VERSION_WORD,
)

_YEAR = re.compile(r"(?:19|20)\d\d")
_BPM_AND_KEY = re.compile(r"(?P<a>[^,/|-]+)[,/|\s-]+(?P<b>[^,/|-]+)")
_CODE = re.compile(r"(?:isrc\s*:?\s*)?" + ISRC.pattern, re.IGNORECASE)
_WHOLE = (("year", _YEAR), ("noise", NOISE_TAG), ("bpm", BPM), ("key", CAMELOT), ("isrc", _CODE))
_ANY_MIX = re.compile(
    r"\b(?:re-?mix|mix|edit|version|live|dub|remaster(?:ed)?|original|official)\b", re.IGNORECASE
)
_PLAIN_MIX = re.compile(
    r"\b(?:re-?mix|re-?edit|edit|version|live|remaster(?:ed)?|feat\.?|ft\.?|bootleg|re-?work|vip"
    r"|instrumental)\b"
    r"|^(?:original|extended|club|radio|dub|long|short)(?: mix)?$",
    re.IGNORECASE,
)
_LABEL_YEAR = re.compile(r"(?P<label>[^,;]*[^\W\d_][^,;]*?)(?:[,;]\s*|\s+-+\s+)(?P<year>(?:19|20)\d\d)")
_TEMPO = re.compile(r"(?:[6-9]\d|1\d\d|2[01]\d)(?:\.\d{1,2})?")
_RATING = re.compile(r"(?:10|\d)(?:[.,]\d{1,2})?(?: ?/ ?(?:5|10))?|[★☆⭐]+")
_SHARE = 0.7
_CENTURIES = ("19", "20")
_CATALOG_BEHIND = re.compile(r"\s[-|/,]\s([A-Z][A-Z0-9 .-]*)$")
_UPLOAD_ENDS = frozenset("oOdDqQkKrRpP* ")  # last letters of the words in TRAILING_NOISE
_CLOSERS = {")": "(", "]": "[", "}": "{"}


class Tail(NamedTuple):
    """A bracket at a row's end: its kind, its bounds with the brackets, and whether it is square."""

    kind: str
    start: int
    end: int
    square: bool


@dataclass(frozen=True, slots=True)
class TailRules:
    """What unnamed brackets mean in this list."""

    square_label: bool
    paren_label: bool
    paren_year: bool
    square_column: bool = False
    label_year: bool = False


def tails_of(row: Row, known: dict[tuple[str, bool], str]) -> list[Tail]:
    """The brackets at the end of the row's body, last first, up to the first that belongs to the title.

    `known` keeps the kinds already told, as the same labels and mix names come back in a list.
    """
    found: list[Tail] = []
    end = row.end
    shape = row.shape
    while end > row.start:
        while end > row.start and shape[end - 1].isspace():
            end -= 1
        if end <= row.start or shape[end - 1] not in _CLOSERS:
            break
        opening = _opening(shape, row.start, end)
        if opening <= row.start:
            break
        if shape[opening - 1].isspace() and shape[row.start : opening].rstrip()[-1:] == "-":
            break  # all that stands behind the separator: a name in brackets
        square = shape[end - 1] != ")"
        content = shape[opening + 1 : end - 1].strip()
        kind = known.get((content, square)) or known.setdefault((content, square), classify(content, square))
        if not square and kind in ("unknown", "label") and not shape[opening - 1].isspace():
            break  # Japanese lists write the singer so, and names may hold brackets
        found.append(Tail(kind, opening, end, square))
        if kind == "version" or len(found) >= 5:
            break
        end = opening
    return found


def _opening(shape: str, start: int, end: int) -> int:
    closer = shape[end - 1]
    opener, depth = _CLOSERS[closer], 0
    nearest = shape.rfind(opener, start, end - 1)
    if nearest < 0 or shape.find(closer, nearest, end - 1) < 0:
        return nearest if nearest >= end - 200 else -1
    for at in range(end - 1, max(start, end - 200) - 1, -1):
        if shape[at] == closer:
            depth += 1
        elif shape[at] == opener:
            depth -= 1
            if not depth:
                return at
    return -1


def classify(content: str, square: bool) -> str:
    """The kind of a bracket's content: a field's name, "noise", "version", or "unknown"."""
    if not content:
        return "noise"
    for kind, pattern in _WHOLE:
        if pattern.fullmatch(content):
            return kind
    if _mixed(content):
        return "bpm+key"
    if square and _label_evidence(content):
        return "label"
    if VERSION_WORD.search(content):
        return "label" if square and _ends_in_catalog(content) else "version"
    if _label_evidence(content):
        return "label"
    if square and MUSICAL_KEY.fullmatch(content) and len(content) > 1:
        return "key"
    return "unknown"


def _mixed(content: str) -> bool:
    match = _BPM_AND_KEY.fullmatch(content)
    if not match:
        return False
    parts = [match["a"].strip(), match["b"].strip()]
    return any(BPM.fullmatch(p) or (p.isdigit() and 60 <= int(p) <= 220) for p in parts) and any(
        CAMELOT.fullmatch(p) or MUSICAL_KEY.fullmatch(p) for p in parts
    )


def _label_evidence(content: str) -> bool:
    """A catalogue number, or a word only labels carry at the end of their names."""
    if CATALOG_NUMBER.search(content) and not VERSION_WORD.search(content):
        return True
    words = list(LABEL_WORD.finditer(content))
    return bool(words) and words[-1].end() >= len(content) - 1 and not _version_proper(content, _ANY_MIX)


def _ends_in_catalog(content: str) -> bool:
    """'Some Mix - SMX-01': labels may be named like versions."""
    match = _CATALOG_BEHIND.search(content)
    return match is not None and CATALOG_NUMBER.fullmatch(match[1]) is not None


def _version_proper(content: str, pattern: re.Pattern[str]) -> bool:
    return pattern.search(content) is not None


def settle_rules(tails: Sequence[list[Tail]], rows: Sequence[Row]) -> TailRules:
    """Read the whole list's unnamed brackets: a column of them is the label, or the year."""
    total = len(rows) or 1
    squares: Counter[str] = Counter()
    parens: Counter[str] = Counter()
    square_rows = paren_rows = years = labels = versions = dated = 0
    for row, found in zip(rows, tails, strict=True):
        if not found:
            continue
        versions += found[-1].square and found[-1].kind == "version"  # nothing is looked at before a version
        for tail in [tail for tail in found if tail.kind != "noise"][:1]:
            if tail.kind == "version":
                continue
            content = row.shape[tail.start + 1 : tail.end - 1].casefold()
            dated += _dated_label(content, 0, len(content)) is not None
            if tail.kind == "year" and not tail.square:
                years += 1
            elif tail.square and tail.kind in ("unknown", "label", "year"):
                square_rows += 1
                labels += tail.kind == "label"
                squares[content] += 1
            elif not tail.square and tail.kind in ("unknown", "label"):
                paren_rows += 1
                parens[content] += 1
    repeated = square_rows - len(squares)
    square_label = square_rows >= 0.25 * total or (
        (square_rows >= 2 and (repeated > 0 or labels > 0)) and versions < square_rows
    )
    paren_label = paren_rows >= 0.6 * total and paren_rows >= 3
    ends_square = sum(bool(found) and found[0].square for found in tails)
    column = square_label and (
        ends_square >= 0.8 * total or (square_rows >= 3 and 4 * versions <= square_rows)
    )
    square_label = square_label or (square_rows == 1 and not versions and total >= 3)
    return TailRules(square_label, paren_label, years >= 0.5 * total, column, dated >= 2)


def _settle_figures(found: list[list[Tail]], rows: Sequence[Row]) -> None:
    """Columns of bare figures: '[124]' is the tempo, '[4.5]' and '(8/10)' a rating."""
    for kind, pattern in (("bpm", _TEMPO), ("noise", _RATING)):
        places = [
            (n, k)
            for n, row_tails in enumerate(found)
            for k, tail in enumerate(row_tails)
            if tail.kind == "unknown" and pattern.fullmatch(rows[n].shape, tail.start + 1, tail.end - 1)
        ]
        if 2 < len({n for n, _ in places}) >= _SHARE * len(rows):
            for n, k in places:
                found[n][k] = found[n][k]._replace(kind=kind)


def _dated_label(shape: str, start: int, end: int) -> re.Match[str] | None:
    """'Label, 1986' within these bounds."""
    # few labels end so, and looking for the rest takes long
    return _LABEL_YEAR.fullmatch(shape, start, end) if shape[end - 4 : end - 2] in _CENTURIES else None


def cut_all(rows: Sequence[Row]) -> None:
    """Cut what is no part of the title off the end of every row; the fields found go to `Row.fields`."""
    kinds: dict[tuple[str, bool], str] = {}
    for row in rows:
        cut_upload_words(row)
    found = [tails_of(row, kinds) if row.shape[row.end - 1] in ")]} " else [] for row in rows]
    _settle_figures(found, rows)
    rules = settle_rules(found, rows)
    for row, row_tails in zip(rows, found, strict=True):
        if row_tails or row.end - row.start > 12:
            row.fields.update(apply_tails(row, row_tails, rules))
    if rules.label_year:
        cut_albums(rows)


def apply_tails(row: Row, found: Sequence[Tail], rules: TailRules) -> dict[str, str]:
    """Cut the brackets that are no part of the title off the row's body; returns the fields they held."""
    fields: dict[str, str] = {}
    end = row.end
    for n, tail in enumerate(found):
        kind = _meaning(tail, found[n + 1 :], rules, row)
        if kind in ("version", "unknown", "keep"):
            break
        content = row.shape[tail.start + 1 : tail.end - 1]
        if kind == "bpm+key":
            fields.update(_split_bpm_key(content))
        elif kind != "noise":
            if kind in fields:
                break
            _take_field(row, tail, kind, fields)
        end = tail.start
    row.end = row.start + len(row.shape[row.start : end].rstrip())
    cut_upload_words(row)
    return fields


def cut_albums(rows: Sequence[Row]) -> None:
    """'Title from Album (Label, 1971)': the part behind "from" is the album when the whole list has it."""
    found = []
    for row in rows:
        if "label" not in row.fields or "year" not in row.fields:
            continue
        at = row.shape.rfind('" from ', row.start, row.end) + 1 or row.shape.rfind(
            " from ", row.start, row.end
        )
        if at > row.start and "album" not in row.fields:
            found.append((row, at))
    if len(found) < 3 or len(found) < 0.8 * len(rows):
        return
    for row, at in found:
        row.fields["album"] = row.value(at + 6, row.end)
        row.extra += (row.span("album", at + 6, row.end),)
        row.end = row.start + len(row.shape[row.start : at].rstrip())


def _take_field(row: Row, tail: Tail, kind: str, fields: dict[str, str]) -> None:
    """Keep a bracket's content as a field; a label may carry the year: '[Label, 1986]'."""
    start, end = tail.start + 1, tail.end - 1
    dated = _dated_label(row.shape, start, end) if kind == "label" else None
    if dated and "year" not in fields:
        fields["year"] = dated["year"]
        row.extra += (row.span("year", dated.start("year"), dated.end("year")),)
        end = dated.end("label")
    fields[kind] = row.value(start, end)
    row.extra += (row.span(kind, start, end),)


def cut_upload_words(row: Row) -> None:
    """Take 'Official Video', 'HD' and the like off the row's end."""
    if row.shape[row.end - 1 : row.end] not in _UPLOAD_ENDS:
        return
    noise = TRAILING_NOISE.search(row.shape, max(row.start, row.end - 80), row.end)
    if noise and noise.start() > row.start:
        row.end = noise.start()


def _meaning(tail: Tail, inner: Sequence[Tail], rules: TailRules, row: Row) -> str:
    if tail.kind == "version" and tail.square and rules.square_column:
        return "version" if _version_proper(row.shape[tail.start + 1 : tail.end - 1], _PLAIN_MIX) else "label"
    if rules.label_year and _dated_label(row.shape, tail.start + 1, tail.end - 1):
        return "version" if tail.kind == "version" else "label"
    if tail.kind == "year":
        return "year" if rules.paren_year or tail.square else "keep"
    if tail.kind == "unknown":
        if tail.square:
            return "label" if rules.square_label else _lone_square(row, tail)
        if rules.paren_label or _tag_after_version(row, tail, inner):
            return "label"
        return "keep"
    if tail.kind == "label" and not tail.square:
        return "label" if rules.paren_label or inner or _strong_paren_label(row, tail) else "keep"
    return tail.kind


def _lone_square(row: Row, tail: Tail) -> str:
    """A single square bracket: capitals behind a title in mixed case are a label's."""
    content = row.text[tail.start + 1 : tail.end - 1]
    before = row.text[row.start : tail.start]
    return "label" if content.isupper() and not before.isupper() and len(content) > 2 else "keep"


def _tag_after_version(row: Row, tail: Tail, inner: Sequence[Tail]) -> bool:
    """'Latch (DJ Premier Remix) (PMR)': a bracket after the version names the label."""
    content = row.shape[tail.start + 1 : tail.end - 1]
    return bool(inner) and inner[0].kind == "version" and content.isupper() and len(content) > 1


def _strong_paren_label(row: Row, tail: Tail) -> bool:
    content = row.shape[tail.start + 1 : tail.end - 1]
    return re.search(r"\b(?:records|recordings|recs)\b\.?$", content, re.IGNORECASE) is not None or (
        CATALOG_NUMBER.search(content) is not None
        and content == content.upper()
        and any(c.isdigit() for c in content)
        and len(content.split()) > 1
    )


def _split_bpm_key(content: str) -> dict[str, str]:
    fields = {}
    for part in re.split(r"[,/|-]|\s+(?=\d)|(?<=[a-zA-Z])\s+", content):
        part = part.strip()
        number = re.fullmatch(r"(\d{2,3}(?:\.\d+)?)(?:\s*bpm)?", part, re.IGNORECASE)
        if number:
            fields["bpm"] = number[1]
        elif CAMELOT.fullmatch(part) or MUSICAL_KEY.fullmatch(part):
            fields["key"] = part
    return fields
