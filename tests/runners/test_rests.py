from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from musiclib.bootstrap import Library
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.domain.rates import Rate
from musiclib.errors import ProviderError, ProviderUnreachable, RateLimited
from musiclib.runners.rests import Rests

NOW = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(hours=3)
RATES = {"counted": Rate(1.0, 1, daily=3), "fast": Rate(0.1, 4)}


def test_who_may_ask_so_often_a_day_serves_so_many_tasks_a_day(library: Library) -> None:
    rests = Rests(library._db, lambda: NOW, RATES)
    told = [rests.outcome(RateLimited("counted", "Wait.", UNTIL), 1).not_before or NOW for _ in range(5)]
    day = timedelta(days=1)
    second = timedelta(seconds=1)
    assert [each - UNTIL for each in told] == [timedelta(0), second, 2 * second, day, day + second]
    fast = [rests.outcome(RateLimited("fast", "Wait.", UNTIL), 1).not_before for _ in range(3)]
    assert fast == [UNTIL] * 3


def test_all_who_were_asking_when_it_went_away_are_one_trouble(library: Library) -> None:
    now = NOW
    rests = Rests(library._db, lambda: now, RATES)

    def blocked_for() -> timedelta:
        with library._db.read() as conn:
            state = ProviderStateRepository(conn).get("fast")
        assert state is not None
        assert state.blocked_until is not None
        return state.blocked_until - now

    for _ in range(30):
        rests.note(ProviderUnreachable("fast", "It cannot be reached."))
    assert blocked_for() == timedelta(seconds=30)
    now += timedelta(seconds=31)
    rests.note(ProviderUnreachable("fast", "It cannot be reached."))
    assert blocked_for() == timedelta(seconds=60)
    now += timedelta(seconds=61)
    rests.answered("fast")
    rests.note(ProviderUnreachable("fast", "It cannot be reached."))
    assert blocked_for() == timedelta(seconds=30)


@pytest.mark.parametrize(
    "error",
    [ProviderUnreachable("fast", "It cannot be reached."), RateLimited("fast", "Wait.", UNTIL)],
    ids=["away", "limited"],
)
def test_what_was_unblocked_by_hand_is_blocked_again(library: Library, error: ProviderError) -> None:
    rests = Rests(library._db, lambda: NOW, RATES)
    for _ in range(2):
        rests.note(error)
        with library._db.write() as conn:
            states = ProviderStateRepository(conn)
            state = states.get("fast")
            assert state is not None
            assert state.blocked_until is not None
            states.unblock("fast", NOW)
