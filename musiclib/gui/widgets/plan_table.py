"""The table of a plan: arrows go by cell, Space ticks, Shift+Space ticks the column, Enter says why."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from musiclib.domain.bulk_plan import CellState
from musiclib.domain.ids import ArtId
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.plan_cell import ON, PlanDelegate
from musiclib.gui.models.bulk_plan import BulkPlanModel
from musiclib.gui.painting.ticks import SIDE, paint_tick
from musiclib.gui.theme import Theme

_WIDTHS = {
    "label": 196,
    "original_year": 154,
    "isrc": 206,
    "genres": 200,
    "popularity": 140,
    "spotify_id": 250,
}
_LEAST_FOR_TRACKS = 320


class PlanHeader(QHeaderView):
    """Each column with a box of its own, and how many of its cells are written."""

    def __init__(self, theme: Theme, model: BulkPlanModel, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme, self._plan = theme, model
        self.setSectionsClickable(True)
        self.setMinimumSectionSize(theme.size("hit_min"))
        self.setHighlightSections(False)
        self.sectionClicked.connect(model.toggle_column)
        model.changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(self._theme.size("header"), 36))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme, model = self._theme, self._plan
        painter.save()
        painter.fillRect(rect, theme.color("bg.content"))
        line = QRect(rect.left(), rect.bottom(), rect.width(), 1)
        painter.fillRect(line, theme.color("line.strong"))
        left = rect.left() + (theme.space(3) if section else theme.space(6))
        if section:
            painter.fillRect(QRect(rect.left(), rect.top(), 1, rect.height()), theme.color("line.subtle"))
        ticks = model.column_ticks(section)
        if ticks in ON:
            paint_tick(painter, left, rect.center().y(), ON[ticks], theme)
        left += SIDE + theme.space(2 if section else 3)
        middle = Qt.AlignmentFlag.AlignVCenter
        font = theme.font("body_strong" if section else "body")
        painter.setFont(font)
        painter.setPen(theme.color("text.primary" if section else "text.secondary"))
        name = model.name(section)
        painter.drawText(QRect(left, rect.top(), rect.right() - left, rect.height()), middle, name)
        if (column := model.column_at(section)) is not None:
            left += QFontMetrics(font).horizontalAdvance(name) + theme.space(2)
            painter.setFont(theme.font("body", tabular=True))
            painter.setPen(theme.color("text.secondary"))
            count = wording.number(column.count(CellState.WRITE))
            painter.drawText(QRect(left, rect.top(), rect.right() - left, rect.height()), middle, count)
        painter.restore()


class PlanTable(QTableView):
    why_wanted = Signal(QModelIndex, QPoint)
    """To be told why a cell is as it is, at a place on the screen."""

    def __init__(self, context: AppContext, model: BulkPlanModel) -> None:
        super().__init__()
        self._plan = model
        self.cells = PlanDelegate(context.theme, context.art, self)
        self.setModel(model)
        self.setItemDelegate(self.cells)
        self.setHorizontalHeader(PlanHeader(context.theme, model, self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.cells.row_height())
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        model.modelReset.connect(self._fit)
        context.theme.changed.connect(self.viewport().update)
        context.art.ready.connect(self._on_art)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if not index.isValid():
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._plan.toggle_column(index.column())
            else:
                self._plan.toggle(index)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._ask_why(index)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        if event.button() is Qt.MouseButton.LeftButton and self._is_box(index, at):
            self._plan.toggle(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        index = self.indexAt(at)
        if self._is_box(index, at):
            self._plan.toggle(index)
        elif index.isValid():
            self._ask_why(index)

    def _is_box(self, index: QModelIndex, at: QPoint) -> bool:
        return index.isValid() and self.cells.box_of(self.visualRect(index), index).contains(at)

    def _ask_why(self, index: QModelIndex) -> None:
        if index.column():
            at = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            self.why_wanted.emit(index, at)

    def _fit(self) -> None:
        """The fields have their widths; the tracks have the rest."""
        rest = self.viewport().width()
        for section, column in enumerate(self._plan.plan.columns, 1):
            self.setColumnWidth(section, _WIDTHS[column.field])
            rest -= _WIDTHS[column.field]
        if self._plan.columnCount():
            self.setColumnWidth(0, max(_LEAST_FOR_TRACKS, rest))

    def _on_art(self, _art_id: ArtId | None, _title: str) -> None:
        self.viewport().update()
