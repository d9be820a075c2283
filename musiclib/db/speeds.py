"""How fast the queue is worked on: measured from what the database holds, and kept for when nothing runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, select

from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.db.schema import EnrichmentTask
from musiclib.domain.forecast import Speeds
from musiclib.domain.rates import hour_of
from musiclib.domain.states import TaskKind, TaskStatus

WINDOW = timedelta(minutes=5)
_SHORTEST_WINDOW = timedelta(seconds=30)
"""The first answers come late and then many together: less time than this says nothing."""
_HOUR = timedelta(hours=1)
_LEAST = 5
"""Fewer tasks say nothing about how long the others take."""
_LEAST_FOR_CALLS = 20
"""As long as most of the tasks asked for are still under way, their calls say nothing about one task."""
_KEY = "speeds"


def kept_speeds(conn: Connection) -> Speeds:
    stored = LibraryStateRepository(conn).get(_KEY) or {}
    return Speeds(stored.get("per_min", {}), stored.get("calls_per_task", {}))


def speeds_now(conn: Connection, now: datetime) -> dict[str, float]:
    """Tasks a minute, by kind, over the last minutes; without the kinds of which too few were finished."""
    task = EnrichmentTask
    finished = task.finished_at
    query = (
        select(task.kind, func.count(), func.min(finished), func.max(finished))
        .where(task.updated_at >= now - WINDOW, finished >= now - WINDOW)
        .group_by(task.kind)
    )
    # The time before the first and after the last task may have been a rest.
    found: dict[str, float] = {}
    for kind, count, first, last in conn.execute(query):
        span = last - first if first is not None and last is not None else timedelta()
        if count >= _LEAST and span >= _SHORTEST_WINDOW:
            found[kind] = (count - 1) / (span / timedelta(minutes=1))
    return found


def keep_speeds(conn: Connection, now: datetime) -> None:
    """Measure, and remember it; what cannot be measured now stays as it was known."""
    known = kept_speeds(conn)
    per_min = {**known.per_min, **speeds_now(conn, now)}
    calls = {**known.calls_per_task, **_calls_per_task(conn, now)}
    found = {
        "per_min": {kind: round(value, 3) for kind, value in per_min.items()},
        "calls_per_task": {provider: round(value, 3) for provider, value in calls.items()},
    }
    if found != {"per_min": known.per_min, "calls_per_task": known.calls_per_task}:
        LibraryStateRepository(conn).put(_KEY, found, now)


def _calls_per_task(conn: Connection, now: datetime) -> dict[str, float]:
    """Over this hour and the one before, as calls are counted by the hour.

    Tasks under way have had calls already, and count.
    """
    since = hour_of(now - _HOUR)
    task = EnrichmentTask
    start = datetime.fromisoformat(since)
    finished = and_(task.updated_at >= start, task.finished_at >= start)
    query = select(func.count()).where(task.kind == TaskKind.METADATA)
    ended = conn.execute(query.where(finished)).scalar_one()
    running = conn.execute(query.where(task.status == TaskStatus.RUNNING)).scalar_one()
    if ended < _LEAST_FOR_CALLS:
        return {}
    tasks = ended + running
    return {
        each.provider: sum(count for hour, count in each.calls.items() if hour >= since) / tasks
        for each in ProviderStateRepository(conn).all()
    }
