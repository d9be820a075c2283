"""An answer knows for which track a collection run asked, and what has read it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_SOME = sa.text("track_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("external_data", sa.Column("parser_version", sa.Integer()))
    op.add_column("external_data", sa.Column("track_id", sa.Uuid()))
    op.create_index(
        "ix_external_data_track_id",
        "external_data",
        ["track_id"],
        sqlite_where=_SOME,
        postgresql_where=_SOME,
    )


def downgrade() -> None:
    op.drop_index("ix_external_data_track_id", "external_data")
    for column in ("track_id", "parser_version"):
        op.drop_column("external_data", column)
