"""Kept searches, in an order of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from musiclib.db.schema import SmartAlbum
from musiclib.domain.ids import SmartAlbumId
from musiclib.domain.rows import SmartAlbumRow


class SmartAlbumRepository:
    """Positions are 0, 1, 2 and so on after every change."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def all(self) -> list[SmartAlbumRow]:
        table = SmartAlbum
        query = select(table.id, table.name, table.query, table.position)
        rows = self._conn.execute(query.order_by(table.position, table.id))
        return [SmartAlbumRow(SmartAlbumId(row[0]), row[1], row[2], row[3]) for row in rows]

    def insert(self, row: SmartAlbumRow, now: datetime) -> None:
        """Put it at its position; those behind it go one further."""
        self._conn.execute(
            insert(SmartAlbum).values(
                id=row.id, name=row.name, query=row.query, position=row.position, created_at=now
            )
        )
        others = [each.id for each in self.all() if each.id != row.id]
        self.arrange([*others[: row.position], row.id, *others[row.position :]])

    def change(self, album_id: SmartAlbumId, name: str, query: str) -> None:
        self._conn.execute(update(SmartAlbum).where(SmartAlbum.id == album_id).values(name=name, query=query))

    def arrange(self, order: Sequence[SmartAlbumId]) -> None:
        """Have them in this order."""
        for position, album_id in enumerate(order):
            self._conn.execute(update(SmartAlbum).where(SmartAlbum.id == album_id).values(position=position))

    def delete(self, album_id: SmartAlbumId) -> None:
        self._conn.execute(delete(SmartAlbum).where(SmartAlbum.id == album_id))
        self.arrange([each.id for each in self.all()])
