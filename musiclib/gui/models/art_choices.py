"""The pictures of the art chooser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QImage

from musiclib.domain.art_ref import FOLDER, ArtRef
from musiclib.gui import wording
from musiclib.gui.art_work import Shown
from musiclib.services.art_types import ArtChoice

TileRole = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


def _tr(text: str) -> str:
    return QCoreApplication.translate("art", text)


@dataclass(frozen=True, slots=True)
class ArtTile:
    choice: ArtChoice
    image: QImage | None = None
    why_not: str = ""
    """Why there is no picture; empty while it is fetched."""

    @property
    def usable(self) -> bool:
        return self.image is not None

    @property
    def source(self) -> str:
        return (
            _tr("Beside the files")
            if self.choice.source == FOLDER
            else wording.source_name(self.choice.source)
        )

    @property
    def size(self) -> str:
        width, height = self.choice.width, self.choice.height or self.choice.width
        return f"{width} × {height}" if width else ""

    @property
    def note(self) -> str:
        """What is special about it, or wrong."""
        if self.choice.in_force:
            return _tr("In use, your choice") if self.choice.by_hand else _tr("In use")
        if self.why_not:
            return self.why_not
        if not self.usable:
            return _tr("Being fetched")
        named_by = self.choice.named_by
        if named_by > 1:
            return _tr("Named by {n} tracks").format(n=wording.number(named_by))
        return _tr("Named by 1 track") if named_by else ""

    @property
    def sentence(self) -> str:
        """For a screen reader."""
        return ", ".join(each for each in (self.size, self.source, self.note) if each)


class ArtChoiceModel(QAbstractListModel):
    """In the service's order; what a person gave stands first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[ArtTile] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        tile = self._tiles[index.row()]
        if role == TileRole:
            return tile
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return tile.sentence
        return tile.source if role == Qt.ItemDataRole.DisplayRole else None

    def tile(self, row: int) -> ArtTile | None:
        return self._tiles[row] if 0 <= row < len(self._tiles) else None

    def choices(self) -> list[ArtChoice]:
        return [each.choice for each in self._tiles]

    def place_of(self, ref: ArtRef) -> int | None:
        return next((row for row, each in enumerate(self._tiles) if each.choice.ref == ref), None)

    def place_in_force(self) -> int | None:
        return next((row for row, each in enumerate(self._tiles) if each.choice.in_force), None)

    def show(self, choices: Iterable[ArtChoice]) -> None:
        """These and no others."""
        self.beginResetModel()
        self._tiles = [ArtTile(each) for each in choices]
        self.endResetModel()

    def add(self, choices: Iterable[ArtChoice]) -> None:
        """Those of them that are not there yet, at the end."""
        new = [ArtTile(each) for each in choices if self.place_of(each.ref) is None]
        if new:
            self.beginInsertRows(QModelIndex(), len(self._tiles), len(self._tiles) + len(new) - 1)
            self._tiles += new
            self.endInsertRows()

    def put_first(self, choice: ArtChoice) -> int:
        """Where the choice stands that a person gave: at the front, or where it is already."""
        for row, each in enumerate(self._tiles):
            if each.choice.art_id == choice.art_id:
                return row
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._tiles.insert(0, ArtTile(choice))
        self.endInsertRows()
        return 0

    def see(self, shown: Shown) -> None:
        """A picture has come, or will not come. One that is there already, or is gone, leaves the list."""
        choice = shown.seen.choice
        row = self.place_of(choice.ref)
        if row is None:
            return
        gone = choice.art_id is None and shown.seen.trouble is None
        if gone or self._is_double(row, choice):
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._tiles[row]
            self.endRemoveRows()
            return
        why_not = str(shown.seen.trouble or "")
        if shown.image is None and not why_not:
            why_not = _tr("This picture is damaged.")
        self._tiles[row] = ArtTile(choice, shown.image, why_not)
        self.dataChanged.emit(self.index(row), self.index(row))

    def _is_double(self, row: int, choice: ArtChoice) -> bool:
        if choice.art_id is None or choice.in_force:
            return False
        return any(
            each.choice.art_id == choice.art_id for other, each in enumerate(self._tiles) if other != row
        )
