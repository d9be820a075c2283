"""Albums as a list model: sorted, filtered by state and words, counted into chips that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from operator import attrgetter
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


class _Held:
    """An album with what it is sorted and found by."""

    __slots__ = ("artist", "group", "key", "row", "title", "words")

    def __init__(self, row: AlbumRow, key_of: Callable[[_Held], Any]) -> None:
        self.take(row)
        self.key = key_of(self)

    def take(self, row: AlbumRow) -> None:
        """Another state of the album; the key stays, and with it the place."""
        self.row = row
        self.title, self.artist = row.title.casefold(), (row.artist or "").casefold()
        self.words = f"{self.title}\n{self.artist}"
        self.group = group_of(row)


_KEY = attrgetter("key")


def group_of(row: AlbumRow) -> AlbumGroup:
    """The first that fits: what needs a person, what moves, what stands still, what is missing."""
    states = {state for state, count in row.counts.by_state if count}
    if not states.isdisjoint(_NEED_YOU):
        return AlbumGroup.NEEDS_YOU
    open_ones = not states.isdisjoint(_OPEN)
    if open_ones and not row.paused:
        return AlbumGroup.IN_PROGRESS
    if open_ones or BadgeState.WAITING in states:
        return AlbumGroup.WAITING
    if BadgeState.NOT_FOUND in states:
        return AlbumGroup.NOT_FOUND
    return AlbumGroup.PARTIAL if BadgeState.PARTIAL in states else AlbumGroup.COMPLETE


_NEED_YOU = frozenset({BadgeState.REVIEW, BadgeState.ERROR})
_OPEN = frozenset({BadgeState.QUEUED, BadgeState.RUNNING})
_SORTS: dict[AlbumSort, Callable[[_Held], Any]] = {
    AlbumSort.ADDED: lambda held: (-held.row.added_at.timestamp(), held.title),
    AlbumSort.TITLE: lambda held: held.title,
    AlbumSort.ARTIST: lambda held: (held.row.artist is None, held.artist, held.title),
    AlbumSort.YEAR: lambda held: (-(held.row.year or 0), held.title),
    AlbumSort.UNFINISHED: lambda held: (
        complete_count(held.row.counts) / max(1, held.row.counts.total),
        held.title,
    ),
}


class AlbumGridModel(QAbstractListModel):
    """The albums a page shows. Changed rows keep their place until nothing has changed for a moment."""

    def __init__(self, store: AlbumStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._held: dict[int, _Held] = {}
        """By the number of the id: a `UUID` takes long to hash, and there are many."""
        self._ordered: list[_Held] = []
        """All of them."""
        self._shown: list[_Held] = []
        self._places: dict[int, int] | None = None
        """Made when somebody asks for a place."""
        self._group: AlbumGroup | None = None
        self._needles: tuple[str, ...] = ()
        self._sort = AlbumSort.ADDED
        self._resort = QTimer(self, singleShot=True, interval=_RESORT_AFTER_MS)
        self._resort.timeout.connect(self._sort_changed)
        self._changed: dict[int, _Held] = {}
        """Albums that may stand elsewhere in the order by now."""
        self._counts: Counter[AlbumGroup] = Counter()
        store.reset.connect(self._on_reset)
        store.added.connect(self._on_added)
        store.removed.connect(self._on_removed)
        store.changed.connect(self._on_changed)
        store.complete.connect(self._show)
        self._on_reset()

    def set_filter(self, group: AlbumGroup | None, needle: str) -> None:
        """Show one group (None: all) and titles or artists that hold every word of `needle`."""
        self._group, self._needles = group, tuple(needle.casefold().split())
        self._show()

    def set_sort(self, sort: AlbumSort) -> None:
        self._sort = sort
        self._sort_again(self._ordered)

    def group_counts(self) -> dict[AlbumGroup, int]:
        """How many albums of the whole library each group has; they add up to all."""
        return {group: self._counts[group] for group in AlbumGroup}

    def album_at(self, row: int) -> AlbumRow | None:
        return self._shown[row].row if 0 <= row < len(self._shown) else None

    def place_of(self, album_id: AlbumId) -> int | None:
        if self._places is None:
            self._places = {held.row.id.int: place for place, held in enumerate(self._shown)}
        return self._places.get(album_id.int)

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

    def _fitting(self) -> list[_Held]:
        found, group = self._ordered, self._group
        if group is not None:
            found = [held for held in found if held.group is group]
        for needle in self._needles:
            found = [held for held in found if needle in held.words]
        return found

    def _sort_changed(self) -> None:
        self._sort_again(self._changed.values())

    def _sort_again(self, changed: Iterable[_Held]) -> None:
        key_of = _SORTS[self._sort]
        for held in changed:
            held.key = key_of(held)
        self._changed = {}
        self._ordered = sorted(self._ordered, key=_KEY)
        self._show()

    def _show(self) -> None:
        """What fits, in the order there is."""
        wanted, shown = self._fitting(), self._shown
        if wanted == shown:
            return
        if len(wanted) > len(shown) and wanted[: len(shown)] == shown:
            self.beginInsertRows(_NO_PARENT, len(shown), len(wanted) - 1)
            self._take(wanted)
            self.endInsertRows()
        elif len(wanted) == len(shown) and set(map(id, wanted)) == set(map(id, shown)):
            self._change_layout(wanted)
        else:
            self.beginResetModel()
            self._take(wanted)
            self.endResetModel()

    def _change_layout(self, wanted: list[_Held]) -> None:
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        ids = [self._shown[index.row()].row.id for index in old]
        self._take(wanted)
        self.changePersistentIndexList(old, [self.index(self.place_of(each) or 0) for each in ids])
        self.layoutChanged.emit()

    def _take(self, wanted: list[_Held]) -> None:
        self._shown, self._places = list(wanted), None

    def _hold(self, ids: Iterable[AlbumId]) -> list[_Held]:
        rows = (self._store.get(each) for each in ids)
        new = [_Held(row, _SORTS[self._sort]) for row in rows if row is not None]
        self._held.update((held.row.id.int, held) for held in new)
        self._counts.update(held.group for held in new)
        return new

    def _on_reset(self) -> None:
        self._held, self._counts = {}, Counter()
        self._ordered = sorted(self._hold(row.id for row in self._store.rows()), key=_KEY)
        self._show()

    def _on_added(self, ids: list[AlbumId]) -> None:
        self._ordered = sorted([*self._ordered, *self._hold(ids)], key=_KEY)
        # Views lay all albums out anew when some come: while they are read, when there are twice as many.
        if self._store.whole or len(self._ordered) >= 2 * len(self._shown):
            self._show()

    def _on_removed(self, ids: list[AlbumId]) -> None:
        gone = [held for each in ids if (held := self._held.pop(each.int, None)) is not None]
        self._counts.subtract(held.group for held in gone)
        left_out = set(map(id, gone))
        self._ordered = [held for held in self._ordered if id(held) not in left_out]
        self._show()

    def _on_changed(self, ids: list[AlbumId]) -> None:
        for each in ids:
            row, held = self._store.get(each), self._held.get(each.int)
            if row is None or held is None:
                continue
            self._counts[held.group] -= 1
            held.take(row)
            self._changed[each.int] = held
            self._counts[held.group] += 1
            if (place := self.place_of(each)) is not None:
                index = self.index(place)
                self.dataChanged.emit(index, index)
        self._resort.start()
