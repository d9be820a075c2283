"""Loudness of a stream of blocks: ITU-R BS.1770, EBU R 128, EBU Tech 3341 and 3342. Imports numpy.

Measured here rather than by libavfilter's `ebur128`, which tells momentary loudness ten times a second only
(a live meter misses peaks between) and takes four times as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.k_weighting import KWeighting

Block = NDArray[np.float32]
Values = NDArray[np.float64]

# Bins of energy a second; every window is a whole number of them.
BIN_RATE = 100
_MOMENTARY = BIN_RATE * 2 // 5
_SHORT_TERM = BIN_RATE * 3
# Gating blocks overlap by three quarters; short-term values for the range come as often.
_STEP = BIN_RATE // 10
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = 10.0
_RANGE_GATE_LU = 20.0
_RANGE_PERCENT = (10, 95)
# The filters are defined up to 1.7 kHz and above; there is no audio of less than this rate.
_LEAST_RATE = 4_000

_SURROUND = frozenset({"SL", "SR", "SDL", "SDR"})
_BACK = frozenset({"BL", "BR"})
LOW_CHANNELS = frozenset({"LFE", "LFE2"})


@dataclass(frozen=True, slots=True)
class Loudness:
    """None: silence, or too short for one window (400 ms; 3 s for short-term loudness and range)."""

    integrated_lufs: float | None = None
    range_lu: float | None = None
    true_peak_dbtp: float | None = None
    max_momentary_lufs: float | None = None
    max_short_term_lufs: float | None = None


def channel_weights(names: Sequence[str]) -> Values:
    """Weights of channels by FFmpeg's names of them (BS.1770-5, annexes 1 and 3).

    Surround channels at 60 to 120 degrees count 1.41, low-frequency effects nothing. The back channels of 5.1
    stand at 110 degrees; beside side channels, as in 7.1, they are behind. Mono is heard from two
    loudspeakers.
    """
    if len(names) == 1:
        return np.array([2.0])
    sides = _SURROUND if _SURROUND & set(names) else _BACK
    return np.array([0.0 if name in LOW_CHANNELS else 1.41 if name in sides else 1.0 for name in names])


class LoudnessMeter:
    """Feed consecutive blocks of whole bins of `rate // BIN_RATE` samples, shape (channels, samples)."""

    def __init__(self, rate: int, names: Sequence[str]) -> None:
        self._bin = rate // BIN_RATE
        self._weights = channel_weights(names)
        self._filter = KWeighting(rate, len(names)) if rate >= _LEAST_RATE else None
        self._energies: list[Values] = []

    def feed(self, block: Block) -> None:
        channels, count = block.shape
        if self._filter is None:
            self._energies.append(np.zeros(count // self._bin))
            return
        heard = self._filter.filtered(block).reshape(channels, -1, self._bin)
        self._energies.append(self._weights @ np.einsum("cbn,cbn->cb", heard, heard).astype(np.float64))

    def energies(self) -> Values:
        """Mean square of each bin, weighted."""
        return np.concatenate([np.zeros(0), *self._energies]) / max(1, self._bin)

    def finish(self, true_peak_dbtp: float | None, bins: int) -> Loudness:
        """Of the first `bins` bins: the file may end within the last one."""
        sums = np.concatenate([[0.0], np.cumsum(self.energies()[:bins])])
        momentary = _windows(sums, _MOMENTARY)
        short_term = _windows(sums, _SHORT_TERM)
        return Loudness(
            integrated_lufs=_integrated(momentary[::_STEP]),
            range_lu=_range(short_term[::_STEP]),
            true_peak_dbtp=true_peak_dbtp,
            max_momentary_lufs=_highest(momentary),
            max_short_term_lufs=_highest(short_term),
        )


def lufs(mean_square: Values) -> Values:
    """BS.1770's loudness of weighted mean squares."""
    levels: Values = -0.691 + 10.0 * np.log10(np.maximum(mean_square, 1e-20))
    return levels


def _windows(sums: Values, length: int) -> Values:
    """Mean square of every window that fits, one a bin."""
    return np.maximum(sums[length:] - sums[:-length], 0.0) / length if sums.size > length else np.zeros(0)


def _highest(windows: Values) -> float | None:
    highest = float(lufs(windows).max(initial=-np.inf))
    return round(highest, 2) if highest > _ABSOLUTE_GATE_LUFS else None


def _gated(windows: Values, relative_lu: float) -> Values:
    """Those above the absolute gate, and not so far below the mean of these."""
    loud = windows[lufs(windows) > _ABSOLUTE_GATE_LUFS]
    if not loud.size:
        return loud
    gate = float(lufs(loud.mean(keepdims=True))[0]) - relative_lu
    return loud[lufs(loud) > gate]


def _integrated(blocks: Values) -> float | None:
    loud = _gated(blocks, _RELATIVE_GATE_LU)
    return round(float(lufs(loud.mean(keepdims=True))[0]), 2) if loud.size else None


def _range(short_term: Values) -> float | None:
    loud = np.sort(lufs(_gated(short_term, _RANGE_GATE_LU)))
    if not loud.size:
        return None
    low, high = (loud[round((loud.size - 1) * percent / 100)] for percent in _RANGE_PERCENT)
    return round(float(high - low), 2)
