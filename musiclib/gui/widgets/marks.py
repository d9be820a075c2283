"""Radio button, tick box and drop-down, painted from the theme so that their borders can be seen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QRadioButton

from musiclib.gui.icons import paint_icon
from musiclib.gui.theme import Theme

_SIDE = 16
_DOT = 3.5


class Radio(QRadioButton):
    """A round mark without words; its name is an accessible one."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setFixedSize(QSize(_SIDE + 4, _SIDE + 4))

    def hitButton(self, position: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(2.75, 2.75, _SIDE - 1.5, _SIDE - 1.5)
        on = self.isChecked()
        painter.setPen(_edge(self, theme, on))
        painter.setBrush(theme.color("accent.solid" if on else "bg.raised"))
        painter.drawEllipse(box)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("text.on_accent"))
            painter.drawEllipse(box.center(), _DOT, _DOT)
        _focus(self, theme, painter, self.width() / 2)


class TickBox(QCheckBox):
    """A square mark with words."""

    def __init__(self, theme: Theme, words: str) -> None:
        super().__init__(words)
        self._theme = theme
        self.setFont(theme.font("small"))

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(_SIDE + 4 + self._theme.space(2) + width, max(_SIDE + 4, self._theme.line("small")))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - _SIDE) / 2
        box = QRectF(2.75, top + 0.75, _SIDE - 1.5, _SIDE - 1.5)
        on = self.isChecked()
        painter.setPen(_edge(self, theme, on))
        painter.setBrush(theme.color("accent.solid" if on else "bg.raised"))
        painter.drawRoundedRect(box, theme.radius("art_small"), theme.radius("art_small"))
        if on:
            pen = QPen(theme.color("text.on_accent"), 1.8)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            x, y = box.left(), box.top()
            painter.drawPolyline(
                [QPointF(x + 3.5, y + 7.5), QPointF(x + 6.2, y + 10.2), QPointF(x + 11, y + 4.5)]
            )
        painter.setFont(self.font())
        painter.setPen(theme.color("text.primary" if self.isEnabled() else "text.disabled"))
        words = QRect(_SIDE + 4 + theme.space(2), 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        _focus(self, theme, painter, theme.radius("art"))


class DropDown(QComboBox):
    """A combo box that shows that it opens."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = round(self._theme.icon("inline"))
        box = QRect(0, 0, side, side)
        box.moveCenter(self.rect().center())
        box.moveRight(self.width() - self._theme.space(2))
        color = "text.secondary" if self.isEnabled() else "text.disabled"
        paint_icon(QPainter(self), box, "caret-down", self._theme, color)


def _edge(button: QAbstractButton, theme: Theme, on: bool) -> QPen:
    name = "accent.solid" if on else "line.control"
    return QPen(theme.color(name if button.isEnabled() else "line.strong"), 1.5)


def _focus(button: QAbstractButton, theme: Theme, painter: QPainter, radius: float) -> None:
    if button.hasFocus():
        painter.setPen(QPen(theme.color("line.focus"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(button.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
