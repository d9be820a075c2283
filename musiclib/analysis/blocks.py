"""Decoded frames, gathered into blocks of float samples. Imports numpy.

A frame of an MP3 is 26 ms: calling every meter for each would cost more than decoding. A frame's bytes are
copied as they are and converted a block at a time.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import av

Block = NDArray[np.float32]

# By FFmpeg's name of the packed format: type, what is full scale, and what is silence.
_KINDS: dict[str, tuple[str, float, float]] = {
    "u8": ("u1", 2.0**7, 2.0**7),
    "s16": ("i2", 2.0**15, 0.0),
    "s32": ("i4", 2.0**31, 0.0),
    "s64": ("i8", 2.0**63, 0.0),
    "flt": ("f4", 1.0, 0.0),
    "dbl": ("f8", 1.0, 0.0),
}


class BlockBuffer:
    """Takes frames of one format; gives blocks of shape (channels, `length`), full scale 1.0, never clamped.

    A block is only good until the next one.
    """

    def __init__(self, first: "av.AudioFrame", length: int) -> None:
        self._length = length
        self._channels = first.layout.nb_channels
        self._planar = first.format.is_planar
        name, self._full, self._zero = _KINDS[first.format.packed.name]
        self._type = np.dtype(name)
        self._step = self._type.itemsize * (1 if self._planar else self._channels)
        planes = self._channels if self._planar else 1
        self._filled = 0
        self._block = np.empty((self._channels, length), dtype=np.float32)
        # What is a block already is copied straight into it.
        self._ready = self._planar and self._type == np.float32
        stored = self._block if self._ready else np.empty((planes, length * self._step), dtype=np.uint8)
        self._views = [plane.data.cast("B") for plane in stored]

    def add(self, frame: "av.AudioFrame") -> Iterable[Block]:
        """Blocks that the frame completes."""
        size = frame.samples * self._step
        at = self._filled
        if at + size >= self._length * self._step:
            return self._completed(frame, size)
        # Forty times a second of music: nothing here that need not be.
        for view, plane in zip(self._views, frame.planes, strict=True):
            view[at : at + size] = memoryview(plane)[:size]
        self._filled = at + size
        return ()

    def _completed(self, frame: "av.AudioFrame", size: int) -> Iterator[Block]:
        taken, limit = 0, self._length * self._step
        planes = [memoryview(plane) for plane in frame.planes]
        while taken < size:
            at = self._filled
            count = min(size - taken, limit - at)
            for view, plane in zip(self._views, planes, strict=True):
                view[at : at + count] = plane[taken : taken + count]
            taken += count
            self._filled = at + count
            if self._filled == limit:
                self._filled = 0
                yield self._converted(self._length)

    def rest(self) -> Block | None:
        """What is left at the end, shorter than a block."""
        count = self._filled // self._step
        self._filled = 0
        return self._converted(count) if count else None

    def _converted(self, count: int) -> Block:
        block = self._block[:, :count]
        if self._ready:
            return block
        for channel, row in enumerate(block):
            if self._planar:
                stored = np.frombuffer(self._views[channel], self._type, count)
            else:
                packed = np.frombuffer(self._views[0], self._type, count * self._channels)
                stored = packed[channel :: self._channels]
            if self._full == 1.0:
                row[:] = stored
            else:
                np.multiply(stored, np.float32(1.0 / self._full), out=row, casting="unsafe")
        if self._zero:
            block -= np.float32(self._zero / self._full)
        return block
