"""The tables. Written for SQLite and PostgreSQL alike; states are stored as codes, times as UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from musiclib.db.bulk_schema import RunImage
from musiclib.db.duplicate_schema import Fingerprint, NotDuplicate
from musiclib.db.packed import PackedJson
from musiclib.db.report_schema import ProviderPause, QualityReport
from musiclib.db.schema_base import Base, Json, codes_check, index_of_some, index_where, row_id
from musiclib.db.search_schema import SearchDue, TrackFacts, TrackNames
from musiclib.db.sync_schema import SyncConflict, SyncLink, SyncPeer, Tombstone
from musiclib.db.tag_schema import TagPiece, TagWrite
from musiclib.db.transfer_schema import DownloadSource, Transfer
from musiclib.db.types import PathText
from musiclib.domain.states import FileState, MatchState, TaskKind, TaskStatus

__all__ = [
    "Base",
    "DownloadSource",
    "Fingerprint",
    "NotDuplicate",
    "ProviderPause",
    "QualityReport",
    "RunImage",
    "SearchDue",
    "SyncConflict",
    "SyncLink",
    "SyncPeer",
    "TagPiece",
    "TagWrite",
    "Tombstone",
    "TrackFacts",
    "TrackNames",
    "Transfer",
]
"""Who reads all tables from here (the migrations) finds those of other modules too."""
"""Who reads all tables from here (the migrations) finds those of the download centre and the search too."""


class Art(Base):
    """An image on disk, known by the hash of its bytes; the file lies in the art folder."""

    __tablename__ = "art"

    id: Mapped[UUID] = row_id()
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    source: Mapped[str] = mapped_column(String(32))
    source_url: Mapped[str | None]
    mime: Mapped[str] = mapped_column(String(32))
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime]
    previewed_at: Mapped[datetime | None]
    """When a picture was fetched that nobody has used yet; None once somebody has."""


class Album(Base):
    __tablename__ = "albums"
    __table_args__ = (index_where("paused", "ix_albums_paused", "id"),)

    id: Mapped[UUID] = row_id()
    title: Mapped[str]
    artist: Mapped[str | None]
    match_key: Mapped[str] = mapped_column(index=True)
    year: Mapped[int | None]
    origin: Mapped[str | None]
    art_id: Mapped[UUID | None] = mapped_column(ForeignKey("art.id", ondelete="SET NULL"), index=True)
    art_locked: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """A person has decided on the picture, or that there is to be none."""
    paused: Mapped[bool] = mapped_column(Boolean, default=False)
    revision: Mapped[int] = mapped_column(BigInteger, default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Artist(Base):
    __tablename__ = "artists"

    id: Mapped[UUID] = row_id()
    name: Mapped[str]
    match_key: Mapped[str] = mapped_column(unique=True)
    external_ids: Mapped[Json] = mapped_column(default=dict)
    genres: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    """When a provider was asked for the artist; None: not yet."""


class Track(Base):
    """A recording someone put on a list. The columns named in `MERGED_FIELDS` are effective values."""

    __tablename__ = "tracks"
    __table_args__ = (
        codes_check("match_state", MatchState),
        CheckConstraint("popularity IS NULL OR popularity BETWEEN 0 AND 100", name="popularity"),
        CheckConstraint("key_code IS NULL OR key_code BETWEEN 0 AND 23", name="key_code"),
        Index("ix_tracks_match_state", "match_state", "is_id"),
        index_of_some("tracks", "isrc"),
        index_of_some("tracks", "art_id"),
        index_where("needs_ear", "ix_tracks_needs_ear", "id"),
    )

    id: Mapped[UUID] = row_id()
    artist: Mapped[str]
    title: Mapped[str]
    version: Mapped[str | None]
    album: Mapped[str | None]
    isrc: Mapped[str | None]
    duration_s: Mapped[float | None]
    release_date: Mapped[str | None]
    original_year: Mapped[int | None]
    label: Mapped[str | None]
    catalog_number: Mapped[str | None]
    genres: Mapped[list[Any] | None]
    bpm: Mapped[float | None]
    key_code: Mapped[int | None]
    energy: Mapped[int | None]
    loudness_lufs: Mapped[float | None]
    loudness_range_lu: Mapped[float | None]
    true_peak_dbtp: Mapped[float | None]
    popularity: Mapped[int | None]
    art_id: Mapped[UUID | None] = mapped_column(ForeignKey("art.id", ondelete="SET NULL"))
    art_locked: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_id: Mapped[bool] = mapped_column(Boolean, default=False)
    match_key: Mapped[str] = mapped_column(index=True)
    needs_ear: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """A person should listen to the tempo or the key: see `domain.hearing`."""
    match_state: Mapped[str] = mapped_column(String(16), default=MatchState.PENDING)
    match_score: Mapped[float | None]
    match_margin: Mapped[float | None]
    """How far that score is ahead of the next recording's."""
    match_locked: Mapped[bool] = mapped_column(Boolean, default=False)
    match_deferred_at: Mapped[datetime | None]
    """When a person put the decision off; such tracks are reviewed last."""
    revision: Mapped[int] = mapped_column(BigInteger, default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TrackArtist(Base):
    __tablename__ = "track_artists"

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    artist_id: Mapped[UUID] = mapped_column(ForeignKey("artists.id", ondelete="CASCADE"), index=True)
    join_phrase: Mapped[str] = mapped_column(default="")


class AlbumTrack(Base):
    """One place on an album's list. The same track may stand on many albums, and twice on one."""

    __tablename__ = "album_tracks"
    __table_args__ = (
        Index("ix_album_tracks_album_id_position", "album_id", "position"),
        Index("ix_album_tracks_track_id_album_id", "track_id", "album_id"),
    )

    id: Mapped[UUID] = row_id()
    album_id: Mapped[UUID] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    position: Mapped[int]
    label: Mapped[str | None]
    disc: Mapped[int] = mapped_column(default=1)
    start_s: Mapped[float | None]


class File(Base):
    __tablename__ = "files"
    __table_args__ = (codes_check("state", FileState),)

    id: Mapped[UUID] = row_id()
    path: Mapped[str] = mapped_column(PathText(), unique=True)
    folder: Mapped[str] = mapped_column(PathText(), index=True)
    size: Mapped[int] = mapped_column(BigInteger, index=True)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    content_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16), default=FileState.OK)
    reason: Mapped[str | None]
    match_key: Mapped[str] = mapped_column(index=True)
    duration_s: Mapped[float | None]
    codec: Mapped[str | None]
    bitrate: Mapped[int | None]
    sample_rate: Mapped[int | None]
    channels: Mapped[int | None]
    bit_depth: Mapped[int | None]
    tags: Mapped[Json] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class TrackFile(Base):
    __tablename__ = "track_files"

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(
        ForeignKey("files.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    score: Mapped[float]
    by_hand: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime]


class RefusedFile(Base):
    """A file that a person said a track is not: it is never linked to that track again by a guess."""

    __tablename__ = "track_refused_files"

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(
        ForeignKey("files.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class AlbumFile(Base):
    """A file beside an album that is not on its list, once a person has said to leave it out."""

    __tablename__ = "album_left_out_files"

    album_id: Mapped[UUID] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(
        ForeignKey("files.id", ondelete="CASCADE"), primary_key=True, index=True
    )


CLAIMABLE = "status = 'queued' AND blocked_on IS NULL"
LEASED = "status = 'running'"
HELD_BACK = "status = 'queued' AND (blocked_on IS NOT NULL OR not_before IS NOT NULL)"
FAILED = "status = 'error'"
DONE = "status = 'done'"


class EnrichmentTask(Base):
    """Work to be done for one track; at most one of each kind, queued anew rather than doubled."""

    __tablename__ = "enrichment_tasks"
    __table_args__ = (
        UniqueConstraint("track_id", "kind"),
        codes_check("status", TaskStatus),
        codes_check("kind", TaskKind),
        # Only what may be claimed, in the order of claiming: a claim reads no more than it takes.
        index_where(
            CLAIMABLE,
            "ix_enrichment_tasks_claim",
            "kind",
            text("priority DESC"),
            "created_at",
            "id",
            "not_before",
        ),
        index_where(LEASED, "ix_enrichment_tasks_lease", "lease_until"),
        # Whoever counts the tasks reads these instead of all of them.
        index_where(HELD_BACK, "ix_enrichment_tasks_held_back", "kind", "reason", "blocked_on", "not_before"),
        index_where(FAILED, "ix_enrichment_tasks_failed", "kind", "track_id"),
        index_where(DONE, "ix_enrichment_tasks_done", "kind"),
    )

    id: Mapped[UUID] = row_id()
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), default=TaskStatus.QUEUED)
    reason: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[str | None]
    priority: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    worker_id: Mapped[str | None]
    blocked_on: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]


class TrackMetadata(Base):
    """What one source says of one track. `fields` is field -> value, `confidence` field -> 0-1."""

    __tablename__ = "track_metadata"
    __table_args__ = (index_of_some("track_metadata", "external_id"),)

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(32), primary_key=True)
    external_id: Mapped[str | None]
    fields: Mapped[Json] = mapped_column(default=dict)
    confidence: Mapped[Json] = mapped_column(default=dict)
    links: Mapped[Json] = mapped_column(default=dict)
    """Provider -> address of the recording's page there."""
    art: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Pictures the source knows of, best first, as `domain.art_ref.plain_art` writes them."""
    origins: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    chosen_at: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    """Of values a person chose: field -> the source that said it, and -> when (ISO 8601, UTC)."""
    fetched_at: Mapped[datetime]


class MatchCandidate(Base):
    """A recording a provider offered for a track; `rejected` ones are never offered again."""

    __tablename__ = "match_candidates"
    __table_args__ = (UniqueConstraint("track_id", "provider", "external_id"),)

    id: Mapped[UUID] = row_id()
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    provider: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str]
    score: Mapped[float]
    fields: Mapped[Json] = mapped_column(default=dict)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    rejected: Mapped[bool] = mapped_column(Boolean, default=False)
    chosen: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime]
    album_external_id: Mapped[str | None]
    links: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    art: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")


class ExternalData(Base):
    """A provider's raw answer, hit or miss, so that asking again costs no call."""

    __tablename__ = "external_data"
    __table_args__ = (
        UniqueConstraint("provider", "external_id"),
        Index("ix_external_data_provider_fetched_at", "provider", "fetched_at"),
        index_of_some("external_data", "track_id"),
    )

    id: Mapped[UUID] = row_id()
    provider: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str]
    raw: Mapped[Json]
    fetched_at: Mapped[datetime]
    processed_at: Mapped[datetime | None] = mapped_column(index=True)
    parser_version: Mapped[int | None]
    """What read it then: an answer that an older parser has read is to be read again."""
    track_id: Mapped[UUID | None]
    """Of an answer a collection run asked for: the track it was for. That may be gone since, so this is no
    foreign key."""


class AudioAnalysis(Base):
    """The measurements of one file content by one version of the analyser."""

    __tablename__ = "audio_analysis"
    __table_args__ = (UniqueConstraint("content_hash", "analyser_version"),)

    id: Mapped[UUID] = row_id()
    content_hash: Mapped[str] = mapped_column(String(64))
    analyser_version: Mapped[str] = mapped_column(String(32))
    engine: Mapped[str] = mapped_column(String(32))
    features: Mapped[Json]
    # Kilobytes each, for one track on screen: named by a query that wants them, never part of a list.
    waveform: Mapped[bytes | None]
    spectrum: Mapped[bytes | None]
    created_at: Mapped[datetime]


class Import(Base):
    """A pasted list, as it came: a draft, or what an album was made of."""

    __tablename__ = "imports"

    id: Mapped[UUID] = row_id()
    state: Mapped[str] = mapped_column(String(16), index=True)
    source_hash: Mapped[str] = mapped_column(String(64), index=True)
    raw_text: Mapped[str]
    parsed: Mapped[Json] = mapped_column(default=dict)
    options: Mapped[Json] = mapped_column(default=dict)
    album_id: Mapped[UUID | None] = mapped_column(ForeignKey("albums.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ParserLesson(Base):
    """How a person taught the parser to read lines of one pattern."""

    __tablename__ = "parser_lessons"

    signature: Mapped[str] = mapped_column(primary_key=True)
    layout: Mapped[Json]
    created_at: Mapped[datetime]


class Changeset(Base):
    """One act that can be taken back and done again: `payload` holds what the next of the two needs."""

    __tablename__ = "changesets"

    id: Mapped[UUID] = row_id()
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    """The order of acts, whatever the clock says."""
    moved: Mapped[int | None] = mapped_column(BigInteger, index=True)
    """In the same order: when it was done, taken back or done again last. None: taken back by a version
    that kept nothing to do it again."""
    kind: Mapped[str] = mapped_column(String(32))
    summary: Mapped[str]
    payload: Mapped[Json] = mapped_column(PackedJson())
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class ChangesetTrack(Base):
    """Which tracks an act touched. The tracks may be gone since, so this is no foreign key to them."""

    __tablename__ = "changeset_tracks"

    track_id: Mapped[UUID] = mapped_column(primary_key=True)
    changeset_id: Mapped[UUID] = mapped_column(
        ForeignKey("changesets.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ProviderState(Base):
    """One gate per provider, shared by all processes: when the next call may start, and what was learnt."""

    __tablename__ = "provider_state"

    provider: Mapped[str] = mapped_column(String(32), primary_key=True)
    next_call_at: Mapped[datetime | None]
    blocked_until: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why, as a sentence that names no time."""
    blocked_code: Mapped[str | None] = mapped_column(String(32))
    """The same as one of `states.Reason`."""
    calls: Mapped[Json] = mapped_column(default=dict)
    capabilities: Mapped[Json] = mapped_column(default=dict)
    budget: Mapped[int | None]
    """Calls allowed in 24 hours, once the provider has shown that the usual number is too many."""
    budget_since: Mapped[datetime | None]
    budget_of: Mapped[int | None]
    """The usual number then: who sets another one does not want the budget learnt under it."""
    updated_at: Mapped[datetime]


class SourcePreference(Base):
    """A person prefers a source: for a field ("*": all) everywhere (`artist_key` "") or for one artist."""

    __tablename__ = "source_preferences"

    artist_key: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(32), primary_key=True)
    source: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]


class SmartAlbum(Base):
    __tablename__ = "smart_albums"

    id: Mapped[UUID] = row_id()
    name: Mapped[str]
    query: Mapped[str]
    position: Mapped[int]
    created_at: Mapped[datetime]


class LibraryState(Base):
    """Small facts about the library as a whole, shared by all processes."""

    __tablename__ = "library_state"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[Json]
    updated_at: Mapped[datetime]
