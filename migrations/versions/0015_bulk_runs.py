"""What each track was like before and after a run over many tracks is kept, so that it can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_images",
        sa.Column("changeset_id", sa.Uuid(), nullable=False),
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("image", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changeset_id"],
            ["changesets.id"],
            name="fk_run_images_changeset_id_changesets",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("changeset_id", "track_id", name="pk_run_images"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("run_images")
