"""The first schema: albums, tracks, files, tasks, and what sources say of them.

Constraints are named by the convention of `musiclib.db.schema.Base`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for create in (
        _art,
        _artists,
        _audio_analysis,
        _changesets,
        _external_data,
        _files,
        _library_state,
        _parser_lessons,
        _provider_state,
        _smart_albums,
        _albums,
        _changeset_tracks,
        _tracks,
        _album_left_out_files,
        _album_tracks,
        _enrichment_tasks,
        _imports,
        _match_candidates,
        _track_artists,
        _track_files,
        _track_metadata,
        _transfers,
    ):
        create()


def downgrade() -> None:
    for table in (
        "transfers",
        "track_metadata",
        "track_files",
        "track_artists",
        "match_candidates",
        "imports",
        "enrichment_tasks",
        "album_tracks",
        "album_left_out_files",
        "tracks",
        "changeset_tracks",
        "albums",
        "smart_albums",
        "provider_state",
        "parser_lessons",
        "library_state",
        "files",
        "external_data",
        "changesets",
        "audio_analysis",
        "artists",
        "art",
    ):
        op.drop_table(table)


def _art() -> None:
    op.create_table(
        "art",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("source_url", sa.Text()),
        sa.Column("mime", sa.String(length=32), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("sha256"),
    )


def _artists() -> None:
    op.create_table(
        "artists",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("external_ids", sa.JSON(), nullable=False),
        sa.Column("genres", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("match_key"),
    )


def _audio_analysis() -> None:
    op.create_table(
        "audio_analysis",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("analyser_version", sa.String(length=32), nullable=False),
        sa.Column("engine", sa.String(length=32), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("content_hash", "analyser_version"),
    )


def _changesets() -> None:
    op.create_table(
        "changesets",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("number"),
    )


def _external_data() -> None:
    op.create_table(
        "external_data",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("provider", "external_id"),
    )
    op.create_index("ix_external_data_processed_at", "external_data", ["processed_at"])


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.String(length=64)),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("duration_s", sa.Double()),
        sa.Column("codec", sa.Text()),
        sa.Column("bitrate", sa.Integer()),
        sa.Column("sample_rate", sa.Integer()),
        sa.Column("channels", sa.Integer()),
        sa.Column("bit_depth", sa.Integer()),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('ok', 'broken', 'missing')", name="state"),
        sa.UniqueConstraint("path"),
    )
    op.create_index("ix_files_content_hash", "files", ["content_hash"])
    op.create_index("ix_files_folder", "files", ["folder"])
    op.create_index("ix_files_match_key", "files", ["match_key"])


def _library_state() -> None:
    op.create_table(
        "library_state",
        sa.Column("key", sa.String(length=32), primary_key=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )


def _parser_lessons() -> None:
    op.create_table(
        "parser_lessons",
        sa.Column("signature", sa.Text(), primary_key=True),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def _provider_state() -> None:
    op.create_table(
        "provider_state",
        sa.Column("provider", sa.String(length=32), primary_key=True),
        sa.Column("next_call_at", sa.DateTime(timezone=True)),
        sa.Column("blocked_until", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text()),
        sa.Column("calls", sa.JSON(), nullable=False),
        sa.Column("capabilities", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )


def _smart_albums() -> None:
    op.create_table(
        "smart_albums",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def _albums() -> None:
    op.create_table(
        "albums",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("artist", sa.Text()),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer()),
        sa.Column("origin", sa.Text()),
        sa.Column("art_id", sa.Uuid(), sa.ForeignKey("art.id", ondelete="SET NULL")),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_albums_paused",
        "albums",
        ["id"],
        sqlite_where=sa.text("paused"),
        postgresql_where=sa.text("paused"),
    )
    op.create_index("ix_albums_art_id", "albums", ["art_id"])
    op.create_index("ix_albums_match_key", "albums", ["match_key"])


def _changeset_tracks() -> None:
    op.create_table(
        "changeset_tracks",
        sa.Column("track_id", sa.Uuid(), primary_key=True),
        sa.Column(
            "changeset_id", sa.Uuid(), sa.ForeignKey("changesets.id", ondelete="CASCADE"), primary_key=True
        ),
    )
    op.create_index("ix_changeset_tracks_changeset_id", "changeset_tracks", ["changeset_id"])


def _tracks() -> None:
    op.create_table(
        "tracks",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("artist", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("version", sa.Text()),
        sa.Column("album", sa.Text()),
        sa.Column("isrc", sa.Text()),
        sa.Column("duration_s", sa.Double()),
        sa.Column("release_date", sa.Text()),
        sa.Column("original_year", sa.Integer()),
        sa.Column("label", sa.Text()),
        sa.Column("catalog_number", sa.Text()),
        sa.Column("genres", sa.JSON()),
        sa.Column("bpm", sa.Double()),
        sa.Column("key_code", sa.Integer()),
        sa.Column("energy", sa.Integer()),
        sa.Column("loudness_lufs", sa.Double()),
        sa.Column("loudness_range_lu", sa.Double()),
        sa.Column("true_peak_dbtp", sa.Double()),
        sa.Column("popularity", sa.Integer()),
        sa.Column("art_id", sa.Uuid(), sa.ForeignKey("art.id", ondelete="SET NULL")),
        sa.Column("is_id", sa.Boolean(), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("match_state", sa.String(length=16), nullable=False),
        sa.Column("match_score", sa.Double()),
        sa.Column("match_locked", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "match_state IN ('pending', 'matched', 'review', 'not_found')", name="match_state"
        ),
        sa.CheckConstraint("key_code IS NULL OR key_code BETWEEN 0 AND 23", name="key_code"),
        sa.CheckConstraint("popularity IS NULL OR popularity BETWEEN 0 AND 100", name="popularity"),
    )
    _index_of_some("tracks", "art_id")
    _index_of_some("tracks", "isrc")
    op.create_index("ix_tracks_match_key", "tracks", ["match_key"])


def _album_left_out_files() -> None:
    op.create_table(
        "album_left_out_files",
        sa.Column("album_id", sa.Uuid(), sa.ForeignKey("albums.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_index("ix_album_left_out_files_file_id", "album_left_out_files", ["file_id"])


def _album_tracks() -> None:
    op.create_table(
        "album_tracks",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("album_id", sa.Uuid(), sa.ForeignKey("albums.id", ondelete="CASCADE"), nullable=False),
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text()),
        sa.Column("disc", sa.Integer(), nullable=False),
        sa.Column("start_s", sa.Double()),
    )
    op.create_index("ix_album_tracks_album_id_position", "album_tracks", ["album_id", "position"])
    op.create_index("ix_album_tracks_track_id_album_id", "album_tracks", ["track_id", "album_id"])


def _enrichment_tasks() -> None:
    op.create_table(
        "enrichment_tasks",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32)),
        sa.Column("detail", sa.Text()),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("worker_id", sa.Text()),
        sa.Column("blocked_on", sa.String(length=32)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind IN ('metadata', 'audio')", name="kind"),
        sa.CheckConstraint("status IN ('queued', 'running', 'done', 'error')", name="status"),
        sa.UniqueConstraint("track_id", "kind"),
    )
    op.create_index(
        "ix_enrichment_tasks_claim",
        "enrichment_tasks",
        ["kind", sa.text("priority DESC"), "created_at", "id", "not_before"],
        sqlite_where=sa.text("status = 'queued' AND blocked_on IS NULL"),
        postgresql_where=sa.text("status = 'queued' AND blocked_on IS NULL"),
    )
    op.create_index(
        "ix_enrichment_tasks_lease",
        "enrichment_tasks",
        ["lease_until"],
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
    )
    op.create_index("ix_enrichment_tasks_updated_at", "enrichment_tasks", ["updated_at"])


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("raw_text", sa.Text(), nullable=False),
        sa.Column("parsed", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("album_id", sa.Uuid(), sa.ForeignKey("albums.id", ondelete="SET NULL")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_imports_album_id", "imports", ["album_id"])
    op.create_index("ix_imports_source_hash", "imports", ["source_hash"])
    op.create_index("ix_imports_state", "imports", ["state"])


def _match_candidates() -> None:
    op.create_table(
        "match_candidates",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("rejected", sa.Boolean(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("track_id", "provider", "external_id"),
    )


def _track_artists() -> None:
    op.create_table(
        "track_artists",
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("artist_id", sa.Uuid(), sa.ForeignKey("artists.id", ondelete="CASCADE"), nullable=False),
        sa.Column("join_phrase", sa.Text(), nullable=False),
    )
    op.create_index("ix_track_artists_artist_id", "track_artists", ["artist_id"])


def _track_files() -> None:
    op.create_table(
        "track_files",
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_track_files_file_id", "track_files", ["file_id"])


def _track_metadata() -> None:
    op.create_table(
        "track_metadata",
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("source", sa.String(length=32), primary_key=True),
        sa.Column("external_id", sa.Text()),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("confidence", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
    )
    _index_of_some("track_metadata", "external_id")


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("album_id", sa.Uuid(), sa.ForeignKey("albums.id", ondelete="SET NULL")),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("source_ref", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32)),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True)),
        sa.Column("bytes_total", sa.BigInteger()),
        sa.Column("bytes_done", sa.BigInteger(), nullable=False),
        sa.Column("validators", sa.JSON(), nullable=False),
        sa.Column("target_path", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_transfers_album_id", "transfers", ["album_id"])
    op.create_index("ix_transfers_state", "transfers", ["state"])
    op.create_index("ix_transfers_track_id", "transfers", ["track_id"])


def _index_of_some(table: str, column: str) -> None:
    there = sa.text(f"{column} IS NOT NULL")
    op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=there, postgresql_where=there)
