"""INSERT ... ON CONFLICT, which SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from musiclib.db.schema import Base


def upsert(
    conn: Connection,
    table: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str],
    update: Sequence[str] | None = None,
) -> None:
    """Insert rows; where one with the same `keys` exists, set its `update` columns to the new values.

    `update` is by default every other column the rows name; an empty one leaves what exists alone.
    """
    if not rows:
        return
    columns = [name for name in rows[0] if name not in keys] if update is None else list(update)
    make = sqlite_insert if conn.dialect.name == "sqlite" else postgresql_insert
    statement = make(table)
    if columns:
        changes = {name: statement.excluded[name] for name in columns}
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=changes)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(keys))
    conn.execute(statement, list(rows))
