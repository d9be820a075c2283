from __future__ import annotations

import random

from musiclib.domain.tapping import PAUSE_S, Tapped, Taps


def test_taps_become_a_tempo_that_gets_steady() -> None:
    taps, chance = Taps(), random.Random(1)
    said = [taps.tap(nth * 60 / 121.5 + chance.gauss(0, 0.01)) for nth in range(24)]
    assert said[0] == Tapped(1, None, steady=False)
    assert not said[5].steady
    assert said[-1].steady
    assert said[-1].count == 24
    assert said[-1].bpm is not None
    assert abs(said[-1].bpm - 121.5) < 0.5


def test_a_pause_begins_anew_and_a_key_that_bounces_counts_once() -> None:
    taps = Taps()
    for at in (0.0, 0.5, 1.0):
        last = taps.tap(at)
    assert (last.count, last.bpm) == (3, 120.0)
    assert taps.tap(1.0).count == 3
    assert taps.tap(1.1 + PAUSE_S) == Tapped(1, None, steady=False)
    taps.forget()
    assert taps.said.count == 0


def test_taps_all_over_the_place_are_never_called_steady() -> None:
    taps, chance, at = Taps(), random.Random(2), 0.0
    for _ in range(20):
        at += chance.uniform(0.2, 1.2)
        said = taps.tap(at)
    assert not said.steady
