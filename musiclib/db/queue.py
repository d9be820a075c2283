"""Reads how the enrichment queue stands: the numbers of the activity page and the strip below all pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, text

from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.provider_state import ProviderStateRepository, as_seen_at
from musiclib.db.queries import task_counts
from musiclib.db.records import ProviderRecord
from musiclib.db.schema import HELD_BACK, LEASED, Album, AlbumTrack, EnrichmentTask, Track
from musiclib.db.speeds import kept_speeds, speeds_now
from musiclib.domain.forecast import Limits, Work, done_about
from musiclib.domain.ids import TaskId, TrackId
from musiclib.domain.queue import (
    AnalysisPace,
    KindCounts,
    Off,
    ProviderSummary,
    QueueSummary,
    RunningItem,
    WaitingGroup,
)
from musiclib.domain.rates import Rate, next_free, of_last_day
from musiclib.domain.states import Reason, TaskKind, TaskStatus
from musiclib.domain.wording import quota_words

_PAUSE = "enrichment"
_ANALYSIS = "analysis"
_MOST_CHANGED = 1_000
_MOST_RUNNING = 50


def set_all_paused(conn: Connection, paused: bool, now: datetime) -> None:
    """Stop or start all work, in every process that has the library open."""
    LibraryStateRepository(conn).put(_PAUSE, {"paused": paused}, now)


def all_paused(conn: Connection) -> bool:
    return bool((LibraryStateRepository(conn).get(_PAUSE) or {}).get("paused"))


def set_analysis_paused(conn: Connection, paused: bool, now: datetime) -> None:
    """Stop or start the analysis of audio, in every process that has the library open."""
    LibraryStateRepository(conn).put(_ANALYSIS, {"paused": paused}, now)


def analysis_paused(conn: Connection) -> bool:
    return bool((LibraryStateRepository(conn).get(_ANALYSIS) or {}).get("paused"))


def tracks_changed_by_others(conn: Connection, worker_id: str, since: datetime) -> list[TrackId]:
    """Tracks whose tasks were changed after `since` and are not this worker's now; the newest, if many."""
    task = EnrichmentTask
    theirs = or_(task.worker_id.is_(None), task.worker_id != worker_id)
    newest = task.updated_at.desc()
    query = select(task.track_id).where(task.updated_at > since, theirs).order_by(newest).limit(_MOST_CHANGED)
    return list(dict.fromkeys(TrackId(each) for each in conn.execute(query).scalars()))


def running_workers(conn: Connection) -> list[str]:
    """Who holds a task now."""
    query = select(EnrichmentTask.worker_id).where(text(LEASED)).distinct()
    return [each for each in conn.execute(query).scalars() if each is not None]


def queue_summary(
    conn: Connection,
    now: datetime,
    rates: Mapping[str, Rate],
    off: Mapping[str, Off] | None = None,
    pace: AnalysisPace = AnalysisPace.FULL,
) -> QueueSummary:
    """The queue at `now`. `rates` names the providers there are, `off` those that are not asked.

    `pace` is that of the analysis where nobody has paused it.
    """
    off = off or {}
    kinds, waiting, paused = task_counts(conn, now), _waiting(conn, now), all_paused(conn)
    current, kept = speeds_now(conn, now), kept_speeds(conn)
    gates = _gates(conn, rates, now)
    asked = [(each.limits, kept.calls_per_task.get(name)) for name, each in gates.items() if name not in off]
    measured = {**kept.per_min, **current}
    if asked and not kept.calls_per_task:
        # What the limits of the sources make of it is not known yet; a guess would be hours or a day off.
        measured.pop(TaskKind.METADATA, None)
    held = _held_by_albums(conn)
    pace = AnalysisPace.PAUSED if analysis_paused(conn) else pace
    work = {each.kind: _work(each, waiting, held.get(each.kind, 0)) for each in kinds}
    ends = {
        kind: done_about(
            each,
            now,
            measured.get(kind),
            asked if kind is TaskKind.METADATA else (),
        )
        for kind, each in work.items()
        if each.tasks and not paused and not (pace.rests and kind is TaskKind.AUDIO)
    }
    known = {kind: end for kind, end in ends.items() if end is not None}
    return QueueSummary(
        at=now,
        kinds=tuple(kinds),
        running=tuple(_running(conn)),
        waiting=tuple(waiting),
        providers=tuple(
            each.summary(off.get(name), kept.calls_per_task.get(name)) for name, each in gates.items()
        ),
        paused=paused,
        rate_per_min=sum(current.values()) or None,
        done_about=max(known.values(), default=None) if len(known) == len(ends) else None,
        done_by_kind=tuple(known.items()),
        analysis=pace,
    )


@dataclass(frozen=True)
class _Gate:
    """How a provider's gate stands at a moment."""

    name: str
    limits: Limits
    reason: str | None
    code: Reason | None

    def summary(self, off: Off | None, calls_per_task: float | None) -> ProviderSummary:
        limits, used = self.limits, sum(self.limits.calls.values())
        return ProviderSummary(
            self.name,
            off is None,
            used,
            limits.blocked_until,
            self.reason,
            limits.min_interval_s,
            self.code,
            None if limits.allowance is None else max(0, limits.allowance - used),
            calls_per_task,
            off,
        )


def _gates(conn: Connection, rates: Mapping[str, Rate], now: datetime) -> dict[str, _Gate]:
    known = {each.provider: as_seen_at(each, now) for each in ProviderStateRepository(conn).all()}
    return {name: _gate(name, rate, known.get(name), now) for name, rate in rates.items()}


def _gate(name: str, rate: Rate, known: ProviderRecord | None, now: datetime) -> _Gate:
    if known is None:
        return _Gate(name, Limits(rate.min_interval_s, None, rate.allowance(None), {}), None, None)
    allowance = rate.allowance(known.learnt(rate.daily))
    calls = of_last_day(known.calls, now)
    until, reason, code = known.blocked_until, known.reason, known.blocked_code
    if until is not None and until <= now:
        until, reason, code = None, None, None
    free = next_free(calls, allowance, now) if allowance is not None else None
    if free is not None and (until is None or free > until):
        until, reason, code = free, quota_words(name), Reason.QUOTA
    return _Gate(name, Limits(rate.min_interval_s, until, allowance, calls), reason, code)


def _work(counts: KindCounts, waiting: Sequence[WaitingGroup], held: int) -> Work:
    later = [each for each in waiting if each.kind is counts.kind and each.blocked_on is None]
    return Work(
        ready=max(0, counts.running + counts.queued - held),
        later=sum(each.count for each in later),
        first_again=min((each.until for each in later if each.until), default=None),
        last_again=max((each.last for each in later if each.last), default=None),
    )


def _held_by_albums(conn: Connection) -> dict[str, int]:
    """Tasks that could be taken if not all albums of their track were paused, by kind."""
    task, on = EnrichmentTask, AlbumTrack
    paused = select(Album.id).where(Album.paused)
    if conn.execute(paused.limit(1)).first() is None:
        return {}
    elsewhere = select(on.id).where(on.track_id == task.track_id, on.album_id.not_in(paused)).exists()
    query = (
        select(task.kind, func.count().label("tasks"))
        .where(
            task.status == TaskStatus.QUEUED,
            task.blocked_on.is_(None),
            task.track_id.in_(select(on.track_id).where(on.album_id.in_(paused))),
            ~elsewhere,
        )
        .group_by(task.kind)
    )
    return {row.kind: row.tasks for row in conn.execute(query)}


def _running(conn: Connection) -> list[RunningItem]:
    task = EnrichmentTask
    query = (
        select(task.id, task.track_id, task.kind, Track.artist, Track.title, task.updated_at)
        .join(Track, Track.id == task.track_id)
        .where(text(LEASED))
    )
    # They are few, and sorted here: for their order SQLite would walk all tasks.
    rows = sorted(conn.execute(query), key=lambda row: (row[5], row[0]))
    return [
        RunningItem(TaskId(row[0]), TrackId(row[1]), TaskKind(row[2]), row[3], row[4], row[5])
        for row in rows[:_MOST_RUNNING]
    ]


def _waiting(conn: Connection, now: datetime) -> list[WaitingGroup]:
    task = EnrichmentTask
    keys: list[Any] = [task.kind, task.reason, task.blocked_on]
    query = (
        select(*keys, func.count(), func.min(task.not_before), func.max(task.not_before))
        .where(text(HELD_BACK), or_(task.blocked_on.is_not(None), task.not_before > now))
        .group_by(*keys)
    )
    groups = [
        WaitingGroup(TaskKind(kind), Reason(reason) if reason else None, blocked_on, count, until, last)
        for kind, reason, blocked_on, count, until, last in map(tuple, conn.execute(query))
    ]
    return sorted(groups, key=lambda group: -group.count)
