"""Counts the samples of flat tops at full scale. Imports numpy."""

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]

# The highest value of 16 bits; one sample there is a peak that was normalised to it, three are a flat top.
FULL_SCALE = 1.0 - 2.0**-15
_RUN = 3


class ClippingMeter:
    """Feed consecutive blocks of shape (channels, samples). `count` is of all channels together."""

    def __init__(self, channels: int) -> None:
        self.count = 0
        self._open = [0] * channels

    def feed(self, block: Block, peak: float) -> None:
        """`peak` is the highest |sample| of the block: most blocks need no second look."""
        if peak < FULL_SCALE and not any(self._open):
            return
        for index, samples in enumerate(block):
            self._open[index] = self._count(np.abs(samples) >= FULL_SCALE, self._open[index])

    def _count(self, full: NDArray[np.bool_], before: int) -> int:
        """Counts runs, the first of which is `before` samples old; returns how long the last one is."""
        padded = np.concatenate([np.ones(before, bool), full, [False]])
        edges = np.flatnonzero(np.diff(padded, prepend=False))
        starts, ends = edges[0::2], edges[1::2]
        lengths = ends - starts
        is_open = bool(lengths.size and ends[-1] == padded.size - 1)
        last = int(lengths[-1]) if is_open else 0
        # What an open run had counted already is not counted again.
        counted = before if before >= _RUN else 0
        self.count += int(lengths[lengths >= _RUN].sum()) - counted
        return last
