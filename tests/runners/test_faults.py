"""The worker and two providers over sockets while everything goes wrong: nothing is lost, nothing spins."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.domain.queue import QueueSummary
from musiclib.domain.states import BadgeState, MatchState, Reason, TaskKind, TaskStatus
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.domain.wording import badge_sentence
from musiclib.providers.base import RATES, AnswerCache, Gate
from musiclib.providers.deezer import Deezer
from musiclib.providers.http import Retry, make_client
from musiclib.providers.musicbrainz import MusicBrainz
from musiclib.runners.gate import DatabaseAnswers, DatabaseGate
from musiclib.runners.sources import Sources
from musiclib.services.import_types import ImportRequest, NewAlbum
from musiclib.settings import Settings
from tests.support.catalogue.grown import grown
from tests.support.catalogue.http import Request, Response
from tests.support.catalogue.server import Served

TRACKS = 6
RETRY = Retry(attempts=3, wait_initial_s=0.001, wait_max_s=0.002, call_timeout_s=30.0)
HASTY = replace(RETRY, call_timeout_s=0.2)
HANGS_UP = Response(0, b"")
SILENT = Response(-1, b"")
HTML = Response(200, b"<!doctype html><title>Sign in to the hotel's network</title>")
BUSY = Response.json({"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}})


@dataclass
class World:
    """A library in a time that only passes while a gate sleeps, or when it is told to."""

    folder: Path
    served: Served
    now: datetime = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    faults: dict[str, Response] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    quiet: threading.Event = field(default_factory=threading.Event)

    def clock(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def fault(self, provider: str, request: Request) -> Response | None:
        self.calls[provider] += 1  # when they come: the log is written once they are answered
        found = self.faults.get(provider)
        if found is SILENT:
            self.quiet.wait(HASTY.call_timeout_s * 1.5)
            return HANGS_UP
        return found

    @contextmanager
    def library(self) -> Iterator[Library]:
        """The library opened by a program that starts now."""
        library = open_library(Settings(data_dir=self.folder), clock=self.clock)
        try:
            yield library
        finally:
            library.close()

    def run(self) -> tuple[QueueSummary, Counter[str]]:
        """A program that starts now does what can be done; returns also the calls it made."""
        self.calls.clear()
        with self.library() as library:

            @asynccontextmanager
            async def connect(_gate: Gate, _answers: AnswerCache) -> AsyncIterator[Sources]:
                gate = DatabaseGate(library._db, RATES, self.clock, self.sleep)
                answers = DatabaseAnswers(library._db, self.clock)
                neighbours = gate, answers, self.clock
                retry = HASTY if SILENT in self.faults.values() else RETRY
                async with make_client("https://musiclib.example/contact") as client:
                    deezer = Deezer(client, *neighbours, self.served.base_url("deezer"), retry)
                    brainz = MusicBrainz(client, *neighbours, self.served.base_url("musicbrainz"), retry)
                    yield Sources((deezer, brainz))

            runner = library.enrichment_runner(
                lambda update: None, connect=connect, kinds=[TaskKind.METADATA]
            )
            summary = asyncio.run(runner.run(until_idle=True))
        return summary, self.calls.copy()

    def states(self) -> Counter[tuple[TaskStatus, Reason | None, BadgeState]]:
        """How tasks and badges stand; what a badge says of a wait is checked to be so."""
        with self.library() as library:
            tasks = {each.track_id: each for each in library.enrichment.tasks(kind=TaskKind.METADATA)}
            rows = library.library.load_tracks()
            assert len(tasks) == len(rows) == TRACKS, "no task is lost"
            for row in rows:
                task = tasks[row.id]
                if row.badge.state is BadgeState.WAITING:
                    assert (row.badge.until, row.badge.reason) == (task.not_before, task.reason)
                    assert task.not_before is not None
                    hour = task.not_before.astimezone().strftime("%H:%M")
                    assert f"till {hour}" in badge_sentence(row.badge)
        return Counter((tasks[row.id].status, tasks[row.id].reason, row.badge.state) for row in rows)

    def matched(self) -> int:
        with self.library() as library:
            return sum(row.match_state is MatchState.MATCHED for row in library.library.load_tracks())

    def all_due(self) -> None:
        """Time passes until nothing has to wait any more."""
        with self.library() as library:
            waits = [each.not_before for each in library.enrichment.tasks() if each.not_before]
            blocks = [each.blocked_until for each in library.enrichment.summary().providers]
        self.now = max([self.now, *waits, *(each for each in blocks if each)])


@pytest.fixture
def world(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    catalogue = grown(albums=1, tracks=TRACKS)
    with catalogue.serve() as served:
        made = World(data_dir, served)
        served.fault = made.fault
        release = catalogue.releases[0]
        rows = tuple(ParsedTrack(each.credit.name, each.title) for each in release.recordings)
        with made.library() as library:
            album = NewAlbum(release.title, release.credit.name)
            library.imports.commit(ImportRequest(rows, release.title, album))
        yield made
        made.quiet.set()


@pytest.mark.logs("stamina.retry_scheduled")
@pytest.mark.parametrize(
    ("fault", "reasons", "wait_s"),
    [
        pytest.param(Response(429, b"", {"Retry-After": "48925"}), "rate_limited", 48_925, id="429"),
        pytest.param(Response(429, b""), "rate_limited", 1, id="429 without a time"),
        pytest.param(Response(503, b""), "rate_limited unreachable", 1, id="503"),
        pytest.param(HANGS_UP, "rate_limited unreachable", 1, id="reset"),
        pytest.param(SILENT, "unreachable", 30, id="time-out"),
        pytest.param(HTML, "unreachable", 30, id="HTML"),
        pytest.param(BUSY, "rate_limited", 1, id="an error inside a success"),
    ],
)
def test_no_trouble_loses_a_task_or_makes_one_spin(
    world: World, fault: Response, reasons: str, wait_s: int
) -> None:
    world.faults = {"deezer": fault, "musicbrainz": Response(503, b"") if fault is BUSY else fault}
    began = world.now
    summary, calls = world.run()
    states = world.states()
    assert {(status, badge) for status, _, badge in states} == {(TaskStatus.QUEUED, BadgeState.WAITING)}
    assert {str(reason) for _, reason, _ in states} <= set(reasons.split())
    assert calls["deezer"] <= 3 * RATES["deezer"].concurrency
    assert calls["musicbrainz"] <= 3
    first = min(group.until for group in summary.waiting if group.until)
    assert timedelta(seconds=wait_s) <= first - began
    _, calls = world.run()  # another program, at once
    assert not calls
    world.faults = {}
    world.all_due()
    world.run()
    world.all_due()  # what was found by one is asked of the other once it is back
    world.run()
    assert world.matched() == TRACKS
    assert {status for status, _, _ in world.states()} == {TaskStatus.DONE}


@pytest.mark.logs("stamina.retry_scheduled")
@pytest.mark.parametrize("fault", [Response(429, b"", {"Retry-After": "600"}), HANGS_UP, HTML])
def test_the_other_provider_goes_on(world: World, fault: Response) -> None:
    world.faults = {"deezer": fault}
    _, calls = world.run()
    assert world.matched() == TRACKS
    assert calls["deezer"] <= 3 * RATES["deezer"].concurrency
    world.faults = {}
    world.all_due()
    _, calls = world.run()
    assert calls["musicbrainz"] < TRACKS, "what the other has said is kept, and the rest is gathered"
    assert {status for status, _, _ in world.states()} == {TaskStatus.DONE}


def test_answers_without_sense_let_the_provider_rest(world: World) -> None:
    """A single one is that track's trouble; many in a row are not."""
    world.faults = dict.fromkeys(("deezer", "musicbrainz"), Response(200, b'{"data": ['))
    _, calls = world.run()
    states = world.states()
    assert {reason for _, reason, _ in states} <= {Reason.BAD_PAYLOAD, Reason.UNREACHABLE}
    assert sum(calls.values()) <= 4 * TRACKS
    _, calls = world.run()
    assert not calls
    world.faults = {}
    world.all_due()
    with world.library() as library:
        library.enrichment.retry()
    world.run()
    assert world.matched() == TRACKS


def test_a_wait_of_half_a_day_holds_over_restarts(world: World) -> None:
    wait = Response(429, b"", {"Retry-After": "48925"})
    world.faults = {"deezer": wait, "musicbrainz": wait}
    world.run()
    world.faults = {}
    until = world.now + timedelta(seconds=48_925)
    for hours in (1, 5, 7):
        world.now += timedelta(hours=hours)
        summary, calls = world.run()
        assert not calls
        told = {each.name: (each.blocked_until, each.code) for each in summary.providers}
        for name in ("deezer", "musicbrainz"):
            blocked, code = told[name]
            assert code is Reason.RATE_LIMITED
            assert blocked is not None
            assert abs(blocked - until) < timedelta(minutes=1)
    world.all_due()
    world.run()
    assert world.matched() == TRACKS


def test_a_clock_that_is_set_back_holds_nothing_for_ever(world: World) -> None:
    wait = Response(429, b"", {"Retry-After": "600"})
    world.faults = {"deezer": wait, "musicbrainz": wait}
    world.run()
    world.faults = {}
    world.now -= timedelta(days=400)
    _, calls = world.run()
    assert not calls, "the wait is kept, as long as it was"
    world.now += timedelta(seconds=700)
    world.run()
    assert world.matched() == TRACKS
