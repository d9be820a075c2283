"""Starts drivers, kills them, and looks at what they left behind."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import psutil

from musiclib.bootstrap import open_library
from tests.crash.driver import ROWS, WITH_FILE, settings_of

MARK = "MUSICLIB_CRASH_TEST"
# Not `-m`: each child of a driver would import the whole of such a main module anew.
_SERVE = "import sys; from {} import serve; serve(*sys.argv[1:])"
_ORPHANS_GONE_S = 30.0
"""Long, because a child that is just starting, at low priority on a busy machine, must get its turn first."""


class Drivers:
    """A place to start drivers from; whatever it started is gone when it is left."""

    def __init__(self, folder: Path, *arguments: object, module: str = "tests.crash.driver") -> None:
        """`arguments` are what `serve` of the module takes after the folder."""
        self.folder = folder
        self.slowest_end_s = 0.0
        """The longest time children have lived on after their parent."""
        self._mark = uuid4().hex
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVE.format(module), str(folder), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, MARK: self._mark},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.alive():
            process.kill()
        self._process.kill()
        self._process.communicate()

    def start(self) -> int:
        return int(self._say("start"))

    def wait(self, pid: int) -> int:
        """The exit code; negative: the signal that ended it."""
        return int(self._say(f"wait {pid}"))

    def kill(self, pid: int) -> int:
        os.kill(pid, signal.SIGKILL)
        return self.wait(pid)

    def alive(self) -> list[psutil.Process]:
        """Every process that descends from a driver, whoever its parent is now."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.pid != self._process.pid and process.environ().get(MARK) == self._mark:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return found

    def wait_for_no_orphan(self) -> None:
        started = time.monotonic()
        while left := self.alive():
            waited = time.monotonic() - started
            assert waited < _ORPHANS_GONE_S, f"orphans: {[process.cmdline() for process in left]}"
            time.sleep(0.02)
        self.slowest_end_s = max(self.slowest_end_s, time.monotonic() - started)

    def _say(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


def prepare(folder: Path) -> None:
    """Make the library, with a journal in which the database itself notes each completion."""
    open_library(settings_of(folder)).close()
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection, connection:
        connection.execute("CREATE TABLE completions (track_id TEXT, kind TEXT)")
        connection.execute(
            "CREATE TRIGGER completed AFTER UPDATE OF status ON enrichment_tasks "
            "WHEN NEW.status IN ('done', 'error') AND OLD.status NOT IN ('done', 'error') "
            "BEGIN INSERT INTO completions VALUES (NEW.track_id, NEW.kind); END"
        )


def check(folder: Path) -> dict[str, int]:
    """What must hold at any moment, however the last process ended. Returns tasks per status."""
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:

        def number(query: str) -> int:
            return int(connection.execute(query).fetchone()[0])

        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        # An import is there with all its rows and tasks, or not at all.
        albums = number("SELECT count(*) FROM albums")
        assert number("SELECT count(*) FROM imports") == albums
        assert number("SELECT count(*) FROM changesets") == albums
        assert number("SELECT count(*) FROM tracks") == albums * ROWS
        whole = (
            f"SELECT count(*) FROM (SELECT 1 FROM album_tracks GROUP BY album_id HAVING count(*) = {ROWS})"
        )
        assert number(whole) == albums
        assert number("SELECT count(*) FROM enrichment_tasks WHERE kind = 'metadata'") == albums * ROWS
        # A file is linked together with its task.
        audio = "SELECT count(*) FROM enrichment_tasks WHERE kind = 'audio'"
        assert number("SELECT count(*) FROM track_files") == number(audio) <= albums * WITH_FILE
        # What is done is done with its results, once.
        twice = "SELECT count(*) FROM (SELECT 1 FROM completions GROUP BY track_id, kind HAVING count(*) > 1)"
        assert number(twice) == 0
        done = number("SELECT count(*) FROM enrichment_tasks WHERE status IN ('done', 'error')")
        assert number("SELECT count(*) FROM completions") == done
        matched = number("SELECT count(*) FROM tracks WHERE match_state = 'matched'")
        found = "SELECT count(*) FROM enrichment_tasks WHERE kind = 'metadata' AND status = 'done'"
        assert matched == number(found)
        counted = connection.execute("SELECT status, count(*) FROM enrichment_tasks GROUP BY status")
        return dict(counted.fetchall())


def kill_and_check(drivers: Drivers, kills: int, seed: int, *, longest_s: float, report: bool = False) -> int:
    """Kill drivers at random moments, sometimes two at once; returns how many kills hit one at work."""
    rng = random.Random(seed)
    hits = 0
    for nth in range(kills):
        both = rng.random() < 0.3
        pids = [drivers.start() for _ in range(2 if both else 1)]
        time.sleep(rng.uniform(0.02, longest_s))
        for pid in pids:
            hits += drivers.kill(pid) == -signal.SIGKILL
        drivers.wait_for_no_orphan()
        states = check(drivers.folder)
        if report:
            print(f"kill {nth + 1}/{kills}: {states}", flush=True)
    return hits


def finish_and_check(drivers: Drivers, lists: int, workers: int = 1) -> None:
    """Let drivers work to the end; then everything is there, and done once."""
    pids = [drivers.start() for _ in range(workers)]
    assert [drivers.wait(pid) for pid in pids] == [0] * workers
    drivers.wait_for_no_orphan()
    tasks = lists * (ROWS + WITH_FILE)
    assert check(drivers.folder) == {"done": tasks}
