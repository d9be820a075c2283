"""Measures a library for the data-quality report, and keeps what was measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.sql.visitors import iterate

from musiclib.db import quality, track_search
from musiclib.db.provider_pauses import last_pauses
from musiclib.db.query_filter import OF_TRACKS, filter_of
from musiclib.db.report_schema import QualityReport
from musiclib.db.schema import EnrichmentTask, ExternalData, Track, TrackMetadata
from musiclib.db.search_schema import RAW_ID, TrackFacts
from musiclib.domain.quality import HAND, MEASURES
from musiclib.domain.report import Report, Run, binned, restored, stored
from musiclib.domain.states import TaskKind, TaskStatus
from musiclib.domain.too_many import TooMany, suspicious
from musiclib.domain.track_query import parse_query

_RUNS_OF = timedelta(days=14)
_REST = timedelta(minutes=20)
"""Who rests longer begins another run."""
_RUNS_EACH = 3
_MINUTES = 10


def measure(conn: Connection, now: datetime) -> Report:
    """Measure everything, in one read transaction. `took_s` is left at 0 for who times it.

    `now` is aware, in the time zone whose calendar days count.
    """
    counts = _counts(conn, now)
    tenths = _tempos(conn)
    return Report(
        now,
        0.0,
        counts.pop(_ALL),
        counts,
        conn.execute(quality.locked_values()).scalar_one(),
        counts.pop(HAND),
        binned(tenths),
        tuple(_too_many(conn, each, now) for each in suspicious(tenths)),
        _runs(conn, now),
        last_pauses(conn, now),
    )


_ALL = "all"
_COMPARED = {f"clash:{field}": field for field in quality.COMPARED}
_OF_TRACKS = {f"missing:{thing}": column for thing, column in OF_TRACKS.items()}


def _counts(conn: Connection, now: datetime) -> dict[str, int]:
    """Query -> tracks. What one pass over a table can tell is told by one."""
    queries = [each.query for each in MEASURES if each.query not in {*_COMPARED, *_OF_TRACKS}] + [HAND]
    conditions = {each: and_(*filter_of(conn, parse_query(each), now).facts) for each in queries}
    rare = {each for each, condition in conditions.items() if _looks_elsewhere(condition)}
    found = _pass(
        conn, {_ALL: None} | {each: conditions[each] for each in queries if each not in rare}, TrackFacts
    )
    found |= _pass(conn, {query: column.is_(None) for query, column in _OF_TRACKS.items()}, Track)
    for query in rare:
        counted = select(func.count()).select_from(TrackFacts).where(conditions[query])
        found[query] = conn.execute(counted).scalar_one()
    tracks, apart = quality.disagreements(conn)
    compared = tracks.with_only_columns(
        *(func.count(case((apart[name], 1))).label(name) for name in _COMPARED.values())
    )
    row = conn.execute(compared).one()
    return found | dict(zip(_COMPARED, row, strict=True))


def _looks_elsewhere(condition: Any) -> bool:
    """Whether it asks another table: few tracks are found so, and it is not asked again of each one."""
    return any(isinstance(each, Select) for each in iterate(condition))


def _pass(conn: Connection, conditions: Mapping[str, Any], table: Any) -> dict[str, int]:
    counted = [func.count() if each is None else func.count(case((each, 1))) for each in conditions.values()]
    return dict(zip(conditions, conn.execute(select(*counted).select_from(table)).one(), strict=True))


def _tempos(conn: Connection) -> dict[int, int]:
    """Tracks by tenths of a BPM."""
    shifted = TrackFacts.bpm * 10 + 0.5
    tenth = cast(shifted if conn.dialect.name == "sqlite" else func.floor(shifted), Integer)
    query = select(tenth, func.count()).where(TrackFacts.bpm.is_not(None)).group_by(tenth)
    return {bpm: count for bpm, count in conn.execute(query)}  # noqa: C416 - a result has keys


def _too_many(conn: Connection, tenths: int, now: datetime) -> TooMany:
    asked = parse_query(TooMany(tenths, 0).query)
    ids = track_search.selected(conn, asked, now, TrackFacts.track_id)
    same = func.abs(quality.number_said(conn, TrackMetadata.fields, "bpm") - tenths / 10) <= _HALF_TENTH
    said = (
        select(TrackMetadata.source, func.count())
        .where(type_coerce(TrackMetadata.track_id, RAW_ID).in_(ids), same)
        .group_by(TrackMetadata.source)
        .order_by(func.count().desc(), TrackMetadata.source)
    )
    most = conn.execute(said.limit(1)).first()
    source, from_source = most if most is not None else (None, 0)
    return TooMany(tenths, track_search.count(conn, asked, now), source, from_source)


_HALF_TENTH = 0.05 + 1e-9


class _Slice(NamedTuple):
    """What was finished of one kind within a few minutes."""

    first: datetime
    last: datetime
    done: int
    failed: int


def _runs(conn: Connection, now: datetime) -> tuple[Run, ...]:
    """The last runs of each kind of work, and of asking each provider, newest first: what was finished close
    together in time."""
    task, answer, since = EnrichmentTask, ExternalData, now - _RUNS_OF
    done, failed = (func.count(case((task.status == each, 1))) for each in _ENDED)
    tasks: Any = (
        select(task.kind, *_ends(task.finished_at), done, failed)
        .where(task.updated_at >= since, task.finished_at >= since, task.status.in_(_ENDED))
        .group_by(task.kind, _ten_minutes(conn, task.finished_at))
    )
    answers: Any = (
        select(answer.provider, *_ends(answer.fetched_at), func.count(), literal(0))
        .where(answer.fetched_at >= since)
        .group_by(answer.provider, _ten_minutes(conn, answer.fetched_at))
    )
    slices: dict[str, list[_Slice]] = defaultdict(list)
    for query in (tasks, answers):
        for row in conn.execute(query):
            slices[row[0]].append(_Slice(*row[1:]))
    kinds = [*TaskKind, *sorted(slices.keys() - set(TaskKind))]
    return tuple(run for kind in kinds for run in _joined(kind, sorted(slices[kind]))[-_RUNS_EACH:][::-1])


_ENDED = (TaskStatus.DONE, TaskStatus.ERROR)


def _ends(moment: Any) -> tuple[Any, Any]:
    return func.min(moment), func.max(moment)


def _joined(kind: str, slices: Iterable[_Slice]) -> list[Run]:
    runs: list[Run] = []
    for first, last, done, failed in slices:
        if runs and first - runs[-1].ended <= _REST:
            before = runs.pop()
            first, done, failed = before.begun, before.done + done, before.failed + failed
        runs.append(Run(kind, first, last, done, failed))
    return runs


def _ten_minutes(conn: Connection, moment: Any) -> Any:
    """The moment but for what is behind the tens of minutes."""
    if conn.dialect.name == "sqlite":
        return func.substr(moment, 1, len("2026-11-21 18:4"))
    return func.floor(func.extract("epoch", moment) / (60 * _MINUTES))


class ReportRepository:
    """The reports that were measured."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add(self, report: Report) -> None:
        """Keep it. Of days before its own the last report each is kept, as days are where this machine is."""
        same_day = report.measured_at.astimezone().date()
        kept: dict[Any, Any] = {}
        query = select(QualityReport.id, QualityReport.measured_at).order_by(QualityReport.measured_at)
        gone = []
        for report_id, moment in self._conn.execute(query):
            day = moment.astimezone().date()
            if day < same_day and day in kept:
                gone.append(kept[day])
            kept[day] = report_id
        self._conn.execute(delete(QualityReport).where(QualityReport.id.in_(gone)))
        row = {"measured_at": report.measured_at, "took_s": report.took_s, "tracks": report.tracks}
        self._conn.execute(insert(QualityReport), [{**row, "numbers": stored(report)}])

    def all(self) -> list[Report]:
        """Newest first."""
        report = QualityReport
        query = select(report.measured_at, report.took_s, report.tracks, report.numbers)
        return [restored(*row) for row in self._conn.execute(query.order_by(report.measured_at.desc()))]
