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
            count, seconds = groups.totals(conn, grouping, group)
            track_ids = groups.best_known(conn, grouping, group, limit)
            place = {track_id: nth for nth, track_id in enumerate(track_ids)}
            album_ids = groups.albums_of(conn, grouping, group, _ALBUMS)
            rank = {album_id: nth for nth, album_id in enumerate(album_ids)}
            tracks = queries.track_rows(conn, track_ids, self._clock())
            albums = queries.album_rows(conn, album_ids, self._clock())
        return GroupDetail(
            group,
            count,
            seconds,
            tuple(sorted(tracks, key=lambda row: place[row.id])),
            tuple(sorted(albums, key=lambda row: rank[row.id])),
        )
