"""The plan of the work as bars over time. Free of Qt.

A kind ends when the queue says so; what cannot be said is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from musiclib.domain.queue import KindCounts, QueueSummary
from musiclib.domain.states import TaskKind

_MEMORY = timedelta(minutes=10)
_SHORTEST_SPAN = timedelta(minutes=10)
_PAST_SHARE = 0.15
_STEPS = tuple(timedelta(minutes=n) for n in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440))
_MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: work is done up to now, `rest_until` it stands still, at `end` it is done (None: unknown)."""

    kind: TaskKind
    left: int
    worked_since: datetime | None
    rest_until: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Timeline:
    now: datetime
    start: datetime
    stop: datetime
    """Both ends of the picture."""
    bars: tuple[Bar, ...]
    done_about: datetime | None
    ticks: tuple[datetime, ...]

    def share(self, moment: datetime) -> float:
        """Where a moment lies between both ends, 0 to 1."""
        whole = (self.stop - self.start).total_seconds()
        return min(1.0, max(0.0, (moment - self.start).total_seconds() / whole))


def plan(summary: QueueSummary, watched_since: datetime) -> Timeline | None:
    """The picture of the work that is left, and of what was seen of it; None when nothing is left."""
    kinds = [each for each in summary.kinds if each.running + each.queued + each.waiting]
    if not kinds or summary.paused:
        return None
    bars = tuple(_bar(each, summary, max(watched_since, summary.at - _MEMORY)) for each in kinds)
    known = [each.end for each in bars if each.end is not None]
    known += [each.rest_until for each in bars if each.rest_until is not None]
    known += [summary.done_about] if summary.done_about is not None else []
    ahead = max([*known, summary.at + _SHORTEST_SPAN]) - summary.at
    start, stop = summary.at - ahead * _PAST_SHARE, summary.at + ahead * 1.05
    return Timeline(summary.at, start, stop, bars, summary.done_about, _ticks(start, stop))


def _bar(counts: KindCounts, summary: QueueSummary, since: datetime) -> Bar:
    left = counts.running + counts.queued + counts.waiting
    rests = counts.kind is TaskKind.AUDIO and summary.analysis.rests
    moving = counts.running + (0 if rests else counts.queued)
    until = [
        group.until
        for group in summary.waiting
        if group.kind is counts.kind and group.until is not None and group.until > summary.at
    ]
    rest = max(until) if until and not moving else None
    end = dict(summary.done_by_kind).get(counts.kind)
    return Bar(counts.kind, left, since if moving else None, rest, end)


def _ticks(start: datetime, stop: datetime) -> tuple[datetime, ...]:
    """Round moments, at most six of them."""
    step = next((each for each in _STEPS if (stop - start) / each <= _MOST_TICKS), _STEPS[-1])
    local = start.astimezone()
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight + step * (int((local - midnight) / step) + 1)
    count = int((stop - first) / step) + 1 if stop >= first else 0
    return tuple(first + step * place for place in range(count))
