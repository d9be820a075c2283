"""Which notes sound when: from mono samples to strengths of pitches over time. Imports numpy; lanes only.

Spectral peaks rather than bins, so that drums weigh little; tuned by where the peaks of the whole piece lie;
explained as notes with overtones, so that a bass does not sound like the fifth and third above it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.decimation import FACTOR, quartered, response
from musiclib.analysis.engines.base import MONO_RATE, AudioEngine

Samples = NDArray[np.float32]

FRAME = 16_384
HOP = 8_192
# Bins of a spectrum that are heard: up to 5 kHz.
BINS = int(5000.0 * FRAME / MONO_RATE)
# MIDI numbers of the lowest and highest pitch: E1 (41 Hz) to Ab7 (3.3 kHz).
LOWEST, COUNT = 28, 77

_LOWEST_HZ, _HIGHEST_HZ = 36.0, 4200.0
# A peak counts from this many times the mean of the 140 Hz around it (noise seldom reaches it), and from
# 50 dB below its frame's highest.
_STANDS_OUT = 2.0
_AROUND_HZ = 70.0
_FAINTEST = 10 ** (-50 / 20)
# Strengths between magnitudes and their logarithm: loud notes must not be all there is.
_COMPRESSION = 0.6
# Overtones (in semitones over the note) of a tone whose strengths fall with the power 0.8 of their number.
_OVERTONES = tuple((round(12 * np.log2(number)), float(number**-0.8)) for number in range(1, 11))
_ROUNDS = 10
# Pitches above this A3 tell the tuning; below, a bin is too wide.
_TUNING_FROM = 45.0


@dataclass(frozen=True, slots=True)
class Pitches:
    """`notes`: strength of each pitch (columns from `LOWEST`) in each frame; `tuning`: semitones above
    A = 440 Hz, -0.5 to 0.5; `in_tune`: 0-1, how closely what sounds keeps to the semitones."""

    notes: Samples
    tuning: float
    in_tune: float


@dataclass(frozen=True, slots=True)
class Peaks:
    """Peaks of all frames one after the other: frame, pitch as a fractional MIDI number, magnitude."""

    frame: NDArray[np.int64]
    pitch: Samples
    magnitude: Samples
    frames: int


def hear_pitches(samples: Samples, engine: AudioEngine) -> Pitches:
    """Notes of mono samples at `MONO_RATE`; no frames where there are fewer than `FRAME` samples."""
    # A quarter of the samples, and of the bins, is all that is heard here.
    spectra = engine.spectra(quartered(samples), FRAME // FACTOR, HOP // FACTOR)
    as_whole = (FACTOR / response(np.arange(BINS) / FRAME)).astype(np.float32)
    return explain(find_peaks(each[:, :BINS] * as_whole for each in spectra))


def find_peaks(blocks: Iterable[Samples]) -> Peaks:
    """Peaks of spectra of `FRAME` samples, `BINS` of each, by a parabola through the log magnitudes."""
    found: list[tuple[NDArray[np.int64], Samples, Samples]] = []
    count = 0
    for spectra in blocks:
        frame, pitch, magnitude = _peaks_of(spectra)
        found.append((frame + count, pitch, magnitude))
        count += len(spectra)
    if not found:
        nothing = np.zeros(0, dtype=np.float32)
        return Peaks(np.zeros(0, dtype=np.int64), nothing, nothing, 0)
    frame, pitch, magnitude = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Peaks(frame, pitch, magnitude, count)


def _bin(hertz: float) -> int:
    return int(hertz * FRAME / MONO_RATE)


def _peaks_of(spectra: Samples) -> tuple[NDArray[np.int64], Samples, Samples]:
    low, high, reach = _bin(_LOWEST_HZ), _bin(_HIGHEST_HZ), _bin(_AROUND_HZ)
    sums = np.cumsum(spectra, axis=1, dtype=np.float64)
    # The lowest reach down to bin 1, those from `whole` on as far down as up.
    whole = reach + 1 - low
    around = sums[:, low + reach : high + reach].copy()
    around[:, :whole] -= sums[:, :1]
    around[:, whole:] -= sums[:, : high - reach - 1]
    middle = spectra[:, low:high]
    bins = np.arange(low, high)
    share = _STANDS_OUT / (bins + reach + 1 - np.maximum(bins - reach, 1))
    least = np.maximum(share * around, _FAINTEST * spectra.max(axis=1, keepdims=True))
    tops = (middle > spectra[:, low - 1 : high - 1]) & (middle >= spectra[:, low + 1 : high + 1])
    frame, place = np.nonzero(tops & (middle > least))
    place += low
    before, top, after = (np.log(spectra[frame, place + side] + 1e-12) for side in (-1, 0, 1))
    bend = np.minimum(before - 2 * top + after, -1e-6)
    offset = np.clip(0.5 * (before - after) / bend, -0.5, 0.5)
    hertz = (place + offset) * (MONO_RATE / FRAME)
    pitch = 69 + 12 * np.log2(hertz / 440.0)
    return frame, pitch.astype(np.float32), spectra[frame, place]


def explain(peaks: Peaks) -> Pitches:
    """Peaks in tune, those that last, as notes."""
    tuning, in_tune = _tuning(peaks)
    semitones = peaks.pitch - tuning
    nearest = np.round(semitones)
    column = nearest.astype(np.int64) - LOWEST
    inside = (column >= 0) & (column < COUNT)
    # What lies between two pitches belongs to neither.
    strength = peaks.magnitude**_COMPRESSION * np.cos(np.pi * (semitones - nearest)) ** 2
    heard = np.zeros((peaks.frames, COUNT), dtype=np.float32)
    np.add.at(heard, (peaks.frame[inside], column[inside]), strength[inside].astype(np.float32))
    return Pitches(_notes(_lasting(heard)), tuning, in_tune)


def _tuning(peaks: Peaks) -> tuple[float, float]:
    """The circular mean of the peaks' distances from equal temperament at A = 440 Hz, and how closely they
    lie around it (K. Mardia and P. Jupp, "Directional Statistics": mean direction and resultant length)."""
    told = peaks.pitch > _TUNING_FROM
    weight = peaks.magnitude[told] ** 0.75
    whole = float(weight.sum())
    if whole <= 0.0:
        return 0.0, 0.0
    mean = complex(np.sum(weight * np.exp(2j * np.pi * peaks.pitch[told]))) / whole
    return float(np.angle(mean)) / (2 * np.pi), abs(mean)


def _lasting(heard: Samples) -> Samples:
    """The median of three frames: the horizontal half of D. FitzGerald, "Harmonic/Percussive Separation Using
    Median Filtering" (DAFx 2010)."""
    if not len(heard):
        return heard
    padded = np.pad(heard, ((1, 1), (0, 0)), mode="edge")
    before, now, after = padded[:-2], padded[1:-1], padded[2:]
    return np.asarray(np.maximum(np.minimum(before, now), np.minimum(np.maximum(before, now), after)))


def _notes(heard: Samples) -> Samples:
    """Non-negative factors for fixed tones with overtones, by the multiplicative rule for the divergence of
    D. Lee and S. Seung, "Algorithms for Non-negative Matrix Factorization" (NIPS 2000)."""
    notes = heard + np.float32(1e-4 * float(heard.max(initial=0.0)))
    whole = _into_fundamentals(np.ones((1, COUNT), dtype=np.float32))
    for _ in range(_ROUNDS):
        ratio = heard / (_into_overtones(notes) + np.float32(1e-9))
        notes = notes * (_into_fundamentals(ratio) / whole)
    return notes


def _into_overtones(notes: Samples) -> Samples:
    sound = np.zeros_like(notes)
    for up, strength in _OVERTONES:
        sound[:, up:] += np.float32(strength) * notes[:, : COUNT - up]
    return sound


def _into_fundamentals(sound: Samples) -> Samples:
    """The transpose of `_into_overtones`."""
    notes = np.zeros_like(sound)
    for up, strength in _OVERTONES:
        notes[:, : COUNT - up] += np.float32(strength) * sound[:, up:]
    return notes
