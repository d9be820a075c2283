"""What goes into an import and what comes out: the questions the paste dialog and the command line ask."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from musiclib.domain.ids import AlbumId, ChangesetId, ImportId, TrackId
from musiclib.domain.states import MergeMode
from musiclib.domain.tracklist.model import ParsedTrack


class RowVerdict(StrEnum):
    """What a pasted row means for the album it would go to."""

    SAME = "same"
    NOW_KNOWN = "now_known"
    """An ID of the album gets its name."""
    CHANGED = "changed"
    """The place is on the list; the paste says something else or something more about it."""
    STILL_ID = "still_id"
    NEW = "new"
    LINKED = "linked"
    """New on this album, but the track is in the library and will be linked, not doubled."""


class GuessReason(StrEnum):
    """Why an existing album is offered as the target."""

    SAME_LIST = "same_list"
    """This very text was imported into it."""
    SAME_TRACKS = "same_tracks"
    SAME_TITLE = "same_title"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    index: int
    """Of the row in the tracklist, from 0."""
    verdict: RowVerdict
    track_id: TrackId | None = None
    """The track it stands for already; None for a new one."""
    was: str | None = None
    """What stands there now ("ID - ID", "Artist - Title"), where that is something else."""
    changed: tuple[str, ...] = ()
    """Names of the fields that would change."""


@dataclass(frozen=True, slots=True)
class AlbumGuess:
    """The album a list most likely belongs to."""

    album_id: AlbumId
    title: str
    artist: str | None
    reason: GuessReason
    agreeing: int
    """How many pasted rows are on it already."""
    entries: int
    """How many places its list has."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """Nothing is written for it. Counts of `rows` add up to the rows pasted."""

    suggested_title: str
    suggested_artist: str | None
    guess: AlbumGuess | None
    """The existing album to pre-pick; None: a new one."""
    target: AlbumId | None
    """The album `rows` compares with: the one asked for, else the guess, else None (a new one)."""
    rows: tuple[PreviewRow, ...]
    rows_if_new: tuple[PreviewRow, ...]
    """The same for a new album: every row is NEW, LINKED or STILL_ID."""

    def count(self, verdict: RowVerdict, *, new: bool = False) -> int:
        return self.counts(new=new)[verdict]

    def counts(self, *, new: bool = False) -> Counter[RowVerdict]:
        """Rows per verdict; they add up to the number of rows."""
        return Counter(row.verdict for row in (self.rows_if_new if new else self.rows))


@dataclass(frozen=True, slots=True)
class NewAlbum:
    title: str
    artist: str | None = None


@dataclass(frozen=True, slots=True)
class ExistingAlbum:
    album_id: AlbumId
    mode: MergeMode = MergeMode.MERGE


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """All an import needs; `rows` as the person left them after editing."""

    rows: tuple[ParsedTrack, ...]
    raw_text: str
    target: NewAlbum | ExistingAlbum
    source_name: str = "pasted"
    """Where the list came from, for people: "pasted" or a file name."""
    draft_id: ImportId | None = None
    """The draft this import comes from; it is dropped in the same transaction."""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """`added + linked + updated + unchanged` is the number of rows.

    `added` tracks are new in the library; `linked` ones were in it and are new on this album;
    `updated` rows got a name or other values; the rest was there as pasted.
    """

    album_id: AlbumId
    changeset_id: ChangesetId | None
    """None if the import changed nothing."""
    added: int
    linked: int
    updated: int
    unchanged: int
    rows: tuple[TrackId, ...]
    """The track of each pasted row, in the order of the paste."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A half-done paste, kept over restarts. `options` belong to the dialog and are JSON-plain."""

    id: ImportId
    text: str
    options: dict[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = None
