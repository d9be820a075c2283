"""What a library remembers of its exchanges with a shared one: peers, links, conflicts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from musiclib.db.identities import new_id
from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.schema import SyncConflict, SyncLink, SyncPeer
from musiclib.db.statements import chunked, upsert
from musiclib.db.sync_rows import Travelling, fetch

_IDENTITY = "library"
_LINKS = Travelling(
    SyncLink,
    ("peer_id", "kind", "here_key", "there_key", "here_version", "there_version", "base"),
)


class Link(NamedTuple):
    """What is the same thing here and there, as of the last time both agreed.

    A tuple, as hundreds of thousands are made at once.
    """

    here_key: str
    there_key: str
    here_version: str
    there_version: str


@dataclass(frozen=True, slots=True)
class Peer:
    id: UUID
    address: str
    started_at: datetime
    finished_at: datetime | None
    outcome: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Conflict:
    """`here` and `there` hold a digest and the value for a person to see."""

    id: UUID
    kind: str
    here_key: str
    part: str
    title: str
    here: Mapping[str, Any]
    there: Mapping[str, Any]
    found_at: datetime
    choice: str | None


def library_identity(conn: Connection, now: datetime) -> UUID:
    """What a library is known by wherever it lies; needs a write transaction the first time."""
    state = LibraryStateRepository(conn)
    found = state.get(_IDENTITY)
    if found is None:
        found = {"id": str(new_id())}
        state.put(_IDENTITY, found, now)
    return UUID(found["id"])


class SyncRepository:
    """The exchanges of the library that this connection leads to."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    # -- peers

    def begin(self, peer_id: UUID, address: str, now: datetime) -> None:
        row = {
            "id": peer_id,
            "address": address,
            "started_at": now,
            "finished_at": None,
            "outcome": {},
            "seen": {},
        }
        upsert(self._conn, SyncPeer, [row], keys=("id",), renew=("address", "started_at"))

    def finish(self, peer_id: UUID, outcome: Mapping[str, Any], now: datetime) -> None:
        values = {"finished_at": now, "outcome": dict(outcome)}
        self._conn.execute(update(SyncPeer).where(SyncPeer.id == peer_id).values(values))

    def peers(self) -> list[Peer]:
        """The one exchanged with last comes first."""
        columns = (SyncPeer.id, SyncPeer.address, SyncPeer.started_at, SyncPeer.finished_at, SyncPeer.outcome)
        rows = self._conn.execute(select(*columns).order_by(SyncPeer.started_at.desc()))
        return [Peer(*row) for row in rows]

    def seen(self, peer_id: UUID) -> dict[str, Any]:
        found = self._conn.execute(select(SyncPeer.seen).where(SyncPeer.id == peer_id)).scalar()
        return dict(found or {})

    def set_seen(self, peer_id: UUID, seen: Mapping[str, Any]) -> None:
        self._conn.execute(update(SyncPeer).where(SyncPeer.id == peer_id).values(seen=dict(seen)))

    # -- links

    def links(self, peer_id: UUID, kind: str) -> dict[str, Link]:
        """By the key here."""
        place = _place(self._conn)
        columns = "here_key, there_key, here_version, there_version"
        query = f"SELECT {columns} FROM sync_links WHERE peer_id = {place} AND kind = {place}"
        rows = fetch(self._conn, query, (self._key(peer_id), kind))
        return {row[0]: Link._make(row) for row in rows}

    def renamed(self, peer_id: UUID, kind: str) -> dict[str, str]:
        """Key here -> key there, of things that have another one there."""
        place = _place(self._conn)
        query = "SELECT here_key, there_key FROM sync_links WHERE here_key <> there_key"
        rows = fetch(
            self._conn, f"{query} AND peer_id = {place} AND kind = {place}", (self._key(peer_id), kind)
        )
        return dict(rows)

    def bases(self, peer_id: UUID, kind: str, here_keys: Collection[str]) -> dict[str, dict[str, Any]]:
        """What both sides had of these, by the key here."""
        found: dict[str, dict[str, Any]] = {}
        of_kind = _BASES.where(SyncLink.peer_id == peer_id, SyncLink.kind == kind)
        for keys in chunked(here_keys):
            found.update((row[0], row[1]) for row in self._conn.execute(of_kind, {"keys": keys}))
        return found

    def put_links(
        self,
        peer_id: UUID,
        kind: str,
        links: Sequence[tuple[Link, Mapping[str, Any]]],
        known: Iterable[str],
    ) -> None:
        """Each with what both sides have of it now; `known` are the keys here of those that there were."""
        self.drop_links(peer_id, kind, known)
        rows = [
            (
                peer_id.hex,
                kind,
                link.here_key,
                link.there_key,
                link.here_version,
                link.there_version,
                json.dumps(base, separators=(",", ":")),
            )
            for link, base in links
        ]
        _LINKS.insert(self._conn, rows)

    def drop_links(self, peer_id: UUID, kind: str, here_keys: Iterable[str]) -> None:
        place = _place(self._conn)
        condition = f"peer_id = {place} AND kind = {place} AND here_key = {place}"
        gone = [(self._key(peer_id), kind, key) for key in here_keys]
        if gone:
            self._conn.exec_driver_sql(f"DELETE FROM sync_links WHERE {condition}", gone)

    # -- conflicts

    def conflicts(self, peer_id: UUID | None = None, *, settled: bool = False) -> list[Conflict]:
        """Those that wait, or else those that are settled; the oldest first."""
        over = SyncConflict.settled_at.is_not(None)
        query = select(*_CONFLICT).where(over if settled else ~over)
        if peer_id is not None:
            query = query.where(SyncConflict.peer_id == peer_id)
        rows = self._conn.execute(query.order_by(SyncConflict.found_at, SyncConflict.id))
        return [Conflict(*row) for row in rows]

    def add_conflict(self, peer_id: UUID, conflict: Conflict) -> None:
        row = {name: getattr(conflict, name) for name in _CONFLICT_COLUMNS}
        row |= {"peer_id": peer_id, "settled_at": None}
        upsert(self._conn, SyncConflict, [row], keys=("id",))

    def settle(self, conflict_ids: Iterable[UUID], now: datetime) -> None:
        """They are history from now on: what either side had stays written there."""
        for each in conflict_ids:
            self._conn.execute(update(SyncConflict).where(SyncConflict.id == each).values(settled_at=now))

    def choose(self, conflict_ids: Iterable[UUID], choice: str) -> None:
        for each in conflict_ids:
            self._conn.execute(update(SyncConflict).where(SyncConflict.id == each).values(choice=choice))

    def _key(self, peer_id: UUID) -> Any:
        return peer_id.hex if self._conn.dialect.name == "sqlite" else peer_id


def _place(conn: Connection) -> str:
    return "?" if conn.dialect.name == "sqlite" else "%s"


_BASES = select(SyncLink.here_key, SyncLink.base).where(
    SyncLink.here_key.in_(bindparam("keys", expanding=True))
)
_CONFLICT_COLUMNS = ("id", "kind", "here_key", "part", "title", "here", "there", "found_at", "choice")
_CONFLICT = tuple(getattr(SyncConflict, name) for name in _CONFLICT_COLUMNS)
