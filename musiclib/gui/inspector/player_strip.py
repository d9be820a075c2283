"""The waveform of the inspected track, with a playhead: one hears and sees where one is."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from musiclib.domain.rows import TrackDetail
from musiclib.domain.states import FileState
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.icons import themed_icon
from musiclib.gui.sound import FilePlayer
from musiclib.gui.widgets.controls import icon_button, label
from musiclib.gui.widgets.flow import FlowLabel
from musiclib.gui.widgets.waveform import WaveformView
from musiclib.services.listening import Heard


class PlayerStrip(QWidget):
    """Stands above all tabs. It is gone for a track without a waveform."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._theme = theme
        self._duration_s = 0.0
        self.player = FilePlayer(context.shell, self)
        self.waveform = WaveformView(theme)
        self.play = icon_button(theme, "play", self.tr("Play"), "Space", dense="true")
        self._time = label(theme, "", "micro", "tertiary")
        self._time.setFont(theme.font("micro", tabular=True))
        self._silent = FlowLabel(theme, "", "small", "review")
        self._silent.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.space(5), theme.space(2))
        column.setSpacing(theme.space(1))
        row = QHBoxLayout()
        row.setSpacing(theme.space(2))
        side = QVBoxLayout()
        side.setSpacing(0)
        side.addWidget(self.play)
        side.addWidget(self._time)
        row.addLayout(side)
        row.addWidget(self.waveform, 1)
        column.addLayout(row)
        column.addWidget(self._silent)
        self.play.clicked.connect(self.player.toggle)
        self.waveform.toggle_wanted.connect(self.player.toggle)
        self.waveform.seek_wanted.connect(self.player.seek)
        self.player.moved.connect(self._on_moved)
        self.player.changed.connect(self._on_changed)
        self.player.failed.connect(self._on_failed)
        context.shell.closing.connect(self.player.stop)
        self.hide()

    def show_track(self, detail: TrackDetail | None, heard: Heard | None) -> None:
        """What plays goes on as long as it is the same file."""
        shown = detail is not None and heard is not None and bool(heard.waveform)
        self.setVisible(shown)
        if detail is None or heard is None or not shown:
            self.player.load("")
            return
        readable = {each.path for each in detail.files if each.state is FileState.OK}
        path = str(heard.path)
        self.play.setVisible(path in readable)
        if path != self.player.path:
            self._silent.hide()
            self._duration_s = heard.features.duration_s
            self.waveform.show_track(heard.waveform, heard.features.duration_s)
            self.player.load(path if path in readable else "")
            self._on_moved(0.0)

    @Slot(float)
    def _on_moved(self, at_s: float) -> None:
        self.waveform.set_position(at_s)
        self._time.setText(wording.duration(at_s or self._duration_s))

    @Slot(bool)
    def _on_changed(self, playing: bool) -> None:
        words = self.tr("Pause") if playing else self.tr("Play")
        self.play.setIcon(themed_icon(self._theme, "pause" if playing else "play", "text.primary"))
        self.play.setToolTip(self.tr("{what} (Space)").format(what=words))
        self.play.setAccessibleName(words)

    @Slot(str)
    def _on_failed(self, why: str) -> None:
        self._silent.setText(why)
        self._silent.setAccessibleName(why)
        self._silent.show()
