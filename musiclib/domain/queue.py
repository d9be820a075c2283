"""What the enrichment queue looks like at one moment: numbers that add up, and who waits for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from musiclib.domain.ids import TaskId, TrackId
from musiclib.domain.states import Reason, TaskKind


@dataclass(frozen=True, slots=True)
class KindCounts:
    """How the tasks of one kind stand; the five numbers add up to `total`."""

    kind: TaskKind
    done: int
    running: int
    queued: int
    """May be taken at once."""
    waiting: int
    """Queued, but not before a moment, or blocked on something."""
    error: int

    @property
    def total(self) -> int:
        return self.done + self.running + self.queued + self.waiting + self.error


@dataclass(frozen=True, slots=True)
class RunningItem:
    """A task somebody works on now, in this process or another one."""

    task_id: TaskId
    track_id: TrackId
    kind: TaskKind
    artist: str
    title: str
    since: datetime


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """Tasks that wait for the same reason; `until` is the first moment one of them may go on."""

    kind: TaskKind
    reason: Reason | None
    blocked_on: str | None
    count: int
    until: datetime | None
    last: datetime | None = None
    """The last of these moments."""


class Off(StrEnum):
    """Why a provider is not asked."""

    OFFLINE = "offline"
    NO_ACCOUNT = "no_account"
    SETTINGS = "settings"
    """A person has switched it off."""


@dataclass(frozen=True, slots=True)
class ProviderSummary:
    """One provider's gate."""

    name: str
    enabled: bool
    calls_used: int
    """In the last 24 hours, by all processes."""
    blocked_until: datetime | None
    """In the future, or None: it may be asked now."""
    reason: str | None
    """Why it is blocked, as a sentence that names no time."""
    min_interval_s: float | None
    code: Reason | None = None
    """Why it is blocked."""
    calls_left: int | None = None
    """For background work, before the calls of 24 hours are used up; None: they are not counted."""
    calls_per_task: float | None = None
    """Calls for one look-up, measured; None while that is not known."""
    off: Off | None = None
    """Why it is not asked at all."""


class AnalysisPace(StrEnum):
    """How the analysis of audio goes on."""

    FULL = "full"
    ONE_LANE = "one_lane"
    """One file at a time, as the computer runs on its battery."""
    ON_BATTERY = "on_battery"
    """It rests till the computer is plugged in."""
    PAUSED = "paused"
    """A person has paused it."""

    @property
    def rests(self) -> bool:
        return self in (AnalysisPace.ON_BATTERY, AnalysisPace.PAUSED)


@dataclass(frozen=True, slots=True)
class QueueSummary:
    """The whole queue at `at`."""

    at: datetime
    kinds: tuple[KindCounts, ...]
    running: tuple[RunningItem, ...]
    waiting: tuple[WaitingGroup, ...]
    providers: tuple[ProviderSummary, ...]
    paused: bool
    """A person has paused all work."""
    rate_per_min: float | None
    """Tasks finished a minute over the last minutes; None while nothing was finished."""
    done_about: datetime | None
    """When all that needs no person, file or network will be done, by the speeds that were measured and the
    limits of the providers; None if there is nothing of that, or nothing can be said."""
    done_by_kind: tuple[tuple[TaskKind, datetime], ...] = ()
    """The same for each kind of which it can be said."""
    analysis: AnalysisPace = AnalysisPace.FULL

    @property
    def total(self) -> int:
        return sum(each.total for each in self.kinds)

    @property
    def done(self) -> int:
        return sum(each.done for each in self.kinds)

    @property
    def blocked(self) -> int:
        """Tasks that go on only when something is there: a sign-in, a file, the network."""
        return sum(each.count for each in self.waiting if each.blocked_on is not None)

    @property
    def open(self) -> int:
        """Everything that is neither done nor failed."""
        return sum(each.running + each.queued + each.waiting for each in self.kinds)
