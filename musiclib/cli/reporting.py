"""`musiclib report`: how complete and how free of contradictions the library's data is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musiclib.cli.command import Session, command
from musiclib.cli.output import Cell
from musiclib.cli.rows import track_json

if TYPE_CHECKING:
    from musiclib.domain.report import Report
    from musiclib.services.report import Kept


@command
def report(
    session: Session,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as one HTML file.")] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as CSV, a row per number.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="Compare with the report of then: 2026-06-10, 2026-06, 7d."),
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, max=9999, help="Draw so many tracks to check by eye.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=999_999_999, help="Which ones; by default others each day.")
    ] = None,
) -> None:
    """Measure what is missing, contradicts itself or cannot be right; each number tells its query."""
    from musiclib.domain.query_values import Chance
    from musiclib.services.report import SAMPLED
    from musiclib.services.saving import save_text

    moment = _moment_of(since) if since is not None else None
    chance = Chance(sample or SAMPLED, datetime.now().astimezone().toordinal() if seed is None else seed)
    with session.library() as library:
        found = library.report.measured()
        kept = library.report.keep(found)
        earlier = _compared_with(kept, found, moment)
        rows = library.report.sample(chance) if sample or session.as_json else []
        if html is not None:
            save_text(library.report.as_html(found, kept, earlier, chance), html)
        if csv is not None:
            save_text(library.report.as_csv(found, earlier), csv)
    if session.as_json:
        drawn = {"query": f"sample:{chance.text}", "tracks": [track_json(row) for row in rows]}
        session.out.json(_as_json(found, kept, earlier) | {"sample": drawn})
        return
    _print(session, found, kept, earlier)
    if rows:
        cells = [(row.artist, row.title, row.version, row.album, row.year, row.bpm) for row in rows]
        title = f"To check by eye: sample:{chance.text}"
        session.out.table(("Artist", "Title", "Version", "Album", "Year", "BPM"), cells, title)
    for path in (html, csv):
        if path is not None:
            session.out.note(f"Written: {path}")


def _moment_of(text: str) -> datetime:
    """The end of the day, month or year that is named, or so long ago."""
    from musiclib.domain.query_values import Age, DayAgo, Days, Unreadable, added

    now = datetime.now().astimezone()
    try:
        value = added(text)
    except Unreadable as problem:
        raise typer.BadParameter(
            f"{problem}; write 2026-06-10, 2026-06 or 7d", param_hint="--since"
        ) from None
    if isinstance(value, Age):
        return now - timedelta(days=value.days)
    if isinstance(value, DayAgo):
        day = (now - timedelta(days=value.days)).date()
    elif isinstance(value, Days) and value.last is not None:
        day = value.last
    else:
        raise typer.BadParameter(f"“{text}” does not say until when", param_hint="--since")
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999).astimezone()


def _compared_with(kept: Kept, found: Report, moment: datetime | None) -> Report | None:
    from musiclib.errors import NotInLibrary

    earlier = kept.before(found, moment)
    if moment is not None and earlier is None:
        oldest = (kept.reports[-1] if kept.reports else found).measured_at.astimezone()
        raise NotInLibrary(
            f"There is no report that old. The first one was measured on {oldest:%Y-%m-%d}: "
            f"--since {oldest:%Y-%m-%d} compares with it."
        )
    return earlier


def _as_json(found: Report, kept: Kept, earlier: Report | None) -> dict[str, Any]:
    from musiclib.domain.report import forecast, mean_change
    from musiclib.domain.report_words import numbers

    trend = kept.trend()
    reached = forecast(trend)
    return {
        "measured_at": found.measured_at,
        "took_s": round(found.took_s, 3),
        "tracks": found.tracks,
        "compared_with": earlier.measured_at if earlier else None,
        "mean_percent": found.mean_share,
        "mean_change": mean_change(found, earlier),
        "numbers": [
            {name: value for name, value in row.items() if value is not None}
            for row in numbers(found, earlier)
        ],
        "tempos": [{"bpm": bpm, "tracks": count} for bpm, count in found.tempos],
        "too_many": [
            {"bpm": each.bpm, "tracks": each.tracks, "query": each.query, "source": each.source}
            | {"from_source": each.from_source}
            for each in found.too_many
        ],
        "runs": [_run_json(each) for each in found.runs],
        "pauses": list(found.pauses),
        "trend": [{"measured_at": each.measured_at, "percent": each.share} for each in trend],
        "forecast": {"percent": reached[0], "at": reached[1]} if reached else None,
    }


def _run_json(run: Any) -> dict[str, Any]:
    return {
        "kind": run.kind,
        "begun": run.begun,
        "ended": run.ended,
        "done": run.done,
        "failed": run.failed,
        "per_min": run.per_min,
    }


def _print(session: Session, found: Report, kept: Kept, earlier: Report | None) -> None:
    from musiclib.domain.report_words import day

    out, now = session.out, datetime.now(UTC)
    if not found.tracks:
        out.note("There are no tracks yet. `musiclib import LIST` or `musiclib scan FOLDER` brings some.")
        return
    against = f", compared with {day(earlier.measured_at, now)}" if earlier else ""
    out.data(f"{found.tracks:,} tracks, measured in {found.took_s:.1f} s{against}")
    for title, columns, rows in _tables(found, earlier):
        out.table(columns, rows, title)
    _print_mean(session, found, kept, earlier)


def _tables(
    found: Report, earlier: Report | None
) -> list[tuple[str, Sequence[str], Sequence[Sequence[Cell]]]]:
    from musiclib.domain.quality import COVERAGE, Section, of_section
    from musiclib.domain.report import change, share_change
    from musiclib.domain.report_words import SECTION_TITLES, percent, points, signed

    covered: list[Sequence[Cell]] = [
        (
            each.title,
            percent(found.share(each)),
            points(share_change(found, earlier, each)),
            found.count(each),
            each.query,
        )
        for each in COVERAGE
    ]
    tables: list[tuple[str, Sequence[str], Sequence[Sequence[Cell]]]] = [
        (SECTION_TITLES[Section.COVERAGE], ("Field", "% there", "Change", "Missing", "Query"), covered)
    ]
    for section in (Section.CONTRADICTIONS, Section.IMPLAUSIBLE):
        cells: list[Sequence[Cell]] = [
            (each.title, each.words, found.count(each), signed(change(found, earlier, each)), each.query)
            for each in of_section(section)
        ]
        tables.append((SECTION_TITLES[section], ("What", "", "Tracks", "Change", "Query"), cells))
    return tables


def _print_mean(session: Session, found: Report, kept: Kept, earlier: Report | None) -> None:
    from musiclib.domain.quality import FACTS, HAND
    from musiclib.domain.report import forecast, mean_change
    from musiclib.domain.report_words import pauses_line, percent, points, run_line, run_name, stamp
    from musiclib.domain.source_names import PROPER_NAMES, source_in_sentence

    out = session.out
    for each in found.too_many:
        by = f", {each.from_source:,} of them from {source_in_sentence(each.source)}" if each.source else ""
        out.data(f"Too many of one: {each.tracks:,} at exactly {each.bpm:.1f} BPM{by} ({each.query})")
    gained = mean_change(found, earlier)
    since = (
        f", {points(gained)} points since {stamp(earlier.measured_at)}"
        if earlier and gained is not None
        else ""
    )
    out.data(
        f"{percent(found.mean_share)} % of {len(FACTS)} facts are there, the mean over all tracks{since}"
    )
    if reached := forecast(kept.trend()):
        out.data(f"At this pace {reached[0]} % in {reached[1].astimezone():%B %Y}")
    out.data(
        f"Values you locked: {found.locked:,} (source:manual); overwritten by us: {found.overruled} ({HAND})"
    )
    for run in found.runs:
        out.data(f"{run_name(run)}, {stamp(run.begun)}: {run_line(run)}")
    for pauses in found.pauses:
        out.data(f"{PROPER_NAMES.get(pauses.provider, pauses.provider)}: {pauses_line(pauses)}")
