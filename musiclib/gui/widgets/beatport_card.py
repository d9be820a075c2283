"""Beatport's switch: whether there is a token of the person's own, and giving or forgetting one."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from musiclib.errors import KnownError
from musiclib.gui.context import AppContext
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.wording import clock
from musiclib.services.beatport_account import BeatportState, BeatportStatus


class BeatportCard(QWidget):
    """What is pasted is never shown; it goes to the keyring and leaves the field at once."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self.state = label(theme, "", "body", wrap=True)
        self.problem = label(theme, "", "small", "error", wrap=True)
        self.problem.hide()
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setFont(theme.font("body"))
        self.token.setPlaceholderText(self.tr("Token, or the JSON object Beatport gave it in"))
        self.token.setAccessibleName(self.tr("Token for Beatport"))
        self.token.returnPressed.connect(self._keep)
        self.keep = button(theme, self.tr("Keep and switch on"), "check")
        self.keep.clicked.connect(self._keep)
        self.forget = button(theme, self.tr("Forget and switch off"), "x")
        self.forget.clicked.connect(self._forget)
        row = QHBoxLayout()
        row.setSpacing(theme.space(2))
        row.addWidget(self.token, 1)
        row.addWidget(self.keep)
        row.addWidget(self.forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addWidget(self.state)
        column.addLayout(row)
        column.addWidget(self.problem)
        self.forget.hide()

    def look(self) -> None:
        """Read how it stands."""
        self._context.commands.run(self._context.library.beatport.status, self._show, self._failed)

    def _keep(self) -> None:
        pasted = self.token.text()
        self.token.clear()
        beatport = self._context.library.beatport
        self._context.commands.run(lambda: beatport.use_token(pasted), self._changed, self._failed)

    def _forget(self) -> None:
        self._context.commands.run(self._context.library.beatport.forget, self._changed, self._failed)

    @Slot(object)
    def _changed(self, status: BeatportStatus) -> None:
        self._context.preferences.update(beatport=status.state is not BeatportState.OFF)
        self._show(status)

    @Slot(object)
    def _show(self, status: BeatportStatus) -> None:
        self.problem.hide()
        words = [status.detail]
        if status.state is BeatportState.READY and status.expires_at is not None:
            until = clock(self._context.now())(status.expires_at)
            words.append(self.tr("It is good until {time}.").format(time=until))
        if status.kept is not None:
            words.append(self.tr("It is kept {place}.").format(place=status.kept))
        self.state.setText(" ".join(words))
        self.forget.setVisible(status.has_token)

    @Slot(object)
    def _failed(self, error: KnownError) -> None:
        self.problem.setText(str(error))
        self.problem.show()
