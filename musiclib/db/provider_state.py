"""The gate of each provider: one for all processes, so that their calls together keep its limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from musiclib.db.records import ProviderRecord
from musiclib.db.schema import ProviderState
from musiclib.db.statements import upsert

_LONGEST_LINE = timedelta(minutes=10)
"""A call booked further ahead was booked by a clock that was wrong then; nobody waits for it."""


class ProviderStateRepository:
    """Use inside a write transaction: that is what makes reading and booking one step."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def get(self, provider: str) -> ProviderRecord | None:
        return next((each for each in self.all() if each.provider == provider), None)

    def all(self) -> list[ProviderRecord]:
        state = ProviderState
        query = select(
            state.provider,
            state.next_call_at,
            state.blocked_until,
            state.reason,
            state.calls,
            state.capabilities,
            state.updated_at,
        )
        return [ProviderRecord(*row) for row in self._conn.execute(query.order_by(state.provider))]

    def reserve(self, provider: str, interval_s: float, now: datetime) -> datetime:
        """Book the next call: it may start at the moment returned, `interval_s` after the one before.

        Never before `blocked_until`. The call is counted in the hour it starts in.
        """
        known = self.get(provider)
        start = now
        if known:
            booked = known.next_call_at
            if booked and booked - now > _LONGEST_LINE:
                booked = None
            start = max(each for each in (now, booked, known.blocked_until) if each)
        hour = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        oldest = (hour - timedelta(hours=23)).isoformat()
        calls = {at: count for at, count in (known.calls if known else {}).items() if at >= oldest}
        calls[hour.isoformat()] = calls.get(hour.isoformat(), 0) + 1
        next_call_at = start + timedelta(seconds=interval_s)
        self._put(provider, now, next_call_at=next_call_at, calls=calls)
        return start

    def block(self, provider: str, until: datetime, reason: str, now: datetime) -> None:
        """No call before `until`; an earlier end than the one that stands is ignored."""
        known = self.get(provider)
        if known and known.blocked_until and known.blocked_until > until:
            return
        self._put(provider, now, blocked_until=until, reason=reason)

    def unblock(self, provider: str, now: datetime) -> None:
        self._put(provider, now, blocked_until=None, reason=None)

    def set_capabilities(self, provider: str, capabilities: Mapping[str, Any], now: datetime) -> None:
        """Remember what a provider lets this account do; names that are not given keep their value."""
        known = self.get(provider)
        self._put(provider, now, capabilities={**(known.capabilities if known else {}), **capabilities})

    def _put(self, provider: str, now: datetime, **values: Any) -> None:
        row = {"provider": provider, "calls": {}, "capabilities": {}, **values, "updated_at": now}
        upsert(self._conn, ProviderState, [row], keys=("provider",), renew=(*values, "updated_at"))
