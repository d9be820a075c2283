"""Pasted lists, lessons for the parser, and the history of acts that can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from musiclib.db.identities import new_id
from musiclib.db.records import ImportRecord
from musiclib.db.schema import Changeset, ChangesetTrack, Import, ParserLesson
from musiclib.db.schema_base import Json
from musiclib.db.statements import insert_many, upsert
from musiclib.domain.ids import AlbumId, ChangesetId, ImportId, TrackId
from musiclib.domain.rows import HistoryEntry

DRAFT = "draft"
DONE = "done"


class ImportRepository:
    """Lists as they were pasted: drafts, and what albums were made of."""

    _RECORD = (
        Import.id,
        Import.state,
        Import.source_hash,
        Import.raw_text,
        Import.parsed,
        Import.options,
        Import.album_id,
        Import.created_at,
        Import.updated_at,
    )

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def save_draft(
        self,
        import_id: ImportId,
        source_hash: str,
        raw_text: str,
        parsed: Json,
        options: Json,
        now: datetime,
    ) -> None:
        """Add a draft, or renew the one of this id."""
        self._put(import_id, DRAFT, source_hash, raw_text, parsed, options, None, now)

    def save_done(
        self,
        import_id: ImportId,
        source_hash: str,
        raw_text: str,
        parsed: Json,
        options: Json,
        album_id: AlbumId,
        now: datetime,
    ) -> None:
        """Keep what an album was made of; a draft of this id becomes it."""
        self._put(import_id, DONE, source_hash, raw_text, parsed, options, album_id, now)

    def get(self, import_id: ImportId) -> ImportRecord | None:
        row = self._conn.execute(select(*self._RECORD).where(Import.id == import_id)).first()
        return _import(row) if row else None

    def drafts(self) -> list[ImportRecord]:
        """Drafts, the one touched last first."""
        query = select(*self._RECORD).where(Import.state == DRAFT).order_by(Import.updated_at.desc())
        return [_import(row) for row in self._conn.execute(query)]

    def by_source_hash(self, source_hash: str) -> list[ImportRecord]:
        """Imports that were made from exactly this text, newest first."""
        query = select(*self._RECORD).where(Import.source_hash == source_hash, Import.state == DONE)
        return [_import(row) for row in self._conn.execute(query.order_by(Import.updated_at.desc()))]

    def drop(self, import_id: ImportId) -> None:
        self._conn.execute(delete(Import).where(Import.id == import_id))

    def _put(
        self,
        import_id: ImportId,
        state: str,
        source_hash: str,
        raw_text: str,
        parsed: Json,
        options: Json,
        album_id: AlbumId | None,
        now: datetime,
    ) -> None:
        row = {
            "id": import_id,
            "state": state,
            "source_hash": source_hash,
            "raw_text": raw_text,
            "parsed": parsed,
            "options": options,
            "album_id": album_id,
            "created_at": now,
            "updated_at": now,
        }
        renewed = [name for name in row if name not in {"id", "created_at"}]
        upsert(self._conn, Import, [row], keys=("id",), renew=renewed)


class LessonRepository:
    """How a person taught the parser to read lines of one pattern: signature -> layout."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def all(self) -> dict[str, Json]:
        query = select(ParserLesson.signature, ParserLesson.layout).order_by(ParserLesson.created_at)
        return {row.signature: row.layout for row in self._conn.execute(query)}

    def save(self, signature: str, layout: Mapping[str, Any], now: datetime) -> None:
        row = {"signature": signature, "layout": layout, "created_at": now}
        upsert(self._conn, ParserLesson, [row], keys=("signature",))

    def forget(self, signature: str) -> None:
        self._conn.execute(delete(ParserLesson).where(ParserLesson.signature == signature))


class ChangesetRepository:
    """Acts that can be undone. `payload` belongs to the service that made it."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add(
        self, kind: str, summary: str, payload: Json, now: datetime, track_ids: Iterable[TrackId] = ()
    ) -> ChangesetId:
        """Remember an act and the tracks it touched."""
        changeset_id = ChangesetId(new_id())
        number = self._conn.execute(select(func.coalesce(func.max(Changeset.number), 0) + 1)).scalar_one()
        self._conn.execute(
            insert(Changeset).values(
                id=changeset_id, number=number, kind=kind, summary=summary, payload=payload, created_at=now
            )
        )
        touched = [
            {"track_id": track_id, "changeset_id": changeset_id} for track_id in dict.fromkeys(track_ids)
        ]
        insert_many(self._conn, ChangesetTrack, touched)
        return changeset_id

    def get(self, changeset_id: ChangesetId) -> tuple[HistoryEntry, Json] | None:
        """The act and its payload."""
        query = self._select(Changeset.payload).where(Changeset.id == changeset_id)
        row = self._conn.execute(query).first()
        return (_history(row[:5]), row[5]) if row else None

    def last(self) -> HistoryEntry | None:
        """The newest act that was not undone."""
        query = self._select().where(Changeset.undone_at.is_(None)).order_by(Changeset.number.desc()).limit(1)
        row = self._conn.execute(query).first()
        return _history(row) if row else None

    def history(self, limit: int = 200) -> list[HistoryEntry]:
        """Acts, newest first, undone ones too."""
        rows = self._conn.execute(self._select().order_by(Changeset.number.desc()).limit(limit))
        return [_history(row) for row in rows]

    def of_track(self, track_id: TrackId, limit: int = 50) -> list[HistoryEntry]:
        """Acts that touched a track, newest first."""
        query = self._select().join(ChangesetTrack, ChangesetTrack.changeset_id == Changeset.id)
        query = (
            query.where(ChangesetTrack.track_id == track_id).order_by(Changeset.number.desc()).limit(limit)
        )
        return [_history(row) for row in self._conn.execute(query)]

    def tracks_touched_since(self, changeset_id: ChangesetId) -> set[TrackId]:
        """The tracks that acts after this one touched; undone acts do not count."""
        this = select(Changeset.number).where(Changeset.id == changeset_id).scalar_subquery()
        query = select(ChangesetTrack.track_id).join(Changeset, Changeset.id == ChangesetTrack.changeset_id)
        later = query.where(Changeset.number > this, Changeset.undone_at.is_(None))
        return {TrackId(each) for each in self._conn.execute(later.distinct()).scalars()}

    def mark_undone(self, changeset_id: ChangesetId, now: datetime) -> bool:
        """False when it was undone already."""
        open_one = Changeset.id == changeset_id, Changeset.undone_at.is_(None)
        return self._conn.execute(update(Changeset).where(*open_one).values(undone_at=now)).rowcount == 1

    def _select(self, *more: Any) -> Any:
        return select(
            Changeset.id,
            Changeset.kind,
            Changeset.summary,
            Changeset.created_at,
            Changeset.undone_at,
            *more,
        )


def _import(row: Sequence[Any]) -> ImportRecord:
    return ImportRecord(*row)


def _history(row: Sequence[Any]) -> HistoryEntry:
    return HistoryEntry(*row)
