from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.rates import DAY, Rate, calls_used, hour_of, next_free

NOW = datetime(2026, 6, 17, 12, 40, tzinfo=UTC)
LIMIT = 5


@given(st.lists(st.integers(0, 600), min_size=1, max_size=120))
def test_no_24_hours_ever_hold_more_calls_than_allowed(minutes_between: list[int]) -> None:
    now, calls, made = NOW, dict[str, int](), list[datetime]()
    for minutes in minutes_between:
        now += timedelta(minutes=minutes)
        if (free := next_free(calls, LIMIT, now)) is not None:
            assert now < free <= now + DAY + timedelta(hours=1)
            assert next_free(calls, LIMIT, free) is None, "a promise that is kept"
            continue
        calls[hour_of(now)] = calls.get(hour_of(now), 0) + 1
        made.append(now)
    for first in made:
        assert sum(first <= each < first + DAY for each in made) <= LIMIT


def test_a_budget_keeps_some_calls_for_clicks_and_learns() -> None:
    rate = Rate(1.0, 1, daily=600)
    assert (rate.budget(None), rate.allowance(None)) == (600, 570)
    halved, budgets = rate.halved(None), list[int | None]()
    while halved not in budgets:
        budgets.append(halved)
        halved = rate.halved(halved)
    assert budgets == [300, 150, 75, 37, 18, 10], "never down to nothing"
    assert Rate(1.0, 1, daily=3).halved(None) == 3
    assert (rate.budget(900), rate.allowance(300)) == (600, 285)
    unlimited = Rate(1.0, 1)
    assert (unlimited.budget(40), unlimited.allowance(40), unlimited.halved(40)) == (None, None, None)


def test_calls_of_an_hour_count_until_the_last_of_them_is_a_day_old() -> None:
    calls = {hour_of(NOW): 2, hour_of(NOW + timedelta(hours=3)): 1}
    assert calls_used(calls, NOW) == 3
    assert next_free(calls, 3, NOW) == datetime(2026, 6, 18, 13, 0, tzinfo=UTC)
    assert next_free(calls, 1, NOW) == datetime(2026, 6, 18, 16, 0, tzinfo=UTC)
    assert calls_used(calls, NOW + timedelta(hours=24, minutes=21)) == 1
