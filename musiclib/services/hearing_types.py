"""What the making of fingerprints tells while it runs and at its end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HearingProgress:
    done: int
    total: int
    current: str


@dataclass(frozen=True, slots=True)
class HearingOutcome:
    """`failed` are (path, why); what was made stays made, also when it was stopped."""

    made: int
    left: int
    failed: tuple[tuple[str, str], ...] = ()
