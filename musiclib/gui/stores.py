"""The rows every view shares: id -> snapshot, newest revision only. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.rows import AlbumRow, TrackRow
from musiclib.domain.transfers import DownloadAlbumRow

_MOST_TRACKS = 12_000


class _Row(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def revision(self) -> int: ...


RowT = TypeVar("RowT", bound=_Row)
IdT = TypeVar("IdT", bound=UUID)


class _Store(QObject, Generic[IdT, RowT]):
    """`added`, `changed` and `removed` carry a list of ids; `reset` means: read everything again."""

    added = Signal(list)
    changed = Signal(list)
    removed = Signal(list)
    reset = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[IdT, RowT] = {}
        self.loaded = False

    def __len__(self) -> int:
        return len(self._rows)

    def __bool__(self) -> bool:
        return True

    def on_any_change(self, slot: Callable[..., object]) -> None:
        """Connect all four signals."""
        for signal in (self.reset, self.added, self.changed, self.removed):
            signal.connect(slot)

    def rows(self) -> list[RowT]:
        return list(self._rows.values())

    def get(self, row_id: IdT) -> RowT | None:
        return self._rows.get(row_id)

    def replace(self, rows: Iterable[RowT]) -> None:
        """Hold exactly these rows; a held row of a newer revision is kept."""
        old = self._rows
        self._rows = {}
        for row in rows:
            row_id: IdT = row.id  # type: ignore[assignment]  # each subclass ties its id to its row
            held = old.get(row_id)
            self._rows[row_id] = held if held is not None and held.revision > row.revision else row
        self.loaded = True
        self.reset.emit()

    def held(self, ids: Mapping[IdT, object]) -> set[IdT]:
        """Those of these rows that are here; as quick as the fewer of both are."""
        return self._rows.keys() & ids.keys()

    def apply(self, rows: Iterable[RowT]) -> None:
        """Take new and newer rows, as one block; rows of an older revision are dropped."""
        added: list[IdT] = []
        changed: list[IdT] = []
        for row in rows:
            row_id: IdT = row.id  # type: ignore[assignment]  # as above
            held = self._rows.get(row_id)
            if held is None:
                added.append(row_id)
            elif row.revision < held.revision or row == held:
                continue
            else:
                changed.append(row_id)
            self._rows[row_id] = row
        if added:
            self.added.emit(added)
        if changed:
            self.changed.emit(changed)

    def remove(self, ids: Iterable[IdT]) -> None:
        gone = [row_id for row_id in ids if self._rows.pop(row_id, None) is not None]
        if gone:
            self.removed.emit(gone)


class TrackStore(_Store[TrackId, TrackRow]):
    """The tracks somebody looks at, or looked at not long ago: never the whole library.

    What is pinned stays; of the rest the oldest leave, of which nobody is told.
    """

    stirred = Signal(list)
    """Tracks that came, went or became others in the library, held here or not; none named: any of them."""

    def __init__(self, parent: QObject | None = None, most: int = _MOST_TRACKS) -> None:
        super().__init__(parent)
        self._most = most
        self._pins: dict[object, frozenset[TrackId]] = {}

    def pin(self, owner: object, ids: Iterable[TrackId]) -> None:
        """These are what `owner` shows, and no longer what it showed before."""
        self._pins[owner] = frozenset(ids)

    def looked_at(self, ids: Iterable[TrackId]) -> list[TrackId]:
        """Those of these tracks that are held or pinned."""
        pinned = self._pinned()
        return [each for each in ids if each in self._rows or each in pinned]

    def apply(self, rows: Iterable[TrackRow]) -> None:
        super().apply(rows)
        if len(self._rows) > self._most:
            self._drop_oldest()

    def news(self, rows: Sequence[TrackRow]) -> None:
        """Take what a worker did to tracks that are held or looked at; of the others it is only told."""
        wanted = set(self.looked_at(row.id for row in rows))
        self.apply([row for row in rows if row.id in wanted])
        if rows:
            self.stirred.emit([row.id for row in rows])

    def _pinned(self) -> frozenset[TrackId]:
        return frozenset[TrackId]().union(*self._pins.values())

    def _drop_oldest(self) -> None:
        pinned = self._pinned()
        too_many = len(self._rows) - self._most * 3 // 4
        oldest = (each for each in self._rows if each not in pinned)
        for track_id in list(islice(oldest, max(0, too_many))):
            del self._rows[track_id]


class AlbumStore(_Store[AlbumId, AlbumRow]):
    """Every album of the library, read by and by; `loaded` once the first are there."""

    complete = Signal()
    """All have been read, again."""
    whole = True
    """False while more are being read than are here."""


class DownloadStore(_Store[AlbumId, DownloadAlbumRow]):
    """The albums in the download centre."""
