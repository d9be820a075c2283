from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.downloads.limits import LARGEST_READ, Bandwidth, HostSlots, Rests


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _moved(bandwidth: Bandwidth, clock: Clock, readers: int, until: float) -> list[int]:
    """How many bytes each of some greedy readers gets till then."""
    got = [0] * readers
    places = [bandwidth.ask(bandwidth.read_size()) for _ in range(readers)]
    while clock.now < until:
        clock.now += 0.001
        for each, place in enumerate(places):
            if bandwidth.wait_s(place) == 0:
                size = bandwidth.read_size()
                got[each] += size
                places[each] = bandwidth.ask(size)
    return got


@pytest.mark.parametrize("rate", [50_000, 1_000_000, 40_000_000])
@pytest.mark.parametrize("readers", [1, 2, 5])
def test_all_together_get_what_is_allowed_and_each_as_much(rate: int, readers: int) -> None:
    clock = Clock()
    got = _moved(Bandwidth(rate, clock), clock, readers, until=10.0)
    assert sum(got) == pytest.approx(rate * 10, rel=0.03)
    assert max(got) - min(got) <= 2 * Bandwidth(rate, clock).read_size()


def test_the_limit_changes_for_those_who_wait() -> None:
    clock = Clock()
    bandwidth = Bandwidth(1000, clock)
    place = bandwidth.ask(10_000)
    assert bandwidth.wait_s(place) == pytest.approx(10)
    clock.now = 5.0
    assert bandwidth.wait_s(place) == pytest.approx(5)
    bandwidth.bytes_per_s = 5000
    assert bandwidth.wait_s(place) == pytest.approx(1)
    bandwidth.bytes_per_s = 0
    assert bandwidth.wait_s(place) == 0
    assert bandwidth.read_size() == LARGEST_READ
    bandwidth.bytes_per_s = 1000
    assert bandwidth.wait_s(bandwidth.ask(1000)) == pytest.approx(1)


def test_what_was_not_used_does_not_add_up() -> None:
    clock = Clock()
    bandwidth = Bandwidth(1000, clock)
    clock.now = 3600.0
    assert bandwidth.wait_s(bandwidth.ask(1000)) >= 0.9


@given(st.lists(st.tuples(st.floats(0.001, 2), st.integers(0, 5000)), max_size=50))
def test_nobody_waits_for_ever(changes: list[tuple[float, int]]) -> None:
    clock = Clock()
    bandwidth = Bandwidth(1000, clock)
    place = bandwidth.ask(10_000)
    for passed, rate in changes:
        clock.now += passed
        bandwidth.bytes_per_s = rate
        assert bandwidth.wait_s(place) >= 0
    bandwidth.bytes_per_s = 1000
    clock.now += 10
    assert bandwidth.wait_s(place) == pytest.approx(0, abs=1e-6)


def test_a_host_is_asked_by_so_many_at_once_in_order() -> None:
    async def run() -> list[str]:
        slots, log = HostSlots(), []
        done = asyncio.Event()

        async def one(name: str, host: str) -> None:
            async with slots.slot(host, 2):
                log.append(name)
                await done.wait()

        tasks = [asyncio.create_task(one(name, name[0])) for name in ("a1", "a2", "a3", "a4", "b1")]
        await asyncio.sleep(0)
        assert log == ["a1", "a2", "b1"]
        tasks[2].cancel()
        tasks[0].cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert log == ["a1", "a2", "b1", "a4"]
        done.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)
        async with asyncio.timeout(1), slots.slot("a", 1):
            return log

    assert asyncio.run(run())


def test_nobody_overtakes_who_needs_the_host_for_himself() -> None:
    async def run() -> list[str]:
        slots, log = HostSlots(), []
        done = asyncio.Event()

        async def one(name: str, at_once: int) -> None:
            async with slots.slot("a", at_once):
                log.append(name)
                await done.wait()

        tasks = [asyncio.create_task(one(*each)) for each in (("first", 2), ("alone", 1), ("last", 2))]
        await asyncio.sleep(0)
        assert log == ["first"]
        done.set()
        await asyncio.gather(*tasks)
        return log

    assert asyncio.run(run()) == ["first", "alone", "last"]


def test_a_turn_that_comes_with_a_cancel_is_passed_on() -> None:
    async def run() -> None:
        slots = HostSlots()
        first = slots.slot("a", 1)
        await first.__aenter__()
        second = asyncio.create_task(slots.slot("a", 1).__aenter__())
        await asyncio.sleep(0)
        await first.__aexit__(None, None, None)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        async with asyncio.timeout(1), slots.slot("a", 1):
            pass

    asyncio.run(run())


def test_requests_to_a_host_begin_one_after_another() -> None:
    async def run() -> dict[str, list[float]]:
        loop, slots = asyncio.get_running_loop(), HostSlots(apart_s=0.05)
        begun: dict[str, list[float]] = {"a": [], "b": []}

        async def one(host: str) -> None:
            async with slots.slot(host, 9):
                begun[host].append(loop.time() - since)

        since = loop.time()
        await asyncio.gather(*(one(host) for host in "aaabb"))
        return begun

    begun = asyncio.run(run())
    assert all(at >= 0.05 * place - 0.001 for times in begun.values() for place, at in enumerate(times))
    assert begun["b"][0] < begun["a"][2]


def test_a_rest_ends_and_the_longest_holds() -> None:
    now = [datetime(2026, 11, 21, tzinfo=UTC)]
    rests = Rests(lambda: now[0])
    later = now[0] + timedelta(seconds=60)
    rests.rest("a", later)
    rests.rest("a", now[0] + timedelta(seconds=5))
    assert (rests.until("a"), rests.until("b")) == (later, None)
    now[0] = later
    assert rests.until("a") is None
