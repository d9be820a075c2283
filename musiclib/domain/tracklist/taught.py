"""Rows that a lesson covers, read as the person taught it."""

from collections.abc import Mapping, Sequence

from musiclib.domain.tracklist.build import clock_seconds
from musiclib.domain.tracklist.lessons import apply_lesson, line_signature
from musiclib.domain.tracklist.lines import Row, clean, tidy
from musiclib.domain.tracklist.model import Lesson, Span
from musiclib.domain.tracklist.reading import Reading, unquote


def taught_rows(rows: Sequence[Row], hints: Sequence[Lesson]) -> dict[int, tuple[Span, ...]]:
    """Fields of the rows that a lesson covers, by row number; the latest lesson of a signature counts."""
    by_signature = {lesson.signature: lesson for lesson in hints}
    taught = {}
    for row in rows:
        lesson = by_signature.get(line_signature(row.raw)) if row.raw.strip() else None
        spans = apply_lesson(lesson, row.raw) if lesson else None
        if spans is not None:
            taught[row.number] = spans
    return taught


def taught_readings(rows: Sequence[Row], taught: Mapping[int, tuple[Span, ...]]) -> list[Reading]:
    """The tracks of the taught rows; a row taught to hold no field is no track."""
    readings = []
    for row in rows:
        spans = taught.get(row.number)
        if spans is None:
            continue
        if spans:
            readings.append(_reading(row, spans))
        else:
            row.reason = "taught"
    return readings


def _reading(row: Row, spans: Sequence[Span]) -> Reading:
    values = {span.field: unquote(tidy(clean(row.raw[span.start : span.end])[0])) for span in spans}
    title = values.pop("title", "")
    version = values.pop("version", "").strip("()[] ")
    if version:
        title = f"{title} ({version})" if title else version
    row.position = values.pop("position", "").strip("#.): ([]") or None
    row.start_s = clock_seconds(values.pop("start", ""))
    row.duration_s = clock_seconds(values.pop("duration", ""))
    row.extra = tuple(spans)
    return Reading(row, values.pop("artist", ""), title, fields=values, reason="taught")
