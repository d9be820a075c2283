"""Looking after the queue: how it stands, trying again, pausing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from musiclib.db import queries
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.queue import queue_summary, set_all_paused
from musiclib.domain.ids import TrackId
from musiclib.domain.queue import Off, QueueSummary
from musiclib.domain.rates import Rate
from musiclib.domain.rows import TaskRow
from musiclib.domain.states import TaskKind, TaskStatus
from musiclib.services.acts import Clock


class EnrichmentService:
    """Thread-safe; each method is one transaction."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        rates: Callable[[], Mapping[str, Rate]],
        off: Callable[[], Mapping[str, Off]],
    ) -> None:
        """`rates` names the providers there are, `off` those that are not asked, as it is now."""
        self._db = db
        self._clock = clock
        self._rates = rates
        self._off = off

    def summary(self) -> QueueSummary:
        with self._db.read() as conn:
            return queue_summary(conn, self._clock(), self._rates(), self._off())

    def tasks(
        self,
        status: TaskStatus | None = None,
        kind: TaskKind | None = None,
        track_ids: Iterable[TrackId] | None = None,
        limit: int | None = None,
    ) -> list[TaskRow]:
        """Tasks, the one that changed last first."""
        with self._db.read() as conn:
            return queries.task_rows(conn, status=status, kind=kind, track_ids=track_ids, limit=limit)

    def retry(
        self, track_ids: Iterable[TrackId] | None = None, kind: TaskKind | None = None
    ) -> list[TrackId]:
        """Try again at once what failed or waits; returns the tracks whose badge changed.

        None stands for all tracks, or all kinds.
        """
        with self._db.write() as conn:
            return EnrichmentTaskRepository(conn).retry(track_ids, kind, self._clock())

    def redo(self, track_ids: Iterable[TrackId], kind: TaskKind) -> None:
        """Do the work again even where it is done, before all other work."""
        with self._db.write() as conn:
            EnrichmentTaskRepository(conn).requeue(list(track_ids), kind, self._clock(), priority=10)

    def pause_all(self) -> None:
        """No new task is taken, in any process; what runs is finished."""
        with self._db.write() as conn:
            set_all_paused(conn, True, self._clock())

    def resume_all(self) -> None:
        with self._db.write() as conn:
            set_all_paused(conn, False, self._clock())
