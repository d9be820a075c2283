"""True peak by four-fold oversampling, as in annex 2 of ITU-R BS.1770. Imports numpy.

libavfilter's `ebur128` measures it too, at a quarter of the speed of everything else it does, and tells it in
thousandths of full scale, which is half a decibel for a quiet file.

Between two samples a signal rises over them by less than it bends there: by an eighth of that where it is
slow, by a third for a sine of a third of the sample rate. So most of a file need not be looked at: first bins
are left out by their highest sample and sharpest bend, and of the others what lies around low samples.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from musiclib.analysis.binning import Binned

Block = NDArray[np.float32]
Flags = NDArray[np.bool_]

_OVERSAMPLING = 4
_TAPS = 24
_BEFORE, _AFTER = _TAPS // 2 - 1, _TAPS // 2
# So many intervals at once: one matrix product gives all points between all of them.
_ROW = 16


class TruePeakMeter:
    """Feed consecutive blocks; `peak` is linear, 1.0 full scale, never clamped.

    The last bins are looked at only once others, or `finish`, have followed them.
    """

    def __init__(self, channels: int, bin_size: int) -> None:
        self.peak = 0.0
        self._kernel = _interpolator()
        self._bin = bin_size
        self._rows = -(-bin_size // _ROW)
        # What is seen of a bin: it, made whole rows, and what lies around.
        self._seen = self._rows * _ROW + _TAPS - 1
        # So many bins wait for what follows them.
        self._late = -(-(self._seen - _BEFORE) // bin_size) - 1
        self._left = np.zeros((channels, _BEFORE + self._late * bin_size), dtype=np.float32)
        self._peaks = np.zeros((channels, self._late), dtype=np.float32)
        self._bends = np.zeros((channels, self._late), dtype=np.float32)
        self._change = np.zeros((channels, 1), dtype=np.float32)

    def feed(self, binned: Binned) -> None:
        self.peak = max(self.peak, float(binned.peaks.max()))
        audio = np.concatenate([self._left, binned.block], axis=1)
        peaks = np.concatenate([self._peaks, binned.peaks], axis=1)
        bends = np.concatenate([self._bends, self._sharpest(binned)], axis=1)
        bins = binned.peaks.shape[1]
        self._left = audio[:, bins * self._bin :].copy()
        self._peaks, self._bends = peaks[:, bins:], bends[:, bins:]
        # A bin's last sample is followed, and the bend at it measured, in the next.
        most = np.maximum(peaks[:, :bins], peaks[:, 1 : bins + 1])
        most += np.maximum(bends[:, :bins], bends[:, 1 : bins + 1])
        worth = np.nonzero(most > self.peak)
        if worth[0].size:
            self._look(sliding_window_view(audio, self._seen, axis=1)[:, :: self._bin][worth])

    def finish(self) -> float:
        """The peak, with silence after the last sample."""
        silent = np.zeros((len(self._left), self._late + 1, self._bin), dtype=np.float32)
        changes = silent.reshape(len(silent), -1).copy()
        changes[:, :1] = -self._left[:, -1:]
        self.feed(Binned(silent, silent.max(axis=2), changes))
        return self.peak

    def _sharpest(self, binned: Binned) -> Block:
        """The sharpest bend of each bin, at its samples but the last, and at the one before them."""
        changes = binned.changes
        bends = np.empty_like(changes)
        np.subtract(changes[:, 1:], changes[:, :-1], out=bends[:, 1:])
        bends[:, :1] = changes[:, :1] - self._change
        self._change = changes[:, -1:].copy()
        bends = bends.reshape(binned.samples.shape)
        return np.asarray(np.maximum(bends.max(axis=2), -bends.min(axis=2)))

    def _look(self, seen: Block) -> None:
        """Looks between those samples of some bins around which there can be a higher peak."""
        end = _BEFORE + self._rows * _ROW + 1
        level = np.abs(seen[:, _BEFORE:end])
        bend = 2.0 * seen[:, _BEFORE:end]
        bend -= seen[:, _BEFORE - 1 : end - 1]
        bend -= seen[:, _BEFORE + 1 : end + 1]
        level += np.abs(bend, out=bend)
        higher: Flags = level > self.peak
        # A row's sixteen flags, read as two numbers.
        flags = (higher[:, 1:] | higher[:, :-1]).view(np.uint64).reshape(-1, self._rows, _ROW // 8)
        rows = (flags[:, :, 0] | flags[:, :, 1]) != 0
        windows = sliding_window_view(seen, _ROW + _TAPS - 1, axis=1)[:, ::_ROW][rows]
        if windows.size:
            between = windows @ self._kernel
            self.peak = max(self.peak, float(between.max()), -float(between.min()))


def _interpolator() -> Block:
    """From a row of samples with what lies around it to the three points after each: windowed sincs."""
    positions = np.arange(_TAPS)[:, None] - (_TAPS / 2 - 1) - np.arange(1, _OVERSAMPLING) / _OVERSAMPLING
    window = np.kaiser(_TAPS * 64 + 1, 5.0)
    shaped = np.interp(positions, np.linspace(-_TAPS / 2, _TAPS / 2, window.size), window)
    points = np.sinc(positions) * shaped
    points /= points.sum(axis=0)
    kernel = np.zeros((_ROW + _TAPS - 1, _ROW, _OVERSAMPLING - 1), dtype=np.float32)
    for place in range(_ROW):
        kernel[place : place + _TAPS, place] = points
    return kernel.reshape(_ROW + _TAPS - 1, -1)
