"""Counts the samples of flat tops at full scale. Imports numpy."""

import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.binning import Binned

# The highest value of 16 bits; one sample there is a peak that was normalised to it, three are a flat top.
FULL_SCALE = 1.0 - 2.0**-15
_RUN = 3


class ClippingMeter:
    """Feed consecutive blocks. `count` is of all channels together."""

    def __init__(self, channels: int) -> None:
        self.count = 0
        self._open = [0] * channels

    def feed(self, binned: Binned) -> None:
        for index, bins in enumerate(binned.samples):
            full = np.flatnonzero(binned.peaks[index] >= FULL_SCALE)
            if not full.size and not self._open[index]:
                continue
            # Only in bins whose peak is one can there be others.
            size = bins.shape[1]
            found = np.flatnonzero(np.abs(bins[full]) >= FULL_SCALE)
            places = full[found // size] * size + found % size
            self._open[index] = self._count(places, bins.size, self._open[index])

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
