"""A worker in a process of its own: claims and finishes until nothing is left, and prints the tracks."""

from __future__ import annotations

import sys
from datetime import timedelta

from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.states import Reason, TaskKind
from tests.support.library import NOW


def main(url: str, worker: str) -> None:
    db = Database.open(url)
    finished: list[TrackId] = []
    while True:
        with db.write() as conn:
            tasks = EnrichmentTaskRepository(conn).claim(
                worker, list(TaskKind), 20, NOW, timedelta(seconds=60)
            )
        if not tasks:
            break
        with db.write() as conn:
            repository = EnrichmentTaskRepository(conn)
            finished += [
                task.track_id for task in tasks if repository.finish(task.id, worker, NOW, Reason.FOUND)
            ]
    db.close()
    print(*finished, sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
