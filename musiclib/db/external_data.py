"""Raw answers of providers: kept so that asking again costs no call, and so that they can be read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, or_, select, update

from musiclib.db.identities import new_ids
from musiclib.db.records import ExternalRecord, NewExternal
from musiclib.db.schema import ExternalData
from musiclib.db.statements import chunked, upsert
from musiclib.domain.ids import TrackId

_NOT_FOUND = "NOT_FOUND_"
_RENEWED = ("raw", "fetched_at", "processed_at", "parser_version", "track_id")
_RECORD = (
    ExternalData.provider,
    ExternalData.external_id,
    ExternalData.raw,
    ExternalData.fetched_at,
    ExternalData.processed_at,
    ExternalData.id,
)


def not_found(track_id: TrackId) -> NewExternal:
    """The note that a provider has no recording under a track's ISRC."""
    name = f"{_NOT_FOUND}{track_id}_{uuid4()}"
    return NewExternal(name, {"status": "not_found_by_isrc"}, track_id, parser_version=0)


class ExternalDataRepository:
    """Answers by provider and by the name they have there."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def put(self, provider: str, external_id: str, raw: Mapping[str, Any], now: datetime) -> None:
        """Keep an answer; `{}` says that the provider knew nothing."""
        self.put_many(provider, {external_id: raw}, now)

    def put_many(self, provider: str, answers: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
        """Keep answers by external id; each is to be processed (again)."""
        rows = [
            {
                "id": new,
                "provider": provider,
                "external_id": external_id,
                "raw": raw,
                "fetched_at": now,
                "processed_at": None,
            }
            for new, (external_id, raw) in zip(new_ids(len(answers)), answers.items(), strict=True)
        ]
        changed = ("raw", "fetched_at", "processed_at")
        upsert(self._conn, ExternalData, rows, keys=("provider", "external_id"), renew=changed)

    def bulk_upsert(self, provider: str, records: Sequence[NewExternal], now: datetime) -> None:
        """Keep what a collection run has got, found or not.

        An answer that is there already is renewed. What was noted before of the tracks that were not found
        is gone: each has one note at most, and none once it is found.
        """
        asked_for = [each.track_id for each in records if each.track_id is not None]
        self._drop_notes(provider, asked_for)
        rows = [
            {
                "id": new,
                "provider": provider,
                "external_id": each.external_id,
                "raw": each.raw,
                "fetched_at": now,
                "processed_at": None if each.parser_version is None else now,
                "parser_version": each.parser_version,
                "track_id": each.track_id,
            }
            for new, each in zip(new_ids(len(records)), records, strict=True)
        ]
        upsert(self._conn, ExternalData, rows, keys=("provider", "external_id"), renew=_RENEWED)

    def forget_asked(self, track_ids: Iterable[TrackId]) -> None:
        """These tracks have another ISRC now: what was asked before was not asked of them."""
        for ids in chunked(track_ids):
            if self._conn.execute(_ASKED_OF, {"ids": ids}).first() is None:
                continue
            of_them = ExternalData.track_id.in_(ids)
            self._conn.execute(delete(ExternalData).where(of_them, is_note()))
            self._conn.execute(update(ExternalData).where(of_them).values(track_id=None))

    def get(self, provider: str, external_id: str) -> ExternalRecord | None:
        return self.get_many(provider, [external_id]).get(external_id)

    def get_many(self, provider: str, external_ids: Iterable[str]) -> dict[str, ExternalRecord]:
        found: dict[str, ExternalRecord] = {}
        for ids in chunked(external_ids):
            where = ExternalData.provider == provider, ExternalData.external_id.in_(ids)
            rows = self._conn.execute(select(*_RECORD).where(*where))
            found |= {row.external_id: ExternalRecord(*row) for row in rows}
        return found

    def unprocessed(
        self, provider: str, limit: int, version: int | None = None, after: UUID | None = None
    ) -> list[ExternalRecord]:
        """Answers nothing was made of yet, in the order of their ids, from behind `after` on.

        With `version` also those that an older parser has read.
        """
        query = select(*_RECORD).where(*_due(provider, version)).order_by(ExternalData.id).limit(limit)
        if after is not None:
            query = query.where(ExternalData.id > after)
        return [ExternalRecord(*row) for row in self._conn.execute(query)]

    def count_unprocessed(self, provider: str, version: int | None = None) -> int:
        query = select(func.count()).select_from(ExternalData).where(*_due(provider, version))
        return self._conn.execute(query).scalar_one()

    def mark_processed(
        self, provider: str, external_ids: Iterable[str], now: datetime, version: int | None = None
    ) -> None:
        values = {"processed_at": now, "parser_version": version}
        for ids in chunked(external_ids):
            where = ExternalData.provider == provider, ExternalData.external_id.in_(ids)
            self._conn.execute(update(ExternalData).where(*where).values(values))

    def process_again(self, provider: str) -> int:
        """Have every answer of a provider processed anew; returns how many there are."""
        where = ExternalData.provider == provider, ~is_note()
        return self._conn.execute(update(ExternalData).where(*where).values(processed_at=None)).rowcount

    def _drop_notes(self, provider: str, track_ids: Iterable[TrackId]) -> None:
        for ids in chunked(track_ids):
            where = ExternalData.provider == provider, ExternalData.track_id.in_(ids), is_note()
            self._conn.execute(delete(ExternalData).where(*where))


def is_note() -> ColumnElement[bool]:
    """Whether a row only says that a track was not found."""
    return ExternalData.external_id.startswith(_NOT_FOUND, autoescape=True)


def _due(provider: str, version: int | None) -> list[ColumnElement[bool]]:
    due: ColumnElement[bool] = ExternalData.processed_at.is_(None)
    if version is not None:
        older = or_(ExternalData.parser_version.is_(None), ExternalData.parser_version < version)
        due = or_(due, older & ~is_note())
    return [ExternalData.provider == provider, due]


# Built once: it is asked for every track that is matched, and mostly nothing is there.
_ASKED_OF = (
    select(ExternalData.id).where(ExternalData.track_id.in_(bindparam("ids", expanding=True))).limit(1)
)
