"""Artists and genres with their tracks, counted by the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from heapq import nsmallest
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Select, String, and_, cast, func, select
from sqlalchemy.sql import ColumnElement

from musiclib.db.schema import AlbumTrack, Artist, Track, TrackArtist
from musiclib.db.statements import chunked
from musiclib.domain.groups import Group, Grouping
from musiclib.domain.ids import AlbumId, ArtId, TrackId

# PostgreSQL knows no greatest UUID, so any of a genre's pictures is found as text.
_SOME_ART: Any = func.max(cast(Track.art_id, String))


class Members(NamedTuple):
    tracks: int
    duration_s: float
    best_known: list[TrackId]
    """The most popular first, as many as were asked for."""


def artists(conn: Connection) -> list[Group]:
    """Everybody credited on a track."""
    count: Any = select(TrackArtist.artist_id, func.count()).group_by(TrackArtist.artist_id)
    counted = dict(conn.execute(count).all())
    # One picture each, found by the index: the greatest of all would read every track.
    some_art: Any = (
        select(Track.art_id)
        .join(TrackArtist, TrackArtist.track_id == Track.id)
        .where(TrackArtist.artist_id == Artist.id, Track.art_id.is_not(None))
        .limit(1)
        .correlate(Artist)
        .scalar_subquery()
    )
    names = conn.execute(select(Artist.id, Artist.match_key, Artist.name, some_art))
    return [
        Group(key, name, counted[artist_id], art)
        for artist_id, key, name, art in names
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


def members(conn: Connection, grouping: Grouping, group: Group, limit: int) -> Members:
    """The tracks of a group in one pass over them."""
    query = select(Track.id, Track.popularity, Track.title, Track.duration_s).where(
        Track.id.in_(_track_ids(conn, grouping, group))
    )
    rows = conn.execute(query).all()
    best = nsmallest(limit, rows, key=lambda row: (-1 if row[1] is None else -row[1], row[2], row[0]))
    return Members(len(rows), sum(row[3] or 0.0 for row in rows), [TrackId(row[0]) for row in best])


def albums_of(conn: Connection, track_ids: Sequence[TrackId], limit: int) -> list[AlbumId]:
    """The albums on which most of these tracks stand."""
    counted: Counter[AlbumId] = Counter()
    for some in chunked(track_ids):
        query = select(AlbumTrack.album_id, func.count()).where(AlbumTrack.track_id.in_(some))
        for album_id, tracks in conn.execute(query.group_by(AlbumTrack.album_id)):
            counted[AlbumId(album_id)] += tracks
    return [album_id for album_id, _ in counted.most_common(limit)]


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
