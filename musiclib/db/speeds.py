"""How fast the queue is worked on: measured from what the database holds, and kept for when nothing runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.db.schema import EnrichmentTask
from musiclib.domain.forecast import Speeds
from musiclib.domain.rates import hour_of
from musiclib.domain.states import TaskKind

WINDOW = timedelta(minutes=5)
_SHORTEST_WINDOW = timedelta(seconds=10)
_HOUR = timedelta(hours=1)
_LEAST = 5
"""Fewer tasks say nothing about how long the others take."""
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
        if count >= _LEAST and first is not None and last is not None:
            found[kind] = (count - 1) / (max(last - first, _SHORTEST_WINDOW) / timedelta(minutes=1))
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
    """Over this hour and the one before, as calls are counted by the hour."""
    since = hour_of(now - _HOUR)
    task = EnrichmentTask
    start = datetime.fromisoformat(since)
    query = select(func.count()).where(
        task.updated_at >= start, task.finished_at >= start, task.kind == TaskKind.METADATA
    )
    tasks = conn.execute(query).scalar_one()
    if tasks < _LEAST:
        return {}
    return {
        each.provider: sum(count for hour, count in each.calls.items() if hour >= since) / tasks
        for each in ProviderStateRepository(conn).all()
    }
