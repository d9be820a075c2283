"""The header of track tables: quiet words, an arrow at each column that sorts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QTableView

from musiclib.gui.icons import paint_icon
from musiclib.gui.models.track_columns import NUMERIC, SORT_KEYS, TrackColumn
from musiclib.gui.theme import Theme

Order = tuple[tuple[TrackColumn, bool], ...]
"""Columns by which rows are sorted, the first one first; True: from the greatest down."""


class TrackHeader(QHeaderView):
    """A click sorts by a column, then the other way round, then no more; with Shift it is one more key.

    In a table whose columns are a person's to choose (`free`), `drawn` carries a column and its new width,
    `rearranged` the order of all, `menu_wanted` the column under the pointer and a place on the screen.
    """

    order_changed = Signal(object)
    drawn = Signal(object, int)
    rearranged = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(
        self, theme: Theme, columns: Sequence[TrackColumn], sortable: bool, parent: QTableView
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme, self._columns = theme, list(columns)
        self._sortable = sortable
        self._order: Order = ()
        self._shift = False
        self.placing = False
        """While the table itself moves and sizes the columns."""
        self.setSectionsClickable(sortable)
        mode = QHeaderView.ResizeMode
        self.setSectionResizeMode(mode.Interactive if sortable else mode.Fixed)
        self.setMinimumSectionSize(theme.size("hit_min"))
        self.setFont(theme.font("small"))
        if sortable:
            self.setSectionsMovable(True)
            self.setFirstSectionMovable(False)
            self.sectionClicked.connect(self._on_click)
            self.sectionResized.connect(self._on_resized)
            self.sectionMoved.connect(self._on_moved)
            self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            self.customContextMenuRequested.connect(self._ask_for_menu)
            self.setToolTip(self.tr("Shift and a click sort by one more column"))

    def order(self) -> Order:
        return self._order

    def set_order(self, order: Order) -> None:
        """Sort by these columns; those there is no order of are left out."""
        known = tuple((column, down) for column, down in order if column in SORT_KEYS)
        if known != self._order:
            self._order = known
            self.viewport().update()
            self.order_changed.emit(known)

    def sort_by(self, column: TrackColumn, also: bool = False) -> None:
        """As by a click on the column; `also`: as by one with Shift."""
        if column not in SORT_KEYS:
            return
        kept = dict(self._order) if also or list(dict(self._order)) == [column] else {}
        if column not in kept:
            kept[column] = False
        elif not kept[column]:
            kept[column] = True
        else:
            del kept[column]
        self.set_order(tuple(kept.items()))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._theme.size("header"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mouseReleaseEvent(event)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme, column = self._theme, self._columns[section]
        painter.save()
        painter.fillRect(rect, theme.color("bg.content"))
        line = QRect(rect.left(), rect.bottom(), rect.width(), 1)
        painter.fillRect(line, theme.color("line.strong"))
        text = str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")
        sorting = column in dict(self._order)
        font = theme.font("small")
        if sorting:
            font.setWeight(theme.font("body_strong").weight())
        painter.setFont(font)
        painter.setPen(theme.color("text.primary" if sorting else "text.secondary"))
        align = Qt.AlignmentFlag.AlignLeft
        if column in NUMERIC:
            align = Qt.AlignmentFlag.AlignRight
        elif column is TrackColumn.KEY:
            align = Qt.AlignmentFlag.AlignHCenter
        inset = theme.space(3) if column is TrackColumn.STATE else theme.space(1)
        inner = rect.adjusted(inset, 0, -theme.space(1), -1)
        painter.drawText(inner, align | Qt.AlignmentFlag.AlignVCenter, text)
        if sorting:
            bounds = painter.boundingRect(inner, align | Qt.AlignmentFlag.AlignVCenter, text)
            self._paint_arrow(painter, inner, bounds, column, align == Qt.AlignmentFlag.AlignLeft)
        painter.restore()

    def _paint_arrow(
        self, painter: QPainter, inner: QRect, bounds: QRect, column: TrackColumn, after: bool
    ) -> None:
        """Behind words that stand at the left, else before them; its rank where several columns sort."""
        side = round(self._theme.icon("inline")) - 2
        left = bounds.right() + 3 if after else bounds.left() - side - 2
        place = QRect(left, inner.center().y() - side // 2, side, side)
        down = dict(self._order)[column]
        paint_icon(painter, place, "arrow-down" if down else "arrow-up", self._theme, "text.primary")
        if len(self._order) < 2:
            return
        rank = 1 + [each for each, _ in self._order].index(column)
        painter.setFont(self._theme.font("micro", tabular=True))
        painter.setPen(self._theme.color("text.secondary"))
        width = painter.fontMetrics().horizontalAdvance(str(rank))
        beside = QRect(place.right() + 1 if after else left - width, inner.top(), width + 1, inner.height())
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, str(rank))

    def _on_click(self, section: int) -> None:
        self.sort_by(self._columns[section], also=self._shift)

    def _on_resized(self, section: int, old: int, new: int) -> None:
        if not self.placing and old and new:
            self.drawn.emit(self._columns[section], new)

    def _on_moved(self, _section: int, _old: int, _new: int) -> None:
        if not self.placing:
            visual = range(self.count())
            self.rearranged.emit([self._columns[self.logicalIndex(place)] for place in visual])

    def _ask_for_menu(self, at: QPoint) -> None:
        section = self.logicalIndexAt(at)
        column = self._columns[section] if section >= 0 else None
        self.menu_wanted.emit(column, self.viewport().mapToGlobal(at))
