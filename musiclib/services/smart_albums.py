"""Smart albums: searches a person keeps under a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from musiclib.db import track_search
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.identities import new_id
from musiclib.db.smart_albums import SmartAlbumRepository
from musiclib.domain.ids import SmartAlbumId
from musiclib.domain.rows import SmartAlbumRow
from musiclib.domain.track_query import parse_query
from musiclib.errors import BadInput, ChangedSince, NotInLibrary
from musiclib.services.act_record import Act
from musiclib.services.acts import Acts, Clock, Turn, Turned
from musiclib.services.changes import Change
from musiclib.services.import_rows import storable

SMART_ALBUM = "smart_album"
"""The kind of act, in the history."""


class SmartAlbumService:
    """Thread-safe; each method is one transaction, and each change one act that can be undone."""

    def __init__(self, db: Database, acts: Acts, clock: Clock) -> None:
        self._db, self._acts, self._clock = db, acts, clock

    def list(self) -> tuple[SmartAlbumRow, ...]:
        """All of them, in their order."""
        with self._db.read() as conn:
            return tuple(SmartAlbumRepository(conn).all())

    def save(self, name: str, query: str, album_id: SmartAlbumId | None = None) -> SmartAlbumRow:
        """As `keep`; returns what is kept now."""
        return self.keep(name, query, album_id)[0]

    def keep(
        self, name: str, query: str, album_id: SmartAlbumId | None = None
    ) -> tuple[SmartAlbumRow, Change]:
        """Keep a search under this name: as a new album at the end, or as what `album_id` is from now on.

        Raises `BadInput` without a name, for one that another album has, and for a search that asks for
        nothing or cannot be read; `NotInLibrary` if the album is gone.
        """
        parsed = parse_query(query)
        if parsed.problems:
            raise BadInput(parsed.problems[0].message)
        if not parsed:
            raise BadInput("This search asks for nothing, and finds every track.")
        with self._acts.begin(SMART_ALBUM) as doing:
            conn = doing.act.conn
            before = None if album_id is None else _there(conn, album_id)
            end = len(SmartAlbumRepository(conn).all())
            row = before or SmartAlbumRow(SmartAlbumId(new_id()), "", "", end)
            row = replace(row, query=str(parsed), name=_free_name(conn, name, row.id))
            done = "kept" if before is None else "changed"
            _change(doing.act, before, row, f"Smart album “{row.name}” {done}")
        return row, doing.done

    def rename(self, album_id: SmartAlbumId, name: str) -> Change:
        """Raises as `save`."""
        with self._acts.begin(SMART_ALBUM) as doing:
            before = _there(doing.act.conn, album_id)
            row = replace(before, name=_free_name(doing.act.conn, name, album_id))
            told = f"Smart album “{before.name}” renamed to “{row.name}”"
            _change(doing.act, before, row, told)
        return doing.done

    def move(self, album_id: SmartAlbumId, position: int) -> Change:
        """Put it at this place, counted from 0."""
        with self._acts.begin(SMART_ALBUM) as doing:
            before = _there(doing.act.conn, album_id)
            last = len(SmartAlbumRepository(doing.act.conn).all()) - 1
            row = replace(before, position=min(max(0, position), last))
            _change(doing.act, before, row, f"Smart album “{row.name}” moved")
        return doing.done

    def delete(self, album_id: SmartAlbumId) -> Change:
        """Raises `NotInLibrary` if it is gone already."""
        with self._acts.begin(SMART_ALBUM) as doing:
            before = _there(doing.act.conn, album_id)
            _change(doing.act, before, None, f"Smart album “{before.name}” deleted")
        return doing.done

    def counts(self, album_ids: Iterable[SmartAlbumId]) -> dict[SmartAlbumId, int]:
        """How many tracks each of these finds now; those that are gone are left out."""
        wanted = set(album_ids)
        with self._db.read() as conn:
            rows = [row for row in SmartAlbumRepository(conn).all() if row.id in wanted]
            return {row.id: track_search.count(conn, parse_query(row.query), self._now()) for row in rows}

    def _now(self) -> datetime:
        """In the person's time zone, whose days are the ones that count."""
        return self._clock().astimezone()


class SmartAlbumTurns:
    """Takes what was done to smart albums back, and does it again."""

    def undo(self, turn: Turn) -> Turned:
        return self._turned(turn, "after", "before")

    def redo(self, turn: Turn) -> Turned:
        return self._turned(turn, "before", "after")

    def _turned(self, turn: Turn, expected: str, wanted: str) -> Turned:
        was, row = _row(turn.payload[expected]), _row(turn.payload[wanted])
        with turn.end() as conn:
            albums = {each.id: each for each in SmartAlbumRepository(conn).all()}
            mine = was or row
            now = albums.get(mine.id) if mine else None
            if (now and (now.name, now.query)) != (was and (was.name, was.query)):
                raise ChangedSince(f"the smart album “{(was or row or now).name}” was changed again since.")  # type: ignore[union-attr]  # one of them is there
            taken = {each.name.casefold() for each in albums.values() if mine and each.id != mine.id}
            if row and row.name.casefold() in taken:
                raise ChangedSince(f"another smart album is called “{row.name}” by now.")
            _put(conn, now, row, turn.now)
        return Turned()


def _change(act: Act, before: SmartAlbumRow | None, after: SmartAlbumRow | None, summary: str) -> None:
    act.summary = summary
    if before != after:
        _put(act.conn, before, after, act.now)
        act.extra = {"before": _plain(before), "after": _plain(after)}


def _put(conn: Connection, now: SmartAlbumRow | None, wanted: SmartAlbumRow | None, at: datetime) -> None:
    albums = SmartAlbumRepository(conn)
    if wanted is None:
        if now is not None:
            albums.delete(now.id)
    elif now is None:
        albums.insert(wanted, at)
    else:
        albums.change(wanted.id, wanted.name, wanted.query)
        others = [each.id for each in albums.all() if each.id != wanted.id]
        albums.arrange([*others[: wanted.position], wanted.id, *others[wanted.position :]])


def _plain(row: SmartAlbumRow | None) -> dict[str, Any] | None:
    return None if row is None else {**asdict(row), "id": str(row.id)}


def _row(plain: Mapping[str, Any] | None) -> SmartAlbumRow | None:
    return None if plain is None else SmartAlbumRow(**{**plain, "id": SmartAlbumId(UUID(plain["id"]))})


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
