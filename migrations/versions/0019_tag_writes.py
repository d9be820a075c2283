"""The journal of tags that were written into files."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_STATES = ("writing", "written", "undoing", "undone", "redoing")


def upgrade() -> None:
    op.create_table(
        "tag_writes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("in_history", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("files.id", ondelete="SET NULL")),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("worker_id", sa.Text(), nullable=False),
        sa.Column("hash_before", sa.String(length=64), nullable=False),
        sa.Column("hash_after", sa.String(length=64), nullable=False),
        sa.Column("mtime_before_ns", sa.BigInteger(), nullable=False),
        sa.Column("patch", sa.LargeBinary(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"state IN {_STATES}", name=op.f("ck_tag_writes_state")),
    )
    for column in ("run_id", "file_id"):
        op.create_index(f"ix_tag_writes_{column}", "tag_writes", [column])
    for name, column, condition in (
        ("unfinished", "run_id", "NOT in_history"),
        ("unsettled", "state", "state NOT IN ('written', 'undone')"),
    ):
        where = sa.text(condition)
        op.create_index(
            f"ix_tag_writes_{name}", "tag_writes", [column], sqlite_where=where, postgresql_where=where
        )
    op.create_table(
        "tag_pieces",
        sa.Column("digest", sa.String(length=64), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("tag_pieces")
    op.drop_table("tag_writes")
