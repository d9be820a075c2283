"""The header by which a server says when to come back (RFC 9110, 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST_WAIT_S = 14 * 24 * 3600


def retry_after(value: str | None, now: datetime) -> datetime | None:
    """The time a Retry-After header names (seconds or an HTTP date); None if it names none.

    Never in the past, and never more than 14 days ahead.
    """
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return now + timedelta(seconds=min(int(value[:9]), _LONGEST_WAIT_S))
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until.astimezone(UTC)
    return min(max(until, now), now + timedelta(seconds=_LONGEST_WAIT_S))
