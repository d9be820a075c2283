"""Several providers for a track: what candidates bring along, preferred sources, budgets, artists."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_preferences",
        sa.Column("artist_key", sa.Text(), primary_key=True),
        sa.Column("field", sa.String(length=32), primary_key=True),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("artists", sa.Column("fetched_at", sa.DateTime(timezone=True)))
    op.add_column("tracks", sa.Column("match_deferred_at", sa.DateTime(timezone=True)))
    op.add_column("tracks", sa.Column("match_margin", sa.Double()))
    op.add_column("provider_state", sa.Column("budget", sa.Integer()))
    op.add_column("provider_state", sa.Column("blocked_code", sa.String(length=32)))
    op.add_column("match_candidates", sa.Column("album_external_id", sa.Text()))
    for table, column, empty in (
        ("match_candidates", "links", "{}"),
        ("match_candidates", "art", "[]"),
        ("track_metadata", "art", "[]"),
        ("track_metadata", "origins", "{}"),
        ("track_metadata", "chosen_at", "{}"),
    ):
        op.add_column(table, sa.Column(column, sa.JSON(), nullable=False, server_default=empty))


def downgrade() -> None:
    for table, column in (
        ("track_metadata", "chosen_at"),
        ("track_metadata", "origins"),
        ("track_metadata", "art"),
        ("match_candidates", "art"),
        ("match_candidates", "links"),
        ("match_candidates", "album_external_id"),
        ("provider_state", "blocked_code"),
        ("provider_state", "budget"),
        ("tracks", "match_margin"),
        ("tracks", "match_deferred_at"),
        ("artists", "fetched_at"),
    ):
        op.drop_column(table, column)
    op.drop_table("source_preferences")
