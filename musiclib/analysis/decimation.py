"""Mono samples at a quarter of their rate, for what is heard below 5 kHz. Imports numpy."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

FACTOR = 4
# A windowed sinc: what would be folded to below 4.3 kHz (from 6.7 kHz, of 44.1) is 70 dB down. What it takes
# off below is told by `response`.
_TAPS = 65
_CUTOFF = 5_300.0 / 44_100.0
_SHAPE = 6.8
# So many samples make a row of `_ROW // FACTOR`; with the next row, they are all that the filter spans.
_ROW = 64
_ROWS_AT_ONCE = 4_096


def _filter() -> NDArray[np.float64]:
    distance = np.arange(_TAPS) - _TAPS // 2
    taps = np.sinc(2.0 * _CUTOFF * distance) * np.kaiser(_TAPS, _SHAPE)
    return np.asarray(taps / taps.sum())


def _products() -> tuple[Samples, Samples]:
    """What a row and the row after it give, as matrices."""
    both = np.zeros((2 * _ROW, _ROW // FACTOR), dtype=np.float32)
    for place in range(_ROW // FACTOR):
        both[place * FACTOR : place * FACTOR + _TAPS, place] = _filter()
    return both[:_ROW].copy(), both[_ROW:].copy()


def quartered(samples: Samples) -> Samples:
    """Every fourth sample, in its place, of what the filter lets through; silence is beyond the ends."""
    wanted = samples.size // FACTOR
    rows = -(-wanted * FACTOR // _ROW) + 1
    padded = np.zeros(rows * _ROW, dtype=np.float32)
    reach = min(samples.size, padded.size - _TAPS // 2)
    padded[_TAPS // 2 : _TAPS // 2 + reach] = samples[:reach]
    taken = padded.reshape(rows, _ROW)
    here, after = _products()
    given = np.empty((rows - 1, _ROW // FACTOR), dtype=np.float32)
    for start in range(0, rows - 1, _ROWS_AT_ONCE):
        end = min(start + _ROWS_AT_ONCE, rows - 1)
        np.matmul(taken[start:end], here, out=given[start:end])
        given[start:end] += taken[start + 1 : end + 1] @ after
    return given.reshape(-1)[:wanted]


def response(frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the filter lets through of magnitudes at these frequencies, as shares of the rate before it."""
    distance = np.arange(_TAPS) - _TAPS // 2
    return np.asarray(np.cos(2.0 * np.pi * np.outer(frequencies, distance)) @ _filter())
