"""The instruments and the mixing desk of `synth`. Imports numpy."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_TABLE = 4096


class Sounds:
    """Drum strokes and tones as mono samples at one rate, each made once."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._noise = np.random.default_rng(808)
        self._tones: dict[tuple[int, int, int], Samples] = {}

    @cached_property
    def kick(self) -> Samples:
        t = self._time(0.28)
        phase = 2 * np.pi * (50.0 * t + 110.0 / 35.0 * (1.0 - np.exp(-35.0 * t)))
        click = np.exp(-t * 700.0) * 0.4
        return _as_samples(np.sin(phase) * np.exp(-t * 14.0) + click)

    @cached_property
    def snare(self) -> Samples:
        t = self._time(0.22)
        noise = np.diff(self._noise.standard_normal(t.size + 1)) * 0.5
        return _as_samples(
            noise * np.exp(-t * 22.0) + 0.5 * np.sin(2 * np.pi * 185.0 * t) * np.exp(-t * 30.0)
        )

    @cached_property
    def hat(self) -> Samples:
        t = self._time(0.07)
        noise = np.diff(self._noise.standard_normal(t.size + 2), n=2) * 0.4
        return _as_samples(noise * np.exp(-t * 70.0))

    def tone(self, note: int, length_s: float, harmonics: int) -> Samples:
        """A saw-like tone of a MIDI note (A4 = 440 Hz) with soft edges, overtones below half the rate."""
        name = (note, round(length_s * self._rate), harmonics)
        if name not in self._tones:
            self._tones[name] = self._make_tone(*name)
        return self._tones[name]

    def _make_tone(self, note: int, count: int, harmonics: int) -> Samples:
        frequency = 440.0 * 2.0 ** ((note - 69) / 12.0)
        table = _saw_table(min(harmonics, int(0.45 * self._rate / frequency)))
        position = np.arange(count) * (frequency / self._rate * _TABLE)
        tone = table[position.astype(np.int64) % _TABLE]
        t = np.arange(count) / self._rate
        attack = np.minimum(1.0, t / 0.006)
        # A slow, round release: the end of a note must not sound like the start of another.
        release = np.minimum(1.0, (count - np.arange(count)) / (min(0.12 * self._rate, count / 2)))
        return _as_samples(tone * attack * np.sin(release * np.pi / 2) ** 2 * np.exp(-t * 1.5))

    def _time(self, length_s: float) -> NDArray[np.float64]:
        return np.arange(round(length_s * self._rate)) / self._rate


class Stage:
    """A stereo buffer of fixed length that sounds are added to; what reaches past its end is cut."""

    def __init__(self, duration_s: float, rate: int) -> None:
        self.sounds = Sounds(rate)
        self._rate = rate
        self._mix = np.zeros((2, round(duration_s * rate)), dtype=np.float32)

    def add(self, sound: Samples, at_s: float, level: float, pan: float = 0.0) -> None:
        """Add at a time in seconds; `pan` from -1 (left) to 1 (right)."""
        start = round(at_s * self._rate)
        piece = sound[: max(0, self._mix.shape[1] - start)]
        for channel, side in enumerate((1.0 - pan, 1.0 + pan)):
            self._mix[channel, start : start + piece.size] += piece * np.float32(level * min(1.0, side))

    def mixed(self, highest: float) -> Samples:
        """The mix through a soft limiter, with a second of fade at the end, its peak at `highest`."""
        mix = np.tanh(self._mix)
        fade = min(self._rate, mix.shape[1])
        if fade:
            mix[:, -fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
        peak = float(np.max(np.abs(mix), initial=0.0))
        return mix * np.float32(highest / peak) if peak > 0 else mix


def _saw_table(harmonics: int) -> Samples:
    phase = np.arange(_TABLE) * (2 * np.pi / _TABLE)
    overtones = np.arange(1, max(1, harmonics) + 1)
    return _as_samples(np.sum(np.sin(np.outer(overtones, phase)) / overtones[:, None], axis=0) * 0.6)


def _as_samples(values: NDArray[np.floating]) -> Samples:
    return values.astype(np.float32)
