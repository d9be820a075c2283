"""Throws away what nobody needs any more: when a worker begins and then daily, while no track waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from musiclib.db.art_sweep import art_folders, drop_unused_art, sweep
from musiclib.db.engine import Database
from musiclib.db.expiry import drop_expired_answers
from musiclib.providers.base import ANSWERS_KEPT

_EVERY = timedelta(days=1)
_AT_ONCE = 500


class Housekeeping:
    """One short transaction after the other, so that nobody waits for it."""

    def __init__(self, db: Database, art_folder: Path, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._art_folder = art_folder
        self._clock = clock
        self._done_at: datetime | None = None
        self._pieces: Iterator[None] | None = None
        """Those of today that are not done yet."""

    async def some(self) -> bool:
        """Do a piece of it; False: nothing is left to do today."""
        now = self._clock()
        if self._pieces is None:
            if self._done_at is not None and abs(now - self._done_at) < _EVERY:
                return False
            self._pieces = self._everything()
        going_on = await asyncio.to_thread(_next, self._pieces)
        if not going_on:
            self._pieces, self._done_at = None, now
        return going_on

    def _everything(self) -> Iterator[None]:
        while self._drop_answers():
            yield
        last: UUID | None = None
        while (last := self._drop_art(last)) is not None:
            yield
        for folder in art_folders(self._art_folder):
            sweep(self._db, folder, self._clock())
            yield

    def _drop_answers(self) -> bool:
        now = self._clock()
        with self._db.write() as conn:
            looked_at = [
                drop_expired_answers(conn, provider, kept.found, kept.missed, now, _AT_ONCE)
                for provider, kept in ANSWERS_KEPT.items()
            ]
        return any(looked_at)

    def _drop_art(self, after: UUID | None) -> UUID | None:
        with self._db.write() as conn:
            return drop_unused_art(conn, self._clock(), after, _AT_ONCE)


def _next(pieces: Iterator[None]) -> bool:
    return next(pieces, "done") is None
