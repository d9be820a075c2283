"""The table of work: who does what, until when, and what came of it.

`queued -> running -> done | error`. A task that runs belongs to one worker until its lease ends;
whatever a worker says of a task that is no longer its own is refused. Each change raises the
revision of the track, because its badge changes with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from musiclib.db.identities import new_ids
from musiclib.db.records import ClaimedTask
from musiclib.db.schema import CLAIMABLE, LEASED, Album, AlbumTrack, EnrichmentTask, Track, TrackFile
from musiclib.db.statements import chunked, insert_columns, raise_tracks, upsert_columns
from musiclib.domain.ids import TaskId, TrackId
from musiclib.domain.states import MatchState, Reason, TaskKind, TaskStatus

CLOCKS_DIFFER = timedelta(minutes=5)
"""Clocks of machines that share a library differ by less; more, and a clock was set back."""
MOST_ATTENTION = 5
"""The highest priority of what is looked at; what a person asked for stands above it."""
_LONGEST_LEASE = timedelta(hours=1)
_FREE = {"worker_id": None, "lease_until": None}
_AFRESH = {
    "status": TaskStatus.QUEUED,
    "reason": None,
    "detail": None,
    "attempts": 0,
    "not_before": None,
    "blocked_on": None,
    "finished_at": None,
    **_FREE,
}


class EnrichmentTaskRepository:
    """Times are aware UTC. Methods that change many tasks return the tracks whose badge changed."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def enqueue(self, track_ids: Sequence[TrackId], kind: TaskKind, now: datetime, priority: int = 0) -> None:
        """Queue work for tracks that never had a task of this kind; leaves existing ones alone."""
        self._insert(track_ids, kind, now, priority, renew=())
        raise_tracks(self._conn, track_ids)

    def enqueue_new(self, track_ids: Sequence[TrackId], kind: TaskKind, now: datetime) -> None:
        """Queue work for tracks made in this very transaction: nobody has seen their revision yet."""
        if track_ids:
            insert_columns(self._conn, EnrichmentTask, _fresh(track_ids, kind, now, 0))

    def requeue(self, track_ids: Sequence[TrackId], kind: TaskKind, now: datetime, priority: int = 0) -> None:
        """Queue work afresh, whatever became of it before; a worker that is at it loses it."""
        self._insert(track_ids, kind, now, priority, renew=(*_AFRESH, "priority", "updated_at"))
        raise_tracks(self._conn, track_ids)

    def enqueue_pending(self, track_ids: Iterable[TrackId], now: datetime) -> None:
        """Queue the look-up of those of the tracks that have no answer and wait for none."""
        task = EnrichmentTask
        under_way = exists().where(
            task.track_id == Track.id,
            task.kind == TaskKind.METADATA,
            task.status.in_((TaskStatus.QUEUED, TaskStatus.RUNNING)),
        )
        for ids in chunked(track_ids):
            named = and_(Track.match_state == MatchState.PENDING, ~Track.is_id)
            query = select(Track.id).where(Track.id.in_(ids), named, ~under_way)
            found = [TrackId(each) for each in self._conn.execute(query).scalars()]
            self.requeue(found, TaskKind.METADATA, now)

    def claim(
        self,
        worker_id: str,
        kinds: Sequence[TaskKind],
        limit: int,
        now: datetime,
        lease: timedelta,
    ) -> list[ClaimedTask]:
        """Take up to `limit` tasks for `worker_id` until `now + lease`: highest priority first, then oldest.

        Tasks that wait, that are blocked, or whose track stands only on paused albums are left.
        """
        if not kinds or limit < 1:
            return []
        moment = {"at": now, "claimer": worker_id, "until": now + lease, "most": limit}
        rows = self._conn.execute(_claiming(tuple(dict.fromkeys(kinds))), moment).all()
        claimed = [
            ClaimedTask(
                TaskId(row.id),
                TrackId(row.track_id),
                TaskKind(row.kind),
                row.attempts,
                row.priority,
                Reason(row.reason) if row.reason else None,
                row.created_at,
            )
            for row in rows
        ]
        raise_tracks(self._conn, {each.track_id for each in claimed})
        return sorted(claimed, key=lambda each: (-each.priority, each.created_at, each.id))

    def extend(self, worker_id: str, now: datetime, lease: timedelta) -> int:
        """Prolong the leases of everything this worker runs; returns how many tasks those are."""
        task = EnrichmentTask
        mine = and_(task.worker_id == worker_id, task.status == TaskStatus.RUNNING)
        return self._conn.execute(update(task).where(mine).values(lease_until=now + lease)).rowcount

    def held(self, worker_id: str, task_ids: Iterable[TaskId]) -> set[TaskId]:
        """Those of the tasks that this worker runs; as long as the transaction lasts nobody takes them."""
        found: set[TaskId] = set()
        for ids in chunked(task_ids):
            rows = self._conn.execute(_HELD, {"ids": ids, "holder": worker_id}).scalars()
            found.update(TaskId(each) for each in rows)
        return found

    def finish(
        self, task_id: TaskId, worker_id: str, now: datetime, reason: Reason, detail: str | None = None
    ) -> bool:
        """The work is done. False when the task is no longer this worker's: take everything back then."""
        return self._end(task_id, worker_id, TaskStatus.DONE, now, reason, detail)

    def fail(
        self, task_id: TaskId, worker_id: str, now: datetime, reason: Reason, detail: str | None = None
    ) -> bool:
        """The work cannot be done without a person. False as in `finish`."""
        return self._end(task_id, worker_id, TaskStatus.ERROR, now, reason, detail)

    def postpone(
        self,
        task_id: TaskId,
        worker_id: str,
        not_before: datetime | None,
        reason: Reason,
        detail: str | None = None,
        blocked_on: str | None = None,
        give_back_attempt: bool = False,
        now: datetime | None = None,
    ) -> bool:
        """Put the task back until a moment, or until what it is blocked on is there. False as in `finish`.

        Without `now` the task keeps the moment of its claim as that of its last change.
        """
        return self._settle(
            task_id,
            worker_id,
            status=TaskStatus.QUEUED,
            reason=reason,
            detail=detail,
            not_before=not_before,
            blocked_on=blocked_on,
            given_back=int(give_back_attempt),
            now=now,
        )

    def park_lookups(
        self,
        reason: Reason,
        detail: str,
        blocked_on: str,
        now: datetime,
        limit: int,
        except_on: Iterable[str] = (),
    ) -> list[TrackId]:
        """Have up to `limit` look-ups wait that nobody can do, without claiming each of them.

        Tracks with a file are left alone, as the file itself may answer, and so are those on albums
        whose origin is in `except_on`.
        """
        task = EnrichmentTask
        has_file = select(TrackFile.file_id).where(TrackFile.track_id == task.track_id).exists()
        excepted = (
            select(AlbumTrack.id)
            .join(Album, Album.id == AlbumTrack.album_id)
            .where(AlbumTrack.track_id == task.track_id, Album.origin.in_(list(except_on)))
            .exists()
        )
        due = or_(task.not_before.is_(None), task.not_before <= now)
        waiting = select(task.id).where(
            text(CLAIMABLE), task.kind == TaskKind.METADATA, due, ~has_file, ~excepted
        )
        parked = task.id.in_(waiting.limit(limit).scalar_subquery())
        return self._requeue_where(
            parked, now, reason=reason, detail=detail, blocked_on=blocked_on, not_before=None
        )

    def release(self, worker_id: str, now: datetime) -> list[TrackId]:
        """Put back all a worker runs, as if it had never been claimed."""
        task = EnrichmentTask
        mine = and_(task.worker_id == worker_id, task.status == TaskStatus.RUNNING)
        return self._requeue_where(mine, now, attempts=case((task.attempts > 0, task.attempts - 1), else_=0))

    def reclaim(self, now: datetime) -> list[TrackId]:
        """Put back what dead workers ran: tasks whose lease has ended. The attempt counts."""
        return self._requeue_where(and_(text("status = 'running'"), EnrichmentTask.lease_until < now), now)

    def mend_clock(self, now: datetime) -> list[TrackId]:
        """Take back what a clock that was set back since has put off: it would be due too late, or never.

        Such tasks may go on at once; whoever has to wait for a provider is told so again at its gate.
        """
        task = EnrichmentTask
        put_off = and_(
            task.status == TaskStatus.QUEUED,
            task.not_before > now,
            task.updated_at > now + CLOCKS_DIFFER,
        )
        held = and_(text(LEASED), task.lease_until > now + _LONGEST_LEASE)
        return [*self._requeue_where(put_off, now, not_before=None), *self._requeue_where(held, now)]

    def retry(
        self, track_ids: Iterable[TrackId] | None, kind: TaskKind | None, now: datetime
    ) -> list[TrackId]:
        """Try again at once what ended in an error or waits; None stands for all tracks, or all kinds."""
        task = EnrichmentTask
        stuck = or_(
            task.status == TaskStatus.ERROR,
            and_(task.status == TaskStatus.QUEUED, or_(task.not_before > now, task.blocked_on.is_not(None))),
        )
        if kind is not None:
            stuck = and_(stuck, task.kind == kind)
        values = {name: value for name, value in _AFRESH.items() if name not in {"status", *_FREE}}
        if track_ids is None:
            return self._requeue_where(stuck, now, **values)
        changed: list[TrackId] = []
        for ids in chunked(track_ids):
            changed += self._requeue_where(and_(stuck, task.track_id.in_(ids)), now, **values)
        return changed

    def unblock(self, blocked_on: str, now: datetime) -> list[TrackId]:
        """Free what waits for something that is there now (a sign-in, a provider, the network)."""
        blocked = and_(EnrichmentTask.status == TaskStatus.QUEUED, EnrichmentTask.blocked_on == blocked_on)
        return self._requeue_where(blocked, now, blocked_on=None, not_before=None)

    def differ_in_attention(self, wanted: Mapping[TrackId, int], kind: TaskKind) -> bool:
        """Whether `set_attention` would change anything."""
        return bool(self._of_attention(wanted, kind))

    def set_attention(self, wanted: Mapping[TrackId, int], kind: TaskKind) -> None:
        """Give the waiting tasks of these tracks these priorities (1 to `MOST_ATTENTION`), all others none.

        Tasks with a higher priority keep theirs: somebody has asked for them.
        """
        changes: dict[int, list[Any]] = defaultdict(list)
        for task_id, priority in self._of_attention(wanted, kind):
            changes[priority].append(task_id)
        for priority, ids in changes.items():
            for some in chunked(ids):
                of_these = EnrichmentTask.id.in_(some), EnrichmentTask.status == TaskStatus.QUEUED
                self._conn.execute(update(EnrichmentTask).where(*of_these).values(priority=priority))

    def _of_attention(self, wanted: Mapping[TrackId, int], kind: TaskKind) -> list[tuple[UUID, int]]:
        """Tasks whose priority is another one than it should be, with that one."""
        task = EnrichmentTask
        columns = select(task.id, task.track_id, task.priority).where(text(CLAIMABLE), task.kind == kind)
        found = list(self._conn.execute(columns.where(task.priority.between(1, MOST_ATTENTION))))
        for ids in chunked(wanted):
            found += self._conn.execute(columns.where(task.priority == 0, task.track_id.in_(ids)))
        meant = [(row.id, wanted.get(TrackId(row.track_id), 0), row.priority) for row in found]
        return [(task_id, priority) for task_id, priority, known in meant if priority != known]

    def cancel(self, track_ids: Iterable[TrackId], kind: TaskKind) -> None:
        """Forget tasks that make no sense any more (the file was unlinked). A worker at one loses it."""
        task = EnrichmentTask
        for ids in chunked(track_ids):
            self._conn.execute(delete(task).where(task.kind == kind, task.track_id.in_(ids)))
            raise_tracks(self._conn, ids)

    def _insert(
        self,
        track_ids: Sequence[TrackId],
        kind: TaskKind,
        now: datetime,
        priority: int,
        renew: Sequence[str],
    ) -> None:
        if track_ids:
            columns = _fresh(track_ids, kind, now, priority)
            upsert_columns(self._conn, EnrichmentTask, columns, keys=("track_id", "kind"), renew=renew)

    def _end(
        self,
        task_id: TaskId,
        worker_id: str,
        status: TaskStatus,
        now: datetime,
        reason: Reason,
        detail: str | None,
    ) -> bool:
        return self._settle(
            task_id, worker_id, status=status, reason=reason, detail=detail, finished_at=now, now=now
        )

    def _settle(self, task_id: TaskId, worker_id: str, **changes: Any) -> bool:
        values = {**_NO_CHANGES, **changes, "id": task_id, "worker": worker_id}
        track_id = self._conn.execute(_SETTLE, {f"_{name}": value for name, value in values.items()}).scalar()
        if track_id is None:
            return False
        raise_tracks(self._conn, [track_id])
        return True

    def _requeue_where(self, condition: Any, now: datetime, **values: Any) -> list[TrackId]:
        changes = {"status": TaskStatus.QUEUED, **_FREE, **values, "updated_at": now}
        statement = update(EnrichmentTask).where(condition).values(changes).returning(EnrichmentTask.track_id)
        changed = [TrackId(track_id) for track_id in self._conn.execute(statement).scalars()]
        raise_tracks(self._conn, changed)
        return changed


# The statements of every task are built once: building takes SQLAlchemy longer than running takes SQLite.
_NO_CHANGES = dict.fromkeys(
    ("status", "reason", "detail", "not_before", "blocked_on", "finished_at", "now")
) | {"given_back": 0}
_HELD = select(EnrichmentTask.id).where(
    EnrichmentTask.id.in_(bindparam("ids", expanding=True)),
    EnrichmentTask.worker_id == bindparam("holder"),
    EnrichmentTask.status == TaskStatus.RUNNING,
)
_SETTLE = (
    update(EnrichmentTask)
    .where(
        EnrichmentTask.id == bindparam("_id"),
        EnrichmentTask.worker_id == bindparam("_worker"),
        EnrichmentTask.status == TaskStatus.RUNNING,
    )
    .values(
        worker_id=None,
        lease_until=None,
        status=bindparam("_status"),
        reason=bindparam("_reason"),
        detail=bindparam("_detail"),
        attempts=EnrichmentTask.attempts - bindparam("_given_back"),
        not_before=bindparam("_not_before"),
        blocked_on=bindparam("_blocked_on"),
        updated_at=func.coalesce(
            bindparam("_now", type_=EnrichmentTask.updated_at.type), EnrichmentTask.updated_at
        ),
        finished_at=bindparam("_finished_at"),
    )
    .returning(EnrichmentTask.track_id)
)


def _fresh(
    track_ids: Sequence[TrackId], kind: TaskKind, now: datetime, priority: int
) -> dict[str, list[Any]]:
    """The columns of tasks as they are when they are queued."""
    common = {**_AFRESH, "kind": kind, "priority": priority, "created_at": now, "updated_at": now}
    count = len(track_ids)
    return {
        "id": new_ids(count),
        "track_id": list(track_ids),
        **{name: [value] * count for name, value in common.items()},
    }


@cache
def _claiming(kinds: tuple[TaskKind, ...]) -> Any:
    """The claim. Each kind is read along the index on its own, then the heads are merged."""
    task = EnrichmentTask
    merged = union_all(*(select(_head(kind)) for kind in kinds)).subquery()
    ordered = merged.c.priority.desc(), merged.c.created_at, merged.c.id
    return (
        update(task)
        .where(task.id.in_(select(merged.c.id).order_by(*ordered).limit(_MOST)))
        .values(
            status=TaskStatus.RUNNING,
            worker_id=bindparam("claimer"),
            lease_until=bindparam("until"),
            attempts=task.attempts + 1,
            updated_at=_AT,
        )
        .returning(
            task.id, task.track_id, task.kind, task.attempts, task.priority, task.reason, task.created_at
        )
    )


_AT: BindParameter[datetime] = bindparam("at", type_=EnrichmentTask.updated_at.type)
_MOST: BindParameter[int] = bindparam("most", type_=Integer())


def _head(kind: TaskKind) -> Any:
    task = aliased(EnrichmentTask)
    # One scalar for each task: PostgreSQL would answer EXISTS by hashing the lists of all albums.
    paused = AlbumTrack.album_id.in_(select(Album.id).where(text("paused")))
    held = (
        select(func.min(case((paused, 1), else_=0)))
        .where(AlbumTrack.track_id == task.track_id)
        .scalar_subquery()
    )
    return (
        select(task.id, task.priority, task.created_at)
        .where(
            text(CLAIMABLE),
            task.kind == kind,
            or_(task.not_before.is_(None), task.not_before <= _AT),
            func.coalesce(held, 0) == 0,
        )
        .order_by(task.priority.desc(), task.created_at, task.id)
        .limit(_MOST)
        .with_for_update(skip_locked=True, of=task)
        .subquery()
    )
