"""The letters typed into a list one after the other, as long as no pause is made between them."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QKeyEvent

from musiclib.gui.theme import Theme

_SHIFT = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class TypeAhead:
    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._typed = ""
        self._since = QElapsedTimer()

    def taken(self, event: QKeyEvent) -> str:
        """What has been typed with this key; empty if it is no letter that could begin a name."""
        text = event.text()
        held = event.modifiers() & ~_SHIFT
        if not text or not text.isprintable() or held:
            return ""
        if not self._since.isValid() or self._since.elapsed() > self._theme.duration_ms("type_ahead"):
            self._typed = ""
        if not self._typed and text.isspace():
            return ""
        self._since.start()
        self._typed += text
        return self._typed
