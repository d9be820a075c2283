"""What the plan of the work says about time, and what it does not claim to know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from musiclib.domain.queue import AnalysisPace, KindCounts, QueueSummary, WaitingGroup
from musiclib.domain.states import Reason, TaskKind
from musiclib.gui.models.timeline import plan

START = datetime(2026, 6, 3, 21, 0, tzinfo=UTC)
METADATA = TaskKind.METADATA


def look(
    at: datetime, done: int, queued: int, waiting: int = 0, groups: tuple[WaitingGroup, ...] = ()
) -> QueueSummary:
    counts = KindCounts(METADATA, done, 0, queued, waiting, 0)
    return QueueSummary(at, (counts,), (), groups, (), False, None, None)


def test_no_end_is_drawn_before_the_queue_knows_it() -> None:
    now = START + timedelta(minutes=2)
    made = plan(look(now, 20, 80), START)
    assert made is not None
    (bar,) = made.bars
    assert (bar.left, bar.worked_since, bar.end) == (80, START, None)


def test_what_only_waits_rests_until_then() -> None:
    until = START + timedelta(hours=1)
    group = WaitingGroup(METADATA, Reason.RATE_LIMITED, "musicbrainz", 5, until)
    made = plan(look(START, 3, 0, 5, (group,)), START)
    assert made is not None
    (bar,) = made.bars
    assert (bar.rest_until, bar.end, bar.worked_since) == (until, None, None)
    assert made.stop > until


def test_nothing_left_has_no_plan() -> None:
    assert plan(look(START, 9, 0), START) is None


def test_the_picture_holds_every_moment_it_shows() -> None:
    now = START + timedelta(minutes=2)
    end = now + timedelta(hours=2)
    made = plan(replace(look(now, 60, 3940), done_about=end, done_by_kind=((METADATA, end),)), START)
    assert made is not None
    assert 2 <= len(made.ticks) <= 7
    assert all(made.start <= tick <= made.stop for tick in made.ticks)
    assert 0 < made.share(now) < made.share(end) < 1


def test_a_kind_ends_when_the_queue_says_so_whatever_this_window_has_seen() -> None:
    promised = START + timedelta(hours=2)
    told = replace(look(START, 20, 80), done_about=promised, done_by_kind=((TaskKind.METADATA, promised),))
    made = plan(told, START)
    assert made is not None
    assert made.bars[0].end == promised


def test_files_that_rest_are_not_drawn_as_moving() -> None:
    counts = KindCounts(TaskKind.AUDIO, 3, 0, 27, 0, 0)
    summary = QueueSummary(START, (counts,), (), (), (), False, None, None, analysis=AnalysisPace.PAUSED)
    made = plan(summary, START)
    assert made is not None
    assert (made.bars[0].left, made.bars[0].worked_since) == (27, None)
