"""Signing out of Spotify, and taking out what came from it: that is asked for twice."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from musiclib.gui.context import AppContext
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.wording import number
from musiclib.services.account_types import AccountState, DataRemoved

_WITHOUT = (AccountState.NO_CLIENT_ID, AccountState.SIGNED_OUT)


class LeaveSpotify(QWidget):
    """Hidden while there is neither a sign-in nor data."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self.sign_out = button(theme, self.tr("Sign out"), "sign-out")
        self.sign_out.clicked.connect(context.account.sign_out)
        self.remove = button(theme, self.tr("Remove all Spotify data"), "trash")
        self.remove.clicked.connect(self._ask)
        self.question = label(theme, "", "body", wrap=True)
        self.confirm = button(theme, self.tr("Remove it"), kind="danger")
        self.confirm.clicked.connect(self._remove)
        self._keep = button(theme, self.tr("Keep it"))
        self.sure = QWidget()
        self._keep.clicked.connect(self.sure.hide)
        self._lay_out()
        self.sure.hide()
        context.account.changed.connect(self._show)
        context.account.removed.connect(self._removed)
        self._show()

    def _lay_out(self) -> None:
        theme = self._context.theme
        answers = QHBoxLayout()
        answers.setSpacing(theme.space(2))
        for each in (self.confirm, self._keep):
            answers.addWidget(each)
        answers.addStretch(1)
        sure = QVBoxLayout(self.sure)
        sure.setContentsMargins(0, 0, 0, 0)
        sure.setSpacing(theme.space(2))
        sure.addWidget(self.question)
        sure.addLayout(answers)
        acts = QHBoxLayout()
        acts.setSpacing(theme.space(2))
        for each in (self.sign_out, self.remove):
            acts.addWidget(each)
        acts.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(3))
        column.addLayout(acts)
        column.addWidget(self.sure)

    @Slot()
    def _show(self) -> None:
        account = self._context.account
        signed_in = account.status is not None and account.status.state not in _WITHOUT
        self.sign_out.setVisible(signed_in)
        self.remove.setVisible(bool(account.kept))
        if not account.kept:
            self.sure.hide()
        self.setVisible(signed_in or bool(account.kept))

    def _ask(self) -> None:
        kept = self._context.account.kept
        words = self.tr(
            "This takes out what Spotify said about {tracks} tracks, {candidates} candidates, {answers} kept "
            "answers and {pictures} pictures, and signs out. What you decided by hand stays. It cannot be "
            "undone; backups made before still hold it."
        )
        self.question.setText(
            words.format(
                tracks=number(kept.tracks),
                candidates=number(kept.candidates),
                answers=number(kept.answers),
                pictures=number(kept.pictures),
            )
        )
        self.sure.show()
        self._keep.setFocus()

    def _remove(self) -> None:
        self.sure.hide()
        self._context.account.remove_data()

    @Slot(object)
    def _removed(self, removed: DataRemoved) -> None:
        shell = self._context.shell
        shell.refresh(list(removed.track_ids), list(removed.album_ids))
        shell.work_arrived()
        words = self.tr("What Spotify said about {n} tracks is gone, and you are signed out.")
        shell.toast(words.format(n=number(removed.tracks)))
