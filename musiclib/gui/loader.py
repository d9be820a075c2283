"""Brings rows from the library into the stores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from musiclib.bootstrap import Library
from musiclib.domain.ids import ID_BYTES, AlbumId, TrackId
from musiclib.domain.rows import AlbumRow, TrackRow
from musiclib.gui.commands import CommandQueue
from musiclib.gui.reading import Reading, Topic
from musiclib.gui.stores import AlbumStore, TrackStore

_FIRST_ALBUMS = 60
"""A screen of them is read before anything else."""
_ALBUMS = 400
"""Albums that are read, and taken into the store, in one go; the window lives between two blocks."""
_TRACKS = 500
"""The same of tracks."""

TracksRead = tuple[list[TrackId], list[TrackRow], list[AlbumId], list[AlbumRow]]


class Loader(QObject):
    """Reads off the GUI thread: every album, and of the tracks those that somebody looks at."""

    first_albums = Signal()
    """A screen of albums is there for the first time."""
    loaded = Signal()
    """Every album is there for the first time."""

    def __init__(
        self,
        library: Library,
        commands: CommandQueue,
        reading: Reading,
        tracks: TrackStore,
        albums: AlbumStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library, self._commands, self._reading = library, commands, reading
        self._tracks, self._albums = tracks, albums
        self._unread: list[bytes] = []
        """Blocks of albums that are still to be read."""
        self._before_all: AlbumId | None = None
        self._seen: set[int] = set()
        """Numbers of the albums there are; a `UUID` takes long to hash, and there are many."""
        self._gone: set[int] = set()
        """Albums that were removed since it was asked which there are."""
        self._first, self._all = True, False
        self._rows: list[TrackRow] = []
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._take_tracks)
        albums.added.connect(self._see)

    def _see(self, ids: Sequence[AlbumId]) -> None:
        self._seen.update(each.int for each in ids)

    def load_all(self, first: AlbumId | None = None) -> None:
        """Read every album again, `first` before the others, then the newest; and the tracks held."""
        self._before_all = first
        held = [row.id for row in self._tracks.rows()]
        if held:
            self._commands.run(partial(self._read, held, []), self._apply)
        self._tracks.stirred.emit([])
        self._gone.clear()
        self._reading.ask(Topic.ALBUMS, self._read_newest, self._take_newest)

    def refresh(
        self, track_ids: Sequence[TrackId] | None = None, album_ids: Sequence[AlbumId] | None = None
    ) -> None:
        """Read these rows and the albums of these tracks again; those that are gone leave the stores.

        Of the tracks only those are read that somebody looks at. Without ids: all.
        """
        if track_ids is None and album_ids is None:
            self.load_all()
            return
        tracks, albums = list(track_ids or ()), list(album_ids or ())
        self._commands.run(partial(self._read, self._tracks.looked_at(tracks), albums, tracks), self._apply)
        if tracks:
            self._tracks.stirred.emit(tracks)

    def _read(
        self, track_ids: list[TrackId], album_ids: list[AlbumId], on_albums: Sequence[TrackId] = ()
    ) -> TracksRead:
        service = self._library.library
        tracks = service.load_tracks(track_ids) if track_ids else []
        album_ids = list(dict.fromkeys([*album_ids, *service.albums_of(on_albums)]))
        albums = service.load_albums(album_ids) if album_ids else []
        return track_ids, tracks, album_ids, albums

    @Slot(object)
    def _apply(self, read: TracksRead) -> None:
        track_ids, tracks, album_ids, albums = read
        gone = set(album_ids) - {row.id for row in albums}
        self._gone.update(each.int for each in gone)
        self._albums.apply(albums)
        self._albums.remove(gone)
        there = {row.id for row in tracks}
        self._rows = [row for row in self._rows if row.id not in there and row.id not in set(track_ids)]
        self._tracks.remove(each for each in track_ids if each not in there)
        self._rows += tracks
        self._take_tracks()

    def _take_tracks(self) -> None:
        rows, self._rows = self._rows[:_TRACKS], self._rows[_TRACKS:]
        self._tracks.apply(rows)
        if self._rows:
            self._next.start()

    def _read_newest(self) -> list[AlbumRow]:
        """A screen of the newest, and before them the one that is wanted first."""
        service, first = self._library.library, self._before_all
        ids = service.newest_albums(_FIRST_ALBUMS)
        return service.load_albums(dict.fromkeys([*([first] if first is not None else []), *ids]))

    def _read_ids(self) -> tuple[bytes, set[int]]:
        packed = self._library.library.packed_albums()
        return packed, {int.from_bytes(each) for each in _sliced(packed, 1)}

    def _read_block(self, packed: bytes) -> list[AlbumRow]:
        return self._library.library.load_albums(AlbumId(UUID(bytes=each)) for each in _sliced(packed, 1))

    @Slot(object)
    def _take_newest(self, albums: list[AlbumRow]) -> None:
        self._take(albums)
        if self._first:
            self._first = False
            self.first_albums.emit()
        self._reading.ask(Topic.ALBUMS, self._read_ids, self._take_ids)

    @Slot(object)
    def _take_ids(self, read: tuple[bytes, set[int]]) -> None:
        packed, self._seen = read
        self._albums.whole = len(self._seen) <= len(self._albums)
        self._unread = list(_sliced(packed, _ALBUMS))
        self._read_next()

    def _read_next(self) -> None:
        if self._unread:
            self._reading.ask(Topic.ALBUMS, partial(self._read_block, self._unread.pop(0)), self._take_block)
            return
        gone = [row.id for row in self._albums.rows() if row.id.int not in self._seen]
        self._albums.whole = True
        self._albums.remove(gone)
        self._albums.complete.emit()
        if not self._all:
            self._all = True
            self.loaded.emit()

    @Slot(object)
    def _take_block(self, albums: list[AlbumRow]) -> None:
        self._take(albums)
        self._read_next()

    def _take(self, albums: list[AlbumRow]) -> None:
        self._albums.apply(row for row in albums if row.id.int not in self._gone)
        self._albums.loaded = True


def _sliced(packed: bytes, count: int) -> Iterator[bytes]:
    """So many ids at a time."""
    width = count * ID_BYTES
    return (packed[first : first + width] for first in range(0, len(packed), width))
