"""What repositories take and give: frozen, plain, and independent of SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.ids import AlbumId, ArtId, CandidateId, FileId, ImportId, TaskId, TrackId
from musiclib.domain.provenance import Plain
from musiclib.domain.states import FileState, MatchState, Reason, TaskKind


class NewTrack(NamedTuple):
    """`values` are effective values by field name (`MERGED_FIELDS`); artist and title must be among them."""

    id: TrackId
    match_key: str
    values: Mapping[str, Plain]
    is_id: bool = False
    match_state: MatchState = MatchState.PENDING


class Credit(NamedTuple):
    """One artist of a track; `join_phrase` stands behind the name (" feat. ")."""

    name: str
    match_key: str
    join_phrase: str = ""


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """A track with what matching and merging need."""

    id: TrackId
    revision: int
    artist: str
    title: str
    version: str | None
    album: str | None
    duration_s: float | None
    isrc: str | None
    is_id: bool
    match_key: str
    match_state: MatchState
    match_score: float | None
    match_locked: bool
    art_id: ArtId | None
    art_locked: bool
    """A person has decided on the picture, or that there is to be none."""


@dataclass(frozen=True, slots=True)
class AnalysisRecord:
    """What an analysis of a file's content measured: `features` as of `AudioFeatures.as_dict`; `waveform` and
    `spectrum` in the formats of `domain`, None where they were not made."""

    path: str
    analyser_version: str
    features: Mapping[str, Any]
    waveform: bytes | None
    spectrum: bytes | None


@dataclass(frozen=True, slots=True)
class NewAlbum:
    id: AlbumId
    title: str
    artist: str | None
    match_key: str
    year: int | None
    origin: str | None


@dataclass(frozen=True, slots=True)
class AlbumRecord:
    id: AlbumId
    revision: int
    title: str
    artist: str | None
    match_key: str
    year: int | None
    origin: str | None
    art_id: ArtId | None
    art_locked: bool
    """A person has decided on the picture, or that there is to be none."""
    paused: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a scan learnt of one file. `tags` is JSON-plain."""

    path: str
    size: int
    mtime_ns: int
    match_key: str = ""
    state: FileState = FileState.OK
    reason: str | None = None
    duration_s: float | None = None
    codec: str | None = None
    bitrate: int | None = None
    sample_rate: int | None = None
    channels: int | None = None
    bit_depth: int | None = None
    tags: Mapping[str, Any] = field(default_factory=dict)


class KnownFile(NamedTuple):
    """A file as far as a scan compares it: a tuple, as there are hundreds of thousands."""

    path: str
    size: int
    mtime_ns: int
    state: str
    content_hash: str | None


@dataclass(frozen=True, slots=True)
class FileMove:
    """A file known as `old` has the name and time of `path` and `mtime_ns` now."""

    old: str
    path: str
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class FileRecord:
    id: FileId
    path: str
    size: int
    mtime_ns: int
    content_hash: str | None
    state: FileState
    match_key: str
    duration_s: float | None
    tags: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileLink:
    track_id: TrackId
    file_id: FileId
    score: float
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class ClaimedTask:
    """A task that is ours until its lease ends. `attempts` counts this one; `reason` is why it came back."""

    id: TaskId
    track_id: TrackId
    kind: TaskKind
    attempts: int
    priority: int
    reason: Reason | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SourceValues:
    """What one source says of one track."""

    track_id: TrackId
    source: str
    fields: Mapping[str, Plain]
    external_id: str | None = None
    confidence: Mapping[str, float] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    art: tuple[ArtRef, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    """Of values a person chose: field -> the source that said it."""
    chosen_at: Mapping[str, str] = field(default_factory=dict)
    """Likewise: field -> when (ISO 8601, UTC)."""


@dataclass(frozen=True, slots=True)
class NewCandidate:
    provider: str
    external_id: str
    score: float
    fields: Mapping[str, Plain]
    reasons: Sequence[str] = ()
    album_external_id: str | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    art: tuple[ArtRef, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidateRecord:
    id: CandidateId
    track_id: TrackId
    provider: str
    external_id: str
    score: float
    fields: Mapping[str, Plain]
    reasons: tuple[str, ...]
    rejected: bool
    chosen: bool
    album_external_id: str | None
    links: Mapping[str, str]
    art: tuple[ArtRef, ...]


@dataclass(frozen=True, slots=True)
class ArtistRecord:
    id: UUID
    name: str
    match_key: str
    external_ids: Mapping[str, str]
    """Provider -> id."""
    genres: Sequence[str]
    fetched_at: datetime | None
    """When a provider was asked for the artist; None: not yet."""
    tracks: int
    """How many tracks credit the artist."""


@dataclass(frozen=True, slots=True)
class ExternalRecord:
    """A provider's raw answer. `raw` is `{}` where the provider knew nothing."""

    provider: str
    external_id: str
    raw: dict[str, Any]
    fetched_at: datetime
    processed_at: datetime | None
    id: UUID


@dataclass(frozen=True, slots=True)
class NewExternal:
    """An answer a collection run has got, or its note that there is none."""

    external_id: str
    raw: Mapping[str, Any]
    track_id: TrackId | None = None
    """The track it was asked for."""
    parser_version: int | None = None
    """What has read it already; None: it is to be processed."""


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """A pasted list: a draft while `state` is "draft", "done" once `album_id` was made of it."""

    id: ImportId
    state: str
    source_hash: str
    raw_text: str
    parsed: dict[str, Any]
    options: dict[str, Any]
    album_id: AlbumId | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ArtFacts:
    """A picture whose bytes lie in the art folder."""

    sha256: str
    source: str
    mime: str
    width: int
    height: int
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """The gate of one provider as all processes see it."""

    provider: str
    next_call_at: datetime | None
    blocked_until: datetime | None
    reason: str | None
    """Why it is blocked, as a sentence that names no time."""
    blocked_code: Reason | None
    calls: Mapping[str, int]
    """Calls of the last 24 hours: start of the hour (ISO 8601, UTC) -> count."""
    capabilities: Mapping[str, Any]
    budget: int | None
    """Calls allowed in 24 hours, if the provider has shown that the usual number is too many."""
    budget_since: datetime | None
    """Since when that is tried."""
    budget_of: int | None
    """The usual number then."""
    updated_at: datetime

    def learnt(self, daily: int | None) -> int | None:
        """The budget that holds beside the usual number: none if a person has set another one since."""
        return self.budget if self.budget_of == daily else None
