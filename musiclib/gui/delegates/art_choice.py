"""Paints a picture to choose: whole, its source, its size, and whether it is the one in use."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QImage, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from musiclib.domain.states import BadgeState
from musiclib.gui.models.art_choices import ArtTile, TileRole
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex


class ArtChoiceDelegate(QStyledItemDelegate):
    """Pictures are fitted into their square, never cropped: some sources ask for that."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    @property
    def side(self) -> int:
        return self._theme.size("tile_min")

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell_size()

    def cell_size(self) -> QSize:
        theme = self._theme
        text = theme.space(2) + theme.line("title_in_row") + 2 * theme.line("small")
        return QSize(self.side + theme.size("tile_gap_x"), self.side + text + theme.size("tile_gap_x"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tile = index.data(TileRole)
        if not isinstance(tile, ArtTile):
            return
        theme, cell = self._theme, QRect(option.rect)
        gap = theme.size("tile_gap_x") // 2
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._frame(painter, QRectF(cell).adjusted(3, 3, -3, -3), option.state)
        square = QRect(cell.left() + gap, cell.top() + gap, self.side, self.side)
        self._picture(painter, QRectF(square), tile)
        top = square.bottom() + 1 + theme.space(2)
        title = QRect(square.left(), top, square.width(), theme.line("title_in_row"))
        size = title.translated(0, title.height())
        size.setHeight(theme.line("small"))
        self._text(painter, title, tile.source, "title_in_row", "text.primary")
        self._text(painter, size, tile.size, "small", "text.secondary")
        self._note(painter, size.translated(0, size.height()), tile)
        painter.restore()

    def _frame(self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag) -> None:
        theme, radius = self._theme, self._theme.radius("card")
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            active = "bg.selected" if self._view.hasFocus() else "bg.selected.inactive"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(active if selected else "bg.hover"))
            painter.drawRoundedRect(rect, radius, radius)
        if selected and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("line.focus"), theme.size("focus_ring")))
            painter.drawRoundedRect(rect, radius, radius)

    def _picture(self, painter: QPainter, square: QRectF, tile: ArtTile) -> None:
        theme, radius = self._theme, self._theme.radius("art")
        if tile.image is None:
            painter.setPen(QPen(theme.color("line.strong"), 1, Qt.PenStyle.DashLine))
            painter.setBrush(theme.color("bg.sunken"))
            painter.drawRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            return
        place = _fitted(tile.image, square)
        outline = QPainterPath()
        outline.addRoundedRect(place, radius, radius)
        brush = QBrush(tile.image)
        fit = QTransform.fromTranslate(place.left(), place.top())
        fit.scale(place.width() / tile.image.width(), place.height() / tile.image.height())
        brush.setTransform(fit)
        painter.setBrush(brush)
        painter.setPen(QPen(theme.color("art.edge"), 1))
        painter.drawPath(outline)

    def _note(self, painter: QPainter, rect: QRect, tile: ArtTile) -> None:
        if tile.choice.in_force:
            side = round(self._theme.icon("badge_row"))
            top = rect.center().y() - side / 2 + 0.5
            paint_badge(painter, QPointF(rect.left(), round(top)), side, BadgeState.DONE, self._theme)
            rect = rect.adjusted(side + self._theme.space(1), 0, 0, 0)
            self._text(painter, rect, tile.note, "small", "done.text")
        else:
            self._text(painter, rect, tile.note, "small", "review.text" if tile.why_not else "text.tertiary")

    def _text(self, painter: QPainter, rect: QRect, text: str, role: str, color: str) -> None:
        font = self._theme.font(role, tabular=role == "small")
        painter.setFont(font)
        painter.setPen(self._theme.color(color))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _fitted(image: QImage, square: QRectF) -> QRectF:
    size = image.size().toSizeF().scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRectF(0, 0, size.width(), size.height())
    place.moveCenter(square.center())
    return place.adjusted(0.5, 0.5, -0.5, -0.5)
