"""Tracks as table models over the shared store: what all have in common, and one album's list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from musiclib.domain.ids import TrackId
from musiclib.domain.music_key import KeyNotation
from musiclib.domain.rows import AlbumDetail, AlbumEntry, TrackRow
from musiclib.gui import wording
from musiclib.gui.models.track_columns import (
    NUMERIC,
    TrackColumn,
    TrackLayout,
    text,
    title,
)
from musiclib.gui.stores import TrackStore

Index = QModelIndex | QPersistentModelIndex
Places = dict[TrackId, list[int]]
_NO_PARENT = QModelIndex()

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
        """The row at a place; None while it has not been read."""
        raise NotImplementedError

    def id_at(self, place: int) -> TrackId:
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


def places_of(entries: Iterable[AlbumEntry]) -> Places:
    """Where each track stands in a list, from 0. On any thread."""
    places: Places = {}
    for place, entry in enumerate(entries):
        places.setdefault(entry.track_id, []).append(place)
    return places


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
        self._places: Places = {}
        for signal in (store.changed, store.added, store.removed):
            signal.connect(self._on_changed)
        store.reset.connect(self._on_reset)

    def show(self, detail: AlbumDetail | None, places: Places | None = None) -> None:
        """Hold this album's list; `places` are those of its entries, where they were made before."""
        self.beginResetModel()
        self._entries = list(detail.entries) if detail else []
        self._places = places_of(self._entries) if places is None else places
        self._store.pin(self, self._places)
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

    def id_at(self, place: int) -> TrackId:
        return self._entries[place].track_id

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
        self._tracks = [None] * len(self._entries)
        for track_id in self._store.held(self._places):
            for place in self._places[track_id]:
                self._tracks[place] = self._store.get(track_id)

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
