"""What divides artist and title: the kinds of separators, the one a list uses, and the cut itself."""

import re
from collections.abc import Sequence

from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.vocabulary import VERSION_TAIL

Cut = re.Match[str]
STRONG = ("dash", "tilde", "pipe", "bullet", "arrow", "colons", "tab", "slash", "wide")
WEAK = (
    "emoji",
    "by",
    "quote",
    "apostrophe",
    "halfdash",
    "colon",
    "dots",
    "gap",
    "comma",
    "tight",
    "capitals",
)

PATTERNS = {
    # begins with the dash itself, for which a search is quick
    "dash": re.compile(r"-(?:(?<=\s-)|(?<=[)\]\"']-)(?=-*\s))-{0,2}(?=\s)"),
    "tilde": re.compile(r"(?<=\s)~+(?=\s)"),
    "pipe": re.compile(r"(?<=\S)\s*\|+\s*(?=\S)"),
    "bullet": re.compile(r"(?<=\s)[•*](?=\s)"),
    "arrow": re.compile(r"(?<=\s)[->=]*>+(?=\s)|(?<=\S)[-=]+>+(?=\S)"),
    "colons": re.compile(r"\s?::\s?"),
    "tab": re.compile(r"\t+"),
    "slash": re.compile(r"(?<=\s)//?(?=\s)"),
    "wide": re.compile(r"[／：｜－]"),
    "emoji": re.compile(r"(?<=\s)[\u2600-\u27bf\U0001f300-\U0001faff]+(?=\s)"),
    "by": re.compile(r"(?<=\s)(?:by|By|BY)(?=\s)"),
    "quote": re.compile(r"(?<=[^\s\"])\s*[\"「『《〈](?=[^\"」』》〉]+[\"」』》〉])"),
    "apostrophe": re.compile(r"(?<=[^\s-])\s+(?='[^\s'](?:[^']|'(?=\w))*'(?:\s|$))"),
    "at": re.compile(r"(?<=\s)@(?=\s)"),
    "closing": re.compile(
        r"[\"」』》〉],?\s+(?:(?:by|de|von|di|par|por|od|av|van|от)\s+)?(?=[^\s(\[+/&|•*~-])", re.IGNORECASE
    ),
    "halfdash": re.compile(
        r"(?<=[^\s-])-+(?=\s)|(?<=\s)-+(?=[^\s-])|(?<=\s)-+(?=\s)|(?<=[\w)\]'.!?])--+(?=[\w(\['\"])"
    ),
    "dots": re.compile(r"(?<=[^\s.])\s?(?:\.{3,}|…)\s?(?=[^\s.])"),
    "colon": re.compile(r"(?<=\S)\s?:(?=\s)"),
    "gap": re.compile(r"(?<=\S)\s{2,}(?=\S)"),
    "comma": re.compile(r"(?<=\S)[,;](?=\s)"),
    "tight": re.compile(r"(?<=[\w)])-(?=[\w(])"),
    "capitals": re.compile(r"\s+"),
}
_MARKS = (
    ("dash", "-"),
    ("tilde", "~"),
    ("pipe", "|"),
    ("bullet", "•"),
    ("arrow", ">"),
    ("colons", "::"),
    ("tab", "\t"),
    ("slash", "/ "),
)
_OPENING = re.compile(r"[\"「『《〈][^\"」』》〉]+")
_SAMPLE = 200
_FEWEST = {
    "gap": 3,
    "colon": 4,
    "halfdash": 4,
    "dots": 3,
}  # rows that must have a weak separator for it to count


def find(kind: str, row: Row, start: int | None = None) -> re.Match[str] | None:
    """The first separator of a kind inside the row's body and outside brackets."""
    shape = row.text if kind == "wide" else row.shape
    begin = row.start if start is None else start
    if row.cut is not None and row.cut[:2] == (kind, begin) and row.cut[2].end() < row.end:
        known = row.cut[2]
        return None if shape[known.end() : row.end].isspace() else known
    pattern = PATTERNS[kind]
    match = pattern.search(shape, begin, row.end)
    while match and not (_balanced(shape, begin, match.start()) and _sides(row, match)):
        match = pattern.search(shape, match.end(), row.end)
    if match:
        row.cut = (kind, begin, match)
    return match


def find_last(kind: str, row: Row) -> re.Match[str] | None:
    """The last separator of a kind outside brackets."""
    match = last = find(kind, row)
    shape = row.text if kind == "wide" else row.shape
    while match:
        last = match
        match = PATTERNS[kind].search(shape, match.end(), row.end)
        while match and not (_balanced(shape, row.start, match.start()) and _sides(row, match)):
            match = PATTERNS[kind].search(shape, match.end(), row.end)
    return last


def cut_of(kind: str, row: Row) -> re.Match[str] | None:
    """Where a row of a list that uses this kind is cut."""
    if kind == "by":
        return find_by(row)
    if kind == "capitals":
        return find_capitals(row)
    return find_closing(row) if kind == "closing" else find(kind, row)


def find_by(row: Row) -> re.Match[str] | None:
    """The "by" before the artist: right behind a quoted title, else the last one ('Side by Side by Okto')."""
    if row.shape.startswith('"', row.start):
        quote = row.shape.lower().find('" by ', row.start + 1, row.end)
        if quote > 0:
            return PATTERNS["by"].search(row.shape, quote + 1, row.end)
    return find_last("by", row)


def find_closing(row: Row) -> re.Match[str] | None:
    """The end of a quoted title that opens the row, with what leads to the artist: '"Title" de Artist'."""
    opening = _OPENING.match(row.shape, row.start, row.end)
    return PATTERNS["closing"].match(row.shape, opening.end(), row.end) if opening else None


def find_capitals(row: Row) -> re.Match[str] | None:
    """The blank between a name in capitals and a title that is not: 'SOME BAND Some Title'."""
    text = row.text
    at = row.start
    blank: re.Match[str] | None = None
    for match in PATTERNS["capitals"].finditer(text, row.start, row.end):
        word = text[at : match.start()]
        if any(map(str.islower, word)):
            break
        if len(word) > 1 or not word.isalpha():  # 'I' and 'A' begin titles
            blank = match
        at = match.end()
    if blank is None or not any(map(str.isupper, text[row.start : blank.start()])):
        return None
    rest = text[blank.end() : row.end]
    return blank if any(map(str.islower, rest)) and rest[:1].isalnum() else None


def _balanced(shape: str, start: int, end: int) -> bool:
    if shape.find("(", start, end) < 0 and shape.find("[", start, end) < 0:
        return True
    part = shape[start:end]
    return part.count("(") <= part.count(")") and part.count("[") <= part.count("]")


def _sides(row: Row, match: re.Match[str]) -> bool:
    """Text on both sides of the match."""
    shape = row.shape
    return bool(shape[row.start : match.start()].strip()) and bool(shape[match.end() : row.end].strip())


def present(row: Row) -> list[str]:
    """The strong kinds the row has."""
    if row.kinds is None:
        shape = row.shape
        row.kinds = [kind for kind, mark in _MARKS if mark in shape and find(kind, row)]
        if not shape.isascii() and find("wide", row):
            row.kinds.append("wide")
    return row.kinds


def firm(row: Row) -> list[str]:
    """The strong kinds the row has; a dash before a mere version name ('Song - Live') does not count."""
    kinds = present(row)
    if not kinds or kinds[0] not in ("dash", "slash"):
        return kinds
    match = find(kinds[0], row)
    if match and VERSION_TAIL.match(row.shape[match.end() : row.end].strip()):
        return kinds[1:]
    return kinds


def main_kind(rows: Sequence[Row], titles_only: bool, loose: bool = False) -> str:
    """The separator the list uses; empty when its rows hold only a title.

    `titles_only`: the artist is known beforehand, so weak separators prove nothing. `loose`: a dash before
    a mere version name counts as well.
    """
    kinds = [present(row) if loose else firm(row) for row in rows]
    total = len(rows)
    if not total:
        return ""
    shares = {kind: sum(kind in present for present in kinds) / total for kind in STRONG}
    best = max(STRONG, key=lambda kind: shares[kind])
    if shares[best] >= (0.5 if total > 2 else 0.4):
        return (
            "colon"
            if best == "dash" and not titles_only and _led_by_colon(rows)
            else _prefer(best, shares, rows)
        )
    if not titles_only and (opening := _opening_quotes(rows)):
        return opening
    if sum(find("quote", row) is not None for row in rows[:_SAMPLE]) >= 0.8 * min(total, _SAMPLE):
        return "quote"
    covered = sum(bool(k) for k in kinds) / total
    if not titles_only and (covered >= 0.7 or (covered >= 0.3 and _nearly_all_cut(rows, kinds))):
        return best
    if titles_only and shares[best] < 0.5:
        return ""
    for kind in WEAK[:8]:
        share = sum(find(kind, row) is not None for row in rows) / total
        if share >= (0.6 if kind in ("by", "quote") else 0.75) and total >= _FEWEST.get(kind, 2):
            return kind
    if total >= 4 and sum(len(PATTERNS["comma"].findall(row.body)) == 1 for row in rows) >= 0.9 * total:
        return "comma"
    return _last_resort(rows, titles_only)


def _opening_quotes(rows: Sequence[Row]) -> str:
    """Whether the rows begin with quoted titles: the word "by", or nothing but the quotes' ends, divides."""
    closed = sum(find_closing(row) is not None for row in rows[:_SAMPLE])
    if closed < 0.75 * min(len(rows), _SAMPLE):
        return ""
    by = sum(find("by", row) is not None for row in rows)
    return "by" if by >= 0.6 * len(rows) else "closing"


def _last_resort(rows: Sequence[Row], titles_only: bool) -> str:
    """What divides names that no mark divides."""
    if not titles_only and len(rows) >= 4:
        capitals = sum(find_capitals(row) is not None for row in rows)
        if capitals >= 0.8 * len(rows):
            return "capitals"
    return "tight" if _tight_joined(rows) or _lower_case_joined(rows) else ""


def _led_by_colon(rows: Sequence[Row]) -> bool:
    """'Composer: Work - Movement': nearly all rows have a colon, before any dash."""
    rows = rows[:_SAMPLE]
    found = [(find("colon", row), find("dash", row)) for row in rows if ":" in row.shape]
    led = sum(colon is not None and (dash is None or colon.end() < dash.start()) for colon, dash in found)
    return len(rows) >= 3 and led >= 0.9 * len(rows)


def _tight_joined(rows: Sequence[Row]) -> bool:
    """Every row has a dash without blanks, most rows just one."""
    if len(rows) < 3 or not all(find("tight", row) for row in rows):
        return False
    return sum(len(PATTERNS["tight"].findall(row.body)) == 1 for row in rows) >= 0.7 * len(rows)


def _lower_case_joined(rows: Sequence[Row]) -> bool:
    """Lists written without capitals, with or without a blank beside their one dash: 'oda brandt-rost'."""
    if len(rows) < 4 or any(not row.body.islower() for row in rows):
        return False
    single = [row for row in rows if row.body.count("-") == 1]
    tight = sum(find("tight", row) is not None for row in single)
    half = sum(find("halfdash", row) is not None for row in single)
    return tight >= 0.5 * len(rows) and tight + half >= 0.8 * len(rows)


def _nearly_all_cut(rows: Sequence[Row], kinds: Sequence[list[str]]) -> bool:
    """Lists pasted together from pages of many habits: each row has some separator."""
    weak = ("halfdash", "quote", "colon", "tight")
    cut = sum(bool(k) or any(find(kind, row) for kind in weak) for row, k in zip(rows, kinds, strict=True))
    return len(rows) >= 4 and cut >= 0.9 * len(rows)


def _prefer(best: str, shares: dict[str, float], rows: Sequence[Row]) -> str:
    """Among separators that nearly all rows have, the outer one: 'Artist | Title - Original Mix'."""
    rivals = [kind for kind in STRONG if shares[kind] >= 0.8 and kind != best]
    for rival in rivals:
        inner = outer = 0
        for row in rows:
            one, two = find(best, row), find(rival, row)
            if one and two:
                tail = row.shape[max(one.end(), two.end()) : row.end].strip()
                if two.start() < one.start() and VERSION_TAIL.match(tail):
                    outer += 1
                inner += 1
        if inner and outer > 0.3 * inner:
            return rival
    return best


def fallback(row: Row, main: str, weak: bool) -> tuple[str, re.Match[str]] | None:
    """The next best separator of a row without the list's own; weak kinds only on demand."""
    kinds = [*STRONG[:6], *(("quote", "halfdash", "colon", "tight", "gap") if weak else ("quote",))]
    for kind in kinds:
        if kind != main and (match := find(kind, row)):
            return kind, match
    return None
