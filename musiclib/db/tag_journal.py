"""What was written into the tags of files: kept before it is done, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, text, update

from musiclib.db.schema import TagPiece, TagWrite, TrackFile
from musiclib.db.statements import chunked, insert_many, upsert
from musiclib.db.tag_schema import UNFINISHED, UNSETTLED
from musiclib.domain.ids import FileId, TrackId
from musiclib.domain.states import TagWriteState


@dataclass(frozen=True, slots=True)
class TagWriteRecord:
    """One file of an act that wrote tags; see `schema.TagWrite`."""

    id: UUID
    run_id: UUID
    file_id: FileId | None
    path: str
    state: TagWriteState
    worker_id: str
    hash_before: str
    hash_after: str
    mtime_before_ns: int
    said: Mapping[str, Any]
    begun_at: datetime


_RECORD = tuple(getattr(TagWrite, name) for name in TagWriteRecord.__dataclass_fields__)


class TagJournal:
    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add(
        self,
        writes: Sequence[TagWriteRecord],
        patches: Mapping[UUID, bytes],
        pieces: Mapping[str, bytes],
    ) -> None:
        """Keep what is about to be written. `patches`: by the id of the write; `pieces`: by their digest."""
        rows = [
            {name: getattr(each, name) for name in TagWriteRecord.__dataclass_fields__}
            | {"patch": patches[each.id], "in_history": False}
            for each in writes
        ]
        contents = [{"digest": digest, "content": content} for digest, content in pieces.items()]
        upsert(self._conn, TagPiece, contents, keys=("digest",), renew=())
        insert_many(self._conn, TagWrite, rows)

    def take(self, writes: Iterable[TagWriteRecord]) -> None:
        """Somebody turns these: their state, path, worker and time are as the records say."""
        for each in writes:
            values = {name: getattr(each, name) for name in ("state", "path", "worker_id", "begun_at")}
            self._conn.execute(update(TagWrite).where(TagWrite.id == each.id).values(values))

    def set_state(self, write_id: UUID, state: TagWriteState) -> None:
        self._conn.execute(update(TagWrite).where(TagWrite.id == write_id).values(state=state))

    def drop(self, write_id: UUID) -> None:
        """Forget a write that did not happen."""
        self._conn.execute(delete(TagWrite).where(TagWrite.id == write_id))

    def patch(self, write_id: UUID) -> bytes:
        return self._conn.execute(select(TagWrite.patch).where(TagWrite.id == write_id)).scalar_one()

    def pieces(self, digests: Iterable[str]) -> dict[str, bytes]:
        """By their digest; those that are not known are absent."""
        found: dict[str, bytes] = {}
        for some in chunked(digests):
            query = select(TagPiece.digest, TagPiece.content).where(TagPiece.digest.in_(some))
            found.update((row[0], row[1]) for row in self._conn.execute(query))
        return found

    def of_run(self, run_id: UUID, states: Collection[TagWriteState]) -> list[TagWriteRecord]:
        """The files of an act that are in one of these states, in the order they were written."""
        where = TagWrite.run_id == run_id, TagWrite.state.in_(list(states))
        return self._records(select(*_RECORD).where(*where).order_by(TagWrite.id))

    def unsettled(self) -> list[TagWriteRecord]:
        """All that somebody is at, or died over."""
        return self._records(select(*_RECORD).where(text(UNSETTLED)).order_by(TagWrite.id))

    def written_later(self, write: TagWriteRecord) -> bool:
        """Whether a later act wrote the same file, and stands."""
        where = TagWrite.file_id == write.file_id, TagWrite.state == TagWriteState.WRITTEN
        later = select(TagWrite.id).where(*where, TagWrite.id > write.id)
        return self._conn.execute(later.limit(1)).first() is not None

    def still(self, write: TagWriteRecord) -> bool:
        """Whether a write stands as it was read."""
        where = TagWrite.id == write.id, TagWrite.state == write.state, TagWrite.worker_id == write.worker_id
        return self._conn.execute(select(TagWrite.id).where(*where)).first() is not None

    def unfinished_runs(self) -> dict[UUID, str]:
        """Acts the history does not know of yet, and who does them."""
        query = select(TagWrite.run_id, func.max(TagWrite.worker_id)).where(text(UNFINISHED))
        return {row[0]: row[1] for row in self._conn.execute(query.group_by(TagWrite.run_id))}

    def finish(self, run_id: UUID) -> None:
        """The history knows of the act."""
        self._conn.execute(update(TagWrite).where(TagWrite.run_id == run_id).values(in_history=True))

    def tracks_of(self, run_id: UUID) -> list[TrackId]:
        """Whose files were written."""
        query = (
            select(TrackFile.track_id)
            .join(TagWrite, TagWrite.file_id == TrackFile.file_id)
            .where(TagWrite.run_id == run_id)
        )
        return [TrackId(each) for each in self._conn.execute(query.distinct()).scalars()]

    def _records(self, query: Any) -> list[TagWriteRecord]:
        return [_record(row) for row in self._conn.execute(query)]


def _record(row: Sequence[Any]) -> TagWriteRecord:
    write_id, run_id, file_id, path, state, *rest = row
    return TagWriteRecord(
        write_id, run_id, FileId(file_id) if file_id else None, path, TagWriteState(state), *rest
    )
