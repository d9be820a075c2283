"""The data-quality report: measuring it, keeping it, and writing it down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from musiclib.db import queries, track_search
from musiclib.db.engine import Database
from musiclib.db.report import ReportRepository, measure
from musiclib.domain.quality import COVERAGE, FINDINGS, HAND
from musiclib.domain.query_values import Chance
from musiclib.domain.report import Point, Report, one_a_day
from musiclib.domain.rows import TrackRow
from musiclib.domain.track_query import parse_query
from musiclib.services.acts import Clock
from musiclib.services.report_csv import as_csv
from musiclib.services.report_html import as_html

_LISTED = 100
"""So many tracks of each number stand in the HTML."""
SAMPLED = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """The reports that were measured, newest first."""

    reports: tuple[Report, ...]

    @property
    def last(self) -> Report | None:
        return self.reports[0] if self.reports else None

    def before(self, report: Report, since: datetime | None = None) -> Report | None:
        """What a report is compared with: the last one up to `since`. With none, the last one of an earlier
        day, or of the same day where there is no earlier one."""
        older = [each for each in self.reports if each.measured_at < report.measured_at]
        if since is not None:
            return next((each for each in older if each.measured_at <= since), None)
        day = report.measured_at.astimezone().date()
        earlier = (each for each in older if each.measured_at.astimezone().date() < day)
        return next(earlier, older[0] if older else None)

    def trend(self) -> list[Point]:
        """The mean share of each day, oldest first."""
        points = ((each.measured_at, each.mean_share) for each in self.reports)
        return one_a_day(Point(moment, share) for moment, share in points if share is not None)


class ReportService:
    """Thread-safe; what is measured is one read transaction."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def measured(self) -> Report:
        """Measure the library as it is now; nothing is written."""
        begun = self._clock()
        with self._db.read() as conn:
            found = measure(conn, begun.astimezone())
        return found.at(begun, (self._clock() - begun).total_seconds())

    def keep(self, report: Report) -> Kept:
        """Keep a report for comparing; one of an empty library says nothing. Returns all that are kept."""
        if report.tracks:
            with self._db.write() as conn:
                ReportRepository(conn).add(report)
        return self.kept()

    def kept(self) -> Kept:
        with self._db.read() as conn:
            return Kept(tuple(ReportRepository(conn).all()))

    def sample(self, chance: Chance) -> list[TrackRow]:
        """The tracks of a random sample, in the order in which they came."""
        return self._rows(f"sample:{chance.text}", chance.count)

    def as_csv(self, report: Report, earlier: Report | None) -> str:
        return as_csv(report, earlier)

    def as_html(self, report: Report, kept: Kept, earlier: Report | None, chance: Chance) -> str:
        """One page of its own, with the first tracks of every number and a sample as they are now."""
        counts = {**report.counts, HAND: report.overruled}
        counts |= {each.query: each.tracks for each in report.too_many}
        asked = [each.query for each in (*FINDINGS, *COVERAGE)]
        asked += [HAND, *(each.query for each in report.too_many)]
        listed = {query: self._rows(query, _LISTED) for query in asked if counts.get(query)}
        listed[f"sample:{chance.text}"] = self.sample(chance)
        return as_html(report, earlier, kept.trend(), listed)

    def _rows(self, query: str, limit: int) -> list[TrackRow]:
        now = self._clock()
        with self._db.read() as conn:
            ids = track_search.find(conn, parse_query(query), now.astimezone(), limit=limit)
            found = {row.id: row for row in queries.track_rows(conn, ids, now)}
        return [found[each] for each in ids if each in found]
