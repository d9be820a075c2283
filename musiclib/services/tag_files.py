"""One file after the other from the old content to the new one, and the library with it.

Order of a write: the new file lies finished beside the old one; the journal says so; then, inside one
transaction of the library, it takes the place of the old one and the library learns its size, time and hash.
Killed anywhere, the file is whole and the journal tells which of the two it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from musiclib.analysis.worker import content_hash
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.metadata import AnalysisRepository
from musiclib.db.tag_journal import TagJournal, TagWriteRecord
from musiclib.domain.ids import TrackId
from musiclib.domain.states import TagWriteState
from musiclib.services.acts import Clock
from musiclib.services.file_facts import facts_at
from musiclib.services.scan_tracks import let_tags_speak
from musiclib.services.tag_types import Failure
from musiclib.tags.replacing import Prepared, discard, pour, settle, swap, waiting_path
from musiclib.tags.wanted import TagsNotWritten

_GOAL = {
    TagWriteState.WRITING: TagWriteState.WRITTEN,
    TagWriteState.UNDOING: TagWriteState.UNDONE,
    TagWriteState.REDOING: TagWriteState.WRITTEN,
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A file whose new content lies finished beside it."""

    record: TagWriteRecord
    prepared: Prepared

    @property
    def path(self) -> Path:
        return Path(self.record.path)


class TagFiles:
    def __init__(self, db: Database, precedence: Sequence[str], clock: Clock) -> None:
        self._db = db
        self._precedence = precedence
        self._clock = clock

    def put_in_place(
        self, some: Sequence[Ready], journal: Callable[[TagJournal], None]
    ) -> tuple[list[TagWriteRecord], list[TrackId], list[Failure]]:
        """Let new files take their places. Returns what was written, whose tracks, and what was not.

        `journal` writes down beforehand what is about to be done.
        """
        with self._db.write() as conn:
            journal(TagJournal(conn))
        done: list[TagWriteRecord] = []
        tracks: list[TrackId] = []
        failures: list[Failure] = []
        with self._db.write() as conn:
            for each in some:
                try:
                    swap(each.path, each.prepared)
                except TagsNotWritten as error:
                    failures.append(Failure(each.record.path, str(error)))
                    self._withdraw(conn, each.record)
                    continue
                tracks += self._follow(conn, each.record)
                done.append(each.record)
        for each in some:
            discard(each.prepared.waiting)
        settle({each.prepared.target.parent for each in some})
        return done, tracks, failures

    def mend(self, record: TagWriteRecord) -> None:
        """Bring the journal in line with a file somebody died over; see `settled_state`."""
        path = Path(record.path)
        waiting = waiting_path(path, record.id)
        goal, origin = contents(record)
        now = hash_at(path)
        if now not in (goal, origin) and hash_at(waiting) == goal and now is not None:
            pour(waiting, path)  # a file of several names, half written
            now = goal
        with self._db.write() as conn:
            if TagJournal(conn).still(record):
                if now == goal:
                    self._follow(conn, record)
                else:
                    self._withdraw(conn, record)
        discard(waiting)

    def _withdraw(self, conn: Connection, record: TagWriteRecord) -> None:
        """The file was left as it was: so is what the journal says of it."""
        journal = TagJournal(conn)
        if record.state is TagWriteState.WRITING:
            journal.drop(record.id)
        else:
            undoing = record.state is TagWriteState.UNDOING
            journal.set_state(record.id, TagWriteState.WRITTEN if undoing else TagWriteState.UNDONE)

    def _follow(self, conn: Connection, record: TagWriteRecord) -> list[TrackId]:
        """The file has its new content: the library knows it, and no scan finds anything changed."""
        TagJournal(conn).set_state(record.id, _GOAL[record.state])
        files = FileRepository(conn)
        file_id = record.file_id
        if file_id is None or files.get(file_id) is None:
            return []
        after, before = contents(record)
        now = self._clock()
        files.put([facts_at(Path(record.path))], now)
        files.set_content_hash(file_id, after)
        AnalysisRepository(conn).follow(file_id, before, after)
        return let_tags_speak(conn, [file_id], self._precedence, now)


def contents(record: TagWriteRecord) -> tuple[str, str]:
    """The hash a file is to have, and the one it had."""
    if record.state is TagWriteState.UNDOING:
        return record.hash_before, record.hash_after
    return record.hash_after, record.hash_before


def hash_at(path: Path) -> str | None:
    """The hash of a file's content; None where it cannot be read."""
    try:
        return content_hash(path)
    except OSError:
        return None


def moved_to(conn: Connection, record: TagWriteRecord) -> TagWriteRecord:
    """The record with the path its file has by now."""
    file = FileRepository(conn).get(record.file_id) if record.file_id is not None else None
    return replace(record, path=file.path) if file is not None else record
