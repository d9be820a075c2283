"""What would be written into the tags of files: the library's values laid beside those of each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from musiclib.db.albums import AlbumRepository
from musiclib.db.art import ArtRepository
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.records import AlbumRecord, ArtFacts, FileRecord, TrackRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, ArtId, TrackId
from musiclib.domain.image_header import read_image_header
from musiclib.domain.replaygain import album_loudness
from musiclib.domain.rows import AlbumEntry
from musiclib.domain.states import FileState, Source
from musiclib.domain.tag_fields import TagField
from musiclib.domain.tag_values import (
    AlbumFacts,
    KeyRules,
    TrackFacts,
    in_words,
    says_already,
    wanted_tags,
)
from musiclib.errors import UnreadableAudio
from musiclib.services.tag_types import CellState, TagCell, TagRow, TagSelection

_SEVERAL = "This file belongs to several tracks. Unlink it from the others first."


class _Known:
    """All that is known of the tracks of a selection."""

    def __init__(self, conn: Connection, selection: TagSelection) -> None:
        self._conn = conn
        tracks = list(dict.fromkeys(selection.track_ids))
        albums = AlbumRepository(conn)
        if selection.album_id is not None and not tracks:
            tracks = list(dict.fromkeys(each.track_id for each in albums.entries(selection.album_id)))
        self.records = TrackRepository(conn).get_many(tracks)
        self.tracks = [each for each in tracks if each in self.records]
        self.files = FileRepository(conn).files_of(self.tracks)
        links = FileRepository(conn).links_of(file.id for some in self.files.values() for file in some)
        self.shared = {file_id for file_id, some in links.items() if len(some) > 1}
        self._home = self._homes(albums, selection.album_id)
        self._albums = {each: self._read_album(albums, each) for each in set(self._home.values())}
        self._values = TrackRepository(conn).values(
            {*self.tracks, *(entry.track_id for _, list_ in self._albums.values() for entry in list_)}
        )
        self._ids = self._musicbrainz_ids()
        self.art = ArtRepository(conn).get_many(
            art_id for each in self.tracks if (art_id := self.art_of(each)) is not None
        )
        self._gains = {each: self._gain(list_) for each, (_, list_) in self._albums.items()}
        self._discs = {
            each: len({entry.disc for entry in list_}) for each, (_, list_) in self._albums.items()
        }
        self._places = {each: _places(list_) for each, (_, list_) in self._albums.items()}

    def art_of(self, track_id: TrackId) -> ArtId | None:
        """The picture of a track: its own, else that of its album."""
        own, home = self.records[track_id].art_id, self._home.get(track_id)
        return self._albums[home][0].art_id if own is None and home is not None else own

    def facts(self, track_id: TrackId) -> TrackFacts:
        recording, release = self._ids.get(track_id, (None, None))
        return TrackFacts(self._values[track_id], self._place(track_id), recording, release)

    def _homes(self, albums: AlbumRepository, album_id: AlbumId | None) -> dict[TrackId, AlbumId]:
        """The album whose place each track has: the one asked for, or the only one it stands on."""
        if album_id is not None:
            listed = {each.track_id for each in albums.entries(album_id)}
            return {each: album_id for each in self.tracks if each in listed}
        return {
            track: some[0] for track, some in albums.albums_of(self.tracks).items() if len(set(some)) == 1
        }

    def _read_album(self, albums: AlbumRepository, album_id: AlbumId) -> tuple[AlbumRecord, list[AlbumEntry]]:
        record = albums.get(album_id)
        assert record is not None  # read in the same transaction
        return record, albums.entries(album_id)

    def _place(self, track_id: TrackId) -> AlbumFacts | None:
        album_id = self._home.get(track_id)
        if album_id is None:
            return None
        record, _ = self._albums[album_id]
        disc, place = self._places[album_id][track_id]
        # Files of a folder may be a part of the record: their numbers are right where they are.
        scanned = record.origin is not None and Path(record.origin).is_absolute()
        number = None if scanned else place
        discs = self._discs[album_id]
        loudness, peak = self._gains[album_id]
        return AlbumFacts(record.title, record.artist, number, disc, discs, loudness, peak)

    def _gain(self, entries: Sequence[AlbumEntry]) -> tuple[float | None, float | None]:
        """Loudness and true peak of a whole album; None unless all of it was measured."""
        values = [self._values[each] for each in dict.fromkeys(entry.track_id for entry in entries)]
        names = ("loudness_lufs", "duration_s", "true_peak_dbtp")
        measured: list[tuple[float, ...]] = []
        for each in values:
            numbers = tuple(value for name in names if isinstance(value := each[name], int | float))
            if len(numbers) < len(names):
                return None, None
            measured.append(numbers)
        if not measured:
            return None, None
        return album_loudness((each[0], each[1]) for each in measured), max(each[2] for each in measured)

    def _musicbrainz_ids(self) -> dict[TrackId, tuple[str, str | None]]:
        """Recording and, if that was chosen from a release, the release."""
        known = TrackMetadataRepository(self._conn).external_ids(self.tracks, Source.MUSICBRAINZ)
        releases = {
            track_id: each.album_external_id
            for track_id, some in CandidateRepository(self._conn).of(known).items()
            for each in some
            if each.chosen and each.provider == Source.MUSICBRAINZ
        }
        return {track_id: (recording, releases.get(track_id)) for track_id, recording in known.items()}


def _places(entries: Sequence[AlbumEntry]) -> dict[TrackId, tuple[int, int]]:
    """Disc and number on it of each track; the first, where it stands on the list twice."""
    counts: Counter[int] = Counter()
    places: dict[TrackId, tuple[int, int]] = {}
    for each in entries:
        counts[each.disc] += 1
        places.setdefault(each.track_id, (each.disc, counts[each.disc]))
    return places


class TagPlanner:
    """Lays what is known beside what the files say. Opens each file; changes nothing."""

    def __init__(self, db: Database, rules: KeyRules) -> None:
        self._db = db
        self._rules = rules

    def rows(self, selection: TagSelection, fields: Sequence[TagField]) -> tuple[int, Iterator[TagRow]]:
        """How many files there are, and the rows of them, one after the other as they are read."""
        with self._db.read() as conn:
            known = _Known(conn, selection)
        files = {
            file.id: (track_id, file)
            for track_id in known.tracks
            for file in known.files.get(track_id, ())
            if file.state is not FileState.MISSING and (not selection.only or file.path in selection.only)
        }
        return len(files), (self._row(known, *each, fields) for each in files.values())

    def _row(self, known: _Known, track_id: TrackId, file: FileRecord, fields: Sequence[TagField]) -> TagRow:
        from musiclib.tags.reader import read_whole
        from musiclib.tags.replacing import Stamp, reason_of

        record = known.records[track_id]
        path = Path(file.path)
        if file.id in known.shared:
            return _problem(record, file, _SEVERAL)
        try:
            stamp = Stamp.of(path)
            tags = read_whole(path)
        except UnreadableAudio as error:
            return _problem(record, file, str(error))
        except OSError as error:
            return _problem(record, file, reason_of(path, error))
        facts = known.facts(track_id)
        art_id = known.art_of(track_id)
        cells = tuple(
            art_cell(tags.cover, art_id, known.art.get(art_id) if art_id else None)
            if field is TagField.ART
            else text_cell(field, facts, tags.values, self._rules, opus=tags.codec == "opus")
            for field in fields
        )
        return TagRow(
            file.id, track_id, file.path, record.artist, _title(record), stamp.size, stamp.mtime_ns, cells
        )


def text_cell(
    field: TagField, facts: TrackFacts, now: Mapping[str, Sequence[str]], rules: KeyRules, *, opus: bool
) -> TagCell:
    """What a file says in a field, and what it would say."""
    wanted = wanted_tags(field, facts, now, rules, opus=opus)
    shown = {name: now.get(name, ()) for name in wanted} or now
    old = in_words(field, shown)
    if not wanted:
        return TagCell(field, CellState.NOTHING, old)
    texts = {
        name: values for name, values in wanted.items() if not says_already(name, now.get(name, ()), values)
    }
    if not texts:
        return TagCell(field, CellState.SAME, old, old)
    return TagCell(field, CellState.CHANGES, old, in_words(field, wanted), texts)


def art_cell(cover: bytes | None, art_id: ArtId | None, art: ArtFacts | None) -> TagCell:
    """The picture in a file, and the one of the library."""
    import hashlib

    header = read_image_header(cover) if cover else None
    old = _picture(header.mime, header.width, header.height) if header else ("a picture" if cover else "")
    if art is None:
        return TagCell(TagField.ART, CellState.NOTHING, old)
    new = _picture(art.mime, art.width, art.height)
    if cover is not None and hashlib.sha256(cover).hexdigest() == art.sha256:
        return TagCell(TagField.ART, CellState.SAME, old, new)
    return TagCell(TagField.ART, CellState.CHANGES, old, new, art_id=art_id)


def _picture(mime: str, width: int, height: int) -> str:
    return f"{mime.partition('/')[2].upper()} {width} × {height}"


def _problem(record: TrackRecord, file: FileRecord, reason: str) -> TagRow:
    return TagRow(file.id, record.id, file.path, record.artist, _title(record), problem=reason)


def _title(record: TrackRecord) -> str:
    return f"{record.title} ({record.version})" if record.version else record.title
