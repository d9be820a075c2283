"""What lies over a page: the toast that tells, and the scrim under a dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted, button, icon_button, label


class Toast(QFrame):
    """A quiet line at the bottom left with at most one action; stays while hovered or focused."""

    def __init__(self, theme: Theme, parent: QWidget, foot: Callable[[], int] = lambda: 0) -> None:
        """`foot` tells how much at the bottom of the parent has to stay legible."""
        super().__init__(parent)
        self._theme, self._ground, self._foot = theme, parent, foot
        self.setProperty("card", "dialog")
        self._on_action: Callable[[], None] | None = None
        self._text = label(theme, "", "body")
        self._action = button(theme, "", kind="link")
        self._action.clicked.connect(self._act)
        close = icon_button(theme, "x", self.tr("Close"), dense="tiny")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(4), theme.space(2), theme.space(2), theme.space(2))
        row.setSpacing(theme.space(2))
        row.addWidget(self._text)
        row.addWidget(self._action)
        row.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=theme.duration_ms("toast"))
        self._timer.timeout.connect(self._leave)
        for child in (self._action, close):
            child.installEventFilter(self)
        parent.installEventFilter(self)
        self.hide()

    def tell(self, text: str, action: str = "", on_action: Callable[[], None] | None = None) -> None:
        """Show `text`, and `action` as a button that calls `on_action`; replaces an earlier toast."""
        self._on_action = on_action
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(text)
        self.setMaximumWidth(max(1, self._ground.width() - 2 * self._theme.space(6)))
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._ground and event.type() == QEvent.Type.Resize:
            self._place()
        elif event.type() == QEvent.Type.FocusOut:
            self._timer.start()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)

    def settle(self) -> None:
        """Take the place there is on what is shown now, which has come to stand above it."""
        if self.isVisible():
            self._place()
            self.raise_()

    def _place(self) -> None:
        margin = self._theme.space(6)
        self.move(margin, self._ground.height() - self._foot() - self.height() - self._theme.space(4))

    def _leave(self) -> None:
        if self._action.hasFocus() or self.underMouse():
            self._timer.start()
        else:
            self.hide()

    def _act(self) -> None:
        self.hide()
        if self._on_action is not None:
            self._on_action()


class Scrim(Painted):
    """One flat child that dims the window under a dialog and takes its clicks."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._ground = parent
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._ground and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._ground.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self.theme.color("bg.scrim"))
