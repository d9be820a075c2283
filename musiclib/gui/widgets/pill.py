"""A state and its words in a pill of the state's tint: for what needs a person."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from musiclib.domain.states import BadgeState
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted


class StatePill(Painted):
    """Elides where there is no room; the whole text is its tooltip and accessible name."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._state, self._text = BadgeState.REVIEW, ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def say(self, state: BadgeState, text: str) -> None:
        self._state, self._text = state, text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self.theme
        words = QFontMetrics(self._font()).horizontalAdvance(self._text) + 1
        side = round(theme.icon("badge_row"))
        return QSize(words + side + theme.space(6), theme.line("small") + theme.space(2) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().height() * 2, self.sizeHint().height())

    def _font(self) -> QFont:
        font = self.theme.font("small")
        font.setWeight(self.theme.font("body_strong").weight())
        return font

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, look = self.theme, self.theme.state(self._state)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(look.pill or "neutral.tint"))
        radius = self.height() / 2
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        side = round(theme.icon("badge_row"))
        left = theme.space(2)
        paint_badge(painter, QPointF(left, (self.height() - side) / 2), side, self._state, theme)
        font = self._font()
        painter.setFont(font)
        painter.setPen(theme.color(look.text))
        start = left + side + theme.space(1)
        room = QRect(start, 0, self.width() - start - theme.space(3), self.height())
        words = QFontMetrics(font).elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
