"""What a runner tells the front ends, and how often."""

from __future__ import annotations

from dataclasses import dataclass

from musiclib.domain.queue import QueueSummary
from musiclib.domain.rows import AlbumRow, TrackRow


@dataclass(frozen=True, slots=True)
class RunnerUpdate:
    """Rows as they stand after a change, each read in the transaction that made it.

    Of a row that changed several times since the last update only the newest revision is there.
    """

    tracks: tuple[TrackRow, ...] = ()
    albums: tuple[AlbumRow, ...] = ()
    summary: QueueSummary | None = None
    trouble: str | None = None
    """Why all work stands still, as a sentence (the disk is full); None while it goes on."""
