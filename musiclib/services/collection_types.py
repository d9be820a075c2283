"""What the collection runs are given to work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from musiclib.domain.collecting import CollectionProgress
from musiclib.domain.ids import TrackId

Json = dict[str, Any]


@dataclass
class Tally:
    """Counts while a run goes on."""

    total: int | None = None
    found: int = 0
    not_found: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.found + self.not_found + self.failed

    def fail(self, problem: str) -> None:
        self.failed += 1
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)


_MOST_PROBLEMS = 50

Told = Callable[[CollectionProgress], None]
Stop = Callable[[], bool]
Sleep = Callable[[float], Awaitable[object]]


def told_nobody(progress: CollectionProgress) -> None:
    """For runs nobody watches."""


def never() -> bool:
    """For runs nobody stops."""
    return False


class IsrcProvider(Protocol):
    """Can be asked for the recording of an ISRC."""

    async def search_track_by_isrc(self, isrc: str, fits: Callable[[Json], bool]) -> Json | None:
        """The first track with this ISRC that fits, as the provider describes it; None: there is none.

        Raises an error of the `ProviderError` family if the provider gave no answer.
        """
        ...


OpenIsrcProvider = Callable[[], AbstractAsyncContextManager[IsrcProvider]]
"""Opens a provider in the loop of a run, and closes it with it. Raises `SignInNeeded` or `BadInput` where
nobody has allowed it to be asked."""

Answers = Mapping[TrackId, Json | None]
"""What a provider has said to each track it was asked for; None: it knows no such recording."""
