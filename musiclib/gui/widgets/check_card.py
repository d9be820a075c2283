"""Asking Spotify for one track, to see that it serves the account."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from musiclib.domain.states import BadgeState
from musiclib.gui.context import AppContext
from musiclib.gui.inspector.fields import field_name
from musiclib.gui.widgets.activity_strip import BadgeGlyph
from musiclib.gui.widgets.controls import button, label, restyle
from musiclib.services.account_types import Checked

_SHOWN = ("isrc", "release_date", "album", "duration_s", "label", "genres", "popularity")
_TONES = {BadgeState.DONE: "done", BadgeState.RUNNING: "secondary", BadgeState.ERROR: "error"}


class CheckCard(QWidget):
    """What came back stays until the next attempt."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._problem = ""
        self.go = button(theme, self.tr("Check now"), "arrow-clockwise", dense="true")
        self.go.clicked.connect(context.account.check)
        self._glyph = BadgeGlyph(theme, BadgeState.DONE)
        self.result = label(theme, "", "small", wrap=True)
        self._told = QWidget()
        told = QHBoxLayout(self._told)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(theme.space(2))
        told.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignTop)
        told.addWidget(self.result, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.space(1), 0, 0)
        column.setSpacing(theme.space(2))
        column.addWidget(self._told)
        column.addWidget(self.go, alignment=Qt.AlignmentFlag.AlignLeft)
        context.account.changed.connect(self._show)
        context.account.check_failed.connect(self._failed)
        self._show()

    @property
    def settled(self) -> bool:
        """Nothing speaks against it: Spotify has answered, or was not asked since the start."""
        return not self._problem and not self._context.account.checking

    @Slot()
    def _show(self) -> None:
        account = self._context.account
        if account.checking:
            self._problem = ""
            self._say(BadgeState.RUNNING, self.tr("Asking for one track"))
        elif self._problem:
            self._say(BadgeState.ERROR, self._problem)
        elif account.checked is not None:
            self._say(BadgeState.DONE, self._words(account.checked))
        self._told.setVisible(account.checking or bool(self._problem) or account.checked is not None)
        self.go.setVisible(not account.checking)

    @Slot(str)
    def _failed(self, problem: str) -> None:
        self._problem = problem

    def _say(self, state: BadgeState, words: str) -> None:
        self._glyph.set_state(state)
        self.result.setText(words)
        self.result.setProperty("tone", _TONES[state])
        restyle(self.result)

    def _words(self, checked: Checked) -> str:
        names = f"{checked.artist} – {checked.title}"
        if not checked.found:
            words = self.tr("Spotify answers. It does not know {track}, which is nothing to worry about.")
            return words.format(track=names)
        parts = [field_name(each) for each in _SHOWN if each in checked.fields]
        if checked.picture:
            parts.append(self.tr("a cover of {n} pixels").format(n=checked.picture))
        words = self.tr("{track} came back, with {parts}.")
        return words.format(track=names, parts=", ".join(parts))
