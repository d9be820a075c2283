"""Reads the lists whose audio is wanted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from musiclib.db.albums import AlbumRepository
from musiclib.db.schema import AlbumTrack, Track
from musiclib.db.transfer_records import ListedAlbum, ListedTrack
from musiclib.domain.ids import AlbumId, TrackId


def listed_album(conn: Connection, album_id: AlbumId) -> ListedAlbum | None:
    """The album with its list in order; None when it is gone."""
    album = AlbumRepository(conn).get(album_id)
    if album is None:
        return None
    query = (
        select(
            AlbumTrack.track_id,
            AlbumTrack.position,
            AlbumTrack.disc,
            Track.artist,
            Track.title,
            Track.version,
            Track.duration_s,
            Track.isrc,
            Track.label,
        )
        .join(Track, Track.id == AlbumTrack.track_id)
        .where(AlbumTrack.album_id == album_id)
        .order_by(AlbumTrack.position, AlbumTrack.id)
    )
    tracks: dict[TrackId, ListedTrack] = {}
    for row in conn.execute(query):
        place: tuple[Any, ...] = tuple(row)
        tracks.setdefault(TrackId(place[0]), ListedTrack(*place))
    return ListedAlbum(album.id, album.title, album.artist, album.year, tuple(tracks.values()))
