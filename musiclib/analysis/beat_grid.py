"""From a rough tempo to a beat grid: the exact tempo, the first beat, and whether there is a grid at all.

The tempo is the frequency at which the Fourier transform of the onset envelope has the strongest comb, over
the whole excerpt: its precision grows with the length. Then windows along the excerpt are laid over the mean
beat; how far each has slid gives the rest of the error, its own uncertainty (the standard error of a straight
line through the slides) and how steady the player is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.rhythm import FIRST_FRAME_S, FRAME_RATE, Envelope

Floats = NDArray[np.float64]

# Beats are folded into this many places.
_PLACES = 96
_WINDOW_S = 8.0
# Windows that are less like the mean beat than this share of the best (pauses, breakdowns) say nothing of the
# grid; fewer windows than this make no line.
_CLEAR, _LEAST_WINDOWS = 0.2, 3
_OVERTONES = (1, 2, 3, 4, 6, 8)
_NEAR = 0.02
# Furthest that a measured tempo is taken for a whole or half one (BPM), and how near is always near enough.
_ROUND_FROM, _ROUND_WITHIN = 0.06, 0.03
# What strokes in low, body, mid and high and in all of them say at a place, and at these shares of a beat
# after it, for the place being the beat. Learnt like `tempo_weights`.
_PEAKS = 5
_OFFSETS = (0.0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4)
_BEAT = np.array(
    (
        (0.25, -0.41, -0.33, -0.08, -0.11, 0.24),
        (0.21, -0.22, -0.19, 0.07, -0.24, -0.12),
        (0.25, -0.30, -0.18, -0.01, 0.04, 0.01),
        (0.30, -0.32, -0.08, 0.03, -0.10, 0.01),
        (0.25, -0.35, -0.25, 0.02, -0.08, 0.10),
    )
)


@dataclass(frozen=True, slots=True)
class Grid:
    """`bpm` with its standard `error`; `phase_s`: the first beat at or after 0 s of the excerpt; `slide`: the
    usual distance of the beats around a place from the grid, as a share of a beat."""

    bpm: float
    error: float
    phase_s: float
    slide: float


class Combs:
    """The Fourier transform of an onset envelope (mean removed) at any frequency."""

    def __init__(self, envelope: Envelope) -> None:
        self._size = 1 << (4 * envelope.size - 1).bit_length()
        window = np.hanning(envelope.size).astype(np.float32)
        self._magnitude = np.abs(np.fft.rfft(envelope * window, self._size))

    def refine(self, bpm: float, near: float = _NEAR) -> float:
        """The strongest comb within a share of `bpm`, in steps far below the width of its peak."""
        bin_bpm = 60.0 * FRAME_RATE / self._size
        steps = max(16, math.ceil(2.0 * near * bpm / bin_bpm * max(_OVERTONES)))
        tempos = bpm * np.linspace(1.0 - near, 1.0 + near, steps + 1)
        strengths = self._strength(tempos)
        peak = int(np.argmax(strengths))
        return float(tempos[peak] + (tempos[1] - tempos[0]) * vertex(strengths, peak))

    def _strength(self, bpm: Floats) -> Floats:
        total = np.zeros_like(bpm)
        bins = np.arange(self._magnitude.size)
        for overtone in _OVERTONES:
            place = overtone * bpm / 60.0 / FRAME_RATE * self._size
            total += np.interp(place, bins, self._magnitude, right=0.0)
        return total


def fit(onsets: Envelope, regions: Sequence[Envelope], bpm: float) -> Grid:
    """The grid near a refined tempo: its pace from all onsets, its beats from what falls in which region.

    All envelopes with their (local) mean removed."""
    times, slides, weights = _slides(onsets, bpm)
    slope, error, spread = _line(times, slides, weights)
    # Beats that come later and later by `slope` beats a second belong to a slower tempo.
    exact = sensible(bpm - 60.0 * slope, 60.0 * error)
    return Grid(exact, 60.0 * error, _beat_phase(onsets, regions, exact), spread)


def sensible(bpm: float, error: float) -> float:
    """A tempo measured within three errors of a whole or half one is that: nearly all music made with
    machines has such a tempo. Any other to 0.01."""
    for step in (1.0, 0.5):
        near = round(bpm / step) * step
        if abs(bpm - near) <= min(_ROUND_FROM, max(_ROUND_WITHIN, 3.0 * error)):
            return near
    return round(bpm, 2)


def _beat_phase(onsets: Envelope, regions: Sequence[Envelope], bpm: float) -> float:
    """Seconds from the start of the excerpt to its first beat: the place whose strokes, and those around it,
    look most like a beat's."""
    folded = np.stack([_fold(each, bpm, 0) for each in (*regions, onsets)])
    folded /= np.maximum(folded.std(axis=1, keepdims=True), 1e-9)
    total = folded[-1] + 0.5 * folded[0]
    peaks = np.flatnonzero((total > np.roll(total, 1)) & (total >= np.roll(total, -1)))
    peaks = peaks[np.argsort(-total[peaks], kind="stable")][:_PEAKS]
    # The highest of the places near by: hands and attacks do not fall on one place.
    near = np.max([np.roll(folded, shift, axis=1) for shift in range(-2, 3)], axis=0)
    offsets = np.round(np.array(_OFFSETS) * _PLACES).astype(np.int64)
    scores = [float(np.sum(_BEAT * near[:, (peak + offsets) % _PLACES])) for peak in peaks]
    beat = int(peaks[int(np.argmax(scores))]) if len(peaks) else 0
    place = (beat + vertex(total, beat)) / _PLACES
    period = 60.0 / bpm
    return float((place * period + FIRST_FRAME_S) % period)


def vertex(values: Floats, peak: int) -> float:
    """Where the parabola through a peak and its neighbours (a circle's) has its top, from the peak: ±0.5."""
    before, top, after = values[peak - 1], values[peak], values[(peak + 1) % values.size]
    bend = before - 2.0 * top + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0


def _fold(envelope: Envelope, bpm: float, start: int) -> Floats:
    """Mean strength at each of `_PLACES` of a beat; `start`: the first frame's number."""
    beats = np.arange(start, start + envelope.size) * (bpm / 60.0 / FRAME_RATE)
    # Each frame is shared by the two places beside it, as a beat may be shorter than its places.
    position = (beats % 1.0) * _PLACES
    left = position.astype(np.int64)
    share = position - left
    right = (left + 1) % _PLACES
    left %= _PLACES
    sums = np.bincount(left, envelope * (1.0 - share), _PLACES) + np.bincount(
        right, envelope * share, _PLACES
    )
    counts = np.bincount(left, 1.0 - share, _PLACES) + np.bincount(right, share, _PLACES)
    mean = sums / np.maximum(counts, 1e-9)
    # At more places than frames some see one frame only: smoothed to the frames' own resolution.
    return np.asarray((np.roll(mean, 1) + 2.0 * mean + np.roll(mean, -1)) / 4.0)


def _slides(envelope: Envelope, bpm: float) -> tuple[Floats, Floats, Floats]:
    """Of windows along the envelope: centre in seconds, slide against the mean beat in beats, and weight.

    Slides are taken to the nearest half beat: an accent that moves to the off-beat leaves the grid alone.
    """
    length = round(max(_WINDOW_S, 8 * 60.0 / bpm) * FRAME_RATE)
    target = np.conj(np.fft.rfft(_fold(envelope, bpm, 0)))
    rows = []
    for start in range(0, max(1, envelope.size - length // 2), length // 2):
        piece = envelope[start : start + length]
        likeness = np.fft.irfft(np.fft.rfft(_fold(piece, bpm, start)) * target, _PLACES)
        peak = int(np.argmax(likeness))
        slide = (peak + vertex(likeness, peak)) / _PLACES
        rows.append(
            (
                (start + piece.size / 2) / FRAME_RATE,
                (slide + 0.25) % 0.5 - 0.25,
                max(float(likeness[peak]), 0.0),
            )
        )
    table = np.array(rows)
    return table[:, 0], table[:, 1], table[:, 2]


def _line(times: Floats, slides: Floats, weights: Floats) -> tuple[float, float, float]:
    """Slope of a robust straight line through the slides, the slope's standard error, and their spread."""
    clear = weights > _CLEAR * weights.max()
    if clear.sum() < _LEAST_WINDOWS:
        return 0.0, 0.0, 0.0
    times, slides, trust = times[clear], slides[clear], weights[clear] / weights.max()
    slope = level = scale = 0.0
    for _ in range(4):
        rest = slides - level - slope * times
        scale = max(float(np.median(np.abs(rest))) * 1.5, 1e-3)
        use = trust * np.clip(1.0 - (rest / (4.0 * scale)) ** 2, 0.0, None) ** 2
        total = max(float(use.sum()), 1e-9)
        middle = float(use @ times) / total
        level_here = float(use @ slides) / total
        base = max(float(use @ (times - middle) ** 2), 1e-9)
        slope = float(use @ ((times - middle) * (slides - level_here))) / base
        level = level_here - slope * middle
    # Windows overlap by half: two of them count as one.
    error = scale / math.sqrt(base / total * max(1.0, times.size / 2))
    return slope, error, scale
