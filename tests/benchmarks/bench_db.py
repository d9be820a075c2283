"""Speeds of the database, each beside a bare reference of the same run.

An import of 10,000 rows beside the same values through the driver's own `executemany`, the rows of
100,000 tracks beside a bare fetch of the same query, and the latency of a claim among 100,000 tasks.

    python -m tests.benchmarks.bench_db [--postgresql]
"""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from musiclib.db import migrate, queries, track_search
from musiclib.db.albums import AlbumRepository
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.identities import new_id, new_ids
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import Credit, NewTrack, SourceValues
from musiclib.db.schema import Track
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.rows import AlbumEntry
from musiclib.domain.states import Reason, Source, TaskKind
from musiclib.domain.track_query import query_of_words
from tests.support.database import postgresql_server

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_ARTISTS = 3_000


def import_rows(db: Database, count: int) -> AlbumId:
    """What an import of one pasted list writes, in one transaction."""
    album_id = AlbumId(new_id())
    ids = [TrackId(each) for each in new_ids(count)]
    named = [(f"Artist {nth % _ARTISTS}", f"Title {nth}") for nth in range(count)]
    with db.write() as conn:
        AlbumRepository(conn).add(album_id, "A very long mix", "Somebody", "a very long mix", NOW)
        tracks = TrackRepository(conn)
        tracks.add(
            [
                NewTrack(
                    track_id,
                    f"{artist}|{title}".lower(),
                    {"artist": artist, "title": title, "version": "Extended Mix", "duration_s": 361.5},
                )
                for track_id, (artist, title) in zip(ids, named, strict=True)
            ],
            NOW,
        )
        tracks.set_credits(
            {
                track_id: [Credit(artist, artist.lower())]
                for track_id, (artist, _) in zip(ids, named, strict=True)
            },
            NOW,
        )
        TrackMetadataRepository(conn).put(
            [
                SourceValues(track_id, Source.TRACKLIST, {"artist": artist, "title": title})
                for track_id, (artist, title) in zip(ids, named, strict=True)
            ],
            NOW,
        )
        AlbumRepository(conn).append(
            album_id, [AlbumEntry(each, nth, None, 1, nth * 300.0) for nth, each in enumerate(ids, 1)], NOW
        )
        EnrichmentTaskRepository(conn).enqueue(ids, TaskKind.METADATA, NOW)
    return album_id


def bare_import(path: Path) -> float:
    """The same rows again, read back and inserted into an empty copy by sqlite3 alone."""
    tables = ("albums", "tracks", "artists", "track_artists", "track_metadata", "album_tracks")
    with contextlib.closing(sqlite3.connect(path)) as conn:
        rows = {
            table: conn.execute(f"SELECT * FROM {table}").fetchall()
            for table in (*tables, "enrichment_tasks")
        }
        conn.execute("PRAGMA foreign_keys=OFF")
        for table in rows:
            conn.execute(f"DELETE FROM {table}")
        conn.commit()
        conn.execute("PRAGMA foreign_keys=ON")

        def insert_all() -> None:
            for table, values in rows.items():
                marks = ",".join("?" * len(values[0]))
                conn.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
            conn.commit()

        return timed(insert_all)


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bench_import(db: Database) -> Iterator[tuple[str, float, float | None]]:
    import_rows(db, 100)  # compiles the statements once, as any start of the program does
    seconds = [timed(lambda: import_rows(db, 10_000)) for _ in range(3)]
    yield "import of 10,000 rows", statistics.median(seconds), None


def bench_rows(db: Database, count: int) -> Iterator[tuple[str, float, float | None]]:
    def load(build: Callable[..., Any]) -> float:
        with db.read() as conn:
            return timed(lambda: build(conn, None, NOW))

    def bare() -> float:
        with db.read() as conn:
            return timed(lambda: conn.execute(select(Track.id, Track.title)).all())

    reference = statistics.median(bare() for _ in range(3))
    yield f"bare fetch of 2 columns of {count:,}", reference, None
    for build in (queries.track_rows, queries.album_rows):
        seconds = statistics.median(load(build) for _ in range(3))
        yield f"{build.__name__} of {count:,} tracks", seconds, seconds / reference
    asked = query_of_words("artist 77")
    with db.read() as conn:
        yield "search of two words", timed(lambda: track_search.find(conn, asked, NOW)), None


def bench_claims(db: Database, rounds: int = 200) -> Iterator[tuple[str, float, float | None]]:
    """Each claim and each finish is a transaction of its own, as in the runner."""
    claims, finishes = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        with db.write() as conn:
            tasks = EnrichmentTaskRepository(conn).claim(
                "bench", list(TaskKind), 8, NOW, timedelta(seconds=60)
            )
        claims.append(time.perf_counter() - start)
        start = time.perf_counter()
        with db.write() as conn:
            for task in tasks:
                EnrichmentTaskRepository(conn).finish(task.id, "bench", NOW, Reason.FOUND)
        finishes.append((time.perf_counter() - start) / len(tasks))
    yield "claim of 8 tasks, median", statistics.median(claims), None
    yield "claim of 8 tasks, 99 %", statistics.quantiles(claims, n=100)[-1], None
    yield "finish of a task, median", statistics.median(finishes), None


def run(url: str, folder: Path, count: int) -> None:
    db = Database.open(url)
    migrate.upgrade(db, folder)
    print(f"\n{db.dialect}")
    for what, seconds, _ratio in bench_import(db):
        print(f"  {what:42} {seconds * 1000:9.2f} ms")
    if db.path:
        alone = folder / "alone.sqlite3"
        other = Database.open(f"sqlite:///{alone}")
        migrate.upgrade(other, folder)
        import_rows(other, 10_000)
        other.close()
        print(f"  {'the same values, bare executemany':42} {bare_import(alone) * 1000:9.2f} ms")
    for _ in range(count // 10_000 - 3):
        import_rows(db, 10_000)
    for bench in (bench_rows(db, count), bench_claims(db)):
        for what, seconds, ratio in bench:
            print(f"  {what:42} {seconds * 1000:9.2f} ms" + (f"  x {ratio:.1f}" if ratio else ""))
    db.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--postgresql", action="store_true", help="also on PostgreSQL")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        run(f"sqlite:///{name}/library.sqlite3", Path(name), options.tracks)
    if options.postgresql:
        with postgresql_server() as server, tempfile.TemporaryDirectory() as name:
            run(server.empty_library(), Path(name), options.tracks)


if __name__ == "__main__":
    main()
