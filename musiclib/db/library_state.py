"""Small facts about the library as a whole."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from musiclib.db.schema import LibraryState
from musiclib.db.schema_base import Json
from musiclib.db.statements import upsert


class LibraryStateRepository:
    """Key -> JSON object, shared by all processes that have the library open."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def get(self, key: str) -> Json | None:
        return self._conn.execute(_VALUE, {"name": key}).scalar()

    def put(self, key: str, value: Json, now: datetime) -> None:
        row = {"key": key, "value": value, "updated_at": now}
        upsert(self._conn, LibraryState, [row], keys=("key",))


# Built once: a statement costs more to build than SQLite takes to run it.
_VALUE = select(LibraryState.value).where(LibraryState.key == bindparam("name"))
