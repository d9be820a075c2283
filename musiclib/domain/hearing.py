"""Tempo and key as an ear would compare them, and which tracks a person should listen to.

A tempo twice or half as fast is the same music counted differently; a key beside another on the Camelot
wheel, or its relative, still mixes. Neither is worth a person's time; other contradictions are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import combinations
from typing import Any

from musiclib.domain.music_key import MusicalKey
from musiclib.domain.provenance import Plain, Values
from musiclib.domain.rows import FieldCard
from musiclib.domain.states import Source

SURE_BPM = 0.92
SURE_KEY = 0.6
"""Confidences (0-1) of the analysis from which on it is taken to be right."""

HEARD_FIELDS = ("bpm", "key_code")
"""What an ear decides."""

_SURE = {"bpm": SURE_BPM, "key_code": SURE_KEY}
_SAME_TEMPO, _NEAR_TEMPO = 0.0005, 0.015
"""Shares by which tempos differ that are the same, and that are the same but for rounding."""

TEMPO_FACTORS = {"x2": 2.0, "/2": 0.5, "3:2": 1.5, "2:3": 2 / 3}
"""How else a tempo may be counted."""


class Standing(StrEnum):
    """How a value stands to another one."""

    SAME = "same"
    NEAR = "near"
    """A tempo that differs by no more than rounding explains."""
    DOUBLE = "double"
    HALF = "half"
    FOUR_TIMES = "four_times"
    QUARTER = "quarter"
    THREE_TO_TWO = "three_to_two"
    TWO_TO_THREE = "two_to_three"
    NEIGHBOUR = "neighbour"
    """One place further on the Camelot wheel."""
    RELATIVE = "relative"
    """The major to a minor key, or the other way round, on the same place of the wheel."""
    DIFFERS = "differs"


_MULTIPLES = {
    Standing.DOUBLE: 2.0,
    Standing.HALF: 0.5,
    Standing.FOUR_TIMES: 4.0,
    Standing.QUARTER: 0.25,
    Standing.THREE_TO_TWO: 1.5,
    Standing.TWO_TO_THREE: 2 / 3,
}
_AGREE = frozenset(Standing) - {Standing.THREE_TO_TWO, Standing.TWO_TO_THREE, Standing.DIFFERS}
"""Counted in another octave or beside it on the wheel: no reason to listen."""
_CONFIRM = frozenset({Standing.SAME, Standing.NEAR})


def tempo_standing(bpm: float, other: float) -> Standing:
    """How `bpm` stands to `other`: "double" where it is twice as fast. Both above 0."""
    ratio = bpm / other
    if abs(ratio - 1) <= _SAME_TEMPO:
        return Standing.SAME
    if abs(ratio - 1) <= _NEAR_TEMPO:
        return Standing.NEAR
    found = (each for each, factor in _MULTIPLES.items() if abs(ratio / factor - 1) <= _NEAR_TEMPO)
    return next(found, Standing.DIFFERS)


def key_standing(code: int, other: int) -> Standing:
    """How two keys (`MusicalKey.code`) stand on the Camelot wheel."""
    if code == other:
        return Standing.SAME
    one, two = MusicalKey.from_code(code), MusicalKey.from_code(other)
    if two not in one.mixes_with:
        return Standing.DIFFERS
    return Standing.RELATIVE if one.minor is not two.minor else Standing.NEIGHBOUR


def standing(field: str, value: float, other: float) -> Standing:
    """How two values of one of `HEARD_FIELDS` stand to each other."""
    if field == "bpm":
        return tempo_standing(value, other) if value > 0 and other > 0 else Standing.DIFFERS
    return key_standing(round(value), round(other))


def doubtful_fields(said: Values, confidence: Mapping[str, float]) -> tuple[str, ...]:
    """Which of `HEARD_FIELDS` a person should listen for.

    `said` is source -> field -> value, `confidence` field -> 0-1 of the analysis. A field is doubtful where
    two sources contradict each other, or where the analysis is not sure and no other source says the same.
    What a person has said is never doubtful.
    """
    return tuple(field for field in HEARD_FIELDS if _doubtful(field, said, confidence))


def doubtful_cards(cards: Iterable[FieldCard]) -> tuple[str, ...]:
    """`doubtful_fields` of what cards hold."""
    said: dict[str, dict[str, Plain]] = {}
    confidence: dict[str, float] = {}
    for card in cards:
        for each in card.values:
            said.setdefault(each.source, {})[card.name] = each.value
            if each.source == Source.ANALYSIS and each.confidence is not None:
                confidence[card.name] = each.confidence
    return doubtful_fields(said, confidence)


def needs_ear(said: Values, confidence: Mapping[str, float]) -> bool:
    """Whether a person should check the tempo or the key of a track; see `doubtful_fields`."""
    return bool(doubtful_fields(said, confidence))


def _doubtful(field: str, said: Values, confidence: Mapping[str, float]) -> bool:
    if field in said.get(Source.MANUAL, {}):
        return False
    values = {source: number for source in said if (number := _number(said[source].get(field))) is not None}
    stand = {pair: standing(field, values[pair[0]], values[pair[1]]) for pair in combinations(values, 2)}
    if not _AGREE.issuperset(stand.values()):
        return True
    if Source.ANALYSIS not in values or confidence.get(field, 1.0) >= _SURE[field]:
        return False
    confirmed = any(Source.ANALYSIS in pair and how in _CONFIRM for pair, how in stand.items())
    return not confirmed


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None
