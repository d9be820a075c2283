"""What scanned files are: files of pasted tracks, or tracks of their own on albums of their own."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from musiclib.db.connection import Connection
from musiclib.db.effective import credits_of, remerge
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_ids
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import FileLink, FileRecord, NewTrack, SourceValues, TrackRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.file_matching import from_tags, score_file_prepared
from musiclib.domain.ids import AlbumId, FileId, TrackId
from musiclib.domain.matching import Prepared, prepare
from musiclib.domain.provenance import Plain
from musiclib.domain.states import Source, TaskKind
from musiclib.providers.file_tags import tag_fields
from musiclib.services.acts import Clock
from musiclib.services.file_facts import tags_of
from musiclib.services.file_matcher import SURE, FileMatch, FileMatcher, recording_of
from musiclib.services.scan_albums import add_to_albums

Fields = Mapping[FileId, Mapping[str, Plain]]
"""What the tags of files say under the names of `MERGED_FIELDS`, where somebody has worked it out already."""


class FileLinker:
    """Links files in chunks, each one transaction; what was done adds up in its attributes."""

    def __init__(self, db: Database, clock: Clock, precedence: Sequence[str]) -> None:
        self._db = db
        self._clock = clock
        self._precedence = precedence
        self._matcher: FileMatcher | None = None
        self.linked = 0
        self.new_tracks = 0
        self.track_ids: dict[TrackId, None] = {}
        self.album_ids: dict[AlbumId, None] = {}

    def link(self, conn: Connection, files: Sequence[FileRecord], said: Fields) -> None:
        """Link files of no track to the pasted tracks they surely are, and make tracks of the others.

        `conn` is the write transaction; whole folders belong in one call.
        """
        refused = FileRepository(conn).refused(file.id for file in files)
        left = self._link_pasted(conn, files, refused)
        named = [
            file
            for file in left
            if file.id not in refused and (file.id in said or from_tags(tags_of(file)) is not None)
        ]
        if made := _worth_a_track(conn, named, left):
            self._make_tracks(conn, made, said)

    def _link_pasted(
        self, conn: Connection, files: Sequence[FileRecord], refused: Mapping[FileId, set[TrackId]]
    ) -> list[FileRecord]:
        """Returns the files that are none of the tracks a file is looked for."""
        if self._matcher is None:
            self._matcher = FileMatcher(TrackRepository(conn).keys_without_file(), self._load)
        if not self._matcher:
            return list(files)
        found: list[tuple[FileRecord, FileMatch]] = []
        left: list[FileRecord] = []
        for file in files:
            match = self._matcher.find(tags_of(file), _stem(file), refused.get(file.id, ()))
            if match is None:
                left.append(file)
                continue
            found.append((file, match))
            self._matcher.remove(match.track_id)
        if found:
            there = TrackRepository(conn).get_many(match.track_id for _, match in found)
            kept = [(file, match) for file, match in found if match.track_id in there]
            link_files(conn, kept, self._precedence, self._clock)
            self.linked += len(kept)
            self.track_ids.update((match.track_id, None) for _, match in kept)
        return left

    def _load(self, track_ids: Collection[TrackId]) -> Mapping[TrackId, TrackRecord]:
        with self._db.read() as conn:
            return TrackRepository(conn).get_many(track_ids)

    def _make_tracks(self, conn: Connection, files: Sequence[FileRecord], said: Fields) -> None:
        """Make tracks of files that say what they are, on albums by album tag, else by folder.

        Another file of a track that is there, or of one made just now, becomes one more file of it.
        """
        matches, new = _same_or_new(conn, files)
        made = {matches[file.id].track_id: file for file in new}
        others = [file for file in files if matches[file.id].score < _ITSELF]
        _insert_tracks(conn, made, said, self._clock)
        if others:
            found = [(file, matches[file.id]) for file in others]
            old = [(file, match) for file, match in found if match.track_id not in made]
            link_files(conn, old, self._precedence, self._clock)
            again = [FileLink(m.track_id, f.id, m.score) for f, m in found if m.track_id in made]
            FileRepository(conn).link(again, self._clock())
        of_files = {file.id: matches[file.id].track_id for file in files}
        self.album_ids.update(dict.fromkeys(add_to_albums(conn, files, of_files, self._clock)))
        self.linked += len(others)
        self.new_tracks += len(new)
        self.track_ids.update((match.track_id, None) for match in matches.values())


_ITSELF = 101.0
"""The score of a file with the track that is made of it, which is stored as 100."""


def _insert_tracks(conn: Connection, made: Mapping[TrackId, FileRecord], said: Fields, clock: Clock) -> None:
    """Tracks nobody has seen yet: what their file says is all that is said of them."""
    now = clock()
    values = {track_id: said.get(file.id) or fields_of(file) for track_id, file in made.items()}
    tracks = TrackRepository(conn)
    tracks.add([NewTrack(each, made[each].match_key, fields) for each, fields in values.items()], now)
    tracks.add_credits({each: credits_of(str(fields["artist"])) for each, fields in values.items()}, now)
    FileRepository(conn).link_new([FileLink(each, file.id, 100.0) for each, file in made.items()], now)
    spoken = [SourceValues(each, Source.FILE_TAGS, fields) for each, fields in values.items()]
    TrackMetadataRepository(conn).add(spoken, now)
    tasks = EnrichmentTaskRepository(conn)
    tasks.enqueue_new(list(made), TaskKind.METADATA, now)
    tasks.enqueue_new(list(made), TaskKind.AUDIO, now)


def _worth_a_track(
    conn: Connection, named: Sequence[FileRecord], files: Sequence[FileRecord]
) -> Sequence[FileRecord]:
    """Files of `files` that say what they are, and do not lie among the files of a pasted list.

    Those that do lie there are the extra files of that album: a person decides about them, as about
    those that a person took off a track.
    """
    if not named:
        return []
    listed = FileRepository(conn).of_lists_in({_folder(file) for file in named})
    if not listed:
        return named
    beside = Counter(_folder(file) for file in files)
    return [file for file in named if listed.get(_folder(file), 0) < beside[_folder(file)]]


def _same_or_new(
    conn: Connection, files: Sequence[FileRecord]
) -> tuple[dict[FileId, FileMatch], list[FileRecord]]:
    """The track of each file, and which files a new track is to be made of."""
    known: dict[str, list[tuple[TrackId, Callable[[], Prepared]]]] = defaultdict(list)
    for key, records in TrackRepository(conn).by_match_keys(file.match_key for file in files).items():
        known[key] = [(each.id, _preparing(each)) for each in records if not each.is_id]
    fresh = iter(new_ids(len(files)))
    matches: dict[FileId, FileMatch] = {}
    new: list[FileRecord] = []
    for file in files:
        same = known[file.match_key]
        scores = [_score(file, prepared()) for _, prepared in same]
        best = max(scores, default=0.0)
        if best >= SURE:
            matches[file.id] = FileMatch(same[scores.index(best)][0], best)
            continue
        track_id = TrackId(next(fresh))
        matches[file.id] = FileMatch(track_id, _ITSELF)
        new.append(file)
        same.append((track_id, _preparing(file)))
    return matches, new


def _preparing(what: TrackRecord | FileRecord) -> Callable[[], Prepared]:
    """Taken apart when it is compared: most are compared with nothing."""

    def prepared() -> Prepared:
        if isinstance(what, TrackRecord):
            return prepare(recording_of(what))
        recording = from_tags(tags_of(what))
        assert recording is not None
        return prepare(recording)

    return prepared


def link_files(
    conn: Connection,
    found: Sequence[tuple[FileRecord, FileMatch]],
    precedence: Sequence[str],
    clock: Clock,
    *,
    by_hand: bool = False,
) -> None:
    """Link files to tracks: the tags speak from now on, and the sound is measured."""
    now = clock()
    FileRepository(conn).link(
        [FileLink(match.track_id, file.id, match.score, by_hand) for file, match in found], now
    )
    said = {match.track_id: file for file, match in found}
    TrackMetadataRepository(conn).put(said_by_tags(said), now)
    remerge(conn, said, precedence, now)
    EnrichmentTaskRepository(conn).requeue(list(said), TaskKind.AUDIO, now)


def hear_again(
    conn: Connection, file_ids: Sequence[FileId], precedence: Sequence[str], clock: Clock
) -> list[TrackId]:
    """Files with another content, or that are back: their tags speak anew, and their sound is measured.

    Where a track has a better file than the changed one, that one's tags stay. Returns the tracks.
    """
    tracks = let_tags_speak(conn, file_ids, precedence, now := clock())
    if tracks:
        EnrichmentTaskRepository(conn).requeue(tracks, TaskKind.AUDIO, now)
    return tracks


def let_tags_speak(
    conn: Connection, file_ids: Sequence[FileId], precedence: Sequence[str], now: datetime
) -> list[TrackId]:
    """Files with other tags, but the same sound: their tags speak anew. Otherwise as `hear_again`."""
    files = FileRepository(conn)
    tracks = list(dict.fromkeys(link.track_id for some in files.links_of(file_ids).values() for link in some))
    if not tracks:
        return []
    changed = set(file_ids)
    best = {track_id: some[0] for track_id, some in files.files_of(tracks).items() if some[0].id in changed}
    TrackMetadataRepository(conn).put(said_by_tags(best), now)
    changed_values = remerge(conn, best, precedence, now)
    TrackRepository(conn).touch(best.keys() - set(changed_values))  # who says it is news, too
    return tracks


def said_by_tags(files: Mapping[TrackId, FileRecord]) -> list[SourceValues]:
    """What the tags of its file say of each track; nothing where there are none."""
    said = {track_id: fields_of(file) for track_id, file in files.items()}
    return [SourceValues(track_id, Source.FILE_TAGS, fields) for track_id, fields in said.items() if fields]


def fields_of(file: FileRecord) -> dict[str, Plain]:
    """What its tags say, under the names of `MERGED_FIELDS`."""
    return tag_fields(tags_of(file))


def _stem(file: FileRecord) -> str:
    return Path(file.path).stem


def _folder(file: FileRecord) -> str:
    return os.path.dirname(file.path)  # noqa: PTH120 (a Path for each of 100,000 files is slow)


def _score(file: FileRecord, prepared: Prepared) -> float:
    return score_file_prepared(tags_of(file), _stem(file), prepared).score
