"""Looks for a track by the beginning of a name, as one types into a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func

from musiclib.db.schema import Track
from musiclib.db.track_search import found
from musiclib.domain.folding import folded
from musiclib.domain.ids import TrackId
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import TrackQuery

_NAMES: dict[str, Any] = {
    "artist": Track.artist,
    "title": Track.title,
    "version": Track.version,
    "album": Track.album,
    "label": Track.label,
}


def first_named(
    conn: Connection,
    query: TrackQuery,
    now: datetime,
    order: Sequence[SortKey],
    column: str,
    prefix: str,
) -> TrackId | None:
    """The first track in this order whose words in a column (see `_NAMES`) begin so, in any case."""
    pattern = folded(prefix).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    begins = func.lower(_NAMES[column]).like(f"{pattern}%", escape="\\")
    track_id = conn.execute(found(query, now, order).where(begins).limit(1)).scalar()
    return None if track_id is None else TrackId(track_id)
