"""The download centre: transfers as it needs them, and the places audio comes from.

Nothing has ever written the transfers of 0001, so the table is made anew.
"""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATES = (
    "wanted", "queued", "running", "paused", "review", "no_source", "done", "error", "cancelled",
)  # fmt: skip
_OPEN = sa.text("state NOT IN ('done', 'cancelled')")


def upgrade() -> None:
    op.drop_table("transfers")
    op.create_table(
        "transfers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("album_id", sa.Uuid(), sa.ForeignKey("albums.id", ondelete="SET NULL")),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32)),
        sa.Column("detail", sa.Text()),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True)),
        sa.Column("worker_id", sa.Text()),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("chosen", sa.JSON()),
        sa.Column("chosen_by_hand", sa.Boolean(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("accept_as_is", sa.Boolean(), nullable=False),
        sa.Column("bytes_total", sa.BigInteger()),
        sa.Column("bytes_done", sa.BigInteger(), nullable=False),
        sa.Column("target_path", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(f"state IN {_STATES}", name=op.f("ck_transfers_state")),
    )
    for column in ("album_id", "state", "track_id", "updated_at"):
        op.create_index(f"ix_transfers_{column}", "transfers", [column])
    op.create_index(
        "uq_transfers_open",
        "transfers",
        ["track_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "download_sources",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    _insert_built_in()


def _insert_built_in() -> None:
    """The sources that are there from the start, with ids that are the same everywhere."""
    now = datetime.now(UTC)
    sources = sa.table(
        "download_sources",
        sa.column("id", sa.Uuid()),
        sa.column("kind", sa.String()),
        sa.column("name", sa.Text()),
        sa.column("config", sa.JSON()),
        sa.column("enabled", sa.Boolean()),
        sa.column("position", sa.Integer()),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("updated_at", sa.DateTime(timezone=True)),
    )
    made = {"config": {}, "enabled": True, "created_at": now, "updated_at": now}
    built_in = (("music_folders", "Music folders"), ("archive", "archive.org"))
    rows = [
        {"id": UUID(int=(0x7 << 76) | (0b10 << 62) | number), "kind": kind, "name": name, "position": number}
        for number, (kind, name) in enumerate(built_in, 1)
    ]
    op.bulk_insert(sources, [made | row for row in rows])


def downgrade() -> None:
    op.drop_table("download_sources")
    op.drop_table("transfers")
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
    for column in ("album_id", "state", "track_id"):
        op.create_index(f"ix_transfers_{column}", "transfers", [column])
