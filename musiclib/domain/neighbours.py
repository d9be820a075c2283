"""Which tracks go with a track in a mix: by key on the Camelot wheel, by tempo, and by energy.

A person counts tempo in half or double time without a thought, so those are the same here. Of the moves on
the wheel the close ones blend (same key, one step, the relative); the others lift the room and are ranked
behind: across to the other ring one step on, two steps up (a whole tone), and seven steps up (a semitone).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from musiclib.domain.ids import TrackId
from musiclib.domain.music_key import MusicalKey

TEMPO_PERCENT = 6.0
"""How far a tempo may be pitched, unless somebody says otherwise."""
_ENERGY_STEPS = 3


class KeyMove(StrEnum):
    """How one gets from a key to another on the Camelot wheel."""

    SAME = "same"
    UP = "up"
    DOWN = "down"
    RELATIVE = "relative"
    DIAGONAL = "diagonal"
    WHOLE_TONE_UP = "whole_tone_up"
    SEMITONE_UP = "semitone_up"


_BLENDS = {
    KeyMove.SAME: 1.0,
    KeyMove.UP: 0.9,
    KeyMove.DOWN: 0.9,
    KeyMove.RELATIVE: 0.85,
    KeyMove.DIAGONAL: 0.6,
    KeyMove.WHOLE_TONE_UP: 0.55,
    KeyMove.SEMITONE_UP: 0.45,
}
_MOVE_WORDS = {
    KeyMove.SAME: "the same key",
    KeyMove.UP: "one step up the wheel",
    KeyMove.DOWN: "one step down the wheel",
    KeyMove.RELATIVE: "its relative",
    KeyMove.DIAGONAL: "one step across the wheel",
    KeyMove.WHOLE_TONE_UP: "a whole tone up, for a lift",
    KeyMove.SEMITONE_UP: "a semitone up, for a lift",
}
_BY_STEPS = {
    (0, True): KeyMove.SAME,
    (1, True): KeyMove.UP,
    (11, True): KeyMove.DOWN,
    (0, False): KeyMove.RELATIVE,
    (2, True): KeyMove.WHOLE_TONE_UP,
    (7, True): KeyMove.SEMITONE_UP,
}
_KEY_WEIGHT, _TEMPO_WEIGHT, _ENERGY_WEIGHT = 0.5, 0.35, 0.15
_UNKNOWN = 0.4
"""What counts for a part that one of the two tracks does not tell."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """What of a track decides what goes with it; None: not known."""

    id: TrackId
    bpm: float | None
    key_code: int | None
    energy: int | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A track that goes with another one."""

    track_id: TrackId
    score: float
    """0-1, the better the higher."""
    move: KeyMove | None
    tempo_percent: float | None
    """By how much it is faster (or slower, below 0) once it is counted in the same time."""
    tempo_factor: float
    """2 where it is counted twice as fast, 0.5 where half as fast."""
    energy_steps: int | None
    why: str
    """In words: "9A is one step up the wheel; 0.8 % faster; one more of energy"."""


def key_move(code: int, other: int) -> KeyMove | None:
    """The move from a key to another (`MusicalKey.code`); None where they do not go together."""
    one, two = MusicalKey.from_code(code), MusicalKey.from_code(other)
    steps = (two.wheel_number - one.wheel_number) % 12
    same_ring = one.minor is two.minor
    # From minor one goes across upwards, from major downwards: 8A to 9B, 8B to 7A.
    if not same_ring and steps == (1 if one.minor else 11):
        return KeyMove.DIAGONAL
    return _BY_STEPS.get((steps, same_ring))


def keys_that_go_with(code: int) -> tuple[int, ...]:
    return tuple(other for other in range(24) if key_move(code, other) is not None)


def tempo_step(bpm: float, other: float) -> tuple[float, float]:
    """(percent, factor): how much faster `other` is, counted in the time that is nearest."""
    percent, factor = min(
        (((other / factor) / bpm * 100 - 100, factor) for factor in (1.0, 2.0, 0.5)),
        key=lambda step: (abs(step[0]), step[1] != 1.0),
    )
    return percent, factor


def neighbours_of(
    track: Sounding, others: Iterable[Sounding], limit: int, *, tempo_percent: float = TEMPO_PERCENT
) -> list[Neighbour]:
    """Those that go with the track, best first; equal ones in the order they come.

    Empty where neither its tempo nor its key is known: then there is nothing to go by.
    """
    if not track.bpm and track.key_code is None:
        return []
    found = (_beside(track, other, tempo_percent) for other in others if other.id != track.id)
    ranked = sorted((each for each in found if each is not None), key=lambda each: -each.score)
    return ranked[:limit]


def _beside(track: Sounding, other: Sounding, most_percent: float) -> Neighbour | None:
    move = None
    if track.key_code is not None and other.key_code is not None:
        move = key_move(track.key_code, other.key_code)
        if move is None:
            return None
    percent, factor = None, 1.0
    if track.bpm and other.bpm:
        percent, factor = tempo_step(track.bpm, other.bpm)
        if abs(percent) > most_percent:
            return None
    if move is None and percent is None:
        return None
    energy = None if track.energy is None or other.energy is None else other.energy - track.energy
    key_part = _UNKNOWN if move is None else _BLENDS[move]
    tempo_part = _UNKNOWN if percent is None else 1 - abs(percent) / (most_percent or 1) * 0.7
    tempo_part -= 0.1 if factor != 1.0 else 0.0
    energy_part = _UNKNOWN if energy is None else max(0.0, 1 - abs(energy) / _ENERGY_STEPS)
    score = _KEY_WEIGHT * key_part + _TEMPO_WEIGHT * tempo_part + _ENERGY_WEIGHT * energy_part
    why = _why(other, move, percent, factor, energy)
    return Neighbour(other.id, round(score, 6), move, percent, factor, energy, why)


def _why(
    other: Sounding, move: KeyMove | None, percent: float | None, factor: float, energy: int | None
) -> str:
    parts: list[str] = []
    if move is not None and other.key_code is not None:
        parts.append(f"{MusicalKey.from_code(other.key_code).camelot} is {_MOVE_WORDS[move]}")
    if percent is not None:
        parts.append(_tempo_words(percent, factor))
    if energy is not None and abs(energy) < _ENERGY_STEPS:
        amount = (
            "as much energy" if energy == 0 else f"{abs(energy)} {'more' if energy > 0 else 'less'} of energy"
        )
        parts.append(amount)
    return "; ".join(parts)


def _tempo_words(percent: float, factor: float) -> str:
    size = f"{abs(percent):.1f}"
    pace = "the same tempo" if size == "0.0" else f"{size} % {'faster' if percent > 0 else 'slower'}"
    counted = {2.0: " in half time", 0.5: " in double time"}.get(factor, "")
    return pace + counted
