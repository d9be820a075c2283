"""What a runner tells the front ends, and how often."""

from __future__ import annotations

from dataclasses import dataclass

from musiclib.domain.ids import AlbumId
from musiclib.domain.queue import QueueSummary
from musiclib.domain.rows import AlbumRow, TrackRow
from musiclib.domain.transfers import DownloadAlbumRow, DownloadSummary


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


@dataclass(frozen=True, slots=True)
class DownloadUpdate:
    """What changed in the download centre; at most four a second."""

    downloads: tuple[DownloadAlbumRow, ...] = ()
    """Albums of which something changed or bytes moved, as they stand now."""
    gone: tuple[AlbumId, ...] = ()
    """Albums that left the download centre for its history."""
    summary: DownloadSummary | None = None
    """With the speed, the time left and, if nothing can move, why (`trouble`)."""
    tracks: tuple[TrackRow, ...] = ()
    """Tracks that have their file now."""
    albums: tuple[AlbumRow, ...] = ()
    """The albums those are on."""
