"""What is known of a track before anybody is asked: the query, and what bounds its answers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.files import FileRepository
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.provider_removal import removals
from musiclib.db.records import AlbumRecord, CandidateRecord, FileRecord, SourceValues, TrackRecord
from musiclib.db.stamps import Stamp, stamp_of
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.matching import Recording
from musiclib.domain.provenance import CATALOGUE_FIELDS, LOCAL_SOURCES, Plain, merge
from musiclib.domain.recordings import is_the_same, recording_of
from musiclib.domain.releases import Listed, Release, releases_of
from musiclib.domain.states import FileState, Source
from musiclib.providers.base import Candidate, TrackQuery
from musiclib.runners.sources import Sources

_OWN_SOURCES = (Source.MANUAL, Source.TRACKLIST, Source.FILE_TAGS)
"""What a track is looked up by, the best first: not by what an earlier look-up made of it."""
_LISTS_KEPT = 32
_LIST_GOOD_FOR = timedelta(seconds=60)
"""A list that changes is read anew; its tracks' own words are too many to look through each time."""


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """What is read before anybody is asked."""

    stamp: Stamp | None
    """What was so when the rest was read."""
    record: TrackRecord
    query: TrackQuery
    """Of the track's own values."""
    release: Release | None
    said: tuple[SourceValues, ...]
    file: FileRecord | None
    offered: tuple[CandidateRecord, ...]
    """All that were offered before, also those a person has refused."""
    has_artless_album: bool
    sources: Sources
    removals: Mapping[str, str]
    """Provider -> when its data was last removed."""

    @property
    def chosen(self) -> CandidateRecord | None:
        """The candidate the track was matched to before."""
        return next((each for each in self.offered if each.chosen), None)

    @property
    def rejected(self) -> tuple[CandidateRecord, ...]:
        return tuple(each for each in self.offered if each.rejected)

    @property
    def basis(self) -> tuple[object, ...]:
        """What a result stands on; a person may change any of it while a provider is asked."""
        chosen = self.chosen.id if self.record.match_locked and self.chosen else None
        refused = frozenset(each.id for each in self.rejected)
        locked = self.record.match_locked, self.record.is_id
        return *locked, chosen, self.query, refused, self.release, self.removals

    @property
    def wants_art(self) -> bool:
        """Whether a picture may be looked for: not where a person has said that there is to be none."""
        own = self.record.art_id is None and not self.record.art_locked
        return own or self.has_artless_album

    @property
    def settled(self) -> Recording:
        """What a person has said the track is: the candidate of their choice, else what they wrote."""
        return self.query.recording if self.chosen is None else recording_of(self.chosen.fields)

    @property
    def was_known(self) -> bool:
        """Whether catalogues have spoken of this track before."""
        return any(each.source not in LOCAL_SOURCES for each in self.said)

    def was_another(self, candidate: Candidate) -> bool:
        """Whether catalogues have spoken of this track before, and none of them of this recording."""
        named = (candidate.provider, candidate.external_id)
        return self.was_known and not any(
            (each.source, each.external_id) == named
            or is_the_same(recording_of(each.fields), candidate.recording)
            for each in self.said
            if each.source not in LOCAL_SOURCES
        )

    def asking(self, known: Recording | None = None) -> TrackQuery:
        """The query for a provider; with `known` for what else is known of that recording."""
        refused = frozenset((each.provider, each.external_id) for each in self.rejected)
        query = replace(self.query, rejected=refused)
        if known is not None:
            query = replace(query, known=known, isrc=known.isrc or query.isrc)
        release = self.release
        if release is None:
            return query
        return replace(
            query,
            album=release.album,
            album_artist=release.artist,
            album_tracks=release.tracks,
            position=release.position,
        )

    def refuses(self, candidate: Candidate) -> bool:
        """Whether a person has said that it is not this one: here, or the same recording elsewhere."""
        for each in self.rejected:
            if each.provider == candidate.provider:
                if each.external_id == candidate.external_id:
                    return True
            elif is_the_same(recording_of(each.fields), candidate.recording):
                return True
        return False

    def lacking(self, found: Iterable[Mapping[str, Plain]] = ()) -> frozenset[str]:
        """Fields of catalogues that neither the track's own sources nor `found` have."""
        known: set[str] = set()
        for fields in (*(each.fields for each in self.said if each.source in LOCAL_SOURCES), *found):
            known |= fields.keys()
        return frozenset(CATALOGUE_FIELDS) - known


class FactsReader:
    """Reads them; what the lists of albums are is kept for a moment, as an album's tracks come together."""

    def __init__(
        self,
        sources: Sources,
        special: Callable[[Iterable[str | None]], Sources | None],
        clock: Callable[[], datetime],
    ) -> None:
        """`special` names other sources for tracks on albums of these origins."""
        self._sources = sources
        self._special = special
        self._clock = clock
        self._lists: OrderedDict[AlbumId, _List] = OrderedDict()

    def read(self, conn: Connection, track_id: TrackId) -> TrackFacts | None:
        stamp = stamp_of(conn, track_id)
        record = TrackRepository(conn).get(track_id)
        if record is None:
            return None
        said = TrackMetadataRepository(conn).of([track_id]).get(track_id, [])
        files = FileRepository(conn).files_of([track_id]).get(track_id, [])
        offered = CandidateRepository(conn).of([track_id]).get(track_id, [])
        on = AlbumRepository(conn).having(track_id)
        file = next((each for each in files if each.state is FileState.OK), None)
        query = _query(record, said, file)
        return TrackFacts(
            stamp=stamp,
            record=record,
            query=query,
            release=self._release(conn, track_id, query, on),
            said=tuple(said),
            file=file,
            offered=tuple(offered),
            has_artless_album=any(each.art_id is None and not each.art_locked for each in on),
            sources=self._special(each.origin for each in on) or self._sources,
            removals=removals(conn),
        )

    def _release(
        self, conn: Connection, track_id: TrackId, query: TrackQuery, on: Sequence[AlbumRecord]
    ) -> Release | None:
        found = (self._list(conn, album, track_id, query).releases.get(track_id) for album in on)
        return max((each for each in found if each), key=lambda each: each.tracks, default=None)

    def _list(self, conn: Connection, album: AlbumRecord, track_id: TrackId, query: TrackQuery) -> _List:
        """As it is now, but for what was said of its other tracks in the last minute."""
        now = self._clock()
        known = self._lists.get(album.id)
        if known is not None and known.holds(album, now) and known.says(track_id, query):
            return known
        read = self._lists[album.id] = _read_list(conn, album, now)
        if len(self._lists) > _LISTS_KEPT:
            self._lists.popitem(last=False)
        return read


@dataclass(frozen=True, slots=True)
class _List:
    """An album's list, and the releases its tracks are on."""

    revision: int
    read_at: datetime
    listed: Mapping[TrackId, Listed]
    releases: Mapping[TrackId, Release]

    def holds(self, album: AlbumRecord, now: datetime) -> bool:
        return album.revision == self.revision and abs(now - self.read_at) < _LIST_GOOD_FOR

    def says(self, track_id: TrackId, query: TrackQuery) -> bool:
        """Whether the track's own words are still those the list was read with."""
        line = self.listed.get(track_id)
        return line is None or (line.artist, line.album) == (query.artist, query.album)


def _read_list(conn: Connection, album: AlbumRecord, now: datetime) -> _List:
    entries = AlbumRepository(conn).entries(album.id)
    ids = [entry.track_id for entry in entries]
    records = TrackRepository(conn).get_many(ids)
    said = TrackMetadataRepository(conn).by_source(ids, _OWN_SOURCES)
    named = [entry for entry in entries if not records[entry.track_id].is_id]
    lines: list[Listed] = []
    for entry in named:
        own: dict[str, Any] = _own(said.get(entry.track_id, {}))
        artist = own.get("artist", records[entry.track_id].artist)
        lines.append(Listed(artist, own.get("album"), entry.position))
    found = releases_of(album.title, album.artist, lines)
    listed = {entry.track_id: line for entry, line in zip(named, lines, strict=True)}
    releases = {entry.track_id: each for entry, each in zip(named, found, strict=True) if each is not None}
    return _List(album.revision, now, listed, releases)


def _own(said: Mapping[str, Mapping[str, Plain]]) -> dict[str, Plain]:
    own = {source: fields for source, fields in said.items() if source in _OWN_SOURCES}
    return {name: each.value for name, each in merge(own, _OWN_SOURCES).items()}


def _query(record: TrackRecord, said: Sequence[SourceValues], file: FileRecord | None) -> TrackQuery:
    values: dict[str, Any] = _own({each.source: each.fields for each in said})
    return TrackQuery(
        artist=values.get("artist", record.artist),
        title=values.get("title", record.title),
        version=values.get("version"),
        album=values.get("album"),
        duration_s=values.get("duration_s") or (file.duration_s if file else None),
        isrc=values.get("isrc"),
    )
