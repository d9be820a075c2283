"""What a widget was asked to paint.

A window system asks for everything again whenever it likes: a test repeats its change until what it looks for
was painted and nothing else, and fails where that never happens.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

_ROUNDS = 5
"""Of events: what they ask for by timers of no time is done as well."""


class Painted(QObject):
    """Notes the areas painted of one widget."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self._areas: list[QRect] = []
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self._areas.append(event.rect())
        return False

    def since_last(self) -> list[QRect]:
        """The areas painted since this was asked last, those now due included."""
        for _ in range(_ROUNDS):
            QApplication.processEvents()
        areas, self._areas = self._areas, []
        return areas
