"""The table of tracks on the album page and the tracks page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QDropEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from musiclib.domain.ids import ArtId, TrackId
from musiclib.domain.rows import TrackRow
from musiclib.domain.states import BadgeState
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.track_cells import TrackDelegate, shown_art
from musiclib.gui.models.column_plan import ColumnPlan
from musiclib.gui.models.track_columns import TrackColumn, TrackLayout
from musiclib.gui.models.track_table import PLACES_MIME, TrackModel
from musiclib.gui.selection import selected_count, selected_rows
from musiclib.gui.widgets.settled_table import SettledTable
from musiclib.gui.widgets.track_header import TrackHeader
from musiclib.gui.widgets.type_ahead import TypeAhead

Index = QModelIndex | QPersistentModelIndex

_WIDEST = 600


class TrackTable(SettledTable):
    """Rows of tracks. `track_opened` by Enter or double click, `track_chosen` when the current row moves.

    In a list whose order can be changed, `move_wanted` carries the row before which the selected ones are to
    stand; it is sent by dragging, and by Alt+Up and Alt+Down.
    """

    track_chosen = Signal(object)
    track_opened = Signal(object)
    chosen_rows_changed = Signal()
    move_wanted = Signal(int)
    plan_changed = Signal()
    typed_ahead = Signal(str)
    """Letters typed one after the other into a table of the library: a name is looked for."""
    band = 720
    """Rows are painted so fast that most windows need no second turn."""

    def __init__(
        self,
        context: AppContext,
        model: TrackModel,
        layout: TrackLayout,
        sortable: bool = False,
        movable: bool = False,
    ) -> None:
        theme = context.theme
        super().__init__(theme)
        self._movable = movable
        self._context, self._layout, self._tracks = context, layout, model
        self.cells = TrackDelegate(theme, context.art, layout.version_under_title, self)
        self.setItemDelegate(self.cells)
        self.commands: Mapping[str, Callable[[], object]] = {}
        """What single letters do at this moment, instead of beginning a name."""
        self._ahead = TypeAhead(theme) if sortable else None
        self.plan = ColumnPlan.of(layout)
        self.row_height = layout.row_height
        self.header = TrackHeader(theme, model.columns, sortable, self)
        self.header.drawn.connect(self._on_drawn)
        self.header.rearranged.connect(lambda order: self.set_plan(self.plan.ordered(order)))
        self.setHorizontalHeader(self.header)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_row_height()
        if movable:
            self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
            self.setDragDropOverwriteMode(False)
        self.activated.connect(self._open)
        theme.changed.connect(self.viewport().update)
        context.art.ready.connect(self._on_art)

    def chosen_ids(self) -> list[TrackId]:
        """The selected tracks in the order shown."""
        return [self._tracks.id_at(place) for place in self.chosen_places()]

    def chosen_tracks(self) -> list[TrackRow]:
        """The rows of the selected tracks in the order shown, as far as they have been read."""
        rows = (self._tracks.row_at(place) for place in self.chosen_places())
        return [row for row in rows if row is not None]

    def current_track(self) -> TrackRow | None:
        index = self.currentIndex()
        return self._tracks.row_at(index.row()) if index.isValid() else None

    def rows_in_view(self) -> int:
        """How many rows there is room for at this size, a part of one included."""
        return -(-self.viewport().height() // self.verticalHeader().defaultSectionSize()) + 1

    def chosen_count(self) -> int:
        return selected_count(self)

    def chosen_places(self) -> list[int]:
        """The selected rows, from the top."""
        return selected_rows(self)

    def choose_places(self, places: Sequence[int]) -> None:
        """Select these rows; the first is the current one."""
        flags = self.selectionModel().SelectionFlag
        self.choose_place(places[0])
        for place in places[1:]:
            self.selectionModel().select(self._tracks.index(place, 0), flags.Select | flags.Rows)

    def choose_place(self, place: int) -> None:
        """Make a row the current and only selected one, whatever keys are held."""
        index, flags = self._tracks.index(place, 0), self.selectionModel().SelectionFlag
        self.setCurrentIndex(index)
        self.selectionModel().select(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def turn(self, turn: float) -> None:
        """Repaint the badges that turn, and nothing else."""
        self.cells.turn = turn
        self._update_cells(TrackColumn.STATE, lambda row: row.badge.state is BadgeState.RUNNING)

    def set_plan(self, plan: ColumnPlan) -> None:
        """Show these columns, in that order and so wide."""
        if plan != self.plan:
            self.plan = plan
            self._fit()
            self.plan_changed.emit()

    def set_row_height(self, name: str) -> None:
        """Rows are as high as the size of this name."""
        self.row_height = name
        self._set_row_height()

    def sizeHintForColumn(self, column: int) -> int:
        """Room for what stands in the rows in view."""
        metrics = QFontMetrics(self._context.theme.font("title_in_row"))
        top, bottom = max(0, self.rowAt(0)), self.rowAt(self.viewport().height() - 1)
        last = bottom if bottom >= 0 else self._tracks.rowCount() - 1
        texts = (str(self._tracks.index(row, column).data() or "") for row in range(top, last + 1))
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        least = next(least for each, least, _ in self._layout.columns if each is self._tracks.columns[column])
        return min(_WIDEST, max(widest + self._context.theme.space(3), least))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paint_rows(self, event: QPaintEvent) -> None:
        if self.state() is QAbstractItemView.State.DraggingState:  # Qt alone knows where the drop would go
            super().paint_rows(event)
            return
        area, region = event.rect(), event.region()
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        if first < 0:
            return
        last = last if last >= 0 else self._tracks.rowCount() - 1
        selection = self.selectionModel()
        some = selection.hasSelection()
        painter, width = QPainter(self.viewport()), self.header.length()
        top, height = self.rowViewportPosition(first), self.rowHeight(first)
        cells, within = [], QRect()
        for place in range(first, last + 1):
            rect = QRect(0, top, width, height)
            top += height
            part = region.intersected(rect).boundingRect()
            if part.isEmpty():
                continue
            if (part.left(), part.right()) != (within.left(), within.right()):
                cells, within = self._cells_within(part), part
            chosen = some and selection.isRowSelected(place, QModelIndex())
            self.cells.paint_row(painter, self._tracks, place, rect, cells, chosen)
        painter.end()

    def _cells_within(self, area: QRect) -> list[tuple[TrackColumn, int, int]]:
        """The columns that show there, with their left edges and widths."""
        header, found = self.header, []
        for section, column in enumerate(self._tracks.columns):
            left, width = header.sectionViewportPosition(section), header.sectionSize(section)
            if width and left <= area.right() and left + width > area.left():
                found.append((column, left, width))
        return found

    def dataChanged(self, top_left: Index, bottom_right: Index, roles: Sequence[int] = ()) -> None:
        """Repaint the rows that changed: Qt paints the whole table anew, for rows out of view too."""
        if QAccessible.isActive():
            super().dataChanged(top_left, bottom_right, roles)
            return
        top = self.rowViewportPosition(top_left.row())
        bottom = self.rowViewportPosition(bottom_right.row()) + self.rowHeight(bottom_right.row())
        self.viewport().update(0, top, self.viewport().width(), bottom - top)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.track_chosen.emit(self._tracks.id_at(current.row()) if current.isValid() else None)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.chosen_rows_changed.emit()

    def reset(self) -> None:
        """Other rows: none is chosen any more, which Qt does not tell."""
        super().reset()
        self.chosen_rows_changed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        if event.text() and event.text() in "[]":
            self.step(-1 if event.text() == "[" else 1)
            return
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and event.text() in self.commands:
            self.commands[event.text()]()
            return
        if self._ahead is not None and (typed := self._ahead.taken(event)):
            self.typed_ahead.emit(typed)
            return
        way = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if self._movable and way is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.shift_chosen(way)
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Not in a table of the library: Qt would look through every row, and so read them all."""
        if self._ahead is None:
            super().keyboardSearch(search)

    def dropEvent(self, event: QDropEvent) -> None:
        if not event.mimeData().hasFormat(PLACES_MIME):
            return
        index = self.indexAt(event.position().toPoint())
        below = self.dropIndicatorPosition() == QAbstractItemView.DropIndicatorPosition.BelowItem
        # Copy, not move: the new order comes back through the service, the view removes nothing itself.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.move_wanted.emit(index.row() + below if index.isValid() else self._tracks.rowCount())

    def shift_chosen(self, by: int) -> None:
        """Ask for the selected rows one place up (-1) or down (1)."""
        places = self.chosen_places()
        before = places[0] - 1 if by < 0 and places else places[-1] + 2 if places else -1
        if 0 <= before <= self._tracks.rowCount():
            self.move_wanted.emit(before)

    def step(self, by: int) -> None:
        """Go to the row that many below, if there is one."""
        place = self.currentIndex().row() + by
        if 0 <= place < self._tracks.rowCount():
            self.choose_place(place)

    def _hover(self, row: int) -> None:
        old, self.cells.hover_row = self.cells.hover_row, row
        if old == row:
            return
        for each in (old, row):
            if each >= 0:
                top, height = self.rowViewportPosition(each), self.rowHeight(each)
                self.viewport().update(0, top, self.viewport().width(), height)

    def _set_row_height(self) -> None:
        theme = self._context.theme
        lines = theme.line("title_in_row") + (theme.line("small") if self._layout.version_under_title else 0)
        air = 6 if self.row_height == self._layout.row_height else 2
        self.verticalHeader().setDefaultSectionSize(max(theme.size(self.row_height), lines + air))

    def _on_drawn(self, column: TrackColumn, width: int) -> None:
        self.set_plan(self.plan.drawn(column, width, self.viewport().width()))
        self._fit()  # where nothing could give way, the plan is what it was, and the column is not

    def _fit(self) -> None:
        widths = self.plan.fitted(self.viewport().width())
        header, columns = self.header, self._tracks.columns
        header.placing = True
        for place, column in enumerate(self.plan.order):
            section = columns.index(column)
            if header.visualIndex(section) != place:
                header.moveSection(header.visualIndex(section), place)
            self.setColumnHidden(section, column not in widths)
            if column in widths and self.columnWidth(section) != widths[column]:
                self.setColumnWidth(section, widths[column])
        header.placing = False
        no_artist = TrackColumn.ARTIST in self.plan.shown and TrackColumn.ARTIST not in widths
        if self.cells.artist_under_title != no_artist:
            self.cells.artist_under_title = no_artist
            self.viewport().update()

    def _open(self, index: QModelIndex) -> None:
        self.track_opened.emit(self._tracks.id_at(index.row()))

    def _on_art(self, art_id: ArtId | None, title: str) -> None:
        if TrackColumn.ART in self._tracks.columns:
            self._update_cells(TrackColumn.ART, lambda row: shown_art(row) == (art_id, title))

    def _update_cells(self, column: TrackColumn, test: Callable[[TrackRow], bool]) -> None:
        """Repaint this column's cell of each row in view that passes the test."""
        section = self._tracks.columns.index(column)
        top, bottom = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        last = bottom if bottom >= 0 else self._tracks.rowCount() - 1
        for place in range(max(top, 0), last + 1):
            row = self._tracks.row_at(place)
            if row is not None and test(row):
                self.update(self._tracks.index(place, section))
