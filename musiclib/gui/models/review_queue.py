"""The tracks that wait for a decision, and why, in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from musiclib.domain.ids import TrackId
from musiclib.domain.states import MatchState
from musiclib.gui import wording
from musiclib.services.review_types import ReviewItem
from musiclib.services.review_words import why_waiting

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE = Qt.ItemDataRole.UserRole
WHY_ROLE = Qt.ItemDataRole.UserRole + 1
_MANY = 200
"""From so many rows on, a change is told as a whole."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("review", text)


def item_title(item: ReviewItem) -> str:
    return f"{item.title} ({item.version})" if item.version else item.title


class ReviewQueueModel(QAbstractListModel):
    """`accept` is the score from which on a match is taken without asking."""

    def __init__(self, accept: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[ReviewItem] = []
        self._accept = accept

    @property
    def items(self) -> Sequence[ReviewItem]:
        return self._items

    def show(self, items: Sequence[ReviewItem]) -> None:
        """Take these items; what stays is not touched, so that a view keeps its place."""
        if abs(len(items) - len(self._items)) > _MANY:
            self._replace(items)
            return
        wanted = {each.track_id: each for each in items}
        for row in range(len(self._items) - 1, -1, -1):
            if self._items[row].track_id not in wanted:
                self._remove(row)
        kept = [each.track_id for each in self._items]
        there = set(kept)
        if kept != [each.track_id for each in items if each.track_id in there]:
            self._replace(items)
            return
        for row, item in enumerate(items):
            if item.track_id not in there:
                self.beginInsertRows(QModelIndex(), row, row)
                self._items.insert(row, item)
                self.endInsertRows()
            elif item != self._items[row]:
                self._items[row] = item
                self.dataChanged.emit(self.index(row), self.index(row))

    def place_of(self, track_id: TrackId | None) -> int | None:
        return next((row for row, each in enumerate(self._items) if each.track_id == track_id), None)

    def why(self, item: ReviewItem) -> str:
        """Why the track waits, in one line."""
        if item.state is MatchState.MATCHED:
            return _tr("Settled by you")
        return why_waiting(item, self._accept, wording.translate)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role == WHY_ROLE:
            later = _tr("put off: {why}") if item.deferred else "{why}"
            return later.format(why=self.why(item))
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{item_title(item)} – {item.artist}"
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return f"{item_title(item)} – {item.artist}, {self.data(index, WHY_ROLE)}"
        return None

    def _replace(self, items: Sequence[ReviewItem]) -> None:
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()

    def _remove(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._items[row]
        self.endRemoveRows()
