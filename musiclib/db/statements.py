"""The few statements that several repositories share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    Connection,
    Dialect,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)

from musiclib.db.schema import Base, Track
from musiclib.db.search_schema import NOTED_TABLES
from musiclib.db.types import clean_text

T = TypeVar("T")

_PARAMETERS = 5_000
"""Values in one statement. SQLite takes 32,766 (SQLITE_MAX_VARIABLE_NUMBER), PostgreSQL 65,535."""


_COPIED_FROM = 100
"""So many rows PostgreSQL takes faster by COPY than one by one."""
_ROWS = 400
"""In one statement of SQLite; those of the widest table have fewer values than it takes."""


def chunked(values: Iterable[T], size: int = _PARAMETERS) -> Iterator[list[T]]:
    """The values in lists short enough for the `IN` of one statement."""
    everything = list(values)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]


def texts(conn: Connection, values: Iterable[str]) -> Any:
    """The values as a SELECT, for an `IN` of as many as there may be.

    They are one parameter: to write out thousands in a statement takes longer than to look them up.
    """
    plain = json.dumps([clean_text(each) for each in values])
    if conn.dialect.name == "sqlite":
        return select(func.json_each(plain).table_valued("value").c.value)
    return select(func.json_array_elements_text(cast(literal(plain, Text), JSON)).column_valued())


def upsert(
    conn: Connection,
    table: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str],
    renew: Sequence[str] | None = None,
) -> None:
    """Insert rows; where one with the same `keys` exists, set its `renew` columns to the new values.

    `renew` is by default every other column the rows name; an empty one leaves what exists alone.
    SQLite and PostgreSQL spell this alike, but SQLAlchemy keeps them apart.
    """
    if rows:
        upsert_columns(conn, table, _by_column(rows), keys=keys, renew=renew)


def upsert_columns(
    conn: Connection,
    table: type[Base],
    columns: Mapping[str, list[Any]],
    *,
    keys: Sequence[str],
    renew: Sequence[str] | None = None,
) -> None:
    """The same of rows that are given column by column: at least one."""
    renewed = [name for name in columns if name not in keys] if renew is None else renew
    _insert(conn, table, columns, (tuple(keys), tuple(renewed)))


def insert_many(conn: Connection, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns; defaults of the schema are not filled in."""
    if rows:
        _insert(conn, table, _by_column(rows), None)


def insert_columns(conn: Connection, table: type[Base], columns: Mapping[str, list[Any]]) -> None:
    """The same of rows that are given column by column: at least one."""
    _insert(conn, table, columns, None)


def _by_column(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


_Conflict = tuple[tuple[str, ...], tuple[str, ...]]
"""Of which columns there may be only one row, and what is renewed of it."""


def _insert(
    conn: Connection, table: type[Base], columns: Mapping[str, list[Any]], conflict: _Conflict | None
) -> None:
    """The driver's `executemany`, with the values of a column made ready column by column.

    SQLAlchemy's own builds a dictionary of bound parameters for each row: a third of an import.
    """
    # What is NULL in every row need not be named.
    named = {name: each for name, each in columns.items() if any(value is not None for value in each)}
    statement, places, processes = _compiled(conn.dialect, table, conflict, tuple(named))
    for name, process in processes.items():
        named[name] = process(named[name])
    count = len(next(iter(named.values())))
    if conflict is None and conn.dialect.name == "postgresql" and count >= _COPIED_FROM:
        _copy(conn, table, named)
    elif conn.dialect.positional:
        rows = list(zip(*(named[name] for name in places), strict=True))
        if table.__tablename__ in NOTED_TABLES and count > 1:
            _insert_together(conn, statement, rows)
        else:
            conn.exec_driver_sql(statement, rows)
    else:
        lines = zip(*named.values(), strict=True)
        conn.exec_driver_sql(statement, [dict(zip(named, line, strict=True)) for line in lines])


def _insert_together(conn: Connection, statement: str, lines: Sequence[tuple[Any, ...]]) -> None:
    """Many rows in each statement.

    Before a statement that fires a trigger SQLite keeps a copy of every page it is about to change, so as
    to take that statement back alone: for one row at a time that takes longer than the row itself.
    """
    one = f"({', '.join('?' * len(lines[0]))})"
    before, after = statement.split(one)
    for some in chunked(lines, _ROWS):
        together = f"{before}{', '.join([one] * len(some))}{after}"
        conn.exec_driver_sql(together, tuple(chain.from_iterable(some)))


def _processed(column_type: Any, dialect: Dialect) -> Callable[[list[Any]], list[Any]] | None:
    """Makes the values of a column ready for the driver; None: they are."""
    process = column_type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return None
    if isinstance(column_type, Uuid):
        return lambda values: [value and f"{value.int:032x}" for value in values]

    def each(values: list[Any]) -> list[Any]:
        # A moment, a code or nothing said is often the same in all rows. Not a number: 1 is True and 1.0.
        first = values[0]
        alike = not first or isinstance(first, str | datetime)
        if alike and values.count(first) == len(values):
            return [process(first)] * len(values)
        return [process(value) for value in values]

    return each


def _copy(conn: Connection, table: type[Base], named: Mapping[str, Sequence[Any]]) -> None:
    raw: Any = conn.connection.dbapi_connection
    copying = f"COPY {table.__tablename__} ({', '.join(named)}) FROM STDIN"
    with raw.cursor() as cursor, cursor.copy(copying) as copy:
        for row in zip(*named.values(), strict=True):
            copy.write_row(row)


@lru_cache(maxsize=256)  # compiling takes longer than running
def _compiled(
    dialect: Dialect, table: type[Base], conflict: _Conflict | None, named: tuple[str, ...]
) -> tuple[str, Sequence[str], dict[str, Callable[[list[Any]], list[Any]]]]:
    """The insert of these columns, their places in it, and what makes their values ready."""
    statement: Any = insert(table)
    if conflict is not None:
        keys, renewed = conflict
        statement = _upserting(dialect.name)(table)
        if renewed:
            changes = {name: statement.excluded[name] for name in renewed}
            statement = statement.on_conflict_do_update(index_elements=list(keys), set_=changes)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=list(keys))
    compiled = statement.compile(dialect=dialect, column_keys=list(named))
    processes = {
        name: process for name in named if (process := _processed(statement.table.c[name].type, dialect))
    }
    return compiled.string, compiled.positiontup or (), processes


def _upserting(dialect: str) -> Callable[[type[Base]], Any]:
    """The `insert` of a dialect; the other one's is not even imported."""
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as insert_sqlite

        return insert_sqlite
    from sqlalchemy.dialects.postgresql import insert as insert_postgresql

    return insert_postgresql


def raise_tracks(conn: Connection, track_ids: Iterable[UUID]) -> None:
    """Raise the revision of tracks whose row on screen changes although the track itself does not."""
    for ids in chunked(track_ids):
        conn.execute(_RAISE, {"raised": ids})


# Built once: a statement costs more to build than SQLite takes to run it.
_RAISE = (
    update(Track).where(Track.id.in_(bindparam("raised", expanding=True))).values(revision=Track.revision + 1)
)
