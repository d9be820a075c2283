"""How far transfers are, how fast they move, and how long that will take."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from musiclib.domain.ids import AlbumId, TransferId
from musiclib.domain.transfers import Movement
from musiclib.downloads.expected import Progress

_SPEED_OVER_S = 5.0
_FORECAST_OVER_S = 60.0
_LEAST_S = 1.0
"""What was measured over less time says nothing."""


@dataclass
class _Meter:
    """Bytes that came, over the last seconds."""

    over_s: float
    samples: deque[tuple[float, int]] = field(default_factory=deque)

    def add(self, at: float, count: int) -> None:
        self.samples.append((at, count))
        # One older than the window stays, as the speed is measured from it.
        while len(self.samples) > 2 and self.samples[1][0] <= at - self.over_s:
            self.samples.popleft()

    def per_s(self, at: float) -> float | None:
        """None where it was measured over too short a time."""
        if not self.samples:
            return None
        (since, first), (_, last) = self.samples[0], self.samples[-1]
        return (last - first) / (at - since) if at - since >= _LEAST_S else None


@dataclass
class _Moving:
    album_id: AlbumId | None
    progress: Progress
    at: datetime
    meter: _Meter


class Movements:
    """Times of the loop are seconds that only grow; `at` is the clock's."""

    def __init__(self) -> None:
        self._moving: dict[TransferId, _Moving] = {}
        self._all = _Meter(_FORECAST_OVER_S)
        self._came = 0
        self._changed: set[AlbumId] = set()

    def begin(self, transfer_id: TransferId, album_id: AlbumId | None, done: int, at: datetime) -> None:
        self._moving[transfer_id] = _Moving(album_id, Progress(done, None), at, _Meter(_SPEED_OVER_S))

    def note(self, transfer_id: TransferId, progress: Progress, now: float, at: datetime) -> bool:
        """Whether bytes came since it was last noted."""
        moving = self._moving.get(transfer_id)
        if moving is None:
            return False
        # What was there from an earlier run is no speed.
        came = max(0, progress.done - moving.progress.done) if moving.meter.samples else 0
        self._came += came
        moving.progress, moving.at = progress, at
        moving.meter.add(now, progress.done)
        self._all.add(now, self._came)
        if moving.album_id is not None:
            self._changed.add(moving.album_id)
        return came > 0

    def end(self, transfer_id: TransferId) -> None:
        self._moving.pop(transfer_id, None)
        if not self._moving:
            self._all = _Meter(_FORECAST_OVER_S)

    def bytes_done(self) -> dict[TransferId, int]:
        return {each: moving.progress.done for each, moving in self._moving.items()}

    def changed_albums(self) -> set[AlbumId]:
        """Albums of which bytes moved since this was last asked."""
        changed, self._changed = self._changed, set()
        return changed

    def snapshot(self, now: float) -> Mapping[TransferId, Movement]:
        return {
            each: Movement(
                moving.progress.done,
                moving.progress.total,
                None if moving.progress.checking else moving.meter.per_s(now),
                moving.progress.checking,
                moving.at,
            )
            for each, moving in self._moving.items()
            if moving.meter.samples
        }

    def speed_bps(self, now: float) -> float:
        """Of all together, over the last seconds."""
        moving = (each.meter.per_s(now) for each in self._moving.values() if not each.progress.checking)
        return sum(speed for speed in moving if speed)

    def seconds_left(self, left: int | None, now: float) -> float | None:
        """Until so many bytes have come, at the speed of the last minute; None where that cannot be said."""
        speed = self._all.per_s(now)
        return left / speed if left and speed else None
