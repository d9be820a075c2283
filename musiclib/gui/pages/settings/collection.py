"""Collection runs: Beatport, how much at once, and how long to wait."""

from __future__ import annotations

from musiclib.gui.pages.settings.category import Category
from musiclib.gui.widgets.beatport_card import BeatportCard
from musiclib.gui.widgets.setting_rows import AmountSetting, SettingRow

_MOST_DAYS = 3650


class Collection(Category):
    icon = "cloud-arrow-down"

    def title(self) -> str:
        return self.tr("Collection")

    def build(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        self.beatport = BeatportCard(self.context)
        batch = AmountSetting(
            theme,
            (1, 1000),
            settings.spotify_search_batch_size,
            lambda value: self.save(spotify_search_batch_size=value),
        )
        wait = AmountSetting(
            theme,
            (0, 3600),
            round(settings.spotify_api_error_sleep_s),
            lambda value: self.save(spotify_api_error_sleep_s=float(value)),
        )
        again = AmountSetting(
            theme,
            (0, _MOST_DAYS),
            round(settings.not_found_retry_days),
            lambda value: self.save(not_found_retry_days=float(value)),
        )
        return [
            SettingRow(
                theme,
                self.tr("Beatport"),
                self.tr(
                    "Off by default: Beatport gives its API to partners only. Who has a token of their own "
                    "may paste it; it is kept in the keyring and sent to Beatport alone. Files you have "
                    "saved can be read without one."
                ),
                self.beatport,
                wide=True,
            ),
            SettingRow(
                theme,
                self.tr("Tracks written down together"),
                self.tr("A run that is killed has to ask again for at most so many"),
                batch,
            ),
            SettingRow(
                theme,
                self.tr("Seconds to wait after an error"),
                self.tr("Where a source says how long to wait, the longer of the two counts"),
                wait,
            ),
            SettingRow(
                theme,
                self.tr("Days until what was not found is looked for again"),
                self.tr("0: in each run. A track that gets another ISRC is looked for at once"),
                again,
            ),
        ]

    def look(self) -> None:
        self.beatport.look()
