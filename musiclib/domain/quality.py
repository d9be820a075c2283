"""What is measured of a library's data: the fields, what contradicts itself, and what cannot be right.

Every measure is a query of the search language: its number is what that query finds, and opens it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

BPM_OFF = 1.02
"""Tempos further apart than by this factor contradict each other, halves and doubles folded."""
LENGTH_OFF_S = 10.0
"""Lengths further apart contradict each other."""
ARTIST_GAP_YEARS = 15
ARTIST_GAP_SHARE = 5
"""A track is before its artist's first if at most one in so many of the artist's dated tracks is as old,
and all others came more than `ARTIST_GAP_YEARS` later."""
FIRST_YEAR = 1900
YEARS_AHEAD = 1
"""A year before the one, or further ahead of today than the other, is implausible."""
SHORTEST_S, LONGEST_S = 20.0, 4 * 3600.0
SLOWEST_BPM, FASTEST_BPM = 50.0, 220.0
QUIETEST_LUFS, LOUDEST_LUFS = -24.0, -4.0
ISRC_LENGTH = 12
GENRE_LONGEST = 40
GENRE_SIGNS = (";", "|", "\\", "//", ", ", " / ", "http")
"""What stands in a genre that is several, or none."""
GENRE_DIGITS = "0123456789() "
"""A genre of nothing else is a number of ID3v1."""
SAYS_NOTHING = frozenset(
    {"", "-", "--", "?", "??", "n/a", "na", "none", "null", "unknown", "unknown artist", "unknown title"}
    | {"unknown album", "unknown label", "untitled", "undefined", "misc", "other", "genre", "artist", "title"}
)
"""Folded texts that stand where a value should, and are none."""


class Section(StrEnum):
    COVERAGE = "coverage"
    CONTRADICTIONS = "contradictions"
    IMPLAUSIBLE = "implausible"


class Weight(StrEnum):
    """What a finding asks for."""

    DECIDE = "decide"
    """One of two values is right: a person can say which."""
    BROKEN = "broken"
    LOOK = "look"
    """Odd, and perhaps right all the same."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number. `query` finds its tracks, and is what the number is stored and compared under."""

    query: str
    section: Section
    title: str
    words: str = ""
    weight: Weight = Weight.LOOK
    is_fact: bool = False
    """Of a field: whether it is one of the facts the mean is made of."""


def _field(thing: str, title: str, *, is_fact: bool = False) -> Measure:
    return Measure(f"missing:{thing}", Section.COVERAGE, title, is_fact=is_fact)


def _clash(code: str, title: str, words: str, weight: Weight = Weight.DECIDE) -> Measure:
    return Measure(f"clash:{code}", Section.CONTRADICTIONS, title, words, weight)


def _odd(
    code: str,
    title: str,
    words: str,
    weight: Weight = Weight.LOOK,
    section: Section = Section.IMPLAUSIBLE,
) -> Measure:
    return Measure(f"odd:{code}", section, title, words, weight)


COVERAGE = (
    _field("art", "Art", is_fact=True),
    _field("isrc", "ISRC", is_fact=True),
    _field("year", "Year", is_fact=True),
    _field("label", "Label", is_fact=True),
    _field("genre", "Genre", is_fact=True),
    _field("popularity", "Popularity", is_fact=True),
    _field("file", "Owned file", is_fact=True),
    _field("lufs", "Loudness", is_fact=True),
    _field("bpm", "BPM", is_fact=True),
    _field("key", "Key", is_fact=True),
    _field("energy", "Energy", is_fact=True),
    _field("artist", "Artist"),
    _field("title", "Title"),
    _field("version", "Version"),
    _field("album", "Album"),
    _field("duration", "Length"),
    _field("date", "Release date"),
    _field("catalog", "Catalogue number"),
    _field("range", "Loudness range"),
    _field("peak", "True peak"),
)
"""Every field of the library, those of the mean first."""
FACTS = tuple(each for each in COVERAGE if each.is_fact)

HAND = "clash:hand"
FINDINGS = (
    _clash("bpm", "BPM sources disagree", "by more than 2 %, halves and doubles folded"),
    _clash("key", "Key sources clash", "not the same and not neighbours"),
    _clash("duration", "Length is off", "file, list or catalogue, more than 10 s"),
    _clash("isrc", "Same ISRC, two artists", "one of the two is wrong", Weight.BROKEN),
    _odd(
        "file", "Files that do not decode", "kept, never deleted by us", Weight.BROKEN, Section.CONTRADICTIONS
    ),
    _clash("year", "Year before the artist’s first", "likely a reissue read wrong", Weight.LOOK),
    _odd("lufs", "Loudness outliers", "below −24 or above −4 LUFS", Weight.LOOK, Section.CONTRADICTIONS),
    _odd("empty", "Empty values", "“unknown”, “n/a” and the like for a name", Weight.DECIDE),
    _odd("genre", "Genre format", "several in one, a number, over 40 letters"),
    _odd("isrc", "ISRC format", "not twelve letters and digits"),
    _odd("year", "Implausible years", "before 1900 or after next year"),
    _odd("duration", "Implausible lengths", "under 20 s or over 4 hours"),
    _odd("bpm", "Implausible BPM", "under 50 or over 220"),
)
"""Contradictions first, then what cannot be right."""
MEASURES = (*COVERAGE, *FINDINGS)
BY_QUERY = {each.query: each for each in MEASURES}


def of_section(section: Section) -> tuple[Measure, ...]:
    return tuple(each for each in MEASURES if each.section is section)


def codes(field: str) -> tuple[str, ...]:
    """What stands behind `clash` or `odd`, in the order of the report."""
    queries: Iterable[str] = (*(each.query for each in FINDINGS), HAND)
    return tuple(query.partition(":")[2] for query in queries if query.startswith(f"{field}:"))
