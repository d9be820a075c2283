"""Eight seconds of sound with a click on each beat of a grid, or a chord of a key, to hear which is right.

Pure and quick enough to be done for each candidate: only the samples that sound are touched.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from musiclib.domain.music_key import MusicalKey

CHANNELS = 2
_DUCK = 0.6
"""How loud the music stays beside the click, so that both together do not clip."""
_CLICK_S, _CLICK_HZ, _CLICK = 0.02, 1760.0, 0.38
_CHORD_S, _CHORD, _CHORD_EVERY_S = 1.2, 0.1, 2.0
_A4_HZ, _A4 = 440.0, 9
_FULL = 32767


@dataclass(frozen=True, slots=True)
class Pcm:
    """Stereo sound: interleaved 16-bit samples in the order of this machine's bytes."""

    rate: int
    samples: bytes
    start_s: float
    """Where in the file it begins."""

    @property
    def seconds(self) -> float:
        return len(self.samples) / (2 * CHANNELS * self.rate)


def with_clicks(sound: Pcm, bpm: float, beat_s: float) -> Pcm:
    """The sound, softer, with a click on each beat. `beat_s` is the time of any beat, counted in the file."""
    period = 60 / bpm
    first = (beat_s - sound.start_s) % period
    beats = (first + nth * period for nth in range(int(sound.seconds / period) + 1))
    return _mixed(sound, _click(sound.rate), beats)


def with_chord(sound: Pcm, key: MusicalKey) -> Pcm:
    """The sound, softer, with the triad of the key every two seconds."""
    times = (nth * _CHORD_EVERY_S for nth in range(int(sound.seconds / _CHORD_EVERY_S) + 1))
    return _mixed(sound, _triad(sound.rate, key), times)


def _mixed(sound: Pcm, added: array[float], times: Iterable[float]) -> Pcm:
    samples = array("h", sound.samples)
    mixed = array("h", [int(each * _DUCK) for each in samples])
    for at in times:
        start = round(at * sound.rate) * CHANNELS
        for place, value in enumerate(added):
            left = start + CHANNELS * place
            if left + 1 >= len(mixed):
                break
            mixed[left] = _clipped(mixed[left] + value)
            mixed[left + 1] = _clipped(mixed[left + 1] + value)
    return replace(sound, samples=mixed.tobytes())


@lru_cache(maxsize=4)
def _click(rate: int) -> array[float]:
    count = round(rate * _CLICK_S)
    turn = 2 * math.pi * _CLICK_HZ / rate
    return array("f", [_FULL * _CLICK * math.exp(-5 * n / count) * math.sin(turn * n) for n in range(count)])


@lru_cache(maxsize=24)
def _triad(rate: int, key: MusicalKey) -> array[float]:
    count = round(rate * _CHORD_S)
    steps = (0, 3 if key.minor else 4, 7)
    turns = [2 * math.pi * _A4_HZ * 2 ** ((key.tonic + step - _A4) / 12) / rate for step in steps]
    rise = max(1, count // 60)
    return array(
        "f",
        [
            _FULL * _CHORD * min(1, n / rise) * (1 - n / count) * sum(math.sin(turn * n) for turn in turns)
            for n in range(count)
        ],
    )


def _clipped(value: float) -> int:
    return max(-_FULL, min(_FULL, int(value)))
