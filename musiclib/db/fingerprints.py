"""What audio files sound like."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, exists, select

from musiclib.db.code_order import in_code_order
from musiclib.db.schema import File, Fingerprint, TrackFile
from musiclib.db.statements import chunked, upsert
from musiclib.domain.fingerprints import sample
from musiclib.domain.ids import FileId, TrackId
from musiclib.domain.states import FileState


class FileToHear(NamedTuple):
    id: FileId
    path: str
    content_hash: str | None


class FingerprintRepository:
    """One for each content, whatever files have it."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def to_hear(self) -> list[FileToHear]:
        """Readable files of tracks without a fingerprint, by path."""
        made = exists().where(Fingerprint.content_hash == File.content_hash)
        linked = exists().where(TrackFile.file_id == File.id)
        query = select(File.id, File.path, File.content_hash).where(File.state == FileState.OK, linked, ~made)
        return [
            FileToHear(FileId(row[0]), row[1], row[2])
            for row in self._conn.execute(query.order_by(in_code_order(File.path)))
        ]

    def put(self, content_hash: str, prints: bytes, now: datetime) -> None:
        row = {
            "content_hash": content_hash,
            "prints": prints,
            "sample": sample(prints),
            "created_at": now,
        }
        upsert(self._conn, Fingerprint, [row], keys=("content_hash",))

    def samples(self) -> list[tuple[str, bytes]]:
        """(content hash, sample) of all that say something."""
        query = select(Fingerprint.content_hash, Fingerprint.sample).order_by(Fingerprint.content_hash)
        return [(row[0], row[1]) for row in self._conn.execute(query) if row[1]]

    def prints(self, content_hashes: Iterable[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        query = select(Fingerprint.content_hash, Fingerprint.prints)
        for some in chunked(content_hashes):
            found.update(
                (row[0], row[1])
                for row in self._conn.execute(query.where(Fingerprint.content_hash.in_(some)))
            )
        return found

    def heard_tracks(self) -> list[tuple[TrackId, str]]:
        """(track, content hash) of every readable file whose content is known."""
        query = select(TrackFile.track_id, File.content_hash).join(File, File.id == TrackFile.file_id)
        rows = self._conn.execute(query.where(File.content_hash.is_not(None), File.state == FileState.OK))
        return [(TrackId(row[0]), str(row[1])) for row in rows]
