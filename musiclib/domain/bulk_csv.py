"""CSV files of runs: what a fetch found, and a plan with its ticks; also after a spreadsheet has had them.

Both name a track by its id in `track_id` and are told apart by the plan's columns `..._write`. Columns may
stand in any order; those that are not known here are passed over.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from musiclib.domain.bulk_plan import BULK_FIELDS, SPOTIFY_ID, CellState, Offer, Plan
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import Plain
from musiclib.domain.source_names import SOURCE_NAMES
from musiclib.domain.states import Source
from musiclib.domain.text import clean_isrc

T = TypeVar("T")

COLUMN_NAMES = {each: each for each in BULK_FIELDS} | {"original_year": "year"}
"""Field -> the name of its column."""
FETCHED = (
    *("track_id", "spotify_id", "spotify_popularity", "isrc", "isrc_source", "popularity"),
    *("popularity_source", "popularity_scale", "sure", "doubt", "seen", "artist", "title"),
)
"""The columns a fetch writes."""
_MOST_PROBLEMS = 20
_SPOTIFY_POPULARITY = "spotify_popularity"
_ALIASES = {"id": "track_id", "original_year": "year", "genre": "genres"}
_FIELDS = {name: each for each, name in COLUMN_NAMES.items()}
_SOURCES = {each.value: each.value for each in Source} | {
    name.casefold(): code for code, name in SOURCE_NAMES.items()
}
_YES = frozenset({"yes", "y", "x", "1", "true", "wahr", "ja", "oui", "si", "write"})
_NO = frozenset({"", "no", "n", "0", "false", "falsch", "nein", "non"})
_NOT_TICKED = _NO | {each.name.lower() for each in CellState if each is not CellState.WRITE}
_TICKS = {state: state.name.lower() for state in CellState} | {
    CellState.WRITE: "yes",
    CellState.LEFT_OUT: "no",
}
_SPOTIFY = re.compile(r"[0-9A-Za-z]{22}")
_YEAR = re.compile(r"(\d{4})(-\d{2}(-\d{2})?)?")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d*)?([eE][+-]?\d+)?")


class CsvRefused(ValueError):
    """The file cannot be read as it was meant. `str` names each line that is wrong, and what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(slots=True)
class CsvRow:
    """What a file says of one track."""

    line: int
    track_id: TrackId
    seen: str
    """What the library held when the file was written (`fingerprint`), "" where it does not tell."""
    offers: dict[str, tuple[Offer, ...]]
    ticks: dict[str, bool] = field(default_factory=dict)
    """In a plan: field -> whether it is to be written."""


@dataclass(slots=True)
class CsvFile:
    fields: tuple[str, ...]
    """The fields that have a column."""
    is_plan: bool
    rows: list[CsvRow]
    repeated: int = 0
    """Lines that say once more what another line said."""
    passed_over: tuple[str, ...] = ()
    """Columns that are not known here."""


def read_csv(text: str) -> CsvFile:
    """Read a file of either kind, with any of the usual delimiters. Raises `CsvRefused`."""
    return _Reader(text).read()


def plan_csv(plan: Plan) -> str:
    """A plan as CSV: of each field the old value, the new one, whether it is written, and who says it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    header = ["track_id", "artist", "title"]
    for column in plan.columns:
        name = COLUMN_NAMES[column.field]
        header += [name, f"{name}_new", f"{name}_write", f"{name}_source"]
    writer.writerow([*header, "seen"])
    for row, track_id in enumerate(plan.tracks):
        cells: list[str] = [str(track_id), plan.artists[row], plan.titles[row]]
        for column in plan.columns:
            new = _shown(column.new[row])
            cells += [_shown(column.old[row]), new, _TICKS[column.state(row)], column.source[row]]
        writer.writerow([*cells, plan.seen[row]])
    return out.getvalue()


def fetched_csv(rows: Sequence[Mapping[str, Plain | None]]) -> str:
    """What a fetch found, a row per track with the values of `FETCHED`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FETCHED)
    writer.writerows([_shown(row.get(name)) for name in FETCHED] for row in rows)
    return out.getvalue()


def _shown(value: Plain | None) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)


class _Reader:
    """Reads one file, and collects what is wrong with it."""

    def __init__(self, text: str) -> None:
        self._text = text.lstrip("\ufeff")
        self._problems: list[str] = []
        self._at: dict[str, int] = {}
        self._default = Source.MANUAL.value
        self._fields: tuple[str, ...] = ()

    def read(self) -> CsvFile:
        records = _records(self._text, self._problems)
        header = next(records, None)
        if header is None:
            self._refuse("The file is empty.")
            raise CsvRefused(self._problems)
        passed_over = self._read_header(*header)
        is_plan = any(name.endswith("_write") for name in self._at)
        if is_plan and "seen" not in self._at:
            self._refuse(
                "The column seen is missing: without it nobody can tell whether a track was changed since "
                "the plan was made. Save the plan once more and leave the column in."
            )
        if self._problems:
            raise CsvRefused(self._problems)
        read = self._planned if is_plan else self._found
        rows: dict[UUID, tuple[CsvRow, list[str]]] = {}
        repeated = 0
        for line, cells in records:
            row = self._row(line, cells, len(header[1]), read)
            if row is None:
                continue
            before = rows.setdefault(row.track_id, (row, cells))
            if before[0] is row:
                continue
            if [each.strip() for each in cells] == [each.strip() for each in before[1]]:
                repeated += 1
            else:
                self._refuse(
                    f"Lines {before[0].line} and {line} speak of the same track {row.track_id} and differ. "
                    "Keep one of them."
                )
        if self._problems:
            raise CsvRefused(self._problems)
        return CsvFile(self._fields, is_plan, [row for row, _ in rows.values()], repeated, passed_over)

    def _read_header(self, line: int, cells: Sequence[str]) -> tuple[str, ...]:
        """Learn where each column stands; returns those that are not known."""
        passed_over = []
        for place, cell in enumerate(cells):
            name = _named(cell)
            if name in self._at:
                self._refuse(f"Line {line}: two columns are called {cell.strip()}. Take one of them out.")
            elif name in _KNOWN:
                self._at[name] = place
            elif name:
                passed_over.append(cell.strip())
        found = {
            _FIELDS[name.removesuffix("_new")] for name in self._at if name.removesuffix("_new") in _FIELDS
        }
        if _SPOTIFY_POPULARITY in self._at:
            found.add("popularity")
        if not found.isdisjoint({SPOTIFY_ID}) or _SPOTIFY_POPULARITY in self._at:
            self._default = Source.SPOTIFY.value
        self._fields = tuple(each for each in BULK_FIELDS if each in found)
        if "track_id" not in self._at:
            there = ", ".join(each.strip() for each in cells if each.strip())[:200]
            self._refuse(f"Line {line}: there is no column track_id, only {there}. It names the tracks.")
        elif not found:
            names = ", ".join((*COLUMN_NAMES.values(), _SPOTIFY_POPULARITY))
            self._refuse(f"Line {line}: there is no column with values. There may be {names}.")
        return tuple(passed_over)

    def _row(
        self, line: int, cells: list[str], width: int, read: Callable[[int, Sequence[str], CsvRow], None]
    ) -> CsvRow | None:
        if len(cells) > width and any(each.strip() for each in cells[width:]):
            self._refuse(
                f"Line {line} has {len(cells)} cells, the first line {width}: put values with the delimiter "
                "in them in quotation marks."
            )
            return None
        cells += [""] * (width - len(cells))
        text = cells[self._at["track_id"]].strip()
        try:
            track_id = TrackId(UUID(text))
        except ValueError:
            self._refuse(f"Line {line}: “{text[:60]}” is no id of a track.")
            return None
        row = CsvRow(line, track_id, self._cell(cells, "seen"), {})
        read(line, cells, row)
        return row

    def _found(self, line: int, cells: Sequence[str], row: CsvRow) -> None:
        """What a fetch, or a person, wrote of a track."""
        sure = self._value(line, "sure", self._cell(cells, "sure") or "100", _percent, 0)
        doubt = self._cell(cells, "doubt")
        for each in self._fields:
            offers = []
            name = COLUMN_NAMES[each]
            if each == "popularity" and (text := self._cell(cells, _SPOTIFY_POPULARITY)):
                value = self._value(line, _SPOTIFY_POPULARITY, text, _percent, 0)
                offers.append(Offer(value, Source.SPOTIFY.value, sure, doubt))
            if name in self._at and (text := self._cell(cells, name)):
                source = self._source(line, cells, each, self._default)
                found = self._value(line, name, text, _VALUES[each], _NO_VALUE)
                offers.append(Offer(found, source, sure, doubt))
            if offers:
                row.offers[each] = tuple(offers)

    def _planned(self, line: int, cells: Sequence[str], row: CsvRow) -> None:
        for each in self._fields:
            name = COLUMN_NAMES[each]
            text, mark = self._cell(cells, f"{name}_new"), self._cell(cells, f"{name}_write").casefold()
            if mark not in _YES and mark not in _NOT_TICKED:
                self._refuse(f"Line {line}: {name}_write is “{mark[:40]}”. Write yes or no.")
            ticked = mark in _YES
            if ticked and not text:
                self._refuse(
                    f"Line {line}: {name}_write says yes, but {name}_new is empty. A run empties no value: "
                    "write no, or a value."
                )
            elif text:
                source = self._source(line, cells, each, Source.MANUAL.value)
                value = self._value(line, f"{name}_new", text, _VALUES[each], _NO_VALUE)
                row.offers[each] = (Offer(value, source),)
                row.ticks[each] = ticked

    def _source(self, line: int, cells: Sequence[str], field: str, default: str) -> str:
        if field == SPOTIFY_ID:
            return Source.SPOTIFY.value
        text = self._cell(cells, f"{COLUMN_NAMES[field]}_source")
        if not text:
            return default
        if (source := _SOURCES.get(text.casefold())) is None:
            names = ", ".join(sorted(each.value for each in Source))
            self._refuse(f"Line {line}: there is no source “{text[:40]}”. There are {names}.")
        return source or default

    def _value(self, line: int, name: str, text: str, read: Callable[[str], T], wrong: T) -> T:
        """`wrong` where the text is none; that is remembered."""
        try:
            return read(text)
        except ValueError as error:
            self._refuse(f"Line {line}: {name} is “{text[:60]}”. {error}")
            return wrong

    def _cell(self, cells: Sequence[str], name: str) -> str:
        place = self._at.get(name)
        return "" if place is None else cells[place].strip()

    def _refuse(self, sentence: str) -> None:
        self._problems.append(sentence)
        if len(self._problems) >= _MOST_PROBLEMS:
            raise CsvRefused([*self._problems, "There may be more."])


def _records(text: str, problems: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty, with the line each begins at."""
    first, skipped = _first_line(text), 0
    if first.strip().strip('"').casefold().startswith("sep="):  # what a spreadsheet writes for itself
        text, skipped = text[len(first) :].removeprefix("\r").removeprefix("\n"), 1
        first = _first_line(text)
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(each.strip() for each in cells):
                yield line + skipped, cells
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(
            f"Line {line + skipped}: the quotation marks do not match ({error}). A mark within a value is "
            "written twice."
        )
        raise CsvRefused(problems) from error


def _first_line(text: str) -> str:
    return re.split(r"[\r\n]", text, maxsplit=1)[0]


def _named(cell: str) -> str:
    name = re.sub(r"[\s-]+", "_", cell.strip().casefold())
    return _ALIASES.get(name, name)


def _whole(text: str, low: int, high: int) -> int:
    value = int(text) if text.isdecimal() and len(text) < 9 else _from_spreadsheet(text)
    if value is None or not low <= value <= high:
        raise ValueError(f"It is a whole number from {low} to {high}; empty means unknown.")
    return value


def _from_spreadsheet(text: str) -> int | None:
    """73 of "73.0", "73,0" and "7,3E+01"; None for what is no whole number."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text.replace(",", "."))
    return int(value) if value.is_integer() else None


def _percent(text: str) -> int:
    return _whole(text, 0, 100)


def _year(text: str) -> int:
    dated = _YEAR.fullmatch(text)
    return _whole(dated[1] if dated else text, 1000, 2999)


def _isrc(text: str) -> str:
    if (isrc := clean_isrc(text)) is None:
        raise ValueError("An ISRC looks like GBAYE0601498.")
    return isrc


def _spotify_id(text: str) -> str:
    ident = text.removeprefix("spotify:track:")
    if not _SPOTIFY.fullmatch(ident):
        raise ValueError(
            "A Spotify id has 22 letters and digits. If a spreadsheet made a number of it, have it read the "
            "column as text."
        )
    return ident


def _genres(text: str) -> list[str]:
    return [part for each in text.split(";") if (part := each.strip())]


def _words(text: str) -> str:
    return text


_NO_VALUE: Plain = ""
_DELIMITERS = (",", ";", "\t", "|")
_VALUES: Mapping[str, Callable[[str], Plain]] = {
    "label": _words,
    "original_year": _year,
    "isrc": _isrc,
    "genres": _genres,
    "popularity": _percent,
    SPOTIFY_ID: _spotify_id,
}
_KNOWN = frozenset(
    {*FETCHED}
    | {f"{name}{end}" for name in COLUMN_NAMES.values() for end in ("", "_new", "_write", "_source")}
)
