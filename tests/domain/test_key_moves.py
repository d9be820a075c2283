from __future__ import annotations

from musiclib.domain.hearing import Standing
from musiclib.domain.key_moves import KeyMove, key_moves
from musiclib.domain.music_key import MusicalKey


def codes(*signs: str) -> list[int | None]:
    return [key.code if (key := MusicalKey.parse(sign)) else None for sign in signs]


def test_the_keys_of_a_list_are_counted_and_its_clashes_found() -> None:
    keys = codes("8A", "8A", "9A", "9B", "3A", "–", "1A", "12A")
    found = key_moves(keys)
    assert sum(found.counts.values()) == 7
    assert found.counts[keys[0] or 0] == 2
    standings = [move.standing for move in found.moves]
    assert standings == [
        Standing.SAME,
        Standing.NEIGHBOUR,
        Standing.RELATIVE,
        Standing.DIFFERS,
        Standing.NEIGHBOUR,
    ]
    (clash,) = found.clashes
    assert (clash.before, clash.after) == (3, 4)
    assert isinstance(clash, KeyMove)
    assert key_moves([]).moves == key_moves([None, 3]).moves == ()
