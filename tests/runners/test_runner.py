from __future__ import annotations

import asyncio
import itertools
import logging
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.db.records import ClaimedTask
from musiclib.domain.ids import TrackId
from musiclib.domain.states import BadgeState, MatchState, Reason, TaskKind, TaskStatus
from musiclib.errors import DiskFull
from musiclib.providers.base import Candidate, TrackQuery
from musiclib.runners.enrichment import Desk, EnrichmentRunner
from musiclib.runners.outcome import Outcome, done
from musiclib.runners.updates import RunnerUpdate
from musiclib.settings import Settings
from tests.runners.fakes import FakeArt, FakeProvider, candidate, connecting
from tests.runners.helpers import import_tracks, make_runner, run_until_idle


def found(query: TrackQuery) -> list[Candidate]:
    return [candidate(query)]


def test_updates_come_at_most_ten_times_a_second_with_the_newest_rows(library: Library) -> None:
    import_tracks(library, *(f"Artist {n} - Title {n}" for n in range(60)))
    updates: list[tuple[float, RunnerUpdate]] = []
    run_until_idle(
        library, connecting(FakeProvider(found)), lambda each: updates.append((time.monotonic(), each))
    )

    rows = [(at, update) for at, update in updates if update.tracks]
    gaps = [later[0] - earlier[0] for earlier, later in itertools.pairwise(rows[:-1])]
    assert all(gap > 0.08 for gap in gaps)
    revisions: dict[TrackId, int] = {}
    for _, update in rows:
        assert len({row.id for row in update.tracks}) == len(update.tracks)
        for row in update.tracks:
            assert revisions.get(row.id, 0) < row.revision
            revisions[row.id] = row.revision
    last = {row.id: row for _, update in rows for row in update.tracks}
    assert {row.badge.state for row in last.values()} == {BadgeState.PARTIAL}
    assert last == {row.id: row for row in library.library.load_tracks()}
    summaries = [update.summary for _, update in updates if update.summary]
    assert summaries[-1].done == 60
    assert any(update.albums for _, update in updates)


def test_an_import_wakes_the_worker_at_once(settings: Settings) -> None:
    library = open_library(settings.model_copy(update={"poll_interval_s": 60.0}))
    done = threading.Event()

    def on_change(update: RunnerUpdate) -> None:
        if any(row.match_state is MatchState.MATCHED for row in update.tracks):
            done.set()

    runner = make_runner(library, connecting(FakeProvider(found)), on_change)
    thread = threading.Thread(target=lambda: asyncio.run(runner.run()))
    thread.start()
    import_tracks(library, "Mira Voss - Auftakt")
    runner.wake()
    deadline = time.monotonic() + 5
    while not done.wait(0.05) and time.monotonic() < deadline:
        runner.wake()
    runner.request_stop()
    thread.join(5)
    library.close()

    assert done.is_set()
    assert not thread.is_alive()


def test_paused_work_stays(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    library.library.pause_album(outcome.album_id)
    provider = FakeProvider(found)
    run_until_idle(library, connecting(provider))
    assert provider.asked == []

    library.library.resume_album(outcome.album_id)
    library.enrichment.pause_all()
    summary = run_until_idle(library, connecting(provider))
    assert (provider.asked, summary.paused) == ([], True)

    library.enrichment.resume_all()
    run_until_idle(library, connecting(provider))
    assert len(provider.asked) == 1


def test_two_processes_worth_of_workers_share_the_work(settings: Settings) -> None:
    one, two = open_library(settings), open_library(settings)
    import_tracks(one, *(f"Artist {n} - Title {n}" for n in range(40)))
    providers = [FakeProvider(found, 0.005), FakeProvider(found, 0.005)]
    runners = [
        make_runner(library, connecting(provider))
        for library, provider in zip((one, two), providers, strict=True)
    ]
    threads = [
        threading.Thread(target=lambda runner=runner: asyncio.run(runner.run(until_idle=True)))
        for runner in runners
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    asked = Counter(query.title for provider in providers for query in provider.asked)
    assert set(asked.values()) == {1}
    assert len(asked) == 40
    assert {task.status for task in one.enrichment.tasks()} == {TaskStatus.DONE}
    one.close()
    two.close()


def test_a_task_taken_from_us_is_not_written(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")

    def answer(query: TrackQuery) -> list[Candidate]:
        if len(provider.asked) == 1:
            library.library.set_value(outcome.rows[0], "bpm", 99)
            library.enrichment.redo(outcome.rows, library.enrichment.tasks()[0].kind)
            return []
        return found(query)

    provider = FakeProvider(answer)
    run_until_idle(library, connecting(provider))

    assert len(provider.asked) == 2
    assert library.library.load_tracks()[0].match_state is MatchState.MATCHED


def test_leases_of_dead_workers_are_taken_up(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    with library._db.write() as conn:
        conn.exec_driver_sql(
            "UPDATE enrichment_tasks SET status='running', worker_id='dead', "
            "lease_until='2020-01-01 00:00:00.000000'"
        )
    run_until_idle(library, connecting(FakeProvider(found)))

    (task,) = library.enrichment.tasks()
    assert task.status is TaskStatus.DONE


def test_a_heartbeat_that_fails_is_not_the_last_one(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    faults: list[str] = []
    at_work = False

    def clock() -> datetime:
        if at_work and not faults:
            faults.append("at the first beat: nothing else asks for the time while the work lasts")
            raise RuntimeError("this clock stopped")
        return datetime.now(UTC)

    async def work(task: ClaimedTask) -> Outcome:
        nonlocal at_work
        at_work = True
        (before,) = library.enrichment.tasks()
        while library.enrichment.tasks()[0].lease_until == before.lease_until:
            await asyncio.sleep(0.01)
        return done(Reason.FOUND)

    @asynccontextmanager
    async def desks() -> AsyncIterator[Sequence[Desk]]:
        yield [Desk(TaskKind.METADATA, 1, work)]

    runner = EnrichmentRunner(
        library._db,
        desks,
        worker_id="one",
        clock=clock,
        on_change=lambda update: None,
        poll_interval_s=60,
        lease=timedelta(seconds=0.3),
    )
    with caplog.at_level(logging.CRITICAL):
        asyncio.run(runner.run(until_idle=True))
    assert faults
    assert library.enrichment.tasks()[0].status is TaskStatus.DONE


def test_a_stop_before_the_start_ends_at_once(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    provider = FakeProvider(found)
    runner = make_runner(library, connecting(provider))
    runner.request_stop()
    asyncio.run(runner.run())
    assert provider.asked == []


def test_a_full_disk_stops_the_work_and_loses_none_of_it(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    import_tracks(library, *(f"Artist {n} - Title {n}" for n in range(60)))
    with library._db.write() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    troubles: list[str] = []
    full = threading.Event()

    def on_change(update: RunnerUpdate) -> None:
        if update.trouble:
            troubles.append(update.trouble)
            full.set()

    runner = make_runner(library, connecting(FakeProvider(found), FakeArt()), on_change)
    thread = threading.Thread(target=lambda: asyncio.run(runner.run(until_idle=True)))
    with caplog.at_level(logging.CRITICAL):
        thread.start()
        assert full.wait(10)
        with library._db.write() as conn:
            conn.exec_driver_sql("PRAGMA max_page_count=1073741823")
        thread.join(20)

    assert not thread.is_alive()
    assert "Free some space" in troubles[0]
    assert {task.status for task in library.enrichment.tasks()} == {TaskStatus.DONE}
    assert {row.match_state for row in library.library.load_tracks()} == {MatchState.MATCHED}


def test_a_task_that_comes_back_to_the_same_worker_is_done_by_its_new_run(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")

    class Twice(FakeProvider):
        async def search(self, query: TrackQuery) -> list[Candidate]:
            self.asked.append(query)
            if len(self.asked) == 1:
                library.enrichment.redo(outcome.rows, TaskKind.METADATA)
                await asyncio.sleep(0.3)
                return []
            await asyncio.sleep(0.6)
            return found(query)

    provider = Twice(found)
    run_until_idle(library, connecting(provider))

    assert len(provider.asked) == 2
    assert library.library.load_tracks()[0].match_state is MatchState.MATCHED


@pytest.mark.logs("work stands still")
def test_who_waits_for_the_end_is_told_of_a_disk_that_stays_full(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musiclib.runners.persisting.RETRY_WRITE_S", (0.01, 0.01))
    import_tracks(library, *(f"Artist {n} - Title {n}" for n in range(60)))
    with library._db.write() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(DiskFull, match="Free some space"):
        run_until_idle(library, connecting(FakeProvider(found), FakeArt()))

    with library._db.write() as conn:
        conn.exec_driver_sql("PRAGMA max_page_count=1073741823")
    run_until_idle(library, connecting(FakeProvider(found), FakeArt()))
    assert {task.status for task in library.enrichment.tasks()} == {TaskStatus.DONE}
