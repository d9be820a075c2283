"""How often a provider may be asked: the pure part of the gate.

Calls of a day are counted by the hour they start in (ISO 8601, UTC). An hour's calls leave the rolling
24 hours when the last call it may hold is a day old, so a budget is never exceeded in any 24 hours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_RESERVED = 20
_LEAST_BUDGET = 10


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a provider may be asked: at most one call per interval, so many at a time."""

    min_interval_s: float
    concurrency: int
    daily: int | None = None
    """Calls in any 24 hours, where the provider counts them."""

    def budget(self, learnt: int | None) -> int | None:
        """Calls in 24 hours, if the provider has taught us that only `learnt` are allowed; None: any."""
        if self.daily is None or learnt is None:
            return self.daily
        return min(self.daily, learnt)

    def allowance(self, learnt: int | None) -> int | None:
        """What of the budget is for background work; the rest, a twentieth, is for a person's clicks."""
        budget = self.budget(learnt)
        return None if budget is None else budget - budget // _RESERVED

    def halved(self, learnt: int | None) -> int | None:
        """The budget after the provider has said that it was exceeded."""
        budget = self.budget(learnt)
        return None if budget is None else min(budget, max(_LEAST_BUDGET, budget // 2))

    def raised(self, learnt: int | None, tried_since: datetime | None, now: datetime) -> int | None:
        """A learnt budget a quarter larger, once it was tried for a day; None: it stays as it is.

        Asked when the budget is used up: so a day without a refusal has shown that it was not too much.
        """
        if self.daily is None or learnt is None or learnt >= self.daily:
            return None
        if tried_since is None or now - tried_since < DAY:
            return None
        return min(self.daily, learnt + max(1, learnt // 4))


def hour_of(moment: datetime) -> str:
    """The hour a call is counted in."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0).isoformat()


def of_last_day(calls: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Those that still count, by hour."""
    return {hour: count for hour, count in calls.items() if _leaves(hour) > now}


def calls_used(calls: Mapping[str, int], now: datetime) -> int:
    return sum(of_last_day(calls, now).values())


def calls_free(calls: Mapping[str, int], limit: int | None, now: datetime) -> float:
    """How many may still be made now; `limit` None: any number."""
    return math.inf if limit is None else max(0, limit - calls_used(calls, now))


def next_free(calls: Mapping[str, int], limit: int, now: datetime) -> datetime | None:
    """When a call is free again, if `limit` are allowed in 24 hours; None: one is free now."""
    counting = of_last_day(calls, now)
    used = sum(counting.values())
    if used < limit:
        return None
    for hour in sorted(counting):
        used -= counting[hour]
        if used < limit:
            return _leaves(hour)
    return now + DAY  # nothing at all is allowed; that may change


def moved_back(calls: Mapping[str, int], by: timedelta) -> dict[str, int]:
    """The same calls for a clock that was set back."""
    hours = timedelta(hours=math.floor(by / _HOUR))
    return {(datetime.fromisoformat(hour) - hours).isoformat(): count for hour, count in calls.items()}


def _leaves(hour: str) -> datetime:
    return datetime.fromisoformat(hour) + DAY + _HOUR
