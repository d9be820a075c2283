"""How long an import of 10,000 rows takes, beside the bare inserts it cannot do without.

Run: `python -m tests.benchmarks.bench_import [ROWS]`. The bare reference inserts as many rows into the
tables an import fills (tracks, list places, metadata, tasks), with plain sqlite3 in one transaction,
without parsing, matching, artists, history or any look at what is there.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from musiclib.bootstrap import open_library
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.services.import_types import ImportOutcome, ImportRequest, NewAlbum
from musiclib.settings import Settings

LIMIT_S = 1.5
_NOW = "2026-06-17 12:00:00.000000"


def rows_of(count: int) -> tuple[ParsedTrack, ...]:
    """Rows as a long list has them: credits of several artists, versions, labels, times."""
    return tuple(
        ParsedTrack(
            artist=f"Artist {n % 3000} & Guest {n % 700}",
            title=f"Title {n} (Someone {n % 50} Remix)",
            start_s=float(n * 180),
            duration_s=200.0 + n % 300,
            label=f"Label {n % 200}",
        )
        for n in range(count)
    )


def timed(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


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
            "INSERT INTO tracks (id, artist, title, is_id, match_key, search_text, match_state, "
            "match_locked, revision, created_at, updated_at) "
            "VALUES (?, ?, ?, 0, ?, ?, 'pending', 0, 1, ?, ?)",
            ((each, f"Artist {n}", f"Title {n}", f"k{n}", f"t{n}", _NOW, _NOW) for n, each in enumerate(ids)),
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


def main(count: int) -> int:
    rows = rows_of(count)
    text = "\n".join(f"{row.artist} - {row.title}" for row in rows)
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(data_dir=Path(name) / "library", online=False)
        library = open_library(settings)
        outcomes: list[ImportOutcome] = []

        def commit() -> None:
            outcomes.append(library.imports.commit(ImportRequest(rows, text, NewAlbum("Long list"))))

        first, again = timed(commit), timed(commit)
        undo = timed(lambda: library.library.undo(outcomes[0].changeset_id))
        library.close()
        bare_settings = Settings(data_dir=Path(name) / "bare", online=False)
        open_library(bare_settings).close()
        bare = timed(lambda: bare_inserts(bare_settings.data_dir / "library.sqlite3", count))
    assert (outcomes[0].added, outcomes[1].unchanged) == (count, count)
    print(f"{'':34}{'seconds':>9}{'rows/s':>10}{'x bare':>8}")
    for name, seconds in (
        (f"import of {count:,} rows", first),
        ("the same list again", again),
        ("undo of the import", undo),
        ("bare inserts of as many rows", bare),
    ):
        print(f"{name:34}{seconds:9.2f}{count / seconds:10,.0f}{seconds / bare:8.1f}")
    limit = LIMIT_S * count / 10_000
    print(f"limit for the import: {limit:.2f} s, {'kept' if first <= limit else 'MISSED'}")
    return 0 if first <= limit else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
