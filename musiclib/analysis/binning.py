"""Blocks cut into bins of a hundredth of a second, with what several meters ask of them. Imports numpy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Binned:
    """Whole bins: `samples` of shape (channels, bins, samples of a bin); `peaks` the highest |sample| of one,
    shape (channels, bins); `changes` each sample less the one before, shape (channels, samples)."""

    samples: Block
    peaks: Block
    changes: Block

    @property
    def block(self) -> Block:
        """The samples in a row, shape (channels, samples)."""
        return self.samples.reshape(self.changes.shape)


class Binner:
    """Takes consecutive blocks of shape (channels, samples): whole bins of `size`, but for the last."""

    def __init__(self, channels: int, size: int) -> None:
        self.strange = False
        """Whether some samples were no numbers; they have become silence."""
        self._size = size
        self._last = np.zeros((channels, 1), dtype=np.float32)

    def binned(self, block: Block) -> Binned:
        """The block, at its end filled up to a whole bin by silence."""
        if missing := -block.shape[1] % self._size:
            block = np.pad(block, ((0, 0), (0, missing)))
        peaks = self._peaks(block)
        if not np.isfinite(peaks.max()):
            self.strange = True
            block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
            peaks = self._peaks(block)
        changes = np.empty(block.shape, dtype=np.float32)
        np.subtract(block[:, 1:], block[:, :-1], out=changes[:, 1:])
        changes[:, :1] = block[:, :1] - self._last
        self._last = block[:, -1:].copy()
        return Binned(self._cut(block), peaks, changes)

    def _cut(self, block: Block) -> Block:
        return block.reshape(len(block), -1, self._size)

    def _peaks(self, block: Block) -> Block:
        samples = self._cut(block)
        return np.asarray(np.maximum(samples.max(axis=2), -samples.min(axis=2)))
