"""What an analysis has for the eye: its waveform and its mean spectrum."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audio_analysis", sa.Column("waveform", sa.LargeBinary()))
    op.add_column("audio_analysis", sa.Column("spectrum", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("audio_analysis", "spectrum")
    op.drop_column("audio_analysis", "waveform")
