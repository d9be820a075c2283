"""Reads what decides whether tracks are one recording, and remembers which are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from musiclib.db.schema import (
    AlbumTrack,
    File,
    NotDuplicate,
    Track,
    TrackFile,
    TrackMetadata,
    Transfer,
)
from musiclib.db.statements import chunked, upsert
from musiclib.db.transfer_statements import OPEN
from musiclib.domain.duplicates import Audio, Clue, Copy, Pair, pair_of
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.matching import Recording
from musiclib.domain.provenance import MERGED_FIELDS
from musiclib.domain.states import FileState, Source

_VALUES = tuple(getattr(Track, name) for name in MERGED_FIELDS)
_AUDIO = (File.state, File.codec, File.bitrate, File.bit_depth, File.sample_rate)


class DuplicateRepository:
    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def clues(self) -> list[Clue]:
        """Of every track that has a name, oldest first."""
        query = select(Track.id, Track.isrc, Track.match_key).where(Track.is_id.is_(False))
        return [Clue(TrackId(row[0]), row[1], row[2]) for row in self._conn.execute(query.order_by(Track.id))]

    def copies(self, track_ids: Iterable[TrackId]) -> dict[TrackId, Copy]:
        """The tracks that are there, with what decides which of them is kept."""
        found: dict[TrackId, Copy] = {}
        for ids in chunked(track_ids):
            albums, audio, said = self._albums(ids), self._audio(ids), self._said_by_hand(ids)
            query = select(Track.id, Track.match_locked, Track.art_locked, *_VALUES).where(Track.id.in_(ids))
            for row in self._conn.execute(query):
                track_id, values = TrackId(row[0]), dict(zip(MERGED_FIELDS, row[3:], strict=True))
                found[track_id] = Copy(
                    track_id,
                    _recording(values),
                    decided=said.get(track_id, 0) + bool(row[1]) + bool(row[2]),
                    audio=max(audio.get(track_id, ()), key=lambda each: each.rank, default=None),
                    known=sum(value is not None and value != [] for value in values.values()),
                    albums=frozenset(albums.get(track_id, ())),
                )
        return found

    def apart(self) -> set[Pair]:
        """Pairs a person said are two recordings."""
        query = select(NotDuplicate.track_id, NotDuplicate.other_id)
        rows = self._conn.execute(query.where(NotDuplicate.track_id < NotDuplicate.other_id))
        return {pair_of(TrackId(row[0]), TrackId(row[1])) for row in rows}

    def apart_from(self, track_ids: Iterable[TrackId]) -> dict[TrackId, list[TrackId]]:
        """Of which others each track is said not to be a duplicate; tracks without are absent."""
        found: dict[TrackId, list[TrackId]] = defaultdict(list)
        for ids in chunked(track_ids):
            query = select(NotDuplicate.track_id, NotDuplicate.other_id)
            for one, other in self._conn.execute(query.where(NotDuplicate.track_id.in_(ids))):
                found[TrackId(one)].append(TrackId(other))
        return dict(found)

    def set_apart(self, pairs: Iterable[Pair]) -> None:
        rows = [
            {"track_id": here, "other_id": there}
            for one, other in pairs
            for here, there in ((one, other), (other, one))
        ]
        upsert(self._conn, NotDuplicate, rows, keys=("track_id", "other_id"), renew=())

    def move_transfers(self, track_id: TrackId, to: TrackId) -> None:
        """What was, or is being, fetched for one track is for another; one that fetches too goes on alone."""
        fetching = self._conn.execute(
            select(func.count()).select_from(Transfer).where(Transfer.track_id == to, OPEN)
        ).scalar_one()
        moved = update(Transfer).where(Transfer.track_id == track_id).values(track_id=to)
        self._conn.execute(moved.where(~OPEN) if fetching else moved)

    def _albums(self, ids: Sequence[TrackId]) -> dict[TrackId, list[AlbumId]]:
        found: dict[TrackId, list[AlbumId]] = defaultdict(list)
        query = select(AlbumTrack.track_id, AlbumTrack.album_id).where(AlbumTrack.track_id.in_(ids))
        for track_id, album_id in self._conn.execute(query):
            found[TrackId(track_id)].append(AlbumId(album_id))
        return found

    def _audio(self, ids: Sequence[TrackId]) -> dict[TrackId, list[Audio]]:
        found: dict[TrackId, list[Audio]] = defaultdict(list)
        query = select(TrackFile.track_id, *_AUDIO).join(File, File.id == TrackFile.file_id)
        for row in self._conn.execute(query.where(TrackFile.track_id.in_(ids))):
            track_id, state, codec, bitrate, bit_depth, sample_rate = row
            audio = Audio(state == FileState.OK, codec, bitrate, bit_depth, sample_rate)
            found[TrackId(track_id)].append(audio)
        return found

    def _said_by_hand(self, ids: Sequence[TrackId]) -> dict[TrackId, int]:
        query = select(TrackMetadata.track_id, TrackMetadata.fields)
        rows = self._conn.execute(
            query.where(TrackMetadata.track_id.in_(ids), TrackMetadata.source == Source.MANUAL)
        )
        return {TrackId(row[0]): len(row[1]) for row in rows}


def _recording(values: dict[str, Any]) -> Recording:
    return Recording(
        artist=values["artist"],
        title=values["title"],
        version=values["version"],
        album=values["album"],
        duration_s=values["duration_s"],
        isrc=values["isrc"],
    )
