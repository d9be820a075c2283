"""Throws away what nobody needs any more: when a worker begins and then daily, while no track waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from musiclib.db.engine import Database
from musiclib.db.expiry import drop_expired_answers
from musiclib.providers.base import ANSWERS_KEPT

_EVERY = timedelta(days=1)
_AT_ONCE = 500


class Housekeeping:
    """One short transaction after the other, so that nobody waits for it."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock
        self._done_at: datetime | None = None

    def some(self) -> bool:
        """Do a piece of it; False: nothing is left to do today."""
        now = self._clock()
        if self._done_at is not None and abs(now - self._done_at) < _EVERY:
            return False
        if self._drop_answers(now):
            return True
        self._done_at = now
        return False

    def _drop_answers(self, now: datetime) -> bool:
        with self._db.write() as conn:
            looked_at = [
                drop_expired_answers(conn, provider, kept.found, kept.missed, now, _AT_ONCE)
                for provider, kept in ANSWERS_KEPT.items()
            ]
        return any(looked_at)
