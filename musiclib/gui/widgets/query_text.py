"""The text form of a search, which a click copies."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QFontMetrics,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from musiclib.gui.painting.boxes import paint_focus_box
from musiclib.gui.theme import Theme


class QueryText(QAbstractButton):
    """Ends in an ellipsis where there is no room; what is copied is the whole. `copied` carries it."""

    copied = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._copy)
        theme.changed.connect(self.update)

    def show_text(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(self.tr("Copy the search as text: {text}").format(text=text))
            self._tell_whole()
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._mono())
        width = metrics.horizontalAdvance(self.text()) + 2 * self._theme.space(2)
        return QSize(width, max(20, metrics.height() + 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), self._theme.space(12)), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_whole()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ground = self._theme, "bg.hover" if self.underMouse() else "bg.sunken"
        paint_focus_box(self, theme, focus=self.hasFocus(), radius="art", line="line.subtle", ground=ground)
        painter = QPainter(self)
        painter.setFont(self._mono())
        painter.setPen(theme.color("text.primary"))
        painter.drawText(
            self.rect().adjusted(theme.space(2), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._shown()
        )

    def _shown(self) -> str:
        room = self.width() - 2 * self._theme.space(2)
        return QFontMetrics(self._mono()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room + 1)

    def _tell_whole(self) -> None:
        cut = self._shown() != self.text()
        self.setToolTip(f"{self.text()}\n{self.tr('Copy')}" if cut else self.tr("Copy"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
        self.copied.emit(self.text())

    def _mono(self) -> QFont:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self._theme.font("small").pixelSize())
        return font
