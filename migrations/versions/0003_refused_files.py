"""Files a person said a track is not, and no time at which a file was seen: nobody asked for it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "track_refused_files",
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_index("ix_track_refused_files_file_id", "track_refused_files", ["file_id"])
    op.drop_column("files", "seen_at")


def downgrade() -> None:
    op.add_column("files", sa.Column("seen_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE files SET seen_at = created_at")
    op.drop_table("track_refused_files")
