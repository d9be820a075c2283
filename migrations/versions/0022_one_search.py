"""Words are looked for in the index of 0011 alone: the column that held them all once more is gone.

SQLite drops it in place; a table that others refer to is not built anew for it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_NAMES = ("artist", "title", "version", "album", "label", "isrc")


def upgrade() -> None:
    op.drop_column("tracks", "search_text")


def downgrade() -> None:
    op.add_column("tracks", sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    words = " || ' ' || ".join(f"n.{name}" for name in _NAMES)
    op.execute(
        f"UPDATE tracks SET search_text = (SELECT {words} FROM track_names AS n "
        "JOIN track_facts AS f ON f.number = n.number WHERE f.track_id = tracks.id) "
        "WHERE EXISTS (SELECT 1 FROM track_facts AS f WHERE f.track_id = tracks.id)"
    )
