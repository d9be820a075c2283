"""Counts and sums over many tracks, made by the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import Connection, func, select, text

from musiclib.db.schema import FAILED, EnrichmentTask, Track
from musiclib.db.search_schema import TrackFacts
from musiclib.db.statements import chunked
from musiclib.db.track_search import selected
from musiclib.domain.ids import TrackId
from musiclib.domain.rows import LibraryCounts, TrackSums
from musiclib.domain.states import MatchState
from musiclib.domain.track_query import TrackQuery


def of_those(conn: Connection, query: TrackQuery, now: datetime) -> TrackSums:
    """Of the tracks a query finds."""
    return _sums(conn.execute(selected(conn, query, now, *_summed(TrackFacts))).one())


def of_these(conn: Connection, track_ids: Iterable[TrackId]) -> TrackSums:
    summed = select(*_summed(Track))
    parts = (_sums(conn.execute(summed.where(Track.id.in_(some))).one()) for some in chunked(track_ids))
    return reduce(TrackSums.__add__, parts, TrackSums(0, 0.0, None, None))


def keys_of_those(conn: Connection, query: TrackQuery, now: datetime) -> frozenset[int]:
    """The codes of all keys among the tracks a query finds."""
    known = conn.execute(selected(conn, query, now, TrackFacts.key_code).distinct()).scalars()
    return frozenset(code for code in known if code is not None)


def keys_of_these(conn: Connection, track_ids: Iterable[TrackId]) -> frozenset[int]:
    known: set[int] = set()
    for some in chunked(track_ids):
        query: Any = select(Track.key_code).where(Track.id.in_(some), Track.key_code.is_not(None)).distinct()
        known.update(conn.execute(query).scalars())
    return frozenset(known)


def _summed(table: type[Track | TrackFacts]) -> tuple[Any, ...]:
    return func.count(), func.sum(table.duration_s), func.min(table.bpm), func.max(table.bpm)


def library_counts(conn: Connection) -> LibraryCounts:
    review = (Track.match_state == MatchState.REVIEW) & Track.is_id.is_(False)
    failed = select(EnrichmentTask.track_id).where(text(FAILED))
    counted = select(func.count()).select_from(Track)
    return LibraryCounts(
        int(conn.execute(counted).scalar_one()),
        int(conn.execute(counted.where(review)).scalar_one()),
        int(conn.execute(counted.where(review | Track.id.in_(failed))).scalar_one()),
    )


def _sums(row: Any) -> TrackSums:
    count, duration_s, slowest, fastest = row
    return TrackSums(int(count), float(duration_s or 0), slowest, fastest)
