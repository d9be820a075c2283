"""True peak by four-fold oversampling, as in annex 2 of ITU-R BS.1770. Imports numpy.

libavfilter's `ebur128` measures it too, at a quarter of the speed of everything else it does, and tells it in
thousandths of full scale, which is half a decibel for a quiet file.
"""

import math

import numpy as np
from numpy.typing import NDArray

_OVERSAMPLING = 4
_TAPS = 24
# Between two samples below this share of the highest peak so far no higher one is looked for: an overshoot of
# 6 dB over both neighbours needs a burst near half the sample rate that is loud nowhere else.
_WORTH = 0.5


class TruePeakMeter:
    """Feed consecutive blocks of shape (samples, channels); `peak` is linear, 1.0 full scale, never clamped.

    The last 12 samples are looked at only once 12 more have followed them.
    """

    def __init__(self, channels: int) -> None:
        self.peak = 0.0
        self._kernel = _interpolator()
        self._tail = np.zeros((_TAPS - 1, channels), dtype=np.float32)

    def feed(self, block: NDArray[np.number]) -> None:
        if not block.size:
            return
        audio = np.concatenate([self._tail, block.astype(np.float32)])
        self._tail = audio[-(_TAPS - 1) :]
        level = np.abs(audio)
        top = float(level.max())
        if not math.isfinite(top):
            # Samples that are no numbers have no level; what surrounds them is measured.
            audio = np.nan_to_num(audio, posinf=0.0, neginf=0.0)
            self._tail = audio[-(_TAPS - 1) :]
            level = np.abs(audio)
            top = float(level.max())
        self.peak = max(self.peak, top)
        for channel in range(audio.shape[1]):
            self._look_between(audio[:, channel], level[:, channel])

    def _look_between(self, audio: NDArray[np.float32], level: NDArray[np.float32]) -> None:
        left = _TAPS // 2 - 1
        count = audio.size - _TAPS + 1
        loud = level[left : left + count + 1] > _WORTH * self.peak
        places = np.flatnonzero(loud[:-1] | loud[1:])
        if places.size:
            windows = np.lib.stride_tricks.sliding_window_view(audio, _TAPS)[places]
            self.peak = max(self.peak, float(np.abs(windows @ self._kernel).max()))


def _interpolator() -> NDArray[np.float32]:
    """Windowed sincs for the three points between the middle samples of a window, as columns."""
    positions = np.arange(_TAPS)[:, None] - (_TAPS / 2 - 1) - np.arange(1, _OVERSAMPLING) / _OVERSAMPLING
    window = np.kaiser(_TAPS * 64 + 1, 5.0)
    shaped = np.interp(positions, np.linspace(-_TAPS / 2, _TAPS / 2, window.size), window)
    kernel: NDArray[np.float32] = (np.sinc(positions) * shaped).astype(np.float32)
    kernel /= kernel.sum(axis=0)
    return kernel
