"""Fingerprints that are found by a few of their words. Nothing has ever written those of 0018."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("audio_fingerprints")
    op.create_table(
        "audio_fingerprints",
        sa.Column("content_hash", sa.String(length=64), primary_key=True),
        sa.Column("prints", sa.LargeBinary(), nullable=False),
        sa.Column("sample", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("audio_fingerprints")
    op.create_table(
        "audio_fingerprints",
        sa.Column("content_hash", sa.String(length=64), primary_key=True),
        sa.Column("prints", sa.LargeBinary(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
