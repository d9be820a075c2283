"""Artists and genres with their tracks, counted by the database."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Float, Select, String, and_, cast, func, select
from sqlalchemy.sql import ColumnElement

from musiclib.db.schema import AlbumTrack, Artist, Track, TrackArtist
from musiclib.domain.groups import Group, Grouping
from musiclib.domain.ids import AlbumId, ArtId, TrackId

# PostgreSQL knows no greatest UUID, so any of a group's pictures is found as text.
_SOME_ART: Any = func.max(cast(Track.art_id, String))


def artists(conn: Connection) -> list[Group]:
    """Everybody credited on a track."""
    of_artist: Any = (
        select(TrackArtist.artist_id, func.count(TrackArtist.track_id.distinct()), _SOME_ART)
        .join(Track, Track.id == TrackArtist.track_id)
        .group_by(TrackArtist.artist_id)
    )
    counted = {row[0]: (row[1], row[2]) for row in conn.execute(of_artist)}
    names = conn.execute(select(Artist.id, Artist.match_key, Artist.name))
    return [
        Group(key, name, counted[artist_id][0], _art(counted[artist_id][1]))
        for artist_id, key, name in names
        if artist_id in counted
    ]


def genres(conn: Connection) -> list[Group]:
    """Every genre of a track; those that differ in upper and lower case alone are one."""
    value = _genre_of_track(conn)
    query: Any = select(value, func.count(), _SOME_ART).where(Track.genres.is_not(None)).group_by(value)
    spelt: dict[str, list[tuple[int, str, str | None]]] = defaultdict(list)
    for name, count, art in conn.execute(query):
        if name and name.strip():
            spelt[name.strip().casefold()].append((count, name, art))
    found = []
    for key, each in spelt.items():
        each.sort(reverse=True, key=lambda spelling: spelling[0])
        tracks = sum(count for count, _, _ in each)
        art = next((art for _, _, art in each if art), None)
        found.append(Group(key, each[0][1].strip(), tracks, _art(art), tuple(name for _, name, _ in each)))
    return found


def totals(conn: Connection, grouping: Grouping, group: Group) -> tuple[int, float]:
    """How many tracks a group has, and how many seconds they last together."""
    query: Any = select(func.count(), func.coalesce(func.sum(Track.duration_s), 0.0, type_=Float))
    count, seconds = conn.execute(query.where(Track.id.in_(_track_ids(conn, grouping, group)))).one()
    return int(count), float(seconds)


def best_known(conn: Connection, grouping: Grouping, group: Group, limit: int) -> list[TrackId]:
    """The tracks of a group, the most popular first."""
    query = (
        select(Track.id)
        .where(Track.id.in_(_track_ids(conn, grouping, group)))
        .order_by(func.coalesce(Track.popularity, -1).desc(), Track.title, Track.id)
        .limit(limit)
    )
    return [TrackId(each) for each in conn.execute(query).scalars()]


def albums_of(conn: Connection, grouping: Grouping, group: Group, limit: int) -> list[AlbumId]:
    """The albums on which most of its tracks stand."""
    query = (
        select(AlbumTrack.album_id)
        .where(AlbumTrack.track_id.in_(_track_ids(conn, grouping, group)))
        .group_by(AlbumTrack.album_id)
        .order_by(func.count().desc(), AlbumTrack.album_id)
        .limit(limit)
    )
    return [AlbumId(each) for each in conn.execute(query).scalars()]


def _track_ids(conn: Connection, grouping: Grouping, group: Group) -> Select[UUID]:
    if grouping is Grouping.ARTIST:
        artist = select(Artist.id).where(Artist.match_key == group.key).scalar_subquery()
        return select(TrackArtist.track_id).where(TrackArtist.artist_id == artist)
    value = _genre_of_track(conn)
    return select(Track.id).where(and_(Track.genres.is_not(None), value.in_(group.spellings)))


def _genre_of_track(conn: Connection) -> ColumnElement[str]:
    """Each element of the list in `Track.genres`, joined to its track."""
    if conn.dialect.name == "sqlite":
        each: Any = func.json_each(Track.genres).table_valued("value", joins_implicitly=True)
        return cast(each.c.value, String)
    element: Any = func.json_array_elements_text(Track.genres).table_valued("value", joins_implicitly=True)
    return cast(element.c.value, String)


def _art(text: str | None) -> ArtId | None:
    return ArtId(UUID(text)) if text else None
