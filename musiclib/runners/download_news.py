"""What the download worker tells those who watch: rows that changed, at most four times a second."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from musiclib.db import queries
from musiclib.db.albums import AlbumRepository
from musiclib.db.download_rows import bytes_left, download_rows, download_summary
from musiclib.db.engine import Database
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.transfers import DownloadSummary
from musiclib.errors import DatabaseBusy
from musiclib.runners.movements import Movements
from musiclib.runners.updates import DownloadUpdate

_EVERY_S = 0.25
_SUMMARY_EVERY_S = 1.0

_log = logging.getLogger(__name__)


class DownloadNews:
    """Belongs to one loop. Rows are read when they are told, so that only the newest are."""

    def __init__(
        self, db: Database, clock: Callable[[], datetime], on_change: Callable[[DownloadUpdate], None]
    ) -> None:
        self.movements = Movements()
        self._db = db
        self._clock = clock
        self._on_change = on_change
        self._sources: Sequence[str] = ()
        self._trouble: str | None = None
        self._everything = False
        self._albums: set[AlbumId] = set()
        self._tracks: dict[TrackId, None] = {}
        self._told: dict[AlbumId, int] = {}
        self._summary: DownloadSummary | None = None
        self._summary_due = 0.0

    @property
    def trouble(self) -> str | None:
        """Why nothing can be fetched, as a sentence."""
        return self._trouble

    def begin(self, sources: Sequence[str]) -> None:
        self._sources = sources

    def set_trouble(self, trouble: str | None) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            self._summary_due = 0.0

    def everything(self) -> None:
        """All rows are to be told."""
        self._everything = True

    def changed(self, album_ids: Iterable[AlbumId | None], track_ids: Iterable[TrackId] = ()) -> None:
        """Something of these albums changed; these tracks have their file now."""
        self._albums.update(each for each in album_ids if each is not None)
        self._tracks.update(dict.fromkeys(track_ids))
        self._summary_due = 0.0

    async def tell(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                self._tell_now()
            except DatabaseBusy:
                pass
            except Exception:  # noqa: BLE001 (who watches must not stop who works)
                _log.exception("the news of downloads could not be told")
            await asyncio.sleep(_EVERY_S)

    def end(self, album_ids: Iterable[AlbumId]) -> None:
        """Tell the last of it now."""
        self.changed(album_ids)
        with contextlib.suppress(DatabaseBusy):
            self._tell_now()

    def summary(self) -> DownloadSummary:
        with self._db.read() as conn:
            return replace(download_summary(conn, self._sources), trouble=self._trouble)

    def _tell_now(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        moved = self.movements.changed_albums()
        albums = None if self._everything else moved | self._albums
        if albums is not None and not albums and not self._tracks and now < self._summary_due:
            return
        tracks = list(self._tracks)
        moving = self.movements.snapshot(now)
        with self._db.read() as conn:
            moment = self._clock()
            found = download_rows(conn, albums, moving)
            left = bytes_left(conn, moving, moment)
            summary = replace(
                download_summary(conn, self._sources, moving),
                speed_bps=self.movements.speed_bps(now),
                seconds_left=self.movements.seconds_left(left, now),
                trouble=self._trouble,
            )
            rows = queries.track_rows(conn, tracks, moment) if tracks else []
            on = AlbumRepository(conn).albums_of(tracks) if tracks else {}
            touched = dict.fromkeys(each for some in on.values() for each in some)
            library = queries.album_rows(conn, touched, moment) if touched else []
        self._everything = False
        self._albums = set()
        self._tracks = {}
        self._summary_due = now + _SUMMARY_EVERY_S
        downloads = tuple(row for row in found if self._told.get(row.id) != row.revision)
        gone = tuple(each for each in albums or () if each not in {row.id for row in found})
        self._told.update((row.id, row.revision) for row in downloads)
        for each in gone:
            self._told.pop(each, None)
        if downloads or gone or rows or summary != self._summary:
            self._summary = summary
            self._on_change(DownloadUpdate(downloads, gone, summary, tuple(rows), tuple(library)))
