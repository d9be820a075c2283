"""What the activity page and the command line tell of the queue."""

from __future__ import annotations

from datetime import datetime, timedelta

from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.db.queue import queue_summary, set_all_paused
from musiclib.db.speeds import keep_speeds
from musiclib.domain.ids import TrackId
from musiclib.domain.queue import Off, ProviderSummary, QueueSummary
from musiclib.domain.rates import Rate
from musiclib.domain.states import Reason, TaskKind
from tests.support.library import NOW, add_tracks

RATES = {"quick": Rate(0.125, 4), "counted": Rate(1.0, 1, daily=40)}
LEASE = timedelta(minutes=1)


def prepare(db: Database, count: int) -> list[TrackId]:
    ids = add_tracks(db, count)
    with db.write() as conn:
        EnrichmentTaskRepository(conn).enqueue(ids, TaskKind.METADATA, NOW)
    return ids


def work(db: Database, tasks: int, each_s: float, start: datetime = NOW) -> datetime:
    """Finish tasks one after the other, with two calls each; returns when the last was done."""
    now = start
    for _ in range(tasks):
        now += timedelta(seconds=each_s)
        with db.write() as conn:
            repository = EnrichmentTaskRepository(conn)
            (task,) = repository.claim("a", [TaskKind.METADATA], 1, now, LEASE)
            for _ in range(2):
                ProviderStateRepository(conn).reserve("quick", 0.125, now)
            ProviderStateRepository(conn).reserve("counted", 1.0, now)
            repository.finish(task.id, "a", now, Reason.FOUND)
    return now


def look(db: Database, now: datetime, off: dict[str, Off] | None = None) -> QueueSummary:
    with db.read() as conn:
        return queue_summary(conn, now, RATES, off)


def provider(summary: QueueSummary, name: str) -> ProviderSummary:
    return next(each for each in summary.providers if each.name == name)


def test_nothing_is_promised_that_was_not_measured(db: Database) -> None:
    prepare(db, 3)
    summary = look(db, NOW, {"counted": Off.NO_ACCOUNT})
    assert (summary.done_about, summary.rate_per_min, summary.done_by_kind) == (None, None, ())
    assert provider(summary, "quick") == ProviderSummary("quick", True, 0, None, None, 0.125)
    counted = provider(summary, "counted")
    assert (counted.enabled, counted.off, counted.calls_left) == (False, Off.NO_ACCOUNT, 38)


def test_a_promise_is_kept_over_a_restart(db: Database) -> None:
    """Twenty tasks of 6 s are done, 14 are left: 84 s more, whoever looks and whenever."""
    prepare(db, 34)
    now = work(db, 20, 6.0)
    with db.write() as conn:
        keep_speeds(conn, now)
    summary = look(db, now)
    promised = now + timedelta(seconds=84)
    assert summary.rate_per_min == 10
    assert (summary.done_about, summary.done_by_kind) == (promised, ((TaskKind.METADATA, promised),))

    tomorrow = now + timedelta(hours=20)
    summary = look(db, tomorrow)
    assert summary.rate_per_min is None, "nothing was done of late"
    assert summary.done_about == tomorrow + timedelta(seconds=84)
    assert [each.calls_per_task for each in summary.providers] == [2.0, 1.0]
    counted = provider(summary, "counted")
    assert (counted.calls_used, counted.calls_left) == (20, 18)

    with db.write() as conn:
        set_all_paused(conn, True, tomorrow)
    assert look(db, tomorrow).done_about is None


def test_the_first_moments_of_a_large_import_promise_nothing(db: Database) -> None:
    """Its calls come before its answers: by them alone one task would cost ten calls, and all of it days."""
    prepare(db, 5000)
    now = work(db, 8, 2.0)
    with db.write() as conn:
        EnrichmentTaskRepository(conn).claim("a", [TaskKind.METADATA], 24, now, LEASE)
        for _ in range(80):
            ProviderStateRepository(conn).reserve("quick", 0.125, now)
        keep_speeds(conn, now)
    assert look(db, now).done_about is None, "16 seconds say nothing"
    now = work(db, 12, 2.0, now)
    assert look(db, now).done_about is None, "nobody knows yet what the sources' limits make of it"
    with db.write() as conn:
        keep_speeds(conn, now)
    summary = look(db, now, {"counted": Off.NO_ACCOUNT})
    (quick, counted) = (each.calls_per_task for each in summary.providers)
    assert quick == round((2 * 20 + 80) / (20 + 24), 3)
    assert counted == round(20 / (20 + 24), 3)
    assert summary.done_about is not None
    assert summary.done_about - now < timedelta(hours=3)


def test_a_spent_budget_is_told_with_its_end(db: Database) -> None:
    prepare(db, 60)
    now = work(db, 38, 1.0)
    with db.write() as conn:
        keep_speeds(conn, now)
    counted = provider(look(db, now), "counted")
    free = NOW.replace(minute=0) + timedelta(hours=25)
    assert (counted.calls_left, counted.blocked_until, counted.code) == (0, free, Reason.QUOTA)
    assert counted.reason == "The calls counted may get in 24 hours are used up."
    done = look(db, now).done_about
    assert done is not None
    assert done == free + timedelta(seconds=22), "the 22 tasks left are served when calls are free again"

    with db.write() as conn:
        states = ProviderStateRepository(conn)
        states.set_budget("counted", 20, now, of=RATES["counted"].daily)
        states.block("counted", now + timedelta(days=3), "Its quota is used up.", now, Reason.QUOTA)
        states.block("quick", now + timedelta(seconds=30), "It asked us to slow down.", now)
    told = look(db, now)
    assert provider(told, "counted").reason == "Its quota is used up."
    assert provider(told, "quick").code is Reason.RATE_LIMITED
    assert provider(look(db, now + timedelta(seconds=31)), "quick").blocked_until is None


def test_a_clock_set_back_holds_no_task_for_ever(db: Database) -> None:
    prepare(db, 3)
    ahead = NOW + timedelta(days=400)
    with db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        waits, runs, mine = tasks.claim("a", [TaskKind.METADATA], 3, ahead, LEASE)
        tasks.postpone(waits.id, "a", ahead + LEASE, Reason.RATE_LIMITED, now=ahead)
        tasks.postpone(mine.id, "a", NOW + LEASE, Reason.RATE_LIMITED, now=NOW)
        freed = tasks.mend_clock(NOW)
        assert set(freed) == {waits.track_id, runs.track_id}
        claimed = tasks.claim("b", [TaskKind.METADATA], 3, NOW, LEASE)
        assert {each.id for each in claimed} == {waits.id, runs.id}
