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


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """What is read before anybody is asked."""

    record: TrackRecord
    query: TrackQuery
    """Of the track's own values."""
    release: Release | None
    said: tuple[SourceValues, ...]
    file: FileRecord | None
    chosen: CandidateRecord | None
    """The candidate the track was matched to before."""
    rejected: tuple[CandidateRecord, ...]
    artless_albums: tuple[AlbumId, ...]
    sources: Sources
    removals: Mapping[str, str]
    """Provider -> when its data was last removed."""

    @property
    def basis(self) -> tuple[object, ...]:
        """What a result stands on; a person may change any of it while a provider is asked."""
        chosen = self.chosen.id if self.chosen and self.record.match_locked else None
        refused = frozenset(each.id for each in self.rejected)
        return self.record.match_locked, self.record.is_id, chosen, self.query, refused

    @property
    def wants_art(self) -> bool:
        """Whether a picture may be looked for: not where a person has said that there is to be none."""
        own = self.record.art_id is None and not self.record.art_locked
        return own or bool(self.artless_albums)

    @property
    def settled(self) -> Recording:
        """What a person has said the track is: the candidate of their choice, else what they wrote."""
        return self.query.recording if self.chosen is None else recording_of(self.chosen.fields)

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
        self._lists: OrderedDict[AlbumId, tuple[datetime, dict[TrackId, Release]]] = OrderedDict()

    def read(self, conn: Connection, track_id: TrackId) -> TrackFacts | None:
        record = TrackRepository(conn).get(track_id)
        if record is None:
            return None
        said = TrackMetadataRepository(conn).of([track_id]).get(track_id, [])
        files = FileRepository(conn).files_of([track_id]).get(track_id, [])
        offered = CandidateRepository(conn).of([track_id]).get(track_id, [])
        on = AlbumRepository(conn).having(track_id)
        file = next((each for each in files if each.state is FileState.OK), None)
        return TrackFacts(
            record=record,
            query=_query(record, said, file),
            release=self._release(conn, track_id, on),
            said=tuple(said),
            file=file,
            chosen=next((each for each in offered if each.chosen), None),
            rejected=tuple(each for each in offered if each.rejected),
            artless_albums=tuple(each.id for each in on if each.art_id is None and not each.art_locked),
            sources=self._special(each.origin for each in on) or self._sources,
            removals=removals(conn),
        )

    def _release(self, conn: Connection, track_id: TrackId, on: Sequence[AlbumRecord]) -> Release | None:
        found = (self._releases(conn, album).get(track_id) for album in on)
        return max((each for each in found if each), key=lambda each: each.tracks, default=None)

    def _releases(self, conn: Connection, album: AlbumRecord) -> dict[TrackId, Release]:
        now = self._clock()
        at, known = self._lists.get(album.id, (None, {}))
        if at is not None and abs(now - at) < _LIST_GOOD_FOR:
            return known
        read = _read_releases(conn, album)
        self._lists[album.id] = now, read
        if len(self._lists) > _LISTS_KEPT:
            self._lists.popitem(last=False)
        return read


def _read_releases(conn: Connection, album: AlbumRecord) -> dict[TrackId, Release]:
    entries = AlbumRepository(conn).entries(album.id)
    ids = [entry.track_id for entry in entries]
    records = TrackRepository(conn).get_many(ids)
    said = TrackMetadataRepository(conn).by_source(ids, _OWN_SOURCES)
    named = [entry for entry in entries if not records[entry.track_id].is_id]
    listed: list[Listed] = []
    for entry in named:
        own: dict[str, Any] = _own(said.get(entry.track_id, {}))
        artist = own.get("artist", records[entry.track_id].artist)
        listed.append(Listed(artist, own.get("album"), entry.position))
    found = zip(named, releases_of(album.title, album.artist, listed), strict=True)
    return {entry.track_id: release for entry, release in found if release is not None}


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
