"""Gathers changed rows and hands them on at most ten times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.rows import TrackRow

Deliver = Callable[[tuple[TrackRow, ...], tuple[AlbumId, ...]], None]


class Coalescer:
    """Keeps the newest revision of each row until it is delivered. Belongs to one asyncio loop."""

    def __init__(self, deliver: Deliver, interval_s: float = 0.1) -> None:
        self._deliver = deliver
        self._interval_s = interval_s
        self._tracks: dict[TrackId, TrackRow] = {}
        self._albums: dict[AlbumId, None] = {}
        self._last = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    def add(self, tracks: Iterable[TrackRow] = (), albums: Iterable[AlbumId] = ()) -> None:
        """Deliver these soon: at once if nothing was delivered lately, else when the interval is over."""
        for row in tracks:
            known = self._tracks.get(row.id)
            if known is None or known.revision <= row.revision:
                self._tracks[row.id] = row
        self._albums.update(dict.fromkeys(albums))
        if self._timer is None and (self._tracks or self._albums):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._last + self._interval_s), self.flush)

    def flush(self) -> None:
        """Deliver now what there is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not (self._tracks or self._albums):
            return
        tracks, albums = tuple(self._tracks.values()), tuple(self._albums)
        self._tracks, self._albums = {}, {}
        self._last = asyncio.get_running_loop().time()
        self._deliver(tracks, albums)
