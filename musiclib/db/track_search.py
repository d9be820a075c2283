"""Finds, counts and orders tracks by the index of `search_schema`.

Whoever types wants the first screen, so what is done depends on how much is found. A little is sorted
whole. Of much, the index of the first column is walked until enough tracks fit: that would take long if few
did, but then there is not much.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, exists, func, select

from musiclib.db.query_filter import WORDS, Filter, filter_of, has_file, state_code
from musiclib.db.search_schema import TrackFacts, TrackNames
from musiclib.domain.ids import TrackId
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import TrackQuery

_FEW = 2_000
"""So many tracks are sorted at once, whatever the order."""
_FEW_WITH_WORDS = 12_000
"""The same where words are asked for. They stand close together in the order of a name, so that a walk may
have to go far before it meets them, and are found again in no time."""
_MANY_IDS = 10_000
"""From so many on, the whole table is read for them."""

_TEXTS: dict[str, Any] = {
    "artist": TrackNames.artist,
    "title": TrackNames.title,
    "version": TrackNames.version,
    "album": TrackNames.album,
    "label": TrackNames.label,
    "genre": TrackNames.genres,
    "isrc": TrackNames.isrc,
}
_NUMBERS: dict[str, Any] = {
    "bpm": TrackFacts.bpm,
    "key": TrackFacts.wheel_place,
    "energy": TrackFacts.energy,
    "lufs": TrackFacts.loudness_lufs,
    "peak": TrackFacts.true_peak_dbtp,
    "duration": TrackFacts.duration_s,
    "popularity": TrackFacts.popularity,
    "year": TrackFacts.year,
    "file": case((has_file(), 1), else_=None),
    "added": TrackFacts.added,
}
_ALWAYS_KNOWN = {"added", "state"}


def find(
    conn: Connection,
    query: TrackQuery,
    now: datetime,
    order: Sequence[SortKey] = (),
    limit: int | None = None,
    offset: int = 0,
    *,
    also: Sequence[ColumnElement[bool]] = (),
) -> list[TrackId]:
    """The tracks that are found, in order; those that are equal in it as they came.

    `now` is aware, in the time zone whose calendar days count. What has no value in a column comes last,
    whichever way that is sorted. `also` are further conditions over `track_names`.
    """
    found = filter_of(conn, query, now).also(names=also)
    numbers = _numbers(conn, found, now, order, limit, offset)
    return [TrackId(each if isinstance(each, UUID) else UUID(each)) for each in _ids(conn, numbers)]


def packed(
    conn: Connection,
    query: TrackQuery,
    now: datetime,
    order: Sequence[SortKey] = (),
    limit: int | None = None,
) -> bytes:
    """The same, each id as its 16 bytes."""
    ids = _ids(conn, _numbers(conn, filter_of(conn, query, now), now, order, limit, 0))
    if conn.dialect.name == "sqlite":
        return bytes.fromhex("".join(ids))
    return b"".join(each.bytes for each in ids)


def count(conn: Connection, query: TrackQuery, now: datetime) -> int:
    """How many tracks are found."""
    return _count(conn, filter_of(conn, query, now))


def selected(conn: Connection, query: TrackQuery, now: datetime, *columns: Any) -> Select[*tuple[Any, ...]]:
    """These columns of `track_facts` (or what is made of them together) for the tracks that are found."""
    return _from(filter_of(conn, query, now), *columns)


def _numbers(
    conn: Connection,
    found: Filter,
    now: datetime,
    order: Sequence[SortKey],
    limit: int | None,
    offset: int,
) -> list[int]:
    ordering = _Ordering(conn, now)
    if found and order and limit is not None:
        most = _FEW_WITH_WORDS if found.match else _FEW
        few = conn.execute(_found(found).limit(most + 1)).scalars().all()
        if len(few) <= _FEW:
            return ordering.of_these(few, order)[offset : offset + limit]
        if len(few) <= most:
            return ordering.whole(found, order, limit, offset)
    return ordering.ordered(found, tuple(order), limit, offset)


def _matching(match: str) -> ColumnElement[bool]:
    return WORDS.c.track_words.op("MATCH")(match)


def _count(conn: Connection, found: Filter) -> int:
    statement: Any = _found(found).with_only_columns(func.count())
    return int(conn.execute(statement).scalar_one())


def _found(found: Filter) -> Select[int]:
    """The numbers of the tracks that are found, from the one table that tells them if one does."""
    if found.match and not found.facts and not found.names:
        return select(WORDS.c.rowid).select_from(WORDS).where(_matching(found.match))
    if found.names and not found.facts and not found.match:
        return select(TrackNames.number).select_from(TrackNames).where(*found.walked)
    return _from(found, TrackFacts.number)


def _from(found: Filter, *columns: Any) -> Select[*tuple[Any, ...]]:
    """These columns of the numbers of the tracks that are found."""
    statement = select(*columns).where(*found.facts)
    if found.match is None:
        statement = statement.select_from(TrackFacts)
    else:
        words = WORDS.join(TrackFacts, TrackFacts.number == WORDS.c.rowid)
        statement = statement.select_from(words).where(_matching(found.match))
    if found.names:
        its_names = exists().where(TrackNames.number == TrackFacts.number, *found.names)
        statement = statement.where(its_names.correlate(TrackFacts))
    return statement


def _walked(found: Filter, *columns: Any) -> Select[*tuple[Any, ...]]:
    """The same, the names of each track looked at on the way: for who ends after a few."""
    return _from(found.without_match(), *columns)


class _Ordering:
    """Makes orders within one read transaction."""

    def __init__(self, conn: Connection, now: datetime) -> None:
        self._conn = conn
        self._columns = _NUMBERS | {"state": state_code(now)}

    def of_these(self, numbers: Sequence[int], order: Sequence[SortKey]) -> list[int]:
        """These tracks in order."""
        statement = select(TrackFacts.number).join(TrackNames, TrackNames.number == TrackFacts.number)
        statement = statement.where(
            TrackFacts.number.in_(bindparam("few", expanding=True, literal_execute=True))
        )
        keys = self._keys(order)
        statement = statement.order_by(*keys, TrackFacts.number)
        return list(self._conn.execute(statement, {"few": numbers}).scalars().all())

    def whole(self, found: Filter, order: Sequence[SortKey], limit: int, offset: int) -> list[int]:
        """All that is found, sorted."""
        statement = _from(found, TrackFacts.number)
        statement = statement.join(TrackNames, TrackNames.number == TrackFacts.number)
        return self._run(statement.order_by(*self._keys(order), TrackFacts.number), limit, offset)

    def ordered(self, found: Filter, order: tuple[SortKey, ...], limit: int | None, offset: int) -> list[int]:
        """First what has a value in the first column, then what has none in the order of the others."""
        if not order:
            # FTS5 finds in the order of the numbers.
            number = TrackFacts.number if found.match is None else WORDS.c.rowid
            return self._run(_from(found, number).order_by(number), limit, offset)
        first, rest = order[0], order[1:]
        if first.column in _ALWAYS_KNOWN:
            return self._by_number(found, order, limit, offset)
        if first.column in _TEXTS:
            text = _TEXTS[first.column]
            present, absent = found.also(names=[text != ""]), found.also(names=[text == ""])
            listed = self._by_text(present, order, limit, offset)
        else:
            number = self._columns[first.column]
            present, absent = found.also(number.is_not(None)), found.also(number.is_(None))
            listed = self._by_number(present, order, limit, offset)
        if len(listed) == limit:
            return listed
        if offset:
            offset = 0 if listed else max(0, offset - _count(self._conn, present))
        left = None if limit is None else limit - len(listed)
        return listed + self.ordered(absent, rest, left, offset)

    def _by_text(
        self, present: Filter, order: tuple[SortKey, ...], limit: int | None, offset: int
    ) -> list[int]:
        """Walks the index of the text."""
        statement = select(TrackNames.number).select_from(TrackNames).where(*present.walked)
        if present.facts:
            statement = statement.where(
                exists().where(TrackFacts.number == TrackNames.number, *present.facts)
            )
        keys = self._keys(order, walking=True)[1:]  # there is a value
        return self._run(statement.order_by(*keys, TrackNames.number), limit, offset)

    def _by_number(
        self, present: Filter, order: tuple[SortKey, ...], limit: int | None, offset: int
    ) -> list[int]:
        """Walks the index of the number. Where texts decide between equal ones, few of them are read."""
        source = _walked if limit is not None else _from
        first = order[0]
        column = self._columns[first.column]
        keys = self._keys(order)[first.column not in _ALWAYS_KNOWN :]  # there is a value
        if not any(key.column in _TEXTS for key in order):
            statement = source(present, TrackFacts.number)
            return self._run(statement.order_by(*keys, TrackFacts.number), limit, offset)
        if limit is not None:
            bounds = source(present, column).order_by(column.desc() if first.descending else column)
            bound = self._conn.execute(bounds.limit(1).offset(offset + limit - 1)).scalars().first()
            if bound is not None:
                present = present.also(column >= bound if first.descending else column <= bound)
        statement = source(present, TrackFacts.number)
        statement = statement.join(TrackNames, TrackNames.number == TrackFacts.number)
        return self._run(statement.order_by(*keys, TrackFacts.number), limit, offset)

    def _keys(self, order: Sequence[SortKey], *, walking: bool = False) -> list[Any]:
        """`walking`: from row to row of the names, which look their numbers up."""
        keys: list[Any] = []
        for key in order:
            if key.column in _TEXTS:
                column = _TEXTS[key.column]
                missing = column == ""
            else:
                column = self._columns[key.column]
                if walking:
                    column = select(column).where(TrackFacts.number == TrackNames.number).scalar_subquery()
                missing = column.is_(None)
            if key.column not in _ALWAYS_KNOWN:
                keys.append(missing)
            keys.append(column.desc() if key.descending else column)
        return keys

    def _run(self, statement: Select[*tuple[Any, ...]], limit: int | None, offset: int) -> list[int]:
        statement = statement.limit(limit)
        return list(self._conn.execute(statement.offset(offset) if offset else statement).scalars().all())


def _ids(conn: Connection, numbers: Sequence[int]) -> list[Any]:
    """The ids behind the numbers as the driver has them, in their order."""
    if len(numbers) > _MANY_IDS:
        found = conn.exec_driver_sql(_ALL_IDS)
    else:  # past SQLAlchemy, which would look at each number
        found = conn.exec_driver_sql(f"{_ALL_IDS} WHERE number IN ({','.join(map(str, numbers)) or 'NULL'})")
    known: dict[int, Any] = dict(found.all())
    return [known[number] for number in numbers]


_ALL_IDS = "SELECT number, track_id FROM track_facts"
