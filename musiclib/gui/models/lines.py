"""A plain list of two-line entries: glyph, what, why, when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from musiclib.domain.states import BadgeState

Index = QModelIndex | QPersistentModelIndex
LINE_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Line:
    """`key` is what the line stands for; `icon` is used where there is no `state`."""

    key: object
    title: str
    detail: str
    right: str = ""
    state: BadgeState | None = None
    icon: str = ""
    quiet: bool = False
    """Over and done with; drawn in a weaker tone."""


class LinesModel(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Take these lines; nothing is told where nothing changed."""
        wanted = tuple(lines)
        if wanted == self._lines:
            return
        same_keys = [line.key for line in wanted] == [line.key for line in self._lines]
        if same_keys:
            self._lines = wanted
            self.dataChanged.emit(self.index(0), self.index(len(wanted) - 1))
            return
        self.beginResetModel()
        self._lines = wanted
        self.endResetModel()

    def line(self, index: Index) -> Line | None:
        return self._lines[index.row()] if index.isValid() else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.line(index)
        if line is None:
            return None
        if role == LINE_ROLE:
            return line
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return ". ".join(filter(None, (line.title, line.detail, line.right)))
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{line.title}\n{line.detail}"
        return None
