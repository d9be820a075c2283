"""Adds audio files: lists folders, reads tags, links files to pasted tracks, makes tracks of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.records import FileFacts, FileRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, FileId, TrackId
from musiclib.domain.states import FileState, TaskKind
from musiclib.errors import FolderUnreadable
from musiclib.services.acts import Clock
from musiclib.services.file_facts import facts_of
from musiclib.services.file_matcher import FileMatcher
from musiclib.services.scan_listing import Listed, Listing, checked_folders, list_audio
from musiclib.services.scan_tracks import FileLinker
from musiclib.services.scan_types import BrokenFile, ScanOutcome, ScanPhase, ScanProgress

_CHUNK = 500
_READERS = 4

T = TypeVar("T")


@dataclass
class _Tally:
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0
    broken: list[BrokenFile] = field(default_factory=list)
    linked: int = 0
    new_tracks: int = 0
    track_ids: dict[TrackId, None] = field(default_factory=dict)
    album_ids: dict[AlbumId, None] = field(default_factory=dict)


class ScanService:
    """Thread-safe. Files are read outside any transaction; each transaction takes about 500 of them."""

    def __init__(self, db: Database, clock: Clock, precedence: Sequence[str]) -> None:
        self._db = db
        self._clock = clock
        self._precedence = precedence

    def scan(
        self,
        folders: Iterable[Path],
        progress: Callable[[ScanProgress], None] = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> ScanOutcome:
        """Bring the library up to date with the files of these folders.

        Files that are as they were (size and time) are not opened; those that are gone are marked and
        kept. When cancelled, what was read so far stays. Raises `FolderUnreadable` before anything is
        changed if a folder cannot be read, or if all its files are gone at once (an unmounted disk).
        """
        roots = checked_folders(folders)
        scanned: list[tuple[Path, Listing, list[FileRecord]]] = []
        for root in roots:

            def tick(count: int, folder: str) -> bool:
                progress(ScanProgress(ScanPhase.LISTING, count, None, Path(folder).name))
                return not cancelled()

            listing = list_audio(root, tick)
            if cancelled():
                break
            scanned.append((root, listing, self._known_under(root, listing)))
        tally = _Tally()
        to_read: list[Listed] = []
        if not cancelled():
            for _, listing, known in scanned:
                to_read += self._compare(listing, known, tally)
        stopped = self._read_all(to_read, tally, progress, cancelled)
        if not stopped:
            stopped = self._match_all(roots, tally, progress, cancelled)
        total = len(to_read)
        progress(ScanProgress(ScanPhase.DONE, total, total, None))
        return ScanOutcome(
            added=tally.added,
            changed=tally.changed,
            unchanged=tally.unchanged,
            missing=tally.missing,
            broken=tuple(tally.broken),
            linked=tally.linked,
            new_tracks=tally.new_tracks,
            cancelled=stopped or cancelled(),
            track_ids=tuple(tally.track_ids),
            album_ids=tuple(tally.album_ids),
        )

    def _known_under(self, root: Path, listing: Listing) -> list[FileRecord]:
        with self._db.read() as conn:
            known = FileRepository(conn).under(str(root))
        there = sum(each.state is not FileState.MISSING for each in known)
        if there and not listing.files:
            raise FolderUnreadable(
                root,
                f"{root} is empty, but {there} files were in it before. If its disk is not connected, "
                "connect it and scan again. Nothing was changed.",
            )
        return known

    def _compare(self, listing: Listing, known: Sequence[FileRecord], tally: _Tally) -> list[Listed]:
        """Which files must be read. Marks those that are gone, and those that are back."""
        tally.broken += listing.unreadable
        before = {each.path: each for each in known}
        to_read: list[Listed] = []
        back: list[FileId] = []
        for path, listed in listing.files.items():
            old = before.get(path)
            same = old is not None and (old.size, old.mtime_ns) == (listed.size, listed.mtime_ns)
            if old is None or not same or _may_be_well_again(old):
                to_read.append(listed)
                continue
            tally.unchanged += 1
            if old.state is FileState.MISSING:
                back.append(old.id)
        gone = [
            each.id
            for each in known
            if each.path not in listing.files
            and each.state is not FileState.MISSING
            and not listing.hides(each.path)
        ]
        tally.missing += len(gone)
        if gone or back:
            with self._db.write() as conn:
                files = FileRepository(conn)
                files.set_state(gone, FileState.MISSING)
                files.set_state(back, FileState.OK)
                self._measure_again(conn, back, tally)
        return to_read

    def _read_all(
        self,
        to_read: Sequence[Listed],
        tally: _Tally,
        progress: Callable[[ScanProgress], None],
        cancelled: Callable[[], bool],
    ) -> bool:
        """Reads tags and keeps them; returns whether it was cancelled."""
        done = 0
        with ThreadPoolExecutor(_READERS, thread_name_prefix="scan") as pool:
            for chunk in _chunks(to_read):
                facts: list[FileFacts] = []
                for listed, read in zip(chunk, pool.map(facts_of, chunk), strict=True):
                    facts.append(read)
                    done += 1
                    name = Path(listed.path).name
                    progress(ScanProgress(ScanPhase.READING, done, len(to_read), name))
                    if cancelled():
                        break
                self._keep(facts, tally)
                if cancelled():
                    return True
        return False

    def _keep(self, facts: Sequence[FileFacts], tally: _Tally) -> None:
        with self._db.write() as conn:
            files = FileRepository(conn)
            before = files.by_paths(each.path for each in facts)
            ids = files.put(facts, self._clock())
            changed = [ids[path] for path in before]
            self._measure_again(conn, changed, tally)
        for each in facts:
            if each.state is FileState.BROKEN:
                tally.broken.append(BrokenFile(Path(each.path), each.reason or ""))
            elif each.path in before:
                tally.changed += 1
            else:
                tally.added += 1

    def _measure_again(self, conn: Connection, file_ids: Sequence[FileId], tally: _Tally) -> None:
        """Another content, or a file that is back: its tracks are measured anew."""
        links = FileRepository(conn).links_of(file_ids)
        tracks = list(dict.fromkeys(link.track_id for some in links.values() for link in some))
        EnrichmentTaskRepository(conn).requeue(tracks, TaskKind.AUDIO, self._clock())
        tally.track_ids.update(dict.fromkeys(tracks))

    def _match_all(
        self,
        roots: Sequence[Path],
        tally: _Tally,
        progress: Callable[[ScanProgress], None],
        cancelled: Callable[[], bool],
    ) -> bool:
        """Links the files of these folders that belong to no track yet; returns whether it was cancelled."""
        with self._db.read() as conn:
            inside = [str(root).rstrip("/\\") for root in roots]
            files = [
                each
                for each in FileRepository(conn).unlinked()
                if any(Path(each.path).is_relative_to(root) for root in inside)
            ]
            matcher = FileMatcher(TrackRepository(conn).all(without_file=True))
        linker = FileLinker(self._db, matcher, self._clock, self._precedence)
        left: list[FileRecord] = []
        done = 0
        for chunk in _chunks(files):
            if cancelled():
                return True
            left += linker.link_pasted(chunk)
            done += len(chunk)
            progress(ScanProgress(ScanPhase.MATCHING, done, len(files), None))
        for chunk in _chunks(linker.worth_a_track(left)):
            if cancelled():
                return True
            linker.make_tracks(chunk)
        tally.linked += linker.linked
        tally.new_tracks += linker.new_tracks
        tally.track_ids.update(linker.track_ids)
        tally.album_ids.update(linker.album_ids)
        return False


def _may_be_well_again(file: FileRecord) -> bool:
    """Whether a file is worth another look although it did not change: one that could not be opened.

    One that was read to its end, as its hash shows, and held no audio, holds none now.
    """
    return file.state is FileState.BROKEN and file.content_hash is None


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
