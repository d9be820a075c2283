"""Rows on their way from one database to another, read and written with as little done to them as can be.

They travel as SQLite keeps them: ids as 32 hexadecimal digits, times as text in UTC, truth as 0 and 1, JSON
as its text. So a digest of a row is the same on both databases, and 100,000 tracks are not taken apart and
put together again. PostgreSQL takes them by COPY.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Uuid

from musiclib.db.schema import Base
from musiclib.db.statements import chunked
from musiclib.db.types import UtcDateTime

Row = tuple[Any, ...]

_AT_ONCE = 1_000
_READ: dict[type[Any], str] = {
    Uuid: "encode(uuid_send({0}), 'hex')",
    UtcDateTime: "to_char({0}, 'YYYY-MM-DD HH24:MI:SS.US')",
    Boolean: "{0}::int",
    JSON: "{0}::text",
}
"""How PostgreSQL gives a column of a type the form in which it travels."""
_WRITE: dict[type[Any], str] = {
    Uuid: "::uuid",
    UtcDateTime: "::timestamptz",
    Boolean: "::int::boolean",
    JSON: "::json",
}
"""And how it takes one."""


class Travelling:
    """Some columns of a table, to be read and written as rows that travel."""

    def __init__(self, table: type[Base], columns: Sequence[str]) -> None:
        self.name = table.__tablename__
        self.columns = tuple(columns)
        self._types = {each.name: type(each.type) for each in table.__table__.columns}

    @cached_property
    def _selected(self) -> dict[str, str]:
        postgresql = (_READ.get(self._types[name], "{0}").format(name) for name in self.columns)
        return {"sqlite": ", ".join(self.columns), "postgresql": ", ".join(postgresql)}

    def all(self, conn: Connection) -> list[Row]:
        """Every row."""
        return fetch(conn, f"SELECT {self._selected[conn.dialect.name]} FROM {self.name}")

    def of(self, conn: Connection, column: str, keys: Iterable[str]) -> Iterator[Row]:
        """The rows that have one of the keys in this column."""
        selected = self._selected[conn.dialect.name]
        for some in chunked(keys, _AT_ONCE):
            condition, parameters = self._among(conn, column, some)
            yield from fetch(conn, f"SELECT {selected} FROM {self.name} WHERE {condition}", parameters)

    def by(self, conn: Connection, column: str, keys: Iterable[str]) -> dict[str, list[Row]]:
        """The same, by the key they have there."""
        place = self.columns.index(column)
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.of(conn, column, keys):
            found[row[place]].append(row)
        return found

    def delete(self, conn: Connection, column: str, keys: Iterable[str]) -> None:
        for some in chunked(keys, _AT_ONCE):
            condition, parameters = self._among(conn, column, some)
            conn.exec_driver_sql(f"DELETE FROM {self.name} WHERE {condition}", parameters)

    def insert(self, conn: Connection, rows: Sequence[Row]) -> None:
        """Rows of all the columns; what they do not name has its default in the database, or none."""
        if not rows:
            return
        named = ", ".join(self.columns)
        if conn.dialect.name == "sqlite":
            places = ", ".join("?" * len(self.columns))
            conn.exec_driver_sql(f"INSERT INTO {self.name} ({named}) VALUES ({places})", list(rows))
            return
        raw: Any = conn.connection.dbapi_connection
        with raw.cursor() as cursor, cursor.copy(f"COPY {self.name} ({named}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def update(self, conn: Connection, key: str, rows: Sequence[Row]) -> None:
        """Sets all other columns of the rows that have these keys."""
        if not rows:
            return
        others = [name for name in self.columns if name != key]
        order = [self.columns.index(name) for name in (*others, key)]
        changes = ", ".join(f"{name} = {self._place(conn, name)}" for name in others)
        statement = f"UPDATE {self.name} SET {changes} WHERE {key} = {self._place(conn, key)}"
        conn.exec_driver_sql(statement, [tuple(row[place] for place in order) for row in rows])

    def _place(self, conn: Connection, name: str) -> str:
        return "?" if conn.dialect.name == "sqlite" else f"%s{_WRITE.get(self._types[name], '')}"

    def _among(self, conn: Connection, column: str, keys: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
        if conn.dialect.name == "sqlite":
            return f"{column} IN ({', '.join('?' * len(keys))})", tuple(keys)
        kind = "uuid" if self._types[column] is Uuid else "text"
        return f"{column} = ANY(%s::{kind}[])", (list(keys),)


def fetch(conn: Connection, statement: str, parameters: tuple[Any, ...] = ()) -> list[Row]:
    """What a statement of the driver's own finds, as plain tuples."""
    result = conn.exec_driver_sql(statement, parameters or None)
    cursor: Any = result.cursor
    rows: list[Row] = cursor.fetchall()
    result.close()
    return rows


def told_moment(moment: datetime) -> str:
    """A time as it travels."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
