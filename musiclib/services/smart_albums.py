"""Smart albums: searches a person keeps under a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from musiclib.db import track_search
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.identities import new_id
from musiclib.db.smart_albums import SmartAlbumRepository
from musiclib.domain.ids import SmartAlbumId
from musiclib.domain.rows import SmartAlbumRow
from musiclib.domain.track_query import parse_query
from musiclib.errors import BadInput, NotInLibrary
from musiclib.services.acts import Clock
from musiclib.services.import_rows import storable


class SmartAlbumService:
    """Thread-safe; each method is one transaction."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def list(self) -> tuple[SmartAlbumRow, ...]:
        """All of them, in their order."""
        with self._db.read() as conn:
            return tuple(SmartAlbumRepository(conn).all())

    def save(self, name: str, query: str, album_id: SmartAlbumId | None = None) -> SmartAlbumRow:
        """Keep a search under this name: as a new album at the end, or as what `album_id` is from now on.

        Raises `BadInput` without a name, for one that another album has, and for a search that asks for
        nothing or cannot be read; `NotInLibrary` if the album is gone.
        """
        parsed = parse_query(query)
        if parsed.problems:
            raise BadInput(parsed.problems[0].message)
        if not parsed:
            raise BadInput("This search asks for nothing, and finds every track.")
        with self._db.write() as conn:
            albums = SmartAlbumRepository(conn)
            row = SmartAlbumRow(SmartAlbumId(new_id()), "", str(parsed), len(albums.all()))
            if album_id is not None:
                row = replace(_there(conn, album_id), query=str(parsed))
            row = replace(row, name=_free_name(conn, name, row.id))
            if album_id is None:
                albums.insert(row, self._clock())
            else:
                albums.change(row.id, row.name, row.query)
        return row

    def rename(self, album_id: SmartAlbumId, name: str) -> SmartAlbumRow:
        """Raises as `save`."""
        with self._db.write() as conn:
            row = replace(_there(conn, album_id), name=_free_name(conn, name, album_id))
            SmartAlbumRepository(conn).change(album_id, row.name, row.query)
        return row

    def move(self, album_id: SmartAlbumId, position: int) -> None:
        """Put it at this place, counted from 0."""
        with self._db.write() as conn:
            _there(conn, album_id)
            albums = SmartAlbumRepository(conn)
            others = [each.id for each in albums.all() if each.id != album_id]
            place = max(0, position)
            albums.arrange([*others[:place], album_id, *others[place:]])

    def delete(self, album_id: SmartAlbumId) -> None:
        """Raises `NotInLibrary` if it is gone already."""
        with self._db.write() as conn:
            _there(conn, album_id)
            SmartAlbumRepository(conn).delete(album_id)

    def restore(self, row: SmartAlbumRow) -> None:
        """Bring back what was deleted, to where it stood; nothing happens if it is there."""
        with self._db.write() as conn:
            albums = SmartAlbumRepository(conn)
            if all(each.id != row.id for each in albums.all()):
                albums.insert(replace(row, name=_free_name(conn, row.name, row.id)), self._clock())

    def counts(self, album_ids: Iterable[SmartAlbumId]) -> dict[SmartAlbumId, int]:
        """How many tracks each of these finds now; those that are gone are left out."""
        wanted = set(album_ids)
        with self._db.read() as conn:
            rows = [row for row in SmartAlbumRepository(conn).all() if row.id in wanted]
            return {row.id: track_search.count(conn, parse_query(row.query), self._now()) for row in rows}

    def _now(self) -> datetime:
        """In the person's time zone, whose days are the ones that count."""
        return self._clock().astimezone()


def _there(conn: Connection, album_id: SmartAlbumId) -> SmartAlbumRow:
    for row in SmartAlbumRepository(conn).all():
        if row.id == album_id:
            return row
    raise NotInLibrary("This smart album is no longer in the library.")


def _free_name(conn: Connection, name: str, album_id: SmartAlbumId) -> str:
    wanted = storable(name.strip())
    if not wanted:
        raise BadInput("A smart album needs a name.")
    for row in SmartAlbumRepository(conn).all():
        if row.name.casefold() == wanted.casefold() and row.id != album_id:
            raise BadInput(f"There is a smart album “{row.name}” already. Choose another name.")
    return wanted
