"""Tempo and grid of synthesised sound: what was played comes out, and nothing where nothing is played."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from musiclib.analysis import rhythm, tempo
from musiclib.analysis.beat_grid import sensible
from musiclib.analysis.synth_sounds import Stage
from tests.analysis.sounds import sine

RATE = 44_100
# Sixteen steps to the bar: kick, snare, hat.
_HOUSE = ("x...x...x...x...", "....x.......x...", "..x...x...x...x.")
_BREAK = ("x.........x.....", "....x.......x...", "x.x.x.x.x.x.x.x.")
_ROCK = ("x.......x.x.....", "....x.......x...", "x.x.x.x.x.x.x.x.")
# Twelve steps, three to a beat.
_SHUFFLE = ("x.....x.....", "...x.....x..", "x.xx.xx.xx.x")

Samples = NDArray[np.float32]


def drums(groove: tuple[str, str, str], beats_s: Iterable[float], seconds: float) -> Samples:
    """Bars of a groove over beats at these times, mono; the last beat lasts as long as the one before."""
    stage = Stage(seconds, RATE)
    sounds = ((stage.sounds.kick, 0.9), (stage.sounds.snare, 0.55), (stage.sounds.hat, 0.22))
    times = list(beats_s)
    for number, (start, end) in enumerate(pairwise(times)):
        for pattern, (sound, level) in zip(groove, sounds, strict=True):
            steps = len(pattern) // 4
            bar = pattern[number % 4 * steps :][:steps]
            for step, stroke in enumerate(bar):
                if stroke == "x":
                    stage.add(sound, start + step / steps * (end - start), level)
    return stage.mixed(0.9).mean(axis=0)


def steady(bpm: float, seconds: float, start_s: float = 0.0) -> NDArray[np.float64]:
    return np.arange(start_s, seconds, 60.0 / bpm)


@pytest.mark.parametrize(
    ("groove", "bpm"),
    [(_HOUSE, 124.0), (_BREAK, 174.0), (_ROCK, 96.5), (_ROCK, 131.37), (_SHUFFLE, 118.0)],
    ids=["house", "drum and bass", "slow rock", "rock", "shuffle"],
)
def test_tempo_and_grid_of_a_groove(groove: tuple[str, str, str], bpm: float) -> None:
    audio = drums(groove, steady(bpm, 30.0, 0.31), 30.0)
    found = tempo.estimate([rhythm.pulse(audio)], [0.0], 0.31)
    assert found.candidates[0][0] == pytest.approx(bpm, abs=0.05), found
    assert found.beat_start_s == pytest.approx(0.31, abs=0.015)
    assert not found.varies


def test_candidates_are_apart_and_share_one() -> None:
    found = tempo.estimate([rhythm.pulse(drums(_BREAK, steady(140.0, 20.0), 20.0))], [0.0])
    tempos = [bpm for bpm, _ in found.candidates]
    assert 1 <= len(tempos) <= 3
    assert all(abs(a / b - 1.0) > 0.1 for a in tempos for b in tempos if a is not b)
    confidences = [confidence for _, confidence in found.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) <= 1.001


def test_the_grid_counts_from_the_start_of_the_file() -> None:
    audio = drums(_HOUSE, steady(120.0, 20.0), 20.0)
    found = tempo.estimate([rhythm.pulse(audio)], [100.2])
    assert found.beat_start_s is not None
    # A beat lies at 100.2 s, so others at 0.2 s and 0.7 s.
    assert found.beat_start_s == pytest.approx(0.2, abs=0.015)


def test_music_cut_at_its_first_beat_begins_at_zero() -> None:
    found = tempo.estimate([rhythm.pulse(drums(_HOUSE, steady(125.0, 12.0), 12.0))], [0.0])
    assert found.beat_start_s == pytest.approx(0.0, abs=0.015)


def test_a_player_who_drifts_is_told_from_a_machine() -> None:
    beats = np.cumsum(60.0 / (118.0 + 6.0 * np.sin(np.arange(90) / 9.0)))
    found = tempo.estimate([rhythm.pulse(drums(_ROCK, beats[beats < 40.0], 40.0))], [0.0])
    assert found.varies
    assert found.beat_start_s is None
    assert found.candidates[0][0] == pytest.approx(118.0, abs=5.0)
    assert found.candidates[0][1] < 0.5


def test_a_mix_of_tempos_gives_their_median() -> None:
    pulses = [rhythm.pulse(drums(_HOUSE, steady(bpm, 16.0), 16.0)) for bpm in (122.0, 124.0, 127.0, 130.0)]
    found = tempo.estimate(pulses, [0.0, 600.0, 1200.0, 1800.0])
    assert found.varies
    assert found.candidates[0][0] == pytest.approx(125.5, abs=0.1)
    assert found.candidates[0][1] < 0.5
    assert found.beat_start_s is None


def test_a_break_in_a_mix_of_one_tempo_takes_some_confidence_only() -> None:
    pulse = rhythm.pulse(drums(_HOUSE, steady(126.0, 16.0), 16.0))
    silence = rhythm.pulse(np.zeros(16 * RATE, np.float32))
    whole = tempo.estimate([pulse] * 4, [0.0] * 4)
    broken = tempo.estimate([pulse, silence, pulse, pulse], [0.0] * 4)
    assert whole.candidates[0][0] == broken.candidates[0][0] == 126.0
    assert broken.candidates[0][1] == pytest.approx(0.75 * whole.candidates[0][1], abs=0.01)


def no_beat() -> dict[str, Samples]:
    random = np.random.default_rng(5)
    strokes = np.zeros(20 * RATE, np.float32)
    for at in random.integers(0, strokes.size - 4000, 60):
        strokes[at : at + 4000] += random.normal(0, 0.2, 4000) * np.exp(-np.arange(4000) / 600)
    return {
        "nothing": np.zeros(0, np.float32),
        "silence": np.zeros(10 * RATE, np.float32),
        "noise": random.normal(0, 0.1, 20 * RATE).astype(np.float32),
        "drone": sine(110, -12, 20, RATE) + sine(165.3, -14, 20, RATE),
        "strokes without a pulse": strokes,
        "too short": drums(_HOUSE, steady(125.0, 3.0), 3.0),
    }


@pytest.mark.parametrize(("name", "audio"), no_beat().items(), ids=no_beat().keys())
def test_no_tempo_without_a_beat(name: str, audio: Samples) -> None:
    assert tempo.estimate([rhythm.pulse(audio)], [0.0]) == tempo.Tempo()


@pytest.mark.parametrize(
    ("measured", "error", "told"),
    [
        (127.98, 0.01, 128.0),
        (127.5, 0.2, 127.5),
        (93.52, 0.004, 93.5),
        (93.38, 0.004, 93.38),
        (93.93, 0.2, 93.93),
    ],
)
def test_a_tempo_within_its_error_of_a_whole_or_half_one_is_that(
    measured: float, error: float, told: float
) -> None:
    assert sensible(measured, error) == told
