"""Onset strength by frequency band, onset rate and brightness, from mono samples. Imports numpy; runs in the
analysis lanes only.

The envelopes are spectral flux over logarithmic bands: the rise of log-compressed magnitude, half-wave
rectified (Böck and Widmer, "Maximum filter vibrato suppression for onset detection", DAFx 2013, without the
filter), summed over the regions where kick, bass, snare and cymbals live.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.engines.base import MONO_RATE

Samples = NDArray[np.float32]
Envelope = NDArray[np.float32]

# Every second sample is enough to hear strokes by, at half the cost.
_RATE = MONO_RATE // 2
_FRAME = 1024
_HOP = 256
# Frames at once: what becomes of them stays in a core's own cache.
_CHUNK = 64
# Frames a second of every envelope.
FRAME_RATE = _RATE / _HOP
# The time of an onset that is strongest in frame 0 of an envelope. A click is 6 ms later than told by this,
# recorded drums and notes, which take time to speak, begin up to 10 ms earlier.
FIRST_FRAME_S = (_FRAME / 2) / _RATE
# A rise is measured over this many frames: half of the window.
_RISE = 2
# Edges of the bands in bins of 21.5 Hz: a semitone or more each, from 22 Hz to 9.7 kHz.
_EDGES = np.array(
    (1, 2, 3, 4, 5, 6, 7, 9, 11, 14, 18, 23, 30, 38, 48, 60, 76, 96, 121, 152, 192, 242, 305, 384, 450)
)
# Kick (to 150 Hz), bass and body (to 500), snare, voice and chords (to 4 kHz), cymbals (above).
REGIONS = ("low", "body", "mid", "high")
_REGIONS = ((0, 6), (6, 11), (11, 19), (19, 24))
_LEVEL = 0.1
_COMPRESSION = 10.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """`onsets`: strength of change per frame (`FRAME_RATE` frames a second), `regions`: the same in each of
    `REGIONS`, shape (4, frames); `centroid`: mean log2 of the spectral centroid in hertz; `onsets_per_s`: how
    many of the changes are notes or strokes of their own."""

    onsets: Envelope
    regions: Envelope
    centroid: float
    onsets_per_s: float


def pulse(samples: Samples) -> Pulse:
    """The onsets of mono samples at `MONO_RATE`; all zero for less than one frame."""
    halved = _halved(samples)
    if halved.size < _FRAME:
        return Pulse(np.zeros(1, np.float32), np.zeros((len(_REGIONS), 1), np.float32), 0.0, 0.0)
    levels, centroid = _levels(halved)
    rise = np.zeros_like(levels)
    np.maximum(levels[_RISE:] - levels[:-_RISE], 0.0, out=rise[_RISE:])
    onsets = rise.mean(axis=1)
    regions = np.stack([rise[:, low:high].mean(axis=1) for low, high in _REGIONS])
    return Pulse(onsets, regions, centroid, _onset_rate(onsets))


def _halved(samples: Samples) -> Samples:
    """Half the rate by the mean of neighbours: what this folds down from above 11 kHz is cymbals, welcome."""
    even = samples[: samples.size // 2 * 2]
    return (even[0::2] + even[1::2]) * np.float32(0.5)


def _levels(samples: Samples) -> tuple[NDArray[np.float32], float]:
    """Log-compressed magnitude, shape (frames, bands), and the mean log2 of the centroid."""
    views = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP]
    # Levelled, so that the logarithm bends quiet and loud masters alike.
    level = float(np.sqrt(np.mean(np.square(samples))))
    window = np.hanning(_FRAME).astype(np.float32) * np.float32(_LEVEL / max(level, 1e-6))
    frequencies = np.fft.rfftfreq(_FRAME, 1.0 / _RATE)[: _EDGES[-1]].astype(np.float32)
    levels = np.empty((len(views), _EDGES.size - 1), dtype=np.float32)
    weight = centre = 0.0
    for start in range(0, len(views), _CHUNK):
        spectrum = np.fft.rfft(views[start : start + _CHUNK] * window)[:, : _EDGES[-1]]
        power = np.square(spectrum.real)
        power += np.square(spectrum.imag)
        np.add.reduceat(power, _EDGES[:-1], axis=1, out=levels[start : start + len(power)])
        magnitude = np.sqrt(power, out=power)
        loudness = magnitude.sum(axis=1)
        centroid = magnitude @ frequencies / np.maximum(loudness, 1e-9)
        centre += float(np.dot(np.log2(np.maximum(centroid, 20.0)), loudness))
        weight += float(loudness.sum())
    levels /= np.diff(_EDGES).astype(np.float32)
    np.log1p(np.float32(_COMPRESSION) * np.sqrt(levels), out=levels)
    return levels, centre / weight if weight > 0 else 0.0


def _onset_rate(onsets: Envelope) -> float:
    """Peaks that stand out from the second around them, per second."""
    reach = round(FRAME_RATE / 2)
    if onsets.size < 3 * reach:
        return 0.0
    threshold = 1.3 * local_mean(onsets, reach) + 0.1 * float(onsets.mean()) + 0.01
    middle = onsets[1:-1]
    peaks = (middle > onsets[:-2]) & (middle >= onsets[2:]) & (middle > threshold[1:-1])
    return float(peaks.sum()) / (onsets.size / FRAME_RATE)


def local_mean(values: Envelope, reach: int) -> Envelope:
    """The mean of the `2 * reach + 1` values around each; the ends stand for what is beyond them."""
    padded = np.pad(values.astype(np.float64), (reach + 1, reach), mode="edge")
    sums = np.cumsum(padded)
    return ((sums[2 * reach + 1 :] - sums[: -(2 * reach + 1)]) / (2 * reach + 1)).astype(np.float32)
