"""The sources of audio a person has set up, in the order they are preferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from musiclib.db.identities import new_id
from musiclib.db.transfer_schema import DownloadSource
from musiclib.domain.ids import SourceId


@dataclass(frozen=True, slots=True)
class SourceRecord:
    id: SourceId
    kind: str
    name: str
    config: Mapping[str, Any]
    enabled: bool


class DownloadSourceRepository:
    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def all(self) -> list[SourceRecord]:
        """The preferred ones first."""
        columns = (
            DownloadSource.id,
            DownloadSource.kind,
            DownloadSource.name,
            DownloadSource.config,
            DownloadSource.enabled,
        )
        order = (DownloadSource.position, DownloadSource.created_at, DownloadSource.id)
        rows = self._conn.execute(select(*columns).order_by(*order)).all()
        return [SourceRecord(SourceId(row[0]), *row[1:]) for row in rows]

    def changed_at(self) -> tuple[datetime | None, int]:
        """When one of them was last changed, and how many there are: it differs after every change."""
        query = select(func.max(DownloadSource.updated_at), func.count())
        moment, count = self._conn.execute(query).one()
        return moment, count

    def add(self, kind: str, name: str, config: Mapping[str, Any], now: datetime) -> SourceId:
        """As the last one."""
        source_id = SourceId(new_id())
        last = self._conn.execute(select(func.coalesce(func.max(DownloadSource.position), 0))).scalar_one()
        self._conn.execute(
            insert(DownloadSource).values(
                id=source_id,
                kind=kind,
                name=name,
                config=dict(config),
                enabled=True,
                position=last + 1,
                created_at=now,
                updated_at=now,
            )
        )
        return source_id

    def change(self, source_id: SourceId, name: str, config: Mapping[str, Any], now: datetime) -> None:
        self._set(source_id, now, name=name, config=dict(config))

    def enable(self, source_id: SourceId, enabled: bool, now: datetime) -> None:
        self._set(source_id, now, enabled=enabled)

    def reorder(self, source_ids: Sequence[SourceId], now: datetime) -> None:
        """These in this order."""
        for position, source_id in enumerate(source_ids, 1):
            self._set(source_id, now, position=position)

    def remove(self, source_id: SourceId) -> None:
        self._conn.execute(delete(DownloadSource).where(DownloadSource.id == source_id))

    def _set(self, source_id: SourceId, now: datetime, **values: object) -> None:
        meant = DownloadSource.id == source_id
        self._conn.execute(update(DownloadSource).where(meant).values(updated_at=now, **values))
