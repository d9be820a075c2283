"""Tempos that occur suspiciously often."""

from __future__ import annotations

from musiclib.domain.too_many import TooMany, suspicious


def test_a_tempo_between_whole_ones_stands_out_among_its_peers() -> None:
    # Music at whole tempos, most of it at 128, some measured a tenth beside, and one fault.
    usual = {bpm * 10: 300 - 20 * abs(bpm - 128) for bpm in range(115, 141)}
    usual |= {bpm * 10 + 5: 12 for bpm in range(80, 180)}
    assert suspicious(usual) == ()
    assert suspicious(usual | {1615: 218}) == (1615,)
    assert TooMany(1615, 218).query == "bpm:=161.5"


def test_a_small_or_uniform_library_says_nothing() -> None:
    assert suspicious({}) == ()
    assert suspicious({1615: 19}) == ()
    assert suspicious({1280: 60}) == ()


def test_a_whole_tempo_has_to_stand_out_further() -> None:
    around = {bpm * 10: 40 for bpm in range(100, 141)}
    assert suspicious(around | {1200: 240}) == ()
    assert suspicious(around | {1200: 600}) == (1200,)
