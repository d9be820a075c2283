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
    """Name of the file at work."""


@dataclass(frozen=True, slots=True)
class BrokenFile:
    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """`added + changed + unchanged + len(broken)` are the audio files seen.

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
