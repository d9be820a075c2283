"""The few statements that several repositories share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from musiclib.db.schema import Base, Track

T = TypeVar("T")

_PARAMETERS = 5_000
"""Values in one statement. SQLite takes 32,766 (SQLITE_MAX_VARIABLE_NUMBER), PostgreSQL 65,535."""


def chunked(values: Iterable[T], size: int = _PARAMETERS) -> Iterator[list[T]]:
    """The values in lists short enough for the `IN` of one statement."""
    everything = list(values)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]


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
    SQLite and PostgreSQL spell this alike, but SQLAlchemy keeps them apart.
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


def raise_tracks(conn: Connection, track_ids: Iterable[UUID]) -> None:
    """Raise the revision of tracks whose row on screen changes although the track itself does not."""
    for ids in chunked(track_ids):
        raise_tracks_where(conn, Track.id.in_(ids))


def raise_tracks_where(conn: Connection, condition: ColumnElement[bool]) -> None:
    conn.execute(update(Track).where(condition).values(revision=Track.revision + 1))
