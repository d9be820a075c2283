"""Which source's value is in force.

Each source keeps its own values; the effective one is the first in the order of precedence,
and a person's choice stands before every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from musiclib.domain.states import Source
from musiclib.domain.text import normalise, short_key, split_artists

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
    Source.BEATPORT,
    Source.ITUNES,
    Source.SAMPLE,
    Source.FILE_TAGS,
    Source.TRACKLIST,
)


ANY_FIELD = "*"
EVERYWHERE = ""


@dataclass(frozen=True, slots=True)
class SourcePreference:
    """A person prefers a source for a field (`ANY_FIELD`: for all), for one artist or `EVERYWHERE`."""

    artist_key: str
    """As `artist_key` gives it."""
    field: str
    source: str


@dataclass(frozen=True, slots=True)
class Effective:
    """A value in force and where it came from. `rule` is a code: why that source won.

    "locked" (by hand), "artist" and "field" (preferred for the artist, for the field everywhere),
    "precedence" (first in the order of sources), "only" (nobody else says anything).
    """

    value: Plain
    source: str
    rule: str


class Agreement(StrEnum):
    """How a source's value stands to the one in force."""

    SAME = "same"
    NEAR = "near"
    DIFFERS = "differs"


_NEAR = {
    "bpm": 0.5,
    "loudness_lufs": 0.5,
    "true_peak_dbtp": 0.5,
    "duration_s": 2.0,
    "energy": 1,
    "popularity": 3,
}
"""How far apart two values may lie and still be called near."""

Values = Mapping[str, Mapping[str, Plain]]
"""Source -> field -> value; a field a source does not know is absent there."""


def merge(
    values: Values,
    precedence: Sequence[str] = DEFAULT_PRECEDENCE,
    preferences: Sequence[SourcePreference] = (),
) -> dict[str, Effective]:
    """The effective value of each field.

    A value of a person's hand stands before what is preferred for one of the track's artists, that
    before what is preferred for the field everywhere, that before the order of sources. Sources that
    `precedence` does not name come last, in alphabetical order. A preference for all fields leaves what
    was measured here, where the order puts that first: it is given up only where a field is named.

    The artists are those of the credit that is in force without preferences for artists. An empty text is
    a person's word that there is nothing, whatever the sources say.
    """
    order = [Source.MANUAL, *(s for s in precedence if s != Source.MANUAL)]
    order = [each for each in order if each in values] + sorted(set(values) - set(order))
    everywhere = _ranked(preferences, [EVERYWHERE])
    artists: list[SourcePreference] = []
    if len(everywhere) < len(preferences):
        credit = _pick("artist", values, order, everywhere)
        keys = artist_keys(str(credit.value)) if credit else ()
        artists = _ranked(preferences, keys)
    merged: dict[str, Effective] = {}
    for source in order:
        for field in values.get(source, {}):
            if field not in merged and (winner := _pick(field, values, order, [*artists, *everywhere])):
                merged[field] = winner
    return {field: winner for field, winner in merged.items() if winner.value != ""}


@lru_cache(maxsize=8192)  # an artist stands on a list many times, with others each time
def artist_key(name: str) -> str:
    """What one artist is known by, however the name is written."""
    return short_key(normalise(name))


def artist_keys(credit: str) -> tuple[str, ...]:
    """The keys of the artists of a credit, in its order."""
    return tuple(key for part in split_artists(credit) if (key := artist_key(part.name.strip())))


def agreement(field: str, value: Plain, other: Plain) -> Agreement:
    """How much two values of a field differ, as far as a person would care."""
    if value == other or str(value).casefold() == str(other).casefold():
        return Agreement.SAME
    if isinstance(value, int | float) and isinstance(other, int | float):
        return Agreement.NEAR if abs(value - other) <= _NEAR.get(field, 0) else Agreement.DIFFERS
    return Agreement.DIFFERS


def _ranked(preferences: Iterable[SourcePreference], keys: Sequence[str]) -> list[SourcePreference]:
    """Those for these artists; what names a field stands before what is meant for all."""
    mine = [each for each in preferences if each.artist_key in keys]
    return sorted(mine, key=lambda each: (each.field == ANY_FIELD, keys.index(each.artist_key)))


def _pick(
    field: str, values: Values, order: Sequence[str], preferences: Sequence[SourcePreference]
) -> Effective | None:
    saying = [source for source in order if field in values.get(source, {})]
    if not saying:
        return None
    winner, rule = saying[0], "precedence" if len(saying) > 1 else "only"
    if winner == Source.MANUAL:
        rule = "locked"
    elif len(saying) > 1:
        meant = (field,) if winner == Source.ANALYSIS else (field, ANY_FIELD)
        for each in preferences:
            if each.field in meant and each.source in saying:
                winner, rule = each.source, "field" if each.artist_key == EVERYWHERE else "artist"
                break
    return Effective(values[winner][field], str(winner), rule)
