"""How a file that was fetched enters the library: as one that a scan has found and is sure of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from musiclib.db.connection import Connection
from musiclib.db.files import FileRepository
from musiclib.db.records import FileFacts
from musiclib.domain.file_tags import FileTags
from musiclib.domain.ids import TrackId
from musiclib.services.file_facts import facts_at, tags_of
from musiclib.services.file_matcher import FileMatch
from musiclib.services.scan_tracks import link_files


class FileArrivals:
    """See `runners.transfer_work.Arrivals`."""

    def __init__(self, precedence: Sequence[str]) -> None:
        self._precedence = precedence

    def facts_at(self, path: Path) -> FileFacts:
        return facts_at(path)

    def tags_of(self, facts: FileFacts) -> FileTags:
        return tags_of(facts)

    def take_in(
        self, conn: Connection, track_id: TrackId, facts: FileFacts, score: float, now: datetime
    ) -> None:
        files = FileRepository(conn)
        file = files.get(files.put([facts], now)[facts.path])
        assert file is not None
        link_files(conn, [(file, FileMatch(track_id, score))], self._precedence, lambda: now)
