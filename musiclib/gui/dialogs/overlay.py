"""A dialog that lies in its window over a flat scrim; nothing behind it stops."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QRegion
from PySide6.QtWidgets import QFrame, QMainWindow, QWidget

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.overlays import Scrim


class Overlay(QFrame):
    """Keeps the focus inside, the window's shortcuts outside, and itself in the middle.

    Subclasses fill it and answer `wanted_key`. `closed` is sent when it has gone.
    """

    closed = Signal()

    def __init__(self, theme: Theme, window: QWidget, size: QSize) -> None:
        self._scrim = Scrim(theme, window)
        super().__init__(window)
        self._window, self._theme, self._size = window, theme, size
        self._focus_before: QWidget | None = None
        self.setProperty("card", "dialog")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        window.installEventFilter(self)
        self.hide()

    def present(self) -> None:
        """Come up over the window."""
        self._focus_before = self.window().focusWidget()
        self._scrim.setGeometry(self._window.rect())
        self._scrim.show()
        self._scrim.raise_()
        self._place()
        self._cover()
        self.show()
        self.raise_()

    def dismiss(self) -> None:
        """Go, and give the focus back, unless it has gone elsewhere."""
        if self.isHidden():
            return
        here = self.window().focusWidget()
        elsewhere = here is not None and here is not self and not self.isAncestorOf(here)
        self.hide()
        self._scrim.hide()
        for each in self._behind():
            each.clearMask()
            each.setUpdatesEnabled(True)
        if self._focus_before is not None and not elsewhere:
            self._focus_before.setFocus()
        self.closed.emit()

    def hold_behind(self) -> None:
        """Paint nothing of what changes behind this until it goes."""
        for each in self._behind():
            each.setUpdatesEnabled(False)

    def wanted_key(self, event: QKeyEvent) -> bool:
        """Act on a key of the dialog's own; False leaves it to the widget in focus."""
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
            if not self.isHidden():
                self._cover()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.wanted_key(event):
            return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if not event.matches(QKeySequence.StandardKey.Quit):
                event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.wanted_key(event):
            event.accept()  # nothing behind the dialog gets its keys

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, N802 - Qt's names
        """Tab goes round inside."""
        here = self.window().focusWidget()
        step = here if here is not None and self.isAncestorOf(here) else self
        for _ in range(1000):
            following = step.nextInFocusChain() if next else step.previousInFocusChain()
            if following is None or following is here:
                break
            step = following
            if self._takes_tab(step):
                reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
                step.setFocus(reason)
                return True
        return True

    def _behind(self) -> list[QWidget]:
        page = self._window.centralWidget() if isinstance(self._window, QMainWindow) else None
        return [each for each in (self._scrim, page) if each is not None]

    def _cover(self) -> None:
        """Nothing is painted where this hides it: its round corners let Qt believe that all of it is seen."""
        corner = self._theme.radius("dialog")
        seen = QRegion(self._window.rect()) - QRegion(self.geometry().adjusted(0, corner, 0, -corner))
        for each in self._behind():
            each.setMask(seen.translated(-each.pos()))

    def _takes_tab(self, widget: QWidget) -> bool:
        tab = Qt.FocusPolicy.TabFocus.value
        return (
            widget is not self
            and self.isAncestorOf(widget)
            and bool(widget.focusPolicy().value & tab)
            and widget.isEnabled()
            and widget.isVisible()
        )

    def _place(self) -> None:
        room = self._window.rect()
        margin = self._theme.space(6)
        width = min(self._size.width(), room.width() - 2 * margin)
        height = min(self._size.height(), room.height() - 2 * margin)
        self.setGeometry((room.width() - width) // 2, (room.height() - height) // 2, width, height)
