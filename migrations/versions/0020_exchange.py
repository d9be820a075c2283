"""Changes are exchanged with a shared library: links, conflicts, and tombstones of what was deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_KEYS = {
    "tracks": ("track", "{row}.id"),
    "albums": ("album", "{row}.id"),
    "smart_albums": ("smart_album", "{row}.id"),
    "source_preferences": ("preference", "{row}.artist_key || '/' || {row}.field"),
    "parser_lessons": ("lesson", "{row}.signature"),
}


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "tombstones",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("deleted_at", moment, nullable=False),
    )
    op.create_table(
        "sync_peers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("finished_at", moment),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
    )
    op.create_table(
        "sync_links",
        sa.Column("peer_id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("here_key", sa.Text(), primary_key=True),
        sa.Column("there_key", sa.Text(), nullable=False),
        sa.Column("here_version", sa.Text(), nullable=False),
        sa.Column("there_version", sa.Text(), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["peer_id"], ["sync_peers.id"], ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sync_conflicts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("peer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("here_key", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("here", sa.JSON(), nullable=False),
        sa.Column("there", sa.JSON(), nullable=False),
        sa.Column("found_at", moment, nullable=False),
        sa.Column("choice", sa.String(8)),
        sa.Column("settled_at", moment),
        sa.ForeignKeyConstraint(["peer_id"], ["sync_peers.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_sync_conflicts_peer_id", "sync_conflicts", ["peer_id"])
    for table, (kind, key) in _KEYS.items():
        _bury_sqlite(table, kind, key) if sqlite else _bury_postgresql(table, kind, key)


def _bury_sqlite(table: str, kind: str, key: str) -> None:
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"
    body = f"INSERT OR REPLACE INTO tombstones VALUES ('{kind}', {key.format(row='old')}, {now})"
    op.execute(f"CREATE TRIGGER buried_{table} AFTER DELETE ON {table} BEGIN {body}; END")


def _bury_postgresql(table: str, kind: str, key: str) -> None:
    text = key.format(row="OLD")
    if kind in {"track", "album", "smart_album"}:
        text = f"replace({text}::text, '-', '')"
    body = f"""
        INSERT INTO tombstones VALUES ('{kind}', {text}, clock_timestamp())
        ON CONFLICT (kind, key) DO UPDATE SET deleted_at = excluded.deleted_at;"""
    function = f"bury_{table}"
    op.execute(
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN {body} RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER buried_{table} AFTER DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _KEYS:
        if sqlite:
            op.execute(f"DROP TRIGGER IF EXISTS buried_{table}")
        else:
            op.execute(f"DROP TRIGGER buried_{table} ON {table}")
            op.execute(f"DROP FUNCTION bury_{table}()")
    op.drop_index("ix_sync_conflicts_peer_id", "sync_conflicts")
    for table in ("sync_conflicts", "sync_links", "sync_peers", "tombstones"):
        op.drop_table(table)
