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
            places = np.flatnonzero(np.abs(samples) >= FULL_SCALE)
            self._open[index] = self._count(places, samples.size, self._open[index])

    def _count(self, places: NDArray[np.intp], size: int, before: int) -> int:
        """Counts the runs of full samples at these places; `before` of them ended the block before.

        Returns how many end this one.
        """
        if before:
            places = np.concatenate([np.arange(-before, 0), places])
        ends = np.flatnonzero(np.diff(places, append=size + 1) != 1)
        lengths = np.diff(ends, prepend=-1)
        # What ended the block before was counted there, if it was long enough to be.
        self.count += int(lengths[lengths >= _RUN].sum()) - (before if before >= _RUN else 0)
        return int(lengths[-1]) if lengths.size and places[-1] == size - 1 else 0
