"""The table of rows on the right: painted by one delegate, edited in place."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.states import BadgeState
from musiclib.gui.dialogs.paste_import.text_pane import paint_mark
from musiclib.gui.icons import paint_icon
from musiclib.gui.models.import_draft import DraftRow, Mark
from musiclib.gui.models.import_rows import Column, ImportRowsModel, verdict_words
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.painting.lettering import Style
from musiclib.gui.selection import selected_rows
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import label
from musiclib.gui.widgets.settled_table import SettledTable
from musiclib.services.import_types import RowVerdict

Index = QModelIndex | QPersistentModelIndex


class VerdictLook(NamedTuple):
    """How a verdict is shown; an empty icon: the badge of an ID."""

    icon: str
    icon_color: str
    color: str
    strong: bool


VERDICT_LOOKS = {
    RowVerdict.SAME: VerdictLook("equals", "text.tertiary", "text.secondary", False),
    RowVerdict.NOW_KNOWN: VerdictLook("sparkle", "accent.text", "accent.text", True),
    RowVerdict.CHANGED: VerdictLook("pencil-simple", "review.glyph", "review.text", True),
    RowVerdict.STILL_ID: VerdictLook("", "neutral.glyph", "neutral.text", False),
    RowVerdict.NEW: VerdictLook("plus", "done.glyph", "done.text", True),
    RowVerdict.LINKED: VerdictLook("link-simple", "done.glyph", "done.text", False),
}

_COLUMNS = tuple(Column)
_LEFT = Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignRight
_SELECTED = QStyle.StateFlag.State_Selected.value
_MOUSE_OVER = QStyle.StateFlag.State_MouseOver.value
_ROW_HEIGHT = 27
_ARTIST_WIDTH = 190
_NARROW_BELOW = 560


def paint_verdict_glyph(painter: QPainter, rect: QRect, verdict: RowVerdict, theme: Theme) -> None:
    """The sign of what a row means for the album, in the middle of `rect`."""
    look = VERDICT_LOOKS[verdict]
    side = round(theme.icon("inline" if look.icon else "badge_row"))
    box = QRect(0, 0, side, side)
    box.moveCenter(rect.center())
    if look.icon:
        paint_icon(painter, box, look.icon, theme, look.icon_color)
    else:
        paint_badge(painter, box.topLeft().toPointF(), side, BadgeState.NOT_FOUND, theme)


class RowDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, model = self._theme, index.model()
        if not isinstance(model, ImportRowsModel):
            return
        row = model.row(index.row())
        column = _COLUMNS[index.column()]
        rect: QRect = option.rect
        state: int = option.state.value
        painter.save()
        if state & _SELECTED:
            painter.fillRect(rect, theme.color("bg.selected"))  # both sides share one selection
        elif state & _MOUSE_OVER:
            painter.fillRect(rect, theme.color("bg.hover"))
        line = QRect(rect.left(), rect.bottom(), rect.width(), 1)
        painter.fillRect(line, theme.color("line.subtle"))
        inner = rect.adjusted(theme.space(2), 0, -theme.space(2), -1)
        out = row.mark is Mark.LEFT_OUT
        if column is Column.READ:
            paint_mark(painter, inner, row.mark, theme)
        elif column is Column.TITLE:
            self._title(painter, inner, row, out)
        elif column is Column.ALBUM:
            self._verdict(painter, inner, model, index.row())
        else:
            self._text(painter, inner, column, model.text(index.row(), column), row, out)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, row_height(self._theme))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFont(self._theme.font("body"))
        editor.setProperty("dense", "tiny")
        editor.setAccessibleName(str(index.model().headerData(index.column(), Qt.Orientation.Horizontal)))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect)

    def _text(
        self, painter: QPainter, rect: QRect, column: Column, text: str, row: DraftRow, out: bool
    ) -> None:
        number = column is Column.NUMBER or column is Column.CUE
        style = Style("small" if number or column is Column.LABEL else "body", tabular=number)
        quiet = number or column is Column.LABEL or row.mark is Mark.ID or out
        side = _RIGHT if number else _LEFT
        self._draw(painter, rect, text, style, "text.secondary" if quiet else "text.primary", out, side)

    def _title(self, painter: QPainter, rect: QRect, row: DraftRow, out: bool) -> None:
        theme = self._theme
        if row.with_row is not None:
            rect = rect.adjusted(self._with_chip(painter, rect, row.with_row), 0, 0, 0)
        quiet = out or row.mark is Mark.ID
        style = Style("body" if quiet else "title_in_row")
        color = "text.secondary" if quiet else "text.primary"
        used = self._draw(painter, rect, row.title, style, color, out)
        if row.version and used + theme.space(2) < rect.width():
            rest = rect.adjusted(used + theme.space(1), 0, 0, 0)
            self._draw(painter, rest, row.version, Style("body"), "text.secondary", out)

    def _with_chip(self, painter: QPainter, rect: QRect, number: int) -> int:
        theme = self._theme
        font = theme.font("micro")
        words = self.tr("with {n}").format(n=number)
        width = QFontMetrics(font).horizontalAdvance(words) + theme.space(2)
        height = theme.line("micro")
        box = QRect(rect.left(), rect.center().y() - height // 2, width, height)
        painter.setPen(theme.color("line.strong"))
        painter.drawRoundedRect(box, theme.radius("art_small"), theme.radius("art_small"))
        painter.setFont(font)
        painter.setPen(theme.color("text.secondary"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        return width + theme.space(2)

    def _verdict(self, painter: QPainter, rect: QRect, model: ImportRowsModel, row: int) -> None:
        theme = self._theme
        words, verdict = model.text(row, Column.ALBUM), model.verdict(row)
        if verdict is None:
            self._draw(painter, rect, words, Style("small"), "text.tertiary", out=False)
            return
        look = VERDICT_LOOKS[verdict]
        side = round(theme.icon("badge_row"))
        paint_verdict_glyph(painter, QRect(rect.left(), rect.top(), side, rect.height()), verdict, theme)
        style = Style("small", weight="body_strong" if look.strong else None)
        rest = rect.adjusted(side + theme.space(1), 0, 0, 0)
        self._draw(painter, rest, words, style, look.color, out=False)

    def _draw(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        style: Style,
        color: str,
        out: bool,
        side: Qt.AlignmentFlag = _LEFT,
    ) -> int:
        """Draw one elided piece, struck through if it is left out, and give back how wide it came out."""
        if not text:
            return 0
        painter.setPen(self._theme.color(color))
        return round(self._theme.lines.draw(painter, rect, text, style._replace(struck=out), side))


class RowsView(SettledTable):
    """`row_chosen` carries the current row; the wishes carry the selected ones."""

    row_chosen = Signal(int)
    swap_wanted = Signal(list)
    leave_out_wanted = Signal(list)

    def __init__(self, theme: Theme, model: ImportRowsModel) -> None:
        super().__init__(theme)
        self._quiet = False
        self.setModel(model)
        self.setItemDelegate(RowDelegate(theme, self))
        self.setAccessibleName(self.tr("Rows as they will be imported"))
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row_height(theme))
        self._size_columns()
        self._hint = label(theme, self.tr("Rows appear here as they are read."), "body", "secondary")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(self.viewport()).addWidget(self._hint)
        model.modelReset.connect(self._show_hint)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)

    def go_to_row(self, row: int) -> None:
        """Select a row without sending `row_chosen`."""
        if row == self.currentIndex().row() or row >= self.model().rowCount():
            return
        column = max(Column.ARTIST, self.currentIndex().column())
        self._quiet = True
        self.setCurrentIndex(self.model().index(row, column))
        self._quiet = False

    def selected_rows(self) -> list[int]:
        return selected_rows(self)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._quiet and current.isValid() and current.row() != previous.row():
            self.row_chosen.emit(current.row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        narrow = width < _NARROW_BELOW
        self.setColumnHidden(Column.LABEL, narrow)
        header = self.horizontalHeader()
        others = (Column.READ, Column.NUMBER, Column.CUE, Column.LABEL, Column.ALBUM)
        room = width - sum(header.sectionSize(each) for each in others)
        header.resizeSection(Column.ARTIST, max(96, min(_ARTIST_WIDTH, round(room * 0.42))))

    def _show_hint(self) -> None:
        self._hint.setVisible(self.model().rowCount() == 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            column = self.currentIndex().column()
            if column not in {Column.CUE, Column.ARTIST, Column.TITLE, Column.LABEL}:
                self.setCurrentIndex(self.currentIndex().siblingAtColumn(Column.ARTIST))
            self.edit(self.currentIndex())
        elif plain and event.key() == Qt.Key.Key_Delete:
            self.leave_out_wanted.emit(self.selected_rows())
        elif plain and event.key() == Qt.Key.Key_S:
            self.swap_wanted.emit(self.selected_rows())
        else:
            super().keyPressEvent(event)

    def _menu(self, at: QPoint) -> None:
        rows = self.selected_rows()
        if not rows:
            return
        menu = QMenu(self)
        edit = menu.addAction(self.tr("Edit\tEnter"))
        edit.triggered.connect(lambda: self.edit(self.currentIndex()))
        swap = menu.addAction(self.tr("Swap artist and title\tS"))
        swap.triggered.connect(lambda: self.swap_wanted.emit(rows))
        out = menu.addAction(self.tr("Leave out or take back in\tDel"))
        out.triggered.connect(lambda: self.leave_out_wanted.emit(rows))
        menu.popup(self.viewport().mapToGlobal(at))

    def _size_columns(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(self._theme.space(6))
        header.setFont(self._theme.font("small"))
        metrics = QFontMetrics(self._theme.font("small", tabular=True))
        pad = 2 * self._theme.space(2) + self._theme.space(1)
        widths = {
            Column.READ: metrics.horizontalAdvance(self.tr("Read")) + pad,
            Column.NUMBER: metrics.horizontalAdvance("00000") + 2 * self._theme.space(2),
            Column.CUE: metrics.horizontalAdvance("0:00:00") + pad,
            Column.ARTIST: _ARTIST_WIDTH,
            Column.LABEL: 96,
            Column.ALBUM: self._album_width(),
        }
        for column, width in widths.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)
        header.setSectionResizeMode(Column.TITLE, QHeaderView.ResizeMode.Stretch)

    def _album_width(self) -> int:
        """Room for the widest verdict, as strong as it is drawn, with its sign."""
        font = self._theme.font("small")
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(font)
        words = max(metrics.horizontalAdvance(each) for each in verdict_words().values())
        words = max(words, metrics.horizontalAdvance(self.tr("In the album")))
        return words + round(self._theme.icon("badge_row")) + 2 * self._theme.space(2) + self._theme.space(3)


def row_height(theme: Theme) -> int:
    return max(_ROW_HEIGHT, theme.line("body") + theme.space(1))
