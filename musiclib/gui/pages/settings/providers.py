"""Whom to ask on the network, how often, and whose word counts."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Slot

from musiclib.domain.contact import is_contact
from musiclib.domain.provenance import DEFAULT_PRECEDENCE
from musiclib.domain.queue import ProviderSummary, QueueSummary
from musiclib.domain.states import Source
from musiclib.gui import wording
from musiclib.gui.pages.settings.category import Category
from musiclib.gui.widgets.preference_list import PreferenceList
from musiclib.gui.widgets.provider_switches import ProviderSwitches
from musiclib.gui.widgets.setting_rows import AmountSetting, OrderSetting, SettingRow, choice

_MOST_CALLS = 100_000
_LAST_PORT = 65535
_ADDRESSES = (
    ("musicbrainz_url", Source.MUSICBRAINZ),
    ("coverart_url", Source.COVER_ART_ARCHIVE),
    ("deezer_url", Source.DEEZER),
    ("itunes_url", Source.ITUNES),
    ("spotify_api_url", Source.SPOTIFY),
    ("beatport_url", Source.BEATPORT),
)


class Providers(Category):
    icon = "globe"

    def title(self) -> str:
        return self.tr("Providers")

    def build(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        online = choice(
            theme,
            self.tr("Network"),
            [("yes", self.tr("Online")), ("no", self.tr("Offline"))],
            "yes" if settings.online else "no",
            lambda key: self.save(online=key == "yes"),
        )
        self.switches = ProviderSwitches(self.context)
        self._calls, self._contact = self._calls_row(), self._contact_row()
        order = OrderSetting(theme, self.tr("Order of sources"), self._sources(), fixed=1)
        order.changed.connect(lambda keys: self.save(source_precedence=tuple(keys)))
        self.preferences = PreferenceList(self.context)
        return [
            SettingRow(
                theme,
                self.tr("Network"),
                self.tr("Offline, no source is asked and nothing leaves this computer"),
                online,
            ),
            SettingRow(
                theme,
                self.tr("Sources that are asked"),
                self.tr("What a source has said before stays when it is switched off."),
                self.switches,
                wide=True,
            ),
            self._contact,
            self._calls,
            SettingRow(
                theme,
                self.tr("Order of sources"),
                self.tr(
                    "Where sources disagree, the upper one wins. What you say by hand always stands first."
                ),
                order,
                wide=True,
            ),
            SettingRow(
                theme,
                self.tr("Sources you prefer"),
                self.tr("These stand before the order above, for an artist or for a field everywhere."),
                self.preferences,
                wide=True,
            ),
        ]

    def build_advanced(self) -> list[SettingRow]:
        about = self.tr("Address of {name}, or of a mirror of it")
        rows = [
            self.text_row(name, words, about.format(name=words), self._address)
            for name, words in ((name, wording.source_name(source)) for name, source in _ADDRESSES)
        ]
        rows.append(
            self.text_row(
                "spotify_accounts_url",
                self.tr("Spotify sign-in"),
                self.tr("Address of the service that signs you in"),
                self._address,
            )
        )
        port = AmountSetting(
            self.context.theme,
            (0, _LAST_PORT),
            self.context.preferences.settings.spotify_redirect_port,
            lambda value: self.save(spotify_redirect_port=value),
            self.tr("any free one"),
        )
        rows.append(
            SettingRow(
                self.context.theme,
                self.tr("Port of the Spotify sign-in"),
                self.tr(
                    "Only if Spotify refuses the address without a port: choose one, 8898 for example, and "
                    "register the address the guide then shows"
                ),
                port,
            )
        )
        return rows

    def look(self) -> None:
        self.preferences.look()
        self.context.commands.run(self.context.library.enrichment.summary, self._show)

    @Slot(object)
    def _show(self, summary: QueueSummary) -> None:
        self.switches.show_summary(summary)
        for each in summary.providers:
            if each.name == Source.SPOTIFY:
                self._calls.tell(self._used(each))

    def _calls_row(self) -> SettingRow:
        theme = self.context.theme
        calls = AmountSetting(
            theme,
            (1, _MOST_CALLS),
            self.context.preferences.settings.spotify_daily_calls,
            lambda value: self.save(spotify_daily_calls=value),
        )
        about = self.tr(
            "Calls in any 24 hours. Spotify does not tell its own limit and shuts out for a day who "
            "goes beyond it; accounts were shut out after 800 to 4,000."
        )
        return SettingRow(theme, self.tr("Spotify calls a day"), about, calls)

    def _used(self, spotify: ProviderSummary) -> str:
        used = self.tr("{n} used in the last 24 hours").format(n=wording.number(spotify.calls_used))
        if spotify.calls_left is None:
            return used
        words = self.tr("{used}, {n} left. A twentieth is kept for what you click yourself.")
        return words.format(used=used, n=wording.number(spotify.calls_left))

    def _sources(self) -> list[tuple[str, str]]:
        chosen = self.context.preferences.settings.source_precedence
        order = [Source.MANUAL, *(each for each in chosen if each != Source.MANUAL)]
        order += [each for each in DEFAULT_PRECEDENCE if each not in order]
        words = {str(each): wording.source_name(each) for each in order}
        words[Source.MANUAL] = self.tr("By hand (always first)")
        return list(words.items())

    def _address(self, text: str) -> str:
        url = QUrl(text, QUrl.ParsingMode.StrictMode)
        if url.isValid() and url.scheme() in {"http", "https"} and url.host():
            return ""
        return self.tr("An address begins with https:// and names a host.")

    def _contact_row(self) -> SettingRow:
        row = self.text_row(
            "contact",
            self.tr("Contact"),
            self.tr("A web or mail address of yours that tells the sources who asks"),
            self._check_contact,
        )
        row.tell(self._lacks_contact(self.context.preferences.settings.contact))
        return row

    def _check_contact(self, text: str) -> str:
        if text and not is_contact(text):
            return self.tr("Write it in plain letters, without brackets.")
        self._contact.tell(self._lacks_contact(text))
        return ""

    def _lacks_contact(self, text: str) -> str:
        wish = self.tr("Not set. MusicBrainz wishes for one, and may turn away who does not tell it.")
        return "" if text else wish
