"""Writes what came of tasks: one transaction for all that ended together, each fenced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from musiclib.db import queries
from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.records import ClaimedTask
from musiclib.domain.ids import AlbumId
from musiclib.domain.rows import TrackRow
from musiclib.errors import BugError
from musiclib.runners.outcome import Ending, Outcome, outdated


@dataclass(frozen=True, slots=True)
class Settled:
    """What changed, read in the transaction that changed it."""

    rows: Sequence[TrackRow]
    albums: Sequence[AlbumId]
    lost: Sequence[ClaimedTask]
    """Tasks that are no longer this worker's: nothing of what was found is written."""


def settle(conn: Connection, worker_id: str, ended: Mapping[ClaimedTask, Outcome], now: datetime) -> Settled:
    """Write results and tasks, or nothing if it raises: then one of the outcomes cannot be written."""
    tasks = EnrichmentTaskRepository(conn)
    held = tasks.held(worker_id, [task.id for task in ended])
    ours = [task for task in ended if task.id in held]
    # All are asked before the first is written: what one writes must not make another look outdated.
    outcomes = {task: ended[task] if ended[task].holds(conn) else outdated() for task in ours}
    for task, outcome in outcomes.items():
        outcome.write(conn, now)
        if not _end(tasks, worker_id, task, outcome, now):
            raise BugError(f"task {task.id} was lost inside the transaction that found it held")
    track_ids = [task.track_id for task in ours]
    albums = AlbumRepository(conn).albums_of(track_ids)
    return Settled(
        queries.track_rows(conn, track_ids, now),
        list(dict.fromkeys(album_id for each in albums.values() for album_id in each)),
        [task for task in ended if task.id not in held],
    )


def _end(
    tasks: EnrichmentTaskRepository, worker_id: str, task: ClaimedTask, outcome: Outcome, now: datetime
) -> bool:
    if outcome.ending is Ending.DONE:
        return tasks.finish(task.id, worker_id, now, outcome.reason, outcome.detail)
    if outcome.ending is Ending.ERROR:
        return tasks.fail(task.id, worker_id, now, outcome.reason, outcome.detail)
    return tasks.postpone(
        task.id,
        worker_id,
        outcome.not_before,
        outcome.reason,
        outcome.detail,
        outcome.blocked_on,
        give_back_attempt=not outcome.keep_attempt,
        now=now,
    )
