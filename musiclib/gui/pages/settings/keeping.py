"""Where the library lies and how it is kept safe; what program this is."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from musiclib.gui.pages.settings.category import Category
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.widgets.library_care import BackupCare, CheckList
from musiclib.gui.widgets.setting_rows import SettingRow
from musiclib.version import program_version


class Library(Category):
    icon = "database"

    def title(self) -> str:
        return self.tr("Library and backup")

    def build(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        self.backups = BackupCare(self.context)
        where = button(theme, self.tr("Open the folder"), "folder-open")
        where.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(settings.data_dir))))
        about = self.tr("Each copy is checked. Restoring one keeps the library of now beside it.")
        return [
            SettingRow(theme, self.tr("Data folder"), str(settings.data_dir), where),
            SettingRow(theme, self.tr("Library"), self.context.library.maintenance.place, QWidget()),
            SettingRow(theme, self.tr("Backup"), about, self.backups, wide=True),
        ]

    def look(self) -> None:
        self.backups.look()


class About(Category):
    icon = "info"

    def title(self) -> str:
        return self.tr("About")

    def build(self) -> list[SettingRow]:
        theme = self.context.theme
        self.checks = CheckList(self.context)
        number = label(theme, program_version(), "body")
        licence = label(theme, "AGPL-3.0-or-later", "body")
        return [
            SettingRow(theme, "musiclib", self.tr("Version"), number),
            SettingRow(
                theme, self.tr("Licence"), self.tr("Free software: use, study, share, improve"), licence
            ),
            SettingRow(theme, self.tr("What works here"), "", self.checks, wide=True),
        ]

    def look(self) -> None:
        self.checks.look()
