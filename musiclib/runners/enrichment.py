"""The background worker: claims tasks, has them done, writes what came of them, tells who watches.

One asyncio loop, without Qt. Several processes may run one on the same library: leases and fenced
writes see to it that no task is done twice and none is lost, whenever one of them is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from musiclib.db import queries
from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import CLOCKS_DIFFER, EnrichmentTaskRepository
from musiclib.db.queue import (
    all_paused,
    analysis_paused,
    queue_summary,
    running_workers,
    tracks_changed_by_others,
)
from musiclib.db.records import ClaimedTask
from musiclib.db.speeds import keep_speeds
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.queue import AnalysisPace, Off, QueueSummary
from musiclib.domain.rates import Rate
from musiclib.domain.rows import AlbumRow, TrackRow
from musiclib.domain.states import TaskKind
from musiclib.errors import DatabaseAway, DatabaseBusy, DiskFull
from musiclib.runners import troubles
from musiclib.runners.coalescer import Coalescer
from musiclib.runners.outcome import Ending, Outcome
from musiclib.runners.pace import Pace, full_pace
from musiclib.runners.persisting import RETRY_WRITE_S, Persistence, Stopping, outlasting
from musiclib.runners.settling import settle
from musiclib.runners.updates import RunnerUpdate
from musiclib.runners.wakeable import Wakeable
from musiclib.runners.worker_id import is_dead

LEASE = timedelta(seconds=60)
_HEARTBEATS_PER_LEASE = 4
_SUMMARY_EVERY_S = 0.5
_SUMMARY_SHARE = 20
"""A summary that takes long (a large library) comes less often: a twentieth of the time, at most."""
_BREATH_S = 0.1
_SPARE_AGAIN_S = 60.0
_MEASURE_EVERY_S = 60.0

_log = logging.getLogger(__name__)

Work = Callable[[ClaimedTask], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Desk:
    """One kind of work: who does it, and how many at once."""

    kind: TaskKind
    at_once: int
    do: Work
    park: Callable[[Connection, datetime], list[TrackId]] | None = None
    """Has tasks wait that cannot be done now, some at a time; returns whose."""
    spare: Callable[[], Awaitable[list[TrackId] | None]] | None = None
    """Does a piece of what is done while there is room for more tasks than there are. Returns the tracks
    that changed with it; None: nothing was left to do."""


class EnrichmentRunner(Wakeable):
    """`run` belongs to one asyncio loop; `wake` and `request_stop` may be called from any thread."""

    def __init__(
        self,
        db: Database,
        open_desks: Callable[[], contextlib.AbstractAsyncContextManager[Sequence[Desk]]],
        *,
        worker_id: str,
        clock: Callable[[], datetime],
        on_change: Callable[[RunnerUpdate], None],
        poll_interval_s: float = 2.0,
        lease: timedelta = LEASE,
        rates: Mapping[str, Rate] | None = None,
        off: Mapping[str, Off] | None = None,
        online: bool = True,
        pace: Pace = full_pace,
    ) -> None:
        """`open_desks` is entered in the loop, and left before `run` returns. `pace` is asked before audio is
        claimed; whoever runs until idle waits for the result, and has all lanes work whatever it says."""
        super().__init__()
        self._db = db
        self._open_desks = open_desks
        self._worker_id = worker_id
        self._clock = clock
        self._on_change = on_change
        self._poll_interval_s = poll_interval_s
        self._lease = lease
        self._rates = rates or {}
        self._off = off or {}
        self._online = online
        self._battery_pace = pace
        self._until_idle = False
        self._persistence = Persistence(self._stop, self._tell_trouble)
        self._running: dict[asyncio.Task[Outcome], ClaimedTask] = {}
        self._spare: dict[TaskKind, asyncio.Task[None]] = {}
        self._nothing_spare: dict[TaskKind, float] = {}
        """When there was last nothing to do in spare time, if no task has ended since."""
        self._coalescer = Coalescer(self._deliver)
        self._summary_due = float("-inf")
        self._stale = True
        self._looked_at = float("-inf")
        self._measured_at = float("-inf")
        self._seen = clock()
        self._told: dict[TrackId, int] = {}
        """Revisions published since the last look around."""
        self._trouble: str | None = None

    @outlasting
    async def run(self, until_idle: bool = False) -> QueueSummary:
        """Work until `request_stop`; with `until_idle` only until nothing can be done now.

        Returns how the queue stands then; what waits is in it. With `until_idle`, `DiskFull` and
        `DatabaseBusy` are raised when they last.
        """
        self._until_idle = until_idle
        self._persistence.patient = not until_idle
        with self._wakeable():
            async with self._open_desks() as desks:
                heart = asyncio.create_task(self._beat())
                try:
                    await self._work(desks, until_idle)
                except Stopping:
                    _log.info("stopped while nothing could be written")
                finally:
                    heart.cancel()
                    await self._abandon()
                    await asyncio.gather(heart, return_exceptions=True)
        return self._read_summary()

    async def _work(self, desks: Sequence[Desk], until_idle: bool) -> None:
        await self._persistence.write(self._start_up)
        self._publish([], force_summary=True)
        while not self._stop.is_set():
            started = await self._claim(desks)
            busy = self._use_spare_time(desks) or started or self._running
            if until_idle and not busy:
                return
            await self._wait_for_news()
            await self._settle_ended()
            self._look_around()

    def _start_up(self) -> None:
        now = self._clock()
        with self._db.write() as conn:
            tasks = EnrichmentTaskRepository(conn)
            tasks.mend_clock(now)
            tasks.reclaim(now)
            for worker_id in running_workers(conn):
                # Our own, where the server was away before we could give back what we had in hand.
                if worker_id == self._worker_id or is_dead(worker_id):
                    tasks.release(worker_id, now)
            if self._online:
                tasks.unblock("network", now)

    async def _wait_for_news(self) -> None:
        """Until a task ended, somebody woke us, or it is time to look again."""
        assert self._woken is not None
        woken = asyncio.create_task(self._woken.wait())
        try:
            await asyncio.wait(
                {woken, *self._running, *self._spare.values()},
                timeout=self._poll_interval_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            woken.cancel()
        self._woken.clear()

    def _look_around(self) -> None:
        """Once a poll: tell what other processes did, and how the queue stands."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_at < self._poll_interval_s:
            return
        self._looked_at = now
        moment = self._clock()
        if now - self._measured_at >= _MEASURE_EVERY_S:
            self._measured_at = now
            with contextlib.suppress(DiskFull, DatabaseBusy), self._db.write() as conn:
                keep_speeds(conn, moment)
        if self._seen - moment > CLOCKS_DIFFER:
            with contextlib.suppress(DiskFull, DatabaseBusy), self._db.write() as conn:
                EnrichmentTaskRepository(conn).mend_clock(moment)
        with self._db.read() as conn:
            changed = tracks_changed_by_others(conn, self._worker_id, self._seen)
            rows = queries.track_rows(conn, changed, moment)
            on = AlbumRepository(conn).albums_of(row.id for row in rows)
        self._seen = moment
        rows = [row for row in rows if self._told.get(row.id, 0) < row.revision]
        self._told.clear()
        self._publish(rows, [album_id for albums in on.values() for album_id in albums])
        if self._stale or rows:
            self._publish([], force_summary=True)

    async def _claim(self, desks: Sequence[Desk]) -> int:
        started = 0
        for desk in desks:
            busy = sum(each.kind is desk.kind for each in self._running.values())
            room = self._room(desk)
            if busy >= room or self._stop.is_set():
                continue
            await self._park(desk)
            claimed = await self._persistence.write(partial(self._claim_some, desk, room - busy))
            for each in claimed:
                self._drop_earlier_run(each)
                self._running[asyncio.create_task(self._do(desk, each))] = each
            started += len(claimed)
        return started

    def _pace(self) -> AnalysisPace:
        return AnalysisPace.FULL if self._until_idle else self._battery_pace()

    def _room(self, desk: Desk) -> int:
        """How many tasks of a desk may run at once now."""
        pace = self._pace() if desk.kind is TaskKind.AUDIO else AnalysisPace.FULL
        if pace is AnalysisPace.ONE_LANE:
            return min(1, desk.at_once)
        return 0 if pace.rests else desk.at_once

    def _use_spare_time(self, desks: Sequence[Desk]) -> bool:
        """Whether anything is done beside the tasks now."""
        now = asyncio.get_running_loop().time()
        at_work = {each.kind for each in self._running.values()}
        for desk in desks:
            run = self._spare.get(desk.kind)
            if run is not None and run.done():
                del self._spare[desk.kind]
            if desk.spare is None or desk.kind in self._spare or desk.kind in at_work or self._stop.is_set():
                continue
            rests_since = self._nothing_spare.get(desk.kind)
            if rests_since is None or (not self._until_idle and now - rests_since > _SPARE_AGAIN_S):
                self._nothing_spare[desk.kind] = now
                self._spare[desk.kind] = asyncio.create_task(self._do_spare(desk.kind, desk.spare))
        return bool(self._spare)

    async def _do_spare(self, kind: TaskKind, spare: Callable[[], Awaitable[list[TrackId] | None]]) -> None:
        with self._db.read() as conn:
            if all_paused(conn):
                return
        try:
            changed = await spare()
        except (DiskFull, DatabaseBusy) as error:
            self._tell_trouble(error)
        except Exception:  # noqa: BLE001 (tasks go on without it)
            _log.exception("what is done in spare time failed")
        else:
            if changed is not None:
                self._nothing_spare.pop(kind, None)  # there may be more
            if changed:
                with self._db.read() as conn:
                    rows = queries.track_rows(conn, changed, self._clock())
                self._publish(rows)

    async def _park(self, desk: Desk) -> None:
        """Whoever watches gets the rows in portions, with a breath in between."""
        if desk.park is None:
            return
        park_some: Callable[[], int] = partial(self._park_some, desk.park)
        while not self._stop.is_set() and await self._persistence.write(park_some) > 0:
            await asyncio.sleep(_BREATH_S)
            await self._settle_ended()

    def _park_some(self, park: Callable[[Connection, datetime], list[TrackId]]) -> int:
        now = self._clock()
        with self._db.write() as conn:
            parked = park(conn, now)
            rows = queries.track_rows(conn, parked, now) if parked else []
            albums = AlbumRepository(conn).albums_of(parked) if parked else {}
        self._publish(rows, [album_id for each in albums.values() for album_id in each])
        return len(parked)

    def _drop_earlier_run(self, claimed: ClaimedTask) -> None:
        """A task that was queued afresh while we were at it may come back to us, its old run unfinished.

        The database cannot tell the two apart, as both are ours.
        """
        for run, task in list(self._running.items()):
            if task.id == claimed.id:
                run.cancel()
                del self._running[run]

    def _claim_some(self, desk: Desk, limit: int) -> list[ClaimedTask]:
        now = self._clock()
        with self._db.write() as conn:
            if all_paused(conn) or (desk.kind is TaskKind.AUDIO and analysis_paused(conn)):
                return []
            tasks = EnrichmentTaskRepository(conn)
            tasks.reclaim(now)
            claimed = tasks.claim(self._worker_id, [desk.kind], limit, now, self._lease)
            rows = queries.track_rows(conn, [each.track_id for each in claimed], now) if claimed else []
        self._publish(rows)
        return claimed

    async def _do(self, desk: Desk, task: ClaimedTask) -> Outcome:
        try:
            return await desk.do(task)
        except (DiskFull, DatabaseBusy) as error:
            # What was found is gone, the task is not: it is tried again when there is room.
            self._tell_trouble(error)
            later = self._clock() + timedelta(seconds=RETRY_WRITE_S[-1])
            reason = troubles.storage_reason(error)
            return Outcome(Ending.LATER, reason, str(error), not_before=later, keep_attempt=False)
        except Exception as error:  # noqa: BLE001 (one task's bug must not stop the others)
            _log.exception("task %s (%s) of track %s failed", task.id, task.kind, task.track_id)
            return troubles.bug(error)
        finally:
            self._nothing_spare.pop(desk.kind, None)

    async def _settle_ended(self) -> None:
        """Write what came of the runs that have ended, all that have in one transaction."""
        runs = [run for run in self._running if run.done()]
        ended = {self._running[run]: run.result() for run in runs if not run.cancelled()}
        try:
            if ended:
                await self._persistence.write(partial(self._settle, ended))
        except (Stopping, DiskFull, DatabaseBusy):
            raise
        except Exception:  # noqa: BLE001 (one outcome that cannot be written must not cost the others)
            for task, outcome in ended.items():
                await self._settle_alone(task, outcome)
        for run in runs:
            # It stays among the running ones until then, so that its lease is renewed.
            self._running.pop(run, None)

    async def _settle_alone(self, task: ClaimedTask, outcome: Outcome) -> None:
        try:
            await self._persistence.write(partial(self._settle, {task: outcome}))
        except (Stopping, DiskFull, DatabaseBusy):
            raise
        except Exception as error:  # noqa: BLE001 (as above)
            _log.exception("the result of task %s could not be written", task.id)
            await self._persistence.write(partial(self._settle, {task: troubles.bug(error)}))

    def _settle(self, ended: Mapping[ClaimedTask, Outcome]) -> None:
        with self._db.write() as conn:
            settled = settle(conn, self._worker_id, ended, self._clock())
        for task in settled.lost:
            _log.info("task %s was taken from us; its result is dropped", task.id)
        self._publish(settled.rows, settled.albums)

    async def _beat(self) -> None:
        """Keep the leases of running work alive; a beat that fails must not be the last one."""
        while True:
            await asyncio.sleep(self._lease.total_seconds() / _HEARTBEATS_PER_LEASE)
            if not self._running:
                continue
            try:
                await self._persistence.write(self._extend)
            except Stopping:
                return
            except (DiskFull, DatabaseBusy):
                continue  # told already; the lease outlasts some beats
            except Exception:  # noqa: BLE001 (without a beat, running work would be taken from us)
                _log.exception(
                    "the leases of running work could not be renewed; tried again at the next beat"
                )

    def _extend(self) -> None:
        with self._db.write() as conn:
            EnrichmentTaskRepository(conn).extend(self._worker_id, self._clock(), self._lease)

    async def _abandon(self) -> None:
        """Cancel what runs and give its tasks back."""
        if self._stop.is_set():
            with contextlib.suppress(Stopping, DiskFull, DatabaseBusy):
                await self._settle_ended()
        under_way = [*self._running, *self._spare.values()]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        self._running.clear()
        self._spare.clear()
        now = self._clock()
        try:
            with self._db.write() as conn:
                released = EnrichmentTaskRepository(conn).release(self._worker_id, now)
                keep_speeds(conn, now)
                rows = queries.track_rows(conn, released, now)
        except (DiskFull, DatabaseBusy):
            _log.warning("running tasks could not be given back; they are taken up when their lease ends")
        else:
            self._publish(rows, force_summary=True)
        self._coalescer.flush()

    def _publish(
        self, rows: Sequence[TrackRow], albums: Sequence[AlbumId] = (), force_summary: bool = False
    ) -> None:
        self._told.update((row.id, row.revision) for row in rows)
        self._coalescer.add(rows, albums)
        if force_summary:
            self._summary_due = float("-inf")
            self._deliver((), ())

    def _deliver(self, tracks: tuple[TrackRow, ...], albums: tuple[AlbumId, ...]) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        due = started >= self._summary_due
        rows: list[AlbumRow] = []
        summary = None
        try:
            with self._db.read() as conn:
                now = self._clock()
                rows = queries.album_rows(conn, albums, now) if albums else []
                summary = queue_summary(conn, now, self._rates, self._off, self._pace()) if due else None
        except DatabaseAway:
            due = False  # `run` will find it out, and tell
        self._stale = not due
        if due:
            cost = loop.time() - started
            self._summary_due = loop.time() + max(_SUMMARY_EVERY_S, _SUMMARY_SHARE * cost)
        self._on_change(RunnerUpdate(tracks, tuple(rows), summary, self._trouble))

    def _tell_trouble(self, error: DiskFull | DatabaseBusy | None) -> None:
        if error is None:
            self._trouble = None
            return
        if self._trouble is None:
            _log.warning("work stands still: %s", error)
        self._trouble = str(error)
        self._on_change(RunnerUpdate(trouble=self._trouble))

    def _read_summary(self) -> QueueSummary:
        with self._db.read() as conn:
            return queue_summary(conn, self._clock(), self._rates, self._off, self._pace())
