"""Whose picture was decided by hand, and pictures that were fetched only to be looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("albums", "tracks"):
        op.add_column(
            table, sa.Column("art_locked", sa.Boolean(), nullable=False, server_default=sa.text("false"))
        )
    op.add_column("art", sa.Column("previewed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("art", "previewed_at")
    for table in ("tracks", "albums"):
        op.drop_column(table, "art_locked")
