"""What a scan of folders tells while it runs and when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from musiclib.domain.ids import AlbumId, TrackId


class ScanPhase(StrEnum):
    LISTING = "listing"
    READING = "reading"
    MATCHING = "matching"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """`total` is None while the folders are still being listed."""

    phase: ScanPhase
    done: int
    total: int | None
    current: str | None
    """Name of the file, or while folders are listed of the folder, at work."""
    per_second: float | None = None
    """How many a second of late; None until that can be said."""
    seconds_left: float | None = None
    """Until the end of this phase at that pace."""


@dataclass(frozen=True, slots=True)
class BrokenFile:
    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """`added + changed + moved + unchanged + len(broken)` are the audio files seen, and `broken` also names
    folders that cannot be read.

    `missing` files were there at an earlier scan; they are kept and marked. `linked` counts files that
    were linked to tracks of pasted lists, `new_tracks` tracks made from the tags of files.
    """

    added: int
    changed: int
    unchanged: int
    missing: int
    broken: tuple[BrokenFile, ...]
    linked: int
    new_tracks: int
    cancelled: bool
    track_ids: tuple[TrackId, ...]
    album_ids: tuple[AlbumId, ...]
    moved: int = 0
    """Files known before that have another name or place now."""
    kept: tuple[BrokenFile, ...] = ()
    """Places whose files are all gone at once, as when a disk is not connected: nothing was changed there."""
