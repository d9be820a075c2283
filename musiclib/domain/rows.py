"""Frozen snapshots of what a list on screen or in the terminal shows.

A row is read in the transaction that changed it and carries the `revision` of that moment;
whoever holds rows drops one whose revision is lower than the one it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from musiclib.domain.badges import Badge
from musiclib.domain.ids import (
    AlbumId,
    ArtId,
    CandidateId,
    ChangesetId,
    FileId,
    SmartAlbumId,
    TaskId,
    TrackId,
)
from musiclib.domain.provenance import Agreement, SourcePreference
from musiclib.domain.states import BadgeState, FileState, MatchState, Reason, TaskKind, TaskStatus


@dataclass(frozen=True, slots=True)
class TrackRow:
    """A track as lists show it. Effective values only; who said them is in `TrackDetail`."""

    id: TrackId
    revision: int
    artist: str
    title: str
    version: str | None
    """The part of the title in brackets that names the mix ("Extended Mix"); not contained in `title`."""
    album: str | None
    bpm: float | None
    key_code: int | None
    """See `MusicalKey.code`."""
    energy: int | None
    loudness_lufs: float | None
    true_peak_dbtp: float | None
    duration_s: float | None
    year: int | None
    popularity: int | None
    isrc: str | None
    art_id: ArtId | None
    is_id: bool
    """An `ID - ID` line that waits for its name."""
    match_state: MatchState
    match_score: float | None
    """0-100."""
    has_file: bool
    added_at: datetime
    badge: Badge
    label: str | None = None
    genres: tuple[str, ...] = ()
    codec: str | None = None
    bitrate: int | None = None
    """Of its best file; bit/s."""


@dataclass(frozen=True, slots=True)
class TrackSums:
    """Several tracks together."""

    tracks: int
    duration_s: float
    slowest: float | None
    fastest: float | None
    """Tempos in BPM; None where no track has one."""

    def __add__(self, other: TrackSums) -> TrackSums:
        slow = [each for each in (self.slowest, other.slowest) if each is not None]
        fast = [each for each in (self.fastest, other.fastest) if each is not None]
        return TrackSums(
            self.tracks + other.tracks,
            self.duration_s + other.duration_s,
            min(slow, default=None),
            max(fast, default=None),
        )


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    tracks: int
    review: int
    """Tracks whose recording a person is to decide upon."""
    needs_you: int
    """Those, and tracks that are broken."""


@dataclass(frozen=True, slots=True)
class SmartAlbumRow:
    """A search that is kept under a name."""

    id: SmartAlbumId
    name: str
    query: str
    """In its canonical form."""
    position: int
    """0-based place among all of them."""


class AlbumEntry(NamedTuple):
    """One place on an album's list."""

    track_id: TrackId
    position: int
    """1-based place in the order of the list."""
    label: str | None
    """The position as it was pasted ("A1", "03"), where it was not just a number in order."""
    disc: int
    start_s: float | None


def renumbered(entries: Iterable[AlbumEntry]) -> list[AlbumEntry]:
    """The same places, numbered 1 to n in this order."""
    return [
        AlbumEntry(entry.track_id, position, entry.label, entry.disc, entry.start_s)
        for position, entry in enumerate(entries, 1)
    ]


@dataclass(frozen=True, slots=True)
class AlbumCounts:
    """How many tracks stand in each badge state; the numbers add up to `total`."""

    total: int
    by_state: tuple[tuple[BadgeState, int], ...]
    unnamed: int = 0
    """Of those not found: IDs that wait for their name, which nobody was asked for."""

    def of(self, state: BadgeState) -> int:
        for each, count in self.by_state:
            if each is state:
                return count
        return 0


@dataclass(frozen=True, slots=True)
class AlbumRow:
    id: AlbumId
    revision: int
    title: str
    artist: str | None
    year: int | None
    origin: str | None
    """Where it came from, for people: "pasted", a file name, a scanned folder."""
    art_id: ArtId | None
    paused: bool
    duration_s: float
    added_at: datetime
    counts: AlbumCounts


@dataclass(frozen=True, slots=True)
class AlbumDetail:
    """An album with its list, in order. The rows of its tracks are in the track store."""

    album: AlbumRow
    entries: tuple[AlbumEntry, ...]


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One source's value of one field. `value` is JSON-plain; times are UTC."""

    source: str
    value: str | int | float | list[str]
    confidence: float | None
    """0-1, or None where the source does not say."""
    fetched_at: datetime
    """When the source said it, or the person chose it."""
    locked: bool
    """Chosen or typed by a person."""
    origin: str | None = None
    """Of a value a person chose: the source that said it."""
    agreement: Agreement | None = None
    """How it stands to the value in force, if there is one."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What the analysis takes for possible beside what it says."""

    value: float
    confidence: float
    """0-1."""


@dataclass(frozen=True, slots=True)
class FieldCard:
    """A field with the value in force, the source that won, and every source's value."""

    name: str
    value: str | int | float | list[str] | None
    source: str | None
    rule: str | None
    """A code: why that source won; see `provenance.Effective`."""
    values: tuple[FieldValue, ...]
    guesses: tuple[Guess, ...] = ()
    """Of tempo and key: the second and third guess of the analysis."""


@dataclass(frozen=True, slots=True)
class FileRow:
    id: FileId
    path: str
    state: FileState
    reason: str | None
    size: int
    duration_s: float | None
    codec: str | None
    bitrate: int | None
    sample_rate: int | None
    channels: int | None
    bit_depth: int | None
    artist: str | None
    title: str | None


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One recording a provider offered for a track."""

    id: CandidateId
    provider: str
    external_id: str
    score: float
    """0-100."""
    artist: str
    title: str
    version: str | None
    """Not contained in `title`."""
    album: str | None
    duration_s: float | None
    year: int | None
    isrc: str | None
    reasons: tuple[str, ...]
    """Codes of what agrees and what differs, strongest first."""
    rejected: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    id: TaskId
    track_id: TrackId
    artist: str
    title: str
    kind: TaskKind
    status: TaskStatus
    reason: Reason | None
    detail: str | None
    """A sentence for people where the reason alone is not enough."""
    attempts: int
    not_before: datetime | None
    lease_until: datetime | None
    worker_id: str | None
    updated_at: datetime
    finished_at: datetime | None
    blocked_on: str | None = None
    """What must be there first: a provider to sign in to, the network."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that was done and can be undone."""

    id: ChangesetId
    kind: str
    summary: str
    created_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class MatchRow:
    """What a track was matched to, or the best that is offered for it, and how surely."""

    state: MatchState
    score: float | None
    """0-100."""
    margin: float | None
    """How many points it is ahead of the next recording; None if nothing was compared."""
    locked: bool
    """Whether a person chose what it is; no look-up changes that."""
    provider: str | None
    external_id: str | None
    reasons: tuple[str, ...]
    """Codes of what agrees and what differs, strongest first; `reason_words` has the words."""
    ids: tuple[tuple[str, str], ...]
    """(provider, id) of the recording at each provider that knows it."""
    links: tuple[tuple[str, str], ...]
    """(provider, address), likewise."""


@dataclass(frozen=True, slots=True)
class ArtistRow:
    name: str
    tracks: int
    """How many tracks credit the artist."""
    genres: tuple[str, ...]
    ids: tuple[tuple[str, str], ...]
    """(provider, id)."""
    fetched_at: datetime | None
    """When a provider was asked for the artist; None: not yet."""


@dataclass(frozen=True, slots=True)
class ArtRow:
    """The picture a track has."""

    id: ArtId
    source: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TrackDetail:
    """Everything the inspector shows of one track."""

    row: TrackRow
    fields: tuple[FieldCard, ...]
    files: tuple[FileRow, ...]
    candidates: tuple[CandidateRow, ...]
    tasks: tuple[TaskRow, ...]
    albums: tuple[tuple[AlbumId, str], ...]
    links: tuple[tuple[str, str], ...]
    """(provider, address) of the recording at each provider that knows it."""
    history: tuple[HistoryEntry, ...]
    match: MatchRow
    artists: tuple[ArtistRow, ...]
    """In the order of the credit."""
    preferences: tuple[SourcePreference, ...]
    """Those for everywhere, and for these artists."""
    art: ArtRow | None
