"""What accepting all from a score on would take, with a tick for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from musiclib.domain.ids import CandidateId, TrackId
from musiclib.gui import wording
from musiclib.services.review_types import Acceptance

Index = QModelIndex | QPersistentModelIndex


def _tr(text: str) -> str:
    return QCoreApplication.translate("review", text)


def _name(artist: str, title: str, version: str | None) -> str:
    return f"{artist} – {title} ({version})" if version else f"{artist} – {title}"


class AcceptanceModel(QAbstractTableModel):
    """Columns: the track, what it would become, why it asks, source, score; the first has the tick."""

    ticks_changed = Signal()

    def __init__(self, reasons: Mapping[TrackId, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reasons = reasons
        self._all: list[Acceptance] = []
        self._shown: list[Acceptance] = []
        self._left_out: set[TrackId] = set()

    def set_all(self, found: Sequence[Acceptance]) -> None:
        """Every track that has a candidate, from whatever score."""
        self._all = sorted(found, key=lambda each: -each.score)

    def scores(self) -> list[float]:
        return [each.score for each in self._all]

    def show_from(self, least: float) -> None:
        """Those whose best candidate has at least this score."""
        self.beginResetModel()
        self._shown = [each for each in self._all if each.score >= least]
        self.endResetModel()
        self.ticks_changed.emit()

    def chosen(self) -> list[tuple[TrackId, CandidateId]]:
        """What is ticked."""
        return [
            (each.track_id, each.candidate_id) for each in self._shown if each.track_id not in self._left_out
        ]

    def left_out(self) -> int:
        return len(self._shown) - len(self.chosen())

    def below(self) -> int:
        """How many stay because their score is too low."""
        return len(self._all) - len(self._shown)

    def toggle(self, row: int) -> None:
        self._left_out ^= {self._shown[row].track_id}
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))
        self.ticks_changed.emit()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (_tr("Track"), _tr("Becomes"), _tr("Asks because"), _tr("Source"), _tr("Score"))[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        if (Qt.CheckState(value) is Qt.CheckState.Checked) != self._ticked(index.row()):
            self.toggle(index.row())
        return True

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._shown[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return (
                _name(row.artist, row.title, row.version),
                _name(row.found_artist, row.found_title, row.found_version),
                self._reasons.get(row.track_id, ""),
                wording.source_name(row.provider),
                str(round(row.score)),
            )[index.column()]
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            return Qt.CheckState.Checked if self._ticked(index.row()) else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 4:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _ticked(self, row: int) -> bool:
        return self._shown[row].track_id not in self._left_out
