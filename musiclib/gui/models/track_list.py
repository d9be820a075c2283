"""A handful of tracks as a table: those of an artist, those that go with another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex

from musiclib.domain.ids import TrackId
from musiclib.domain.rows import TrackRow
from musiclib.gui.models.track_columns import TrackLayout
from musiclib.gui.models.track_table import TrackModel
from musiclib.gui.stores import TrackStore

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class TrackListModel(TrackModel):
    """Rows in the order they were given; each is shown as it is by now."""

    def __init__(
        self,
        store: TrackStore,
        layout: TrackLayout,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(store, layout, now, parent)
        self._rows: list[TrackRow] = []
        self._places: dict[TrackId, int] = {}
        store.changed.connect(self._on_changed)
        store.added.connect(self._on_changed)
        store.removed.connect(self._on_removed)

    def show(self, rows: Sequence[TrackRow]) -> None:
        """Hold these, which the store holds from now on, too."""
        self.beginResetModel()
        self._rows = list(rows)
        self._index_places()
        self.endResetModel()
        self._store.pin(self, self._places)
        self._store.apply(rows)
        self._on_changed(list(self._places))

    def rows(self) -> list[TrackRow]:
        return list(self._rows)

    def id_at(self, place: int) -> TrackId:
        return self._rows[place].id

    def place_of(self, track_id: TrackId) -> int | None:
        return self._places.get(track_id)

    def row_at(self, row: int) -> TrackRow | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def _index_places(self) -> None:
        self._places = {row.id: place for place, row in enumerate(self._rows)}

    def _on_changed(self, ids: list[TrackId]) -> None:
        told = []
        for each in ids:
            place, row = self._places.get(each), self._store.get(each)
            if place is not None and row is not None and row is not self._rows[place]:
                self._rows[place] = row
                told.append(place)
        self._tell(told)

    def _on_removed(self, ids: list[TrackId]) -> None:
        for place in sorted((self._places[each] for each in ids if each in self._places), reverse=True):
            self.beginRemoveRows(_NO_PARENT, place, place)
            del self._rows[place]
            self.endRemoveRows()
        self._index_places()
