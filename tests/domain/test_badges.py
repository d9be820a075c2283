from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from musiclib.domain.badges import FIELDS_OF_A_WHOLE_TRACK, TaskFacts, badge_for
from musiclib.domain.states import BadgeState, MatchState, Reason, TaskKind, TaskStatus

NOW = datetime(2026, 6, 3, 21, 52, tzinfo=UTC)
LATER = NOW + timedelta(minutes=13)
WHOLE = len(FIELDS_OF_A_WHOLE_TRACK)
LOOKUP = TaskFacts(TaskKind.METADATA, TaskStatus.DONE, Reason.FOUND, None, 1, None, None)
AUDIO = TaskFacts(TaskKind.AUDIO, TaskStatus.DONE, None, None, 1, None, None)
QUEUED = replace(LOOKUP, status=TaskStatus.QUEUED, reason=None, attempts=0)


@pytest.mark.parametrize(
    ("lookup", "audio", "match", "locked", "filled", "state"),
    [
        (LOOKUP, AUDIO, MatchState.MATCHED, False, WHOLE, BadgeState.DONE),
        (LOOKUP, AUDIO, MatchState.MATCHED, False, WHOLE - 2, BadgeState.PARTIAL),
        (LOOKUP, AUDIO, MatchState.MATCHED, True, WHOLE - 2, BadgeState.LOCKED),
        (LOOKUP, AUDIO, MatchState.NOT_FOUND, False, 2, BadgeState.NOT_FOUND),
        (QUEUED, AUDIO, MatchState.PENDING, False, 2, BadgeState.QUEUED),
        (replace(QUEUED, status=TaskStatus.RUNNING), AUDIO, MatchState.PENDING, False, 2, BadgeState.RUNNING),
        (replace(QUEUED, not_before=LATER), AUDIO, MatchState.PENDING, False, 2, BadgeState.WAITING),
        (replace(QUEUED, blocked_on="network"), AUDIO, MatchState.PENDING, False, 2, BadgeState.WAITING),
        (
            replace(QUEUED, not_before=NOW - timedelta(1)),
            AUDIO,
            MatchState.PENDING,
            False,
            2,
            BadgeState.QUEUED,
        ),
        (LOOKUP, AUDIO, MatchState.REVIEW, False, 2, BadgeState.REVIEW),
        (replace(LOOKUP, status=TaskStatus.ERROR), AUDIO, MatchState.REVIEW, True, WHOLE, BadgeState.ERROR),
        (LOOKUP, replace(AUDIO, status=TaskStatus.RUNNING), MatchState.REVIEW, False, 2, BadgeState.REVIEW),
        (LOOKUP, replace(AUDIO, status=TaskStatus.QUEUED), MatchState.NOT_FOUND, False, 2, BadgeState.QUEUED),
    ],
)
def test_first_that_fits_wins(
    lookup: TaskFacts, audio: TaskFacts, match: MatchState, locked: bool, filled: int, state: BadgeState
) -> None:
    assert badge_for((audio, lookup), match, locked, filled, NOW).state is state


def test_a_wait_names_its_moment_and_its_tries() -> None:
    waiting = replace(QUEUED, not_before=LATER, reason=Reason.RATE_LIMITED, attempts=3)
    badge = badge_for((waiting,), MatchState.PENDING, False, 0, NOW)
    assert (badge.until, badge.reason, badge.attempts) == (LATER, Reason.RATE_LIMITED, 3)


def test_a_line_without_a_name_waits_for_it() -> None:
    badge = badge_for((), MatchState.PENDING, False, 0, NOW, is_id=True)
    assert (badge.state, badge.reason) == (BadgeState.NOT_FOUND, Reason.ID_WAITS)


def test_partial_says_the_share() -> None:
    assert badge_for((LOOKUP,), MatchState.MATCHED, False, 6, NOW).share == (6, WHOLE)
