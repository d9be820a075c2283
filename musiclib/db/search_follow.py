"""Brings the index of the search up to date after a run, from the table the run has staged its values in.

`search_index.refresh` makes the rows of a track anew from all tables; after a run over a hundred thousand
tracks it is known what has changed, and a few statements say so to the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from musiclib.db.search_index import HAS_BITS, SOURCE_BITS, STATE_CODES, put_words, take_words
from musiclib.domain.badges import FIELDS_OF_A_WHOLE_TRACK
from musiclib.domain.states import BadgeState

_NAMED = ("label", "isrc", "genres")
_BITS = {"label": "label", "isrc": "isrc", "genres": "genre"}
_SETTLED = STATE_CODES[BadgeState.DONE], STATE_CODES[BadgeState.PARTIAL]
_IN_BITS = frozenset({"isrc", "art"})


def source_bits(sources: Iterable[str]) -> int:
    """Who says something of a track, as `TrackFacts.sources` has it."""
    bits = 0
    for source in sources:
        bits |= SOURCE_BITS.get(source, 0)
    return bits


@contextmanager
def unnoted(conn: Connection) -> Iterator[None]:
    """While it lasts, changed tracks are not noted as due one by one, as `follow` renews all their rows.

    Only on PostgreSQL, where a trigger takes longer than the change it notes, and only for the owner of the
    tables. Whoever shares the database goes on reading; if the transaction fails, the triggers are as before.
    """
    switched = False
    if conn.dialect.name == "postgresql":
        with suppress(ProgrammingError), conn.begin_nested():
            _switch(conn, "DISABLE")
            switched = True
    yield
    if switched:
        _switch(conn, "ENABLE")


def _switch(conn: Connection, way: str) -> None:
    for table in ("tracks", "track_metadata"):
        conn.exec_driver_sql(f"ALTER TABLE {table} {way} TRIGGER due_{table}")


def follow(conn: Connection, staged: str, *, words: bool) -> None:
    """Renew the rows of the tracks in the table `staged`, which nothing else of this transaction changed.

    It has `track_id`, the effective `popularity` and `year`, the bits `sources`, and the folded texts
    `label_words`, `isrc_words` and `genres_words`. `words`: whether one of those is another one now.
    """
    if words:
        changed = list(conn.execute(text(_RENAMED.format(staged=staged))).scalars())
        take_words(conn, changed)
        conn.execute(text(_RENAME.format(staged=staged)))
        put_words(conn, changed)
    conn.execute(text(_REFRESH.format(staged=staged)))
    conn.execute(text(f"DELETE FROM search_due WHERE track_id IN (SELECT track_id FROM {staged})"))


def _has() -> str:
    """The bits of `has`, as the staged texts say."""
    ours = sum(HAS_BITS[bit] for bit in _BITS.values())
    bits = (f"CASE WHEN s.{name}_words <> '' THEN {HAS_BITS[bit]} ELSE 0 END" for name, bit in _BITS.items())
    return f"((track_facts.has & ~{ours}) + {' + '.join(bits)})"


def _filled() -> str:
    """How many of the fields of a whole track have a value."""
    art = f"CASE WHEN track_facts.has & {HAS_BITS['art']} <> 0 THEN 1 ELSE 0 END"
    isrc = "CASE WHEN s.isrc_words <> '' THEN 1 ELSE 0 END"
    year = "CASE WHEN s.year IS NULL THEN 0 ELSE 1 END"
    columns = [each for each in FIELDS_OF_A_WHOLE_TRACK if each not in _IN_BITS and each != "year"]
    others = [f"CASE WHEN track_facts.{each} IS NULL THEN 0 ELSE 1 END" for each in columns]
    return " + ".join([art, isrc, year, *others])


_DIFFERENT = " OR ".join(f"n.{name} <> s.{name}_words" for name in _NAMED)
_RENAMED = (
    "SELECT f.number FROM {staged} AS s JOIN track_facts AS f ON f.track_id = s.track_id "
    f"JOIN track_names AS n ON n.number = f.number WHERE {_DIFFERENT} ORDER BY f.number"
)
_RENAME = (
    f"UPDATE track_names SET {', '.join(f'{name} = s.{name}_words' for name in _NAMED)} "
    "FROM {staged} AS s JOIN track_facts AS f ON f.track_id = s.track_id "
    "WHERE f.number = track_names.number AND ("
    + " OR ".join(f"track_names.{name} <> s.{name}_words" for name in _NAMED)
    + ")"
)
_REFRESH = (
    f"UPDATE track_facts SET popularity = s.popularity, year = s.year, sources = s.sources, has = {_has()}, "
    f"state = CASE WHEN state NOT IN ({_SETTLED[0]}, {_SETTLED[1]}) THEN state "
    f"WHEN {_filled()} = {len(FIELDS_OF_A_WHOLE_TRACK)} THEN {_SETTLED[0]} ELSE {_SETTLED[1]} END "
    "FROM {staged} AS s WHERE track_facts.track_id = s.track_id"
)
