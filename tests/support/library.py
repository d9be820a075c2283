"""Small libraries for tests, made through the repositories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from musiclib.bootstrap import Library
from musiclib.db.albums import AlbumRepository
from musiclib.db.engine import Database
from musiclib.db.identities import new_id, new_ids
from musiclib.db.records import NewTrack
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.provenance import Plain
from musiclib.domain.rows import AlbumEntry
from musiclib.services.art_types import ArtOf
from musiclib.services.changes import Change

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

WHOLE: dict[str, Plain] = {
    "duration_s": 361.5,
    "bpm": 124.0,
    "key_code": 21,
    "energy": 7,
    "loudness_lufs": -8.1,
    "isrc": "GBAYE0601498",
    "original_year": 2006,
}
"""Values of every field a whole track has, but for its art."""


def add_tracks(db: Database, count: int, at: datetime = NOW, **values: Plain) -> list[TrackId]:
    """Tracks named "Artist 1 - Title 1" and so on."""
    ids = [TrackId(each) for each in new_ids(count)]
    tracks = [
        NewTrack(
            each,
            f"artist {nth} title {nth}",
            {"artist": f"Artist {nth}", "title": f"Title {nth}", **values},
        )
        for nth, each in enumerate(ids, 1)
    ]
    with db.write() as conn:
        TrackRepository(conn).add(tracks, at)
    return ids


def add_album(
    db: Database, track_ids: Sequence[TrackId], title: str = "A Mix", at: datetime = NOW
) -> AlbumId:
    album_id = AlbumId(new_id())
    with db.write() as conn:
        albums = AlbumRepository(conn)
        albums.add(album_id, title, "Somebody", title.lower(), at, origin="pasted")
        albums.append(album_id, entries(track_ids), at)
    return album_id


def entries(track_ids: Sequence[TrackId]) -> list[AlbumEntry]:
    return [AlbumEntry(each, position, None, 1, None) for position, each in enumerate(track_ids, 1)]


def give_album_art(library: Library, album_id: AlbumId, data: bytes) -> Change:
    """Choose this picture for the album by hand."""
    return library.art.choose(ArtOf(album_id), library.art.take_bytes(data))
