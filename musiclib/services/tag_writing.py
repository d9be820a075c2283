"""Writes what the library knows into the tags of files, and takes it back byte for byte."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from musiclib.analysis.worker import content_hash, hash_of
from musiclib.db.art import ArtRepository
from musiclib.db.art_files import ArtFiles
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_id
from musiclib.db.records import FileRecord
from musiclib.db.tag_journal import TagJournal, TagWriteRecord
from musiclib.domain.ids import ArtId, FileId, TrackId
from musiclib.domain.states import TagWriteState
from musiclib.domain.tag_fields import TagField
from musiclib.domain.tag_values import KeyRules
from musiclib.errors import ChangedSince, NotInLibrary, UnreadableAudio
from musiclib.services.acts import Acts, Clock, Turn, Turned
from musiclib.services.changes import Change, counted
from musiclib.services.tag_files import Planned, TagFiles, contents, hash_at, moved_to
from musiclib.services.tag_planning import TagPlanner
from musiclib.services.tag_types import (
    Cancelled,
    CellState,
    Choice,
    Failure,
    Progress,
    TagCell,
    TagOutcome,
    TagRow,
    TagSelection,
)
from musiclib.settings import SettingsInForce
from musiclib.tags.replacing import Stamp, reason_of
from musiclib.tags.splices import OtherContent, Patch, back, decode, encode, patched, pieces_of
from musiclib.tags.wanted import Cover, TagsNotWritten, Wanted

_log = logging.getLogger(__name__)

KIND = "tag_write"
_AT_ONCE = 16
"""Files of one transaction; it holds the lock of the library while they are renamed."""
_GIVEN_UP = timedelta(hours=1)
"""Whoever has been at one file for so long is not at it any more."""
_BUG = "Something went wrong inside the program; the file was left as it is. The log has the details."
_OTHER = "was changed again since"


def _never() -> bool:
    return False


def _silent(done: int, total: int, name: str) -> None:
    """Nobody watches."""


@dataclass
class _Tally:
    written: int = 0
    same: int = 0
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A file to be written, and how its contents differ, as the journal keeps it."""

    planned: Planned
    patch: bytes
    pieces: dict[str, bytes]


class TagWritingService:
    """Thread-safe. Reads and writes files while its caller waits: call it from a thread.

    Files are written only by `write`, and by taking that back or doing it again: acts of a person.
    """

    def __init__(
        self,
        db: Database,
        acts: Acts,
        settings: SettingsInForce,
        clock: Clock,
        precedence: Sequence[str],
        art: ArtFiles,
        worker_id: str,
        is_dead: Callable[[str], bool],
    ) -> None:
        """`worker_id` names this process in the journal; `is_dead` says whether one of a name surely is."""
        self._db = db
        self._acts = acts
        self._settings = settings
        self._clock = clock
        self._art = art
        self._worker_id = worker_id
        self._is_dead = is_dead
        self._files = TagFiles(db, precedence, clock)

    def files_at(self, paths: Sequence[Path]) -> TagSelection:
        """These files alone. Raises `NotInLibrary` naming the first that is none of any track."""
        named = {os.path.abspath(each): each for each in paths}  # noqa: PTH100 (keeps links, as a scan does)
        with self._db.read() as conn:
            files = FileRepository(conn)
            ids = files.ids_of(named)
            links = files.links_of(ids.values())
        for path, given in named.items():
            if path not in ids or ids[path] not in links:
                raise NotInLibrary(f"{given} is no file of a track of this library. Scan its folder first.")
        return TagSelection([links[ids[path]][0].track_id for path in named], only=frozenset(named))

    def preview(self, selection: TagSelection, fields: Sequence[TagField]) -> tuple[int, Iterator[TagRow]]:
        """How many files the selection has, and what would be written into each as they are read in turn.

        Changes nothing.
        """
        settings = self._settings.now
        rules = KeyRules(settings.tag_key_notation, settings.tag_key_place)
        return TagPlanner(self._db, rules).rows(selection, fields)

    def write(
        self, choices: Sequence[Choice], progress: Progress = _silent, cancelled: Cancelled = _never
    ) -> TagOutcome:
        """Write what a preview showed and a person left ticked: one act of the history.

        A file that is not as the preview saw it is left alone, as is one that cannot be written; the others
        are written all the same. Broken off, what is written stays, and can be taken back.
        """
        run_id, tally, begun = new_id(), _Tally(), 0
        try:
            for start in range(0, len(choices), _AT_ONCE):
                if cancelled():
                    break
                some = choices[start : start + _AT_ONCE]
                self._write_some(run_id, some, tally)
                begun += len(some)
                progress(begun, len(choices), Path(some[-1].row.path).name)
        finally:
            change = self._finish(run_id)
        return TagOutcome(tally.written, tally.same, tuple(tally.failures), len(choices) - begun, change)

    # --- writing ------------------------------------------------------------------------------------

    def _write_some(self, run_id: UUID, some: Sequence[Choice], tally: _Tally) -> None:
        drafts: list[_Draft] = []
        for choice in some:
            try:
                draft = self._draft(run_id, choice)
            except (TagsNotWritten, UnreadableAudio) as error:
                tally.failures.append(Failure(choice.row.path, str(error)))
                continue
            except Exception:  # noqa: BLE001 (one file among thousands ends no run; the log tells)
                _log.exception("the tags of a file could not be written")
                tally.failures.append(Failure(choice.row.path, _BUG))
                continue
            if draft is None:
                tally.same += 1
            else:
                drafts.append(draft)
        if not drafts:
            return
        patches = {each.planned.record.id: each.patch for each in drafts}
        pieces = {digest: content for each in drafts for digest, content in each.pieces.items()}
        done = self._put(
            [each.planned for each in drafts],
            lambda journal: journal.add([each.planned.record for each in drafts], patches, pieces),
            tally,
        )
        tally.written += len(done)

    def _put(
        self, some: Sequence[Planned], write_down: Callable[[TagJournal], None], tally: _Tally
    ) -> list[TagWriteRecord]:
        try:
            done, failures = self._files.put_in_place(some, write_down)
        except BaseException:
            for each in some:  # the library could not keep what it was told: the files tell
                self._files.mend(each.record)
            raise
        tally.failures += failures
        return done

    def _draft(self, run_id: UUID, choice: Choice) -> _Draft | None:
        """What a file is to become; None where there is nothing to change."""
        from musiclib.tags import reader, writer

        row, path = choice.row, Path(choice.row.path)
        if row.problem:
            raise TagsNotWritten(row.problem)
        cells = [
            each for each in row.cells if each.state is CellState.CHANGES and each.field in choice.fields
        ]
        if not cells:
            return None
        stamp = Stamp(row.size, row.mtime_ns)
        try:
            if Stamp.of(path) != stamp:
                raise TagsNotWritten(f"{path.name} was changed since the preview. Look at it again.")
            tags = reader.read_whole(path)
            wanted = self._wanted(cells)
            patch = writer.patch_for(path, tags, wanted)
            if not patch:
                return None
            before, after = content_hash(path), _hash_after(path, patch)
        except OtherContent as error:
            raise TagsNotWritten(f"{path.name} was changed since the preview. Look at it again.") from error
        except OSError as error:
            raise TagsNotWritten(reason_of(path, error)) from error
        record = TagWriteRecord(
            id=new_id(),
            run_id=run_id,
            file_id=row.file_id,
            path=row.path,
            state=TagWriteState.WRITING,
            worker_id=self._worker_id,
            hash_before=before,
            hash_after=after,
            mtime_before_ns=row.mtime_ns,
            said={each.field.value: [each.old, each.new] for each in cells},
            begun_at=self._clock(),
        )
        mtime_ns = row.mtime_ns if self._settings.now.tag_keep_times else None
        check = partial(writer.check_written, before=tags, wanted=wanted)
        return _Draft(Planned(record, patch, stamp, mtime_ns, check), *encode(patch))

    def _wanted(self, cells: Sequence[TagCell]) -> Wanted:
        texts = {name: values for each in cells for name, values in each.texts.items()}
        art = next((each.art_id for each in cells if each.art_id is not None), None)
        return Wanted(texts, self._cover(art) if art is not None else None, self._settings.now.id3_version)

    def _cover(self, art_id: ArtId) -> Cover:
        with self._db.read() as conn:
            facts = ArtRepository(conn).get(art_id)
        try:
            if facts is None:
                raise FileNotFoundError
            data = self._art.path(facts.sha256, facts.mime).read_bytes()
        except OSError as error:
            raise TagsNotWritten("The picture of the library cannot be read. Choose it again.") from error
        return Cover(facts.mime, facts.width, facts.height, data)

    def _finish(self, run_id: UUID) -> Change | None:
        """Tell the history of an act; None if nothing was written."""
        with self._db.read() as conn:
            journal = TagJournal(conn)
            written, tracks = journal.of_run(run_id, [TagWriteState.WRITTEN]), journal.tracks_of(run_id)
        if not written:
            return None
        with self._acts.begin(KIND) as doing:
            act = doing.act
            act.summary = f"Tags of {counted(len(written), 'file')} written"
            act.reached = tracks
            act.extra["run"] = str(run_id)
            TagJournal(act.conn).finish(run_id)
        return doing.done

    # --- taking back, and doing again -----------------------------------------------------------------

    def undo(self, turn: Turn) -> Turned:
        """See `TakesBack`: a file that holds anything else than was written stops it, or is left out."""
        return self._turn(turn, TagWriteState.WRITTEN, TagWriteState.UNDOING)

    def redo(self, turn: Turn) -> Turned:
        """As `undo`."""
        return self._turn(turn, TagWriteState.UNDONE, TagWriteState.REDOING)

    def _turn(self, turn: Turn, stand: TagWriteState, going: TagWriteState) -> Turned:
        run_id, tally = UUID(turn.payload["run"]), _Tally()
        with self._db.read() as conn:
            journal = TagJournal(conn)
            records = [moved_to(conn, each) for each in journal.of_run(run_id, [stand])]
            tracks = journal.tracks_of(run_id)
            files = FileRepository(conn).get_many(each.file_id for each in records if each.file_id)
        other = {each.id: reason for each in records if (reason := _other(each, files, going))}
        tally.failures += [Failure(each.path, other[each.id]) for each in records if each.id in other]
        if other and not turn.keep_changed:
            later = self._written_later(records, other)
            raise ChangedSince(_told(tally.failures), later, keepable=not later and len(other) < len(records))
        records = [each for each in records if each.id not in other]
        for start in range(0, len(records), _AT_ONCE):
            now = self._clock()
            some = [
                replace(each, state=going, worker_id=self._worker_id, begun_at=now)
                for each in records[start : start + _AT_ONCE]
            ]
            self._turn_some(some, tally)
        if tally.failures and not tally.written:
            raise ChangedSince(_told(tally.failures))
        with turn.end():
            pass
        return Turned(tracks, note=_told(tally.failures))

    def _written_later(self, records: Sequence[TagWriteRecord], other: Collection[UUID]) -> list[TrackId]:
        """The tracks of files that a later act wrote, of those that hold something else."""
        with self._db.read() as conn:
            journal = TagJournal(conn)
            later = [
                each.file_id
                for each in records
                if each.id in other and each.file_id is not None and journal.written_later(each)
            ]
            links = FileRepository(conn).links_of(later)
        return [link.track_id for some in links.values() for link in some]

    def _turn_some(self, records: Sequence[TagWriteRecord], tally: _Tally) -> None:
        planned: list[Planned] = []
        for record in records:
            try:
                planned.append(self._planned_turn(record))
            except TagsNotWritten as error:
                tally.failures.append(Failure(record.path, str(error)))
        if planned:
            done = self._put(planned, lambda journal: journal.take(each.record for each in planned), tally)
            tally.written += len(done)

    def _planned_turn(self, record: TagWriteRecord) -> Planned:
        undoing = record.state is TagWriteState.UNDOING
        path = Path(record.path)
        _, now = contents(record)
        try:
            stamp = Stamp.of(path)
            if content_hash(path) != now:
                raise TagsNotWritten(f"{path.name} {_OTHER}.")
        except OSError as error:
            raise TagsNotWritten(reason_of(path, error)) from error
        patch = self._patch(record)
        keep = self._settings.now.tag_keep_times
        mtime_ns = record.mtime_before_ns if undoing else stamp.mtime_ns if keep else None
        return Planned(record, back(patch) if undoing else patch, stamp, mtime_ns)

    def _patch(self, record: TagWriteRecord) -> Patch:
        with self._db.read() as conn:
            journal = TagJournal(conn)
            stored = journal.patch(record.id)
            return decode(stored, journal.pieces(pieces_of(stored)))

    # --- after a crash ----------------------------------------------------------------------------------

    def recover(self) -> None:
        """Put in order what a process has left that died over it; of no effect where none has."""
        with self._db.read() as conn:
            journal = TagJournal(conn)
            left, runs = journal.unsettled(), journal.unfinished_runs()
        before = self._clock() - _GIVEN_UP
        for record in left:
            if self._is_dead(record.worker_id) or record.begun_at < before:
                self._files.mend(record)
        for run_id, worker_id in runs.items():
            if self._is_dead(worker_id):
                self._finish(run_id)


def _hash_after(path: Path, patch: Patch) -> str:
    with path.open("rb") as file:
        return hash_of(patched(file, patch))


def _other(record: TagWriteRecord, files: Mapping[FileId, FileRecord], going: TagWriteState) -> str | None:
    """Why a file is not what an act has left; None if it is, by its size and time, or by its bytes."""
    path = Path(record.path)
    known = files.get(record.file_id) if record.file_id is not None else None
    try:
        stamp = Stamp.of(path)
    except OSError as error:
        return reason_of(path, error)
    _, now = contents(replace(record, state=going))
    if known is not None and known.content_hash == now and stamp == Stamp(known.size, known.mtime_ns):
        return None
    return None if hash_at(path) == now else f"{path.name} {_OTHER}."


def _told(failures: Sequence[Failure]) -> str:
    """Why some files are not turned; the first in full."""
    if not failures:
        return ""
    others = len(failures) - 1
    more = f" {counted(others, 'other file')} cannot be turned either." if others else ""
    return failures[0].reason + more
