"""Finds and orders tracks in SQL by what a `TrackQuery` asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
)

from musiclib.db.schema import Album, AlbumTrack, EnrichmentTask, File, Track, TrackFile, TrackMetadata
from musiclib.domain.folding import folded
from musiclib.domain.ids import TrackId
from musiclib.domain.query_fields import FREE_TEXT
from musiclib.domain.query_values import Age, Code, DayAgo, Days, Keys, Span, Text, Value
from musiclib.domain.states import FileState, MatchState, TaskStatus
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import Operator, Term, TrackQuery

Condition = ColumnElement[bool]

_HAS_FILE = exists().where(
    TrackFile.track_id == Track.id, File.id == TrackFile.file_id, File.state == FileState.OK
)
_NUMBERS: dict[str, Any] = {
    "bpm": Track.bpm,
    "energy": Track.energy,
    "lufs": Track.loudness_lufs,
    "duration": Track.duration_s,
    "popularity": Track.popularity,
    "year": Track.original_year,
    "peak": Track.true_peak_dbtp,
}
_TEXTS: dict[str, Any] = {
    "artist": Track.artist,
    "title": Track.title,
    "version": Track.version,
    "album": Track.album,
    "label": Track.label,
    "isrc": Track.isrc,
}


def find(
    conn: Connection,
    query: TrackQuery,
    now: datetime,
    order: Sequence[SortKey] = (),
    limit: int | None = None,
    offset: int = 0,
) -> list[TrackId]:
    """The tracks that are found, in order; those that are equal in it, oldest first.

    `now` is aware, in the time zone whose calendar days count.
    """
    statement = found(query, now, order).limit(limit).offset(offset or None)
    return [TrackId(each) for each in conn.execute(statement).scalars()]


def found(query: TrackQuery, now: datetime, order: Sequence[SortKey] = ()) -> Select[UUID]:
    """The statement behind `find`."""
    return select(Track.id).where(condition(query, now)).order_by(*_order(order))


def count(conn: Connection, query: TrackQuery, now: datetime) -> int:
    statement = select(func.count()).select_from(Track).where(condition(query, now))
    return int(conn.execute(statement).scalar_one())


def condition(query: TrackQuery, now: datetime) -> Condition:
    """What holds of a row of `tracks` that the query finds."""
    return and_(true(), *(_term(term, now) for term in query.terms))


def _term(term: Term, now: datetime) -> Condition:
    found = or_(false(), *(_value(term, value, now) for value in term.values))
    return not_(func.coalesce(found, false())) if term.negated else found


def _value(term: Term, value: Value, now: datetime) -> Condition:
    match value:
        case Text():
            return _text(term, value)
        case Span():
            return _number(term, value)
        case Keys():
            return Track.key_code.in_(value.codes)
        case Age():
            since = now - timedelta(days=value.days)
            return Track.created_at < since if value.older else Track.created_at > since
        case Days() | DayAgo():
            return _in_days(value, now)
        case Code():
            return _code(term.field, value.text)


def _text(term: Term, value: Text) -> Condition:
    if term.field == "in":
        on_album = AlbumTrack.album_id == Album.id
        return exists().where(
            AlbumTrack.track_id == Track.id, on_album, _holds(func.lower(Album.title), value)
        )
    if term.field == "genre":
        return _holds(func.lower(cast(Track.genres, String)), value)
    if term.field == FREE_TEXT:
        return _holds(Track.search_text.expression, value)
    text = func.lower(_TEXTS[term.field])
    if term.operator is Operator.EXACT:
        return text == value.folded
    if term.field == "title":
        return or_(_holds(text, value), _holds(func.lower(Track.version), value))
    return _holds(text, value)


def _holds(text: ColumnElement[Any], value: Text) -> Condition:
    pattern = folded(value.text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return text.like(f"%{pattern}%", escape="\\")


def _number(term: Term, span: Span) -> Condition:
    column = _NUMBERS[term.field]
    spans = [span]
    if term.field == "bpm" and term.operator is Operator.FITS and span.bounded:
        spans += [span.times(0.5), span.times(2.0)]
    return or_(*(_within(column, each) for each in spans))


def _within(column: Any, span: Span) -> Condition:
    ends = [column.is_not(None)]
    if span.low is not None:
        ends.append(column > span.low if span.low_open else column >= span.low)
    if span.high is not None:
        ends.append(column < span.high if span.high_open else column <= span.high)
    return and_(*ends)


def _in_days(value: Days | DayAgo, now: datetime) -> Condition:
    if isinstance(value, DayAgo):
        first = last = (now - timedelta(days=value.days)).date()
    else:
        first, last = value.first, value.last  # type: ignore[assignment]
    ends: list[Condition] = [true()]
    if first is not None:
        ends.append(Track.created_at >= datetime(first.year, first.month, first.day, tzinfo=now.tzinfo))
    if last is not None:
        after = last + timedelta(days=1)
        ends.append(Track.created_at < datetime(after.year, after.month, after.day, tzinfo=now.tzinfo))
    return and_(*ends)


def _code(field: str, code: str) -> Condition:
    if field == "has":
        return _present(code)
    if field == "missing":
        return not_(_present(code))
    if field == "source":
        return exists().where(TrackMetadata.track_id == Track.id, TrackMetadata.source == code)
    if field == "state":
        return _state(code)
    return false()


def _present(thing: str) -> Condition:
    if thing == "file":
        return _HAS_FILE
    if thing == "year":
        return or_(Track.original_year.is_not(None), Track.release_date.is_not(None))
    if thing in _NUMBERS:
        return _NUMBERS[thing].is_not(None)  # type: ignore[no-any-return]
    other = {"key": Track.key_code, "genre": Track.genres, "art": Track.art_id, **_TEXTS}
    return other[thing].is_not(None)  # type: ignore[no-any-return]


def _state(code: str) -> Condition:
    task = EnrichmentTask
    failed = exists().where(task.track_id == Track.id, task.status == TaskStatus.ERROR)
    if code == "error":
        return failed
    if code == "review":
        return and_(Track.match_state == MatchState.REVIEW, not_(failed))
    return false()


def _order(order: Sequence[SortKey]) -> list[Any]:
    made: list[Any] = []
    for key in order:
        column = _sort_column(key.column)
        made += [case((column.is_(None), 1), else_=0), column.desc() if key.descending else column]
    return [*made, Track.created_at, Track.id]


def _sort_column(name: str) -> Any:
    if name in _TEXTS:
        return func.lower(_TEXTS[name])
    if name in _NUMBERS:
        return _NUMBERS[name]
    other = {"key": Track.key_code, "added": Track.created_at, "state": Track.match_state}
    if name == "file":
        return case((_HAS_FILE, 1), else_=None)
    return other.get(name, cast(Track.genres, String))
