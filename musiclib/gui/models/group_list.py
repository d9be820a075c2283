"""Artists or genres as a list: filtered by words, by name or by how many tracks they have."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from enum import StrEnum
from operator import itemgetter
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from musiclib.domain.folding import folded
from musiclib.domain.groups import Group
from musiclib.gui import wording

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()

GroupRole = Qt.ItemDataRole.UserRole
"""The `Group` itself."""


class GroupSort(StrEnum):
    NAME = "name"
    TRACKS = "tracks"


Named = tuple[str, Group]
"""A group behind its name as it is compared."""


def by_name(groups: Iterable[Group]) -> list[Named]:
    """In the order of their names; of many thousands, not for the GUI thread."""
    return sorted(((folded(group.name), group) for group in groups), key=itemgetter(0))


class GroupListModel(QAbstractListModel):
    """Sorted once for each order; a search goes through the folded names."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._named: list[Named] = []
        self._sort = GroupSort.NAME
        self._needles: tuple[str, ...] = ()
        self._shown: list[Group] = []
        self._names: list[str] = []
        """Those of `_shown`."""
        self._place: dict[str, int] = {}
        self.loaded = False

    @property
    def total(self) -> int:
        return len(self._named)

    @property
    def order(self) -> GroupSort:
        return self._sort

    def show(self, named: list[Named]) -> None:
        """Hold what `by_name` made; nothing is told where nothing has changed."""
        if self.loaded and named == self._named:
            return
        self._named, self.loaded = named, True
        self._arrange()

    def set_filter(self, text: str) -> None:
        """Show the groups whose names hold every word."""
        self._needles = tuple(folded(text).split())
        self._arrange()

    def set_sort(self, sort: GroupSort) -> None:
        self._sort = sort
        self._arrange()

    def group_at(self, row: int) -> Group | None:
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def place_of(self, key: str) -> int | None:
        return self._place.get(key)

    def place_starting(self, prefix: str) -> int | None:
        """The first group whose name begins so."""
        wanted = folded(prefix)
        if self._sort is GroupSort.NAME:
            place = bisect_left(self._names, wanted)
            return place if place < len(self._names) and self._names[place].startswith(wanted) else None
        return next((nth for nth, name in enumerate(self._names) if name.startswith(wanted)), None)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        group = self.group_at(index.row()) if index.isValid() else None
        if group is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return group.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{group.name}, {track_count(group.tracks)}"
        return group if role == GroupRole else None

    def _arrange(self) -> None:
        fitting = [pair for pair in self._named if all(needle in pair[0] for needle in self._needles)]
        if self._sort is GroupSort.TRACKS:
            fitting.sort(key=lambda pair: -pair[1].tracks)
        self.beginResetModel()
        self._names = [name for name, _ in fitting]
        self._shown = [group for _, group in fitting]
        self._place = {group.key: place for place, group in enumerate(self._shown)}
        self.endResetModel()


def track_count(count: int) -> str:
    """12 tracks."""
    if count == 1:
        return wording.translate("1 track")
    return wording.translate("{n} tracks").format(n=wording.number(count))
