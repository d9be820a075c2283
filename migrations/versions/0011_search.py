"""An index to search and sort tracks by, kept right by triggers that note what changed.

Its rows are made from the tracks by the program, once all migrations have run: folding text is not for SQL.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NAMES = ("artist", "title", "version", "album", "label", "isrc")
_SORTED = ("artist", "title", "version", "album", "label")
_TRACK_COLUMNS = (
    "artist, title, version, album, isrc, duration_s, release_date, original_year, label, genres, bpm, "
    "key_code, energy, loudness_lufs, true_peak_dbtp, popularity, art_id, is_id, match_state, match_locked, "
    "needs_ear, created_at"
)
_TASK_COLUMNS = "status, not_before, blocked_on"
_OF_A_TRACK = ("enrichment_tasks", "track_metadata", "track_files")


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    _create_tables(sa.Text() if sqlite else sa.Text(collation="C"), sa.CHAR(32) if sqlite else sa.Uuid())
    _search_words_of_sqlite() if sqlite else _search_words_of_postgresql()
    _note_changes_of_sqlite() if sqlite else _note_changes_of_postgresql()
    op.execute("INSERT INTO search_due (track_id) SELECT id FROM tracks")


def _create_tables(text: sa.Text, track_id: sa.CHAR | sa.Uuid) -> None:
    op.create_table(
        "track_facts",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("track_id", track_id, nullable=False, unique=True),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("bpm", sa.Float()),
        sa.Column("key_code", sa.Integer()),
        sa.Column("wheel_place", sa.Integer()),
        sa.Column("energy", sa.Integer()),
        sa.Column("loudness_lufs", sa.Float()),
        sa.Column("true_peak_dbtp", sa.Float()),
        sa.Column("duration_s", sa.Float()),
        sa.Column("popularity", sa.Integer()),
        sa.Column("year", sa.Integer()),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("waits_until", sa.BigInteger()),
        sa.Column("has", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("needs_ear", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "track_names",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(name, text, nullable=False) for name in (*_NAMES, "genres")),
    )
    for name in _SORTED:
        where = sa.text(f"{name} != ''")
        op.create_index(
            f"ix_track_names_{name}", "track_names", [name], sqlite_where=where, postgresql_where=where
        )
    op.create_table("search_due", sa.Column("track_id", sa.Uuid(), primary_key=True), sqlite_with_rowid=False)


def _search_words_of_sqlite() -> None:
    op.execute(
        """
CREATE VIRTUAL TABLE track_words USING fts5(
    names, genres, content='', columnsize=0, tokenize='trigram case_sensitive 1'
)"""
    )
    op.execute("CREATE VIRTUAL TABLE track_word_parts USING fts5vocab('track_words', 'row')")


def _sqlite_trigger(name: str, table: str, when: str, body: str) -> None:
    op.execute(f"CREATE TRIGGER {name} AFTER {when} ON {table} BEGIN {body}; END")


def _note_changes_of_sqlite() -> None:
    # Not OR IGNORE: what the statement that fires a trigger does about conflicts holds in it too.
    def note(track_id: str, source: str = " WHERE", distinct: str = "") -> str:
        known = f"SELECT 1 FROM search_due WHERE track_id = {track_id}"
        rows = f"SELECT {distinct}{track_id}{source} NOT EXISTS ({known})"
        return f"INSERT INTO search_due (track_id) {rows}"

    _sqlite_trigger("due_tracks_added", "tracks", "INSERT", note("new.id"))
    _sqlite_trigger("due_tracks_changed", "tracks", f"UPDATE OF {_TRACK_COLUMNS}", note("new.id"))
    _sqlite_trigger("due_tracks_removed", "tracks", "DELETE", note("old.id"))
    for table in _OF_A_TRACK:
        _sqlite_trigger(f"due_{table}_added", table, "INSERT", note("new.track_id"))
        _sqlite_trigger(f"due_{table}_removed", table, "DELETE", note("old.track_id"))
    changed = f"UPDATE OF {_TASK_COLUMNS}"
    _sqlite_trigger("due_enrichment_tasks_changed", "enrichment_tasks", changed, note("new.track_id"))
    linked = note("track_files.track_id", " FROM track_files WHERE file_id = new.id AND", "DISTINCT ")
    _sqlite_trigger("due_files_changed", "files", "UPDATE OF state", linked)


def _search_words_of_postgresql() -> None:
    """The index needs the extension pg_trgm; without it words are found by reading all names."""
    there = "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"
    if op.get_bind().exec_driver_sql(there).first() is None:
        return
    names = " || E'\\n' || ".join(_NAMES) + " || E'\\n' || E'\\n'"
    op.execute(
        f"""
        DO $$ BEGIN
            CREATE EXTENSION IF NOT EXISTS pg_trgm;
            CREATE INDEX ix_track_names_words ON track_names
                USING gin (({names}) gin_trgm_ops, genres gin_trgm_ops);
        EXCEPTION WHEN insufficient_privilege OR undefined_file THEN
            RAISE NOTICE 'pg_trgm is not there: words are searched without an index';
        END $$"""
    )


_FUNCTIONS = {
    "note_track": """
        IF TG_OP = 'DELETE' THEN
            INSERT INTO search_due VALUES (OLD.id) ON CONFLICT DO NOTHING;
        ELSE
            INSERT INTO search_due VALUES (NEW.id) ON CONFLICT DO NOTHING;
        END IF;""",
    "note_its_track": """
        IF TG_OP = 'DELETE' THEN
            INSERT INTO search_due VALUES (OLD.track_id) ON CONFLICT DO NOTHING;
        ELSE
            INSERT INTO search_due VALUES (NEW.track_id) ON CONFLICT DO NOTHING;
        END IF;""",
    "note_tracks_of_file": """
        INSERT INTO search_due SELECT track_id FROM track_files WHERE file_id = NEW.id
        ON CONFLICT DO NOTHING;""",
}


def _note_changes_of_postgresql() -> None:
    for name, body in _FUNCTIONS.items():
        body = f"$$ BEGIN {body} RETURN NULL; END $$"
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {body}")
    triggers = [("tracks", f"INSERT OR DELETE OR UPDATE OF {_TRACK_COLUMNS}", "note_track")]
    for table in _OF_A_TRACK:
        changed = f" OR UPDATE OF {_TASK_COLUMNS}" if table == "enrichment_tasks" else ""
        triggers.append((table, f"INSERT OR DELETE{changed}", "note_its_track"))
    triggers.append(("files", "UPDATE OF state", "note_tracks_of_file"))
    for table, when, function in triggers:
        op.execute(
            f"CREATE TRIGGER due_{table} AFTER {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Those of the tables made here go with them.
        for table in ("tracks", *_OF_A_TRACK, "files"):
            for end in ("added", "changed", "removed"):
                op.execute(f"DROP TRIGGER IF EXISTS due_{table}_{end}")
        op.execute("DROP TABLE track_word_parts")
        op.execute("DROP TABLE track_words")
    else:
        for table in ("tracks", *_OF_A_TRACK, "files"):
            op.execute(f"DROP TRIGGER due_{table} ON {table}")
        for name in _FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("search_due", "track_names", "track_facts"):
        op.drop_table(table)
