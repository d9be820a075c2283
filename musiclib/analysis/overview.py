"""The shape of a whole file from bins of 10 ms: its waveform, where it is silent, where it is liveliest.

Imports numpy.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.binning import Binned
from musiclib.analysis.loudness import BIN_RATE, lufs
from musiclib.domain.waveform import MAX_POINTS, WaveformPoint, brightness_of, pack_waveform

Block = NDArray[np.float32]
Values = NDArray[np.float64]

# Of the weighted energy of 10 ms: what is softer is heard as silence. Above the noise of a record's groove.
SILENCE_LUFS = -60.0
LIVELY_S = 8
# A kick drum out of nothing rises by 20 dB or more; what rises less in 30 ms is a swell.
_RISE_BINS = 3
_MOST_RISE_DB = 20.0
# One stroke of 20 dB a second is worth as much as 2 LU.
_RISE_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Silence:
    """Seconds at the start and at the end; of a file that is silent throughout, its length twice."""

    start_s: float
    end_s: float


class WaveformMeter:
    """Feed consecutive blocks of bins of `bin_size` samples."""

    def __init__(self, rate: int, channels: int, bin_size: int) -> None:
        self._rate = rate
        self._bin = bin_size
        self._channels = channels
        self._peaks: list[Block] = []
        self._energies: list[Block] = []
        self._changes: list[Block] = []

    def feed(self, binned: Binned) -> None:
        bins = binned.samples
        self._peaks.append(binned.peaks.max(axis=0))
        self._energies.append(np.einsum("cbn,cbn->b", bins, bins))
        changes = binned.changes.reshape(bins.shape)
        self._changes.append(np.einsum("cbn,cbn->b", changes, changes))

    def packed(self, bins: int) -> bytes:
        """The waveform of the first `bins` bins, in the format of `domain.waveform`."""
        if not bins:
            return b""
        points = min(MAX_POINTS, bins)
        starts = np.linspace(0, bins, points, endpoint=False).astype(np.int64)
        samples = np.diff(starts, append=bins) * self._bin * self._channels
        peaks = np.maximum.reduceat(_joined(self._peaks)[:bins], starts)
        energies = np.add.reduceat(_joined(self._energies)[:bins], starts)
        changes = np.add.reduceat(_joined(self._changes)[:bins], starts)
        # A sine of frequency f has changes of 4 sin²(pi f / rate) of its energy.
        ratio = np.clip(changes / np.maximum(energies, 1e-12) / 4.0, 0.0, 1.0)
        frequencies = self._rate / np.pi * np.arcsin(np.sqrt(ratio))
        return pack_waveform(
            WaveformPoint(float(peak), float(rms), brightness_of(float(frequency)))
            for peak, rms, frequency in zip(peaks, np.sqrt(energies / samples), frequencies, strict=True)
        )


def _joined(parts: list[Block]) -> Values:
    return np.concatenate(parts).astype(np.float64)


def silence(energies: Values, duration_s: float) -> Silence:
    """By the weighted energies of the bins."""
    heard = np.flatnonzero(lufs(energies) > SILENCE_LUFS)
    if not heard.size:
        return Silence(round(duration_s, 2), round(duration_s, 2))
    end_s = duration_s - float(heard[-1] + 1) / BIN_RATE
    return Silence(float(heard[0]) / BIN_RATE, round(max(0.0, end_s), 2))


def liveliest_start_s(energies: Values) -> float | None:
    """Where the eight seconds begin that are loudest and have most strokes in them; None for silence.

    Their loudness in LU, and a tenth of the decibels by which the level rises in a second of them.
    """
    levels = np.maximum(lufs(energies), SILENCE_LUFS)
    if not levels.size or float(levels.max()) <= SILENCE_LUFS:
        return None
    length = LIVELY_S * BIN_RATE
    if levels.size <= length:
        return 0.0
    rises = np.zeros_like(levels)
    rises[_RISE_BINS:] = np.clip(levels[_RISE_BINS:] - levels[:-_RISE_BINS], 0.0, _MOST_RISE_DB)
    # Each rise is seen by as many bins as it is measured over.
    per_s = _sums(rises, length) / (_RISE_BINS * LIVELY_S)
    score = lufs(_sums(energies, length) / length) + _RISE_WEIGHT * per_s
    steps = score[:: BIN_RATE // 4]
    return float(np.argmax(steps)) / 4.0


def _sums(values: Values, length: int) -> Values:
    sums = np.concatenate([[0.0], np.cumsum(values)])
    totals: Values = sums[length:] - sums[:-length]
    return totals
