"""Signing in with the browser: begin, wait, cancel, or paste the address it ended at."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from musiclib.domain.states import BadgeState
from musiclib.errors import KnownError
from musiclib.gui.context import AppContext
from musiclib.gui.widgets.activity_strip import BadgeGlyph
from musiclib.gui.widgets.controls import button, label


class SignInCard(QWidget):
    """Shows the button, or what is waited for; what went wrong stays until the next attempt."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self.begin = button(theme, self.tr("Sign in with your browser"), "arrow-square-out", "primary")
        self.begin.clicked.connect(self._begin)
        self.problem = label(theme, "", "small", "error", wrap=True)
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._count_down)
        self.card = self._waiting_card()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.space(1), 0, 0)
        column.setSpacing(theme.space(2))
        row = QHBoxLayout()
        row.addWidget(self.begin)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.card)
        column.addWidget(self.problem)
        self._say("")
        context.account.changed.connect(self._show)
        context.account.failed.connect(self._say)
        self._show()

    def _waiting_card(self) -> QFrame:
        theme = self._context.theme
        card = QFrame()
        card.setProperty("card", "true")
        self.left = label(theme, "", "title_in_row", "waiting")
        head = QHBoxLayout()
        head.setSpacing(theme.space(2))
        head.addWidget(BadgeGlyph(theme, BadgeState.WAITING))
        head.addWidget(self.left, 1)
        words = self.tr(
            "Say yes on the Spotify page that has opened. musiclib listens on 127.0.0.1 only, and stops "
            "when the time is up."
        )
        self.open_again = button(theme, self.tr("Open again"), "arrow-square-out", dense="true")
        self.open_again.clicked.connect(lambda: self._context.account.browse(self._context.account.address))
        self.copy = button(theme, self.tr("Copy link"), "copy", dense="true")
        self.copy.clicked.connect(self._copy)
        self.cancel = button(theme, self.tr("Cancel"), kind="flat", dense="true")
        self.cancel.clicked.connect(self._context.account.cancel)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.space(2))
        for each in (self.open_again, self.copy, self.cancel):
            buttons.addWidget(each)
        buttons.addStretch(1)
        self.elsewhere = button(theme, self.tr("Paste the address instead"), kind="link", dense="tiny")
        self.elsewhere.clicked.connect(self._unfold)
        column = QVBoxLayout(card)
        column.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(3))
        column.setSpacing(theme.space(2))
        column.addLayout(head)
        column.addWidget(label(theme, words, "small", "secondary", wrap=True))
        column.addLayout(buttons)
        link = QHBoxLayout()
        link.addWidget(self.elsewhere)
        link.addStretch(1)
        column.addLayout(link)
        self._paste_box = self._pasting()
        column.addWidget(self._paste_box)
        return card

    def _pasting(self) -> QWidget:
        theme = self._context.theme
        words = self.tr(
            "Is your browser on another computer? Copy the link, open it there and say yes. It then ends at "
            "an address that begins with http://127.0.0.1 and shows nothing. Paste that address here."
        )
        self.pasted = QLineEdit()
        self.pasted.setFont(theme.font("body"))
        self.pasted.setPlaceholderText("http://127.0.0.1:…/callback?code=…")
        self.pasted.setAccessibleName(self.tr("Address the browser ended at"))
        self.pasted.returnPressed.connect(self._paste)
        self.use = button(theme, self.tr("Use it"))
        self.use.clicked.connect(self._paste)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addWidget(label(theme, words, "small", "secondary", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(theme.space(2))
        row.addWidget(self.pasted, 1)
        row.addWidget(self.use)
        column.addLayout(row)
        box.hide()
        return box

    @Slot()
    def _show(self) -> None:
        account = self._context.account
        self.begin.setVisible(not account.waiting)
        self.card.setVisible(account.waiting)
        if account.waiting and not self._tick.isActive():
            self._tick.start()
        elif not account.waiting:
            self._tick.stop()
            self._paste_box.hide()
            self.elsewhere.show()
            self.pasted.clear()
        self._count_down()

    def _count_down(self) -> None:
        until = self._context.account.waits_until
        if until is None:
            self.left.setText(self.tr("Opening Spotify's page"))
            return
        seconds = max(0, round((until - self._context.now()).total_seconds()))
        words = self.tr("Waiting for your browser, {time} left")
        self.left.setText(words.format(time=f"{seconds // 60}:{seconds % 60:02}"))

    def _begin(self) -> None:
        self._say("")
        self._context.account.sign_in()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._context.account.address)

    def _unfold(self) -> None:
        self.elsewhere.hide()
        self._paste_box.show()
        self.pasted.setFocus()

    def _paste(self) -> None:
        try:
            self._context.account.paste(self.pasted.text())
        except KnownError as error:
            self._say(str(error))
        else:
            self._say("")

    @Slot(str)
    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
