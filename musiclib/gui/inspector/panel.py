"""The pane at the right: one track from four sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.ids import TrackId
from musiclib.domain.rows import TrackDetail
from musiclib.errors import KnownError
from musiclib.gui.context import AppContext
from musiclib.gui.inspector.other_tabs import AlbumTab, FileTab, HistoryTab
from musiclib.gui.inspector.player_strip import PlayerStrip
from musiclib.gui.inspector.track_tab import TrackTab
from musiclib.gui.widgets.controls import SegmentedControl, icon_button, label
from musiclib.services.listening import Heard

_TYPING_MS = 1000
_SETTLE_MS = 60
"""How long the current row must stand still before its details are read."""


class Inspector(QFrame):
    """Reads a track's details off the GUI thread and shows them. `close_wanted` by its button."""

    close_wanted = Signal()
    step_wanted = Signal(int)
    """To the track that many places further on."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self._context = context
        self._track_id: TrackId | None = None
        self._detail: TrackDetail | None = None
        self._heard: Heard | None = None
        theme = context.theme
        self.setFixedWidth(theme.size("inspector"))
        self._tabs = SegmentedControl(
            theme,
            (
                ("track", self.tr("Track"), ""),
                ("album", self.tr("Album"), ""),
                ("file", self.tr("File"), ""),
                ("history", self.tr("History"), ""),
            ),
            self.tr("What to show of the track"),
        )
        self._tabs.chosen.connect(self._show_tab)
        self.track_tab = TrackTab(context)
        self.track_tab.filled.connect(self._bring_up_track)
        self.track_tab.history_wanted.connect(lambda: self._open_tab("history"))
        self.track_tab.step_wanted.connect(self.step_wanted)
        self.file_tab = FileTab(context)
        self.strip = PlayerStrip(context)
        self._sides: dict[str, Any] = {
            "track": self.track_tab,
            "album": AlbumTab(context),
            "file": self.file_tab,
            "history": HistoryTab(context),
        }
        self._stack = QStackedWidget()
        self._nothing = label(
            theme,
            self.tr("Choose a track to see its facts and where they come from."),
            "body",
            "secondary",
            wrap=True,
        )
        self._lay_out()
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._read)
        context.tracks.changed.connect(self._on_tracks)
        context.tracks.stirred.connect(self._on_tracks)
        # A preference may change who is told to have won, and no value.
        context.shell.refresh_wanted.connect(self._on_refresh)
        context.preferences.changed.connect(self._show)

    @property
    def track_id(self) -> TrackId | None:
        """The track that is chosen, whether this is to be seen or not."""
        return self._track_id

    def show_track(self, track_id: TrackId | None) -> None:
        """Show this track; None shows nothing."""
        self._track_id = track_id
        if track_id is None:
            self._detail = self._heard = None
            self._show()
        else:
            self._settle.start(_SETTLE_MS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._track_id is not None:
            self._settle.start(_SETTLE_MS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.strip.isVisible():
            self.strip.player.toggle()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._context.theme.color("bg.content"))
        painter.fillRect(0, 0, 1, self.height(), self._context.theme.color("line.subtle"))

    def _lay_out(self) -> None:
        theme = self._context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        head.setFixedHeight(theme.size("topbar"))
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, theme.space(3), 0)
        row.addWidget(self._tabs)
        row.addStretch(1)
        close = icon_button(theme, "square-half", self.tr("Hide the inspector"), "Ctrl+I", dense="true")
        close.clicked.connect(self.close_wanted)
        row.addWidget(close)
        column.addWidget(head)
        column.addWidget(self.strip)
        for side in self._sides.values():
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            frame = QWidget()
            inner = QVBoxLayout(frame)
            inner.setContentsMargins(0, 0, theme.space(3), theme.space(4))
            inner.addWidget(side)
            area.setWidget(frame)
            self._stack.addWidget(area)
        empty = QWidget()
        inner = QVBoxLayout(empty)
        inner.setContentsMargins(0, 0, theme.space(4), 0)
        inner.addWidget(self._nothing)
        inner.addStretch(1)
        self._stack.addWidget(empty)
        self._stack.setCurrentIndex(len(self._sides))
        column.addWidget(self._stack, 1)

    def _read(self) -> None:
        track_id, library = self._track_id, self._context.library
        if track_id is not None:

            def read() -> tuple[TrackDetail, Heard | None]:
                return library.library.track(track_id), library.listening.heard(track_id)

            self._context.commands.run(read, self._take, self._gone)

    @Slot(object)
    def _take(self, found: tuple[TrackDetail, Heard | None]) -> None:
        detail, heard = found
        if detail.row.id != self._track_id or found == (self._detail, self._heard):
            return
        if self._detail is not None and detail.row.id == self._detail.row.id and self._being_typed():
            self._settle.start(_TYPING_MS)
            return
        self._detail, self._heard = detail, heard
        self._show()

    def _being_typed(self) -> bool:
        """Whether a person is in the middle of typing a value here; it must not be taken away."""
        field = self.focusWidget()
        return isinstance(field, QLineEdit) and field.hasFocus() and field.isModified()

    def _gone(self, error: KnownError) -> None:
        self._detail = self._heard = None
        self._show()

    def _show(self) -> None:
        self.strip.show_track(self._detail, self._heard)
        self.file_tab.heard = self._heard
        if self._detail is None:
            self._stack.setCurrentIndex(len(self._sides))
        else:
            self._show_tab(self._tabs.current())

    def _open_tab(self, key: str) -> None:
        self._tabs.choose(key)
        self._show_tab(key)

    def _show_tab(self, key: str) -> None:
        if self._detail is None:
            return
        side = self._sides[key]
        side.show_detail(self._detail)
        if side is not self.track_tab:
            self._stack.setCurrentIndex(list(self._sides).index(key))

    def _bring_up_track(self) -> None:
        if self._detail is not None and self._tabs.current() == "track":
            self._stack.setCurrentIndex(0)

    def _on_refresh(self, _tracks: object, _albums: object) -> None:
        if self._track_id is not None and self.isVisible():
            self._settle.start(_SETTLE_MS)

    def _on_tracks(self, ids: Sequence[TrackId]) -> None:
        if self._track_id is not None and self.isVisible() and self._track_id in ids:
            self._settle.start(_SETTLE_MS)
