"""Where tracks come from: folders of audio, and lists that are pasted."""

from __future__ import annotations

from musiclib.gui.pages.settings.category import Category
from musiclib.gui.widgets.folder_list import FolderList
from musiclib.gui.widgets.lesson_list import LessonList
from musiclib.gui.widgets.setting_rows import SettingRow


class Folders(Category):
    icon = "folder"

    def title(self) -> str:
        return self.tr("Music folders")

    def build(self) -> list[SettingRow]:
        self.folder_list = FolderList(self.context)
        about = self.tr(
            "Folders that are read for audio. Files are matched with your lists; nothing in them is changed."
        )
        title = self.tr("Where your music lies")
        return [SettingRow(self.context.theme, title, about, self.folder_list, wide=True)]


class Pasting(Category):
    icon = "clipboard-text"

    def title(self) -> str:
        return self.tr("Pasted lists")

    def build(self) -> list[SettingRow]:
        self.lessons = LessonList(self.context)
        about = self.tr("Lines of these forms are read as you taught them in the paste dialog.")
        title = self.tr("What you taught")
        return [SettingRow(self.context.theme, title, about, self.lessons, wide=True)]

    def look(self) -> None:
        self.lessons.look()
