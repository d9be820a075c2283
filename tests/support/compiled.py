"""Statements are compiled once in a test run, not once in each of its thousands of short-lived databases.

SQLAlchemy keeps what it has compiled with an engine, for the dialect object of that engine. Here the engines
of one kind share both, so that all of a process behave as one that has been open for long.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_STATEMENTS = 10_000


class _OfEachKindOne(type):
    """Makes an instance for the same arguments once."""

    def __call__(cls, **arguments: Any) -> Any:
        kind = (cls, *sorted(arguments.items()))
        if kind not in _made:
            _made[kind] = super().__call__(**arguments)
        return _made[kind]


_made: dict[tuple[Any, ...], Any] = {}
_compiled: LRUCache[Any, Any] = LRUCache(_STATEMENTS)


class Sqlite(SQLiteDialect_pysqlite, metaclass=_OfEachKindOne):
    supports_statement_cache = True

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine._compiled_cache = _compiled


class Postgresql(PGDialect_psycopg, metaclass=_OfEachKindOne):
    supports_statement_cache = True

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine._compiled_cache = _compiled


def share() -> None:
    """From now on, in this process."""
    registry.register("sqlite", __name__, "Sqlite")
    registry.register("postgresql.psycopg", __name__, "Postgresql")
