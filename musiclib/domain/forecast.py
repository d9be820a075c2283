"""When work will be done: speeds that were measured, limits that are known, and no word beyond that."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from musiclib.domain.rates import DAY, calls_used, next_free

_LONGEST = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Speeds:
    """What was measured while there was work; kept, so that a promise outlives the program that made it."""

    per_min: Mapping[str, float] = field(default_factory=dict)
    """Tasks finished a minute, by kind."""
    calls_per_task: Mapping[str, float] = field(default_factory=dict)
    """Calls for one look-up, by provider."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a provider lets us do from now on."""

    min_interval_s: float
    blocked_until: datetime | None
    allowance: int | None
    """Calls of background work in 24 hours."""
    calls: Mapping[str, int]
    """Calls of the last 24 hours by hour."""


@dataclass(frozen=True, slots=True)
class Work:
    """Tasks of one kind that will be done by themselves."""

    ready: int
    later: int
    """Not before a moment that is known."""
    first_again: datetime | None
    last_again: datetime | None
    """The first and the last of those moments."""

    @property
    def tasks(self) -> int:
        return self.ready + self.later


def done_about(
    work: Work, now: datetime, per_min: float | None, providers: Iterable[tuple[Limits, float | None]] = ()
) -> datetime | None:
    """The moment all of it is done; None if there is nothing to do or no speed is known.

    `providers` gives limits and calls for one task. Who takes longest decides.
    """
    if not work.tasks or not per_min:
        return None
    asked = [(limits, calls) for limits, calls in providers if calls]
    start = now if work.ready else work.first_again or now
    if asked and all(limits.blocked_until for limits, _ in asked):
        start = max(start, min(limits.blocked_until for limits, _ in asked if limits.blocked_until))
    ends = [start + min(_LONGEST, timedelta(minutes=work.tasks / per_min))]
    ends += [served(math.ceil(work.tasks * calls), limits, now) for limits, calls in asked]
    return max([*ends, *([work.last_again] if work.last_again else [])])


def served(calls: int, limits: Limits, now: datetime) -> datetime:
    """When a provider will have taken so many calls."""
    start = max(now, limits.blocked_until or now)
    if limits.allowance is None:
        return start + min(_LONGEST, timedelta(seconds=calls * limits.min_interval_s))
    days = 0
    if (free := next_free(limits.calls, limits.allowance, start)) is not None:
        start = free
    else:
        calls_now = limits.allowance - calls_used(limits.calls, start)
        if calls > calls_now:
            calls -= max(0, calls_now)
            days = 1
    days += (calls - 1) // max(1, limits.allowance)
    rest = (calls - 1) % max(1, limits.allowance) + 1
    return start + min(_LONGEST.days, days) * DAY + timedelta(seconds=rest * limits.min_interval_s)
