"""The first screen in the order of a number is read from an index; what has no value costs nothing there."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SORTED = (
    *("bpm", "wheel_place", "energy", "loudness_lufs", "true_peak_dbtp", "duration_s", "popularity", "year"),
)


def upgrade() -> None:
    op.create_index("ix_track_facts_added", "track_facts", ["added"])
    for column in _SORTED:
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_track_facts_{column}", "track_facts", [column], sqlite_where=where, postgresql_where=where
        )


def downgrade() -> None:
    for column in ("added", *_SORTED):
        op.drop_index(f"ix_track_facts_{column}", "track_facts")
