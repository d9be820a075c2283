"""One file after the other from the old content to the new one, and the library with it.

Order of a write: the journal says what the file is about to become; the new file is finished beside the old
one; then, inside one transaction of the library, it takes that one's place and the library learns its hash.
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
from musiclib.domain.states import TagWriteState
from musiclib.errors import UnreadableAudio
from musiclib.services.acts import Clock
from musiclib.services.file_facts import facts_at
from musiclib.services.scan_tracks import let_tags_speak
from musiclib.services.tag_types import Failure
from musiclib.tags.replacing import (
    HalfWritten,
    Prepared,
    Stamp,
    discard,
    pour,
    prepare,
    settle,
    swap,
    waiting_path,
)
from musiclib.tags.splices import Patch
from musiclib.tags.wanted import TagsNotWritten

_GOAL = {
    TagWriteState.WRITING: TagWriteState.WRITTEN,
    TagWriteState.UNDOING: TagWriteState.UNDONE,
    TagWriteState.REDOING: TagWriteState.WRITTEN,
}


@dataclass(frozen=True, slots=True)
class Planned:
    """A file that is to get another content."""

    record: TagWriteRecord
    patch: Patch
    stamp: Stamp
    """The file as it was looked at; another one is left alone."""
    mtime_ns: int | None
    """The time it gets; None: that of the writing."""
    check: Callable[[Path], None] = lambda _waiting: None
    """Looks at the finished copy; raises `TagsNotWritten` or `UnreadableAudio` if it is not right."""

    @property
    def path(self) -> Path:
        return Path(self.record.path)


class TagFiles:
    def __init__(self, db: Database, precedence: Sequence[str], clock: Clock) -> None:
        self._db = db
        self._precedence = precedence
        self._clock = clock

    def put_in_place(
        self, some: Sequence[Planned], journal: Callable[[TagJournal], None]
    ) -> tuple[list[TagWriteRecord], list[Failure]]:
        """Give files their new contents. Returns what was written, and what was not.

        `journal` writes down beforehand what is about to be done.
        """
        with self._db.write() as conn:
            journal(TagJournal(conn))
        ready: list[tuple[Planned, Prepared]] = []
        refused: list[tuple[Planned, str]] = []
        for each in some:
            try:
                ready.append((each, _copied(each)))
            except (TagsNotWritten, UnreadableAudio) as error:
                refused.append((each, str(error)))
        done: list[TagWriteRecord] = []
        torn: list[Failure] = []
        with self._db.write() as conn:
            for each, prepared in ready:
                try:
                    swap(each.path, prepared)
                except HalfWritten as error:  # its copy and the journal stay, until it is mended
                    torn.append(Failure(each.record.path, str(error)))
                except TagsNotWritten as error:
                    discard(prepared.waiting)
                    refused.append((each, str(error)))
                else:
                    done.append(each.record)
            self._follow(conn, done)
            for each, _ in refused:
                self._withdraw(conn, each.record)
        settle({prepared.target.parent for _, prepared in ready})
        return done, [*torn, *(Failure(each.record.path, reason) for each, reason in refused)]

    def mend(self, record: TagWriteRecord) -> None:
        """Bring journal and library in line with a file that somebody died over."""
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
                    self._follow(conn, [record])
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

    def _follow(self, conn: Connection, records: Sequence[TagWriteRecord]) -> None:
        """Files have their new contents: the library knows them, and no scan finds anything changed."""
        journal, files, now = TagJournal(conn), FileRepository(conn), self._clock()
        for record in records:
            journal.set_state(record.id, _GOAL[record.state])
        there = files.get_many(each.file_id for each in records if each.file_id is not None)
        known = {each.file_id: each for each in records if each.file_id is not None and each.file_id in there}
        if not known:
            return
        files.put([facts_at(Path(each.path)) for each in known.values()], now)
        for file_id, record in known.items():
            files.set_content_hash(file_id, contents(record)[0])
        changes = {file_id: contents(record) for file_id, record in known.items()}
        AnalysisRepository(conn).follow({each: (old, new) for each, (new, old) in changes.items()})
        let_tags_speak(conn, list(known), self._precedence, now)


def _copied(planned: Planned) -> Prepared:
    """The new content, finished beside the file. Raises `TagsNotWritten` or `UnreadableAudio`."""
    path = planned.path
    prepared = prepare(path, planned.patch, planned.record.id, planned.mtime_ns)
    try:
        goal, _ = contents(planned.record)
        if prepared.seen != planned.stamp or hash_at(prepared.waiting) != goal:
            raise TagsNotWritten(f"{path.name} was changed by another program just now. Try again.")
        planned.check(prepared.waiting)
    except BaseException:
        discard(prepared.waiting)
        raise
    return prepared


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
