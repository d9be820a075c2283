"""One term of a search in a pill: what it is about, what it asks, and a cross that takes it away."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from musiclib.gui.icons import paint_icon
from musiclib.gui.theme import Theme

_WIDEST = 280


class QueryChip(QAbstractButton):
    """A click, Enter and Space open it as text again; its cross, Backspace and Del take it away."""

    removed = Signal()
    stepped = Signal(int)
    """Left or Right: to the chip that many further on."""

    def __init__(self, theme: Theme, name: str, value: str, source: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._name, self._value = theme, name, value
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        sentence = " ".join(filter(None, (name, value)))
        self.setAccessibleName(sentence)
        self.setAccessibleDescription(self.tr("Enter edits it, Del takes it away"))
        self.setToolTip(source)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        theme = self._theme
        name = QFontMetrics(theme.font("body")).horizontalAdvance(self._name)
        value = QFontMetrics(self._strong()).horizontalAdvance(self._value)
        gap = theme.space(1) if self._name else 0
        width = theme.space(3) + name + gap + value + self._cross_width()
        return QSize(min(_WIDEST, width), theme.size("control_tiny"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._cross().contains(event.position().toPoint()):
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.removed.emit()
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.stepped.emit(-1 if key == Qt.Key.Key_Left else 1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, focus = self._theme, self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = theme.size("focus_ring") if focus else 1
        painter.setPen(QPen(theme.color("line.focus" if focus else "accent.line"), width))
        painter.setBrush(theme.color("accent.tint"))
        inset = width / 2
        pill = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(theme.color("accent.text"))
        left = theme.space(3) - 2
        right = self.width() - self._cross_width()
        if self._name:
            painter.setFont(theme.font("body"))
            painter.drawText(QRect(left, 0, right - left, self.height()), _MIDDLE, self._name)
            left += QFontMetrics(painter.font()).horizontalAdvance(self._name) + theme.space(1)
        painter.setFont(self._strong())
        text = QFontMetrics(painter.font()).elidedText(
            self._value, Qt.TextElideMode.ElideRight, right - left + 1
        )
        painter.drawText(QRect(left, 0, right - left + 1, self.height()), _MIDDLE, text)
        paint_icon(painter, self._cross().adjusted(0, 0, 0, 0), "x", theme, "accent.text")

    def _strong(self) -> QFont:
        return self._theme.font("title_in_row")

    def _cross_width(self) -> int:
        return round(self._theme.icon("inline")) + self._theme.space(3)

    def _cross(self) -> QRect:
        side = round(self._theme.icon("inline"))
        left = self.width() - self._cross_width() + self._theme.space(1)
        return QRect(left, (self.height() - side) // 2, side, side)


_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
