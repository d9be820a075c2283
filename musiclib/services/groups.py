"""Looking at the library by artist and by genre."""

from __future__ import annotations

from musiclib.db import groups, queries
from musiclib.db.engine import Database
from musiclib.domain.groups import Group, GroupDetail, Grouping
from musiclib.services.acts import Clock

_ALBUMS = 60
"""So many albums of a group are shown."""


class GroupService:
    """Thread-safe; each method is one read transaction."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def all(self, grouping: Grouping) -> list[Group]:
        """All artists, or all genres, in no order."""
        with self._db.read() as conn:
            return groups.artists(conn) if grouping is Grouping.ARTIST else groups.genres(conn)

    def detail(self, grouping: Grouping, group: Group, limit: int) -> GroupDetail:
        """What a group has, with the rows of its `limit` best known tracks. Empty if it is gone."""
        with self._db.read() as conn:
            found = groups.members(conn, grouping, group, limit)
            place = {track_id: nth for nth, track_id in enumerate(found.best_known)}
            album_ids = groups.albums_of(conn, found.best_known, _ALBUMS)
            rank = {album_id: nth for nth, album_id in enumerate(album_ids)}
            tracks = queries.track_rows(conn, found.best_known, self._clock())
            albums = queries.album_rows(conn, album_ids, self._clock())
        return GroupDetail(
            group,
            found.tracks,
            found.duration_s,
            tuple(sorted(tracks, key=lambda row: place[row.id])),
            tuple(sorted(albums, key=lambda row: rank[row.id])),
        )
