"""Albums in cells of one size: where one stands is reckoned, never laid out."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QAbstractItemView

from musiclib.gui.widgets.album_view import AlbumView

Index = QModelIndex | QPersistentModelIndex

_Hint = QAbstractItemView.ScrollHint
_Action = QAbstractItemView.CursorAction


class EvenAlbums(AlbumView):
    """Line after line of cells, each line from the left.

    Qt's list lays all of them out anew whenever some come or others are found, and asks the model several
    times for each: a twentieth of a second of 25,000. It is still a `QListView`, by which screen readers
    know what it is.
    """

    columns = 1
    cell = QSize(1, 1)

    def set_cells(self, columns: int, size: QSize) -> None:
        """So many beside each other, each of that size."""
        if (columns, size) != (self.columns, self.cell):
            self.columns, self.cell = columns, size
            self.updateGeometries()
            self.viewport().update()

    def cell_rect(self, place: int) -> QRect:
        """Where the album of that place stands in the viewport, or would if it were in view."""
        line, column = divmod(place, self.columns)
        size = self.cell
        width, height = size.width(), size.height()
        return QRect(column * width, line * height - self.verticalOffset(), width, height)

    # -- what Qt asks a view

    def visualRect(self, index: Index) -> QRect:
        return self.cell_rect(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        size = self.cell
        column, line = point.x() // size.width(), (point.y() + self.verticalOffset()) // size.height()
        place = line * self.columns + column
        inside = 0 <= column < self.columns and 0 <= place < self.albums.rowCount()
        return self.albums.index(place) if inside else QModelIndex()

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        height, lines = self.cell.height(), -(-self.albums.rowCount() // self.columns)
        bar, page = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(height)
        bar.setPageStep(page)
        bar.setRange(0, max(0, lines * height - page))
        QAbstractItemView.updateGeometries(self)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = _Hint.EnsureVisible) -> None:
        if not index.isValid():
            return
        self.executeDelayedItemsLayout()  # the scroll bar may not know yet how many there are
        rect, view, bar = self.visualRect(index), self.viewport().rect(), self.verticalScrollBar()
        if hint is _Hint.PositionAtCenter:
            by = rect.center().y() - view.center().y()
        elif hint is _Hint.PositionAtTop or (hint is _Hint.EnsureVisible and rect.top() < 0):
            by = rect.top()
        elif hint is _Hint.PositionAtBottom or rect.bottom() > view.bottom():
            by = rect.bottom() - view.bottom()
        else:
            by = 0
        bar.setValue(bar.value() + by)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        count, place = self.albums.rowCount(), self.currentIndex().row()
        if not count:
            return QModelIndex()
        if place < 0:
            return self.albums.index(0)
        # A line of the page before stays in view.
        page = max(1, self.viewport().height() // self.cell.height() - 1) * self.columns
        by = {
            _Action.MoveLeft: -1,
            _Action.MovePrevious: -1,
            _Action.MoveRight: 1,
            _Action.MoveNext: 1,
            _Action.MoveUp: -self.columns,
            _Action.MoveDown: self.columns,
            _Action.MovePageUp: -page,
            _Action.MovePageDown: page,
            _Action.MoveHome: -place,
            _Action.MoveEnd: count - 1 - place,
        }[action]
        return self.albums.index(self._reached(place, by, count))

    def _reached(self, place: int, by: int, count: int) -> int:
        """Above the first line and below the last nothing is; the last may have no album below this one."""
        wanted = place + by
        if wanted < 0:
            return place % self.columns if abs(by) > self.columns else place
        if wanted < count:
            return wanted
        last_line = (count - 1) // self.columns
        return place if place // self.columns == last_line else count - 1

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        selection = QItemSelection()
        if self.state() is QAbstractItemView.State.DragSelectingState:
            runs = list(self._runs_within(rect.normalized()))
        else:  # from the first that was chosen, at the rectangle's beginning, to the one at its end
            ends = [self.indexAt(rect.topLeft()).row(), self.indexAt(rect.bottomRight()).row()]
            runs = [(min(ends), max(ends))] if min(ends) >= 0 else []
        for first, last in runs:
            selection.select(self.albums.index(first), self.albums.index(last))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region, shown = QRegion(), self.places_within(self.viewport().rect())
        for each in (selection.at(nth) for nth in range(selection.count())):
            for place in range(max(each.top(), shown.start), min(each.bottom() + 1, shown.stop)):
                region += self.cell_rect(place)
        return region

    # -- painting

    def paint_albums(self, event: QPaintEvent) -> None:
        painter, region = QPainter(self.viewport()), event.region()
        delegate, selection = self.delegate(), self.selectionModel()
        some, current = selection.hasSelection(), self.currentIndex().row()
        for place in self.places_within(event.rect()):
            cell = self.cell_rect(place)
            row = self.albums.album_at(place)
            if row is not None and region.intersects(cell):
                selected = some and selection.isRowSelected(place, QModelIndex())
                delegate.paint_album(painter, cell, row, place, selected=selected, current=place == current)
        painter.end()

    def places_within(self, area: QRect) -> range:
        """Of the lines that show there."""
        height, top = self.cell.height(), self.verticalOffset()
        first, last = (area.top() + top) // height, (area.bottom() + top) // height
        count = self.albums.rowCount()
        return range(min(count, max(0, first * self.columns)), min(count, (last + 1) * self.columns))

    def _runs_within(self, area: QRect) -> Iterator[tuple[int, int]]:
        """The first and last place of each line's cells that lie there."""
        width, places = self.cell.width(), self.places_within(area)
        left = max(0, area.left() // width)
        right = min(self.columns - 1, area.right() // width)
        for begin in range(places.start, places.stop, self.columns):
            first, last = begin + left, min(begin + right, places.stop - 1)
            if first <= last:
                yield first, last
