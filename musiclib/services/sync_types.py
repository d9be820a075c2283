"""What an exchange with a shared library tells, for front ends that must not load the database for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

HERE, THERE = "here", "there"
"""The two sides of a conflict: this library, and the shared one."""
DELETED = "deleted"
"""The part that a conflict about a deletion is about."""


@dataclass(slots=True)
class SideCounts:
    """What an exchange has done to one of the two libraries."""

    added: int = 0
    changed: int = 0
    deleted: int = 0


@dataclass(slots=True)
class SyncOutcome:
    address: str
    """Of the shared library, without its password."""
    here: SideCounts = field(default_factory=SideCounts)
    there: SideCounts = field(default_factory=SideCounts)
    paired: int = 0
    """Things made on both sides apart that were found to be the same."""
    conflicts: int = 0
    """Waiting for a person now."""
    left: int = 0
    """Changed by somebody else meanwhile: they are exchanged next time."""
    stopped: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class SyncProgress:
    what: str
    """Kind of thing, as a code: track, album ..."""
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SyncConflictRow:
    """Two decisions about one part. `number` counts from 1 in the order they were found."""

    number: int
    id: UUID
    kind: str
    title: str
    part: str
    here: Any
    there: Any
    found_at: datetime
    choice: str | None
    """Whose counts from the next exchange on, if a person has picked one."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How it stands with the shared library exchanged with last; None: there is none."""

    address: str | None
    started_at: datetime | None
    finished_at: datetime | None
    broken_off: bool
    conflicts: int


Progress = Callable[[SyncProgress], None]
