"""Looks for a track by the beginning of a name, as one types into a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from musiclib.db.search_schema import TrackNames
from musiclib.db.track_search import find
from musiclib.domain.folding import folded
from musiclib.domain.ids import TrackId
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import TrackQuery

_LAST = chr(0x10FFFF)


def first_named(
    conn: Connection,
    query: TrackQuery,
    now: datetime,
    order: Sequence[SortKey],
    column: str,
    prefix: str,
) -> TrackId | None:
    """The first track in this order whose words in a column of `track_names` begin so, in any case."""
    name: Any = getattr(TrackNames, column)
    begin = folded(prefix)
    begins = name >= begin, name < begin + _LAST, name != ""
    found = find(conn, query, now, order, 1, also=begins)
    return found[0] if found else None
