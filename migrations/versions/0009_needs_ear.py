"""Which tracks a person should listen to is stored, so that it can be asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "tracks", sa.Column("needs_ear", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    where = sa.text("needs_ear")
    op.create_index("ix_tracks_needs_ear", "tracks", ["id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_tracks_needs_ear", "tracks")
    op.drop_column("tracks", "needs_ear")
