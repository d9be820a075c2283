"""Tracks are found by where their match stands, and providers' answers by their age."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_tracks_match_state", "tracks", ["match_state", "is_id"])
    op.create_index("ix_external_data_provider_fetched_at", "external_data", ["provider", "fetched_at"])


def downgrade() -> None:
    op.drop_index("ix_external_data_provider_fetched_at", "external_data")
    op.drop_index("ix_tracks_match_state", "tracks")
