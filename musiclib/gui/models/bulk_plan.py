"""The plan of a run as a table: a row per track, a column per field, a tick wherever there can be one."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from musiclib.domain.bulk_plan import SPOTIFY_ID, CellState, Offer, Plan, PlanColumn
from musiclib.domain.provenance import Plain
from musiclib.gui import wording

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_NAMES = {
    "label": "Label",
    "original_year": "Year",
    "isrc": "ISRC",
    "genres": "Genre",
    "popularity": "Popularity",
    SPOTIFY_ID: "Spotify ID",
}


class Ticks(Enum):
    """What a box of several cells shows."""

    NONE = auto()
    """There is nothing to tick."""
    OFF = auto()
    SOME = auto()
    ON = auto()


class BulkPlanModel(QAbstractTableModel):
    """`changed` after every tick: the counts are others. Rows are those of the plan that pass the filter."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan = Plan("", [], [], [], [], [], [])
        self._rows: list[int] | range = range(0)
        self._state: CellState | None = None
        self._source = ""

    def show(self, plan: Plan) -> None:
        """Hold this plan, all of it."""
        self.plan, self._state, self._source = plan, None, ""
        self._take_rows()
        self.changed.emit()

    def filter(self, state: CellState | None, source: str = "") -> None:
        """Show rows with a cell in this state, of those the ones this source offers for; None, "": any."""
        self._state, self._source = state, source
        self._take_rows()

    @property
    def state_shown(self) -> CellState | None:
        return self._state

    def require(self, sure: int) -> None:
        """Tick what is at least so sure; see `PlanColumn.require`."""
        for column in self.plan.columns:
            column.require(sure)
        self._tell_all()

    def sources(self) -> list[str]:
        """Who offers anything, in the order of their names."""
        found = {each for column in self.plan.columns for each in set(column.source) if each}
        return sorted(found, key=wording.source_name)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 1 + len(self.plan.columns)

    def row_of(self, place: int) -> int:
        """The row of the plan that stands at a place of the table."""
        return self._rows[place]

    def column_at(self, section: int) -> PlanColumn | None:
        """The field of a section; None for the one of the tracks."""
        return self.plan.columns[section - 1] if section else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.column_at(index.column())
        if column is None:
            name = f"{self.plan.artists[row]} – {self.plan.titles[row]}"
            return name if role in _SPOKEN else None
        if role in _SPOKEN:
            return f"{self.name(index.column())}: {self.words(column, row)}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.name(section)
        return None

    def name(self, section: int) -> str:
        """What a column is called."""
        column = self.column_at(section)
        if column is None:
            count = len(self.plan.tracks)
            return self.tr("1 track") if count == 1 else self.tr("{n} tracks").format(n=wording.number(count))
        return self.tr(_NAMES[column.field])

    def words(self, column: PlanColumn, row: int) -> str:
        """A cell as a sentence."""
        old, new = self.value(column, column.old[row]), self.value(column, column.new[row])
        sentences = {
            CellState.SAME: self.tr("{old}, the same"),
            CellState.WRITE: self.tr("{old} becomes {new}"),
            CellState.LEFT_OUT: self.tr("{old} is kept, {new} is left out"),
            CellState.ASKS: self.tr("{old}, asks you: {new}"),
            CellState.LOCKED: self.tr("{old} stays, locked; {new} is offered"),
        }
        return sentences[column.state(row)].format(old=old, new=new)

    def value(self, column: PlanColumn, value: Plain | None) -> str:
        """A value as it stands in a cell."""
        if value is None or value == "":
            return self.tr("empty")
        return ", ".join(value) if isinstance(value, list) else str(value)

    def asks(self, column: PlanColumn, row: int) -> tuple[str, str]:
        """Of a cell that asks: why, and what is offered."""
        offers = column.offers.get(row, ())
        answers = list(dict.fromkeys(self.value(column, each.value) for each in offers))
        if any(each.doubt for each in offers):
            return self.tr("artist differs"), answers[0]
        if column.old[row] is not None:
            answers.append(self.value(column, column.old[row]))
        return self.tr("{n} answers").format(n=len(answers)), self.tr(" or ").join(_shortened(answers))

    def why(self, column: PlanColumn, row: int) -> str:
        """Why a cell is as it is."""
        sentences = {
            CellState.SAME: self.tr("Nobody says anything else."),
            CellState.WRITE: self.tr("It will be written."),
            CellState.LEFT_OUT: self.tr("It is left out: one source against another, or not sure enough."),
            CellState.ASKS: self.tr("Only you can tell which is right. Nothing is written before."),
            CellState.LOCKED: self.tr("It was set by hand, so it stays. Unlock it in the inspector."),
        }
        return sentences[column.state(row)]

    # -- ticks

    def row_ticks(self, row: int) -> Ticks:
        """The box of a track: on if all that differs is written."""
        states = [each.states[row] for each in self.plan.columns]
        return _ticks(states.count(CellState.WRITE), len(states) - states.count(CellState.SAME))

    def column_ticks(self, section: int) -> Ticks:
        """The box of a field, or of everything."""
        columns = self.plan.columns if section == 0 else [self.plan.columns[section - 1]]
        written = sum(each.count(CellState.WRITE) for each in columns)
        return _ticks(written, sum(len(each.states) - each.count(CellState.SAME) for each in columns))

    def toggle(self, index: Index) -> None:
        """Tick a cell or untick it; in the first column, all cells of the track."""
        row, column = self._rows[index.row()], self.column_at(index.column())
        if column is not None:
            column.tick(row, column.states[row] != CellState.WRITE)
        else:
            on = self.row_ticks(row) is not Ticks.ON
            for each in self.plan.columns:
                if not on or row not in each.asked:
                    each.tick(row, on)
        self._tell_row(index.row())

    def toggle_column(self, section: int) -> None:
        """Tick all cells of a field that do not ask, or, where some are ticked, none."""
        columns = self.plan.columns if section == 0 else [self.plan.columns[section - 1]]
        left_out = sum(each.count(CellState.LEFT_OUT) for each in columns)
        for each in columns:
            each.tick_all(left_out > 0)
        self._tell_all()

    def choose(self, index: Index, offer: Offer) -> None:
        """Take this answer for a cell."""
        column = self.column_at(index.column())
        if column is not None:
            column.choose(self._rows[index.row()], offer)
            self._tell_row(index.row())

    def _take_rows(self) -> None:
        self.beginResetModel()
        everything = range(len(self.plan.tracks))
        self._rows = everything if self._state is None else self.plan.rows_in(self._state)
        if self._source:
            offered = self.plan.rows_of(self._source)
            self._rows = [row for row in self._rows if row in offered]
        self.endResetModel()

    def _tell_row(self, place: int) -> None:
        self.dataChanged.emit(self.index(place, 0), self.index(place, self.columnCount() - 1))
        self._tell_header()

    def _tell_all(self) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self._tell_header()

    def _tell_header(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
        self.changed.emit()


_SPOKEN = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)


def _ticks(written: int, open_cells: int) -> Ticks:
    if not open_cells:
        return Ticks.NONE
    if not written:
        return Ticks.OFF
    return Ticks.ON if written == open_cells else Ticks.SOME


def _shortened(answers: list[str]) -> list[str]:
    """Without the beginning all of them share, where that is long."""
    first, last = min(answers), max(answers)
    same = next((n for n, char in enumerate(first) if n >= len(last) or char != last[n]), len(first))
    return [f"…{each[same - 2 :]}" for each in answers] if same > 4 else answers
