"""How long a run over 100,000 tracks takes, beside the bare update it cannot do without.

Run: `python -m tests.benchmarks.bench_bulk [TRACKS]`. A CSV file with a Spotify id, a popularity and an ISRC
for every track is read, planned, applied and taken back, on SQLite and on PostgreSQL. Applying contains the
verified backup, which is measured by itself too. The bare reference is one statement that sets the same two
columns of `tracks` from a table of the same values.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text

from musiclib.bootstrap import open_library
from musiclib.db.engine import Database
from musiclib.db.identities import new_ids
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import Credit, NewTrack, SourceValues
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import Plain
from musiclib.domain.states import MatchState, Source
from musiclib.settings import Settings
from tests.support.database import postgresql_server
from tests.support.library import NOW

TRACKS = 100_000
LIMIT_S = 12.0
_AT_ONCE = 5_000
_BARE = "CREATE TEMPORARY TABLE bare AS SELECT id, 50 AS popularity, 'GBAYE0000000' AS isrc FROM tracks"
_UPDATE = "UPDATE tracks SET popularity = b.popularity, isrc = b.isrc FROM bare AS b WHERE b.id = tracks.id"
T = TypeVar("T")


def main(count: int) -> int:
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="musiclib-bulk-") as folder:
        slowest = max(slowest, _measure("SQLite", Settings(data_dir=Path(folder) / "s", online=False), count))
        with postgresql_server() as server:
            address = server.empty_library()
            settings = Settings(data_dir=Path(folder) / "p", database_url=address, online=False)
            slowest = max(slowest, _measure("PostgreSQL", settings, count))
    return 1 if slowest > LIMIT_S else 0


def _measure(name: str, settings: Settings, count: int) -> float:
    """Prints a table; returns the longer one of applying and taking back."""
    with contextlib.closing(open_library(settings)) as library:
        ids = _fill(library._db, count)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        path = settings.data_dir / "run.csv"
        path.write_text(_csv(ids))
        bare = _took(lambda: _bare(library._db))[0]
        print(f"{name}, {count:,} tracks; a bare update takes {bare:.2f} s", flush=True)
        planning, read = _took(lambda: library.bulk_runs.plan_file(path))
        _tell("reading and planning", planning, bare)
        if library.settings.database_url is None:
            _tell("of applying, the backup", _took(library.backups.make)[0], bare)
        applying, done = _took(lambda: library.bulk_runs.apply(read.plan))
        assert (done.tracks, done.cells) == (count, 3 * count)
        _tell("applying", applying, bare, LIMIT_S)
        reverting, _ = _took(library.bulk_runs.revert)
        _tell("taking back", reverting, bare, LIMIT_S)
    return max(applying, reverting)


def _tell(what: str, seconds: float, bare: float, limit: float | None = None) -> None:
    words = f"   limit {limit:.0f} s" if limit else ""
    print(f"  {what:<24} {seconds:6.2f} s  {seconds / bare:6.1f} x bare{words}", flush=True)


def _took(what: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    result = what()
    return time.perf_counter() - begun, result


def _bare(db: Database) -> None:
    with contextlib.suppress(_TakenBack), db.write() as conn:
        conn.execute(text(_BARE))
        conn.execute(text(_UPDATE))
        raise _TakenBack


class _TakenBack(Exception):
    pass


def _fill(db: Database, count: int) -> list[TrackId]:
    """Tracks as a catalogue left them: matched, with a label and a year, without ISRC and popularity."""
    ids = [TrackId(each) for each in new_ids(count)]
    for first in range(0, count, _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        with db.write() as conn:
            TrackRepository(conn).add(list(_tracks(some, first)), NOW)
            TrackRepository(conn).set_match(some, MatchState.MATCHED, 96.0, NOW)
            TrackRepository(conn).add_credits(
                {each: [Credit(f"Artist {n % 3000}", f"artist {n % 3000}")] for n, each in enumerate(some)},
                NOW,
            )
            said = [
                SourceValues(each, Source.DEEZER, _said(first + n), str(n)) for n, each in enumerate(some)
            ]
            TrackMetadataRepository(conn).put(said, NOW)
    return ids


def _tracks(ids: list[TrackId], first: int) -> Iterator[NewTrack]:
    for n, each in enumerate(ids, first):
        names: dict[str, Plain] = {"artist": f"Artist {n % 3000}", "title": f"Title {n}"}
        yield NewTrack(each, f"artist {n % 3000} title {n}", names | _said(n))


def _said(n: int) -> dict[str, Plain]:
    return {"label": f"Label {n % 700}", "original_year": 1970 + n % 55, "duration_s": 200.0 + n % 300}


def _csv(ids: list[TrackId]) -> str:
    lines = ["track_id,spotify_id,spotify_popularity,isrc"]
    lines += [f"{each},{n:022d},{n % 101},GBAYE{n:07d}" for n, each in enumerate(ids)]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else TRACKS))
