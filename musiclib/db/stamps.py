"""What changes whenever anything changes that a look-up stands on: one statement, asked at each of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Text, bindparam, cast, func, select

from musiclib.db.provider_removal import REMOVED
from musiclib.db.schema import Album, AlbumTrack, LibraryState, Track
from musiclib.domain.ids import TrackId

Stamp = tuple[Any, ...]

_ALBUMS = (
    select(func.sum(Album.revision))
    .where(Album.id.in_(select(AlbumTrack.album_id).where(AlbumTrack.track_id == bindparam("track"))))
    .scalar_subquery()
)
_REMOVALS = select(cast(LibraryState.value, Text)).where(LibraryState.key == REMOVED).scalar_subquery()
_STAMP = select(Track.revision, _ALBUMS, _REMOVALS).where(Track.id == bindparam("track"))


def stamp_of(conn: Connection, track_id: TrackId) -> Stamp | None:
    """The same as before if nothing has changed: the track, the lists it is on, whose data was removed.

    None if the track is gone. More may raise it than a look-up needs to know.
    """
    row = conn.execute(_STAMP, {"track": track_id}).first()
    return None if row is None else tuple(row)
