"""Tasks are claimed once, in order, and never lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from musiclib.db import queries
from musiclib.db.albums import AlbumRepository
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.records import ClaimedTask
from musiclib.db.schema import EnrichmentTask
from musiclib.domain.ids import TrackId
from musiclib.domain.rows import TaskRow
from musiclib.domain.states import Reason, TaskKind, TaskStatus
from tests.support.library import NOW, add_album, add_tracks

LEASE = timedelta(seconds=60)
METADATA, AUDIO = TaskKind.METADATA, TaskKind.AUDIO


def _enqueue(db: Database, ids: list[TrackId], kind: TaskKind = METADATA, priority: int = 0) -> None:
    with db.write() as conn:
        EnrichmentTaskRepository(conn).enqueue(ids, kind, NOW, priority)


def _claim(
    db: Database, worker: str = "a", limit: int = 100, kinds: tuple[TaskKind, ...] = tuple(TaskKind)
) -> list[ClaimedTask]:
    with db.write() as conn:
        return EnrichmentTaskRepository(conn).claim(worker, kinds, limit, NOW, LEASE)


def _tasks(db: Database) -> dict[tuple[TrackId, TaskKind], TaskRow]:
    with db.read() as conn:
        return {(row.track_id, row.kind): row for row in queries.task_rows(conn)}


def test_claim_takes_the_highest_priority_then_the_oldest(db: Database) -> None:
    old, new, urgent = add_tracks(db, 3), add_tracks(db, 3), add_tracks(db, 1)
    with db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        tasks.enqueue(new, AUDIO, NOW - timedelta(seconds=2))
        tasks.enqueue(old, METADATA, NOW - timedelta(seconds=5))
        tasks.enqueue(urgent, AUDIO, NOW, priority=5)
    assert [task.track_id for task in _claim(db, limit=5)] == [*urgent, *old, new[0]]
    assert [task.track_id for task in _claim(db)] == new[1:]
    assert _claim(db) == []


def test_claim_says_what_is_claimed(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    _enqueue(db, [track], priority=3)
    (task,) = _claim(db, "worker 1")
    assert (task.track_id, task.kind, task.attempts, task.priority, task.reason, task.created_at) == (
        track,
        METADATA,
        1,
        3,
        None,
        NOW,
    )
    row = _tasks(db)[track, METADATA]
    assert row.id == task.id
    assert (row.status, row.worker_id, row.lease_until, row.attempts) == (
        TaskStatus.RUNNING,
        "worker 1",
        NOW + LEASE,
        1,
    )


def test_claim_takes_only_the_kinds_asked_for(db: Database) -> None:
    tracks = add_tracks(db, 2)
    _enqueue(db, tracks)
    _enqueue(db, tracks, AUDIO)
    assert {task.kind for task in _claim(db, kinds=(AUDIO,))} == {AUDIO}
    assert _claim(db, kinds=()) == []
    assert _claim(db, limit=0) == []


def test_enqueue_leaves_what_is_there_alone(db: Database) -> None:
    tracks = add_tracks(db, 3)
    _enqueue(db, tracks[:2])
    (task, _) = _claim(db)
    with db.write() as conn:
        EnrichmentTaskRepository(conn).finish(task.id, "a", NOW, Reason.FOUND)
    _enqueue(db, tracks)
    assert [each.track_id for each in _claim(db, "b")] == [tracks[2]]
    assert _tasks(db)[tracks[0], METADATA].status is TaskStatus.DONE


def test_requeue_starts_afresh_and_takes_work_from_a_worker(db: Database) -> None:
    done, running, new = add_tracks(db, 3)
    _enqueue(db, [done, running])
    first, second = _claim(db)
    with db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        tasks.finish(first.id, "a", NOW, Reason.NOT_FOUND, "nobody knows it")
        tasks.requeue([done, running, new], METADATA, NOW, priority=1)
        assert not tasks.finish(second.id, "a", NOW, Reason.FOUND)
    rows = _tasks(db)
    for track in (done, running, new):
        row = rows[track, METADATA]
        assert (row.status, row.attempts, row.reason, row.detail, row.worker_id) == (
            TaskStatus.QUEUED,
            0,
            None,
            None,
            None,
        )
        assert (row.lease_until, row.finished_at) == (None, None)
    assert len(_claim(db, "b")) == 3


@pytest.mark.parametrize(
    ("method", "status"), [("finish", TaskStatus.DONE), ("fail", TaskStatus.ERROR)], ids=["finish", "fail"]
)
def test_end_of_a_task(db: Database, method: str, status: TaskStatus) -> None:
    (track,) = add_tracks(db, 1)
    _enqueue(db, [track])
    (task,) = _claim(db)
    later = NOW + timedelta(seconds=5)
    with db.write() as conn:
        end = getattr(EnrichmentTaskRepository(conn), method)
        assert not end(task.id, "somebody else", later, Reason.BUG)
        assert end(task.id, "a", later, Reason.REVIEW, "three alike")
        assert not end(task.id, "a", later, Reason.BUG)
    row = _tasks(db)[track, METADATA]
    assert (row.status, row.reason, row.detail) == (status, Reason.REVIEW, "three alike")
    assert (row.updated_at, row.finished_at, row.worker_id, row.lease_until) == (later, later, None, None)
    assert _claim(db) == []


def test_postponed_task_waits_for_its_time(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    _enqueue(db, [track])
    (task,) = _claim(db)
    due = NOW + timedelta(minutes=5)
    with db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        assert not tasks.postpone(task.id, "b", due, Reason.RATE_LIMITED)
        assert tasks.postpone(task.id, "a", due, Reason.RATE_LIMITED, "in 5 minutes", give_back_attempt=True)
        assert tasks.claim("a", [METADATA], 1, due - timedelta(seconds=1), LEASE) == []
        (again,) = tasks.claim("a", [METADATA], 1, due, LEASE)
        assert (again.attempts, again.reason) == (1, Reason.RATE_LIMITED)
        assert tasks.postpone(again.id, "a", None, Reason.RETRY, now=due)
    assert _tasks(db)[track, METADATA].updated_at == due


def test_blocked_task_waits_until_unblocked(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    _enqueue(db, [track])
    (task,) = _claim(db)
    with db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        tasks.postpone(task.id, "a", None, Reason.SIGN_IN_NEEDED, blocked_on="spotify")
        assert tasks.claim("a", [METADATA], 1, NOW + timedelta(days=9), LEASE) == []
        assert tasks.unblock("deezer", NOW) == []
        assert tasks.unblock("spotify", NOW) == [track]
        (again,) = tasks.claim("a", [METADATA], 1, NOW, LEASE)
        assert again.attempts == 2


def test_release_gives_everything_back(db: Database) -> None:
    tracks = add_tracks(db, 3)
    _enqueue(db, tracks)
    _claim(db, "a", limit=2)
    _claim(db, "b", limit=1)
    with db.write() as conn:
        assert set(EnrichmentTaskRepository(conn).release("a", NOW)) == set(tracks[:2])
    rows = _tasks(db)
    assert [rows[track, METADATA].status for track in tracks] == [
        TaskStatus.QUEUED,
        TaskStatus.QUEUED,
        TaskStatus.RUNNING,
    ]
    assert [rows[track, METADATA].attempts for track in tracks] == [0, 0, 1]


def test_lost_lease_is_taken_over_and_the_first_worker_is_refused(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    _enqueue(db, [track])
    (task,) = _claim(db, "a")
    after = NOW + LEASE + timedelta(seconds=1)
    with db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        assert tasks.reclaim(NOW + LEASE) == []
        assert tasks.reclaim(after) == [track]
        (again,) = tasks.claim("b", [METADATA], 1, after, LEASE)
        assert (again.id, again.attempts) == (task.id, 2)
        for end in (tasks.finish, tasks.fail):
            assert not end(task.id, "a", after, Reason.FOUND)
        assert not tasks.postpone(task.id, "a", after, Reason.RETRY)
        assert tasks.finish(task.id, "b", after, Reason.FOUND)


def test_extended_lease_is_kept(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    _enqueue(db, [track])
    (task,) = _claim(db)
    with db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        assert tasks.extend("a", NOW + LEASE, LEASE) == 1
        assert tasks.extend("b", NOW + LEASE, LEASE) == 0
        assert tasks.reclaim(NOW + LEASE + timedelta(seconds=1)) == []
        assert tasks.finish(task.id, "a", NOW, Reason.FOUND)


def test_retry_frees_errors_and_what_waits(db: Database) -> None:
    failed, waiting, done, queued = add_tracks(db, 4)
    _enqueue(db, [failed, waiting, done])
    first, second, third = _claim(db)
    _enqueue(db, [queued])
    with db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        tasks.fail(first.id, "a", NOW, Reason.BUG, "it broke")
        tasks.postpone(second.id, "a", NOW + LEASE, Reason.UNREACHABLE)
        tasks.finish(third.id, "a", NOW, Reason.FOUND)
        assert tasks.retry(None, AUDIO, NOW) == []
        assert tasks.retry([done, queued], None, NOW) == []
        assert tasks.retry([failed], None, NOW) == [failed]
        assert tasks.retry(None, METADATA, NOW) == [waiting]
    row = _tasks(db)[failed, METADATA]
    assert (row.status, row.reason, row.detail, row.attempts) == (TaskStatus.QUEUED, None, None, 0)
    assert len(_claim(db)) == 3


def test_cancelled_task_is_gone(db: Database) -> None:
    tracks = add_tracks(db, 2)
    _enqueue(db, tracks, AUDIO)
    (task, _) = _claim(db)
    with db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        tasks.cancel(tracks[:1], AUDIO)
        assert not tasks.finish(task.id, "a", NOW, Reason.FOUND)
    assert list(_tasks(db)) == [(tracks[1], AUDIO)]


def test_tracks_that_stand_only_on_paused_albums_are_left(db: Database) -> None:
    paused, shared, free = add_tracks(db, 3)
    first = add_album(db, [paused, shared])
    add_album(db, [shared])
    _enqueue(db, [paused, shared, free])
    with db.write() as conn:
        AlbumRepository(conn).set_paused([first], True, NOW)
    assert [task.track_id for task in _claim(db)] == [shared, free]
    with db.write() as conn:
        AlbumRepository(conn).set_paused([first], False, NOW)
    assert [task.track_id for task in _claim(db)] == [paused]


def test_every_change_raises_the_revision_of_the_track(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    revisions = [0]

    def check() -> None:
        with db.read() as conn:
            revisions.append(queries.track_rows(conn, [track], NOW)[0].revision)
        assert revisions[-1] > revisions[-2]

    _enqueue(db, [track])
    check()
    for end in ("postpone", "release", "reclaim", "fail", "retry", "finish", "requeue", "cancel"):
        task = next(iter(_claim(db)), None)
        with db.write() as conn:
            tasks = EnrichmentTaskRepository(conn)
            if end == "postpone":
                assert task
                tasks.postpone(task.id, "a", NOW, Reason.RETRY)
            elif end in {"finish", "fail"}:
                assert task
                getattr(tasks, end)(task.id, "a", NOW, Reason.BUG)
            elif end == "release":
                tasks.release("a", NOW)
            elif end == "reclaim":
                tasks.reclaim(NOW + 2 * LEASE)
            elif end == "retry":
                tasks.retry(None, None, NOW)
            elif end == "requeue":
                tasks.requeue([track], METADATA, NOW)
            else:
                tasks.cancel([track], METADATA)
        check()


def test_threads_claim_no_task_twice(db: Database) -> None:
    tracks = add_tracks(db, 800)
    _enqueue(db, tracks[:400])
    _enqueue(db, tracks[400:], AUDIO)
    claimed: Counter[TrackId] = Counter()
    refused: list[ClaimedTask] = []

    def work(worker: str) -> None:
        while tasks := _claim(db, worker, limit=7):
            claimed.update(task.track_id for task in tasks)
            with db.write() as conn:
                repository = EnrichmentTaskRepository(conn)
                refused.extend(
                    task for task in tasks if not repository.finish(task.id, worker, NOW, Reason.FOUND)
                )

    threads = [threading.Thread(target=work, args=[f"worker {nth}"]) for nth in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert claimed == Counter(tracks)
    assert refused == []


def test_processes_claim_no_task_twice(url: str) -> None:
    db = Database.open(url)
    tracks = add_tracks(db, 800)
    _enqueue(db, tracks)
    command = [sys.executable, "-m", "tests.support.claim_worker", url]
    workers = [subprocess.Popen([*command, f"worker {nth}"], stdout=subprocess.PIPE) for nth in range(3)]
    finished = [worker.communicate(timeout=60)[0].decode().split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert Counter(each for one in finished for each in one) == Counter(str(track) for track in tracks)
    with db.read() as conn:
        done = select(func.count()).where(EnrichmentTask.status == "done", EnrichmentTask.attempts == 1)
        assert conn.execute(done).scalar() == 800
    db.close()


def test_claim_reads_along_its_index(sqlite_template: Path) -> None:
    db = Database.open(f"sqlite:///{sqlite_template}")
    seen: list[str] = []
    with db.write() as conn:
        driver: Any = conn.connection.dbapi_connection
        driver.set_trace_callback(seen.append)
        EnrichmentTaskRepository(conn).claim("a", list(TaskKind), 5, NOW, LEASE)
        driver.set_trace_callback(None)
        claim = next(sql for sql in seen if sql.startswith("UPDATE enrichment_tasks"))
        plan = [row.detail for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {claim}")]
    db.close()
    heads = [step for step in plan if "ix_enrichment_tasks_claim" in step]
    assert [step.partition(" USING ")[2] for step in heads] == [
        "INDEX ix_enrichment_tasks_claim (kind=?)"
    ] * len(TaskKind)
    # Only the few heads are sorted, to merge the kinds.
    assert [step for step in plan if "TEMP B-TREE" in step] == ["USE TEMP B-TREE FOR ORDER BY"]
