"""Filter chips: a glyph, words and a count in a pill that is on or off."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from musiclib.domain.states import BadgeState
from musiclib.gui import wording
from musiclib.gui.icons import paint_icon
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme


class FilterChip(QAbstractButton):
    """`glyph` is a badge state, or the name of an icon; without one a tick shows that it is on."""

    def __init__(self, theme: Theme, words: str, glyph: BadgeState | str = "") -> None:
        super().__init__()
        self._theme, self._words, self._glyph = theme, words, glyph
        self._count: int | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_count(None)
        theme.changed.connect(self.update)

    def set_count(self, count: int | None) -> None:
        self._count = count
        self.setAccessibleName(self._words if count is None else f"{self._words}, {count}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._theme
        strong = QFontMetrics(self._strong_font())
        width = 2 * theme.space(3) + strong.horizontalAdvance(self._words)
        if self._icon_side():
            width += self._icon_side() + theme.space(1) + 2
        if self._count is not None:
            plain = QFontMetrics(theme.font("body", tabular=True))
            width += theme.space(1) + 2 + plain.horizontalAdvance(wording.number(self._count))
        return QSize(width, max(theme.size("chip"), strong.height() + theme.space(2)))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, on = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        width = theme.size("focus_ring") if focus else 1
        edge = "line.focus" if focus else "accent.line" if on else "line.strong"
        ground = "accent.tint" if on else "bg.hover" if self.underMouse() else "bg.raised"
        painter.setPen(QPen(theme.color(edge), width))
        painter.setBrush(theme.color(ground))
        inset = width / 2
        pill = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        left = theme.space(3) + self._paint_glyph(painter)
        painter.setFont(self._strong_font())
        painter.setPen(theme.color("accent.text" if on else "text.primary"))
        rest = QRect(left, 0, self.width() - left, self.height())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self._words)
        if self._count is not None:
            rest.setRight(self.width() - theme.space(3))
            painter.setFont(theme.font("body", tabular=True))
            painter.setPen(theme.color("accent.text" if on else "text.secondary"))
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(rest, align, wording.number(self._count))

    def _strong_font(self) -> QFont:
        return self._theme.font("title_in_row")

    def _icon_side(self) -> int:
        if isinstance(self._glyph, BadgeState):
            return round(self._theme.icon("badge_row"))
        return round(self._theme.icon("inline")) if self._glyph else 0

    def _paint_glyph(self, painter: QPainter) -> int:
        """Draws it and gives the room it took."""
        theme, side = self._theme, self._icon_side()
        if not side:
            return 0
        top = (self.height() - side) / 2
        if isinstance(self._glyph, BadgeState):
            paint_badge(painter, QPointF(theme.space(3) - 1, top), side, self._glyph, theme, share=(3, 4))
        else:
            place = QRect(theme.space(3), round(top), side, side)
            color = "accent.text" if self.isChecked() else "text.secondary"
            paint_icon(painter, place, self._glyph, theme, color)
        return side + theme.space(1) + 2
