"""A track whose tempo or key is to be decided by ear: its candidates, and which one is pointed at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from musiclib.domain.hearing import HEARD_FIELDS, Standing, doubtful_cards, standing
from musiclib.domain.ids import TrackId
from musiclib.domain.rows import FieldCard, TrackDetail
from musiclib.domain.states import Source
from musiclib.services.listening import Heard


@dataclass(frozen=True, slots=True)
class EarCandidate:
    """A value somebody says; `said_by` are the sources, the most trusted first."""

    value: float
    said_by: tuple[str, ...]
    source: str | None
    """To take it over from; None for a guess of the analysis, and for what a person made of one."""
    confidence: float | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class EarCase:
    """`field` is one of `HEARD_FIELDS`; the candidates are those of that field."""

    track_id: TrackId
    field: str
    by_field: dict[str, tuple[EarCandidate, ...]]
    doubtful: tuple[str, ...]
    beat_s: float
    """The time of a beat, counted in the file."""
    grid: bool
    """Whether that beat was measured."""
    place: int = 0

    @classmethod
    def of(cls, detail: TrackDetail, heard: Heard | None) -> Self:
        """It begins with what is doubtful, the tempo first."""
        cards = {card.name: card for card in detail.fields if card.name in HEARD_FIELDS}
        by_field = {name: _candidates(card) for name, card in cards.items()}
        doubtful = doubtful_cards(cards.values())
        beat = heard.features.beat_start_s if heard is not None else None
        field = doubtful[0] if doubtful else HEARD_FIELDS[0]
        return cls(detail.row.id, field, by_field, doubtful, beat or 0.0, beat is not None)

    @property
    def candidates(self) -> tuple[EarCandidate, ...]:
        return self.by_field.get(self.field, ())

    @property
    def pointed(self) -> EarCandidate | None:
        """The candidate that is heard; None where nobody says anything."""
        return self.candidates[self.place] if self.place < len(self.candidates) else None

    def pointing(self, place: int) -> Self:
        return replace(self, place=place)

    def turned(self) -> Self:
        """To the other field."""
        other = next(name for name in HEARD_FIELDS if name != self.field)
        return replace(self, field=other, place=0)

    def doubtful_after(self, field: str) -> bool:
        """Whether the other field is still doubtful once this one is decided."""
        return any(name != field for name in self.doubtful) and field == self.doubtful[0]

    def counted(self, factor: float) -> Self:
        """The tempo that is pointed at, counted otherwise, as a candidate of its own."""
        return self if self.pointed is None else self.with_tempo(round(self.pointed.value * factor, 2))

    def with_tempo(self, bpm: float) -> Self:
        """Point at this tempo; it becomes a candidate if it is none."""
        known = self.by_field.get("bpm", ())
        same = (n for n, each in enumerate(known) if standing("bpm", each.value, bpm) is Standing.SAME)
        place = next(same, None)
        if place is None:
            known, place = (*known, EarCandidate(bpm, (), None, None, in_force=False)), len(known)
        return replace(self, by_field={**self.by_field, "bpm": known}, place=place)


def _candidates(card: FieldCard) -> tuple[EarCandidate, ...]:
    """What is in force first, then what others say, each value once, then the further guesses."""
    found: list[EarCandidate] = []
    rank = sorted(card.values, key=lambda each: each.source != card.source)
    said = [(each.source, each.value, each.confidence) for each in rank if each.source != Source.ARTIST]
    guesses = [(None, each.value, each.confidence) for each in card.guesses]
    for source, value, confidence in [*said, *guesses]:
        if not isinstance(value, int | float) or value < 0 or (card.name == "bpm" and value == 0):
            continue
        known = next((n for n, each in enumerate(found) if _same(card.name, each.value, value)), None)
        by = (source,) if source is not None else (Source.ANALYSIS,)
        if known is None:
            found.append(
                EarCandidate(value, by, source, confidence, source is not None and source == card.source)
            )
        elif source is not None:
            found[known] = replace(found[known], said_by=(*found[known].said_by, source))
    return tuple(found)


def _same(field: str, one: float, two: float) -> bool:
    return standing(field, one, two) is Standing.SAME
