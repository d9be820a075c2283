"""How much there is in a library, and when it was changed last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, select, text

from musiclib.db.schema import Album, Changeset, Track


def row_counts(conn: Connection, tables: Iterable[str]) -> dict[str, int]:
    """How many rows each of these tables has."""
    return {name: conn.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in tables}


def last_change(conn: Connection) -> dict[str, Any]:
    """Another answer after whatever changes a track, an album or the history."""
    tracks, albums = (
        conn.execute(select(func.count(table.id), func.max(table.updated_at))).one()
        for table in (Track, Album)
    )
    moved = conn.execute(select(func.max(Changeset.moved))).scalar()
    return {
        "tracks": tracks[0],
        "changed": str(tracks[1]),
        "albums": albums[0],
        "albums_changed": str(albums[1]),
        "acts": moved,
    }
