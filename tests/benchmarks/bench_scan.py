"""How fast folders of tagged files come into the library, beside a bare loop of mutagen over the same files.

Run: `python -m tests.benchmarks.bench_scan [FILES [HELD]]`; HELD is how many tracks the library holds before
(0). The loop opens each file with `mutagen.File` in one process and keeps nothing; every figure is taken in
the same run, with the files in the page cache, three times, the best counts. The scan ends with the tracks,
their albums and their tasks in the database.

Imports stand in the functions: the children of the scan import this module again.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

AT_LEAST_X_BARE = 1.1
AT_LEAST_UNCHANGED = 25_000
_ROUNDS = 3


def bare(folder: Path) -> int:
    """mutagen over every file; the tags are looked at, as a scan must."""
    import mutagen

    seen = 0
    for place, _, names in os.walk(folder):
        for name in names:
            audio = mutagen.File(Path(place) / name)
            seen += audio is not None and len(audio.tags or ()) > 0
    return seen


def timed(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def one_round(folder: Path, data_dir: Path, count: int, held: int) -> tuple[float, float, float]:
    """Seconds of the bare loop, of the first scan and of the one after it."""
    from musiclib.bootstrap import open_library
    from musiclib.settings import Settings
    from tests.support.library import add_tracks

    outcomes = []
    library = open_library(Settings(data_dir=data_dir, online=False))
    for _ in range(held // 10_000):
        add_tracks(library._db, 10_000)
    loop = timed(lambda: bare(folder))
    first = timed(lambda: outcomes.append(library.scan.scan([folder])))
    again = timed(lambda: outcomes.append(library.scan.scan([folder])))
    library.close()
    assert (outcomes[0].added, outcomes[1].unchanged) == (count, count), outcomes[0].broken[:3]
    assert outcomes[0].new_tracks == count, outcomes[0].new_tracks
    return loop, first, again


def main(count: int, held: int) -> int:
    from tests.benchmarks.tagged_files import make_files

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "music"
        make_files(folder, count)
        bare(folder)  # into the page cache
        rounds = [one_round(folder, Path(name) / f"data{n}", count, held) for n in range(_ROUNDS)]
    loop, first, again = (min(times) for times in zip(*rounds, strict=True))
    ratio, unchanged = loop / first, count / again
    print(f"{count:,} files, {held:,} tracks before{'seconds':>14}{'files/s':>10}{'x bare':>8}")
    for what, took in (("bare mutagen loop", loop), ("scan", first), ("scan, nothing changed", again)):
        print(f"{what:38}{took:8.2f}{count / took:10,.0f}{loop / took:8.2f}")
    kept = ratio >= AT_LEAST_X_BARE and unchanged >= AT_LEAST_UNCHANGED
    print(
        f"limits: scan {AT_LEAST_X_BARE} x bare, {AT_LEAST_UNCHANGED:,} unchanged files/s: "
        f"{'kept' if kept else 'MISSED'}"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    sys.exit(main(*given, *(10_000, 0)[len(given) :]))
