"""The one clock of everything that turns."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from musiclib.domain.ids import AlbumId
from musiclib.domain.states import BadgeState
from musiclib.gui.stores import AlbumStore
from musiclib.gui.theme import Theme


class Pulse(QObject):
    """Ten beats a second while any track is at work, none otherwise. `beat` carries the turn, 0-1."""

    beat = Signal(float)

    def __init__(self, theme: Theme, albums: AlbumStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._albums = albums
        self._moving: set[AlbumId] = set()
        self._step = theme.duration_ms("progress_step") / theme.duration_ms("spinner_turn")
        self.turn = 0.0
        self._timer = QTimer(self, interval=theme.duration_ms("progress_step"))
        self._timer.timeout.connect(self._beat)
        albums.reset.connect(self._look_at_all)
        for signal in (albums.added, albums.changed, albums.removed):
            signal.connect(self._look)

    def _look_at_all(self) -> None:
        self._moving.clear()
        self._look(row.id for row in self._albums.rows())

    def _look(self, ids: Iterable[AlbumId]) -> None:
        for each in ids:
            row = self._albums.get(each)
            if row is not None and row.counts.of(BadgeState.RUNNING):
                self._moving.add(each)
            elif self._moving:
                self._moving.discard(each)
        if not self._moving:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _beat(self) -> None:
        self.turn = (self.turn + self._step) % 1.0
        self.beat.emit(self.turn)
