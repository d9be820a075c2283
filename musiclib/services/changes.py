"""What a service gives back after it changed something."""

from __future__ import annotations

from dataclasses import dataclass

from musiclib.domain.ids import AlbumId, ChangesetId, TrackId


@dataclass(frozen=True, slots=True)
class Change:
    """One act that was done and can be undone.

    `changeset_id` is None when there was nothing to change. The ids name what to read again. `note` is a
    sentence about what could not be taken back, or done again, with the rest.
    """

    changeset_id: ChangesetId | None
    summary: str
    track_ids: tuple[TrackId, ...] = ()
    album_ids: tuple[AlbumId, ...] = ()
    note: str = ""


def counted(count: int, noun: str) -> str:
    """ "1 track", "3 tracks": a count in an act's summary."""
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"
