"""What Spotify is good for, where the sign-in is kept, and what to do when it does not work."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.widgets.cards import FactsCard
from musiclib.gui.widgets.controls import button, label

_PERMISSIONS = "https://www.spotify.com/account/apps/"
_SPOTIFY = "https://open.spotify.com/"


class SpotifyFacts(QWidget):
    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self._where = label(theme, "", "small", "secondary", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(3))
        for card in (self._use(), self._keeping(), self._stuck(), self._credit()):
            column.addWidget(card)
        column.addStretch(1)
        context.account.changed.connect(self._show)
        self._show()

    def _use(self) -> FactsCard:
        card = FactsCard(self._context.theme)
        card.add_heading(self.tr("You get"))
        card.add_list(
            [
                self.tr("IDs, links and ISRC for look-ups"),
                self.tr("Covers up to 640 pixels"),
                self.tr("Release dates"),
            ],
            "check",
            "done.glyph",
        )
        card.add_heading(self.tr("Spotify no longer gives"))
        card.add_list(
            [
                self.tr("Popularity: we use Deezer's rank"),
                self.tr("Labels: MusicBrainz and Deezer"),
                self.tr("Genres: MusicBrainz and Deezer"),
                self.tr("BPM and key: this computer"),
            ],
            "minus",
            "text.secondary",
        )
        return card

    def _keeping(self) -> FactsCard:
        card = FactsCard(self._context.theme)
        card.add_heading(self.tr("Where the sign-in is kept"), "shield-check")
        card.column.addWidget(self._where)
        self._link(card, self.tr("Permissions at Spotify"), _PERMISSIONS)
        return card

    def _stuck(self) -> FactsCard:
        theme = self._context.theme
        card = FactsCard(theme)
        card.add_heading(self.tr("Stuck?"), "question")
        words = self.tr(
            "If Spotify's page complains about the redirect URI, step 2 differs by one sign; about the "
            "client, step 3 does. If it wants a port, choose one in the advanced part of Providers."
        )
        card.column.addWidget(label(theme, words, "small", "secondary", wrap=True))
        link = button(theme, self.tr("Open Providers"), kind="link", dense="tiny")
        link.setFont(theme.font("small"))
        link.clicked.connect(lambda: self._context.shell.open_page(places.SETTINGS, "providers"))
        card.column.addWidget(link, alignment=Qt.AlignmentFlag.AlignLeft)
        return card

    def _credit(self) -> FactsCard:
        theme = self._context.theme
        card = FactsCard(theme)
        words = self.tr("Track data and covers marked Spotify are provided by Spotify.")
        card.column.addWidget(label(theme, words, "small", "secondary", wrap=True))
        self._link(card, "open.spotify.com", _SPOTIFY)
        return card

    def _link(self, card: FactsCard, words: str, address: str) -> None:
        theme = self._context.theme
        link = button(theme, words, "arrow-square-out", "link", "tiny")
        link.setFont(theme.font("small"))
        link.clicked.connect(lambda: self._context.account.browse(address))
        card.column.addWidget(link, alignment=Qt.AlignmentFlag.AlignLeft)

    def _show(self) -> None:
        status = self._context.account.status
        kept = status.kept if status is not None else None
        if kept is None:
            where = self.tr(
                "In the keyring of this computer. Where none works, in a file only you can read; you are "
                "told so here."
            )
        else:
            where = kept[:1].upper() + kept[1:].rstrip(".") + "."
        rest = self.tr(
            "Never in backups, logs or exports. Signing out forgets it here; take the permission back at "
            "Spotify as well if you like."
        )
        self._where.setText(f"{where} {rest}")
