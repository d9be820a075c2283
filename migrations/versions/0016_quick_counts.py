"""Counting tasks reads indexes of what is counted; three more columns of the search are sorted by one.

The triggers that note what the search has to read anew do nothing for a track that is noted: most changes of
a transaction are to the same tracks, and to look before the body of a trigger is run costs half.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TASKS = (
    (
        "held_back",
        "status = 'queued' AND (blocked_on IS NOT NULL OR not_before IS NOT NULL)",
        ("kind", "reason", "blocked_on", "not_before"),
    ),
    ("failed", "status = 'error'", ("kind", "track_id")),
    ("done", "status = 'done'", ("kind",)),
)
_SORTED = ("isrc", "genres")
_TRACK_COLUMNS = (
    "artist, title, version, album, isrc, duration_s, release_date, original_year, label, genres, bpm, "
    "key_code, energy, loudness_lufs, true_peak_dbtp, popularity, art_id, is_id, match_state, match_locked, "
    "needs_ear, created_at"
)
_TASK_COLUMNS = "status, not_before, blocked_on"


def upgrade() -> None:
    for name, condition, columns in _TASKS:
        _index_where(f"ix_enrichment_tasks_{name}", "enrichment_tasks", condition, columns)
    for column in _SORTED:
        _index_where(f"ix_track_names_{column}", "track_names", f"{column} != ''", (column,))
    op.create_index("ix_track_facts_state", "track_facts", ["state", "waits_until"])
    if op.get_bind().dialect.name == "sqlite":
        _replace_triggers(_looking_first)


def _index_where(name: str, table: str, condition: str, columns: tuple[str, ...]) -> None:
    where = sa.text(condition)
    op.create_index(name, table, list(columns), sqlite_where=where, postgresql_where=where)


def _replace_triggers(trigger: Callable[[str], str]) -> None:
    for table, column, changed in (
        ("tracks", "id", _TRACK_COLUMNS),
        ("enrichment_tasks", "track_id", _TASK_COLUMNS),
        ("track_metadata", "track_id", None),
        ("track_files", "track_id", None),
    ):
        whens = [("added", "INSERT", f"new.{column}"), ("removed", "DELETE", f"old.{column}")]
        if changed:
            whens.append(("changed", f"UPDATE OF {changed}", f"new.{column}"))
        for name, when, track_id in whens:
            op.execute(f"DROP TRIGGER due_{table}_{name}")
            op.execute(f"CREATE TRIGGER due_{table}_{name} AFTER {when} ON {table} {trigger(track_id)}")


def _looking_first(track_id: str) -> str:
    noted = f"SELECT 1 FROM search_due WHERE track_id = {track_id}"
    return f"WHEN NOT EXISTS ({noted}) BEGIN INSERT INTO search_due (track_id) VALUES ({track_id}); END"


def _looking_within(track_id: str) -> str:
    noted = f"SELECT 1 FROM search_due WHERE track_id = {track_id}"
    return f"BEGIN INSERT INTO search_due (track_id) SELECT {track_id} WHERE NOT EXISTS ({noted}); END"


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _replace_triggers(_looking_within)
    op.drop_index("ix_track_facts_state", "track_facts")
    for column in _SORTED:
        op.drop_index(f"ix_track_names_{column}", "track_names")
    for name, *_ in _TASKS:
        op.drop_index(f"ix_enrichment_tasks_{name}", "enrichment_tasks")
