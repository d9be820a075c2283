"""What the sample library tells while it is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from musiclib.domain.ids import AlbumId
from musiclib.domain.queue import QueueSummary


class DemoPhase(StrEnum):
    SYNTHESISING = "synthesising"
    IMPORTING = "importing"
    SCANNING = "scanning"
    ENRICHING = "enriching"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class DemoProgress:
    phase: DemoPhase
    done: int
    total: int
    current: str | None = None


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    album_ids: tuple[AlbumId, ...]
    folder: Path
    """Where the made audio lies."""
    tracks: int
    seconds: float
    summary: QueueSummary
