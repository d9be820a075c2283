"""Paints a cell of what would be written into a file: the new value over the old one, and its tick."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from musiclib.gui.icons import paint_icon
from musiclib.gui.models.tag_cells import CellRole, ShownCell, TagCellModel
from musiclib.gui.theme import Theme
from musiclib.services.tag_types import CellState

Index = QModelIndex | QPersistentModelIndex
_BOX = 16
_NOTHING = "–"


class TagCellDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    @property
    def row_height(self) -> int:
        theme = self._theme
        return max(theme.size("row_tall"), theme.line("body") + theme.line("small") + theme.space(2))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), self.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shown, theme = index.data(CellRole), self._theme
        if not isinstance(shown, ShownCell):
            return
        rect = QRect(option.rect)
        painter.save()
        self._ground(painter, rect, option.state, shown)
        inner = rect.adjusted(theme.space(3), theme.space(1), -theme.space(2), -theme.space(1))
        if index.column() == 0:
            self._file(painter, inner, shown)
        elif shown.cell is not None:
            self._cell(painter, inner, shown)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            shown, theme = index.data(CellRole), self._theme
            box = QRect(
                option.rect.left(), option.rect.top(), 2 * theme.space(3) + _BOX, option.rect.height()
            )
            if isinstance(shown, ShownCell) and box.contains(event.position().toPoint()):
                assert isinstance(model, TagCellModel)
                model.toggle([index])
                return True
        return super().editorEvent(event, model, option, index)

    def _ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, shown: ShownCell) -> None:
        theme = self._theme
        changes = shown.cell is not None and shown.cell.state is CellState.CHANGES and shown.ticked
        if state & QStyle.StateFlag.State_Selected:
            active = self._view.hasFocus()
            painter.fillRect(rect, theme.color("bg.selected" if active else "bg.selected.inactive"))
        elif changes:
            painter.fillRect(rect, theme.color("accent.tint"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line.subtle"))
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            width = theme.size("focus_ring")
            painter.setPen(QPen(theme.color("line.focus"), width))
            painter.drawRect(rect.adjusted(1, 1, -width, -width))

    def _file(self, painter: QPainter, rect: QRect, shown: ShownCell) -> None:
        row = shown.row
        top, bottom = self._lines(rect)
        self._text(painter, top, f"{row.artist} – {row.title}", "body", "text.primary")
        if row.problem:
            self._text(painter, bottom, row.problem, "small", "error.text")
        else:
            middle = Qt.TextElideMode.ElideMiddle
            self._text(painter, bottom, Path(row.path).name, "small", "text.tertiary", mode=middle)

    def _cell(self, painter: QPainter, rect: QRect, shown: ShownCell) -> None:
        cell = shown.cell
        assert cell is not None
        if cell.state is not CellState.CHANGES:
            same = cell.state is CellState.SAME
            sign, tone = ("=", "text.secondary") if same else ("", "text.tertiary")
            beside = rect.adjusted(_BOX + self._theme.space(2), 0, 0, 0)
            self._text(
                painter, QRect(rect.left(), rect.top(), _BOX, rect.height()), sign, "body", "text.tertiary"
            )
            self._text(painter, beside, cell.old or _NOTHING, "body", tone)
            return
        self._box(painter, rect, on=shown.ticked)
        top, bottom = self._lines(rect.adjusted(_BOX + self._theme.space(2), 0, 0, 0))
        if shown.ticked:
            self._text(painter, top, cell.new, "body", "diff.new")
            tone = "diff.old" if cell.old else "text.tertiary"
            self._text(painter, bottom, cell.old or _NOTHING, "small", tone, struck=bool(cell.old))
        else:
            self._text(painter, top, cell.old or _NOTHING, "body", "text.primary")
            self._text(painter, bottom, cell.new, "small", "text.tertiary")

    def _box(self, painter: QPainter, rect: QRect, *, on: bool) -> None:
        theme = self._theme
        box = QRect(rect.left(), rect.center().y() - _BOX // 2 + 1, _BOX, _BOX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen if on else QPen(theme.color("line.control"), 1))
        painter.setBrush(theme.color("accent.solid") if on else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if on:
            paint_icon(painter, box.adjusted(2, 2, -2, -2), "check-bold", theme, "text.on_accent")

    def _lines(self, rect: QRect) -> tuple[QRect, QRect]:
        """The upper and the lower half, as high as their texts."""
        theme = self._theme
        upper, lower = theme.line("body"), theme.line("small")
        top = rect.top() + max(0, (rect.height() - upper - lower) // 2)
        return (
            QRect(rect.left(), top, rect.width(), upper),
            QRect(rect.left(), top + upper, rect.width(), lower),
        )

    def _text(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        role: str,
        color: str,
        *,
        struck: bool = False,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        font = self._theme.font(role)
        if struck:
            font.setStrikeOut(True)
        painter.setFont(font)
        painter.setPen(self._theme.color(color))
        shown = QFontMetrics(font).elidedText(text, mode, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
