"""What a data-quality report says, in the words that window, command line and files share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from musiclib.domain.quality import HAND, MEASURES, Measure, Section
from musiclib.domain.report import Pauses, Report, Run, change, share_change
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import TaskKind
from musiclib.domain.wording import Translate, no_translation

MINUS = "−"
NOTHING = "–"
SECTION_TITLES = {
    Section.COVERAGE: "Coverage",
    Section.CONTRADICTIONS: "Contradictions",
    Section.IMPLAUSIBLE: "Implausible values",
}
_KIND_NAMES: dict[str, str] = {TaskKind.METADATA: "Look-ups", TaskKind.AUDIO: "Analysis"}


def number(value: int) -> str:
    """With commas, and the true minus."""
    return f"{value:,}".replace("-", MINUS)


def signed(value: int | None) -> str:
    """How a number changed: "+14", "−9", "0"; a dash where there is nothing to compare."""
    if value is None:
        return NOTHING
    return f"+{value:,}" if value > 0 else number(value)


def percent(value: float | None) -> str:
    """With one digit. All is said of nothing less, and nothing of nothing more."""
    if value is None:
        return NOTHING
    shown = round(value, 1)
    if shown == 100.0 and value < 100.0:
        shown = 99.9
    if shown == 0.0 and value > 0.0:
        shown = 0.1
    return f"{shown:.1f}"


def points(value: float | None) -> str:
    """A change of a share, in points."""
    if value is None:
        return NOTHING
    text = f"{value:+.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", MINUS)


def day(moment: datetime, now: datetime) -> str:
    """The day where this machine is: "today", "10 June", "10 June 2025"; of today the hour as well."""
    local, here = moment.astimezone(), now.astimezone()
    if local.date() == here.date():
        return f"today {local:%H:%M}"
    text = f"{local.day} {local:%B}"
    return text if local.year == here.year else f"{text} {local.year}"


def stamp(moment: datetime) -> str:
    """Day and hour where this machine is."""
    local = moment.astimezone()
    return f"{local.day} {local:%B %Y %H:%M}"


def run_name(run: Run, tr: Translate = no_translation) -> str:
    """What was done: "Look-ups", "Answers of Deezer"."""
    if run.kind in _KIND_NAMES:
        return tr(_KIND_NAMES[run.kind])
    return tr("Answers of {source}").format(source=PROPER_NAMES.get(run.kind, run.kind))


def run_line(run: Run) -> str:
    speed = f", {run.per_min:,.1f} a minute" if run.per_min is not None else ""
    failed = f", {run.failed:,} failed" if run.failed else ""
    return f"{run.done:,} done{failed}{speed}"


def pauses_line(pauses: Pauses) -> str:
    return f"{pauses.times}× in seven days, last till {stamp(pauses.last_until)}: {pauses.reason}"


def numbers(report: Report, earlier: Report | None) -> list[dict[str, Any]]:
    """Every number as one flat row, for CSV and JSON. What is not known is None."""
    rows = [_row(report, earlier, measure) for measure in MEASURES]
    rows += [
        {
            "section": "too_many_of_one",
            "title": f"{each.bpm:.1f} BPM",
            "query": each.query,
            "tracks": each.tracks,
        }
        for each in report.too_many
    ]
    before = earlier.locked if earlier else None
    rows.append(
        {
            "section": "by_hand",
            "title": "Values you locked",
            "query": "source:manual",
            "values": report.locked,
            "before": before,
            "change": None if before is None else report.locked - before,
        }
    )
    rows.append(
        {"section": "by_hand", "title": "Overwritten by us", "query": HAND, "tracks": report.overruled}
    )
    return rows


def _row(report: Report, earlier: Report | None, measure: Measure) -> dict[str, Any]:
    share = report.share(measure) if measure.section is Section.COVERAGE else None
    gained = share_change(report, earlier, measure) if share is not None else None
    return {
        "section": measure.section.value,
        "title": measure.title,
        "query": measure.query,
        "tracks": report.count(measure),
        "percent_there": None if share is None else round(share, 2),
        "percent_change": None if gained is None else round(gained, 2),
        "before": None if earlier is None else earlier.count(measure),
        "change": change(report, earlier, measure),
    }
