"""A data-quality report as the window says it: the rows of its cards, in words and in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from musiclib.domain.quality import Measure, Section, of_section
from musiclib.domain.report import Report, Run, change, share_change
from musiclib.domain.report_words import percent, points, run_name
from musiclib.domain.source_names import source_in_sentence
from musiclib.domain.too_many import TooMany
from musiclib.gui import wording

BETTER, WORSE, SAME = "done.text", "review.text", "text.tertiary"
_MINUS = "−"


def _tr(text: str) -> str:
    return QCoreApplication.translate("ReportView", text)


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One field: how many tracks have it, now and before."""

    query: str
    title: str
    share: float
    """0-1."""
    before: float | None
    percent: str
    change: str
    tone: str
    """The colour of the change."""
    missing: str
    any: bool
    """Whether any track lacks it."""
    sentence: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One contradiction, or something that cannot be right."""

    measure: Measure
    title: str
    words: str
    count: str
    change: str
    tone: str
    any: bool
    sentence: str

    @property
    def query(self) -> str:
        return self.measure.query


def when(moment: datetime, now: datetime) -> str:
    """“today 21:30”, “10 June”."""
    local = moment.astimezone()
    if local.date() == now.astimezone().date():
        return _tr("today {time}").format(time=local.strftime("%H:%M"))
    return wording.day(moment, now)


def coverage(
    measures: Sequence[Measure], report: Report, earlier: Report | None, now: datetime
) -> list[CoverageLine]:
    return [_coverage_line(each, report, earlier, now) for each in measures]


def _coverage_line(measure: Measure, report: Report, earlier: Report | None, now: datetime) -> CoverageLine:
    share, before = report.share(measure), earlier.share(measure) if earlier else None
    gained = share_change(report, earlier, measure)
    missing = report.count(measure)
    title = wording.translate(measure.title)
    counted = wording.number(missing) if missing is not None else wording.MISSING
    told = _tr("{field}: {percent} % there, {missing} missing").format(
        field=title, percent=percent(share), missing=counted
    )
    if gained is not None and earlier is not None:
        told += _tr(", {points} points since {day}").format(
            points=points(gained), day=when(earlier.measured_at, now)
        )
    return CoverageLine(
        measure.query,
        title,
        (share or 0.0) / 100,
        None if before is None else before / 100,
        percent(share),
        points(gained),
        _tone(round(gained or 0, 1)),
        counted,
        bool(missing),
        f"{told}.",
    )


def findings(section: Section, report: Report, earlier: Report | None, now: datetime) -> list[FindingLine]:
    return [_finding_line(each, report, earlier, now) for each in of_section(section)]


def _finding_line(measure: Measure, report: Report, earlier: Report | None, now: datetime) -> FindingLine:
    count, more = report.count(measure), change(report, earlier, measure)
    title, words = wording.translate(measure.title), wording.translate(measure.words)
    counted = wording.number(count) if count is not None else wording.MISSING
    told = _tr("{title}, {words}: {n} tracks").format(title=title, words=words, n=counted)
    if more is not None and earlier is not None:
        told += _tr(", {change} since {day}").format(change=signed(more), day=when(earlier.measured_at, now))
    return FindingLine(
        measure, title, words, counted, signed(more), _tone(-(more or 0)), bool(count), f"{told}."
    )


def in_all(section: Section, report: Report, earlier: Report | None, now: datetime) -> str:
    """“354 in all, 27 fewer than on 10 June”."""
    total = report.total(section)
    told = _tr("{n} in all").format(n=wording.number(total))
    if earlier is None:
        return told
    more, day = total - earlier.total(section), when(earlier.measured_at, now)
    if not more:
        return told + _tr(", as many as {day}").format(day=day)
    pattern = _tr(", {n} more than {day}") if more > 0 else _tr(", {n} fewer than {day}")
    return told + pattern.format(n=wording.number(abs(more)), day=day)


def whose(odd: TooMany) -> str:
    """Where a tempo that is too frequent comes from."""
    n = wording.number(odd.tracks)
    if odd.source is None or not odd.from_source:
        return _tr("No source says it any more.")
    source = wording.translate(source_in_sentence(odd.source))
    if odd.from_source >= odd.tracks:
        return _tr("All {n} come from one source: {source}.").format(n=n, source=source)
    some = wording.number(odd.from_source)
    return _tr("{some} of {n} come from {source}.").format(some=some, n=n, source=source)


def locked_words(count: int) -> str:
    one, several = _tr("You locked 1 value"), _tr("You locked {n} values")
    return one if count == 1 else several.format(n=wording.number(count))


def run_words(run: Run, now: datetime) -> tuple[str, str]:
    """What it was and when; how fast it went."""
    kind = run_name(run, wording.translate)
    parts = [_tr("{n} done").format(n=wording.number(run.done))]
    if run.failed:
        parts.append(_tr("{n} failed").format(n=wording.number(run.failed)))
    if run.per_min is not None:
        parts.append(_tr("{n} a minute").format(n=wording.decimal(run.per_min, 1)))
    return f"{kind}, {wording.clock(now)(run.begun)}", ", ".join(parts)


def signed(value: int | None) -> str:
    if value is None:
        return wording.MISSING
    sign = "+" if value > 0 else _MINUS if value < 0 else ""
    return sign + wording.number(abs(value))


def _tone(gained: float) -> str:
    return SAME if not gained else BETTER if gained > 0 else WORSE
