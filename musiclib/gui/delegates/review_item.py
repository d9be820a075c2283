"""A track in the review queue: art, title, artist, why it waits."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from musiclib.gui.context import AppContext
from musiclib.gui.models.review_queue import ITEM_ROLE, WHY_ROLE, item_title
from musiclib.services.review_types import ReviewItem

Index = QModelIndex | QPersistentModelIndex
_LINES = ("title_in_row", "small", "micro")


class ReviewItemDelegate(QStyledItemDelegate):
    """Paints the whole row."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._theme = context, context.theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        theme = self._theme
        text = theme.line("title_in_row") + 2 * theme.line("small") + theme.space(2)
        return QSize(0, max(theme.size("art_queue") + theme.space(4) + 2, text))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM_ROLE)
        if not isinstance(item, ReviewItem):
            return
        theme, box = self._theme, QRect(option.rect)
        painter.save()
        self._ground(painter, option, box)
        side = theme.size("art_queue")
        picture = QRect(box.left() + theme.space(4), box.top() + (box.height() - side) // 2, side, side)
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._context.art.get(item.art_id, item.title, side, ratio)
        if pixmap is not None:
            painter.drawPixmap(picture.topLeft(), pixmap)
        left = picture.right() + theme.space(3)
        room = QRect(left, box.top(), box.right() - theme.space(3) - left, box.height())
        self._lines(painter, room, item, str(index.data(WHY_ROLE)))
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect) -> None:
        theme = self._theme
        if option.state & QStyle.StateFlag.State_Selected:
            active = bool(option.state & QStyle.StateFlag.State_Active)
            painter.fillRect(box, theme.color("bg.selected" if active else "bg.selected.inactive"))
            bar = QRect(box.left(), box.top(), theme.size("selection_bar"), box.height())
            painter.fillRect(bar, theme.color("accent.solid"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.color("bg.hover"))

    def _lines(self, painter: QPainter, room: QRect, item: ReviewItem, why: str) -> None:
        theme = self._theme
        texts = (item_title(item), item.artist, why)
        tones = ("text.primary", "text.secondary", "text.tertiary")
        heights = [theme.line("title_in_row"), theme.line("small"), theme.line("small")]
        top = room.top() + (room.height() - sum(heights)) // 2
        for text, role, tone, height in zip(texts, _LINES, tones, heights, strict=True):
            font = theme.font(role)
            painter.setFont(font)
            painter.setPen(theme.color("text.tertiary" if item.deferred else tone))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            line = QRect(room.left(), top, room.width(), height)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            top += height
