"""Since when a learnt budget holds, and under which setting it was learnt."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("provider_state", sa.Column("budget_since", sa.DateTime(timezone=True)))
    op.add_column("provider_state", sa.Column("budget_of", sa.Integer()))


def downgrade() -> None:
    op.drop_column("provider_state", "budget_of")
    op.drop_column("provider_state", "budget_since")
