"""Duplicates: found, laid side by side, merged, told apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from pathlib import Path

from musiclib.db import queries
from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.duplicates import DuplicateRepository
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.fingerprints import FingerprintRepository
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.track_detail import file_rows
from musiclib.db.tracks import TrackRepository
from musiclib.domain import duplicates
from musiclib.domain.duplicates import By, Group, pair_of
from musiclib.domain.ids import AlbumId, FileId, TrackId
from musiclib.domain.merging import Merge, conflicts
from musiclib.domain.rows import FileRow
from musiclib.domain.states import FileState
from musiclib.errors import BadInput
from musiclib.services.acts import Acts, Clock
from musiclib.services.changes import Change, counted
from musiclib.services.duplicate_types import Case, Discarded, Duplicates, Member, best_first
from musiclib.services.fingerprints import sounding_alike
from musiclib.services.merging import decided, merge_tracks
from musiclib.services.trash import Discard, move_to_trash

_IN_TRASH = "It was moved to the trash as a duplicate."


class DuplicateService:
    """Thread-safe; not for the GUI thread, since all tracks are read."""

    def __init__(
        self,
        db: Database,
        acts: Acts,
        clock: Clock,
        precedence: Sequence[str],
        discard: Discard = move_to_trash,
    ) -> None:
        self._db, self._acts, self._clock, self._precedence = db, acts, clock, precedence
        self._discard = discard

    def find(self, by: Collection[By] = (By.ISRC, By.TAGS)) -> Duplicates:
        """All groups of tracks that are taken for one recording; nothing is changed."""
        with self._db.read() as conn:
            repository = DuplicateRepository(conn)
            sets = list(duplicates.together(repository.clues(), by))
            notes: list[str] = []
            if By.FINGERPRINT in by:
                sets += [(By.FINGERPRINT, ids) for ids in sounding_alike(conn)]
                lacking = len(FingerprintRepository(conn).to_hear())
                if lacking:
                    notes.append(f"{counted(lacking, 'file')} without a fingerprint could not be compared.")
            copies = repository.copies({each for _, ids in sets for each in ids})
            groups = duplicates.groups(copies, sets, repository.apart())
        return Duplicates(tuple(groups), tuple(notes))

    def cases(self, groups: Sequence[Group]) -> list[Case]:
        """The groups with all that is compared; those of which a track is gone are left out."""
        ids = [each for group in groups for each in group.tracks]
        with self._db.read() as conn:
            rows = {row.id: row for row in queries.track_rows(conn, ids, self._clock())}
            records = TrackRepository(conn).get_many(ids)
            said = TrackMetadataRepository(conn).of(ids)
            files = file_rows(conn, ids)
            linked = FileRepository(conn).links_of(each.id for some in files.values() for each in some)
            albums = _albums(conn, ids)
        cases: list[Case] = []
        for group in groups:
            if any(each not in rows for each in group.tracks):
                continue
            by_hand = decided(records, said, group.tracks)
            members = tuple(
                Member(
                    rows[each.id],
                    tuple(best_first(files.get(each.id, ()))),
                    tuple(albums.get(each.id, ())),
                    each.values,
                    records[each.id].match_locked,
                    records[each.id].art_locked,
                )
                for each in by_hand
            )
            inside = set(group.tracks)
            own = [
                file
                for member in members
                for file in member.files
                if inside.issuperset(link.track_id for link in linked[file.id])
            ]
            cases.append(Case(group, members, conflicts(by_hand), tuple(_superfluous(members, own))))
        return cases

    def merge(self, merges: Sequence[Merge]) -> Change:
        """Make one track of each, in one act.

        The kept one takes the places on albums, the files, what a person set, and what it lacks. Raises
        `BadInput` where what a person set differs and the merge does not choose, `NotInLibrary` if a track
        is gone; nothing is changed then.
        """
        with self._acts.begin("merge") as doing:
            act = doing.act
            count = sum(len(each.gone) for each in merges)
            first = TrackRepository(act.conn).get(merges[0].kept) if len(merges) == 1 else None
            if first is not None:
                act.summary = f"{counted(count, 'duplicate')} of “{first.artist} - {first.title}” merged"
            else:
                act.summary = f"{counted(count, 'duplicate')} merged into {counted(len(merges), 'track')}"
            merge_tracks(act, merges, self._precedence)
        return doing.done

    def tell_apart(self, track_ids: Sequence[TrackId]) -> Change:
        """Remember that no two of these are duplicates."""
        if len(set(track_ids)) < 2:
            raise BadInput("Name two or more tracks that are no duplicates of each other.")
        with self._acts.begin("not_duplicates") as doing:
            act = doing.act
            records = TrackRepository(act.conn).get_many(track_ids)
            act.watch(records)
            first = next(iter(records.values()), None)
            name = f"“{first.artist} - {first.title}”" if first else "Tracks that are gone"
            act.summary = f"{name}: {counted(len(records), 'track')} told apart"
            pairs = [pair_of(one, other) for one, other in combinations(records, 2)]
            DuplicateRepository(act.conn).set_apart(pairs)
        return doing.done

    def discard(self, file_ids: Iterable[FileId]) -> Discarded:
        """Move files to the trash. They stay known, as missing: undoing a merge does not bring them back.

        A file that is the only readable one of a track stays where it is.
        """
        gone: list[str] = []
        failed: list[tuple[str, str]] = []
        for file_id in dict.fromkeys(file_ids):
            with self._db.read() as conn:
                file = FileRepository(conn).get(file_id)
                needed = file is not None and _is_needed(conn, file_id)
            if file is None:
                continue
            if needed:
                failed.append((file.path, "it is the only file of its track that can be read"))
                continue
            try:
                self._discard(Path(file.path))
            except OSError as error:
                failed.append((file.path, error.strerror or str(error)))
                continue
            gone.append(file.path)
            with self._db.write() as conn:
                FileRepository(conn).set_state([file_id], FileState.MISSING, _IN_TRASH)
        return Discarded(tuple(gone), tuple(failed))


def _albums(conn: Connection, ids: Sequence[TrackId]) -> dict[TrackId, list[tuple[AlbumId, str]]]:
    albums = AlbumRepository(conn)
    of = albums.albums_of(ids)
    titles = albums.titles({each for some in of.values() for each in some})
    return {track_id: [(each, titles[each]) for each in some] for track_id, some in of.items()}


def _superfluous(members: Sequence[Member], own: Sequence[FileRow]) -> list[FileRow]:
    """The best file of all stays, whoever has it."""
    readable = [each for member in members for each in member.files if each.state is FileState.OK]
    best = best_first(readable)[:1]
    return [each for each in best_first(own) if each.state is FileState.OK and each not in best]


def _is_needed(conn: Connection, file_id: FileId) -> bool:
    files = FileRepository(conn)
    tracks = [link.track_id for link in files.links_of([file_id]).get(file_id, ())]
    others = files.files_of(tracks)
    return any(
        all(each.id == file_id or each.state is not FileState.OK for each in others.get(track_id, ()))
        for track_id in tracks
    )
