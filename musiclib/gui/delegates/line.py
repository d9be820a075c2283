"""Paints a two-line entry over the whole row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from musiclib.gui.icons import paint_icon
from musiclib.gui.models.lines import LINE_ROLE, Line
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex


class LineDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        theme, line = self._theme, index.data(LINE_ROLE)
        if isinstance(line, Line) and not line.detail:
            return QSize(0, max(theme.size("row"), theme.line("title_in_row") + theme.space(2)))
        lines = theme.line("title_in_row") + theme.line("small") + theme.space(3)
        return QSize(0, max(theme.size("row_tall"), lines))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, line = self._theme, index.data(LINE_ROLE)
        if not isinstance(line, Line):
            return
        rect = QRect(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        active = bool(option.state & QStyle.StateFlag.State_Active)
        painter.save()
        if selected:
            painter.fillRect(rect, theme.color("bg.selected" if active else "bg.selected.inactive"))
            bar = QRect(rect.left(), rect.top(), theme.size("selection_bar"), rect.height())
            painter.fillRect(bar, theme.color("accent.solid"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("bg.hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line.subtle"))
        inner = rect.adjusted(theme.space(4), 0, -theme.space(4), 0)
        left = inner.left() + self._glyph(painter, inner, line)
        right = inner.right() - self._right(painter, inner, line)
        self._words(painter, QRect(left, rect.top(), right - left, rect.height()), line)
        painter.restore()

    def _glyph(self, painter: QPainter, rect: QRect, line: Line) -> int:
        theme = self._theme
        side = round(theme.icon("badge_row"))
        top = rect.center().y() - side // 2
        if line.state is not None:
            paint_badge(painter, QPointF(rect.left(), top), side, line.state, theme)
        elif line.icon:
            paint_icon(painter, QRect(rect.left(), top, side, side), line.icon, theme, "text.secondary")
        else:
            return 0
        return side + theme.space(3)

    def _right(self, painter: QPainter, rect: QRect, line: Line) -> int:
        if not line.right:
            return 0
        font = self._theme.font("small", tabular=True)
        painter.setFont(font)
        painter.setPen(self._theme.color("text.secondary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, line.right)
        return QFontMetrics(font).horizontalAdvance(line.right) + self._theme.space(4)

    def _words(self, painter: QPainter, room: QRect, line: Line) -> None:
        theme = self._theme
        pieces = [(line.title, "title_in_row", "text.tertiary" if line.quiet else "text.primary")]
        if line.detail:
            pieces.append((line.detail, "small", "text.tertiary" if line.quiet else "text.secondary"))
        top = room.top() + (room.height() - sum(theme.line(role) for _, role, _ in pieces)) // 2
        for text, role, color in pieces:
            font = theme.font(role)
            painter.setFont(font)
            painter.setPen(theme.color(color))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            box = QRect(room.left(), top, room.width(), theme.line(role))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            top += theme.line(role)
