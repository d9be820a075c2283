"""How long measuring a library for the data-quality report takes: `python -m tests.benchmarks.bench_report`.

300,000 tracks (`--tracks N`), each with what file tags, the analysis and a catalogue say of tempo, key and
length: 850,000 JSON objects to compare. Limit: 6 s of computing for all numbers together, and twelve times
what it takes to take these three values out of each object once in the same run. Each number is counted once
more by its own query, as when somebody opens its rows: they have to be equal, and the slowest is told.
"""

import argparse
import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from musiclib.bootstrap import Library, open_library
from musiclib.domain.quality import MEASURES
from musiclib.domain.track_query import parse_query
from musiclib.settings import Settings
from tests.benchmarks.big_library import TRACKS, cached

_LIMIT_S, _TIMES = 6.0, 12.0
_ROUNDS = 3
_HEARD = """
INSERT INTO track_metadata
    (track_id, source, fields, confidence, links, art, origins, chosen_at, fetched_at)
SELECT id, 'analysis', json_object('bpm', bpm, 'key_code', key_code, 'duration_s', duration_s),
    '{}', '{}', '[]', '{}', '{}', updated_at
FROM tracks WHERE bpm IS NOT NULL"""
_TAGGED = """
UPDATE track_metadata SET fields = json_set(fields, '$.bpm', 120.0, '$.key_code', 9)
WHERE source = 'file_tags' AND rowid % 3 = 0"""
_READ = """
SELECT max(json_extract(fields, '$.bpm')), max(json_extract(fields, '$.key_code')),
    max(json_extract(fields, '$.duration_s'))
FROM track_metadata"""


@contextlib.contextmanager
def _library(tracks: int) -> Iterator[Library]:
    """A copy of the large library in which sources have something to disagree about."""
    with tempfile.TemporaryDirectory(prefix="musiclib-report-") as folder:
        shutil.copy(cached(tracks) / "library.sqlite3", Path(folder) / "library.sqlite3")
        with contextlib.closing(open_library(Settings(data_dir=Path(folder), online=False))) as library:
            with library._db.write() as conn:
                conn.execute(text("DELETE FROM track_metadata WHERE source = 'analysis'"))
                conn.execute(text(_HEARD))
                conn.execute(text(_TAGGED))
                conn.execute(text("DELETE FROM search_due"))
            yield library


def _read_once(library: Library) -> float:
    begun = time.process_time()
    with library._db.read() as conn:
        conn.execute(text(_READ)).one()
    return time.process_time() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tracks", type=int, default=TRACKS)
    options = parser.parse_args()
    with _library(options.tracks) as library:
        reading = min(_read_once(library) for _ in range(_ROUNDS))
        took, seen = [], []
        for _ in range(_ROUNDS):
            begun = time.process_time()
            report = library.report.measured()
            took.append(time.process_time() - begun)
            seen.append(report.took_s)
        print(f"{report.tracks:,} tracks: {min(took):.2f} s computed, {min(seen):.2f} s by the clock", end="")
        print(f" (limit {_LIMIT_S} s), {min(took) / reading:.1f} x the {reading:.2f} s of reading once")
        slowest, differing = (0.0, ""), []
        for each in MEASURES:
            begun = time.process_time()
            count = library.searching.count(parse_query(each.query))
            slowest = max(slowest, (time.process_time() - begun, each.query))
            if count != report.counts[each.query]:
                differing.append(f"{each.query}: {report.counts[each.query]} in the report, {count} rows")
        print(f"slowest number to open: {slowest[1]}, {slowest[0]:.2f} s computed")
        print(", ".join(f"{query} {count:,}" for query, count in report.counts.items() if count))
        for line in differing:
            print(line)
    within = min(took) <= _LIMIT_S * options.tracks / TRACKS and min(took) <= _TIMES * reading
    return 0 if within and not differing else 1


if __name__ == "__main__":
    sys.exit(main())
