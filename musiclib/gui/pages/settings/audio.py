"""Where the audio that is missing comes from."""

from __future__ import annotations

from musiclib.gui.pages.settings.category import Category
from musiclib.gui.widgets.setting_rows import SettingRow
from musiclib.gui.widgets.source_list import SourceList


class Sources(Category):
    icon = "hard-drives"

    def title(self) -> str:
        return self.tr("Sources")

    def build(self) -> list[SettingRow]:
        self.source_list = SourceList(self.context)
        title = self.tr("Where missing audio comes from")
        about = self.tr(
            "Folders, servers and archives you have a right to use. Of equally good files"
            " the upper one's is taken."
        )
        return [SettingRow(self.context.theme, title, about, self.source_list, wide=True)]

    def look(self) -> None:
        self.source_list.look()

    def wait(self, ms: int) -> bool:
        return self.source_list.wait(ms)
