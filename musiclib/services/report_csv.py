"""The data-quality report as CSV: one row per number."""

from __future__ import annotations

import csv
import io

from musiclib.domain.report import Report
from musiclib.domain.report_words import numbers

COLUMNS = (
    "measured_at",
    "compared_with",
    "section",
    "title",
    "query",
    "tracks",
    "values",
    "percent_there",
    "percent_change",
    "before",
    "change",
    "of_tracks",
)


def as_csv(report: Report, earlier: Report | None) -> str:
    """With one header line; an empty cell is what is not known."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    every = {
        "measured_at": report.measured_at.isoformat(timespec="seconds"),
        "compared_with": earlier.measured_at.isoformat(timespec="seconds") if earlier else "",
        "of_tracks": report.tracks,
    }
    for row in numbers(report, earlier):
        writer.writerow(every | row)
    return stream.getvalue()
