"""Pasted lists, and lessons for the parser."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from musiclib.db.records import ImportRecord
from musiclib.db.schema import Import, ParserLesson
from musiclib.db.schema_base import Json
from musiclib.db.statements import chunked, upsert
from musiclib.domain.ids import AlbumId, ImportId

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

    def of_albums(self, album_ids: Collection[AlbumId]) -> dict[AlbumId, list[ImportId]]:
        """The lists that albums were made of; albums without one are absent."""
        found: dict[AlbumId, list[ImportId]] = {}
        for ids in chunked(album_ids):
            query = select(Import.album_id, Import.id).where(Import.album_id.in_(ids)).order_by(Import.id)
            for album_id, import_id in self._conn.execute(query).all():
                if album_id is not None:
                    found.setdefault(AlbumId(album_id), []).append(ImportId(import_id))
        return found

    def give_back(self, imports: Mapping[AlbumId, Sequence[ImportId]]) -> None:
        """Say again what albums were made of that were gone and are there once more."""
        for album_id, ids in imports.items():
            mine = update(Import).where(Import.id.in_(ids), Import.album_id.is_(None))
            self._conn.execute(mine.values(album_id=album_id))

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


def _import(row: Sequence[Any]) -> ImportRecord:
    return ImportRecord(*row)
