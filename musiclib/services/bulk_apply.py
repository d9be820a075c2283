"""From a plan to what is written of each track: through provenance, each value in the row of who says it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
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
    values: dict[str, Plain] = {}
    words: dict[str, dict[str, Plain]] = {}
    origins: dict[str, str] = {}
    spotify_id: str | None = None
    for column in plan.columns:
        if column.states[row] != CellState.WRITE:
            continue
        name, value, source = column.field, column.new[row], column.source[row]
        assert value is not None
        if name == SPOTIFY_ID:
            words.setdefault(Source.SPOTIFY, {})
            spotify_id = str(value)
            continue
        values[name] = value
        if source == Source.MANUAL or _comes_to_force(held, name, source, value, rules):
            words.setdefault(source, {})[name] = value
        else:
            words.setdefault(Source.MANUAL, {})[name] = value
            origins[name] = source
    said: dict[str, SaidRow | None] = {
        each: _renewed(held, each, new, rules, spotify_id if each == Source.SPOTIFY else None)
        for each, new in words.items()
    }
    if Source.MANUAL in words:
        said[Source.MANUAL] = _chosen(said[Source.MANUAL], words[Source.MANUAL], origins, rules)
    return TrackWrite(held, values, said)


def _comes_to_force(held: HeldTrack, field: str, source: str, value: Plain, rules: Rules) -> bool:
    if field == "original_year" and source in held.rows and held.says(source, "release_date"):
        return False  # it says a date, and would say it again
    if not held.is_said(field, source):
        return True
    words = held.said()
    words[source] = {**words.get(source, {}), field: value}
    winner = merge(words, rules.precedence, rules.preferences).get(field)
    return winner is not None and winner.value == value


def _renewed(
    held: HeldTrack, source: str, new: Mapping[str, Plain], rules: Rules, external_id: str | None
) -> SaidRow:
    """The row of a source with more words of it; how sure it was of those it said before counts no more.

    `external_id`: another name of the recording there, if there is one.
    """
    row = held.rows.get(source)
    if row is None:
        return SaidRow(external_id, _with(_NOTHING, new), _NOTHING, _NOTHING, _NOTHING, rules.at)
    return row._replace(
        external_id=external_id or row.external_id,
        fields=_with(row.fields, new),
        confidence=_without(row.confidence, new),
        fetched_at=rules.at,
    )


def _chosen(
    row: SaidRow | None, new: Mapping[str, Plain], origins: Mapping[str, str], rules: Rules
) -> SaidRow | None:
    """What is said by hand, with the source each value was taken from, and when."""
    return row and row._replace(
        origins=_with(_without(row.origins, new), origins),
        chosen_at=_with(row.chosen_at, dict.fromkeys(new, rules.chosen_at)),
    )


def _with(plain: str, new: Mapping[str, Any]) -> str:
    return _ENCODER.encode({**json.loads(plain), **new} if plain != _NOTHING else new)


def _without(plain: str, names: Iterable[str]) -> str:
    if plain == _NOTHING:
        return plain
    left = json.loads(plain)
    for name in names:
        left.pop(name, None)
    return _ENCODER.encode(left)


# As the database writes it.
_ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))
