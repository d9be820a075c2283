"""Who is no duplicate of whom, and what audio sounds like."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "not_duplicates",
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("other_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_index("ix_not_duplicates_other_id", "not_duplicates", ["other_id"])
    op.create_table(
        "audio_fingerprints",
        sa.Column("content_hash", sa.String(length=64), primary_key=True),
        sa.Column("prints", sa.LargeBinary(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("audio_fingerprints")
    op.drop_table("not_duplicates")
