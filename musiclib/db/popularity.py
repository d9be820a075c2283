"""How well known tracks are among those of their artist, genre, decade or the library."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Subquery, func, literal_column, select, type_coerce

from musiclib.db.schema import TrackArtist
from musiclib.db.search_schema import RAW_ID, TrackFacts, TrackNames
from musiclib.domain.ids import TrackId
from musiclib.domain.packs import LEAST, Rated, Within

_ARTIST: Any = type_coerce(TrackArtist.artist_id, RAW_ID)
_OF_TRACK = (type_coerce(TrackArtist.track_id, RAW_ID) == TrackFacts.track_id) & (TrackArtist.position == 1)
_DECADE: Any = TrackFacts.year - TrackFacts.year % 10


def rated(conn: Connection) -> list[Rated]:
    """Every track, with what packs compare it by, as they came."""
    statement = (
        select(TrackFacts.track_id, TrackFacts.popularity, _ARTIST, TrackNames.genres, _DECADE)
        .join(TrackNames, TrackNames.number == TrackFacts.number)
        .outerjoin(TrackArtist, _OF_TRACK)
        .order_by(TrackFacts.number)
    )
    return [
        Rated(
            TrackId(raw if isinstance(raw, UUID) else UUID(raw)),
            popularity,
            "" if artist is None else str(artist),
            genres[1:].partition("|")[0],
            decade,
        )
        for raw, popularity, artist, genres, decade in conn.execute(statement)
    ]


def ranks(conn: Connection, within: Within) -> Subquery:
    """`number` and `percentile` of every track in a group of at least `LEAST` of known popularity.

    It counts as `domain.packs.percentiles` does.
    """
    group = _group(conn, within)
    rows: Select[Any] = select(TrackFacts.number, TrackFacts.popularity, group.label("part")).where(
        TrackFacts.popularity.is_not(None)
    )
    if within is Within.ARTIST:
        rows = rows.join(TrackArtist, _OF_TRACK)
    elif within is Within.GENRE:
        rows = rows.join(TrackNames, TrackNames.number == TrackFacts.number).where(TrackNames.genres != "")
    elif within is Within.DECADE:
        rows = rows.where(TrackFacts.year.is_not(None))
    known = rows.subquery()
    smaller = func.rank().over(partition_by=known.c.part, order_by=known.c.popularity) - 1
    equal = func.count().over(partition_by=[known.c.part, known.c.popularity])
    everything = func.count().over(partition_by=known.c.part)
    percentile = (100.0 * (smaller + equal / 2.0) / everything).label("percentile")
    counted = select(known.c.number, percentile, everything.label("members")).subquery()
    return select(counted.c.number, counted.c.percentile).where(counted.c.members >= LEAST).subquery()


def _group(conn: Connection, within: Within) -> Any:
    if within is Within.ARTIST:
        return _ARTIST
    if within is Within.DECADE:
        return _DECADE
    if within is Within.LIBRARY:
        return literal_column("0")
    if conn.dialect.name != "sqlite":
        return func.split_part(TrackNames.genres, "|", 2)
    names = func.substr(TrackNames.genres, 2)
    return func.substr(names, 1, func.instr(names, "|") - 1)
