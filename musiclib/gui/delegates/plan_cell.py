"""Paints a plan: the track with its box, and of each cell the old value, the new one, and its state."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from musiclib.domain.bulk_plan import CellState, PlanColumn
from musiclib.domain.states import BadgeState
from musiclib.gui.icons import paint_icon
from musiclib.gui.models.bulk_plan import BulkPlanModel, Ticks
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.painting.ticks import SIDE, paint_tick
from musiclib.gui.theme import Theme
from musiclib.gui.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex
ON: dict[Ticks, bool | None] = {Ticks.ON: True, Ticks.OFF: False, Ticks.SOME: None}
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_OLD_ARROW_NEW, _OF_THE_NEW = 3, 0.6
_ELIDE = Qt.TextElideMode.ElideRight


class PlanDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, art: Thumbnails, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._theme, self._art, self._view = theme, art, parent

    def row_height(self) -> int:
        theme = self._theme
        return max(theme.size("row_tall"), theme.line("title_in_row") + theme.line("small") + 6)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, model = self._theme, index.model()
        if not isinstance(model, BulkPlanModel):
            return
        rect, row, column = QRect(option.rect), model.row_of(index.row()), model.column_at(index.column())
        painter.save()
        if column is None:
            self._paint_track(painter, rect, model, row)
        else:
            if column.states[row] == CellState.WRITE:
                painter.fillRect(rect, theme.color("accent.tint"))
            self._paint_cell(painter, rect, model, column, row)
            painter.fillRect(QRect(rect.left(), rect.top(), 1, rect.height()), theme.color("line.subtle"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line.subtle"))
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            ring = theme.size("focus_ring")
            painter.setPen(QPen(theme.color("line.focus"), ring, j=Qt.PenJoinStyle.MiterJoin))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(rect).adjusted(ring / 2, ring / 2, -ring / 2, -ring / 2))
        painter.restore()

    def box_of(self, rect: QRect, index: Index) -> QRect:
        """Where a click ticks: the box, with some room around it."""
        left = rect.left() + (self._theme.space(6) if index.column() == 0 else self._theme.space(3))
        return QRect(left - 6, rect.top(), SIDE + 12, rect.height())

    def _paint_track(self, painter: QPainter, rect: QRect, model: BulkPlanModel, row: int) -> None:
        theme, plan = self._theme, model.plan
        left = rect.left() + theme.space(6)
        ticks = model.row_ticks(row)
        if ticks in ON:
            paint_tick(painter, left, rect.center().y(), ON[ticks], theme)
        left += SIDE + theme.space(3)
        side = theme.size("control_dense")
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        art = self._art.get(plan.art[row], plan.titles[row], side, ratio)
        if art is not None:
            painter.drawPixmap(left, rect.center().y() - side // 2, art)
        left += side + theme.space(3)
        room = rect.right() - theme.space(3) - left
        heights = theme.line("title_in_row"), theme.line("small")
        top = rect.top() + (rect.height() - sum(heights)) // 2
        for text, role, tone, height in (
            (plan.titles[row], "title_in_row", "text.primary", heights[0]),
            (plan.artists[row], "small", "text.secondary", heights[1]),
        ):
            font = theme.font(role)
            painter.setFont(font)
            painter.setPen(theme.color(tone))
            shown = QFontMetrics(font).elidedText(text, _ELIDE, room)
            painter.drawText(QRect(left, top, room, height), _MIDDLE, shown)
            top += height

    def _paint_cell(
        self, painter: QPainter, rect: QRect, model: BulkPlanModel, column: PlanColumn, row: int
    ) -> None:
        theme, state = self._theme, column.state(row)
        left = rect.left() + theme.space(3)
        self._paint_sign(painter, left, rect, state)
        room = rect.adjusted(theme.space(3) + SIDE + theme.space(2), 0, -theme.space(2), 0)
        old = model.value(column, column.old[row])
        new = model.value(column, column.new[row])
        empty = column.old[row] in (None, "")
        body, strong = theme.font("body"), theme.font("body_strong")
        secondary, quiet = "text.secondary", "text.tertiary" if empty else "text.secondary"
        if state is CellState.SAME:
            pieces = [("–" if empty else old, body, quiet)]
        elif state is CellState.WRITE:
            struck = QFont(body)
            struck.setStrikeOut(not empty)
            first = (old, struck, quiet if empty else "diff.old")
            pieces = [first, ("→", body, "text.tertiary"), (new, strong, "diff.new")]
        elif state is CellState.LEFT_OUT:
            pieces = [(old, theme.font("title_in_row"), quiet if empty else "text.primary")]
            pieces += [("→", body, "text.tertiary"), (new, body, secondary)]
        elif state is CellState.ASKS:
            why, answers = model.asks(column, row)
            pieces = [(why, strong, "review.text"), (answers, body, secondary)]
        else:
            pieces = [(old, theme.font("title_in_row"), "text.primary")]
            pieces.append((model.tr("stays"), theme.font("small"), "text.tertiary"))
        self._paint_pieces(painter, room, pieces)

    def _paint_sign(self, painter: QPainter, left: int, rect: QRect, state: CellState) -> None:
        theme, middle = self._theme, rect.center().y()
        if state in (CellState.WRITE, CellState.LEFT_OUT):
            paint_tick(painter, left, middle, state is CellState.WRITE, theme)
            return
        top = round(middle - SIDE / 2)
        if state is CellState.ASKS:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_badge(painter, QPointF(left, top), SIDE, BadgeState.REVIEW, theme)
        elif state is CellState.LOCKED:
            paint_icon(painter, QRect(left, top, SIDE, SIDE), "lock-simple", theme, "text.primary")
        else:
            paint_icon(painter, QRect(left + 1, top + 1, 14, 14), "equals", theme, "text.tertiary")

    def _paint_pieces(self, painter: QPainter, room: QRect, pieces: list[tuple[str, QFont, str]]) -> None:
        """One after the other. Where there is no room for all, a new value keeps most of it."""
        gap, left = self._theme.space(1) + 2, room.left()
        widths = [QFontMetrics(font).horizontalAdvance(text) for text, font, _ in pieces]
        behind = min(widths[-1], round(room.width() * _OF_THE_NEW)) if len(pieces) == _OLD_ARROW_NEW else 0
        first = room.width() - behind - sum(widths[1:-1]) - gap * (len(pieces) - 1)
        for nth, (text, font, color) in enumerate(pieces):
            metrics = QFontMetrics(font)
            most = first if behind and not nth else room.right() - left
            shown = metrics.elidedText(text, _ELIDE, max(0, most))
            painter.setFont(font)
            painter.setPen(self._theme.color(color))
            painter.drawText(QRect(left, room.top(), room.right() - left, room.height()), _MIDDLE, shown)
            left += metrics.horizontalAdvance(shown) + gap
            if left >= room.right():
                return
