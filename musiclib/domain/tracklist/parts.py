"""Rows of more than two parts, such as 'Artist - Album - 01 - Title' and 'Artist - Title - Label'."""

import re
from collections import Counter
from collections.abc import Sequence

from musiclib.domain.tracklist import separators
from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.order import decide_order
from musiclib.domain.tracklist.reading import Reading, part
from musiclib.domain.tracklist.vocabulary import BPM, CAMELOT, ISRC, LABEL_WORD, MIX_NAME, VERSION_TAIL

_FIGURE = re.compile(r"#?\d{1,3}\.?")
_YEAR = re.compile(r"[(\[]?(?:19|20)\d\d[)\]]?")
_CODE = re.compile(r"[A-Z][A-Z&.]{0,9}[ .-]?\d{1,6}[A-Z]{0,3}\s*")
_CODE_AHEAD = re.compile(r"[\[(](?P<code>[A-Z]{2}[A-Z0-9&.]{0,10}[ .-]?\d{1,6}[A-Z]{0,3})[\])]\s+(?=\S)")
_TAGGED = re.compile(r"\s*\[(?P<artist>[^\[\]]+)\]\s+(?P<album>\S.*?)\s*")
_REMARK = re.compile(r"(?<=\S)(?:\s+\*[^*]+\*|!+)$")
_ALBUM_TAG = re.compile(r"\[(?P<album>[^\[\]]+?) #(?P<number>\d{1,3})(?:\.\d{1,3})?\]\s+(?=\S)")
_SOURCE = re.compile(
    r"\s+(?:from|off|on) (?:(?:the|his|her|their) )?(?:album|ep|lp)?\s*"
    r"[\"“„«](?P<album>[^\"”“»]+)[\"”“»]\W*$",
    re.IGNORECASE,
)
_SAMPLE = 200
_MOST_PARTS = 5
_KINDS = (("number", _FIGURE), ("year", _YEAR), ("bpm", BPM), ("key", CAMELOT), ("isrc", ISRC))

Cell = tuple[int, int]


def cells_of(row: Row, main: str) -> list[Cell]:
    """The parts of the row's body between separators of one kind, outside brackets."""
    cells, start = [], row.start
    match = separators.find(main, row)
    while match:
        cells.append((start, match.start()))
        start = match.end()
        match = separators.find(main, row, start)
    return [*cells, (start, row.end)]


def settle_parts(rows: Sequence[Row], main: str, artist: str | None) -> tuple[str | None, ...]:
    """The field of each part when most rows have the same three to five; empty when they have not."""
    sample = rows[:_SAMPLE]
    if len(sample) < 2 or main not in ("dash", "pipe", "tab", "bullet", "tilde", "slash", "colons"):
        return ()
    if sum(_has_three(row, main) for row in sample) < 0.7 * len(sample):
        return ()
    found = [cells_of(row, main) for row in sample]
    width, count = Counter(len(cells) for cells in found).most_common(1)[0]
    if not 3 <= width <= _MOST_PARTS or count < 0.7 * len(sample):
        return ()
    table = [
        [row.shape[a:b].strip() for a, b in cells]
        for row, cells in zip(sample, found, strict=True)
        if len(cells) == width
    ]
    return _fields(list(zip(*table, strict=True)), artist, len(table) == len(sample) > 2)


def cut_codes(readings: Sequence[Reading], main: str) -> None:
    """'ABC 12 | Artist - Title': catalogue numbers before another separator than the list's."""
    if main != "dash" or not readings:
        return
    _cut_bracketed_codes(readings)
    cuts = [(r, separators.find("pipe", r.row)) for r in readings if "pipe" in separators.present(r.row)]
    found = [(r, cut) for r, cut in cuts if cut and _CODE.fullmatch(r.row.shape, r.row.start, cut.start())]
    if len(found) < 3 or len(found) < 0.7 * len(readings):
        return
    for reading, cut in found:
        row = reading.row
        reading.fields.setdefault("label", row.value(row.start, cut.start()))
        row.extra += (row.span("label", row.start, cut.start()),)
        row.start, row.kinds, row.cut = cut.end(), None, None


def _cut_bracketed_codes(readings: Sequence[Reading]) -> None:
    """'[ABC 12] Artist - Title': catalogue numbers in brackets before nearly every row."""
    found = [(r, m) for r in readings if (m := _CODE_AHEAD.match(r.row.shape, r.row.start, r.row.end))]
    if len(found) < 3 or len(found) < 0.7 * len(readings):
        return
    for reading, match in found:
        row = reading.row
        reading.fields.setdefault("label", row.value(*match.span("code")))
        row.extra += (row.span("label", *match.span("code")),)
        row.start, row.kinds, row.cut = match.end(), None, None


def cut_labels(readings: Sequence[Reading], main: str) -> None:
    """'Artist - Title / Label': a second separator that nearly all rows have sets the label off."""
    sample = readings[:_SAMPLE]
    for kind in ("slash", "pipe", "bullet", "at"):
        if kind == main or sum(_has(r.row, kind) for r in sample) < 0.7 * len(sample):
            continue
        cuts = [_after(r.row, main, kind) for r in readings]
        labels = [
            r.row.shape[cut.end() : r.row.end].strip() for r, cut in zip(readings, cuts, strict=True) if cut
        ]
        repeated = len(labels) - len(set(labels))
        if len(labels) < 0.7 * len(readings):
            continue
        if not (repeated or any(map(LABEL_WORD.search, labels)) or _are_labels(labels, cuts)):
            continue
        for reading, cut in zip(readings, cuts, strict=True):
            if cut:
                remark = _REMARK.search(reading.row.shape, cut.end(), reading.row.end)
                end = remark.start() if remark else reading.row.end
                label, (row, start, end) = part(reading.row, cut.end(), end)
                reading.fields["label"] = label
                row.extra += (row.span("label", start, end),)
                row.end = cut.start()


def _has(row: Row, kind: str) -> bool:
    if kind == "at":
        return " @ " in row.shape
    return kind in separators.present(row)


def _are_labels(labels: Sequence[str], cuts: Sequence[separators.Cut | None]) -> bool:
    """Short names, none of them a version, behind a mark that every row has."""
    short = all(len(label.split()) <= 4 and not MIX_NAME.search(label) for label in labels)
    return (
        short and len(labels) == len(cuts) > 3 and all(cut and cut[0].strip() in ("//", "@") for cut in cuts)
    )


def cut_tags(readings: Sequence[Reading]) -> None:
    """'Artist - [Album #03] Title', as players copy a row, when most titles begin so."""
    if sum(reading.title[:1] == "[" for reading in readings[:_SAMPLE]) < 0.5 * min(len(readings), _SAMPLE):
        return
    found = [(r, match) for r in readings if (match := _ALBUM_TAG.match(r.title))]
    if not found or len(found) < 0.6 * len(readings):
        return
    for reading, match in found:
        reading.fields.setdefault("album", match["album"])
        if reading.row.position is None:
            reading.row.position = match["number"]
        reading.title = reading.title[match.end() :]
        if reading.title_at is not None:
            row, start, end = reading.title_at
            reading.title_at = row, start + match.end(), end


def cut_sources(readings: Sequence[Reading]) -> None:
    """'"Title" by Artist from the album "Album".': the quoted album behind the artist."""
    for reading in readings:
        match = _SOURCE.search(reading.artist)
        if match and match.start():
            reading.fields.setdefault("album", match["album"].strip())
            reading.artist = reading.artist[: match.start()]
            if reading.artist_at is not None:
                row, start, _ = reading.artist_at
                reading.artist_at = row, start, start + len(reading.artist)


def cut_albums(readings: Sequence[Reading]) -> None:
    """'"Title", Artist, Album': when most artists have a part behind a comma, it is the album."""
    found = [(r, at) for r in readings if (at := r.artist.rfind(", ")) > 0]
    if len(found) < 3 or len(found) < 0.7 * len(readings):
        return
    for reading, at in found:
        album = reading.artist[at + 2 :]
        if reading.artist_at is not None:
            row, start, end = reading.artist_at
            cut = row.shape.rfind(",", start, end)
            reading.artist_at = row, start, cut
            row.extra += (row.span("album", cut + 1, end),)
        reading.fields["album"], reading.artist = album, reading.artist[:at]


def _after(row: Row, main: str, kind: str) -> separators.Cut | None:
    """The last separator of `kind`, when it stands behind the list's own."""
    first, cut = separators.find(main, row), separators.find_last(kind, row)
    return cut if first and cut and first.end() < cut.start() else None


def _has_three(row: Row, main: str) -> bool:
    first = separators.find(main, row)
    return first is not None and separators.find(main, row, first.end()) is not None


def _fields(columns: Sequence[Sequence[str]], artist: str | None, even: bool) -> tuple[str | None, ...]:
    kinds = [_kind(values) for values in columns]
    text = [c for c, kind in enumerate(kinds) if kind == "text"]
    out: list[str | None] = [{"number": "position"}.get(kind, kind) for kind in kinds]
    if any(out.count(name) > 1 for name in ("position", "year", "bpm", "key", "isrc")):
        return ()
    if kinds[0] != "text" and kinds[0] not in ("year", "bpm", "key", "isrc"):
        return ()
    if len(text) == 2:
        names = _pair_names(columns[text[0]], columns[text[1]], artist)
    elif len(text) == 3:
        names = _three_names([columns[c] for c in text], artist, kinds, even)
    else:
        return ()
    for c, name in zip(text, names, strict=False):
        out[c] = name
    return tuple(out) if names and "version" not in kinds[:2] else ()


def _pair_names(left: Sequence[str], right: Sequence[str], artist: str | None) -> tuple[str, ...]:
    title_first = decide_order(list(zip(left, right, strict=True)), artist, 1.5).title_first
    return ("title", "artist") if title_first else ("artist", "title")


def _three_names(
    columns: Sequence[Sequence[str]], artist: str | None, kinds: Sequence[str], even: bool
) -> tuple[str, ...]:
    first, second, third = columns
    count = len(first)
    repeats = [1 - len({value.casefold() for value in values}) / count for values in columns]
    labels = sum(bool(LABEL_WORD.search(value)) for value in third) / count
    if kinds[2] == "number" or (repeats[1] > 0.3 and repeats[2] < repeats[1] and labels < 0.25):
        return ("artist", "album", "title")
    if labels >= 0.25 or (repeats[2] >= 0.3 and repeats[2] > repeats[1]):
        return (*_pair_names(first, second, artist), "label")
    if not even or max(repeats) > 0.3 or max(len(value.split()) for value in third) > 5:
        return ()
    names = _pair_names(first, second, artist)
    # who names the artist first is a DJ and names the label; who names the title first copies a player
    return (*names, "label" if names[0] == "artist" else "album")


def _kind(values: Sequence[str]) -> str:
    for kind, pattern in _KINDS:
        if sum(bool(pattern.fullmatch(value)) for value in values) >= 0.9 * len(values):
            return kind
    versions = sum("(" not in value and _names_version(value) for value in values)
    return "version" if versions >= 0.3 * len(values) else "text"


def _names_version(value: str) -> bool:
    return VERSION_TAIL.match(value) is not None or MIX_NAME.search(value.rpartition(" ")[2]) is not None


def read_parts(reading: Reading, cells: Sequence[Cell], fields: Sequence[str | None]) -> None:
    """Set the reading's names and fields from the cells of its row."""
    row = reading.row
    for (start, end), name in zip(cells, fields, strict=True):
        if name == "artist" and (tagged := _TAGGED.fullmatch(row.shape, start, end)):
            reading.fields["album"] = part(row, *tagged.span("album"))[0]
            row.extra += (row.span("album", *tagged.span("album")),)
            start, end = tagged.span("artist")
        value, place = part(row, start, end)
        if name == "artist":
            reading.artist, reading.artist_at = value, place
        elif name == "title":
            reading.title, reading.title_at = value, place
        elif name == "version":
            before = reading.title_at
            if before and row.shape[before[2] : place[1]].strip() == "-":
                reading.title_at = row, before[1], place[2]
                reading.title = row.value(before[1], place[2])  # as written
            else:
                reading.title = f"{reading.title} ({value})"
        elif name == "position" and row.position is not None:
            continue
        elif name and value:
            if name == "position":
                row.position = value.strip("#.")
            reading.fields.setdefault(name, value.strip("()[]") if name == "year" else value)
            row.extra += (row.span(name, place[1], place[2]),)
    reading.reason = "parts"
