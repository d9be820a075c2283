"""What commands print: data to stdout, everything else to stderr; JSON or text for people."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

_Row = TypeVar("_Row")
Cell = str | int | float | None
Step = Callable[[int, int | None, str], None]
"""Told while something runs: done, total if known, and what is at work."""


class Output:
    """Where a command prints. With `as_json` nothing but JSON goes to stdout."""

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json

    def json(self, value: object) -> None:
        """One JSON document, or one line of JSON lines."""
        _write(json.dumps(plain(value), ensure_ascii=not _speaks_utf8(sys.stdout)))

    def data(self, text: str) -> None:
        """A result for people or for another program: nothing when JSON was asked for."""
        if not self.as_json:
            _write(text)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[Cell]], title: str | None = None) -> None:
        """A table for people. Into a pipe nothing is cut off; on a screen long cells are."""
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        screen = sys.stdout.isatty()
        table = Table(
            title=title, title_justify="left", box=_box(screen), pad_edge=False, header_style="bold"
        )
        for index, name in enumerate(columns):
            number = any(isinstance(row[index], int | float) for row in rows)
            table.add_column(
                name,
                justify="right" if number else "left",
                no_wrap=True,
                overflow="ellipsis" if screen else "ignore",
            )
        for row in rows:
            table.add_row(*(Text(shown(cell)) for cell in row))
        Console(width=None if screen else 10_000, highlight=False, markup=False, emoji=False).print(table)

    def listing(
        self,
        rows: Sequence[_Row],
        as_json: Callable[[_Row], object],
        columns: Sequence[str],
        cells: Callable[[_Row], Sequence[Cell]],
        none: str,
    ) -> None:
        """Rows as a JSON list or as a table; `none` is said to people where there is no row."""
        if self.as_json:
            self.json([as_json(row) for row in rows])
        elif rows:
            self.table(columns, [cells(row) for row in rows])
        else:
            self.note(none)

    def note(self, text: str) -> None:
        """Something worth knowing that is not the result."""
        with contextlib.suppress(BrokenPipeError):
            sys.stderr.write(text + "\n")
            sys.stderr.flush()

    def problem(self, text: str) -> None:
        """What went wrong and what to do next."""
        self.note(f"musiclib: {text}")

    @contextlib.contextmanager
    def progress(self, doing: str, *, in_bytes: bool = False) -> Iterator[Step]:
        """A bar on stderr while it is a terminal; nothing otherwise. What is counted may be bytes."""
        if not sys.stderr.isatty():
            yield lambda done, total, current: None
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn() if in_bytes else MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[current]}", markup=False),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(doing, total=None, current="")
            yield lambda done, total, current: bar.update(task, completed=done, total=total, current=current)


def plain(value: Any) -> Any:
    """The JSON form of rows and results: names of codes, times in ISO 8601 (UTC), paths as text."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID | Path):
        return str(value)
    return value


def shown(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:.1f}" if isinstance(cell, float) else str(cell)


def clock(seconds: float | None) -> str:
    """Minutes and seconds, and hours where there are any: 4:07, 1:02:03."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def make_safe(*streams: object) -> None:
    """Let a stream print what its encoding lacks as an escape instead of failing."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def hush() -> None:
    """Whoever read our output has had enough, as `head` does: let the rest of it go nowhere."""
    # The interpreter flushes once more at its end; to a closed pipe that would be told as an error.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")


def _speaks_utf8(stream: object) -> bool:
    return str(getattr(stream, "encoding", "")).lower().replace("-", "") == "utf8"


def _box(screen: bool) -> Any:
    from rich import box

    return box.SIMPLE_HEAD if screen else None
