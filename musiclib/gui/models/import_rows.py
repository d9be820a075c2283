"""The preview's rows for a table view: read, edited in place, with what each means for the album."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from musiclib.gui.models.import_draft import Draft, DraftRow, Mark, Value
from musiclib.services.import_types import PreviewRow, RowVerdict

Index = QModelIndex | QPersistentModelIndex
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")


class Column(IntEnum):
    READ = 0
    NUMBER = 1
    CUE = 2
    ARTIST = 3
    TITLE = 4
    LABEL = 5
    ALBUM = 6


FIELD_OF = {Column.CUE: "start_s", Column.ARTIST: "artist", Column.TITLE: "title", Column.LABEL: "label"}

_CHOSEN_ONLY = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITABLE = _CHOSEN_ONLY | Qt.ItemFlag.ItemIsEditable


def cue_words(seconds: float | None) -> str:
    """1:02:09 or 3:12; empty where the list gives none."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def read_cue(text: str) -> float | None:
    """Seconds of "3:12" or "1:02:09"; None for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    if not found or int(found[3]) > 59:
        return None
    return int(found[1] or 0) * 3600.0 + int(found[2]) * 60 + int(found[3])


def verdict_words() -> dict[RowVerdict, str]:
    """What a row means for the album, in a word or two."""
    tr = partial(QCoreApplication.translate, "ImportRowsModel")
    return {
        RowVerdict.SAME: tr("Same"),
        RowVerdict.NOW_KNOWN: tr("Now known"),
        RowVerdict.CHANGED: tr("Changed"),
        RowVerdict.STILL_ID: tr("Still an ID"),
        RowVerdict.NEW: tr("New"),
        RowVerdict.LINKED: tr("Linked"),
    }


@dataclass(frozen=True, slots=True)
class Comparison:
    """What each row of a draft means for an album. Made off the GUI thread, then only read."""

    rows: tuple[PreviewRow, ...] = ()
    by_row: Mapping[int, PreviewRow] = field(default_factory=dict)
    """By the row of the draft; the service has not seen the rows left out."""
    counts: Counter[RowVerdict] = field(default_factory=Counter)

    @classmethod
    def of(cls, draft: Draft, rows: tuple[PreviewRow, ...]) -> Comparison:
        kept = [index for index, row in enumerate(draft.rows) if row.counts]
        by_row = {kept[each.index]: each for each in rows if each.index < len(kept)}
        return cls(rows, by_row, Counter(row.verdict for row in rows))


class ImportRowsModel(QAbstractTableModel):
    """`edited` asks for a change: (row index, field, value); the new reading brings it back."""

    edited = Signal(int, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[DraftRow, ...] = ()
        self._verdicts: Mapping[int, PreviewRow] = {}
        self._headers = (
            self.tr("Read"),
            self.tr("#"),
            self.tr("Cue"),
            self.tr("Artist"),
            self.tr("Title and version"),
            self.tr("Label"),
            self.tr("In the album"),
        )
        self._verdict_words = verdict_words()
        self._display: dict[Column, Callable[[DraftRow, int], str]] = {
            Column.READ: lambda row, _: self.mark_words(row),
            Column.NUMBER: lambda _, index: str(index + 1),
            Column.CUE: lambda row, _: cue_words(row.track.start_s),
            Column.ARTIST: lambda row, _: row.track.artist,
            Column.TITLE: lambda row, _: row.track.title,
            Column.LABEL: lambda row, _: row.track.label or "",
            Column.ALBUM: lambda _, index: self.verdict_words(index),
        }

    def show(self, draft: Draft, comparison: Comparison) -> None:
        """Take a reading. Rows of the same number keep their place; only their content is told anew."""
        verdicts = comparison.by_row
        if len(draft.rows) != len(self._rows):
            self.beginResetModel()
            self._rows, self._verdicts = draft.rows, verdicts
            self.endResetModel()
            return
        if draft.rows == self._rows and verdicts == self._verdicts:
            return
        self._rows, self._verdicts = draft.rows, verdicts
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, Column.ALBUM))

    def row(self, index: int) -> DraftRow:
        return self._rows[index]

    def text(self, index: int, column: Column) -> str:
        """What stands in a cell."""
        return self._display[column](self._rows[index], index)

    def rows(self) -> tuple[DraftRow, ...]:
        return self._rows

    def verdict(self, index: int) -> RowVerdict | None:
        found = self._verdicts.get(index)
        return found.verdict if found else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = section in {Column.NUMBER, Column.CUE}
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], Column(index.column())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return self.text(index.row(), column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(row, column, index.row())
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _EDITABLE if index.column() in FIELD_OF else _CHOSEN_ONLY

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        field = FIELD_OF.get(Column(index.column())) if index.isValid() else None
        if field is None or role != Qt.ItemDataRole.EditRole:
            return False
        text = str(value).strip()
        if text == self.data(index):
            return False
        wanted: Value = text
        if field == "start_s":
            wanted = read_cue(text)
            if wanted is None and text:
                return False
        self.edited.emit(index.row(), field, wanted)
        return True

    def mark_words(self, row: DraftRow) -> str:
        """How the row was read, in words."""
        return {
            Mark.SURE: self.tr("Read"),
            Mark.UNSURE: self.tr("Unsure"),
            Mark.ID: self.tr("ID"),
            Mark.LEFT_OUT: self.tr("Left out"),
        }.get(row.mark, "")

    def verdict_words(self, index: int) -> str:
        verdict = self.verdict(index)
        if verdict is None:
            return self.tr("Left out") if self._rows[index].mark is Mark.LEFT_OUT else ""
        return self._verdict_words[verdict]

    def _tooltip(self, row: DraftRow, column: Column, index: int) -> str:
        if column is Column.READ:
            return self._reason(row)
        if column is Column.ALBUM:
            return self._verdict_reason(index)
        return str(self._display[column](row, index))

    def _reason(self, row: DraftRow) -> str:
        if row.mark is Mark.LEFT_OUT:
            return self.tr("You left this row out. Delete takes it back in.")
        if row.edited:
            return self.tr("Edited by you.")
        if row.mark is Mark.ID:
            return self.tr("Unknown music. It is kept as a track that waits for its name.")
        if row.mark is Mark.UNSURE:
            return {
                "no_separator": self.tr("No sign between artist and title was found. Edit it or teach it."),
            }.get(row.reason, self.tr("The parts of this line are not clear. Edit it or teach it."))
        return self.tr("Read as you taught it.") if row.reason == "taught" else ""

    def _verdict_reason(self, index: int) -> str:
        found = self._verdicts.get(index)
        if found is None:
            return ""
        if found.was:
            return self.tr("On the album it is: {was}").format(was=found.was)
        if found.verdict is RowVerdict.LINKED:
            return self.tr("This track is in your library. It is put on the album, not doubled.")
        return ""
