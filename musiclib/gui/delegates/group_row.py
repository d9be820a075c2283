"""Paints an artist or a genre: a picture, the name, how many tracks."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from musiclib.domain.groups import Group
from musiclib.gui import wording
from musiclib.gui.models.group_list import GroupRole
from musiclib.gui.theme import Theme
from musiclib.gui.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class GroupDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, art: Thumbnails, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._theme, self._art, self._view = theme, art, parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        theme = self._theme
        return QSize(0, max(theme.size("row_tall"), theme.line("title_in_row") + theme.space(4)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, group = self._theme, index.data(GroupRole)
        if not isinstance(group, Group):
            return
        rect = QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            focused = self._view.hasFocus() and bool(option.state & QStyle.StateFlag.State_Active)
            painter.fillRect(rect, theme.color("bg.selected" if focused else "bg.selected.inactive"))
            bar = QRect(rect.left(), rect.top(), theme.size("selection_bar"), rect.height())
            painter.fillRect(bar, theme.color("line.focus" if focused else "line.control"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("bg.hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line.subtle"))
        side = theme.size("art_card")
        left = rect.left() + theme.space(6)
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        art = self._art.get(group.art_id, group.name, side, ratio)
        if art is not None:
            painter.drawPixmap(left, rect.center().y() - side // 2, art)
        count = wording.number(group.tracks)
        font = theme.font("small", tabular=True)
        painter.setFont(font)
        painter.setPen(theme.color("text.tertiary"))
        inner = rect.adjusted(0, 0, -theme.space(4), 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | _MIDDLE, count)
        right = inner.right() - QFontMetrics(font).horizontalAdvance(count) - theme.space(3)
        left += side + theme.space(3)
        font = theme.font("title_in_row")
        painter.setFont(font)
        painter.setPen(theme.color("text.primary"))
        name = QFontMetrics(font).elidedText(group.name, Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRect(left, rect.top(), right - left, rect.height()), _MIDDLE, name)
        painter.restore()
