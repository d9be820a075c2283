"""Frozen snapshots of the download centre: a transfer, an album of them, and the whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from musiclib.domain.ids import AlbumId, ArtId, TrackId, TransferId
from musiclib.domain.states import TransferReason, TransferState

MOST_TRIES = 8
"""How often a transfer is tried by itself before it is an error; bytes that came begin the count anew."""


@dataclass(frozen=True, slots=True)
class Movement:
    """How far a transfer is that runs: newer than what the table says."""

    bytes_done: int
    bytes_total: int | None
    speed_bps: float | None
    checking: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class TransferRow:
    """One place of an album's list in the download centre.

    Tracks whose audio was in the library before have a row too, so that the album's numbers are true:
    `id` None, state DONE.
    """

    id: TransferId | None
    track_id: TrackId
    position: int
    artist: str
    title: str
    version: str | None
    """Not contained in `title`."""
    duration_s: float | None
    state: TransferState
    reason: TransferReason | None
    detail: str | None
    """A sentence for people where the reason alone is not enough."""
    source_label: str | None
    """The source's name for people; None before one was chosen."""
    bytes_done: int
    bytes_total: int | None
    speed_bps: float | None
    """Bytes a second of the last seconds; None while it does not move."""
    checking: bool
    """All bytes are here and are looked at."""
    attempts: int
    not_before: datetime | None
    state_at: datetime
    """Since when it stands where it stands."""
    is_id: bool
    """An `ID - ID` line: nothing can be searched for before it has a name."""


@dataclass(frozen=True, slots=True)
class DownloadAlbumRow:
    """An album in the download centre; its transfers in list order."""

    id: AlbumId
    revision: int
    """Higher with each change; bytes that move raise it too."""
    title: str
    artist: str | None
    art_id: ArtId | None
    priority: int
    added_at: datetime
    """When it was asked for."""
    finished_at: datetime | None
    """When the last of its transfers ended; None while one is open."""
    transfers: tuple[TransferRow, ...]


@dataclass(frozen=True, slots=True)
class DownloadSummary:
    """The whole download centre at a moment."""

    bytes_done: int
    bytes_total: int
    speed_bps: float
    seconds_left: float | None
    """By the speed of the last minute; None where that cannot be said."""
    by_state: tuple[tuple[TransferState, int], ...]
    sources: tuple[str, ...]
    """Names of the sources that are switched on."""
    paused: bool
    """Everything was paused by a person."""
    trouble: str | None = None
    """Why nothing moves, as a sentence (the folder is gone)."""

    def of(self, state: TransferState) -> int:
        return next((count for each, count in self.by_state if each is state), 0)
