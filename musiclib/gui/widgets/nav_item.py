"""One row of the sidebar: an icon, words, and a count."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from musiclib.gui import wording
from musiclib.gui.icons import paint_icon
from musiclib.gui.theme import Theme


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A page in the sidebar. `shortcut` is told at the right where there is no count.

    The count of a page that `asks` is of what needs a person: a pill, absent at zero.
    """

    key: str
    words: str
    icon: str
    shortcut: str
    asks: bool = False


class NavItem(QAbstractButton):
    """One row of the sidebar, painted whole."""

    def __init__(self, theme: Theme, entry: NavEntry, show_shortcut: bool = False) -> None:
        super().__init__()
        self._theme, self.entry, self._show_shortcut = theme, entry, show_shortcut
        self._count: int | None = None
        self._narrow = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(entry.words)
        self.setToolTip(f"{entry.words} ({entry.shortcut})" if entry.shortcut else entry.words)
        theme.changed.connect(self.update)

    def set_count(self, count: int | None) -> None:
        if count == self._count:
            return
        self._count = count
        words = self.entry.words
        self.setAccessibleName(words if count is None else f"{words}, {count}")
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.size("sidebar"), self._theme.size("nav_item"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, rect = self._theme, self.rect()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect)
        chosen = self.isChecked()
        side = round(theme.icon("control"))
        left = (rect.width() - side) // 2 if self._narrow else theme.space(2)
        icon_rect = QRect(left, (rect.height() - side) // 2, side, side)
        paint_icon(painter, icon_rect, self.entry.icon, theme, "accent.text" if chosen else "text.secondary")
        if self._narrow:
            if self.entry.asks and self._count:
                self._paint_dot(painter, icon_rect)
            return
        painter.setFont(theme.font("body_strong" if chosen else "body"))
        painter.setPen(theme.color("text.primary"))
        text_rect = rect.adjusted(icon_rect.right() + theme.space(3), 0, -theme.space(2), 0)
        room = text_rect.width() - self._right_width()
        words = painter.fontMetrics().elidedText(self.entry.words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(text_rect, Qt.AlignmentFlag.AlignVCenter, words)
        self._paint_right(painter, text_rect)

    def _paint_ground(self, painter: QPainter, rect: QRect) -> None:
        theme = self._theme
        ground = "bg.selected" if self.isChecked() else "bg.hover" if self.underMouse() else None
        radius = theme.radius("control")
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(ground))
            painter.drawRoundedRect(QRectF(rect), radius, radius)
        if self.isChecked():
            bar = theme.size("selection_bar")
            painter.setBrush(theme.color("line.focus"))
            inset = theme.space(2)
            painter.drawRoundedRect(QRectF(0, inset, bar, rect.height() - 2 * inset), bar / 2, bar / 2)
        if self.hasFocus():
            width = theme.size("focus_ring")
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("line.focus"), width))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), radius, radius)

    def _paint_dot(self, painter: QPainter, icon: QRect) -> None:
        side = self._theme.space(2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("review.glyph"))
        painter.drawEllipse(QRectF(icon.right() - side / 2, icon.top() - side / 2, side, side))

    def _paint_pill(self, painter: QPainter, rect: QRect) -> None:
        theme = self._theme
        font = theme.font("small", tabular=True)
        font.setWeight(theme.font("body_strong").weight())
        painter.setFont(font)
        text = wording.number(self._count or 0)
        height = theme.line("small") + theme.space(1)
        width = max(height + theme.space(1), QFontMetrics(font).horizontalAdvance(text) + theme.space(3))
        pill = QRectF(rect.right() - width + 1, rect.center().y() - height / 2 + 0.5, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("review.tint"))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(theme.color("review.text"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def _right_text(self) -> str:
        if self._count is not None:
            return wording.number(self._count)
        return self.entry.shortcut if self._show_shortcut else ""

    def _right_width(self) -> int:
        text = self._right_text()
        font = self._theme.font("small", tabular=True)
        return QFontMetrics(font).horizontalAdvance(text) + self._theme.space(2) if text else 0

    def _paint_right(self, painter: QPainter, rect: QRect) -> None:
        if self.entry.asks:
            if self._count:
                self._paint_pill(painter, rect)
            return
        text = self._right_text()
        painter.setFont(self._theme.font("small", tabular=True))
        painter.setPen(self._theme.color("text.tertiary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
