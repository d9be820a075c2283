"""How long an import of 10,000 rows takes, beside the bare inserts it cannot do without.

Run: `python -m tests.benchmarks.bench_import [ROWS [HELD]]`; HELD is how many tracks the library has already
at the last import (100,000). The bare reference inserts as many rows into the
tables an import fills (tracks, list places, metadata, tasks), with plain sqlite3 in one transaction,
without parsing, matching, artists, history or any look at what is there.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from musiclib.bootstrap import Library, open_library
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.domain.tracklist.parser import parse_tracklist
from musiclib.services.import_types import ImportOutcome, ImportRequest, NewAlbum
from musiclib.settings import Settings

LIMIT_S = 1.5
_NOW = "2026-06-17 12:00:00.000000"


def rows_of(count: int, prefix: str = "") -> tuple[ParsedTrack, ...]:
    """Rows as a long list has them: credits of several artists, versions, labels, times."""
    return tuple(
        ParsedTrack(
            artist=f"{prefix}Artist {n % 3000} & Guest {n % 700}",
            title=f"{prefix}Title {n} (Someone {n % 50} Remix)",
            start_s=float(n * 180),
            duration_s=200.0 + n % 300,
            label=f"Label {n % 200}",
        )
        for n in range(count)
    )


class Took(NamedTuple):
    wall_s: float
    cpu_s: float


def timed(what: Callable[[], object]) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    what()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def bare_inserts(path: Path, count: int) -> None:
    """Into the real schema, its indexes included."""
    with closing(sqlite3.connect(path)) as connection, connection:
        album = uuid4().hex
        ids = [uuid4().hex for _ in range(count)]
        connection.execute(
            "INSERT INTO albums (id, title, match_key, paused, revision, created_at, updated_at) "
            "VALUES (?, 'Bare', 'bare', 0, 1, ?, ?)",
            (album, _NOW, _NOW),
        )
        connection.executemany(
            "INSERT INTO tracks (id, artist, title, is_id, match_key, match_state, "
            "match_locked, revision, created_at, updated_at) "
            "VALUES (?, ?, ?, 0, ?, 'pending', 0, 1, ?, ?)",
            ((each, f"Artist {n}", f"Title {n}", f"k{n}", _NOW, _NOW) for n, each in enumerate(ids)),
        )
        connection.executemany(
            "INSERT INTO album_tracks (id, album_id, track_id, position, disc) VALUES (?, ?, ?, ?, 1)",
            ((uuid4().hex, album, each, n) for n, each in enumerate(ids)),
        )
        connection.executemany(
            "INSERT INTO track_metadata (track_id, source, fields, confidence, links, fetched_at) "
            "VALUES (?, 'tracklist', '{}', '{}', '{}', ?)",
            ((each, _NOW) for each in ids),
        )
        connection.executemany(
            "INSERT INTO enrichment_tasks (id, track_id, kind, status, priority, attempts, created_at, "
            "updated_at) VALUES (?, ?, 'metadata', 'queued', 0, 0, ?, ?)",
            ((uuid4().hex, each, _NOW, _NOW) for each in ids),
        )


def text_of(rows: Iterable[ParsedTrack]) -> str:
    return "\n".join(f"{row.artist} - {row.title}" for row in rows)


def commit(library: Library, rows: tuple[ParsedTrack, ...], title: str) -> ImportOutcome:
    return library.imports.commit(ImportRequest(rows, text_of(rows), NewAlbum(title)))


def main(count: int, held: int) -> int:
    rows = rows_of(count)
    outcomes: list[ImportOutcome] = []

    def long_list() -> None:
        outcomes.append(commit(library, rows, "Long list"))

    with tempfile.TemporaryDirectory() as name:
        settings = Settings(data_dir=Path(name) / "library", online=False)
        library = open_library(settings)
        read = timed(lambda: parse_tracklist(text_of(rows)))
        first, again = timed(long_list), timed(long_list)
        undo = timed(lambda: library.library.undo(outcomes[0].changeset_id))
        for part in range(held // 10_000):
            commit(library, rows_of(10_000, f"P{part} "), f"Part {part}")
        later = timed(long_list)
        library.close()
        bare_settings = Settings(data_dir=Path(name) / "bare", online=False)
        open_library(bare_settings).close()
        bare = timed(lambda: bare_inserts(bare_settings.data_dir / "library.sqlite3", count))
    assert (outcomes[0].added, outcomes[1].unchanged, outcomes[2].added) == (count, count, count)
    print(f"{'':38}{'seconds':>9}{'CPU s':>8}{'rows/s':>10}{'x bare':>8}")
    for name, took in (
        (f"reading {count:,} lines", read),
        (f"import of {count:,} rows", first),
        (f"the same into {held:,} tracks", later),
        ("the same list again", again),
        ("undo of the import", undo),
        ("bare inserts of as many rows", bare),
    ):
        figures = f"{took.wall_s:9.2f}{took.cpu_s:8.2f}{count / took.wall_s:10,.0f}"
        print(f"{name:38}{figures}{took.wall_s / bare.wall_s:8.1f}")
    limit = LIMIT_S * count / 10_000
    worst = max(first.wall_s, later.wall_s)
    print(f"limit for each import: {limit:.2f} s, {'kept' if worst <= limit else 'MISSED'}")
    return 0 if worst <= limit else 1


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    sys.exit(main(*given, *(10_000, 100_000)[len(given) :]))
