from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from musiclib.domain.forecast import Limits, Work, done_about, served
from musiclib.domain.rates import hour_of

NOW = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FREE = Limits(1.0, None, None, {})


def ready(tasks: int) -> Work:
    return Work(tasks, 0, None, None)


@pytest.mark.parametrize(
    ("work", "per_min", "providers", "after"),
    [
        (ready(100), 20.0, [], 5 * MINUTE),
        (ready(0), 20.0, [], None),
        (ready(100), None, [(FREE, 1.0)], None),
        # A provider that is asked three times a track takes longer than the last minutes promise.
        (ready(120), 60.0, [(FREE, 3.0), (FREE, None)], 6 * MINUTE),
        # All of them rest: nothing goes on before the first is back.
        (ready(120), 60.0, [(Limits(0.1, NOW + HOUR, None, {}), 1.0)], HOUR + 2 * MINUTE),
        # Some wait till tomorrow, whatever the speed.
        (Work(10, 5, NOW + HOUR, NOW + DAY), 60.0, [], DAY),
        (Work(0, 5, NOW + HOUR, NOW + HOUR), 5.0, [], HOUR + MINUTE),
    ],
)
def test_who_takes_longest_decides(
    work: Work,
    per_min: float | None,
    providers: list[tuple[Limits, float | None]],
    after: timedelta | None,
) -> None:
    assert done_about(work, NOW, per_min, providers) == (None if after is None else NOW + after)


def test_a_budget_spreads_calls_over_days() -> None:
    spent = {hour_of(NOW): 570}
    assert served(100, Limits(1.0, None, 570, {}), NOW) == NOW + timedelta(seconds=100)
    assert served(600, Limits(1.0, None, 570, {}), NOW) == NOW + DAY + timedelta(seconds=30)
    assert served(600, Limits(1.0, None, 570, spent), NOW) == NOW + DAY + HOUR + DAY + timedelta(seconds=30)
    assert served(10**12, Limits(1.0, None, 570, {}), NOW) < NOW + timedelta(days=8000)
