from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.db.provider_removal import remove_provider_data
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.domain.rates import Rate
from musiclib.domain.states import Reason
from musiclib.domain.wording import dated_clock
from musiclib.errors import QuotaExceeded, RateLimited, StillUnreachable
from musiclib.runners.gate import DatabaseAnswers, DatabaseGate
from musiclib.runners.worker_id import is_dead, make_worker_id
from musiclib.settings import Settings
from tests.support.database import DIALECTS

START = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)


class VirtualTime:
    """A clock that only passes while somebody sleeps."""

    def __init__(self) -> None:
        self.now = START

    def clock(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


async def call(gate: DatabaseGate, time: VirtualTime, provider: str) -> float:
    async with gate.slot(provider):
        return (time.now - START).total_seconds()


def test_calls_of_two_processes_together_keep_the_rate(library: Library) -> None:
    time = VirtualTime()
    gates = [DatabaseGate(library._db, {"slow": Rate(1.5, 1)}, time.clock, time.sleep) for _ in range(2)]

    async def calls() -> list[float]:
        return [await call(gates[n % 2], time, "slow") for n in range(4)]

    assert asyncio.run(calls()) == [0.0, 1.5, 3.0, 4.5]


def test_calls_without_a_pace_are_booked_together_and_never_beyond_a_day_s(library: Library) -> None:
    """60 calls a day, three of them for a person; the first call finds out that there is no pace."""
    time, rates = VirtualTime(), {"mirror": Rate(0.0, 4, daily=60)}
    gate = DatabaseGate(library._db, rates, time.clock, time.sleep)

    def booked() -> int:
        with library._db.read() as conn:
            state = ProviderStateRepository(conn).get("mirror")
        return sum(state.calls.values()) if state else 0

    counted = []
    for _ in range(57):
        asyncio.run(call(gate, time, "mirror"))
        counted.append(booked())
    assert sorted(set(counted)) == [1, 51, 57]
    with pytest.raises(QuotaExceeded):
        asyncio.run(call(gate, time, "mirror"))

    other = DatabaseGate(library._db, {"mirror": Rate(0.0, 4)}, time.clock, time.sleep)
    asyncio.run(call(other, time, "mirror"))
    with library._db.write() as conn:
        until = START + timedelta(minutes=5)
        ProviderStateRepository(conn).block("mirror", until, "Asked us to wait.", START)
    time.now += timedelta(seconds=2)
    with pytest.raises(RateLimited, match="Asked us to wait"):
        asyncio.run(call(other, time, "mirror"))  # what was booked before does not hold for long


def test_a_blocked_provider_is_not_called(library: Library) -> None:
    time = VirtualTime()
    gate = DatabaseGate(library._db, {"slow": Rate(1.0, 1)}, time.clock, time.sleep)
    until = START + timedelta(minutes=5)
    with library._db.write() as conn:
        ProviderStateRepository(conn).block("slow", until, "Asked us to wait.", START)
    with pytest.raises(RateLimited, match="Asked us to wait") as caught:
        asyncio.run(call(gate, time, "slow"))
    assert caught.value.until == until
    time.now = until
    assert asyncio.run(call(gate, time, "slow")) == 300.0


def test_a_day_s_calls_are_booked_for_all_and_over_a_restart(settings: Settings) -> None:
    """40 calls a day, two of them for a person."""
    time = VirtualTime()
    rates = {"counted": Rate(1.0, 1, daily=40)}
    library = open_library(settings, clock=time.clock)
    gates = [DatabaseGate(library._db, rates, time.clock, time.sleep) for _ in range(2)]

    async def until_refused(gate: DatabaseGate) -> tuple[int, RateLimited]:
        for calls in itertools.count():
            try:
                await call(gate, time, "counted")
            except RateLimited as error:
                return calls, error
        raise AssertionError

    assert asyncio.run(until_refused(gates[0]))[0] == 38
    library.close()

    library = open_library(settings, clock=time.clock)
    gates = [
        DatabaseGate(library._db, rates, time.clock, time.sleep, urgent=urgent) for urgent in (False, True)
    ]
    calls, refusal = asyncio.run(until_refused(gates[0]))
    assert (calls, type(refusal)) == (0, QuotaExceeded)
    assert refusal.until == START + timedelta(hours=25)
    assert str(refusal) == "The calls counted may get in 24 hours are used up."
    assert asyncio.run(until_refused(gates[1]))[0] == 2
    time.now = refusal.until
    assert asyncio.run(until_refused(gates[0]))[0] == 38
    library.close()


def test_what_a_provider_said_is_remembered_for_all(settings: Settings) -> None:
    """Its quota halves the budget, once however many calls were under way; it holds over a restart."""
    time = VirtualTime()
    rates = {"counted": Rate(0.1, 4, daily=600), "slow": Rate(1.0, 1)}
    until = START + timedelta(seconds=48_925)
    library = open_library(settings, clock=time.clock)
    gate = DatabaseGate(library._db, rates, time.clock, time.sleep)

    async def refused(provider: str, error: RateLimited) -> None:
        with contextlib.suppress(RateLimited):
            async with gate.slot(provider):
                await asyncio.sleep(0.01)
                raise error

    async def together() -> None:
        quota = QuotaExceeded("counted", "Its quota is used up.", until)
        await asyncio.gather(*(refused("counted", quota) for _ in range(3)))
        await refused("slow", RateLimited("slow", "It asked us to slow down.", START + timedelta(seconds=30)))

    asyncio.run(together())
    library.close()

    library = open_library(settings, clock=time.clock)
    gate = DatabaseGate(library._db, rates, time.clock, time.sleep, urgent=True)
    with library._db.read() as conn:
        state = ProviderStateRepository(conn).get("counted")
    assert state is not None
    assert (state.budget, state.blocked_until) == (300, until)
    hour = dated_clock(START)(until)
    with pytest.raises(QuotaExceeded, match=f"Its quota is used up. Try again after {hour}.") as caught:
        asyncio.run(call(gate, time, "counted"))
    assert caught.value.until == until
    with pytest.raises(RateLimited, match="slow down"):
        asyncio.run(call(gate, time, "slow"))
    library.close()


def test_a_halved_budget_is_raised_by_a_quarter_after_each_day_it_was_used_up(library: Library) -> None:
    time = VirtualTime()

    def gate(daily: int = 40) -> DatabaseGate:
        rates = {"counted": Rate(0.1, 1, daily=daily)}
        return DatabaseGate(library._db, rates, time.clock, time.sleep, urgent=True)

    async def refuse() -> None:
        async with gate().slot("counted"):
            raise QuotaExceeded("counted", "Its quota is used up.", time.now + timedelta(hours=13))

    def calls_of_a_day(daily: int = 40) -> int:
        time.now += timedelta(hours=25)
        for calls in itertools.count():
            try:
                asyncio.run(call(gate(daily), time, "counted"))
            except QuotaExceeded:
                return calls
        raise AssertionError

    with pytest.raises(QuotaExceeded):
        asyncio.run(refuse())
    assert calls_of_a_day() == 20, "it was tried for half a day only"
    assert [calls_of_a_day() for _ in range(5)] == [25, 31, 38, 40, 40]

    time.now += timedelta(hours=25)
    with pytest.raises(QuotaExceeded):
        asyncio.run(refuse())
    assert calls_of_a_day() == 20
    assert calls_of_a_day(daily=50) == 50, "who sets another number is taken at their word"


def test_a_call_that_waits_for_its_turn_is_not_made_if_the_provider_is_blocked_meanwhile(
    library: Library,
) -> None:
    time = VirtualTime()

    async def sleep(seconds: float) -> None:
        with library._db.write() as conn:
            later = time.now + timedelta(minutes=5)
            ProviderStateRepository(conn).block("slow", later, "Away.", time.now, code=Reason.UNREACHABLE)
        await time.sleep(seconds)

    gate = DatabaseGate(library._db, {"slow": Rate(1.0, 1)}, time.clock, sleep)
    assert asyncio.run(call(gate, time, "slow")) == 0.0
    with pytest.raises(StillUnreachable, match="Away"):
        asyncio.run(call(gate, time, "slow"))


def test_a_provider_without_a_limit_is_let_through(library: Library) -> None:
    time = VirtualTime()
    gate = DatabaseGate(library._db, {}, time.clock, time.sleep)
    assert asyncio.run(call(gate, time, "local")) == 0.0


def test_hits_are_kept_longer_than_misses(library: Library) -> None:
    time = VirtualTime()
    answers = DatabaseAnswers(library._db, time.clock)
    answers.put("fake", "hit", {"id": 1}, found=True)
    answers.put("fake", "miss", {"results": []}, found=False)
    assert answers.get("fake", "unknown") is None

    def seen(key: str) -> tuple[dict[str, object], bool] | None:
        answer = answers.get("fake", key)
        return (answer.raw, answer.found) if answer else None

    assert (seen("hit"), seen("miss")) == (({"id": 1}, True), ({"results": []}, False))
    time.now += timedelta(days=15)
    assert (seen("hit"), seen("miss")) == (({"id": 1}, True), None)
    time.now += timedelta(days=90)
    assert seen("hit") is None


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_an_answer_to_a_very_long_question_is_kept(library: Library) -> None:
    answers = DatabaseAnswers(library._db, VirtualTime().clock)
    one, other = (random.Random(2).randbytes(4000).hex() + end for end in ("ä", "ö"))
    answers.put("fake", one, {"id": 1}, found=True)
    answers.put("fake", other, {"id": 2}, found=True)
    kept = [answers.get("fake", key) for key in (one, other)]
    assert [each and each.raw for each in kept] == [{"id": 1}, {"id": 2}]


def test_an_answer_under_way_while_its_data_is_removed_is_not_kept(library: Library) -> None:
    time = VirtualTime()
    answers = DatabaseAnswers(library._db, time.clock)
    with library._db.write() as conn:
        remove_provider_data(conn, "spotify", time.now)
    time.now += timedelta(minutes=2)
    for provider in ("spotify", "deezer"):
        answers.put(provider, "track/1", {"id": 1}, found=True)
    assert (answers.get("spotify", "track/1"), answers.get("deezer", "track/1") is None) == (None, False)
    time.now += timedelta(minutes=15)
    answers.put("spotify", "track/1", {"id": 1}, found=True)
    assert answers.get("spotify", "track/1") is not None


def test_an_answer_of_a_clock_that_was_wrong_is_asked_for_again(library: Library) -> None:
    time = VirtualTime()
    answers = DatabaseAnswers(library._db, time.clock)
    answers.put("fake", "hit", {"id": 1}, found=True)
    time.now -= timedelta(minutes=4)
    assert answers.get("fake", "hit") is not None
    time.now -= timedelta(days=400)
    assert answers.get("fake", "hit") is None


def test_only_workers_that_are_surely_gone_are_dead() -> None:
    mine = make_worker_id()
    machine, process, _ = mine.rsplit(":", 2)
    assert len(mine) <= 64
    assert not is_dead(mine)
    assert is_dead(f"{machine}:{2**22 + 1}:abc")
    assert not is_dead(f"elsewhere:{process}:abc")
    assert not is_dead("nonsense")
