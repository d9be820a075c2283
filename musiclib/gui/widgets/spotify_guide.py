"""From nothing to a Spotify account in five steps."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from musiclib.domain.states import BadgeState
from musiclib.gui.context import AppContext
from musiclib.gui.widgets.activity_strip import BadgeGlyph
from musiclib.gui.widgets.check_card import CheckCard
from musiclib.gui.widgets.controls import button, label, restyle
from musiclib.gui.widgets.sign_in_card import SignInCard
from musiclib.gui.widgets.step_guide import GuideStep, StepState
from musiclib.services.account_types import AccountState, is_client_id
from musiclib.settings import Settings

DASHBOARD = "https://developer.spotify.com/dashboard"


class SpotifyGuide(QWidget):
    """The steps tell which are done by what is known of them: the page was opened, the address copied, the
    client id looks right, somebody has signed in."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._opened = self._copied = False
        self._known_id = context.preferences.settings.spotify_client_id
        self.sign_in = SignInCard(context)
        self.steps = [
            self._make_app(),
            self._give_address(),
            self._paste_id(),
            GuideStep(context.theme, 4, self.tr("Sign in with your browser")),
            GuideStep(
                context.theme,
                5,
                self.tr("Check"),
                self.tr("We ask for one track and show what came back."),
                last=True,
            ),
        ]
        self._first = label(
            context.theme, self.tr("First paste the client ID, step 3."), "small", "secondary", wrap=True
        )
        self.steps[3].body.addWidget(self._first)
        self.steps[3].body.addWidget(self.sign_in)
        self.check = CheckCard(context)
        self.steps[4].body.addWidget(self.check)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(context.theme.space(1))
        for step in self.steps:
            column.addWidget(step)
        context.account.changed.connect(self._show)
        context.preferences.changed.connect(self._on_settings)
        self._on_settings(context.preferences.settings)

    def _make_app(self) -> GuideStep:
        theme = self._context.theme
        step = GuideStep(theme, 1, self.tr("Make an app on the Spotify developer page"))
        about = self.tr("Any name will do, tick “Web API”. One is enough for ever. Its owner needs Premium.")
        self.open_page = button(theme, self.tr("Open page"), "arrow-square-out")
        self.open_page.clicked.connect(self._open)
        row = QHBoxLayout()
        row.setSpacing(theme.space(4))
        row.addWidget(label(theme, about, "small", "secondary", wrap=True), 1)
        row.addWidget(self.open_page)
        step.body.addLayout(row)
        return step

    def _give_address(self) -> GuideStep:
        theme = self._context.theme
        about = self.tr("As its redirect URI. Without a port: Spotify allows any on this computer.")
        step = GuideStep(theme, 2, self.tr("Give it this address, to the letter"))
        self._about_address = label(theme, about, "small", "secondary", wrap=True)
        self.redirect = QLineEdit()
        self.redirect.setReadOnly(True)
        self.redirect.setFont(theme.font("body"))
        self.redirect.setAccessibleName(self.tr("Redirect address to register"))
        self.copy = button(theme, self.tr("Copy"), "copy")
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout()
        row.setSpacing(theme.space(2))
        row.addWidget(self.redirect, 1)
        row.addWidget(self.copy)
        step.body.addLayout(row)
        step.body.addSpacing(theme.space(1))
        step.body.addWidget(self._about_address)
        return step

    def _paste_id(self) -> GuideStep:
        theme = self._context.theme
        step = GuideStep(theme, 3, self.tr("Paste the client ID it shows"))
        self.client_id = QLineEdit(self._known_id or "")
        self.client_id.setFont(theme.font("body"))
        self.client_id.setAccessibleName(self.tr("Client ID"))
        self.client_id.textChanged.connect(self._take_id)
        self._glyph = BadgeGlyph(theme, BadgeState.DONE)
        self.verdict = label(theme, "", "small", "done")
        row = QHBoxLayout()
        row.setSpacing(theme.space(2))
        row.addWidget(self.client_id, 1)
        row.addWidget(self._glyph)
        row.addWidget(self.verdict)
        step.body.addLayout(row)
        step.body.addSpacing(theme.space(1))
        about = self.tr("32 letters and digits. A client secret is not needed; leave it on their page.")
        step.body.addWidget(label(theme, about, "small", "secondary", wrap=True))
        return step

    def _open(self) -> None:
        self._opened = True
        self._context.account.browse(DASHBOARD)
        self._show()

    def _copy(self) -> None:
        self._copied = True
        QGuiApplication.clipboard().setText(self.redirect.text())
        self._show()

    def _take_id(self, text: str) -> None:
        """One that looks right is kept at once; so is that there is none any more."""
        text = text.strip()
        known = self._context.preferences.settings.spotify_client_id
        if (is_client_id(text) or not text) and (text or None) != known:
            self._context.preferences.update(spotify_client_id=text or None)
            self._context.account.look()
        self._show()

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        if settings.spotify_client_id != self._known_id:
            self._known_id = settings.spotify_client_id
            if self.client_id.text().strip() != (self._known_id or ""):
                self.client_id.setText(self._known_id or "")
        port = settings.spotify_redirect_port
        self.redirect.setText(f"http://127.0.0.1{f':{port}' if port else ''}/callback")
        self._about_address.setVisible(not port)
        self._show()

    @Slot()
    def _show(self) -> None:
        text = self.client_id.text().strip()
        fits = is_client_id(text)
        self._glyph.set_state(BadgeState.DONE if fits else BadgeState.ERROR)
        self.verdict.setText(self.tr("Looks right") if fits else self.tr("This is no client ID"))
        self.verdict.setProperty("tone", "done" if fits else "error")
        restyle(self.verdict)
        for part in (self._glyph, self.verdict):
            part.setVisible(bool(text))
        status = self._context.account.status
        inside = status is not None and status.state in (AccountState.SIGNED_IN, AccountState.REFUSED)
        waiting = self._context.account.waiting
        signed_in = inside and not waiting
        served = signed_in and status is not None and status.state is AccountState.SIGNED_IN
        done = [fits or self._opened, fits or self._copied, fits, signed_in, served and self.check.settled]
        now = done.index(False) if False in done else len(done)
        for place, step in enumerate(self.steps):
            state = StepState.DONE if done[place] else StepState.NOW if place == now else StepState.TO_COME
            step.set_state(state)
        words = self.tr("Sign in again") if inside else self.tr("Sign in with your browser")
        self.sign_in.begin.setText(words)
        self.sign_in.begin.setEnabled(fits)
        self.check.setVisible(signed_in)
        self._first.setVisible(not fits)
