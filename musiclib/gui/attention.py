"""Tells the queue what a person looks at, so that it is analysed first."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from musiclib.domain.ids import AlbumId, TrackId
from musiclib.gui.context import AppContext

_SETTLE_MS = 400
"""Who leafs through a list looks at none of it."""


class Attention(QObject):
    """The open album and the inspected track."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._album: AlbumId | None = None
        self._track: TrackId | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._tell)
        context.shell.track_chosen.connect(self.look_at_track)

    def look_at_album(self, album_id: AlbumId | None) -> None:
        """None: no album is open."""
        if album_id != self._album:
            self._album = album_id
            self._settle.start()

    @Slot(object)
    def look_at_track(self, track_id: TrackId | None) -> None:
        if track_id != self._track:
            self._track = track_id
            self._settle.start()

    @Slot()
    def _tell(self) -> None:
        enrichment, album, track = self._context.library.enrichment, self._album, self._track
        self._context.commands.run(lambda: enrichment.look_at(album, track))
