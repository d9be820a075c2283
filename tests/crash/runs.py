"""Kills who writes runs over many tracks: afterwards a run is there with all it wrote, or not at all."""

from __future__ import annotations

import random
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from musiclib.bootstrap import Library, open_library
from musiclib.db.engine import Database
from musiclib.domain.track_query import parse_query
from tests.crash.harness import Drivers
from tests.crash.runs_driver import FILE, settings_of
from tests.support.library import add_tracks

_WRITTEN = "popularity IS NOT NULL AND isrc IS NOT NULL"


def prepare(folder: Path, address: str | None, tracks: int) -> None:
    """A library of so many bare tracks, and a file with two values for each."""
    with closing(open_library(settings_of(folder, address))) as library:
        ids = add_tracks(library._db, tracks)
    lines = [f"{each},{n % 101},GBAYE{n:07}" for n, each in enumerate(ids)]
    (folder / FILE).write_text("\n".join(["track_id,spotify_popularity,isrc", *lines]))


def kill_and_check(
    folder: Path, address: str | None, tracks: int, kills: int, seed: int, longest_s: float
) -> set[bool]:
    """Returns whether the run was found to be written, and not written, after the kills."""
    rng, found = random.Random(seed), set()
    with Drivers(folder, address or "", module="tests.crash.runs_driver") as drivers:
        for _ in range(kills):
            pid = drivers.start()
            time.sleep(rng.uniform(0.05, longest_s))
            assert drivers.kill(pid) < 0, "ended by itself"
            with closing(open_library(settings_of(folder, address))) as library:
                found.add(check(library, tracks))
    return found


def check(library: Library, tracks: int) -> bool:
    """What must hold at any moment, however the last process ended. Returns whether a run is written."""
    runs = library.bulk_runs.runs()
    open_ones = sum(each.undone_at is None for each in runs)
    db = library._db
    assert open_ones in (0, 1)
    assert _count(db, "SELECT count(*) FROM tracks") == tracks
    wanted = tracks * open_ones
    assert _count(db, f"SELECT count(*) FROM tracks WHERE {_WRITTEN}") == wanted
    assert (
        _count(db, "SELECT count(*) FROM tracks WHERE popularity IS NOT NULL OR isrc IS NOT NULL") == wanted
    )
    assert _count(db, "SELECT count(*) FROM track_metadata") == wanted
    assert _count(db, "SELECT count(*) FROM track_facts WHERE popularity IS NOT NULL") == wanted
    assert _count(db, "SELECT count(*) FROM track_names WHERE isrc <> ''") == wanted
    assert _count(db, "SELECT count(*) FROM search_due") == 0
    assert _count(db, "SELECT count(*) FROM run_images") == tracks * len(runs)
    assert _count(db, "SELECT count(*) FROM changeset_tracks") == tracks * len(runs)
    assert library.searching.count(parse_query("gbaye0000000")) == open_ones
    if db.dialect == "sqlite":
        assert _count(db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") == 0
    return bool(open_ones)


def _count(db: Database, query: str) -> int:
    with db.read() as conn:
        return int(conn.execute(text(query)).scalar_one())
