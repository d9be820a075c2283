"""The one clock of everything that turns."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from musiclib.domain.states import BadgeState
from musiclib.gui.stores import AlbumStore
from musiclib.gui.theme import Theme


class Pulse(QObject):
    """Ten beats a second while any track is at work, none otherwise. `beat` carries the turn, 0-1."""

    beat = Signal(float)

    def __init__(self, theme: Theme, albums: AlbumStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._albums = albums
        self._step = theme.duration_ms("progress_step") / theme.duration_ms("spinner_turn")
        self.turn = 0.0
        self._timer = QTimer(self, interval=theme.duration_ms("progress_step"))
        self._timer.timeout.connect(self._beat)
        albums.on_any_change(self._look)

    def _look(self) -> None:
        moving = any(row.counts.of(BadgeState.RUNNING) for row in self._albums.rows())
        if moving and not self._timer.isActive():
            self._timer.start()
        elif not moving:
            self._timer.stop()

    def _beat(self) -> None:
        self.turn = (self.turn + self._step) % 1.0
        self.beat.emit(self.turn)
