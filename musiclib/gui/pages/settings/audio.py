"""Where the audio that is missing comes from, and how it is fetched, named and kept."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from PySide6.QtCore import Slot

from musiclib.domain.file_names import NameFields, check_template, relative_path
from musiclib.gui.pages.settings.category import Category
from musiclib.gui.widgets.choosers import choose_folder
from musiclib.gui.widgets.controls import button
from musiclib.gui.widgets.setting_rows import AmountSetting, OrderSetting, SettingRow, TextSetting, choice
from musiclib.gui.widgets.source_list import SourceList

_EXAMPLE = NameFields(
    title="First Light (Dub)",
    artist="Mira Voss",
    album="Hafenklang",
    albumartist="Mira Voss",
    year=2024,
    track=3,
    disc=1,
    label="Low Tide",
    isrc="DEA012400003",
)
_MOST_KBPS = 320
_FASTEST = 1_000_000


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


class Downloads(Category):
    icon = "download-simple"

    def title(self) -> str:
        return self.tr("Downloads")

    def build(self) -> list[SettingRow]:
        self._folder, self._template = self._folder_row(), self._template_row()
        return [
            self._folder,
            self._template,
            *self._taken_rows(),
            *self._speed_rows(),
            self._local_row(),
            self._notify_row(),
        ]

    def _folder_row(self) -> SettingRow:
        change = button(self.context.theme, self.tr("Change"), "folder-open")
        change.clicked.connect(self._choose_folder)
        row = SettingRow(
            self.context.theme,
            self.tr("Download folder"),
            self.tr(
                "Where the audio that is fetched has its place. What lies in the one before stays there."
            ),
            change,
        )
        row.tell(str(self.context.preferences.settings.download_dir))
        return row

    @Slot()
    def _choose_folder(self) -> None:
        choose_folder(self, self.tr("Choose the download folder"), self.take_folder)

    def take_folder(self, folder: str) -> None:
        """Fetch into this folder from now on."""
        self.save(download_dir=Path(folder))
        self._folder.tell(str(self.context.preferences.settings.download_dir))

    def _template_row(self) -> SettingRow:
        theme, current = self.context.theme, self.context.preferences.settings.file_template
        field = TextSetting(
            theme, current, self._wrong_with, lambda template: self.save(file_template=template)
        )
        row = SettingRow(
            theme,
            self.tr("File names"),
            self.tr("Fields: {fields}. A slash begins a folder, {track:02} has at least two digits.").replace(
                "{fields}", ", ".join(f"{{{each.name}}}" for each in fields(NameFields))
            ),
            field,
            wide=True,
        )
        field.told.connect(row.say)
        field.textChanged.connect(self._show_example)
        row.tell(self._example(current))
        return row

    @Slot(str)
    def _show_example(self, template: str) -> None:
        problem = self._wrong_with(template.strip())
        self._template.say(problem)
        self._template.tell("" if problem else self._example(template.strip()))

    def _example(self, template: str) -> str:
        return self.tr("Example: {path}").format(path=relative_path(template, _EXAMPLE, "flac"))

    def _wrong_with(self, template: str) -> str:
        try:
            check_template(template)
        except ValueError as error:
            return self.tr("Not usable: {why}.").format(why=error)
        return ""

    def _taken_rows(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        formats = OrderSetting(
            theme, self.tr("Formats"), [(each, each.upper()) for each in settings.download_formats], fixed=0
        )
        formats.changed.connect(lambda keys: self.save(download_formats=tuple(keys)))
        least = AmountSetting(
            theme,
            (0, max(_MOST_KBPS, settings.download_min_kbps)),
            settings.download_min_kbps,
            lambda value: self.save(download_min_kbps=value),
            self.tr("any"),
        )
        return [
            SettingRow(
                theme,
                self.tr("Formats"),
                self.tr("Among files that surely are the recording, the upper format is taken."),
                formats,
                wide=True,
            ),
            SettingRow(
                theme,
                self.tr("Least quality of lossy files"),
                self.tr("Kilobits a second below which a file is not taken without asking"),
                least,
            ),
        ]

    def _speed_rows(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        at_once = AmountSetting(
            theme, (1, 16), settings.downloads_at_once, lambda value: self.save(downloads_at_once=value)
        )
        per_host = AmountSetting(
            theme, (1, 8), settings.downloads_per_host, lambda value: self.save(downloads_per_host=value)
        )
        limit = AmountSetting(
            theme,
            (0, max(_FASTEST, settings.download_limit_kbps)),
            settings.download_limit_kbps,
            lambda value: self.save(download_limit_kbps=value),
            self.tr("no limit"),
        )
        return [
            SettingRow(theme, self.tr("Downloads at once"), self.tr("From all sources together"), at_once),
            SettingRow(theme, self.tr("At once from one server"), "", per_host),
            SettingRow(
                theme,
                self.tr("Speed limit"),
                self.tr("Kilobytes a second of all downloads together; 0: no limit"),
                limit,
            ),
        ]

    def _local_row(self) -> SettingRow:
        theme = self.context.theme
        local = choice(
            theme,
            self.tr("Files of your folders"),
            [
                ("copy", self.tr("Copy")),
                ("hardlink", self.tr("Hard link")),
                ("leave", self.tr("Leave in place")),
            ],
            self.context.preferences.settings.local_files,
            lambda key: self.save(local_files=key),
        )
        about = self.tr(
            "What becomes of a file found in a folder or on a drive: a hard link takes no room on the same"
            " disk; left in place, it is used where it is"
        )
        return SettingRow(theme, self.tr("Files of your folders"), about, local, wide=True)

    def _notify_row(self) -> SettingRow:
        theme = self.context.theme
        tell = choice(
            theme,
            self.tr("Tell when an album is complete"),
            [("yes", self.tr("Yes")), ("no", self.tr("No"))],
            "yes" if self.context.preferences.settings.notify_when_complete else "no",
            lambda key: self.save(notify_when_complete=key == "yes"),
        )
        about = self.tr("A message of the desktop, while you look at another window")
        return SettingRow(theme, self.tr("Tell when an album is complete"), about, tell)
