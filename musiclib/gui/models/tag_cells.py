"""What would be written into the tags of files: a row for each file, a column for each field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from musiclib.domain.tag_fields import TAG_FIELD_NAMES, TagField
from musiclib.gui import wording
from musiclib.services.tag_types import CellState, Choice, TagCell, TagRow

Index = QModelIndex | QPersistentModelIndex
CellRole = Qt.ItemDataRole.UserRole + 1
"""A `ShownCell`."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("tags", text)


class Shown(StrEnum):
    """Which files are shown."""

    CHANGES = "changes"
    ALL = "all"
    PROBLEMS = "problems"


@dataclass(frozen=True, slots=True)
class ShownCell:
    """`cell` is None in the column of the file, and where the file cannot be read."""

    row: TagRow
    cell: TagCell | None
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class TagCounts:
    """The files that were read add up to these."""

    written: int
    left_out: int
    same: int
    problems: int


class TagCellModel(QAbstractTableModel):
    """Every cell that changes is ticked until a person takes the tick off. Files come while they are read."""

    ticks_changed = Signal()

    def __init__(self, fields: Sequence[TagField], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.fields = tuple(fields)
        self.kind = Shown.CHANGES
        self._rows: list[TagRow] = []
        self._changes: list[frozenset[TagField]] = []
        """Of each file, the fields that change, shown or not."""
        self._shown: list[int] = []
        self._off: set[tuple[int, TagField]] = set()
        self._live: list[int] = []
        """Of each file, how many cells are ticked."""
        self._in_column: Counter[TagField] = Counter()
        self._kinds: Counter[str] = Counter()

    # -- what is in it

    def add(self, rows: Sequence[TagRow]) -> None:
        """Files that were read."""
        first = len(self._rows)
        self._rows += rows
        self._changes += [frozenset() if row.problem else row.changes for row in rows]
        new = [place for place in range(first, len(self._rows)) if self._fits(place)]
        if new:
            self.beginInsertRows(QModelIndex(), len(self._shown), len(self._shown) + len(new) - 1)
        for place in range(first, len(self._rows)):
            self._count(place)
        if new:
            self._shown += new
            self.endInsertRows()
        self.ticks_changed.emit()

    def set_fields(self, fields: Sequence[TagField]) -> None:
        """Which columns there are; only what they hold is written."""
        self.beginResetModel()
        self.fields = tuple(fields)
        self._arrange()
        self.endResetModel()
        self.ticks_changed.emit()

    def show(self, kind: Shown) -> None:
        self.beginResetModel()
        self.kind = kind
        self._shown = [place for place in range(len(self._rows)) if self._fits(place)]
        self.endResetModel()

    def settle(self, failures: Mapping[str, str]) -> None:
        """After writing: files of these paths were not written, and why; all others need nothing more."""
        self.beginResetModel()
        for place, row in enumerate(self._rows):
            reason = failures.get(row.path)
            if reason is not None:
                self._rows[place] = replace(row, problem=reason)
            elif not row.problem:
                self._rows[place] = replace(row, cells=tuple(map(_written, row.cells)))
            self._changes[place] = frozenset()
        self._arrange()
        self.endResetModel()
        self.ticks_changed.emit()

    def choices(self) -> list[Choice]:
        """What is ticked, of every file that changes."""
        return [
            Choice(row, frozenset(self._ticked(place)))
            for place, row in enumerate(self._rows)
            if self._live[place]
        ]

    def counts(self) -> TagCounts:
        kinds = self._kinds
        return TagCounts(kinds["written"], kinds["left_out"], kinds["same"], kinds["problems"])

    def _arrange(self) -> None:
        """Count all anew."""
        self._live.clear()
        self._in_column.clear()
        self._kinds.clear()
        for place in range(len(self._rows)):
            self._count(place)
        self._shown = [place for place in range(len(self._rows)) if self._fits(place)]

    def _count(self, place: int) -> None:
        ticked = self._ticked(place)
        self._live.append(len(ticked))
        self._in_column.update(ticked)
        self._kinds[self._kind_of(place)] += 1

    def _kind_of(self, place: int) -> str:
        if self._rows[place].problem:
            return "problems"
        if self._live[place]:
            return "written"
        return "same" if self._changes[place].isdisjoint(self.fields) else "left_out"

    def _ticked(self, place: int) -> list[TagField]:
        changes, off = self._changes[place], self._off
        return [each for each in self.fields if each in changes and (place, each) not in off]

    def _fits(self, place: int) -> bool:
        if self.kind is Shown.PROBLEMS:
            return bool(self._rows[place].problem)
        return self.kind is Shown.ALL or not self._changes[place].isdisjoint(self.fields)

    # -- ticks

    def toggle(self, indexes: Iterable[Index]) -> None:
        """Take the ticks off these cells, or put them on all if one has none."""
        cells = [
            (self._shown[each.row()], self.fields[each.column() - 1]) for each in indexes if each.column()
        ]
        self._set([(place, field) for place, field in cells if field in self._changes[place]])

    def toggle_column(self, column: int) -> None:
        """The same for a field of all files, shown or not."""
        if column:
            field = self.fields[column - 1]
            self._set([(nth, field) for nth, changes in enumerate(self._changes) if field in changes])

    def _set(self, cells: Sequence[tuple[int, TagField]]) -> None:
        if not cells:
            return
        on = any(each in self._off for each in cells)
        for place, field in cells:
            if ((place, field) in self._off) is not on:
                continue
            self._kinds[self._kind_of(place)] -= 1
            (self._off.discard if on else self._off.add)((place, field))
            self._live[place] += 1 if on else -1
            self._in_column[field] += 1 if on else -1
            self._kinds[self._kind_of(place)] += 1
        if self._shown:
            last = self.index(len(self._shown) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 1, self.columnCount() - 1)
        self.ticks_changed.emit()

    # -- for the view

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 1 + len(self.fields)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or section > len(self.fields):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if section == 0:
                return _tr("File")
            field = self.fields[section - 1]
            return f"{_tr(TAG_FIELD_NAMES[field])}  {wording.number(self._in_column[field])}"
        if role == Qt.ItemDataRole.ToolTipRole and section:
            return _tr("Click to leave this field out, or to take it in again")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        place = self._shown[index.row()]
        row = self._rows[place]
        if index.column() == 0:
            return self._file_data(row, role)
        field = self.fields[index.column() - 1]
        cell = None if row.problem else next(each for each in row.cells if each.field is field)
        shown = ShownCell(row, cell, cell is not None and (place, field) not in self._off)
        if role == CellRole:
            return shown
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole} and cell is not None:
            return _sentence(shown)
        if role == Qt.ItemDataRole.CheckStateRole and cell is not None and cell.state is CellState.CHANGES:
            return Qt.CheckState.Checked if shown.ticked else Qt.CheckState.Unchecked
        return None

    def _file_data(self, row: TagRow, role: int) -> object:
        if role == CellRole:
            return ShownCell(row, None)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.problem or f"{row.artist} – {row.title}, {Path(row.path).name}"
        return (
            "\n".join(filter(None, (row.path, row.problem))) if role == Qt.ItemDataRole.ToolTipRole else None
        )


def _written(cell: TagCell) -> TagCell:
    """A cell whose file has been written since."""
    return replace(cell, state=CellState.SAME, old=cell.new) if cell.state is CellState.CHANGES else cell


def _sentence(shown: ShownCell) -> str:
    cell = shown.cell
    assert cell is not None
    if cell.state is CellState.SAME:
        return _tr("{old}, the file says it already").format(old=cell.old)
    if cell.state is CellState.NOTHING:
        stays = _tr("{old}, stays: the library knows nothing of it")
        return stays.format(old=cell.old) if cell.old else _tr("Nothing is known")
    words = _tr("{old} becomes {new}") if cell.old else _tr("Becomes {new}")
    told = words.format(old=cell.old, new=cell.new)
    return told if shown.ticked else _tr("{what}, left out").format(what=told)
