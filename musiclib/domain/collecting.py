"""How a collection run stands, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CollectionPhase(StrEnum):
    COUNTING = "counting"
    READING = "reading"
    """Files a person has saved."""
    ASKING = "asking"
    WAITING = "waiting"
    """The provider or the network gave no answer; it goes on at `CollectionProgress.waits_until`."""
    PROCESSING = "processing"


@dataclass(frozen=True, slots=True)
class CollectionProgress:
    """How a run stands. `found + not_found + failed == done`."""

    phase: CollectionPhase
    done: int = 0
    total: int | None = None
    found: int = 0
    not_found: int = 0
    failed: int = 0
    current: str = ""
    """Track or file at work."""
    per_second: float | None = None
    """Measured; None until it can be said."""
    seconds_left: float | None = None
    """By that and by the provider's limits; None until it can be said."""
    waits_until: datetime | None = None
    why: str | None = None
    """Why it waits, in a sentence."""


class Ending(StrEnum):
    """How a run came to its end. However it ended, what it had found by then is kept."""

    DONE = "done"
    STOPPED = "stopped"
    """By the person."""
    PARKED = "parked"
    """The provider is to be left alone until `CollectionOutcome.parked_until`."""
    BROKEN_OFF = "broken_off"
    """Something a person has to mend first: the network, a sign-in, a permission."""


@dataclass(frozen=True, slots=True)
class CollectionOutcome:
    """What became of a run. `found + not_found + failed == done`."""

    ending: Ending
    done: int = 0
    found: int = 0
    not_found: int = 0
    failed: int = 0
    left: int = 0
    """Not looked at, as it ended before; the next run takes them."""
    seconds: float = 0.0
    parked_until: datetime | None = None
    message: str | None = None
    """Why it ended early and what to do, in a sentence or two."""
    problems: tuple[str, ...] = ()
    """The first of what failed, each named."""

    @property
    def is_whole(self) -> bool:
        return self.ending is Ending.DONE and self.failed == 0
