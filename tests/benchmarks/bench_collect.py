"""What a collection run costs: `python -m tests.benchmarks.bench_collect [--tracks N] [--database URL]`.

Every track of a library is looked up by its ISRC at a server on this computer that answers at once; what is
found is kept, said of the track, merged and indexed, in batches. Beside it, in the same run, stands what the
calls alone cost: the same requests over the same client, with nothing made of the answers. Limit: 400 tracks
a second. `--beatport` measures the raw run at Beatport and the processing of what it brought instead.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import cProfile
import os
import pstats
import sys
import tempfile
import time
from pathlib import Path

from musiclib.bootstrap import Library, open_library
from musiclib.domain.collecting import CollectionOutcome, Ending
from musiclib.providers.http import make_client
from tests.support.isrc_library import put_tracks, settings_for, sign_in
from tests.support.isrc_server import is_found, isrc_of, isrc_server

_LIMIT = 400
_AT_ONCE = 5_000


def fill(library: Library, count: int) -> None:
    """Tracks as a list with ISRCs brings them."""
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(count, start + _AT_ONCE))
        with library._db.write() as conn:
            put_tracks(conn, numbers, library._clock())


async def calls_alone(address: str, count: int) -> float:
    """Calls a second."""
    headers = {"Authorization": "Bearer fast"}
    async with make_client("") as client:
        started, cpu = time.monotonic(), time.process_time()
        for nth in range(count):
            address_of_one = f"{address}/v1/search?q=isrc%3A{isrc_of(nth)}&type=track&limit=10"
            (await client.get(address_of_one, headers=headers)).json()
    print(f"the calls alone: {(time.process_time() - cpu) / count * 1000:.2f} ms of processor each")
    return count / (time.monotonic() - started)


def report(what: str, outcome: CollectionOutcome, count: int, seconds: float) -> float:
    assert outcome.ending is Ending.DONE, outcome
    assert outcome.done == count, outcome
    rate = count / seconds
    print(
        f"{what}: {count:,} in {seconds:.1f} s, {rate:.0f} a second; {outcome.found:,} found, "
        f"{outcome.not_found:,} not found, {outcome.failed} failed",
        flush=True,
    )
    return rate


def measure(library: Library, count: int, *, beatport: bool) -> float:
    """Tracks a second."""
    found = sum(map(is_found, range(count)))
    started, cpu = time.monotonic(), time.process_time()
    if not beatport:
        outcome = asyncio.run(library.collection.enrich_tracks_with_spotify_data())
        print(f"the run: {(time.process_time() - cpu) / count * 1000:.2f} ms of processor each")
        assert outcome.found == found, outcome
        return report("Spotify by ISRC", outcome, count, time.monotonic() - started)
    outcome = asyncio.run(library.collection.collect_beatport_tracks_raw())
    assert outcome.found == found, outcome
    rate = report("Beatport, raw by ISRC", outcome, count, time.monotonic() - started)
    started = time.monotonic()
    outcome = asyncio.run(library.collection.process_unprocessed_beatport_tracks())
    report("Beatport, processing", outcome, found, time.monotonic() - started)
    return rate


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--database", help="a PostgreSQL to use instead of a SQLite file; it must be empty")
    parser.add_argument("--beatport", action="store_true")
    parser.add_argument("--profile", action="store_true", help="say where the time goes; slower")
    options = parser.parse_args()
    os.environ["NO_PROXY"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as folder, isrc_server() as address:
        settings = settings_for(Path(folder), address, options.database)
        with contextlib.closing(open_library(settings)) as library:
            sign_in(library)
            fill(library, options.tracks)
            alone = asyncio.run(calls_alone(address, min(options.tracks, 2_000)))
            print(f"the calls alone: {alone:.0f} a second", flush=True)
            profile = cProfile.Profile()
            if options.profile:
                profile.enable()
            rate = measure(library, options.tracks, beatport=options.beatport)
            if options.profile:
                profile.disable()
                pstats.Stats(profile).sort_stats("tottime").print_stats(45)
    print(f"{rate / alone:.2f} of the calls alone; limit {_LIMIT} a second")
    return 0 if rate >= _LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
