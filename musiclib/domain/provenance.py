"""Which source's value is in force.

Each source keeps its own values; the effective one is the first in the order of precedence,
and a person's choice stands before every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from musiclib.domain.states import Source

Plain = str | int | float | list[str]

MERGED_FIELDS = (
    "artist",
    "title",
    "version",
    "album",
    "isrc",
    "duration_s",
    "release_date",
    "original_year",
    "label",
    "catalog_number",
    "genres",
    "bpm",
    "key_code",
    "energy",
    "loudness_lufs",
    "loudness_range_lu",
    "true_peak_dbtp",
    "popularity",
)
"""Every field a source may say something about, and the column of `tracks` that holds the effective value."""

CATALOGUE_FIELDS = (
    "album",
    "isrc",
    "duration_s",
    "release_date",
    "original_year",
    "label",
    "catalog_number",
    "genres",
    "popularity",
)
"""What a track without them may get from a catalogue; the rest is its name, or measured here."""

LOCAL_SOURCES = frozenset({Source.MANUAL, Source.ANALYSIS, Source.FILE_TAGS, Source.TRACKLIST})
"""Sources that speak of the track itself. All others speak of the recording it was matched to."""

DEFAULT_PRECEDENCE = (
    Source.MANUAL,
    Source.ANALYSIS,
    Source.MUSICBRAINZ,
    Source.SPOTIFY,
    Source.DEEZER,
    Source.ITUNES,
    Source.SAMPLE,
    Source.FILE_TAGS,
    Source.TRACKLIST,
)


@dataclass(frozen=True, slots=True)
class Effective:
    """A value in force and where it came from. `rule` is a code: "locked", "precedence" or "only"."""

    value: Plain
    source: str
    rule: str


def merge(
    values: Mapping[str, Mapping[str, Plain]], precedence: Sequence[str] = DEFAULT_PRECEDENCE
) -> dict[str, Effective]:
    """The effective value of each field.

    `values` is source -> field -> value; a field a source does not know is absent there.
    Sources that `precedence` does not name come last, in alphabetical order.
    """
    order = [Source.MANUAL, *(s for s in precedence if s != Source.MANUAL)]
    order += sorted(set(values) - set(order))
    merged: dict[str, Effective] = {}
    for source in order:
        for field, value in values.get(source, {}).items():
            if field not in merged:
                merged[field] = Effective(value, str(source), _rule(field, source, values))
    return merged


def _rule(field: str, winner: str, values: Mapping[str, Mapping[str, Plain]]) -> str:
    if winner == Source.MANUAL:
        return "locked"
    return "precedence" if sum(field in each for each in values.values()) > 1 else "only"
