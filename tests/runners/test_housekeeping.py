"""What nobody needs any more is thrown away when a worker begins, and daily."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from musiclib.bootstrap import Library
from musiclib.runners.gate import DatabaseAnswers
from musiclib.runners.housekeeping import Housekeeping
from musiclib.runners.sources import Sources
from tests.runners.fakes import connecting_to
from tests.runners.helpers import run_until_idle

START = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)


def answers_kept(library: Library) -> int:
    with library._db.read() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM external_data").scalar_one())


def put(library: Library, key: str, at: datetime) -> None:
    DatabaseAnswers(library._db, lambda: at).put("spotify", key, {"id": 1}, found=True)


def test_a_worker_drops_expired_answers(library: Library) -> None:
    put(library, "old", datetime.now(UTC) - timedelta(days=31))
    put(library, "new", datetime.now(UTC) - timedelta(days=29))
    run_until_idle(library, connecting_to(Sources()))
    assert answers_kept(library) == 1


def test_it_is_done_daily(library: Library) -> None:
    now = START
    tidy = Housekeeping(library._db, lambda: now)
    assert not tidy.some()
    put(library, "old", START - timedelta(days=31))
    now += timedelta(hours=23)
    assert not tidy.some()
    now += timedelta(hours=1)
    assert tidy.some()
    assert not tidy.some()
    assert answers_kept(library) == 0
