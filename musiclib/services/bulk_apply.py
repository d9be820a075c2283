"""From a plan to what is written of each track: through provenance, each value in the row of who says it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from musiclib.db.bulk_states import HeldTrack, SaidRow
from musiclib.db.bulk_writing import TrackWrite
from musiclib.domain.bulk_plan import SPOTIFY_ID, CellState, Plan
from musiclib.domain.provenance import Plain, SourcePreference, merge
from musiclib.domain.states import Source

_NOTHING = "{}"


@dataclass(frozen=True, slots=True)
class Rules:
    """Which source's word counts, and when the run writes."""

    precedence: Sequence[str]
    preferences: Sequence[SourcePreference]
    at: str
    """As the database stores a time."""
    chosen_at: str
    """ISO 8601."""


def writes_of(plan: Plan, row: int, held: HeldTrack, rules: Rules) -> TrackWrite:
    """What the ticked cells of one row come to.

    A value goes into the row of the source that says it, if it is in force from there; else, and where a
    stored answer was chosen, it is a person's choice, which names the source and stands before all others.
    """
    made = TrackWrite(held, {}, {})
    for column in plan.columns:
        if column.states[row] != CellState.WRITE:
            continue
        value, source = column.new[row], column.source[row]
        assert value is not None
        if column.field == SPOTIFY_ID:
            _name(made, Source.SPOTIFY, str(value), rules)
            continue
        made.values[column.field] = value
        if source != Source.MANUAL and _comes_to_force(held, column.field, source, value, rules):
            _say(made, source, column.field, value, rules)
        else:
            _choose(made, source, column.field, value, rules)
    return made


def _comes_to_force(held: HeldTrack, field: str, source: str, value: Plain, rules: Rules) -> bool:
    said = {each: values for each, values in held.said.items() if field in values}
    if field == "original_year" and "release_date" in held.said.get(source, {}):
        return False  # it says a date, and would say it again
    if not said.keys() - {source}:
        return True
    words: dict[str, Mapping[str, Plain]] = dict(held.said)
    words[source] = {**held.said.get(source, {}), field: value}
    winner = merge(words, rules.precedence, rules.preferences).get(field)
    return winner is not None and winner.value == value


def _row(made: TrackWrite, source: str, rules: Rules) -> SaidRow:
    row = made.said.get(source) or made.held.rows.get(source)
    return row or SaidRow(None, _NOTHING, _NOTHING, _NOTHING, _NOTHING, rules.at)


def _name(made: TrackWrite, source: str, external_id: str, rules: Rules) -> None:
    made.said[source] = _row(made, source, rules)._replace(external_id=external_id, fetched_at=rules.at)


def _say(made: TrackWrite, source: str, field: str, value: Plain, rules: Rules) -> None:
    row = _row(made, source, rules)
    made.said[source] = row._replace(
        fields=_with(row.fields, field, value),
        confidence=_without(row.confidence, field),
        fetched_at=rules.at,
    )


def _choose(made: TrackWrite, source: str, field: str, value: Plain, rules: Rules) -> None:
    row = _row(made, Source.MANUAL, rules)
    by_hand = source == Source.MANUAL
    made.said[Source.MANUAL] = row._replace(
        fields=_with(row.fields, field, value),
        confidence=_without(row.confidence, field),
        origins=_without(row.origins, field) if by_hand else _with(row.origins, field, source),
        chosen_at=_with(row.chosen_at, field, rules.chosen_at),
        fetched_at=rules.at,
    )


def _with(plain: str, field: str, value: Any) -> str:
    return _ENCODER.encode({**json.loads(plain), field: value} if plain != _NOTHING else {field: value})


def _without(plain: str, field: str) -> str:
    if plain == _NOTHING:
        return plain
    left = json.loads(plain)
    left.pop(field, None)
    return _ENCODER.encode(left)


# As the database writes it.
_ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))
