"""Tracks as table models over the shared store: one album's list, and the whole library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from musiclib.domain.ids import TrackId
from musiclib.domain.music_key import KeyNotation
from musiclib.domain.rows import AlbumDetail, AlbumEntry, TrackRow
from musiclib.gui import wording
from musiclib.gui.models.track_columns import (
    NUMERIC,
    SORT_KEYS,
    TrackColumn,
    TrackLayout,
    in_order,
    text,
    title,
)
from musiclib.gui.slices import Slices, portions
from musiclib.gui.stores import TrackStore

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_RESORT_AFTER_MS = 700

PLACES_MIME = "application/x-musiclib-places"
"""Rows of the album's list on their way to another place of it."""

RowRole = Qt.ItemDataRole.UserRole
"""The `TrackRow` itself."""


class TrackModel(QAbstractTableModel):
    """What both models share: cells, headers, narrow changes. Subclasses say which row stands where."""

    def __init__(
        self,
        store: TrackStore,
        layout: TrackLayout,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._now = store, now
        self.columns = tuple(column for column, _, _ in layout.columns)
        self.notation = KeyNotation.CAMELOT

    def row_at(self, row: int) -> TrackRow | None:
        raise NotImplementedError

    def badge_words(self, row: TrackRow) -> str:
        return wording.badge_words(row.badge, self._now())

    def position_text(self, row: int) -> str:
        return str(row + 1)

    def set_notation(self, notation: KeyNotation) -> None:
        """Show keys as Camelot, Open Key or names."""
        self.notation = notation
        if self.rowCount():
            column = self.columns.index(TrackColumn.KEY)
            self.dataChanged.emit(self.index(0, column), self.index(self.rowCount() - 1, column))

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or (row := self.row_at(index.row())) is None:
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return wording.badge_sentence(row.badge, self._now()) if column is TrackColumn.STATE else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index.row(), row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMERIC:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return row if role == RowRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return title(self.columns[section], TrackColumn.VERSION not in self.columns)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = self.columns[section] in NUMERIC
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def text(self, place: int, row: TrackRow, column: TrackColumn) -> str:
        """What stands in the cell of the row at `place`."""
        if column is TrackColumn.POSITION:
            return self.position_text(place)
        return self.badge_words(row) if column is TrackColumn.STATE else text(row, column, self.notation)

    def _spoken(self, place: int, row: TrackRow, column: TrackColumn) -> str:
        if column is TrackColumn.TITLE:
            version = f", {row.version}" if row.version else ""
            return f"{row.artist}, {row.title}{version}"
        if column is TrackColumn.STATE:
            return wording.badge_sentence(row.badge, self._now())
        return f"{title(column)} {self.text(place, row, column)}".strip()

    def _tell(self, rows: Iterable[int]) -> None:
        """Send `dataChanged` once per run of neighbouring rows."""
        last_column = len(self.columns) - 1
        first = previous = -2
        for row in [*sorted(rows), -2]:
            if row == previous + 1:
                previous = row
                continue
            if first >= 0:
                self.dataChanged.emit(self.index(first, 0), self.index(previous, last_column))
            first = previous = row


class AlbumTrackModel(TrackModel):
    """One album's tracks in the order of its list; the same track may stand there twice.

    Rows can be dragged to another place of the list, never onto another row.
    """

    def __init__(
        self,
        store: TrackStore,
        layout: TrackLayout,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(store, layout, now, parent)
        self._entries: list[AlbumEntry] = []
        self._tracks: list[TrackRow | None] = []
        self._places: dict[TrackId, list[int]] = {}
        for signal in (store.changed, store.added, store.removed):
            signal.connect(self._on_changed)
        store.reset.connect(self._on_reset)

    def show(self, detail: AlbumDetail | None) -> None:
        """Hold this album's list."""
        self.beginResetModel()
        self._entries = list(detail.entries) if detail else []
        self._places = {}
        for place, entry in enumerate(self._entries):
            self._places.setdefault(entry.track_id, []).append(place)
        self._take_tracks()
        self.endResetModel()

    def entries(self) -> list[AlbumEntry]:
        return list(self._entries)

    def rows(self) -> list[TrackRow]:
        """The tracks in order, those that are loaded."""
        return [row for row in self._tracks if row is not None]

    def place_of(self, track_id: TrackId) -> int | None:
        places = self._places.get(track_id)
        return places[0] if places else None

    def row_at(self, row: int) -> TrackRow | None:
        return self._tracks[row]

    def position_text(self, row: int) -> str:
        entry = self._entries[row]
        return entry.label or str(entry.position)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [PLACES_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        mime.setData(PLACES_MIME, b"the selected rows")
        return mime

    def _take_tracks(self) -> None:
        self._tracks = [self._store.get(entry.track_id) for entry in self._entries]

    def _on_changed(self, ids: list[TrackId]) -> None:
        told: list[int] = []
        for each in ids:
            for place in self._places.get(each, ()):
                self._tracks[place] = self._store.get(each)
                told.append(place)
        self._tell(told)

    def _on_reset(self) -> None:
        self._take_tracks()
        self._tell(range(len(self._entries)))


class LibraryTrackModel(TrackModel):
    """Every track, filtered and sorted here, as much in each turn of the event loop as nobody notices.

    What was shown before stands until the new order is made. Rows that change while one looks keep their
    place; the order is made good once nothing has changed for a moment.
    """

    arranged = Signal()
    """A filter or an order is in force."""

    def __init__(
        self,
        store: TrackStore,
        layout: TrackLayout,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(store, layout, now, parent)
        self._shown: list[TrackRow] = []
        self._place: dict[TrackId, int] = {}
        self._words: dict[TrackId, str] = {}
        self._needles: tuple[str, ...] = ()
        self._tests: tuple[Callable[[TrackRow], bool], ...] = ()
        self._column: TrackColumn | None = None
        self._descending = False
        self._slices = Slices(self)
        self._anew = False
        """Whether the order that is being made is of all tracks, not of those shown."""
        self._overtaken: set[TrackId] = set()
        """Tracks that changed while it was being made."""
        self._resort = QTimer(self, singleShot=True, interval=_RESORT_AFTER_MS)
        self._resort.timeout.connect(self._sort_again)
        store.reset.connect(self._reset)
        store.added.connect(self._on_added)
        store.changed.connect(self._on_changed)
        store.removed.connect(self._on_removed)
        self._reset()

    def set_filter(self, needle: str, tests: Iterable[Callable[[TrackRow], bool]] = ()) -> None:
        """Show the tracks that hold every word of `needle` and pass every test."""
        self._needles = tuple(needle.casefold().split())
        self._tests = tuple(tests)
        self._reset()

    def rows(self) -> list[TrackRow]:
        return list(self._shown)

    def place_of(self, track_id: TrackId) -> int | None:
        return self._place.get(track_id)

    def row_at(self, row: int) -> TrackRow | None:
        return self._shown[row] if row < len(self._shown) else None

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        wanted = self.columns[column] if 0 <= column < len(self.columns) else None
        self._column = wanted if wanted in SORT_KEYS else None
        self._descending = order is Qt.SortOrder.DescendingOrder
        self._sort_again()

    def _has_words(self, row: TrackRow) -> bool:
        if not self._needles:
            return True
        words = self._words.get(row.id)
        if words is None:
            parts = (row.artist, row.title, row.version or "", row.album or "", row.isrc or "")
            words = self._words[row.id] = "\n".join(parts).casefold()
        return all(needle in words for needle in self._needles)

    def _fits(self, row: TrackRow) -> bool:
        return self._has_words(row) and all(test(row) for test in self._tests)

    def _index_places(self, start: int = 0) -> None:
        for place in range(start, len(self._shown)):
            self._place[self._shown[place].id] = place

    def _reset(self) -> None:
        self._arrange(anew=True)

    def _sort_again(self) -> None:
        self._arrange(anew=False)

    def _arrange(self, anew: bool) -> None:
        self._anew = anew or (self._anew and self._slices.busy)
        self._overtaken.clear()
        self._slices.start(self._arranging(self._anew))

    def _arranging(self, anew: bool) -> Iterator[int]:
        rows = self._store.rows() if anew else self.rows()
        if anew and (self._needles or self._tests):
            every, rows = rows, []
            for some in portions(every):
                rows += [row for row in some if self._fits(row)]
                yield len(some)
        if self._column is not None:
            rows = yield from in_order(rows, self._column, self._descending)
        place: dict[TrackId, int] = {}
        for some in portions(rows):
            place.update((row.id, nth) for nth, row in enumerate(some, len(place)))
            yield len(some)
        if anew:
            self.beginResetModel()
            self._shown, self._place = rows, place
            self.endResetModel()
        elif rows != self._shown:
            self._change_layout(rows, place)
        self._on_changed(list(self._overtaken))
        self.arranged.emit()

    def _change_layout(self, rows: list[TrackRow], place: dict[TrackId, int]) -> None:
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        ids = [self._shown[index.row()].id for index in old]
        self._shown, self._place = rows, place
        new = [self.index(place[each], index.column()) for each, index in zip(ids, old, strict=True)]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _on_added(self, ids: list[TrackId]) -> None:
        rows = [row for each in ids if (row := self._store.get(each)) is not None and self._fits(row)]
        if not rows:
            return
        first = len(self._shown)
        self.beginInsertRows(_NO_PARENT, first, first + len(rows) - 1)
        self._shown += rows
        self._index_places(first)
        self.endInsertRows()
        self._resort.start()
        self._begin_again()

    def _begin_again(self) -> None:
        """There are other rows than the order under way was begun with."""
        if self._slices.busy:
            self._arrange(anew=False)

    def _on_changed(self, ids: list[TrackId]) -> None:
        if self._slices.busy:
            self._overtaken.update(ids)
        places = []
        fresh = []
        for each in ids:
            self._words.pop(each, None)
            row = self._store.get(each)
            place = self._place.get(each)
            if row is None:
                continue
            if place is not None:
                self._shown[place] = row
                places.append(place)
            elif self._fits(row):
                fresh.append(each)
        self._tell(places)
        if fresh:
            self._on_added(fresh)
        if places and (self._column is not None or self._tests):
            self._resort.start()

    def _on_removed(self, ids: list[TrackId]) -> None:
        gone = sorted((self._place.pop(each) for each in ids if each in self._place), reverse=True)
        for each in ids:
            self._words.pop(each, None)
        if len(gone) > 50:
            self._reset()
            return
        for place in gone:
            self.beginRemoveRows(_NO_PARENT, place, place)
            del self._shown[place]
            self.endRemoveRows()
        if gone:
            self._index_places(gone[-1])
        self._begin_again()
