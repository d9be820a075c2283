"""True peak by four-fold oversampling, as in annex 2 of ITU-R BS.1770. Imports numpy.

libavfilter's `ebur128` measures it too, at a quarter of the speed of everything else it does, and tells it in
thousandths of full scale, which is half a decibel for a quiet file.
"""

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]

_OVERSAMPLING = 4
_TAPS = 24
# So many intervals at once: one matrix product gives all points between all of them.
_ROW = 16
# Whether it is worth it is asked of so many samples at once.
_STRETCH = 16 * _ROW


class TruePeakMeter:
    """Feed consecutive blocks of shape (channels, samples); `peak` is linear, 1.0 full scale, never clamped.

    The last samples are looked at only once others, or `finish`, have followed them.
    """

    def __init__(self, channels: int) -> None:
        self.peak = 0.0
        self._kernel = _interpolator()
        self._left = np.zeros((channels, _TAPS - 1), dtype=np.float32)

    def feed(self, block: Block) -> None:
        audio = np.concatenate([self._left, block], axis=1)
        stretches = (audio.shape[1] - (_TAPS - 1)) // _STRETCH
        self._left = audio[:, stretches * _STRETCH :].copy()
        if stretches:
            for channel in audio:
                self._look(channel, stretches)

    def finish(self) -> float:
        """The peak, with silence after the last sample."""
        self.feed(np.zeros((len(self._left), _TAPS + _STRETCH), dtype=np.float32))
        return self.peak

    def _look(self, samples: Block, stretches: int) -> None:
        """Looks between the samples where there can be a higher peak than the highest so far."""
        first = _TAPS // 2 - 1
        count = stretches * _STRETCH
        middle = samples[first : first + count]
        level = np.abs(middle)
        self.peak = max(self.peak, float(level.max()))
        # Between two samples a signal rises over them by less than it bends there: by an eighth of that where
        # it is slow, by a third for a sine of a third of the sample rate.
        bend = middle + middle
        bend -= samples[first - 1 : first - 1 + count]
        bend -= samples[first + 1 : first + 1 + count]
        level += np.abs(bend, out=bend)
        worth = np.flatnonzero(level.reshape(stretches, _STRETCH).max(axis=1) > self.peak)
        if worth.size:
            windows = np.lib.stride_tricks.sliding_window_view(samples, _ROW + _TAPS - 1)[:count:_ROW]
            windows = windows.reshape(stretches, _STRETCH // _ROW, -1)[worth]
            between = windows.reshape(-1, _ROW + _TAPS - 1) @ self._kernel
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
