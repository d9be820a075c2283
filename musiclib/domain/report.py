"""A data-quality report: what was measured at one moment, and how it stands to an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from musiclib.domain.quality import FACTS, Measure, Section, of_section
from musiclib.domain.too_many import BIN_BPM, TooMany

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Run:
    """Work of one kind without a longer rest."""

    kind: str
    """A `TaskKind`, or a provider: then what it has answered."""
    begun: datetime
    ended: datetime
    done: int
    failed: int

    @property
    def per_min(self) -> float | None:
        """None: too few to say."""
        span = self.ended - self.begun
        return (self.done + self.failed - 1) / (span / _MINUTE) if span >= _MINUTE / 2 else None


@dataclass(frozen=True, slots=True)
class Pauses:
    """How often a provider was not to be asked for a while, and when and why last."""

    provider: str
    times: int
    last_at: datetime
    last_until: datetime
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured. Times are UTC; `counts` is query of a measure -> tracks it finds."""

    measured_at: datetime
    took_s: float
    tracks: int
    counts: Mapping[str, int]
    locked: int
    """Values set by hand."""
    overruled: int
    """Tracks on which another value is in force than one set by hand: there should never be one."""
    tempos: tuple[tuple[int, int], ...] = ()
    """(BPM, tracks from there up to `BIN_BPM` more), for the bins that have any."""
    too_many: tuple[TooMany, ...] = ()
    runs: tuple[Run, ...] = ()
    pauses: tuple[Pauses, ...] = ()

    def at(self, measured_at: datetime, took_s: float) -> Report:
        """The same numbers, measured then and in so many seconds."""
        return replace(self, measured_at=measured_at.astimezone(UTC), took_s=took_s)

    def count(self, measure: Measure) -> int | None:
        """None where an older program did not measure it."""
        return self.counts.get(measure.query)

    def share(self, measure: Measure) -> float | None:
        """Per cent of all tracks that have the field; None while there are none."""
        missing = self.count(measure)
        return None if missing is None or not self.tracks else 100.0 * (1 - missing / self.tracks)

    @property
    def mean_share(self) -> float | None:
        """Per cent of the facts that are there, the mean over all tracks."""
        shares = [share for each in FACTS if (share := self.share(each)) is not None]
        return sum(shares) / len(shares) if shares else None

    def total(self, section: Section) -> int:
        return sum(self.count(each) or 0 for each in of_section(section))


@dataclass(frozen=True, slots=True)
class Point:
    """One report in the trend."""

    measured_at: datetime
    share: float


def change(now: Report, earlier: Report | None, measure: Measure) -> int | None:
    """How many tracks more the measure finds; None where one of them does not know."""
    if earlier is None:
        return None
    new, old = now.count(measure), earlier.count(measure)
    return None if new is None or old is None else new - old


def share_change(now: Report, earlier: Report | None, measure: Measure) -> float | None:
    """How many points more of the tracks have the field."""
    if earlier is None:
        return None
    new, old = now.share(measure), earlier.share(measure)
    return None if new is None or old is None else new - old


def mean_change(now: Report, earlier: Report | None) -> float | None:
    new, old = now.mean_share, earlier.mean_share if earlier else None
    return None if new is None or old is None else new - old


_GOALS = (10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99)
_SHORTEST = timedelta(days=2)
_LONGEST = timedelta(days=730)


def forecast(points: Sequence[Point]) -> tuple[int, datetime] | None:
    """The next round share and when it is reached at the pace of these points, as a straight line through
    them has it; None where they climb too little, or for too short a time, to say."""
    if len(points) < 2 or points[-1].measured_at - points[0].measured_at < _SHORTEST:
        return None
    begun, last = points[0].measured_at, points[-1]
    days = [(each.measured_at - begun) / timedelta(days=1) for each in points]
    mean_day = sum(days) / len(days)
    mean_share = sum(each.share for each in points) / len(points)
    spread = sum((day - mean_day) ** 2 for day in days)
    rise = sum((d - mean_day) * (p.share - mean_share) for d, p in zip(days, points, strict=True)) / spread
    goal = next((each for each in _GOALS if each > last.share + 0.5), None)
    if goal is None or rise <= 0:
        return None
    needed = (goal - last.share) / rise
    return (goal, last.measured_at + timedelta(days=needed)) if needed <= _LONGEST.days else None


def one_a_day(points: Iterable[Point]) -> list[Point]:
    """The last one of each day, where this machine is; oldest first."""
    found = {each.measured_at.astimezone().date(): each for each in sorted(points, key=_moment)}
    return list(found.values())


def _moment(point: Point) -> datetime:
    return point.measured_at


def stored(report: Report) -> dict[str, Any]:
    """The numbers of a report as JSON; what has a column of its own is not among them."""
    return {
        "counts": dict(report.counts),
        "locked": report.locked,
        "overruled": report.overruled,
        "tempos": [list(each) for each in report.tempos],
        "too_many": [[each.tenths, each.tracks, each.source, each.from_source] for each in report.too_many],
        "runs": [
            [each.kind, each.begun.isoformat(), each.ended.isoformat(), each.done, each.failed]
            for each in report.runs
        ],
        "pauses": [
            [
                *(each.provider, each.times, each.last_at.isoformat(), each.last_until.isoformat()),
                *(each.code, each.reason),
            ]
            for each in report.pauses
        ],
    }


def restored(measured_at: datetime, took_s: float, tracks: int, numbers: Mapping[str, Any]) -> Report:
    """The report again from `stored`; what an older program did not write is empty."""
    at = datetime.fromisoformat
    return Report(
        measured_at,
        took_s,
        tracks,
        dict(numbers.get("counts", {})),
        int(numbers.get("locked", 0)),
        int(numbers.get("overruled", 0)),
        tuple((bpm, count) for bpm, count in numbers.get("tempos", ())),
        tuple(TooMany(*each) for each in numbers.get("too_many", ())),
        tuple(
            Run(kind, at(begun), at(ended), done, failed)
            for kind, begun, ended, done, failed in numbers.get("runs", ())
        ),
        tuple(
            Pauses(provider, times, at(last), at(until), code, reason)
            for provider, times, last, until, code, reason in numbers.get("pauses", ())
        ),
    )


def binned(tenths: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    """Tempos counted by tenths of a BPM, as the bins of `Report.tempos`."""
    bins: dict[int, int] = {}
    for tenth, count in tenths.items():
        start = tenth // (10 * BIN_BPM) * BIN_BPM
        bins[start] = bins.get(start, 0) + count
    return tuple(sorted(bins.items()))
