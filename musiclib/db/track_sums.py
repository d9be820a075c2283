"""Counts and sums over many tracks, made by the database."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from musiclib.db.schema import EnrichmentTask, Track
from musiclib.db.statements import chunked
from musiclib.domain.ids import TrackId
from musiclib.domain.rows import LibraryCounts, TrackSums
from musiclib.domain.states import MatchState, TaskStatus

_SUMS = select(func.count(), func.sum(Track.duration_s), func.min(Track.bpm), func.max(Track.bpm))


def of_those(conn: Connection, condition: ColumnElement[bool]) -> TrackSums:
    """Of the tracks for which that holds."""
    return _sums(conn.execute(_SUMS.select_from(Track).where(condition)).one())


def of_these(conn: Connection, track_ids: Iterable[TrackId]) -> TrackSums:
    parts = (of_those(conn, Track.id.in_(some)) for some in chunked(track_ids))
    return reduce(TrackSums.__add__, parts, TrackSums(0, 0.0, None, None))


def keys_of_those(conn: Connection, condition: ColumnElement[bool]) -> frozenset[int]:
    """The codes of all keys among the tracks for which that holds."""
    known: Any = select(Track.key_code).where(condition, Track.key_code.is_not(None)).distinct()
    return frozenset(conn.execute(known).scalars())


def keys_of_these(conn: Connection, track_ids: Iterable[TrackId]) -> frozenset[int]:
    return frozenset().union(*(keys_of_those(conn, Track.id.in_(some)) for some in chunked(track_ids)))


def library_counts(conn: Connection) -> LibraryCounts:
    review = (Track.match_state == MatchState.REVIEW) & Track.is_id.is_(False)
    failed = select(EnrichmentTask.track_id).where(EnrichmentTask.status == TaskStatus.ERROR)
    counted = select(func.count()).select_from(Track)
    return LibraryCounts(
        int(conn.execute(counted).scalar_one()),
        int(conn.execute(counted.where(review)).scalar_one()),
        int(conn.execute(counted.where(review | Track.id.in_(failed))).scalar_one()),
    )


def _sums(row: Any) -> TrackSums:
    count, duration_s, slowest, fastest = row
    return TrackSums(int(count), float(duration_s or 0), slowest, fastest)
