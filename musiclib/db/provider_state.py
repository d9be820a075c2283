"""The gate of each provider: one for all processes, so that their calls together keep its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from musiclib.db.enrichment_tasks import CLOCKS_DIFFER
from musiclib.db.provider_pauses import remember_pause
from musiclib.db.records import ProviderRecord
from musiclib.db.schema import ProviderState
from musiclib.db.statements import upsert
from musiclib.domain.rates import hour_of, moved_back, of_last_day
from musiclib.domain.states import Reason

_LONGEST_LINE = timedelta(minutes=10)
"""A call booked further ahead was booked by a clock that was wrong then; nobody waits for it."""
_LONGEST_BLOCK = timedelta(days=15)
"""A block that ends later was made by a clock that was wrong then."""


class ProviderStateRepository:
    """Use inside a write transaction: that is what makes reading and booking one step."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def get(self, provider: str) -> ProviderRecord | None:
        return next(iter(self._read(provider)), None)

    def all(self) -> list[ProviderRecord]:
        return self._read()

    def at(self, provider: str, now: datetime) -> ProviderRecord | None:
        """How the gate stands. What a clock wrote that was set back since is moved back with it."""
        known = self.get(provider)
        if known is None:
            return None
        right = as_seen_at(known, now)
        if right is not known:
            self._put(
                provider,
                now,
                next_call_at=right.next_call_at,
                blocked_until=right.blocked_until,
                calls=dict(right.calls),
                budget_since=right.budget_since,
            )
        return right

    def reserve(self, provider: str, interval_s: float, now: datetime, calls: int = 1) -> datetime:
        """Book the next call: it may start at the moment returned, `interval_s` after the one before.

        Never before `blocked_until`. The call is counted in the hour it starts in. More `calls` than one are
        booked for the same moment.
        """
        known = self.at(provider, now)
        start = now
        if known:
            start = max(each for each in (now, known.next_call_at, known.blocked_until) if each)
        counted = of_last_day(known.calls if known else {}, now)
        hour = hour_of(start)
        counted[hour] = counted.get(hour, 0) + calls
        self._put(provider, now, next_call_at=start + timedelta(seconds=interval_s), calls=counted)
        return start

    def block(
        self,
        provider: str,
        until: datetime,
        reason: str,
        now: datetime,
        code: Reason = Reason.RATE_LIMITED,
    ) -> None:
        """No call before `until`; an earlier end than the one that stands is ignored.

        `reason` is a sentence that names no time: who shows it knows `until`.
        """
        known = self.at(provider, now)
        if known and known.blocked_until and known.blocked_until > until:
            return
        if known is None or known.blocked_until is None or known.blocked_until <= now:
            remember_pause(self._conn, provider, now, until, code, reason)
        self._put(provider, now, blocked_until=until, reason=reason, blocked_code=code)

    def unblock(self, provider: str, now: datetime) -> None:
        self.at(provider, now)
        self._put(provider, now, blocked_until=None, reason=None, blocked_code=None)

    def set_budget(
        self, provider: str, budget: int, now: datetime, *, of: int | None, since: datetime | None = None
    ) -> None:
        """So many calls in 24 hours, tried from `since` (now), as long as the settings allow `of`."""
        self.at(provider, now)
        self._put(provider, now, budget=budget, budget_since=since or now, budget_of=of)

    def set_capabilities(self, provider: str, capabilities: Mapping[str, Any], now: datetime) -> None:
        """Remember what a provider lets this account do; names that are not given keep their value."""
        known = self.at(provider, now)
        self._put(provider, now, capabilities={**(known.capabilities if known else {}), **capabilities})

    def _read(self, provider: str | None = None) -> list[ProviderRecord]:
        query = _STATES if provider is None else _STATE
        return [
            ProviderRecord(
                row.provider,
                row.next_call_at,
                row.blocked_until,
                row.reason,
                Reason(row.blocked_code) if row.blocked_code else None,
                row.calls,
                row.capabilities,
                row.budget,
                row.budget_since,
                row.budget_of,
                row.updated_at,
            )
            for row in self._conn.execute(query, {"name": provider})
        ]

    def _put(self, provider: str, now: datetime, **values: Any) -> None:
        row = {"provider": provider, "calls": {}, "capabilities": {}, **values, "updated_at": now}
        upsert(self._conn, ProviderState, [row], keys=("provider",), renew=(*values, "updated_at"))


# Built once: every call to a provider reads it, and building takes longer than reading.
_STATES = select(
    ProviderState.provider,
    ProviderState.next_call_at,
    ProviderState.blocked_until,
    ProviderState.reason,
    ProviderState.blocked_code,
    ProviderState.calls,
    ProviderState.capabilities,
    ProviderState.budget,
    ProviderState.budget_since,
    ProviderState.budget_of,
    ProviderState.updated_at,
).order_by(ProviderState.provider)
_STATE = _STATES.where(ProviderState.provider == bindparam("name"))


def as_seen_at(known: ProviderRecord, now: datetime) -> ProviderRecord:
    """The record in the time of a clock that may have been set back since it was written.

    Waits keep their length and calls their age, so that such a clock neither blocks a provider for ever
    nor lets more calls through. The very record if there is nothing to put right.
    """
    back = known.updated_at - now
    if back > CLOCKS_DIFFER:
        return replace(
            known,
            next_call_at=known.next_call_at and known.next_call_at - back,
            blocked_until=known.blocked_until and known.blocked_until - back,
            calls=moved_back(known.calls, back),
            budget_since=known.budget_since and known.budget_since - back,
            updated_at=now,
        )
    too_far = known.next_call_at is not None and known.next_call_at - now > _LONGEST_LINE
    too_long = known.blocked_until is not None and known.blocked_until - now > _LONGEST_BLOCK
    if not (too_far or too_long):
        return known
    return replace(
        known,
        next_call_at=None if too_far else known.next_call_at,
        blocked_until=None if too_long else known.blocked_until,
    )
