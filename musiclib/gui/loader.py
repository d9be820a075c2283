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

_BLOCK = 500
"""Rows the stores take in one go; the window lives between two blocks."""

Block = tuple[list[TrackRow], list[TrackId]]
"""Tracks that are there, and tracks that are gone."""


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
        self._blocks: deque[Block] = deque()
        self._first = False
        """Whether these are the first rows there are."""
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._apply_block)

    def load_all(self) -> None:
        """Read every row again."""
        held = [row.id for row in self._tracks.rows()]
        self._commands.run(lambda: self._read_all(held), self._take_all)

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

    def _read_all(self, held: list[TrackId]) -> tuple[list[Block], list[AlbumRow]]:
        """All tracks in blocks, with those of the ones held that are gone, and all albums."""
        service = self._library.library
        tracks, albums = service.load_tracks(), service.load_albums()
        there = {row.id for row in tracks} if held else set()
        return _blocks(tracks, [each for each in held if each not in there]), albums

    def _read(
        self, track_ids: list[TrackId], album_ids: list[AlbumId]
    ) -> tuple[list[TrackId], list[TrackRow], list[AlbumId], list[AlbumRow]]:
        service = self._library.library
        tracks = service.load_tracks(track_ids) if track_ids else []
        album_ids = list(dict.fromkeys([*album_ids, *service.albums_of(track_ids)]))
        albums = service.load_albums(album_ids) if album_ids else []
        return track_ids, tracks, album_ids, albums

    @Slot(object)
    def _take_all(self, read: tuple[list[Block], list[AlbumRow]]) -> None:
        blocks, albums = read
        self._first = self._first or not self._albums.loaded
        self._blocks = deque(blocks)
        self._albums.replace(albums)
        self._next.start()

    @Slot(object)
    def _apply(self, read: tuple[list[TrackId], list[TrackRow], list[AlbumId], list[AlbumRow]]) -> None:
        track_ids, tracks, album_ids, albums = read
        self._blocks += _blocks(tracks, list(set(track_ids) - {row.id for row in tracks}))
        self._apply_block()
        self._albums.apply(albums)
        self._albums.remove(set(album_ids) - {row.id for row in albums})

    def _apply_block(self) -> None:
        if self._blocks:
            rows, gone = self._blocks.popleft()
            self._tracks.apply(rows)
            self._tracks.remove(gone)
        if self._blocks:
            self._next.start()
        elif self._first:
            self._first = False
            if len(self._tracks):
                self._tracks.loaded = True
            else:
                self._tracks.replace(())  # nobody is told of no rows otherwise
            self.loaded.emit()


def _blocks(tracks: list[TrackRow], gone: list[TrackId]) -> list[Block]:
    """At least one; what is gone goes with the last, after all that was read before."""
    firsts = range(0, max(1, len(tracks)), _BLOCK)
    return [
        (tracks[first : first + _BLOCK], gone if first + _BLOCK >= len(tracks) else []) for first in firsts
    ]
