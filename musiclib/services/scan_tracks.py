"""What scanned files are: files of pasted tracks, or tracks of their own on albums of their own."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.effective import credits_of, remerge
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_id, new_ids
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import FileFacts, FileLink, FileRecord, NewTrack, SourceValues
from musiclib.db.tracks import TrackRepository
from musiclib.domain.file_matching import from_tags, score_file_prepared
from musiclib.domain.file_tags import FileTags
from musiclib.domain.ids import AlbumId, FileId, TrackId
from musiclib.domain.matching import Prepared, prepare
from musiclib.domain.provenance import Plain
from musiclib.domain.rows import AlbumEntry
from musiclib.domain.states import FileState, Source, TaskKind
from musiclib.domain.text import match_key
from musiclib.providers.file_tags import tag_fields
from musiclib.services.acts import Clock
from musiclib.services.file_matcher import SURE, FileMatch, FileMatcher, recording_of
from musiclib.services.import_rows import album_key, storable


class FileLinker:
    """Links files in chunks, each one transaction; what was done adds up in its attributes."""

    def __init__(self, db: Database, matcher: FileMatcher, clock: Clock, precedence: Sequence[str]) -> None:
        self._db = db
        self._matcher = matcher
        self._clock = clock
        self._precedence = precedence
        self.linked = 0
        self.new_tracks = 0
        self.track_ids: dict[TrackId, None] = {}
        self.album_ids: dict[AlbumId, None] = {}

    def link_pasted(self, files: Sequence[FileRecord]) -> list[FileRecord]:
        """Link the files that surely are tracks of the library; returns the others."""
        with self._db.read() as conn:
            refused = FileRepository(conn).refused(file.id for file in files)
        found: list[tuple[FileRecord, FileMatch]] = []
        left: list[FileRecord] = []
        for file in files:
            match = self._matcher.find(tags_of(file), Path(file.path).stem, refused.get(file.id, ()))
            if match is None:
                left.append(file)
                continue
            found.append((file, match))
            if track := self._matcher.track(match.track_id):
                self._matcher.remove(track)
        if found:
            with self._db.write() as conn:
                there = TrackRepository(conn).get_many(match.track_id for _, match in found)
                kept = [(file, match) for file, match in found if match.track_id in there]
                link_files(conn, kept, self._precedence, self._clock)
            self.linked += len(kept)
            self.track_ids.update((match.track_id, None) for _, match in kept)
        return left

    def worth_a_track(self, files: Sequence[FileRecord]) -> list[FileRecord]:
        """Files that say what they are, and do not lie among the files of a pasted list.

        Those that do lie there are the extra files of that album: a person decides about them, as about
        those that a person took off a track.
        """
        with self._db.read() as conn:
            refused = FileRepository(conn).refused(file.id for file in files)
            named = [
                file for file in files if file.id not in refused and from_tags(tags_of(file)) is not None
            ]
            linked = _linked_to_lists(conn, {_folder(file) for file in named})
        beside = Counter(_folder(file) for file in files)
        return [file for file in named if linked[_folder(file)] < beside[_folder(file)]]

    def make_tracks(self, files: Sequence[FileRecord]) -> None:
        """Make tracks of files that say what they are, on albums by album tag, else by folder.

        Another file of a track that is there, or of one made just now, becomes one more file of it.
        """
        with self._db.write() as conn:
            now = self._clock()
            matches, new = _same_or_new(conn, files)
            fields = {file.id: _fields(file) for file in new}
            ids = {file.id: matches[file.id].track_id for file in new}
            tracks = TrackRepository(conn)
            tracks.add([NewTrack(ids[file.id], _key(file), fields[file.id]) for file in new], now)
            tracks.set_credits(
                {ids[file.id]: credits_of(str(fields[file.id]["artist"])) for file in new}, now
            )
            # The file a track was made of comes last, so that its tags are the ones that speak.
            ordered = sorted(files, key=lambda file: file.id in ids)
            found = [(file, matches[file.id]) for file in ordered]
            link_files(conn, found, self._precedence, self._clock)
            EnrichmentTaskRepository(conn).enqueue(list(ids.values()), TaskKind.METADATA, now)
            for album, members in _by_album(files).items():
                entries = [(file, matches[file.id].track_id) for file in members]
                self.album_ids[_add_to_album(conn, album, entries, self._clock)] = None
        self.linked += len(files) - len(new)
        self.new_tracks += len(new)
        self.track_ids.update((match.track_id, None) for match in matches.values())


def _same_or_new(
    conn: Connection, files: Sequence[FileRecord]
) -> tuple[dict[FileId, FileMatch], list[FileRecord]]:
    """The track of each file, and which files a new track is to be made of."""
    known: dict[str, list[tuple[TrackId, Prepared]]] = defaultdict(list)
    for key, records in TrackRepository(conn).by_match_keys(_key(file) for file in files).items():
        known[key] = [(each.id, prepare(recording_of(each))) for each in records if not each.is_id]
    fresh = iter(new_ids(len(files)))
    matches: dict[FileId, FileMatch] = {}
    new: list[FileRecord] = []
    for file in files:
        same = known[_key(file)]
        scores = [_score(file, prepared) for _, prepared in same]
        best = max(scores, default=0.0)
        if best >= SURE:
            matches[file.id] = FileMatch(same[scores.index(best)][0], best)
            continue
        track_id = TrackId(next(fresh))
        matches[file.id] = FileMatch(track_id, 100.0)
        new.append(file)
        if recording := from_tags(tags_of(file)):
            same.append((track_id, prepare(recording)))
    return matches, new


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


def said_by_tags(files: Mapping[TrackId, FileRecord]) -> list[SourceValues]:
    """What the tags of its file say of each track; nothing where there are none."""
    said = {track_id: _fields(file) for track_id, file in files.items()}
    return [SourceValues(track_id, Source.FILE_TAGS, fields) for track_id, fields in said.items() if fields]


def tags_of(file: FileRecord | FileFacts) -> FileTags:
    """The tags a scan has kept."""
    known: dict[str, Any] = {
        name: value for name, value in file.tags.items() if name in FileTags.__dataclass_fields__
    }
    return FileTags(**(known | {"genres": tuple(known.get("genres", ()))}))


def _fields(file: FileRecord) -> dict[str, Plain]:
    return tag_fields(tags_of(file))


def _folder(file: FileRecord) -> str:
    return os.path.dirname(file.path)  # noqa: PTH120 (a Path for each of 100,000 files is slow)


def _key(file: FileRecord) -> str:
    recording = from_tags(tags_of(file))
    return match_key(recording.artist, recording.title) if recording else file.match_key


def _score(file: FileRecord, prepared: Prepared) -> float:
    return score_file_prepared(tags_of(file), Path(file.path).stem, prepared).score


def _linked_to_lists(conn: Connection, folders: set[str]) -> Counter[str]:
    """How many files of each folder belong to tracks of lists that were pasted."""
    counts: Counter[str] = Counter()
    for folder in folders:
        files = [each for each in FileRepository(conn).under(folder) if _folder(each) == folder]
        links = FileRepository(conn).links_of(each.id for each in files if each.state is FileState.OK)
        tracks = {link.track_id for some in links.values() for link in some}
        said = TrackMetadataRepository(conn).by_source(tracks)
        counts[folder] = sum(Source.TRACKLIST in said.get(track_id, {}) for track_id in tracks)
    return counts


_Album = tuple[str, str | None, str]
"""Title, artist and folder."""


def _by_album(files: Sequence[FileRecord]) -> dict[_Album, list[FileRecord]]:
    """Files by album tag and album artist, else by folder; each in the order of disc, number and name."""
    groups: dict[tuple[str, str], list[FileRecord]] = defaultdict(list)
    for file in files:
        tags = tags_of(file)
        if tags.album:
            groups["album", album_key(tags.album, tags.albumartist)].append(file)
        else:
            groups["folder", _folder(file)].append(file)
    albums: dict[_Album, list[FileRecord]] = {}
    for members in groups.values():
        tags = tags_of(members[0])
        folder = _folder(members[0])
        artists = {tags_of(file).artist for file in members}
        artist = tags.albumartist or (artists.pop() if len(artists) == 1 else None)
        title = tags.album or storable(Path(folder).name) or "Files"
        albums[title, artist, storable(folder)] = sorted(members, key=_place)
    return albums


def _place(file: FileRecord) -> tuple[int, int, str]:
    tags = tags_of(file)
    return tags.disc or 1, tags.track or 10_000, file.path


def _add_to_album(
    conn: Connection, album: _Album, members: Sequence[tuple[FileRecord, TrackId]], clock: Clock
) -> AlbumId:
    """Add to the album an earlier scan made of the same name, else to a new one; never to a pasted one."""
    title, artist, folder = album
    albums = AlbumRepository(conn)
    key = album_key(title, artist)
    made = [each for each in albums.by_match_key(key) if each.origin and Path(each.origin).is_absolute()]
    if made:
        album_id = made[0].id
    else:
        album_id = AlbumId(new_id())
        year = next((tags_of(file).year for file, _ in members if tags_of(file).year), None)
        albums.add(album_id, title, artist, key, clock(), year=year, origin=folder)
    listed = albums.entries(album_id)
    there = {entry.track_id for entry in listed}
    new = {track_id: tags_of(file).disc or 1 for file, track_id in members if track_id not in there}
    entries = [
        AlbumEntry(track_id, position, None, disc, None)
        for position, (track_id, disc) in enumerate(new.items(), len(listed) + 1)
    ]
    albums.append(album_id, entries, clock())
    return album_id
