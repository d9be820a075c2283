"""Exchanging a large library with a shared one: `python -m tests.benchmarks.bench_sync [--tracks N]`.

A library of N tracks (matched, with measurements, pictures, albums) meets an empty PostgreSQL database,
which a wheel brings along; then nothing has changed; then a person has changed a hundred tracks on either
side; then a second, empty library takes all of it over. Limits, for 100,000 tracks: 60 s for the first
exchange, 3 s for one in which nothing changed. Beside it, in the same run, stands the least there is to do:
reading the rows that travel from the one and writing them to the other by COPY, without indexes or
triggers.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import select, text

from musiclib.bootstrap import Library, open_library
from musiclib.db.engine import Database
from musiclib.db.schema import Album, AlbumTrack, Base, Track, TrackMetadata
from musiclib.db.sync_rows import Travelling
from musiclib.services.sync_types import SideCounts, SyncOutcome
from musiclib.settings import Settings
from tests.benchmarks import big_library
from tests.support.database import PostgresqlServer, postgresql_server

_FIRST_S, _UNCHANGED_S = 60.0, 3.0
_EDITS = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=100_000)
    tracks = parser.parse_args().tracks
    with tempfile.TemporaryDirectory(prefix="ml") as name, postgresql_server() as server:
        folder = Path(name)
        shutil.copy(big_library.cached(tracks, None) / "library.sqlite3", folder)
        bare_s = _bare(folder, server)
        with _library(folder) as library:
            address = server.empty_library()
            first = _timed("the first exchange", library, address)
            unchanged = _timed("nothing has changed", library, address)
            assert unchanged.here == unchanged.there == SideCounts(), unchanged
            _edit(folder, address)
            changed = _timed(f"{_EDITS} changed on either side", library, address)
            assert changed.here.changed >= _EDITS, changed
            assert changed.there.changed >= _EDITS, changed
        with _library(folder / "second") as second:
            taken = _timed("a second library takes it over", second, address)
        assert first.there.added == taken.here.added, (first, taken)
    print(
        f"{'the same rows by COPY alone':<36} {bare_s:8.2f} s, of which the first exchange takes "
        f"{first.seconds / bare_s:.1f} times as much"
    )
    print(f"{tracks / first.seconds:,.0f} tracks a second")
    scale = tracks / 100_000
    return int(first.seconds > _FIRST_S * scale or unchanged.seconds > max(_UNCHANGED_S * scale, 0.5))


@contextmanager
def _library(folder: Path) -> Iterator[Library]:
    library = open_library(Settings(data_dir=folder, online=False))
    try:
        yield library
    finally:
        library.close()


def _timed(what: str, library: Library, address: str) -> SyncOutcome:
    outcome = library.sync.run(address)
    print(f"{what:<36} {outcome.seconds:8.2f} s   here {outcome.here}, there {outcome.there}", flush=True)
    return outcome


def _edit(folder: Path, address: str) -> None:
    for url, order in ((f"sqlite:///{folder}/library.sqlite3", Track.id), (address, Track.id.desc())):
        with _library_at(url, folder / "editing") as library:
            db = Database.open(url)
            with db.read() as conn:
                ids = list(conn.execute(select(Track.id).order_by(order).limit(_EDITS)).scalars())
            db.close()
            for track_id in ids:
                library.library.set_value(track_id, "bpm", 99.5)


@contextmanager
def _library_at(url: str, folder: Path) -> Iterator[Library]:
    library = open_library(Settings(data_dir=folder, database_url=url, online=False))
    try:
        yield library
    finally:
        library.close()


def _bare(folder: Path, server: PostgresqlServer) -> float:
    tables: list[type[Base]] = [Track, TrackMetadata, Album, AlbumTrack]
    source = Database.open(f"sqlite:///{folder}/library.sqlite3")
    with server.database() as address:
        target = Database.open(address)
        with psycopg.connect(server.url("library"), autocommit=True) as conn:
            made = {each.__tablename__: _columns(conn, each.__tablename__) for each in tables}
        begun = time.perf_counter()
        for each in tables:
            travelling = Travelling(each, [column.name for column in each.__table__.columns])
            with source.read() as conn_:
                rows = travelling.all(conn_)
            with target.write() as conn_:
                conn_.execute(text(f"CREATE TABLE {each.__tablename__} ({made[each.__tablename__]})"))
                travelling.insert(conn_, rows)
        seconds = time.perf_counter() - begun
        target.close()
    source.close()
    return seconds


def _columns(conn: psycopg.Connection[tuple[str, ...]], table: str) -> str:
    query = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
    return ", ".join(f"{name} {kind}" for name, kind in conn.execute(query, (table,)))


if __name__ == "__main__":
    sys.exit(main())
