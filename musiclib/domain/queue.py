"""What the enrichment queue looks like at one moment: numbers that add up, and who waits for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, slots=True)
class ProviderSummary:
    """One provider's gate. `calls_today` counts UTC days; `blocked_until` is in the future or None."""

    name: str
    enabled: bool
    calls_today: int
    blocked_until: datetime | None
    reason: str | None
    """Why it is blocked, as a sentence."""
    min_interval_s: float | None


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
    """When the work that can go on now will be done at this rate; None if there is none or no rate."""

    @property
    def total(self) -> int:
        return sum(each.total for each in self.kinds)

    @property
    def done(self) -> int:
        return sum(each.done for each in self.kinds)

    @property
    def open(self) -> int:
        """Everything that is neither done nor failed."""
        return sum(each.running + each.queued + each.waiting for each in self.kinds)
