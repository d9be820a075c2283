"""Brings the library up to date with folders: lists them, reads what is new, links files to tracks."""

from __future__ import annotations

import contextlib
import gc
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from musiclib.analysis.worker import content_hash
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.records import FileFacts, FileMove, FileRecord, KnownFile
from musiclib.domain.ids import FileId, TrackId
from musiclib.domain.states import FileState
from musiclib.errors import FolderUnreadable
from musiclib.services.acts import Clock
from musiclib.services.file_facts import ReadFile
from musiclib.services.scan_compare import Differences, compare
from musiclib.services.scan_listing import Listed, Listing, is_within, list_audio, usable_folders
from musiclib.services.scan_mounts import Mounts
from musiclib.services.scan_moves import is_gone, of_same_content, pair_moved, without_clashes
from musiclib.services.scan_pace import Teller
from musiclib.services.scan_reading import RARELY, read_files
from musiclib.services.scan_tracks import FileLinker, hear_again
from musiclib.services.scan_types import BrokenFile, ScanOutcome, ScanPhase, ScanProgress

_CHUNK = 1000
"""Files of one transaction; whole folders, if they are not much larger."""
_MOST_OF_A_CHUNK = 3000
_LOOK_AGAIN_S = 0.1

Cancelled = Callable[[], bool]
T = TypeVar("T")


class ScanService:
    """Thread-safe. Files are read outside any transaction; each transaction takes about 1,000 of them."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        precedence: Sequence[str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db = db
        self._clock = clock
        self._precedence = precedence
        self._monotonic = monotonic
        self._alone = threading.Lock()

    def scan(
        self,
        folders: Iterable[Path],
        progress: Callable[[ScanProgress], None] = lambda progress: None,
        cancelled: Cancelled = lambda: False,
        *,
        emptied_are_gone: bool = False,
    ) -> ScanOutcome:
        """Bring the library up to date with the files of these folders; waits for a scan that runs already.

        Files that are as they were (size and time) are not opened; moved ones keep all that is known of them;
        those that are gone are marked and kept. A folder that is empty all at once is one whose disk is away,
        unless `emptied_are_gone`. When cancelled, what was read so far stays.

        A folder that cannot be read is named in the outcome. Raises `FolderUnreadable` before anything is
        changed if that is so of all, or if the files of the only one are gone at once.
        """
        roots, away = usable_folders(folders)
        teller = Teller(progress, self._monotonic)
        run = _Scan(self._db, self._clock, self._precedence, teller, cancelled, emptied_are_gone)
        run.kept += away
        while not self._alone.acquire(timeout=_LOOK_AGAIN_S):
            if cancelled():
                return run.outcome(cancelled=True)
        try:
            with _old_objects_left_alone():
                stopped = run.run(roots)
        finally:
            self._alone.release()
        teller.tell(ScanPhase.DONE, run.to_read, run.to_read, None)
        return run.outcome(stopped or cancelled())

    def again(self, folders: Sequence[Path], cancelled: Cancelled) -> ScanOutcome:
        """As `scan`, for whoever watches them."""
        return self.scan(folders, cancelled=cancelled)


@dataclass
class _Seen:
    root: Path
    listing: Listing
    known: list[KnownFile] = field(default_factory=list)


class _Scan:
    """One scan, and what has come of it so far."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        precedence: Sequence[str],
        teller: Teller,
        cancelled: Cancelled,
        emptied_are_gone: bool,
    ) -> None:
        self._db = db
        self._clock = clock
        self._precedence = precedence
        self._teller = teller
        self._cancelled = cancelled
        self._emptied_are_gone = emptied_are_gone
        self._linker = FileLinker(db, clock, precedence)
        self._maybe_moved: dict[str, list[KnownFile]] = {}
        self._paired: set[str] = set()
        self._broken: list[BrokenFile] = []
        self.kept: list[BrokenFile] = []
        self._heard: dict[TrackId, None] = {}
        self._added = self._changed = self._unchanged = self._missing = self._moved = 0
        self.to_read = 0

    def run(self, roots: Sequence[Path]) -> bool:
        """Returns whether it was stopped."""
        seen: list[_Seen] = []
        for root in roots:
            listing = self._list(root)
            if self._cancelled():
                return True
            seen.append(_Seen(root, listing))
        differences = self._compare_all(seen)
        to_read = self._settle(differences, roots)
        left_before = self._left_before(roots, to_read)
        self.to_read = len(to_read)
        return self._read_all(to_read) or self._mark_missing(differences) or self._link_left(left_before)

    def outcome(self, cancelled: bool) -> ScanOutcome:
        return ScanOutcome(
            added=self._added,
            changed=self._changed,
            unchanged=self._unchanged,
            missing=self._missing,
            broken=tuple(self._broken),
            linked=self._linker.linked,
            new_tracks=self._linker.new_tracks,
            cancelled=cancelled,
            track_ids=tuple(dict.fromkeys((*self._heard, *self._linker.track_ids))),
            album_ids=tuple(self._linker.album_ids),
            moved=self._moved,
            kept=tuple(self.kept),
        )

    # --- what is different --------------------------------------------------------------------------

    def _list(self, root: Path) -> Listing:
        def tick(count: int, folder: str) -> bool:
            self._teller.tell(ScanPhase.LISTING, count, None, Path(folder).name)
            return not self._cancelled()

        device = root.stat().st_dev
        listing = list_audio(root, tick)
        try:
            same = root.stat().st_dev == device
        except OSError:
            same = False
        if not same:
            raise FolderUnreadable(
                root, f"{root} went away while it was read. Connect its disk and try again."
            )
        return listing

    def _compare_all(self, seen: Sequence[_Seen]) -> Differences:
        with self._db.read() as conn:
            for each in seen:
                each.known = FileRepository(conn).known_under(str(each.root))
            mounts = Mounts(conn)
        total = Differences()
        for each in seen:
            self._refuse_emptied(each, alone=len(seen) == 1)
            away = mounts.away(str(each.root), each.listing)
            total.add(compare(each.listing, each.known, away, emptied_are_gone=self._emptied_are_gone))
            self._broken += each.listing.unreadable
        self._unchanged = total.unchanged
        if mounts.changed:
            with self._db.write() as conn:
                mounts.write(conn, self._clock)
        return total

    def _refuse_emptied(self, seen: _Seen, *, alone: bool) -> None:
        there = sum(each.state != FileState.MISSING for each in seen.known)
        if there and alone and not seen.listing.files and not self._emptied_are_gone:
            raise FolderUnreadable(
                seen.root,
                f"{seen.root} is empty, but {there} files were in it before. If its disk is not connected, "
                "connect it and scan again. Nothing was changed.",
            )

    def _settle(self, found: Differences, roots: Sequence[Path]) -> list[Listed]:
        """Write down what is known without opening a file; returns the files that must be read."""
        elsewhere = self._vanished_elsewhere(found.new, roots) if found.new else []
        emptied = [old for each in found.doubtful if each.emptied for old in each.files]
        vanished = [*found.gone, *found.missing, *emptied, *elsewhere]
        # A changed file may have been overwritten by another one, and its own content be elsewhere.
        written, was = found.overwritten()
        sure = pair_moved([*found.new, *written], [*vanished, *was])
        moves = without_clashes(sure.sure, {each.path for each in written})
        arrived = {each.path for each in moves}
        self._paired = {each.old for each in moves}
        left = [each for each in vanished if each.path not in self._paired]
        new = [each for each in found.new if each.path not in arrived]
        self._maybe_moved = pair_moved(new, left).maybe if left else {}
        for some in _chunks(moves, _CHUNK):
            with self._db.write() as conn:
                self._heard.update(dict.fromkeys(_tracks_of(conn, FileRepository(conn).move(some))))
        self._moved += len(moves)
        if found.back:
            with self._db.write() as conn:
                files = FileRepository(conn)
                back = list(files.ids_of(found.back).values())
                files.set_state(back, FileState.OK)
                self._hear_again(conn, back)
        return sorted(each for each in (*new, *found.changed) if each.path not in arrived)

    def _vanished_elsewhere(self, new: Sequence[Listed], roots: Sequence[Path]) -> list[KnownFile]:
        """Files of other folders that are as large as new ones here, and not there any more."""
        with self._db.read() as conn:
            alike = FileRepository(conn).as_large_as(each.size for each in new)
        here = tuple(str(root) for root in roots)
        return [
            each
            for each in alike
            if not is_within(each.path, here) and (each.state == FileState.MISSING or is_gone(each.path))
        ]

    def _mark_missing(self, found: Differences) -> bool:
        """After the reading: a file that vanished may have been found under another name."""
        self.kept += [asked for each in found.doubtful if (asked := each.asking(self._paired))]
        gone = [each.path for each in found.gone if each.path not in self._paired]
        if gone:
            with self._db.write() as conn:
                files = FileRepository(conn)
                files.set_state(ids := list(files.ids_of(gone).values()), FileState.MISSING)
                self._heard.update(dict.fromkeys(_tracks_of(conn, ids)))
        self._missing = len(gone)
        return False

    # --- reading and linking ------------------------------------------------------------------------

    def _read_all(self, to_read: Sequence[Listed]) -> bool:
        """Reads tags, keeps them and links the files; returns whether it was cancelled."""
        done = 0
        chunk: list[ReadFile] = []
        for batch in read_files(to_read, self._cancelled):
            done += len(batch)
            name = Path(batch[-1].facts.path).name
            self._teller.tell(ScanPhase.READING, done, len(to_read), name)
            for read in batch:
                if _is_full(chunk, read):
                    self._keep(chunk)
                    chunk = []
                chunk.append(read)
        stopped = done < len(to_read)
        if chunk:
            self._keep(chunk, link=not stopped)
        return stopped

    def _keep(self, chunk: Sequence[ReadFile], *, link: bool = True) -> None:
        moves = self._moved_by_content(chunk)
        arrived = {each.path for each in moves}
        read = [each for each in chunk if each.facts.path not in arrived]
        now = self._clock()
        with self._db.write() as conn:
            files = FileRepository(conn)
            if moves:
                self._heard.update(dict.fromkeys(_tracks_of(conn, files.move(moves))))
            known = files.ids_of(each.facts.path for each in read)
            if settled := _brought_up_to_date(files, known, read):
                read = [each for each in read if each.facts.path not in settled]
                known = {path: each for path, each in known.items() if path not in settled}
            ids = files.put([each.facts for each in read], now, known)
            self._hear_again(conn, list(known.values()))
            if link:
                linked = files.links_of(known.values())
                free = [
                    each
                    for each in read
                    if each.facts.state is FileState.OK and ids[each.facts.path] not in linked
                ]
                records = [_record(ids[each.facts.path], each.facts) for each in free]
                said = {ids[each.facts.path]: each.fields for each in free if each.named}
                self._linker.link(conn, records, said)
        self._moved += len(moves)
        for each in read:
            if each.facts.state is FileState.BROKEN:
                self._broken.append(BrokenFile(Path(each.facts.path), each.facts.reason or ""))
            elif each.facts.path in known:
                self._changed += 1
            else:
                self._added += 1

    def _moved_by_content(self, chunk: Sequence[ReadFile]) -> list[FileMove]:
        asked = {
            each.facts.path: [old for old in alike if old.path not in self._paired]
            for each in chunk
            if (alike := self._maybe_moved.get(each.facts.path)) and each.facts.state is FileState.OK
        }
        if not any(asked.values()):
            return []
        with self._db.read() as conn:
            records = FileRepository(conn).by_paths({old.path for some in asked.values() for old in some})
        moves: list[FileMove] = []
        for each in chunk:
            left = [old for old in asked.get(each.facts.path, ()) if old.path not in self._paired]
            old = of_same_content(each.facts, left, records, _hash_of) if left else None
            if old is not None:
                self._paired.add(old.path)
                moves.append(FileMove(old.path, each.facts.path, each.facts.mtime_ns))
        return moves

    def _hear_again(self, conn: Connection, file_ids: Sequence[FileId]) -> None:
        if file_ids:
            tracks = hear_again(conn, file_ids, self._precedence, self._clock)
            self._heard.update(dict.fromkeys(tracks))

    def _left_before(self, roots: Sequence[Path], to_read: Sequence[Listed]) -> list[FileRecord]:
        """Files earlier scans have left without a track: a list pasted since may have theirs."""
        read = {each.path for each in to_read}
        with self._db.read() as conn:
            files = FileRepository(conn)
            return [each for root in roots for each in files.unlinked(str(root)) if each.path not in read]

    def _link_left(self, files: Sequence[FileRecord]) -> bool:
        done = 0
        for chunk in _chunks(files, _CHUNK):
            if self._cancelled():
                return True
            with self._db.write() as conn:
                self._linker.link(conn, chunk, {})
            done += len(chunk)
            self._teller.tell(ScanPhase.MATCHING, done, len(files), None)
        return False


@contextlib.contextmanager
def _old_objects_left_alone() -> Iterator[None]:
    """Each thousand of new objects has the collector look through all others: a tenth of a scan."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _brought_up_to_date(
    files: FileRepository, known: Mapping[str, FileId], read: Sequence[ReadFile]
) -> set[str]:
    """Paths of which the library knows by now what was read, or newer: somebody has written their tags."""
    there = files.get_many(known.values())
    stamps = {each.path: (each.size, each.mtime_ns) for each in there.values() if each.state is FileState.OK}
    return {
        each.facts.path
        for each in read
        if stamps.get(each.facts.path) == (each.facts.size, each.facts.mtime_ns)
    }


def _hash_of(path: str) -> str | None:
    try:
        return content_hash(Path(path))
    except OSError:
        return None


def _tracks_of(conn: Connection, file_ids: Iterable[FileId]) -> list[TrackId]:
    links = FileRepository(conn).links_of(file_ids)
    return [link.track_id for some in links.values() for link in some]


def _record(file_id: FileId, facts: FileFacts) -> FileRecord:
    return FileRecord(
        file_id,
        facts.path,
        facts.size,
        facts.mtime_ns,
        None,
        facts.state,
        facts.match_key,
        facts.duration_s,
        facts.tags,
    )


def _is_full(chunk: Sequence[ReadFile], coming: ReadFile) -> bool:
    """Whether a chunk ends before a file: at the end of a folder, if that is not too far."""
    if len(chunk) < _CHUNK:
        return False
    folders = (os.path.dirname(each.facts.path) for each in (chunk[-1], coming))  # noqa: PTH120
    return len(chunk) >= _MOST_OF_A_CHUNK or next(folders) != next(folders)


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
