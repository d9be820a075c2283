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
_AWAY_MS, _LONG_AWAY_MS = 5000, 120_000


class Collector(QObject):
    """Young objects are looked at ten times a second, a short look each.

    The longer another program has been in front, the longer a look may be: soon at what came since the last
    such look, which holds the rows of a library just read, then at all there is.
    """

    def __init__(self, app: QGuiApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.freeze()  # without a look first: it would hold up the first painting
        gc.disable()
        self._timer = QTimer(self, interval=_YOUNG_EVERY_MS)
        self._timer.timeout.connect(self._collect_young)
        self._timer.start()
        self._away = QTimer(self, singleShot=True, interval=_AWAY_MS)
        self._away.timeout.connect(self._collect_new)
        self._long_away = QTimer(self, singleShot=True, interval=_LONG_AWAY_MS)
        self._long_away.timeout.connect(self._collect_all)
        app.applicationStateChanged.connect(self._on_state)

    def close(self) -> None:
        """Hand the work back to Python."""
        self._timer.stop()
        self._away.stop()
        self._long_away.stop()
        gc.unfreeze()
        gc.enable()

    def _collect_young(self) -> None:
        if gc.get_count()[0] > _YOUNG_MANY:
            gc.collect(0)

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationInactive:
            self._away.start()
            self._long_away.start()
        else:
            self._away.stop()
            self._long_away.stop()

    def _collect_new(self) -> None:
        gc.collect()
        gc.freeze()

    def _collect_all(self) -> None:
        gc.unfreeze()
        self._collect_new()
