from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from musiclib.bootstrap import Library
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.errors import RateLimited
from musiclib.providers.base import Rate
from musiclib.runners.gate import DatabaseAnswers, DatabaseGate
from musiclib.runners.worker_id import is_dead, make_worker_id

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


def test_only_workers_that_are_surely_gone_are_dead() -> None:
    mine = make_worker_id()
    machine, process, _ = mine.rsplit(":", 2)
    assert len(mine) <= 64
    assert not is_dead(mine)
    assert is_dead(f"{machine}:{2**22 + 1}:abc")
    assert not is_dead(f"elsewhere:{process}:abc")
    assert not is_dead("nonsense")
