"""The one place where it is decided which badge a track wears, and in which words.

First that fits: error; a decision open = review; a live lease = running; `not_before` ahead or
something it is blocked on = waiting; queued; no result and a reason = not found; some of the
work has nothing to show = partial; hand-made match = locked; done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from musiclib.domain.states import BadgeState, MatchState, Reason, TaskKind, TaskStatus


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What of a task matters to the badge."""

    kind: TaskKind
    status: TaskStatus
    reason: Reason | None
    detail: str | None
    attempts: int
    not_before: datetime | None
    blocked_on: str | None


@dataclass(frozen=True, slots=True)
class Badge:
    """`reason` is a code for the front end's words; `until` a moment to name; `share` done of all fields."""

    state: BadgeState
    kind: TaskKind | None = None
    reason: Reason | None = None
    detail: str | None = None
    until: datetime | None = None
    attempts: int = 0
    share: tuple[int, int] | None = None


FIELDS_OF_A_WHOLE_TRACK = ("duration_s", "bpm", "key_code", "energy", "loudness_lufs", "isrc", "year", "art")


def badge_for(
    tasks: tuple[TaskFacts, ...],
    match_state: MatchState,
    match_locked: bool,
    filled: int,
    now: datetime,
    is_id: bool = False,
) -> Badge:
    """The badge of a track.

    `filled` counts which of `FIELDS_OF_A_WHOLE_TRACK` have a value; `now` is UTC.
    """
    by_status = sorted(tasks, key=lambda task: task.kind)
    for task in by_status:
        if task.status is TaskStatus.ERROR:
            return _badge(BadgeState.ERROR, task)
    look_up = next((task for task in by_status if task.kind is TaskKind.METADATA), None)
    if match_state is MatchState.REVIEW:
        return Badge(BadgeState.REVIEW, TaskKind.METADATA, Reason.REVIEW, _settled_with(look_up))
    if is_id:
        return Badge(BadgeState.NOT_FOUND, TaskKind.METADATA, Reason.ID_WAITS)
    if live := _live_badge(by_status, now):
        return live
    if match_state is MatchState.NOT_FOUND:
        reason = look_up.reason if look_up else None
        return Badge(
            BadgeState.NOT_FOUND, TaskKind.METADATA, reason or Reason.NOT_FOUND, _settled_with(look_up)
        )
    return _settled_badge(match_locked, filled)


def _settled_with(look_up: TaskFacts | None) -> str | None:
    """What the look-up that is over left to be told."""
    return look_up.detail if look_up and look_up.status is TaskStatus.DONE else None


def _live_badge(tasks: list[TaskFacts], now: datetime) -> Badge | None:
    for task in tasks:
        if task.status is TaskStatus.RUNNING:
            return _badge(BadgeState.RUNNING, task)
    queued = [task for task in tasks if task.status is TaskStatus.QUEUED]
    for task in queued:
        if task.blocked_on is None and not (task.not_before and task.not_before > now):
            return _badge(BadgeState.QUEUED, task)
    if queued:
        return _badge(BadgeState.WAITING, min(queued, key=lambda t: t.not_before or now))
    return None


def _settled_badge(match_locked: bool, filled: int) -> Badge:
    share = (filled, len(FIELDS_OF_A_WHOLE_TRACK))
    if match_locked:
        return Badge(BadgeState.LOCKED, share=share)
    return Badge(BadgeState.PARTIAL if filled < share[1] else BadgeState.DONE, share=share)


def _badge(state: BadgeState, task: TaskFacts) -> Badge:
    return Badge(state, task.kind, task.reason, task.detail, task.not_before, task.attempts)
