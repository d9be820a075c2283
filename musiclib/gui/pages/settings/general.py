"""How the window looks and writes."""

from __future__ import annotations

from musiclib.domain.music_key import KeyNotation
from musiclib.gui.pages.settings.category import Category
from musiclib.gui.widgets.setting_rows import SettingRow, choice


class General(Category):
    icon = "monitor"

    def title(self) -> str:
        return self.tr("General")

    def build(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        looks = choice(
            theme,
            self.tr("Theme"),
            [("system", self.tr("As the system")), ("light", self.tr("Light")), ("dark", self.tr("Dark"))],
            settings.theme,
            lambda key: self.save(theme=key),
        )
        notations = [
            (KeyNotation.CAMELOT, self.tr("Camelot, 8A")),
            (KeyNotation.OPEN_KEY, self.tr("Open Key, 1m")),
            (KeyNotation.MUSICAL, self.tr("Musical, A minor")),
        ]
        keys = choice(
            theme,
            self.tr("Keys"),
            notations,
            settings.key_notation,
            lambda key: self.save(key_notation=KeyNotation(key)),
        )
        return [
            SettingRow(theme, self.tr("Theme"), self.tr("Light or dark"), looks),
            SettingRow(theme, self.tr("Keys"), self.tr("How musical keys are written everywhere"), keys),
        ]
