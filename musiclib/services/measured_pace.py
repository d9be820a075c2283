"""How fast something goes, by its pace of late."""

from __future__ import annotations

from collections import deque

_WINDOW_S = 20.0
"""The pace of so long ago says how it will go on: disks and servers differ."""
_SAYS_NOTHING_S = 1.5


class MeasuredPace:
    """Knows no pace until some time has passed. Moments are seconds of a clock that only goes forward."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def begin(self, now: float, done: int = 0) -> None:
        """Forget what was before: something else is counted from here on."""
        self._points.clear()
        self._points.append((now, done))

    def note(self, now: float, done: int) -> None:
        self._points.append((now, done))
        while len(self._points) > 2 and now - self._points[0][0] > _WINDOW_S:
            self._points.popleft()

    @property
    def per_second(self) -> float | None:
        """None until it can be said."""
        if not self._points:
            return None
        (since, before), (now, done) = self._points[0], self._points[-1]
        return (done - before) / (now - since) if now - since >= _SAYS_NOTHING_S and done > before else None
