"""What the plan of the work says about time, and what it does not claim to know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from musiclib.domain.queue import KindCounts, QueueSummary, WaitingGroup
from musiclib.domain.states import Reason, TaskKind
from musiclib.gui.models.timeline import Pace, plan

START = datetime(2026, 6, 3, 21, 0, tzinfo=UTC)
METADATA, AUDIO = TaskKind.METADATA, TaskKind.AUDIO


def look(
    at: datetime, done: int, queued: int, waiting: int = 0, groups: tuple[WaitingGroup, ...] = ()
) -> QueueSummary:
    counts = KindCounts(METADATA, done, 0, queued, waiting, 0)
    return QueueSummary(at, (counts,), (), groups, (), False, None, None)


def test_a_pace_is_not_claimed_before_it_was_seen() -> None:
    pace = Pace()
    pace.note(look(START, 0, 100))
    pace.note(look(START + timedelta(seconds=5), 10, 90))
    assert pace.seconds_each(METADATA) is None
    made = plan(look(START + timedelta(seconds=5), 10, 90), pace)
    assert made is not None
    assert made.bars[0].end is None


def test_the_end_follows_from_the_pace() -> None:
    pace = Pace()
    pace.note(look(START, 0, 100))
    now = START + timedelta(seconds=40)
    pace.note(look(now, 20, 80))
    assert pace.seconds_each(METADATA) == 2.0
    assert pace.seconds_each(AUDIO) is None
    made = plan(look(now, 20, 80), pace)
    assert made is not None
    assert made.bars[0].end == now + timedelta(seconds=160)
    assert made.bars[0].left == 80


def test_what_only_waits_rests_until_then() -> None:
    until = START + timedelta(hours=1)
    group = WaitingGroup(METADATA, Reason.RATE_LIMITED, "musicbrainz", 5, until)
    made = plan(look(START, 3, 0, 5, (group,)), Pace())
    assert made is not None
    (bar,) = made.bars
    assert (bar.rest_until, bar.end, bar.worked_since) == (until, None, None)
    assert made.stop > until


def test_the_last_bar_ends_at_the_moment_promised_everywhere_else() -> None:
    pace = Pace()
    pace.note(look(START, 0, 100))
    now = START + timedelta(seconds=40)
    promised = replace(look(now, 20, 80), done_about=now + timedelta(minutes=3))
    pace.note(promised)
    made = plan(promised, pace)
    assert made is not None
    assert made.bars[0].end == promised.done_about == made.done_about


def test_nothing_left_has_no_plan() -> None:
    assert plan(look(START, 9, 0), Pace()) is None


def test_the_picture_holds_every_moment_it_shows() -> None:
    pace = Pace()
    pace.note(look(START, 0, 4000))
    now = START + timedelta(minutes=2)
    pace.note(look(now, 60, 3940))
    made = plan(look(now, 60, 3940), pace)
    assert made is not None
    assert 2 <= len(made.ticks) <= 7
    assert all(made.start <= tick <= made.stop for tick in made.ticks)
    assert 0 < made.share(now) < made.share(made.bars[0].end or now) < 1


def test_a_kind_ends_when_the_queue_says_so_whatever_this_window_has_seen() -> None:
    promised = START + timedelta(hours=2)
    told = replace(look(START, 20, 80), done_about=promised, done_by_kind=((TaskKind.METADATA, promised),))
    made = plan(told, Pace())
    assert made is not None
    assert made.bars[0].end == promised
