"""The data-quality report as one HTML file that needs nothing else: no script, no picture, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from musiclib.domain.music_key import MusicalKey
from musiclib.domain.quality import BY_QUERY, COVERAGE, FACTS, HAND, Measure, Section, of_section
from musiclib.domain.report import Point, Report, change, forecast, mean_change, share_change
from musiclib.domain.report_words import (
    NOTHING,
    SECTION_TITLES,
    number,
    pauses_line,
    percent,
    points,
    run_line,
    run_name,
    signed,
    stamp,
)
from musiclib.domain.rows import TrackRow
from musiclib.domain.source_names import PROPER_NAMES, source_in_sentence
from musiclib.domain.too_many import BIN_BPM

Listed = Mapping[str, Sequence[TrackRow]]
"""Query -> the first tracks it finds."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --ground: #FCFBF9; --card: #FFFFFF; --line: #E8E5DF; --text: #1D1B18;
  --soft: #55524B; --link: #1F48BF; --bar: #87837A; --track: #E4E1DB; --warn: #B06A00; }
@media (prefers-color-scheme: dark) { :root { --ground: #1B1A18; --card: #242321; --line: #423F3A;
  --text: #F1EFEA; --soft: #BBB7AE; --link: #A3BAFF; --bar: #A7A299; --track: #32302D; --warn: #E9B04B; } }
body { background: var(--ground); color: var(--text); font: 15px/1.45 system-ui, sans-serif;
  max-width: 64rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.6rem 0 .3rem; } p { margin: .3rem 0; } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; background: var(--card); }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 500; color: var(--soft); } .n { text-align: right; font-variant-numeric: tabular-nums; }
a { color: var(--link); } code { color: var(--soft); } svg { width: 100%; height: auto; }
td.wide { width: 45%; }
.bar { position: relative; height: .6rem; margin-top: .4rem; background: var(--track); }
.bar i, .bar b { position: absolute; top: 0; bottom: 0; left: 0; background: var(--bar); }
.bar b { width: 2px; top: -.2rem; bottom: -.2rem; background: var(--link); }
@media print { :root { --ground: #FFF; --card: #FFF; --line: #CCC; --text: #000; --soft: #444; --link: #000; }
  body { margin: 0; max-width: none; font-size: 11px; } h2, h3 { break-after: avoid; }
  tr, svg { break-inside: avoid; } .bar, .bar * { print-color-adjust: exact;
    -webkit-print-color-adjust: exact; } }
"""


def as_html(report: Report, earlier: Report | None, trend: Sequence[Point], listed: Listed) -> str:
    """The whole file. Every number leads to the list of its tracks further down."""
    parts = [
        *_head(report, earlier),
        *_coverage(report, earlier, listed),
        *_findings(report, earlier, Section.CONTRADICTIONS, listed),
        *_findings(report, earlier, Section.IMPLAUSIBLE, listed),
        *_too_many(report, listed),
        *_trend(report, earlier, trend),
        *_work(report),
        *_lists(report, listed),
    ]
    title = f"Data quality, {stamp(report.measured_at)}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _head(report: Report, earlier: Report | None) -> Iterator[str]:
    yield "<h1>Data quality</h1>"
    told = f"{number(report.tracks)} tracks, measured {stamp(report.measured_at)} in {report.took_s:.1f} s."
    if earlier is not None:
        told += f" Compared with {stamp(earlier.measured_at)}."
    yield f'<p class="soft">{escape(told)}</p>'


def _coverage(report: Report, earlier: Report | None, listed: Listed) -> Iterator[str]:
    yield f"<h2>{SECTION_TITLES[Section.COVERAGE]}</h2>"
    head = ("Field", "", "% there", "change", "missing")
    yield _table_head(head, numbers=("% there", "change", "missing"))
    for measure in COVERAGE:
        share = report.share(measure)
        before = earlier.share(measure) if earlier else None
        mark = f'<b style="left:{before:.2f}%"></b>' if before is not None else ""
        bar = f'<div class="bar"><i style="width:{share or 0:.2f}%"></i>{mark}</div>'
        cells = percent(share), points(share_change(report, earlier, measure))
        yield (
            f'<tr><td>{escape(measure.title)}</td><td class="wide">{bar}</td>'
            + "".join(f'<td class="n">{escape(cell)}</td>' for cell in cells)
            + f'<td class="n">{_linked(measure.query, report.count(measure), listed)}</td></tr>'
        )
    yield "</table>"


def _findings(report: Report, earlier: Report | None, section: Section, listed: Listed) -> Iterator[str]:
    yield f"<h2>{SECTION_TITLES[section]}</h2>"
    yield f'<p class="soft">{number(report.total(section))} in all; a track may be among several.</p>'
    yield _table_head(("What", "tracks", "change"), numbers=("tracks", "change"))
    for measure in of_section(section):
        yield (
            f'<tr><td>{escape(measure.title)}<br><span class="soft">{escape(measure.words)}</span></td>'
            f'<td class="n">{_linked(measure.query, report.count(measure), listed)}</td>'
            f'<td class="n">{signed(change(report, earlier, measure))}</td></tr>'
        )
    yield "</table>"


def _too_many(report: Report, listed: Listed) -> Iterator[str]:
    yield "<h2>Too many of one</h2>"
    if not report.tempos:
        yield '<p class="soft">No tempo is known yet.</p>'
        return
    if not report.too_many:
        yield "<p>No tempo stands out among its neighbours.</p>"
    for each in report.too_many:
        by = ""
        if each.source is not None and each.from_source:
            by = f", {number(each.from_source)} of them from {source_in_sentence(each.source)}"
        count = _linked(each.query, each.tracks, listed)
        told = f"at exactly {each.bpm:.1f} BPM{by}: a fault of an analyser, most likely."
        yield f"<p>{count} {escape(told)}</p>"
    yield _histogram(report)


def _histogram(report: Report) -> str:
    width, height = 720, 160
    first, last = report.tempos[0][0], report.tempos[-1][0] + BIN_BPM
    most = max(count for _, count in report.tempos)
    odd = {each.tenths // (10 * BIN_BPM) * BIN_BPM for each in report.too_many}
    step = width * BIN_BPM / (last - first)
    bars = []
    for bpm, count in report.tempos:
        tall = height * count / most
        color = "var(--warn)" if bpm in odd else "var(--bar)"
        bars.append(
            f'<rect x="{(bpm - first) / BIN_BPM * step:.1f}" y="{height - tall:.1f}" '
            f'width="{max(step - 1, 0.5):.1f}" height="{tall:.1f}" fill="{color}">'
            f"<title>{bpm} to {bpm + BIN_BPM} BPM: {number(count)} tracks</title></rect>"
        )
    label = f"Tracks by tempo, {first} to {last} BPM"
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{"".join(bars)}</svg>'


def _trend(report: Report, earlier: Report | None, trend: Sequence[Point]) -> Iterator[str]:
    yield "<h2>Trend</h2>"
    share = report.mean_share
    if share is None:
        yield '<p class="soft">There are no tracks yet.</p>'
        return
    told = f"{percent(share)} % of {len(FACTS)} facts are there, the mean over all tracks."
    gained = mean_change(report, earlier)
    if gained is not None and earlier is not None:
        told += f" {points(gained)} points since {stamp(earlier.measured_at)}."
    reached = forecast(trend)
    if reached is not None:
        told += f" At this pace {reached[0]} % in {reached[1].astimezone():%B %Y}."
    yield f"<p>{escape(told)}</p>"
    yield (
        f"<p>Values you locked: {number(report.locked)}. Overwritten by us: {number(report.overruled)}.</p>"
    )
    if len(trend) > 1:
        yield _line(trend)
        yield _table_head(("Day", "% there"), numbers=("% there",))
        for point in trend[-30:]:
            cells = f'<td>{stamp(point.measured_at)}</td><td class="n">{percent(point.share)}</td>'
            yield f"<tr>{cells}</tr>"
        yield "</table>"


def _line(trend: Sequence[Point]) -> str:
    """The mean from 0 at the bottom to 100 at the top, by days."""
    width, height = 720, 160
    begun = trend[0].measured_at
    span = (trend[-1].measured_at - begun).total_seconds()
    across = ((each.measured_at - begun).total_seconds() / span * width for each in trend)
    up = (height * (1 - each.share / 100) for each in trend)
    spots = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, up, strict=True))
    label = f"The mean by days, from {percent(trend[0].share)} to {percent(trend[-1].share)} %"
    line = f'<polyline points="{spots}" fill="none" stroke="var(--link)" stroke-width="2"/>'
    ground = f'<rect width="{width}" height="{height}" fill="var(--card)" stroke="var(--line)"/>'
    box = f"-2 -2 {width + 4} {height + 4}"
    return f'<svg viewBox="{box}" role="img" aria-label="{label}">{ground}{line}</svg>'


def _work(report: Report) -> Iterator[str]:
    yield "<h2>Last runs</h2>"
    rows = [
        (run_name(each), f"{stamp(each.begun)} to {stamp(each.ended)}", run_line(each))
        for each in report.runs
    ]
    yield from _plain_table(
        ("Work", "When", "How fast"), rows, "Nothing was worked on in the last two weeks."
    )
    yield "<h2>Rate limits</h2>"
    limits = [(PROPER_NAMES.get(each.provider, each.provider), pauses_line(each)) for each in report.pauses]
    yield from _plain_table(
        ("Source", "Pauses"), limits, "No source asked for a pause in the last seven days."
    )


def _lists(report: Report, listed: Listed) -> Iterator[str]:
    yield "<h2>The tracks behind the numbers</h2>"
    yield '<p class="soft">As they are now; <code>musiclib tracks QUERY</code> lists all of them.</p>'
    counts = dict(report.counts) | {each.query: each.tracks for each in report.too_many}
    counts[HAND] = report.overruled
    for query, rows in listed.items():
        if not rows:
            continue
        total = counts.get(query, len(rows))
        more = f"the first {len(rows)} of {number(total)}" if total > len(rows) else number(len(rows))
        yield (
            f'<h3 id="{_anchor(query)}">{escape(_name(query))} <span class="soft">{more}, '
            f"<code>{escape(query)}</code></span></h3>"
        )
        yield from _plain_table(_COLUMNS, [_cells(row) for row in rows], "")


_COLUMNS = ("Artist", "Title", "Album", "Year", "BPM", "Key", "Length", "LUFS", "ISRC", "Genre")


def _cells(row: TrackRow) -> tuple[str, ...]:
    title = f"{row.title} ({row.version})" if row.version else row.title
    key = MusicalKey.from_code(row.key_code).camelot if row.key_code is not None else NOTHING
    length = round(row.duration_s) if row.duration_s is not None else None
    return (
        row.artist,
        title,
        row.album or NOTHING,
        str(row.year) if row.year is not None else NOTHING,
        f"{row.bpm:.1f}" if row.bpm is not None else NOTHING,
        key,
        f"{length // 60}:{length % 60:02}" if length is not None else NOTHING,
        f"{row.loudness_lufs:.1f}" if row.loudness_lufs is not None else NOTHING,
        row.isrc or NOTHING,
        ", ".join(row.genres) or NOTHING,
    )


def _name(query: str) -> str:
    known: Measure | None = BY_QUERY.get(query)
    if known is None:
        return "To check by eye" if query.startswith("sample:") else query
    return f"Without {known.title}" if known.section is Section.COVERAGE else known.title


def _anchor(query: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in query)


def _linked(query: str, count: int | None, listed: Listed) -> str:
    """The number; a link where there are tracks to show."""
    if count is None:
        return NOTHING
    return f'<a href="#{_anchor(query)}">{number(count)}</a>' if listed.get(query) else number(count)


def _table_head(columns: Sequence[str], numbers: Sequence[str] = ()) -> str:
    cells = (f"<th{' class=n' if each in numbers else ''}>{escape(each)}</th>" for each in columns)
    return f"<table><tr>{''.join(cells)}</tr>"


def _plain_table(columns: Sequence[str], rows: Iterable[Sequence[str]], none: str) -> Iterator[str]:
    rows = list(rows)
    if not rows:
        yield f'<p class="soft">{escape(none)}</p>'
        return
    yield _table_head(columns)
    for row in rows:
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
    yield "</table>"
