"""An act that was taken back can be done again: the order of acts is also that of taking back."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("changesets", sa.Column("moved", sa.BigInteger(), nullable=True))
    op.create_index("ix_changesets_moved", "changesets", ["moved"])
    op.execute("UPDATE changesets SET moved = number WHERE undone_at IS NULL")


def downgrade() -> None:
    op.drop_index("ix_changesets_moved", "changesets")
    op.drop_column("changesets", "moved")
