"""What goes with a track."""

from __future__ import annotations

from uuid import UUID

import pytest

from musiclib.domain.ids import TrackId
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.neighbours import (
    KeyMove,
    Neighbour,
    Sounding,
    key_move,
    keys_that_go_with,
    neighbours_of,
    tempo_step,
)


def _code(key: str) -> int:
    parsed = MusicalKey.parse(key)
    assert parsed is not None
    return parsed.code


def _sounding(nth: int, bpm: float | None, key: str | None, energy: int | None = None) -> Sounding:
    return Sounding(TrackId(UUID(int=nth)), bpm, _code(key) if key else None, energy)


@pytest.mark.parametrize(
    ("key", "other", "move"),
    [
        ("8A", "8A", KeyMove.SAME),
        ("8A", "9A", KeyMove.UP),
        ("12A", "1A", KeyMove.UP),
        ("1B", "12B", KeyMove.DOWN),
        ("8A", "8B", KeyMove.RELATIVE),
        ("8A", "9B", KeyMove.DIAGONAL),
        ("8B", "7A", KeyMove.DIAGONAL),
        ("Am", "Bm", KeyMove.WHOLE_TONE_UP),
        ("Am", "Bbm", KeyMove.SEMITONE_UP),
        ("8A", "7B", None),
        ("8A", "6A", None),
        ("8A", "2A", None),
    ],
)
def test_moves_on_the_wheel(key: str, other: str, move: KeyMove | None) -> None:
    assert key_move(_code(key), _code(other)) is move


def test_every_key_has_seven_to_go_to_itself_included() -> None:
    assert {len(keys_that_go_with(code)) for code in range(24)} == {7}


@pytest.mark.parametrize(
    ("bpm", "other", "percent", "factor"), [(120, 123, 2.5, 1), (87, 174, 0, 2), (140, 69.3, -1, 0.5)]
)
def test_half_and_double_tempo_are_the_same(bpm: float, other: float, percent: float, factor: float) -> None:
    assert tempo_step(bpm, other) == (pytest.approx(percent), factor)


def _named(found: list[Neighbour]) -> list[int]:
    return [each.track_id.int for each in found]


def test_the_nearest_comes_first_and_the_far_not_at_all() -> None:
    track = _sounding(0, 124.0, "8A", 6)
    others = [
        _sounding(1, 126.0, "9A", 7),
        _sounding(2, 124.0, "8A", 6),
        _sounding(3, 124.0, "2A", 6),
        _sounding(4, 140.0, "8A", 6),
        _sounding(5, 62.0, "8A", 6),
        _sounding(6, 124.0, "3A", 6),
        _sounding(7, 124.0, "8A", 10),
        _sounding(8, None, None, 6),
        _sounding(9, 124.0, None),
        track,
    ]
    found = neighbours_of(track, others, 10)
    assert _named(found) == [2, 5, 7, 1, 6, 9]
    assert [each.why for each in found] == [
        "8A is the same key; the same tempo; as much energy",
        "8A is the same key; the same tempo in double time; as much energy",
        "8A is the same key; the same tempo",
        "9A is one step up the wheel; 1.6 % faster; 1 more of energy",
        "3A is a semitone up, for a lift; the same tempo; as much energy",
        "the same tempo",
    ]
    assert all(0 <= each.score <= 1 for each in found)
    assert _named(neighbours_of(track, others, 2)) == [2, 5]
    assert 4 in _named(neighbours_of(track, others, 10, tempo_percent=13))


def test_nothing_goes_with_a_track_of_which_nothing_is_known() -> None:
    assert neighbours_of(_sounding(0, None, None, 5), [_sounding(1, 120.0, "8A", 5)], 5) == []
