"""The stretches of a file in which tempo and key are heard. Imports numpy and av."""

from dataclasses import dataclass, field
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.engines.base import MONO_RATE

Samples = NDArray[np.float32]

_WHOLE_S = 120.0
_CENTRE_UP_TO_S = 1200.0
_EXCERPTS, _EXCERPT_S = 6, 60.0


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Mono samples at `MONO_RATE`, the first of them `start_s` into the file."""

    start_s: float
    samples: Samples


class ExcerptBuffer:
    """Keeps stretches of a mono stream at `MONO_RATE`, and drops the rest.

    A file of up to two minutes is one excerpt; of a longer one it is the middle of that length:
    enough to tell tempo and key by, at a price that does not grow. Of one over 20 minutes (a mix) it is six
    pieces of a minute, spread over its length.
    """

    def __init__(self, declared_s: float | None, rate: int) -> None:
        self._rate = rate
        self._windows = [_Window(start, end, rate) for start, end in _plan(declared_s)]
        self._at = 0

    def wants(self, count: int) -> bool:
        """Whether any of the next `count` samples are kept; if not, `skip` them."""
        return any(window.start < self._at + count and self._at < window.end for window in self._windows)

    def skip(self, count: int) -> None:
        self._at += count

    def add(self, samples: Samples) -> None:
        """The next samples, at the stream's own rate."""
        for window in self._windows:
            low, high = max(window.start, self._at), min(window.end, self._at + samples.size)
            if low < high:
                window.add(samples[low - self._at : high - self._at])
        self._at += samples.size

    def taken(self) -> tuple[Excerpt, ...]:
        found = ((window.start / self._rate, window.finish()) for window in self._windows)
        return tuple(Excerpt(start_s, samples) for start_s, samples in found if samples.size)


@dataclass(slots=True)
class _Window:
    """One stretch, resampled as it comes: a mix at 192 kHz would be 280 MB."""

    start_s: float
    end_s: float
    rate: int
    start: int = field(init=False)
    end: int = field(init=False)
    _kept: Samples = field(init=False)
    _filled: int = 0
    _resampler: av.AudioResampler | None = None

    def __post_init__(self) -> None:
        self.start, self.end = round(self.start_s * self.rate), round(self.end_s * self.rate)
        # Pages are taken by the system only once they are written to.
        self._kept = np.empty(round((self.end_s - self.start_s) * MONO_RATE), dtype=np.float32)
        if self.rate != MONO_RATE:
            self._resampler = av.AudioResampler(format="flt", layout="mono", rate=MONO_RATE)

    def add(self, samples: Samples) -> None:
        if self._resampler is None:
            self._keep(samples)
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples)[None, :], "flt", "mono")
        frame.sample_rate = self.rate
        frame.time_base = Fraction(1, self.rate)
        for piece in self._resampler.resample(frame):
            self._keep(piece.to_ndarray()[0])

    def finish(self) -> Samples:
        if self._resampler is not None and self._filled:
            for piece in self._resampler.resample(None):
                self._keep(piece.to_ndarray()[0])
        return self._kept[: self._filled]

    def _keep(self, samples: Samples) -> None:
        count = min(samples.size, self._kept.size - self._filled)
        self._kept[self._filled : self._filled + count] = samples[:count]
        self._filled += count


def _plan(declared_s: float | None) -> list[tuple[float, float]]:
    if declared_s is None or declared_s <= _WHOLE_S:
        return [(0.0, _WHOLE_S)]
    if declared_s <= _CENTRE_UP_TO_S:
        start = (declared_s - _WHOLE_S) / 2
        return [(start, start + _WHOLE_S)]
    stride = declared_s / _EXCERPTS
    starts = [stride * (index + 0.5) - _EXCERPT_S / 2 for index in range(_EXCERPTS)]
    return [(start, start + _EXCERPT_S) for start in starts]
