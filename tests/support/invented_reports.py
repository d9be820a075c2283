"""Data-quality reports over three months of a library that does not exist: what the page is drawn with."""

from __future__ import annotations

from datetime import datetime, timedelta

from musiclib.domain.quality import COVERAGE, FINDINGS
from musiclib.domain.report import Pauses, Report, Run
from musiclib.domain.too_many import TooMany

_TRACKS = 48_206
_MISSING = (
    *(1394, 2214, 3376, 5686, 8821, 11426, 13498, 13786, 13884, 14076, 14076),
    *(0, 0, 20113, 2207, 12, 4100, 17345, 13786, 13786),
)
_MISSED_A_WEEK = (22, 60, 32, 48, 123, 75, 11, 96, 96, 91, 91, 0, 0, 4, 30, 0, 60, 90, 96, 96)
_FOUND = (61, 143, 84, 12, 7, 9, 38, 27, 61, 0, 6, 14, 9)
_FOUND_A_WEEK = (14, 9, 3, 0, -1, 2, 0, 3, 0, 0, 0, 2, 1)
_WEEKS = 11


def invented_reports(now: datetime) -> list[Report]:
    """One a week, oldest first; the last one is of `now`."""
    return [_report(now - timedelta(days=7 * ago), ago) for ago in range(_WEEKS, -1, -1)]


def _report(at: datetime, ago: int) -> Report:
    queries = [each.query for each in (*COVERAGE, *FINDINGS)]
    last, weekly = (*_MISSING, *_FOUND), (*_MISSED_A_WEEK, *_FOUND_A_WEEK)
    # Not the same each week: sometimes more is done, sometimes less.
    pace = ago * 4 + (ago % 3)
    counts = {
        query: max(0, count + step * pace) for query, count, step in zip(queries, last, weekly, strict=True)
    }
    return Report(
        at,
        2.1,
        _TRACKS,
        counts,
        1204,
        0,
        _tempos(),
        (TooMany(1615, 218, "analysis", 218), TooMany(1292, 57, "file_tags", 41)),
        (
            Run("metadata", at - timedelta(hours=3), at - timedelta(hours=1), 1180, 24),
            Run("audio", at - timedelta(hours=2), at - timedelta(minutes=5), 2110, 3),
        ),
        (
            Pauses(
                *("spotify", 4, at - timedelta(hours=2), at + timedelta(hours=1), "rate_limited"),
                "Spotify asked us to wait.",
            ),
        ),
    )


def _tempos() -> tuple[tuple[int, int], ...]:
    hills = ((96, 14, 95), (124, 5, 255), (140, 6, 45), (174, 3, 130))
    bins = {
        bpm: sum(int(top * 2 ** -(((bpm - at) / wide) ** 2)) for at, wide, top in hills) + 12
        for bpm in range(60, 184, 2)
    }
    bins[160] += 205
    return tuple(bins.items())
