"""Albums as a list model: sorted, filtered by state and words, counted into chips that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from musiclib.domain.ids import AlbumId
from musiclib.domain.rows import AlbumRow
from musiclib.domain.states import BadgeState
from musiclib.domain.wording import complete_count
from musiclib.gui import wording
from musiclib.gui.stores import AlbumStore

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_RESORT_AFTER_MS = 700

AlbumRole = Qt.ItemDataRole.UserRole
"""The `AlbumRow` itself."""


class AlbumGroup(StrEnum):
    """Every album belongs to exactly one."""

    COMPLETE = "complete"
    IN_PROGRESS = "in_progress"
    NEEDS_YOU = "needs_you"
    WAITING = "waiting"
    PARTIAL = "partial"
    NOT_FOUND = "not_found"


class AlbumSort(StrEnum):
    ADDED = "added"
    TITLE = "title"
    ARTIST = "artist"
    YEAR = "year"
    UNFINISHED = "unfinished"


def group_of(row: AlbumRow) -> AlbumGroup:
    """The first that fits: what needs a person, what moves, what stands still, what is missing."""
    counts = row.counts
    if counts.of(BadgeState.REVIEW) or counts.of(BadgeState.ERROR):
        return AlbumGroup.NEEDS_YOU
    open_count = counts.of(BadgeState.QUEUED) + counts.of(BadgeState.RUNNING)
    if open_count and not row.paused:
        return AlbumGroup.IN_PROGRESS
    if open_count or counts.of(BadgeState.WAITING):
        return AlbumGroup.WAITING
    if counts.of(BadgeState.NOT_FOUND):
        return AlbumGroup.NOT_FOUND
    return AlbumGroup.PARTIAL if counts.of(BadgeState.PARTIAL) else AlbumGroup.COMPLETE


_SORTS: dict[AlbumSort, Callable[[AlbumRow], Any]] = {
    AlbumSort.ADDED: lambda row: (-row.added_at.timestamp(), row.title.casefold()),
    AlbumSort.TITLE: lambda row: row.title.casefold(),
    AlbumSort.ARTIST: lambda row: (row.artist is None, (row.artist or "").casefold(), row.title.casefold()),
    AlbumSort.YEAR: lambda row: (-(row.year or 0), row.title.casefold()),
    AlbumSort.UNFINISHED: lambda row: (
        complete_count(row.counts) / max(1, row.counts.total),
        row.title.casefold(),
    ),
}


class AlbumGridModel(QAbstractListModel):
    """The albums a page shows. Changed rows keep their place until nothing has changed for a moment."""

    def __init__(self, store: AlbumStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._shown: list[AlbumRow] = []
        self._place: dict[AlbumId, int] = {}
        self._group: AlbumGroup | None = None
        self._needles: tuple[str, ...] = ()
        self._sort = AlbumSort.ADDED
        self._resort = QTimer(self, singleShot=True, interval=_RESORT_AFTER_MS)
        self._resort.timeout.connect(self._arrange)
        self._groups: dict[AlbumId, AlbumGroup] = {}
        self._counts: Counter[AlbumGroup] = Counter()
        store.reset.connect(self._count_all)
        for signal in (store.added, store.changed, store.removed):
            signal.connect(self._count)
        for signal in (store.reset, store.added, store.removed):
            signal.connect(self._arrange)
        store.changed.connect(self._on_changed)
        self._count_all()
        self._arrange()

    def set_filter(self, group: AlbumGroup | None, needle: str) -> None:
        """Show one group (None: all) and titles or artists that hold every word of `needle`."""
        self._group, self._needles = group, tuple(needle.casefold().split())
        self._arrange()

    def set_sort(self, sort: AlbumSort) -> None:
        self._sort = sort
        self._arrange()

    def group_counts(self) -> dict[AlbumGroup, int]:
        """How many albums of the whole library each group has; they add up to all."""
        return {group: self._counts[group] for group in AlbumGroup}

    def album_at(self, row: int) -> AlbumRow | None:
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def place_of(self, album_id: AlbumId) -> int | None:
        return self._place.get(album_id)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.album_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            by = f", {row.artist}" if row.artist else ""
            return f"{row.title}{by}. {' '.join(wording.album_sentence(row.counts)).strip()}"
        return row if role == AlbumRole else None

    def _fits(self, row: AlbumRow) -> bool:
        if self._group is not None and group_of(row) is not self._group:
            return False
        words = f"{row.title}\n{row.artist or ''}".casefold()
        return all(needle in words for needle in self._needles)

    def _count_all(self) -> None:
        self._groups = {row.id: group_of(row) for row in self._store.rows()}
        self._counts = Counter(self._groups.values())

    def _count(self, ids: Iterable[AlbumId]) -> None:
        for each in ids:
            row, before = self._store.get(each), self._groups.pop(each, None)
            if before is not None:
                self._counts[before] -= 1
            if row is not None:
                self._groups[each] = group = group_of(row)
                self._counts[group] += 1

    def _arrange(self) -> None:
        wanted = sorted((row for row in self._store.rows() if self._fits(row)), key=_SORTS[self._sort])
        if [row.id for row in wanted] == [row.id for row in self._shown]:
            self._shown = wanted
            if wanted:
                self.dataChanged.emit(self.index(0), self.index(len(wanted) - 1))
            return
        if {row.id for row in wanted} != set(self._place):
            self.beginResetModel()
            self._take(wanted)
            self.endResetModel()
            return
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        ids = [self._shown[index.row()].id for index in old]
        self._take(wanted)
        self.changePersistentIndexList(old, [self.index(self._place[each]) for each in ids])
        self.layoutChanged.emit()

    def _take(self, rows: list[AlbumRow]) -> None:
        self._shown = rows
        self._place = {row.id: place for place, row in enumerate(rows)}

    def _on_changed(self, ids: list[AlbumId]) -> None:
        for each in ids:
            row, place = self._store.get(each), self._place.get(each)
            if row is not None and place is not None:
                self._shown[place] = row
                index = self.index(place)
                self.dataChanged.emit(index, index)
        self._resort.start()
