"""What the worker costs for each task: `python -m tests.benchmarks.bench_drain [--tasks N] [--window]`.

N look-ups are drained in a real library file by the real worker. The provider is one in this process that
answers at once (no socket: what a network costs is not the worker's), with a candidate that has fields, an
id, links and artists; it is matched and written like any other. Claims and writes are real transactions,
signals are the rows and summaries read for the window and handed over, at most ten times a second.

Beside it, in the same run, stands the least that any worker would have to write: by sqlite3 alone, prepared
statements that take ten tasks in one transaction and finish each in one, with its track and what was said
of it. Limit: 2 ms a task for claims, writes and signals together. With `--window` the real window shows it
all happen, with its gaps measured as `heart` says, beside a bare loop.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import UUID

from musiclib.bootstrap import Library, open_library
from musiclib.domain.states import TaskKind
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.providers.base import Candidate, TrackQuery
from musiclib.runners.enrichment import EnrichmentRunner
from musiclib.runners.sources import Sources
from musiclib.runners.updates import RunnerUpdate
from musiclib.services.import_types import ImportRequest, NewAlbum
from musiclib.settings import Settings
from tests.runners.fakes import FakeProvider, candidate, connecting_to

_LIMIT_MS = 2.0
_ALBUM = 25
_PARTS = {"_claim_some": "claims", "_settle": "writes", "_deliver": "signals"}
_FIRST_SECONDS_MS = 3000
"""In which the window makes its other pages ready, one at a time."""


class Meter:
    """Sums the seconds that some methods of a runner take, and how many of them it computed."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.computed: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)

    def watch(self, runner: EnrichmentRunner) -> EnrichmentRunner:
        for name, part in _PARTS.items():
            setattr(runner, name, self._timed(part, getattr(runner, name)))
        # The coalescer was given the method before it was watched.
        runner._coalescer._deliver = runner._deliver
        return runner

    def _timed(self, part: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            begun, cpu = time.perf_counter(), time.thread_time()
            try:
                return method(*args, **kwargs)
            finally:
                self.seconds[part] += time.perf_counter() - begun
                self.computed[part] += time.thread_time() - cpu
                self.calls[part] += 1

        return timed

    def report(self, tasks: int, wall_s: float) -> float:
        """Prints the costs; returns milliseconds a task for all parts together."""
        for part in _PARTS.values():
            self._line(part, self.seconds[part], self.computed[part], tasks, f"{self.calls[part]:,} times")
        seconds, computed = sum(self.seconds.values()), sum(self.computed.values())
        self._line("claims, writes and signals", seconds, computed, tasks, "together")
        total = seconds / tasks * 1000
        rest = wall_s / tasks * 1000 - total
        print(f"  {'reading, scoring, deciding':<34}{rest:8.3f} ms a task")
        print(f"  {tasks / wall_s:,.0f} tasks a second in all")
        return total

    def _line(self, part: str, seconds: float, computed: float, tasks: int, note: str) -> None:
        each, cpu = seconds / tasks * 1000, computed / tasks * 1000
        print(f"  {part:<34}{each:8.3f} ms a task, {cpu:7.3f} of it computing  ({note})")


def answer(query: TrackQuery) -> list[Candidate]:
    return [candidate(query, provider="fake", art=())]


SOURCES = connecting_to(Sources((FakeProvider(answer),)))


def fill(library: Library, tasks: int) -> None:
    for first in range(0, tasks, _ALBUM):
        rows = tuple(
            ParsedTrack(f"Artist {n % 900}", f"Title {n}", label=f"Label {n % 60}")
            for n in range(first, min(first + _ALBUM, tasks))
        )
        library.imports.commit(ImportRequest(rows, f"list {first}", NewAlbum(f"Album {first // _ALBUM}")))


def drain(library: Library, tasks: int) -> float:
    meter, updates = Meter(), list[RunnerUpdate]()
    runner = library.enrichment_runner(updates.append, connect=SOURCES, kinds=[TaskKind.METADATA])
    begun = time.perf_counter()
    summary = asyncio.run(meter.watch(runner).run(until_idle=True))
    wall_s = time.perf_counter() - begun
    assert summary.done == tasks, summary
    told = len({row.id for update in updates for row in update.tracks})
    assert told == tasks, "every track's row was handed over"
    print(f"the worker, {tasks:,} tasks, {len(updates):,} updates")
    return meter.report(tasks, wall_s)


def bare(path: Path, tasks: int) -> None:
    """The least there is to write, in a copy of the same library."""
    said = json.dumps({"artist": "Artist", "title": "Title", "label": "Fake", "duration_s": 200.0})
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode=WAL")
        conn.execute("PRAGMA synchronous=NORMAL")
        conn.execute("PRAGMA foreign_keys=ON")
        begun = time.perf_counter()
        for claimed in _claims(conn):
            for task, track in claimed:
                conn.execute("BEGIN IMMEDIATE")
                conn.execute(
                    "INSERT INTO track_metadata"
                    " (track_id, source, fields, confidence, links, art, origins, fetched_at)"
                    " VALUES (?, 'fake', ?, '{}', '{}', '[]', '{}', '2026-01-01 00:00:00.000000')",
                    (track, said),
                )
                conn.execute(
                    "UPDATE tracks SET label='Fake', revision=revision+1, match_state='matched' WHERE id=?",
                    (track,),
                )
                conn.execute("UPDATE enrichment_tasks SET status='done' WHERE id=?", (task,))
                conn.execute("COMMIT")
        seconds = time.perf_counter() - begun
    print(f"sqlite3 alone, the least to write   {seconds / tasks * 1000:8.3f} ms a task")


def _claims(conn: sqlite3.Connection) -> Iterator[list[tuple[str, str]]]:
    while True:
        conn.execute("BEGIN IMMEDIATE")
        claimed = conn.execute(
            "UPDATE enrichment_tasks SET status='running', worker_id='a' WHERE id IN ("
            "SELECT id FROM enrichment_tasks WHERE status='queued' AND blocked_on IS NULL"
            " AND kind='metadata' ORDER BY priority DESC, created_at, id LIMIT 10) RETURNING id, track_id"
        ).fetchall()
        conn.execute("COMMIT")
        if not claimed:
            return
        yield claimed


class Answered(Library):
    """A library whose own worker asks the provider of this process."""

    def enrichment_runner(self, *args: Any, **kwargs: Any) -> EnrichmentRunner:
        return super().enrichment_runner(*args, **{**kwargs, "connect": SOURCES})


def drain_in_window(settings: Settings, tasks: int, stacks: Path | None) -> bool:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop

    from musiclib.domain.states import MatchState
    from musiclib.gui.application import GuiApplication, make_application, open_in_background
    from musiclib.gui.collector import Collector
    from tests.benchmarks import heart

    heart.compile_first()
    app = make_application(sys.argv)
    opened = open_in_background(settings)
    library = Answered(**{each.name: getattr(opened, each.name) for each in fields(Library)})
    gui = GuiApplication(library, settings, app)
    collector, bystander = Collector(app), heart.Bystander()
    matched: set[UUID] = set()

    def count(update: RunnerUpdate) -> None:
        matched.update(row.id for row in update.tracks if row.match_state is MatchState.MATCHED)

    gui.worker.updated.connect(count)
    begun = time.perf_counter()
    gui.start()
    heart.wait_until(lambda: gui.albums.loaded, "the albums")
    heart.rest(_FIRST_SECONDS_MS)
    with stacks.open("w") if stacks else contextlib.nullcontext() as told:
        watch = heart.Heart(told)
        bystander.start()
        watch.start()  # how the window starts is another question
        heart.wait_until(lambda: len(matched) >= tasks, "the tasks")
        wall_s = time.perf_counter() - begun
        beats, beside = watch.stop(), bystander.stop()
    print(f"{tasks:,} tasks drained in sight of the window in {wall_s:.1f} s")
    heart.head()
    figures = heart.report("the window while tasks are drained", beats)
    heart.report("  a bare loop beside it", beside)
    loop = QEventLoop()
    gui.ended.connect(loop.quit)
    gui.shutdown.start()
    loop.exec()
    collector.close()
    return figures.good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--window", action="store_true", help="in sight of the real window")
    parser.add_argument("--stacks", type=Path, help="write what was done in long gaps of it to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data", online=False)
        with contextlib.closing(open_library(settings)) as library:
            fill(library, options.tasks)
        if options.window:
            return 0 if drain_in_window(settings, options.tasks, options.stacks) else 1
        source, alone = settings.data_dir / "library.sqlite3", Path(folder) / "alone.sqlite3"
        with (
            contextlib.closing(sqlite3.connect(source)) as a,
            contextlib.closing(sqlite3.connect(alone)) as b,
        ):
            a.backup(b)
        bare(alone, options.tasks)
        with contextlib.closing(open_library(settings)) as library:
            cost = drain(library, options.tasks)
    print(f"{'within' if cost <= _LIMIT_MS else 'over'} the limit of {_LIMIT_MS} ms a task")
    return 0 if cost <= _LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
