"""Tables: CSV and TSV exports, Markdown and other piped tables, columns aligned by blanks."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from musiclib.domain.tracklist import columns as column
from musiclib.domain.tracklist.build import make_track
from musiclib.domain.tracklist.headings import read_surroundings
from musiclib.domain.tracklist.lines import Row, clean, shape_of, tidy
from musiclib.domain.tracklist.model import (
    ColumnMap,
    ParseContext,
    ParsedLine,
    ParsedTrack,
    Span,
    Tracklist,
    Verdict,
)
from musiclib.domain.tracklist.noise import is_table_rule, line_outside, noise_reason
from musiclib.domain.tracklist.order import decide_order
from musiclib.domain.tracklist.reading import unmarked_name, unquote
from musiclib.domain.tracklist.vocabulary import DATE_LINE, SPACED_DASH, SUMMARY, VERSION_TAIL

ALIGNED = "  "
_DELIMITERS = ("\t", ",", ";", "|", ALIGNED)
_SPACED = (" • ", " - ", " / ", " ~ ")  # looked for in a line's shape, and only below a row of column names
_IN_SENTENCES = frozenset((",", ";", *_SPACED))
_HEADER_WITHIN = 25
_QUOTED_LINES = 40
_GAP = re.compile(r"\s{2,}|\t+")
_LEADING_NUMBER = re.compile(r"\s*(?P<n>\d{1,3})(?:[.):]|\s-)?\s+(?P<rest>\S.*)")
_LEADING_POSITION = re.compile(
    r"\s*(?P<n>[A-H]{1,2}\d{0,2}|\d{1,3}(?:-\d{1,2})?)[.)]?\s*(?P<rest>[–—-]\s*\S.*)"
)
_QUOTED_PAIR = re.compile(r'\s*"(?:[^"]|"")*"\s*[,;]\s*"(?:[^"]|"")*"\s*')


@dataclass(slots=True)
class _Record:
    """Cells of one row and the lines [first, last] it stands on, counted from 0."""

    cells: list[str]
    first: int
    last: int


@dataclass(slots=True)
class _Table:
    delimiter: str
    header: list[str] | None
    header_line: int
    records: list[_Record]
    others: list[int] = field(default_factory=list)


def read_table(lines: list[str], text: str, context: ParseContext) -> Tracklist | None:
    """Read the text as a table; None when it is none."""
    if context.columns is not None:
        table = _with_delimiter(lines, context.columns.delimiter, context.columns.has_header)
        return _read(lines, table, context) if table else None
    table = _with_header(lines) or _without_header(lines)
    return _read(lines, table, context) if table else None


def split_cells(line: str, delimiter: str) -> list[str]:
    """The cells of one line."""
    if delimiter == "|":
        inner = shape_of(line).strip()
        raw = line.strip()
        if inner.startswith("|"):
            inner, raw = inner[1:], raw[1:]
        if inner.endswith("|"):
            inner, raw = inner[:-1], raw[:-1]
        cells, last = [], 0
        for at, char in enumerate(inner):
            if char == "|" and (at == 0 or inner[at - 1] != "\\"):
                cells.append(raw[last:at])
                last = at + 1
        return [unquote(tidy(clean(cell.strip())[0])) for cell in [*cells, raw[last:]]]
    if delimiter == ALIGNED:
        return _GAP.split(line.strip())
    if delimiter in _SPACED:
        return _split_spaced(line, delimiter)
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=delimiter != "\t"), [])
    except csv.Error:
        return line.split(delimiter)


def _split_spaced(line: str, delimiter: str) -> list[str]:
    line = line.replace("\t", " ")
    shape, cells, last = shape_of(line), [], 0
    while (at := shape.find(delimiter, last)) >= 0:
        cells.append(line[last:at])
        last = at + len(delimiter)
    return [tidy(cell) for cell in [*cells, line[last:]]]


def _records(lines: Sequence[str], delimiter: str, start: int) -> Iterator[_Record]:
    """The records from a line on; a quote left open joins the next lines, up to a limit."""
    n = start
    quoting = delimiter in ",;\t"
    while n < len(lines):
        line, last = lines[n], n
        if quoting and line.count('"') % 2 and (delimiter != "\t" or f'{delimiter}"' in line):
            last = _closing_line(lines, n)
            line = "\n".join(lines[n : last + 1])
        cells = split_cells(line, delimiter)
        yield _Record([cell.replace("\n", " ") for cell in cells], n, last)
        n = last + 1


def _closing_line(lines: Sequence[str], first: int) -> int:
    quotes = lines[first].count('"')
    for n in range(first + 1, min(first + _QUOTED_LINES, len(lines))):
        quotes += lines[n].count('"')
        if quotes % 2 == 0:
            return n
    return first


def _with_header(lines: Sequence[str]) -> _Table | None:
    """A table that begins with a row of column names, perhaps below a heading."""
    looked_at = 0
    for n, line in enumerate(lines):
        if not line.strip():
            continue
        looked_at += 1
        if looked_at > _HEADER_WITHIN or len(line) > 4000:
            break
        shape = shape_of(line)
        for delimiter in (*_DELIMITERS, *_SPACED):
            if delimiter != ALIGNED and delimiter not in shape:
                continue
            cells = [cell.strip() for cell in split_cells(line.lstrip("\ufeff"), delimiter)]
            if len(cells) < 3 and delimiter in _SPACED:
                continue  # 'Artist - Title' is the head of a plain list
            if column.is_header(cells) and (table := _below(lines, delimiter, cells, n)):
                return table
    return None


def _below(lines: Sequence[str], delimiter: str, header: list[str], at: int) -> _Table | None:
    records: list[_Record] = []
    others: list[int] = []
    need = 2 if delimiter == ALIGNED else min(2, len(header))
    for record in _records(lines, delimiter, at + 1):
        if len(record.cells) >= need and not is_table_rule(lines[record.first]):
            records.append(record)
        else:
            others += range(record.first, record.last + 1)
    filled = sum(bool(lines[n].strip()) and not is_table_rule(lines[n]) for n in others)
    if not records or len(records) < 0.5 * filled:
        return None
    if delimiter in _IN_SENTENCES and sum(len(r.cells) == len(header) for r in records) < 0.3 * len(records):
        return None  # a sentence with commas that names two fields
    if column.unnamed_number(header, [record.cells for record in records]):
        header = ["#", *header]
    table = _Table(delimiter, header, at, records, [*range(at), *others])
    _split_numbers(table)
    return table


def _split_numbers(table: _Table) -> None:
    """'1) Artist / Title / Album', 'A1 –Artist<tab>Title': positions get a column of their own."""
    spaced = table.delimiter in _SPACED and table.header is not None
    if not spaced and (table.delimiter != "\t" or table.header is not None):
        return
    pattern = _LEADING_NUMBER if spaced else _LEADING_POSITION
    found = [pattern.fullmatch(record.cells[0]) for record in table.records]
    if sum(match is not None for match in found) < 0.8 * len(found) or len(found) < 2:
        return
    table.header = ["#", *table.header] if table.header else None
    for record, match in zip(table.records, found, strict=True):
        record.cells[:1] = [match["n"], match["rest"]] if match else ["", record.cells[0]]


def _without_header(lines: Sequence[str]) -> _Table | None:
    """A table by its even shape and its content."""
    filled = [line for line in lines[: column.SAMPLE_ROWS] if line.strip()]
    for delimiter in ("\t", ";", ",", "|", ALIGNED):
        inside = [line for line in filled if delimiter in shape_of(line)]
        if len(inside) < 0.6 * len(filled) or len(inside) < 2 or all(map(column.names_values, inside)):
            continue
        counts = Counter(len(split_cells(line, delimiter)) for line in inside if not is_table_rule(line))
        if not counts:
            continue
        width, rows = counts.most_common(1)[0]
        looks = _looks_aligned if delimiter == ALIGNED else _looks_like_table
        if rows >= 0.7 * len(inside) and looks(inside, delimiter, width):
            return _with_delimiter(lines, delimiter, False)
    return None


def _looks_like_table(inside: Sequence[str], delimiter: str, width: int) -> bool:
    """Enough columns of the right kind; text lists with tabs, pipes and commas are read as text."""
    if delimiter == "|":
        fenced = sum(line.strip()[:1] in "|│┃" and line.strip()[-1:] in "|│┃" for line in inside)
        if fenced < 0.8 * len(inside) and width >= 3 and _dashed(inside):
            return _has_typed(inside, delimiter, width)
        return width >= 2 and (fenced >= 0.8 * len(inside) or width >= 3)
    if width == 2 and delimiter != "\t" and all(map(_QUOTED_PAIR.fullmatch, inside)):
        return True
    if width < 3 or (_dashed(inside) and delimiter != "\t"):
        return False
    if delimiter == "\t":
        found = column.infer_columns([split_cells(line, delimiter) for line in inside], width)
        return "title" in found and (
            "artist" in found or width >= 5 or _dashed(inside) or {"position", "duration"} <= set(found)
        )
    quoted = sum(f'"{delimiter}' in line or f'{delimiter}"' in line for line in inside)
    if quoted >= 0.7 * len(inside):
        return True
    if delimiter == ",":
        rows = [split_cells(line, delimiter) for line in inside]
        found = column.infer_columns(rows, width)
        if column.is_scrobbles(rows, width):
            return True
        threes = [row for row in rows if len(row) == 3]
        if width == 3 and column.is_album_between(*zip(*threes, strict=True)):
            return True
        typed = "key" in found or not column.TYPED.isdisjoint(found)
        return typed and len(inside) >= 3 and "title" in found and "artist" in found
    return True


def _looks_aligned(inside: Sequence[str], delimiter: str, width: int) -> bool:
    """Names and figures in columns, as in 'Artist   Title   137'."""
    return width >= 3 and not _dashed(inside) and _has_typed(inside, delimiter, width)


def _has_typed(inside: Sequence[str], delimiter: str, width: int) -> bool:
    """Columns of figures beside a column of names joined by a dash: '128 | 4A | Artist - Title'."""
    found = column.infer_columns([split_cells(line, delimiter) for line in inside], width)
    return "title" in found and any(name in ("bpm", "key", "isrc") for name in found)


def _dashed(inside: Sequence[str]) -> bool:
    return sum(bool(SPACED_DASH.search(line)) for line in inside) > 0.5 * len(inside)


def _with_delimiter(lines: Sequence[str], delimiter: str, has_header: bool) -> _Table | None:
    if delimiter not in _DELIMITERS and delimiter not in _SPACED:
        return None
    table = _Table(delimiter, None, -1, [])
    for record in _records(lines, delimiter, 0):
        line = lines[record.first]
        if len(record.cells) < 2 or is_table_rule(line) or not line.strip():
            table.others += range(record.first, record.last + 1)
        elif has_header and table.header is None:
            table.header, table.header_line = [cell.strip() for cell in record.cells], record.first
        else:
            table.records.append(record)
    if not has_header:
        _drop_heads(lines, table)
        _split_numbers(table)
    return table if table.records else None


def _drop_heads(lines: Sequence[str], table: _Table) -> None:
    """A first row of fewer cells than all others, apart from them, is a heading."""
    if not table.records:
        return
    first, *others = table.records[: column.SAMPLE_ROWS]
    if len(others) > 1 and _filled(first) == 1 and all(_filled(record) > 1 for record in others):
        table.others += range(first.first, first.last + 1)
        del table.records[0]
        return
    narrow = len(others) > 1 and all(len(record.cells) > len(first.cells) for record in others)
    if narrow and not lines[first.last + 1].strip():
        table.others += range(first.first, first.last + 1)
        del table.records[0]


def _quoted_column(lines: Sequence[str], table: _Table) -> int:
    """The one column whose cells are quoted, though the cells beside them are not; -1 when there is none."""
    if table.delimiter != "\t":
        return -1
    found = Counter(
        c
        for record in table.records[: column.SAMPLE_ROWS]
        for c, cell in enumerate(lines[record.first].split("\t"))
        if shape_of(cell).lstrip().startswith('"')
    )
    need = 0.8 * min(len(table.records), column.SAMPLE_ROWS)
    return next(iter(found)) if len(found) == 1 and min(found.values()) >= need else -1


def _filled(record: _Record) -> int:
    return sum(bool(cell.strip()) for cell in record.cells)


def _common_width(cells: Sequence[Sequence[str]]) -> int:
    """The width of most rows; the widest one's when the rows differ much."""
    width, count = Counter(len(row) for row in cells).most_common(1)[0]
    return width if count >= 0.8 * len(cells) else max(len(row) for row in cells)


def _read(lines: Sequence[str], table: _Table, context: ParseContext) -> Tracklist | None:
    named = context.columns is None and _take_names(table)
    cells = [record.cells for record in table.records]
    width = len(table.header) if table.header else _common_width(cells[: column.SAMPLE_ROWS])
    if context.columns is not None:
        fields = [*context.columns.mapping, *[None] * width][:width]
    elif table.header and not named:
        fields = column.settle_columns(column.header_fields(table.header), cells)
    else:
        fields = column.infer_columns(cells, width)
        quoted = _quoted_column(lines, table)
        if quoted >= 0:
            fields = column.without_writers(fields, quoted)
    if "title" not in fields and "artist" not in fields and context.columns is None:
        return None
    if context.order == "title_artist":
        fields = column.exchanged(fields)
    headers = tuple(table.header or (f"{n}" for n in range(1, width + 1)))
    sample = tuple([*(cell.strip() for cell in cells[0]), *[""] * width][:width])
    mapping = ColumnMap(table.delimiter, headers, sample, tuple(fields), table.header is not None)
    return _Reader(lines, table, fields, context).read(mapping)


def _take_names(table: _Table) -> bool:
    """A first row of words above columns of figures and codes names the columns, whatever the language."""
    if table.header is not None or len(table.records) < 4:
        return False
    first, *others = table.records[: column.SAMPLE_ROWS]
    names = [cell.strip() for cell in first.cells]
    if not all(map(column.may_be_name, names)):
        return False
    fields = column.infer_columns([record.cells for record in others], len(names))
    if column.TYPED.isdisjoint(fields):
        return False
    table.header, table.header_line = names, first.first
    del table.records[0]
    return True


class _Reader:
    """Turns the records of one table into tracks and lines."""

    def __init__(
        self, lines: Sequence[str], table: _Table, fields: Sequence[str | None], context: ParseContext
    ) -> None:
        self.lines = lines
        self.table = table
        self.context = context
        self.at = {name: c for c, name in enumerate(fields) if name}
        self.fields = fields
        self.per_second = self._unit()
        self.title_first = self._joined_order()
        self.doubled = self._doubled()
        self.above = read_surroundings(self._rows_above())
        self.tracks: list[ParsedTrack] = []
        self.out: list[ParsedLine | None] = [None] * len(lines)

    def _unit(self) -> float:
        """How many units of a bare number of the duration column make a second."""
        c = self.at.get("duration")
        if c is None:
            return 1.0
        header = (self.table.header or [])[c : c + 1]
        if header and re.search(r"\bms\b|\(ms\)|_ms$|ms$|milli", header[0], re.IGNORECASE):
            return 1000.0
        values = [float(v) for r in self.table.records[:200] if (v := self._cell(r, "duration")).isdecimal()]
        return column.units_per_second(values)

    def _cell(self, record: _Record, name: str) -> str:
        c = self.at.get(name)
        return record.cells[c].strip() if c is not None and c < len(record.cells) else ""

    def _doubled(self) -> bool:
        """Whether the title column holds the artist again: 'Artist - Title' beside 'Artist'."""
        rows = [(self._cell(r, "artist"), self._cell(r, "title")) for r in self.table.records[:200]]
        named = [(artist, title) for artist, title in rows if artist and title]
        return len(named) > 2 and sum(column.holds_artist(a, t) for a, t in named) >= 0.8 * len(named)

    def _joined_order(self) -> bool:
        """Whether names joined in one column ('Artist - Title') are title first."""
        if self.context.order:
            return self.context.order == "title_artist" and "artist" not in self.at
        pairs = [
            (parts[0], parts[1])
            for record in self.table.records[:2000]
            if not self._cell(record, "artist")
            and len(parts := SPACED_DASH.split(self._cell(record, "title"), 1)) == 2
        ]
        return bool(pairs) and decide_order(pairs, self.context.album_artist).title_first

    def read(self, mapping: ColumnMap) -> Tracklist:
        for record in self.table.records:
            self._record(record)
        if self.table.header_line >= 0:
            n = self.table.header_line
            self.out[n] = ParsedLine(n + 1, self.lines[n], Verdict.HEADING, "column_header")
        lines = tuple(line or self._other(n) for n, line in enumerate(self.out))
        name = {"\t": "tsv", ",": "csv", ";": "csv"}.get(mapping.delimiter, "table")
        order = self.context.order or "artist_title"
        artist = self.context.album_artist or self.above.artist
        return Tracklist(lines, tuple(self.tracks), name, self.above.title, artist, mapping, order)

    def _rows_above(self) -> list[Row]:
        first = self.table.header_line if self.table.header_line >= 0 else self.table.records[0].first
        above = []
        for n, line in enumerate(self.lines[: min(first, 40)]):
            row = Row(n + 1, line)
            row.reason = noise_reason(row)
            if row.reason != "blank":
                above.append(row)
        return above

    def _other(self, n: int) -> ParsedLine:
        otherwise = "title_line" if n < self.table.header_line else "outside_table"
        return line_outside(n + 1, self.lines[n], otherwise)

    def _record(self, record: _Record) -> None:
        artist, title = self._names(record)
        reason = self._no_track(record, artist, title)
        if reason:
            for n in range(record.first, record.last + 1):
                verdict = Verdict.HEADING if reason == "column_header" else Verdict.NOISE
                self.out[n] = ParsedLine(n + 1, self.lines[n], verdict, reason)
            return
        ragged = self.table.header is not None and len(record.cells) > len(self.table.header)
        verdict = Verdict.UNSURE if ragged or not title else Verdict.TRACK
        index = len(self.tracks)
        self.tracks.append(self._track(record, artist, title))
        for n in range(record.first, record.last + 1):
            reason = "ragged" if ragged else "table_row"
            spans = self._spans(record) if n == record.first else ()
            self.out[n] = ParsedLine(n + 1, self.lines[n], verdict, reason, index, spans)

    def _names(self, record: _Record) -> tuple[str, str]:
        artist, title = tidy(self._cell(record, "artist")), tidy(self._cell(record, "title")).lstrip("–—")
        artist = unmarked_name(artist)
        if self.table.delimiter in ("\t", ALIGNED):
            artist, title = unquote(artist), unquote(title)
        version = tidy(self._cell(record, "version")).strip("()")
        if version and version.casefold() not in title.casefold():
            title = f"{title} ({version})"
        if self.doubled and column.holds_artist(artist, title):
            artist, title = SPACED_DASH.split(title, 1)
        if not artist:
            parts = SPACED_DASH.split(title, 1)
            if len(parts) == 2 and all(parts) and not VERSION_TAIL.match(parts[1]):
                return (parts[1], parts[0]) if self.title_first else (parts[0], parts[1])
            artist = self.context.album_artist or ("" if "artist" in self.at else self.above.row_artist or "")
        return artist, title

    def _no_track(self, record: _Record, artist: str, title: str) -> str:
        if not any(cell.strip() for cell in record.cells):
            return "blank" if not self.lines[record.first].strip() else "empty_row"
        if self.table.header and [c.strip() for c in record.cells] == self.table.header:
            return "column_header"
        if not artist and not title:
            return "empty_row"
        if SUMMARY.fullmatch(shape_of(" ".join(record.cells))):
            return "total"
        if not title and (not self._cell(record, "artist") or "title" not in self.at):
            return "empty_row"
        if self.table.header is None and (not title or not record.cells[0].strip()):
            return self._remark(record)
        if not artist and DATE_LINE.fullmatch(shape_of(title)) and "artist" in self.at:
            return "date"
        return ""

    def _remark(self, record: _Record) -> str:
        """Why a row that lacks a name is none: a credit below its track."""
        return "credit" if noise_reason(Row(record.first + 1, self.lines[record.first])) == "credit" else ""

    def _track(self, record: _Record, artist: str, title: str) -> ParsedTrack:
        names = ("label", "catalog_number", "album", "year", "bpm", "key", "isrc")
        found = {name: value for name in names if (value := tidy(self._cell(record, name)))}
        if position := self._cell(record, "position").strip("#.): "):
            found["position"] = position
        start, duration = self._cell(record, "start"), self._cell(record, "duration")
        seconds = column.figure_seconds(duration) if duration else None
        if seconds is not None and ":" not in duration:
            seconds /= self.per_second
        return make_track(artist, title, found, column.figure_seconds(start) if start else None, seconds)

    def _spans(self, record: _Record) -> tuple[Span, ...]:
        line, last, spans = self.lines[record.first], 0, []
        for c, cell in enumerate(record.cells):
            value = cell.strip()
            at = line.find(value, last) if value else -1
            if at < 0:
                continue
            last = at + len(value)
            name = self.fields[c] if c < len(self.fields) else None
            if name:
                spans.append(Span(name, at, last))
        return tuple(spans)
