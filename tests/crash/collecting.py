"""Kills who collects, again and again: an answer is there with all that was made of it, or not at all."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from musiclib.bootstrap import Library, open_library
from tests.crash.harness import Drivers
from tests.support.isrc_library import put_tracks, settings_for, sign_in
from tests.support.isrc_server import asked, is_found

DRIVER = "tests.crash.collecting_driver"
_SPOTIFY_BIT, _BEATPORT_BIT = 32, 1024


def prepare(folder: Path, address: str, count: int) -> None:
    library = open_library(settings_for(folder, address))
    sign_in(library)
    add(library, range(count))
    library.close()


def add(library: Library, numbers: range) -> None:
    with library._db.write() as conn:
        put_tracks(conn, numbers, library._clock())


def start_drivers(folder: Path, address: str) -> Drivers:
    return Drivers(folder, address, module=DRIVER)


def kill_and_check(
    drivers: Drivers, address: str, count: int, kills: int, seed: int, longest_s: float, *, report: bool
) -> tuple[int, int]:
    """Kill the driver at random moments; whenever it has come to the end of all three runs there are as many
    tracks more. Returns how many kills hit one at work, and how many tracks there are in the end."""
    rng = random.Random(seed)
    hits, more = 0, count
    for nth in range(kills):
        pid = drivers.start()
        time.sleep(rng.uniform(0.05, longest_s))
        hits += drivers.kill(pid) == -signal.SIGKILL
        states = check(drivers.folder, count)
        if report:
            print(f"kill {nth + 1}/{kills} of {count} tracks: {states}", flush=True)
        if states["processed"] == sum(map(is_found, range(count))):
            library = open_library(settings_for(drivers.folder, address))
            add(library, range(count, count + more))
            library.close()
            count += more
    return hits, count


def finish_and_check(drivers: Drivers, address: str, count: int, hits: int) -> int:
    """Let it work to the end: everything is there, once. Returns how many answers were asked for again."""
    assert drivers.wait(drivers.start()) == 0
    found = sum(map(is_found, range(count)))
    left = count - found
    assert check(drivers.folder, count) == {
        "linked": found,
        "noted": left,
        "kept": found,
        "processed": found,
        "noted at Beatport": left,
    }
    batch = settings_for(drivers.folder, address).spotify_search_batch_size
    counted = asked(address)
    again = sum(counted.values()) - 2 * count
    assert len(counted) == count
    assert 0 <= again <= hits * batch, "a kill costs no more than the batch in hand"
    return again


def check(folder: Path, count: int) -> dict[str, int]:
    """What must hold at any moment, however the last process ended."""
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:

        def number(query: str) -> int:
            return int(connection.execute(query).fetchone()[0])

        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert number("SELECT count(*) FROM tracks") == count
        said = "SELECT count(*) FROM track_metadata WHERE source = '{}'"
        linked, processed = number(said.format("spotify")), number(said.format("beatport"))
        # A link, its answer, its values and its place in the index are of one transaction.
        kept = "SELECT count(*) FROM external_data WHERE provider = '{}' AND external_id {} LIKE 'NOT_FOUND%'"
        assert number(kept.format("spotify", "NOT")) == linked
        assert number("SELECT count(*) FROM tracks WHERE album LIKE 'Night Ferry _%'") == linked
        assert number(f"SELECT count(*) FROM track_facts WHERE sources & {_SPOTIFY_BIT}") == linked
        # No track is both found and not found, or noted twice.
        noted = number(kept.format("spotify", ""))
        notes = "external_data WHERE provider = '{}' AND external_id LIKE 'NOT_FOUND%'"
        for provider in ("spotify", "beatport"):
            some = notes.format(provider)
            assert number(f"SELECT count(DISTINCT track_id) FROM {some}") == number(
                f"SELECT count(*) FROM {some}"
            )
            both = f"SELECT 1 FROM track_metadata m WHERE source = '{provider}' AND m.track_id IN"
            assert number(f"SELECT count(*) FROM ({both} (SELECT track_id FROM {some}))") == 0
        # What is processed is said, with its values.
        done = "SELECT count(*) FROM external_data WHERE provider = 'beatport' AND processed_at IS NOT NULL"
        assert number(f"{done} AND external_id NOT LIKE 'NOT_FOUND%'") == processed
        assert number("SELECT count(*) FROM tracks WHERE bpm IS NOT NULL") == processed
        assert number(f"SELECT count(*) FROM track_facts WHERE sources & {_BEATPORT_BIT}") == processed
        return {
            "linked": linked,
            "noted": noted,
            "kept": number(kept.format("beatport", "NOT")),
            "processed": processed,
            "noted at Beatport": number(kept.format("beatport", "")),
        }
