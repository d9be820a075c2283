"""Several workers on one PostgreSQL library: `python -m tests.benchmarks.bench_workers [--tasks N]`.

N look-ups are drained by real workers, each a process of its own, at the same server, which a wheel brings
along. The provider is one in each process that answers at once. A trigger of the
database notes each task that is completed: none may be lost, and none done twice. Beside it stands one worker
alone at the same work.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psycopg

from musiclib.bootstrap import open_library
from musiclib.domain.states import TaskKind
from musiclib.settings import Settings
from tests.benchmarks.bench_drain import SOURCES, fill
from tests.support.database import PostgresqlServer, postgresql_server

_JOURNAL = """
CREATE TABLE IF NOT EXISTS completions (task_id uuid, worker text);
TRUNCATE completions;
CREATE OR REPLACE FUNCTION note_completion() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO completions VALUES (OLD.id, OLD.worker_id); RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER completed AFTER UPDATE OF status ON enrichment_tasks FOR EACH ROW
    WHEN (NEW.status IN ('done', 'error') AND OLD.status = 'running') EXECUTE FUNCTION note_completion();
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        _work(Path(arguments.work[0]), arguments.work[1])
        return 0
    with tempfile.TemporaryDirectory() as name, postgresql_server() as server:
        alone = _drain(Path(name), server, arguments.tasks, 1)
        together = _drain(Path(name), server, arguments.tasks, arguments.workers)
    print(f"{arguments.workers} workers take {together / alone:.2f} times as long as one")
    return 0


def _drain(folder: Path, server: PostgresqlServer, tasks: int, workers: int) -> float:
    address = server.empty_library()
    library = open_library(Settings(data_dir=folder / "filling", database_url=address))
    fill(library, tasks)
    library.close()
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute(_JOURNAL)
        begun = time.perf_counter()
        command = [sys.executable, "-m", "tests.benchmarks.bench_workers", "--work"]
        started = [
            subprocess.Popen(
                [*command, str(folder / f"worker {nth}"), address],
                env={**os.environ, "MUSICLIB_CREDENTIALS": "file"},
            )
            for nth in range(workers)
        ]
        assert [each.wait() for each in started] == [0] * workers
        seconds = time.perf_counter() - begun
        done = conn.execute("SELECT task_id, worker FROM completions").fetchall()
        states = dict(conn.execute("SELECT status, count(*) FROM enrichment_tasks GROUP BY 1").fetchall())
        tries = conn.execute("SELECT max(attempts) FROM enrichment_tasks").fetchone()
    assert states == {"done": tasks}, states
    assert len(done) == len({row[0] for row in done}) == tasks, "a task was done twice, or not at all"
    assert tries == (1,), "a task was taken twice"
    shares = ", ".join(f"{count:,}" for count in sorted(Counter(row[1] for row in done).values()))
    print(
        f"{workers} worker{'s' if workers > 1 else ''}: {tasks:,} tasks in {seconds:.1f} s, "
        f"{tasks / seconds:,.0f} a second; none lost, none done twice; shares {shares}",
        flush=True,
    )
    return seconds


def _work(folder: Path, address: str) -> None:
    library = open_library(Settings(data_dir=folder, database_url=address))
    runner = library.enrichment_runner(lambda update: None, connect=SOURCES, kinds=[TaskKind.METADATA])
    asyncio.run(runner.run(until_idle=True))
    library.close()


if __name__ == "__main__":
    sys.exit(main())
