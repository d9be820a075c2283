"""Brings rows from the library into the stores."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from musiclib.bootstrap import Library
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.rows import AlbumRow, TrackRow
from musiclib.gui.commands import CommandQueue
from musiclib.gui.stores import AlbumStore, TrackStore

_BLOCK = 250
"""Rows the stores take in one go; the window lives between two blocks."""


class Loader(QObject):
    """Reads off the GUI thread. `loaded` is sent when everything is there for the first time."""

    loaded = Signal()

    def __init__(
        self,
        library: Library,
        commands: CommandQueue,
        tracks: TrackStore,
        albums: AlbumStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library, self._commands = library, commands
        self._tracks, self._albums = tracks, albums
        self._blocks: deque[list[TrackRow]] = deque()
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._apply_block)

    def load_all(self) -> None:
        """Read every row again."""
        self._commands.run(self._read_all, self._replace)

    def refresh(
        self, track_ids: Sequence[TrackId] | None = None, album_ids: Sequence[AlbumId] | None = None
    ) -> None:
        """Read these rows and the albums of these tracks again; those that are gone leave the stores.

        Without ids: all.
        """
        if track_ids is None and album_ids is None:
            self.load_all()
            return
        tracks, albums = list(track_ids or ()), list(album_ids or ())
        self._commands.run(lambda: self._read(tracks, albums), self._apply)

    def _read_all(self) -> tuple[list[TrackRow], list[AlbumRow]]:
        service = self._library.library
        return service.load_tracks(), service.load_albums()

    def _read(
        self, track_ids: list[TrackId], album_ids: list[AlbumId]
    ) -> tuple[list[TrackId], list[TrackRow], list[AlbumId], list[AlbumRow]]:
        service = self._library.library
        tracks = service.load_tracks(track_ids) if track_ids else []
        album_ids = list(dict.fromkeys([*album_ids, *service.albums_of(track_ids)]))
        albums = service.load_albums(album_ids) if album_ids else []
        return track_ids, tracks, album_ids, albums

    @Slot(object)
    def _replace(self, rows: tuple[list[TrackRow], list[AlbumRow]]) -> None:
        first = not self._albums.loaded
        self._tracks.replace(rows[0])
        self._albums.replace(rows[1])
        if first:
            self.loaded.emit()

    @Slot(object)
    def _apply(self, read: tuple[list[TrackId], list[TrackRow], list[AlbumId], list[AlbumRow]]) -> None:
        track_ids, tracks, album_ids, albums = read
        self._blocks += [tracks[at : at + _BLOCK] for at in range(0, len(tracks), _BLOCK)]
        self._apply_block()
        self._albums.apply(albums)
        self._albums.remove(set(album_ids) - {row.id for row in albums})
        self._tracks.remove(set(track_ids) - {row.id for row in tracks})

    def _apply_block(self) -> None:
        if self._blocks:
            self._tracks.apply(self._blocks.popleft())
        if self._blocks:
            self._next.start()
