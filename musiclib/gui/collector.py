"""Python's garbage collector, run when nobody waits for the window.

Left alone it stops everything for a tenth of a second in the middle of an import, on whatever thread
happens to allocate, and may then free a widget on a thread that must not touch one.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

_YOUNG_EVERY_MS = 100
_YOUNG_MANY = 2000
_AWAY_MS = 5000


class Collector(QObject):
    """Young objects are looked at ten times a second, a short look each; all of them once another program
    has been in front for a while, for that look is a long one."""

    def __init__(self, app: QGuiApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.collect()
        gc.freeze()
        gc.disable()
        self._timer = QTimer(self, interval=_YOUNG_EVERY_MS)
        self._timer.timeout.connect(self._collect_young)
        self._timer.start()
        self._away = QTimer(self, singleShot=True, interval=_AWAY_MS)
        self._away.timeout.connect(self._collect_all)
        app.applicationStateChanged.connect(self._on_state)

    def close(self) -> None:
        """Hand the work back to Python."""
        self._timer.stop()
        self._away.stop()
        gc.unfreeze()
        gc.enable()

    def _collect_young(self) -> None:
        if gc.get_count()[0] > _YOUNG_MANY:
            gc.collect(0)

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationInactive:
            self._away.start()
        else:
            self._away.stop()

    def _collect_all(self) -> None:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
