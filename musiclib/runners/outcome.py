"""What came of a task, before it is written: work ends in one of these, writing it is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from musiclib.db.connection import Connection
from musiclib.domain.states import Reason


class Ending(Enum):
    DONE = "done"
    ERROR = "error"
    LATER = "later"


def _nothing(conn: Connection, now: datetime) -> None:
    """Nothing to write but the task itself."""


def _always(conn: Connection) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ends. `write` puts its results into the same transaction that settles the task."""

    ending: Ending
    reason: Reason
    detail: str | None = None
    write: Callable[[Connection, datetime], None] = _nothing
    not_before: datetime | None = None
    """For `LATER`: when to try again; None if it is blocked on something."""
    blocked_on: str | None = None
    keep_attempt: bool = True
    """False: it was not the task's fault, so the attempt does not count."""
    holds: Callable[[Connection], bool] = _always
    """Whether what this was found from is still so; if not, nothing of it is written and the task is done
    again. Asked in the transaction that would write it."""


def done(
    reason: Reason, write: Callable[[Connection, datetime], None] = _nothing, detail: str | None = None
) -> Outcome:
    return Outcome(Ending.DONE, reason, detail, write)


def failed(reason: Reason, detail: str, write: Callable[[Connection, datetime], None] = _nothing) -> Outcome:
    return Outcome(Ending.ERROR, reason, detail, write)


def outdated() -> Outcome:
    """A person decided or changed something while the work was done: it is done again at once."""
    return Outcome(Ending.LATER, Reason.RETRY, keep_attempt=False)
