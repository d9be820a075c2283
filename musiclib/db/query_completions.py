"""What of the library fits a text field whose value is being typed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, func, select, type_coerce

from musiclib.db.query_filter import contains
from musiclib.db.schema import Track
from musiclib.db.search_schema import RAW_ID, TrackFacts, TrackNames
from musiclib.domain.folding import folded

_LAST = chr(0x10FFFF)
_LOOKED_AT = 2_000
"""So many tracks with a genre that fits are looked at: enough to know which are frequent."""


def values_beginning(conn: Connection, field: str, begin: str, limit: int) -> list[str]:
    """Values of a text field that begin so, as one of their tracks spells them: in their order, genres by
    how frequent they are. Only artist, album, label, version and genre are completed."""
    if field == "genre":
        return _genres(conn, folded(begin), limit)
    if field not in {"artist", "album", "label", "version"}:
        return []
    name: Any = getattr(TrackNames, field)
    low = folded(begin)
    mine = select(func.min(TrackNames.number)).where(name >= low, name < low + _LAST, name != "")
    numbers = conn.execute(mine.group_by(name).order_by(name).limit(limit)).scalars().all()
    spelt = (
        select(getattr(Track, field))
        .join(TrackFacts, TrackFacts.track_id == type_coerce(Track.id, RAW_ID))
        .join(TrackNames, TrackNames.number == TrackFacts.number)
        .where(TrackFacts.number.in_(numbers))
        .order_by(name)
    )
    return list(conn.execute(spelt).scalars())


def _genres(conn: Connection, begin: str, limit: int) -> list[str]:
    fitting = select(TrackNames.genres).where(contains(conn, TrackNames.genres, f"|{begin}"))
    counted: Counter[str] = Counter()
    for listed in conn.execute(fitting.limit(_LOOKED_AT)).scalars():
        counted.update(each for each in listed.strip("|").split("|") if each.startswith(begin))
    return [genre for genre, _ in sorted(counted.items(), key=lambda each: (-each[1], each[0]))][:limit]
