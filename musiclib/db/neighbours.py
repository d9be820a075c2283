"""Reads what goes with a track in a mix from the index of the search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select, type_coerce

from musiclib.db.schema import Track
from musiclib.db.search_schema import RAW_ID, TrackFacts
from musiclib.domain.ids import TrackId
from musiclib.domain.neighbours import Sounding, keys_that_go_with

_COLUMNS = TrackFacts.track_id, TrackFacts.bpm, TrackFacts.key_code, TrackFacts.energy
_FACTORS = (1.0, 2.0, 0.5)


def sounding(conn: Connection, track_id: TrackId) -> Sounding | None:
    """What decides what goes with a track; None if it is gone."""
    of_track = TrackFacts.track_id == type_coerce(Track.id, RAW_ID)
    row = conn.execute(select(*_COLUMNS).join(Track, of_track).where(Track.id == track_id)).one_or_none()
    return None if row is None else _sounding(row)


def may_go_with(conn: Connection, track: Sounding, tempo_percent: float) -> list[Sounding]:
    """Tracks whose key and tempo are near enough, as far as they are known; oldest first."""
    wanted: list[Any] = []
    if track.key_code is not None:
        near = TrackFacts.key_code.in_(keys_that_go_with(track.key_code))
        wanted.append(or_(near, TrackFacts.key_code.is_(None)))
    if track.bpm:
        spans = [_near(track.bpm * factor, tempo_percent) for factor in _FACTORS]
        wanted.append(or_(*spans, TrackFacts.bpm.is_(None)))
    known = or_(TrackFacts.key_code.is_not(None), TrackFacts.bpm.is_not(None))
    rows = conn.execute(select(*_COLUMNS).where(*wanted, known).order_by(TrackFacts.number))
    return [_sounding(row) for row in rows]


def _near(bpm: float, percent: float) -> Any:
    slack = bpm * (percent + 0.001) / 100
    return and_(TrackFacts.bpm >= bpm - slack, TrackFacts.bpm <= bpm + slack)


def _sounding(row: Sequence[Any]) -> Sounding:
    raw_id, bpm, key_code, energy = row
    return Sounding(TrackId(raw_id if isinstance(raw_id, UUID) else UUID(raw_id)), bpm, key_code, energy)
