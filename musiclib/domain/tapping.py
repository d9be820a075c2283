"""A tempo from taps: a line through all of them, so that it gets steadier with each."""

from __future__ import annotations

from dataclasses import dataclass

PAUSE_S = 2.5
"""Who taps no more for so long begins anew: a beat slower than 24 BPM is no beat."""
_STEADY_TAPS = 8
_STEADY = 0.004
"""Share by which the tempo may still be off to be called steady: about half a beat a minute."""


@dataclass(frozen=True, slots=True)
class Tapped:
    """What the taps say so far."""

    count: int
    bpm: float | None
    """None after the first one."""
    steady: bool


class Taps:
    """Times are seconds of any clock that does not run back."""

    def __init__(self) -> None:
        self._times: list[float] = []

    def tap(self, at_s: float) -> Tapped:
        """One more tap; the first one after a pause forgets those before it."""
        if self._times and at_s - self._times[-1] > PAUSE_S:
            self._times.clear()
        if not self._times or at_s > self._times[-1]:
            self._times.append(at_s)
        return self.said

    def forget(self) -> None:
        self._times.clear()

    @property
    def said(self) -> Tapped:
        count = len(self._times)
        if count < 2:
            return Tapped(count, None, steady=False)
        period, error = _line(self._times)
        steady = count >= _STEADY_TAPS and error / period <= _STEADY
        return Tapped(count, round(60 / period, 1), steady)


def _line(times: list[float]) -> tuple[float, float]:
    """The slope of the least squares line through (0, first), (1, second) ..., and its standard error."""
    count = len(times)
    middle, mean = (count - 1) / 2, sum(times) / count
    spread = count * (count * count - 1) / 12
    slope = sum((place - middle) * (at - mean) for place, at in enumerate(times)) / spread
    residue = sum((at - mean - slope * (place - middle)) ** 2 for place, at in enumerate(times))
    return slope, (residue / max(1, count - 2) / spread) ** 0.5
