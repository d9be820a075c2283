"""Answers are deleted once they are too old to be used."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from musiclib.db.engine import Database
from musiclib.db.expiry import drop_expired_answers
from musiclib.db.external_data import ExternalDataRepository
from musiclib.db.schema import ExternalData
from tests.support.library import NOW

FOUND, MISSED = timedelta(days=30), timedelta(days=14)


def keep(db: Database, provider: str, age_days: int, *, found: bool = True) -> None:
    key = f"{age_days}{'' if found else ' nothing'}"
    with db.write() as conn:
        raw = {"found": found, "answer": {}}
        ExternalDataRepository(conn).put(provider, key, raw, NOW - timedelta(days=age_days))


def kept(db: Database, provider: str) -> set[str]:
    with db.read() as conn:
        query = select(ExternalData.external_id).where(ExternalData.provider == provider)
        return set(conn.execute(query).scalars())


def clean(db: Database, now: datetime) -> int:
    """How many pieces it took."""
    pieces = 0
    while True:
        with db.write() as conn:
            if not drop_expired_answers(conn, "spotify", FOUND, MISSED, now, 2):
                return pieces
        pieces += 1


def test_misses_go_before_hits_and_others_stay(db: Database) -> None:
    for age in (-1, 1, 15, 29, 31, 400):
        for provider in ("spotify", "elsewhere"):
            keep(db, provider, age)
            keep(db, provider, age, found=False)
    assert clean(db, NOW) == 3
    assert kept(db, "spotify") == {"1", "1 nothing", "15", "29"}
    assert len(kept(db, "elsewhere")) == 12
    assert clean(db, NOW) == 0

    assert clean(db, NOW + timedelta(days=14)) == 1
    assert kept(db, "spotify") == {"1", "15"}
