"""Filter chips: a glyph, words and a count in a pill that is on or off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from musiclib.domain.states import BadgeState
from musiclib.gui import wording
from musiclib.gui.icons import paint_icon
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme

_LEAST_LETTERS = 3
_DIMMED = 0.45


class FilterChip(QAbstractButton):
    """`glyph` is a badge state, or the name of an icon.

    One that would leave nothing cannot be switched on, and one that is on can always be switched off.
    Where there is not the room for all chips their words are shortened, and never their counts.
    """

    sized = Signal()
    """It wants another width, or can be switched on again or no more."""

    def __init__(self, theme: Theme, words: str, glyph: BadgeState | str = "", meaning: str = "") -> None:
        """`meaning` is a sentence for the tooltip, where the words alone leave a doubt."""
        super().__init__()
        self._theme, self._words, self._glyph, self._meaning = theme, words, glyph, meaning
        self._count: int | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._settle)
        self.setAccessibleName(words)
        self.setAccessibleDescription(meaning)
        theme.changed.connect(self.update)

    def set_count(self, count: int | None) -> None:
        if count == self._count:
            return
        before, self._count = self._count_width(), count
        self.setAccessibleName(self._words if count is None else f"{self._words}, {count}")
        self._settle()
        if self._count_width() != before:
            self.updateGeometry()
        self.update()

    def _settle(self) -> None:
        self.setEnabled(self._count != 0 or self.isChecked())
        self.sized.emit()

    def sizeHint(self) -> QSize:
        return self._size_with(self._words)

    def minimumSizeHint(self) -> QSize:
        return self._size_with(self._words[:_LEAST_LETTERS] + "…").boundedTo(self.sizeHint())

    def shown_words(self) -> str:
        """The words, as far as there is room for them."""
        room = self.width() - (self.sizeHint().width() - self._words_width(self._words))
        if self._words_width(self._words) <= room:
            return self._words
        metrics = QFontMetrics(self._strong_font())
        return metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        words = "" if self.shown_words() == self._words else self._words
        self.setToolTip(": ".join(each for each in (words, self._meaning) if each))

    def _size_with(self, words: str) -> QSize:
        theme = self._theme
        height = QFontMetrics(self._strong_font()).height()
        width = 2 * theme.space(3) + self._words_width(words) + self._count_width()
        if self._icon_side():
            width += self._icon_side() + theme.space(1) + 2
        return QSize(width, max(theme.size("chip"), height + theme.space(2)))

    def _words_width(self, words: str) -> int:
        return QFontMetrics(self._strong_font()).horizontalAdvance(words)

    def _count_width(self) -> int:
        if self._count is None:
            return 0
        plain = QFontMetrics(self._theme.font("body", tabular=True))
        return self._theme.space(1) + 2 + plain.horizontalAdvance(wording.number(self._count))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, on, dead = self._theme, self.isChecked(), not self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        width = theme.size("focus_ring") if focus else 1
        edge = "line.focus" if focus else "accent.line" if on else "line.subtle" if dead else "line.strong"
        hovered = self.underMouse() and not dead
        ground = "accent.tint" if on else "bg.hover" if hovered else "bg.content" if dead else "bg.raised"
        painter.setPen(QPen(theme.color(edge), width))
        painter.setBrush(theme.color(ground))
        inset = width / 2
        pill = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        left = theme.space(3) + self._paint_glyph(painter)
        painter.setFont(self._strong_font())
        painter.setPen(theme.color("accent.text" if on else "text.disabled" if dead else "text.primary"))
        rest = QRect(left, 0, self.width() - left, self.height())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self.shown_words())
        if self._count is not None:
            rest.setRight(self.width() - theme.space(3))
            painter.setFont(theme.font("body", tabular=True))
            painter.setPen(
                theme.color("accent.text" if on else "text.disabled" if dead else "text.secondary")
            )
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
            painter.setOpacity(1.0 if self.isEnabled() else _DIMMED)
            paint_badge(painter, QPointF(theme.space(3) - 1, top), side, self._glyph, theme, share=(3, 4))
            painter.setOpacity(1.0)
        else:
            place = QRect(theme.space(3), round(top), side, side)
            quiet = "text.secondary" if self.isEnabled() else "text.disabled"
            color = "accent.text" if self.isChecked() else quiet
            paint_icon(painter, place, self._glyph, theme, color)
        return side + theme.space(1) + 2


class ChipRow(QWidget):
    """Chips side by side; where there is not the room for all, those that would leave nothing go first."""

    def __init__(self, theme: Theme, chips: Sequence[FilterChip], beside: QWidget | None = None) -> None:
        """`beside` stands at the right end; of the size policy Ignored it has what room the chips leave."""
        super().__init__()
        self._chips, self._beside, self._gap = list(chips), beside, theme.space(2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._gap)
        for chip in chips:
            row.addWidget(chip)
            chip.sized.connect(self._fit)
        takes_rest = (
            beside is not None and beside.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored
        )
        if not takes_rest:
            row.addStretch(1)
        if beside is not None:
            row.addWidget(beside, int(takes_rest))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wanted = sum(each.sizeHint().width() + self._gap for each in self._chips)
        wanted += self._beside.sizeHint().width() if self._beside is not None else 0
        room = wanted <= self.contentsRect().width()
        for chip in self._chips:
            chip.setVisible(room or chip.isEnabled())
