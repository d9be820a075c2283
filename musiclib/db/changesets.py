"""The history: acts that can be taken back and done again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Text, and_, cast, func, insert, or_, select, update

from musiclib.db.identities import new_id
from musiclib.db.schema import Changeset, ChangesetTrack
from musiclib.db.schema_base import Json
from musiclib.db.statements import chunked, insert_many
from musiclib.domain.ids import ChangesetId, TrackId
from musiclib.domain.rows import HistoryEntry

_NAMED = 10
"""Of so many things it is looked for their names in what was kept of acts: an album is no track."""


@dataclass(frozen=True, slots=True)
class ChangesetRecord:
    """An act, and what its kind needs to take it back or, when that was done, to do it again."""

    entry: HistoryEntry
    payload: Json
    moved: int | None
    """Where its last move (done, taken back, done again) stands among those of all acts. None: it was
    taken back by a version of the program that kept nothing to do it again."""


class ChangesetRepository:
    """Acts in the order in which they were done. `payload` belongs to the service that made it."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add(
        self, kind: str, summary: str, payload: Json, now: datetime, track_ids: Iterable[TrackId] = ()
    ) -> ChangesetId:
        """Remember an act and the tracks it touched."""
        changeset_id = ChangesetId(new_id())
        number = self._next()
        self._conn.execute(
            insert(Changeset).values(
                id=changeset_id,
                number=number,
                moved=number,
                kind=kind,
                summary=summary,
                payload=payload,
                created_at=now,
            )
        )
        touched = [
            {"track_id": track_id, "changeset_id": changeset_id} for track_id in dict.fromkeys(track_ids)
        ]
        insert_many(self._conn, ChangesetTrack, touched)
        return changeset_id

    def get(self, changeset_id: ChangesetId) -> ChangesetRecord | None:
        query = self._select(Changeset.payload, Changeset.moved).where(Changeset.id == changeset_id)
        row = self._conn.execute(query).first()
        return ChangesetRecord(_history(row[:5]), row[5], row[6]) if row else None

    def last_done(self) -> ChangesetId | None:
        """The newest act that stands: it was not taken back."""
        query = select(Changeset.id).where(Changeset.undone_at.is_(None)).order_by(Changeset.number.desc())
        found = self._conn.execute(query.limit(1)).scalar()
        return ChangesetId(found) if found else None

    def history(self, limit: int = 200) -> list[HistoryEntry]:
        """Acts, newest first, undone ones too."""
        rows = self._conn.execute(self._select().order_by(Changeset.number.desc()).limit(limit))
        return [_history(row) for row in rows]

    def taken_back(self, limit: int = 200) -> list[HistoryEntry]:
        """Acts that may be done again, the one taken back last first."""
        mine = Changeset.undone_at.is_not(None), Changeset.moved.is_not(None)
        query = self._select().where(*mine).order_by(Changeset.moved.desc())
        return [_history(row) for row in self._conn.execute(query.limit(limit))]

    def of_kind(self, kind: str) -> list[HistoryEntry]:
        """Acts of one kind, newest first, undone ones too."""
        query = self._select().where(Changeset.kind == kind).order_by(Changeset.number.desc())
        return [_history(row) for row in self._conn.execute(query)]

    def of_track(self, track_id: TrackId, limit: int = 50) -> list[HistoryEntry]:
        """Acts that touched a track, newest first."""
        query = self._select().join(ChangesetTrack, ChangesetTrack.changeset_id == Changeset.id)
        query = (
            query.where(ChangesetTrack.track_id == track_id).order_by(Changeset.number.desc()).limit(limit)
        )
        return [_history(row) for row in self._conn.execute(query)]

    def tracks_touched_since(self, changeset_id: ChangesetId) -> set[TrackId]:
        """The tracks of acts that count against turning this one now.

        Of those that moved after it: newer ones that stand, and, where this one was taken back, older ones
        that do not, as it was done on top of them.
        """
        this = select(Changeset.number, Changeset.moved, Changeset.undone_at)
        number, moved, undone_at = self._conn.execute(this.where(Changeset.id == changeset_id)).one()
        counts = and_(Changeset.number > number, Changeset.undone_at.is_(None))
        if undone_at is not None:
            counts = or_(counts, and_(Changeset.number < number, Changeset.undone_at.is_not(None)))
        query = select(ChangesetTrack.track_id).join(Changeset, Changeset.id == ChangesetTrack.changeset_id)
        later = query.where(Changeset.moved > moved, counts)
        return {TrackId(each) for each in self._conn.execute(later.distinct()).scalars()}

    def tracks_of_newer(self, changeset_id: ChangesetId) -> set[TrackId]:
        """The tracks of newer acts that stand."""
        number = select(Changeset.number).where(Changeset.id == changeset_id).scalar_subquery()
        query = select(ChangesetTrack.track_id).join(Changeset, Changeset.id == ChangesetTrack.changeset_id)
        newer = query.where(Changeset.number > number, Changeset.undone_at.is_(None))
        return {TrackId(each) for each in self._conn.execute(newer.distinct()).scalars()}

    def later(self, changeset_id: ChangesetId, things: Collection[UUID]) -> list[HistoryEntry]:
        """Newer acts that stand and have touched any of these tracks, or named one of these albums, newest
        first."""
        number = select(Changeset.number).where(Changeset.id == changeset_id).scalar_subquery()
        query = self._select().where(Changeset.number > number, Changeset.undone_at.is_(None))
        found: dict[Any, Any] = {}
        for ids in chunked(things, 500):
            of_tracks = select(ChangesetTrack.changeset_id).where(ChangesetTrack.track_id.in_(ids))
            named = [cast(Changeset.payload, Text).contains(str(each)) for each in ids[:_NAMED]]
            rows = self._conn.execute(
                query.add_columns(Changeset.number).where(or_(Changeset.id.in_(of_tracks), *named))
            )
            found.update((row[5], _history(row[:5])) for row in rows)
        return [found[number] for number in sorted(found, reverse=True)]

    def turn(self, seen: ChangesetRecord, payload: Mapping[str, Any], now: datetime) -> bool:
        """Mark an act as taken back, or as done again if it was taken back; `payload` is kept for the next
        turn. False when it was turned by somebody else since it was `seen`."""
        same = Changeset.id == seen.entry.id, Changeset.moved == seen.moved
        undone_at = now if seen.entry.undone_at is None else None
        values: dict[str, Any] = {"undone_at": undone_at, "moved": self._next()}
        if payload is not seen.payload:
            values["payload"] = payload
        return self._conn.execute(update(Changeset).where(*same).values(values)).rowcount == 1

    def _next(self) -> int:
        number, moved = select(func.max(Changeset.number)), select(func.max(Changeset.moved))
        newest = (self._conn.execute(each).scalar() or 0 for each in (number, moved))
        return max(newest) + 1

    def _select(self, *more: Any) -> Any:
        return select(
            Changeset.id,
            Changeset.kind,
            Changeset.summary,
            Changeset.created_at,
            Changeset.undone_at,
            *more,
        )


def _history(row: Sequence[Any]) -> HistoryEntry:
    return HistoryEntry(*row)
