"""How tags are written into files, when a person says so."""

from __future__ import annotations

from musiclib.domain.music_key import KeyNotation
from musiclib.domain.tag_fields import Id3Version, KeyPlace
from musiclib.gui.pages.settings.category import Category
from musiclib.gui.widgets.setting_rows import SettingRow, choice


class WritingTags(Category):
    icon = "tag"

    def title(self) -> str:
        return self.tr("Tags in files")

    def build(self) -> list[SettingRow]:
        return [*self._key_rows(), self._times_row()]

    def build_advanced(self) -> list[SettingRow]:
        version = choice(
            self.context.theme,
            self.tr("ID3 version of new tags"),
            [(each, each.value) for each in Id3Version],
            self.context.preferences.settings.id3_version,
            lambda key: self.save(id3_version=Id3Version(key)),
        )
        about = self.tr("For files that have no tag yet; one that is there keeps its version")
        return [SettingRow(self.context.theme, self.tr("ID3 version of new tags"), about, version)]

    def _key_rows(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        notation = choice(
            theme,
            self.tr("Key in tags"),
            [
                (KeyNotation.CAMELOT, self.tr("Camelot, 8A")),
                (KeyNotation.OPEN_KEY, self.tr("Open Key, 1m")),
                (KeyNotation.MUSICAL, self.tr("Musical only")),
            ],
            settings.tag_key_notation,
            lambda key: self.save(tag_key_notation=KeyNotation(key)),
        )
        place = choice(
            theme,
            self.tr("Where it stands"),
            [
                (KeyPlace.FIELD, self.tr("A field KEY")),
                (KeyPlace.COMMENT, self.tr("The comment")),
                (KeyPlace.NOWHERE, self.tr("Nowhere")),
            ],
            settings.tag_key_place,
            lambda key: self.save(tag_key_place=KeyPlace(key)),
        )
        beside = self.tr("Beside the musical key, which stands in its own frame for all programs")
        where = self.tr("In front of a comment it takes the place of a key that stands there already")
        return [
            SettingRow(theme, self.tr("Key in tags"), beside, notation),
            SettingRow(theme, self.tr("Where it stands"), where, place),
        ]

    def _times_row(self) -> SettingRow:
        times = choice(
            self.context.theme,
            self.tr("Time of the last change"),
            [("keep", self.tr("Stays")), ("renew", self.tr("Renewed"))],
            "keep" if self.context.preferences.settings.tag_keep_times else "renew",
            lambda key: self.save(tag_keep_times=key == "keep"),
        )
        about = self.tr("Of a file that is written. Files are written only when you say so")
        return SettingRow(self.context.theme, self.tr("Time of the last change"), about, times)
