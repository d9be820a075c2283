"""Reads how the enrichment queue stands: the numbers of the activity page and the strip below all pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.db.queries import task_counts
from musiclib.db.records import ProviderRecord
from musiclib.db.schema import EnrichmentTask, Track
from musiclib.domain.ids import TaskId, TrackId
from musiclib.domain.queue import ProviderSummary, QueueSummary, RunningItem, WaitingGroup
from musiclib.domain.states import Reason, TaskKind, TaskStatus

_RATE_WINDOW = timedelta(minutes=5)
_SHORTEST_WINDOW = timedelta(seconds=10)
_PAUSE = "enrichment"
_MOST_CHANGED = 1_000


def set_all_paused(conn: Connection, paused: bool, now: datetime) -> None:
    """Stop or start all work, in every process that has the library open."""
    LibraryStateRepository(conn).put(_PAUSE, {"paused": paused}, now)


def all_paused(conn: Connection) -> bool:
    return bool((LibraryStateRepository(conn).get(_PAUSE) or {}).get("paused"))


def tracks_changed_by_others(conn: Connection, worker_id: str, since: datetime) -> list[TrackId]:
    """Tracks whose tasks were changed after `since` and are not this worker's now; the newest, if many."""
    task = EnrichmentTask
    theirs = or_(task.worker_id.is_(None), task.worker_id != worker_id)
    newest = task.updated_at.desc()
    query = select(task.track_id).where(task.updated_at > since, theirs).order_by(newest).limit(_MOST_CHANGED)
    return list(dict.fromkeys(TrackId(each) for each in conn.execute(query).scalars()))


def running_workers(conn: Connection) -> list[str]:
    """Who holds a task now."""
    query = select(EnrichmentTask.worker_id).where(EnrichmentTask.status == TaskStatus.RUNNING).distinct()
    return [each for each in conn.execute(query).scalars() if each is not None]


def queue_summary(
    conn: Connection, now: datetime, providers: Mapping[str, float | None], disabled: Sequence[str] = ()
) -> QueueSummary:
    """The queue at `now`. `providers` is name -> seconds between two calls, where there is such a limit."""
    counts = task_counts(conn, now)
    paused = all_paused(conn)
    rate = _rate_per_min(conn, now)
    ready = sum(each.running + each.queued for each in counts)
    known = {each.provider: each for each in ProviderStateRepository(conn).all()}
    return QueueSummary(
        at=now,
        kinds=tuple(counts),
        running=tuple(_running(conn)),
        waiting=tuple(_waiting(conn, now)),
        providers=tuple(
            _provider(name, interval, known.get(name), name not in disabled, now)
            for name, interval in providers.items()
        ),
        paused=paused,
        rate_per_min=rate,
        done_about=now + timedelta(minutes=ready / rate) if rate and ready and not paused else None,
    )


def _running(conn: Connection) -> list[RunningItem]:
    task = EnrichmentTask
    query = (
        select(task.id, task.track_id, task.kind, Track.artist, Track.title, task.updated_at)
        .join(Track, Track.id == task.track_id)
        .where(task.status == TaskStatus.RUNNING)
        .order_by(task.updated_at, task.id)
        .limit(50)
    )
    return [
        RunningItem(TaskId(row[0]), TrackId(row[1]), TaskKind(row[2]), row[3], row[4], row[5])
        for row in conn.execute(query)
    ]


def _waiting(conn: Connection, now: datetime) -> list[WaitingGroup]:
    task = EnrichmentTask
    keys: list[Any] = [task.kind, task.reason, task.blocked_on]
    waits = and_(task.status == TaskStatus.QUEUED, or_(task.blocked_on.is_not(None), task.not_before > now))
    query = select(*keys, func.count(), func.min(task.not_before)).where(waits).group_by(*keys)
    groups = [
        WaitingGroup(TaskKind(kind), Reason(reason) if reason else None, blocked_on, count, until)
        for kind, reason, blocked_on, count, until in map(tuple, conn.execute(query))
    ]
    return sorted(groups, key=lambda group: -group.count)


def _rate_per_min(conn: Connection, now: datetime) -> float | None:
    """Over the last minutes, or since the first task of them was finished."""
    finished = EnrichmentTask.finished_at
    query = select(func.count(), func.min(finished)).where(
        EnrichmentTask.updated_at >= now - _RATE_WINDOW, finished >= now - _RATE_WINDOW
    )
    count, first = conn.execute(query).one()
    if not count or first is None:
        return None
    window = max(now - first, _SHORTEST_WINDOW)
    return float(count / (window.total_seconds() / 60))


def _provider(
    name: str, interval: float | None, known: ProviderRecord | None, enabled: bool, now: datetime
) -> ProviderSummary:
    today = now.date().isoformat()
    calls = sum(count for hour, count in (known.calls if known else {}).items() if hour.startswith(today))
    until = known.blocked_until if known and known.blocked_until and known.blocked_until > now else None
    reason = known.reason if known and until else None
    return ProviderSummary(name, enabled, calls, until, reason, interval)
