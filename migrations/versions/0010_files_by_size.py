"""A scan asks which known files are as large as a new one: it may be one of them that was moved."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_files_size", "files", ["size"])


def downgrade() -> None:
    op.drop_index("ix_files_size", "files")
