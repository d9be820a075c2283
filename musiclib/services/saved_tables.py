"""Tracks of Beatport in files a person has saved: answers of its API as JSON, or a table as CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from musiclib.db.records import NewExternal
from musiclib.errors import BadInput
from musiclib.providers.beatport_answers import ROW, is_track, known_columns, track_of_row
from musiclib.providers.payload import identifier, text
from musiclib.services.text_input import decode_table

_LARGEST = 256 * 1024 * 1024
_DEEPEST = 8
_MOST_PROBLEMS = 50
_HEADER_LINES = 20
"""A header is looked for so far down: some programs write a title above their table."""


@dataclass(slots=True)
class Saved:
    """What a file holds: records to keep, and what of it is no track, each with its place."""

    records: list[NewExternal] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def bad(self, problem: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)


def read_saved(file: Path) -> Saved:
    """The tracks of a file. Raises `BadInput` for a file that holds none."""
    content = _content(file)
    saved = _from_json(content, file) if content.lstrip()[:1] in ("{", "[") else _from_csv(content, file)
    if not saved.records and not saved.problems:
        raise BadInput(f"{file} holds no track of Beatport.")
    return saved


def _content(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST:
            raise BadInput(
                f"{file} is larger than {_LARGEST // 1024 // 1024} MB. Split it into several files."
            )
        data = file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
    if not data.strip():
        raise BadInput(f"{file} is empty.")
    try:
        return decode_table(data).removeprefix("\ufeff")
    except BadInput as error:
        raise BadInput(f"{file} is no text file. Save JSON or CSV.") from error


def _from_json(content: str, file: Path) -> Saved:
    saved = Saved()
    try:
        for value in _documents(content):
            for track in _tracks(value):
                saved.records.append(NewExternal(str(identifier(track["id"])), track))
    except json.JSONDecodeError as error:
        raise BadInput(
            f"{file} is not valid JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise BadInput(f"{file} is not JSON as Beatport writes it: it is nested too deeply.") from error
    if not saved.records:
        raise BadInput(
            f"{file} holds no track of Beatport. Save an answer of its API: a track, or a list of tracks."
        )
    return saved


def _documents(content: str) -> Iterator[Any]:
    """The one document, or one in each line."""
    try:
        yield json.loads(content, parse_constant=_no_constant)
        return
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
    for line in content.splitlines():
        if line.strip():
            yield json.loads(line, parse_constant=_no_constant)


def _tracks(value: Any, depth: int = _DEEPEST) -> Iterator[dict[str, Any]]:
    """Track objects, wherever an answer (a page, a release, a chart, a search) has them."""
    if is_track(value):
        yield value
    elif depth and isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _tracks(each, depth - 1)


def _no_constant(name: str) -> float:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)


def _from_csv(content: str, file: Path) -> Saved:
    lines = list(csv.reader(io.StringIO(content, newline=""), _dialect(content), strict=False))
    place = next((nth for nth, cells in enumerate(lines[:_HEADER_LINES]) if _is_header(cells)), None)
    if place is None:
        raise BadInput(
            f"{file} is neither JSON nor a table with a header that names artist and title. "
            "Save it as CSV with the names of the columns in the first line."
        )
    header = [name.strip() for name in lines[place]]
    saved = Saved()
    for number, cells in enumerate(lines[place + 1 :], place + 2):
        if not any(cell.strip() for cell in cells):
            continue
        row = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell.strip()}
        track = track_of_row(row)
        if not text(track["name"]) or not track["artists"]:
            saved.bad(f"row {number} names no artist and title")
            continue
        saved.records.append(NewExternal(identifier(track["id"]) or _name_of(row), {ROW: row}))
    return saved


def _dialect(content: str) -> type[csv.Dialect]:
    """The delimiter that splits the header into the most columns we know."""
    head = content.splitlines()[:_HEADER_LINES]

    def known(delimiter: str) -> int:
        return max((len(known_columns(line.split(delimiter))) for line in map(_unquoted, head)), default=0)

    class Found(csv.excel):
        delimiter = max((",", ";", "\t", "|"), key=known)

    return Found


def _unquoted(line: str) -> str:
    return line.replace('"', "")


def _is_header(cells: list[str]) -> bool:
    return {"artist", "title"} <= known_columns(cells)


def _name_of(row: dict[str, str]) -> str:
    """The same row of a table has the same name, so that a file read twice is kept once."""
    plain = json.dumps(row, sort_keys=True, ensure_ascii=True)
    return f"ROW_{hashlib.sha256(plain.encode()).hexdigest()[:32]}"
