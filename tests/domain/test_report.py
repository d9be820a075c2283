"""A report's shares, how it stands to an earlier one, and the straight line into the future."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from musiclib.domain.quality import BY_QUERY, FACTS, MEASURES
from musiclib.domain.query_fields import FIELDS
from musiclib.domain.report import (
    Pauses,
    Point,
    Report,
    Run,
    change,
    forecast,
    mean_change,
    one_a_day,
    restored,
    share_change,
    stored,
)
from musiclib.domain.report_words import numbers, percent, points, signed
from musiclib.domain.too_many import TooMany
from musiclib.domain.track_query import parse_query

AT = datetime(2026, 4, 1, 12, tzinfo=UTC)
ART = BY_QUERY["missing:art"]


def _report(missing: int, at: datetime = AT) -> Report:
    return Report(at, 1.5, 200, {each.query: missing for each in FACTS}, 3, 0)


def test_every_number_is_a_query_that_can_be_read() -> None:
    for each in MEASURES:
        query = parse_query(each.query)
        assert str(query) == each.query
        assert not query.problems
    asked = {f"{name}:{code}" for name in ("clash", "odd") for code in FIELDS[name].codes}
    assert asked <= {each.query for each in MEASURES} | {"clash:hand"}


def test_shares_and_changes() -> None:
    before, now = _report(40), _report(10)
    assert (now.share(ART), now.mean_share) == (95.0, pytest.approx(95.0))
    assert (change(now, before, ART), share_change(now, before, ART)) == (-30, 15.0)
    assert mean_change(now, before) == pytest.approx(15.0)
    unknown = BY_QUERY["odd:bpm"]
    assert change(now, before, unknown) is None
    assert change(now, None, ART) is None
    assert Report(AT, 0, 0, {"missing:art": 0}, 0, 0).mean_share is None
    row = next(each for each in numbers(now, before) if each["query"] == "missing:art")
    assert (row["tracks"], row["percent_there"], row["before"], row["change"]) == (10, 95.0, 40, -30)


def test_a_report_is_stored_and_restored() -> None:
    whole = Report(
        AT,
        1.5,
        200,
        {"missing:art": 7},
        3,
        1,
        ((120, 7), (160, 30)),
        (TooMany(1615, 30, "analysis", 30),),
        (Run("audio", AT, AT + timedelta(minutes=2), 40, 1),),
        (Pauses("deezer", 2, AT, AT + timedelta(hours=1), "rate_limited", "Deezer asked us to wait."),),
    )
    again = restored(AT, 1.5, 200, json.loads(json.dumps(stored(whole))))
    assert again == whole
    assert again.runs[0].per_min == pytest.approx(20.0)
    assert restored(AT, 1.5, 200, {}).counts == {}


def test_the_pace_is_carried_on() -> None:
    climbing = [Point(AT + timedelta(days=7 * week), 70.0 + 2 * week) for week in range(6)]
    goal, when = forecast(climbing) or pytest.fail("it climbs")
    assert (goal, (when - climbing[-1].measured_at).days) == (90, 35)
    assert forecast(climbing[:1]) is None
    assert forecast([*climbing[:1], Point(AT + timedelta(hours=3), 99.0)]) is None
    assert forecast([Point(AT + timedelta(days=day), 70.0) for day in range(9)]) is None
    assert forecast([Point(AT + timedelta(days=day), 99.5) for day in range(9)]) is None
    days = one_a_day([*climbing, Point(AT + timedelta(minutes=5), 71.0)])
    assert [each.share for each in days][:2] == [71.0, 72.0]


def test_all_is_said_of_nothing_less() -> None:
    assert [percent(each) for each in (None, 99.99, 100.0, 0.01, 0.0)] == ["–", "99.9", "100.0", "0.1", "0.0"]
    assert [signed(each) for each in (None, -1400, 0, 14)] == ["–", "−1,400", "0", "+14"]
    assert [points(each) for each in (None, -0.04, 1.25, -2.0)] == ["–", "0.0", "+1.2", "−2.0"]
