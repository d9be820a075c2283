"""The menus of a track table: its columns, what sorts it, how dense it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from musiclib.gui.models.column_plan import FIXED, ColumnPlan
from musiclib.gui.models.track_columns import SORT_KEYS, TrackColumn, long_title
from musiclib.gui.widgets.track_table import TrackTable

COMPACT = "row_compact"
"""Name of a size in the tokens."""


class ColumnsMenu(QMenu):
    """Stays open while columns are chosen; Alt+Up and Alt+Down move the one that is pointed at."""

    def __init__(self, table: TrackTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._table = table
        self._columns: dict[QAction, TrackColumn] = {}
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        column = self._columns.get(action) if action is not None else None
        way = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if column is None:
            super().keyPressEvent(event)
        elif way is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._table.set_plan(self._table.plan.moved(column, way))
            self._fill()
            self.setActiveAction(next(each for each, held in self._columns.items() if held is column))
        elif event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            action.trigger()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if action in self._columns:
            action.trigger()
        else:
            super().mouseReleaseEvent(event)

    def _fill(self) -> None:
        self.clear()
        self._columns.clear()
        plan = self._table.plan
        for column in plan.order:
            if column in FIXED:
                continue
            action = self.addAction(long_title(column))
            action.setCheckable(True)
            action.setChecked(column in plan.shown)
            action.setToolTip(self.tr("Alt+Up and Alt+Down move it"))
            action.toggled.connect(partial(self._show, column))
            self._columns[action] = column
        self.addSeparator()
        self.addMenu(sort_menu(self._table, self))
        self.addAction(self.tr("Columns as at first"), self._reset)

    def _show(self, column: TrackColumn, on: bool) -> None:
        self._table.set_plan(self._table.plan.showing(column, on))

    def _reset(self) -> None:
        self._table.set_plan(ColumnPlan.of(self._table.plan.layout))


def sort_menu(table: TrackTable, parent: QWidget) -> QMenu:
    """What sorts the table, by keys; with Shift held, one more column."""
    menu = _SortMenu(table, parent)
    order = dict(table.header.order())
    for column in table.plan.order:
        if column in SORT_KEYS:
            rank = f" {1 + list(order).index(column)}" if len(order) > 1 and column in order else ""
            arrow = ("  ↓" if order[column] else "  ↑") + rank if column in order else ""
            menu.add(column, arrow)
    menu.addSeparator()
    menu.addAction(menu.tr("As they were added"), lambda: table.header.set_order(()))
    return menu


class _SortMenu(QMenu):
    def __init__(self, table: TrackTable, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Sort by"))
        self._table = table
        self._also = False

    def add(self, column: TrackColumn, mark: str) -> None:
        self.addAction(long_title(column) + mark, partial(self._sort, column))

    def _sort(self, column: TrackColumn) -> None:
        self._table.header.sort_by(column, also=self._also)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._also = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._also = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mouseReleaseEvent(event)


def column_menu(table: TrackTable, column: TrackColumn | None, parent: QWidget) -> QMenu:
    """Of one header: sort, move, hide; and all that the Columns button has."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(words: str, act: Callable[[], object], possible: bool = True) -> None:
        if possible:
            menu.addAction(words, act)

    if column is not None and column in SORT_KEYS:
        add(menu.tr("Sort from the least up"), lambda: table.header.set_order(((column, False),)))
        add(menu.tr("Sort from the greatest down"), lambda: table.header.set_order(((column, True),)))
        sorted_by = dict(table.header.order())
        add(
            menu.tr("Sort by this, too"),
            lambda: table.header.sort_by(column, also=True),
            bool(sorted_by) and column not in sorted_by,
        )
        menu.addSeparator()
    if column is not None and column not in FIXED:
        add(menu.tr("Move left"), lambda: table.set_plan(table.plan.moved(column, -1)))
        add(menu.tr("Move right"), lambda: table.set_plan(table.plan.moved(column, 1)))
        add(menu.tr("Hide"), lambda: table.set_plan(table.plan.showing(column, False)))
        menu.addSeparator()
    columns = ColumnsMenu(table, menu)
    columns.setTitle(menu.tr("Columns"))
    menu.addMenu(columns)
    return menu


def density_menu(table: TrackTable, parent: QWidget) -> QMenu:
    """Rows of the usual height, or lower ones."""
    menu = QMenu(parent)
    group = QActionGroup(menu)
    usual = table.plan.layout.row_height
    for name, words in ((usual, menu.tr("Comfortable")), (COMPACT, menu.tr("Compact"))):
        action = QAction(words, group, checkable=True)
        action.triggered.connect(lambda _on=False, name=name: table.set_row_height(name))
        action.setData(name)
        menu.addAction(action)

    def mark() -> None:
        for action in group.actions():
            action.setChecked(action.data() == table.row_height)

    menu.aboutToShow.connect(mark)
    return menu
