"""When providers had to be left alone: rate limits, quotas, and times without an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from musiclib.db.report_schema import ProviderPause
from musiclib.domain.report import Pauses

_TOLD = timedelta(days=7)
_KEPT = timedelta(days=30)


def remember_pause(
    conn: Connection, provider: str, begun: datetime, until: datetime, code: str, reason: str
) -> None:
    """Keep that a provider is not to be asked for a while; what is long past is forgotten."""
    conn.execute(delete(ProviderPause).where(ProviderPause.begun_at < begun - _KEPT))
    row = {"provider": provider, "begun_at": begun, "until": until, "code": code, "reason": reason}
    conn.execute(insert(ProviderPause), [row])


def last_pauses(conn: Connection, now: datetime) -> tuple[Pauses, ...]:
    """Those of the last days by provider, in the order of their names."""
    pause = ProviderPause
    query = select(pause.provider, pause.begun_at, pause.until, pause.code, pause.reason)
    found: dict[str, Pauses] = {}
    recent = query.where(pause.begun_at >= now - _TOLD).order_by(pause.begun_at)
    for provider, begun, until, code, reason in conn.execute(recent):
        times = found[provider].times + 1 if provider in found else 1
        found[provider] = Pauses(provider, times, begun, until, code, reason)
    return tuple(sorted(found.values(), key=lambda each: each.provider))
