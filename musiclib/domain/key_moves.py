"""How the keys of a list follow each other: which there are, and where neighbours on the list clash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from musiclib.domain.hearing import Standing, key_standing


@dataclass(frozen=True, slots=True)
class KeyMove:
    """From one place of a list (from 0) to the next one that has a key."""

    before: int
    after: int
    from_code: int
    to_code: int
    standing: Standing

    @property
    def clashes(self) -> bool:
        """Whether the two keys are neither the same nor neighbours on the Camelot wheel."""
        return self.standing is Standing.DIFFERS


@dataclass(frozen=True, slots=True)
class KeyMoves:
    """`counts` says how many tracks have each key (`MusicalKey.code`)."""

    counts: dict[int, int]
    moves: tuple[KeyMove, ...]

    @property
    def clashes(self) -> tuple[KeyMove, ...]:
        return tuple(move for move in self.moves if move.clashes)


def key_moves(keys: Sequence[int | None]) -> KeyMoves:
    """Of a list in order. Tracks without a key are no neighbours of anybody, and break the row."""
    moves = [
        KeyMove(place, place + 1, one, two, key_standing(two, one))
        for place, (one, two) in enumerate(pairwise(keys))
        if one is not None and two is not None
    ]
    return KeyMoves(dict(Counter(key for key in keys if key is not None)), tuple(moves))
