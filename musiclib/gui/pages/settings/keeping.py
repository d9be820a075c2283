"""Where the library lies and how it is kept safe; what program this is."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from musiclib.gui.pages.settings.category import Category
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.widgets.library_care import BackupCare, CheckList
from musiclib.gui.widgets.setting_rows import AmountSetting, SettingRow, choice
from musiclib.gui.widgets.sync_care import SyncCare
from musiclib.services.maintenance_types import Health
from musiclib.version import program_version

_YES, _NO = "yes", "no"


class Library(Category):
    icon = "database"

    def title(self) -> str:
        return self.tr("Library and backup")

    def build(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        self.backups, self.sync = BackupCare(self.context), SyncCare(self.context)
        where = button(theme, self.tr("Open the folder"), "folder-open")
        where.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(settings.data_dir))))
        about = self.tr("Each copy is checked. Restoring one keeps the library of now beside it.")
        daily = choice(
            theme,
            self.tr("Copy of the day"),
            [(_YES, self.tr("Each day")), (_NO, self.tr("Never"))],
            _YES if settings.backup_daily else _NO,
            lambda key: self.save(backup_daily=key == _YES),
        )
        kept = AmountSetting(theme, (1, 1000), settings.backups_kept, lambda n: self.save(backups_kept=n))
        self.check = button(theme, self.tr("Check the library"), "checks")
        self.check.clicked.connect(self._check)
        self._health = SettingRow(
            theme,
            self.tr("Is it whole?"),
            self.tr("Reads every page of the library. After a crash a shorter check is made by itself."),
            self.check,
        )
        self.context.shell.checked.connect(self._show_health)
        return [
            SettingRow(theme, self.tr("Data folder"), str(settings.data_dir), where),
            SettingRow(theme, self.tr("Library"), self.context.library.maintenance.place, QWidget()),
            SettingRow(theme, self.tr("Backup"), about, self.backups, wide=True),
            SettingRow(
                theme,
                self.tr("Copy of the day"),
                self.tr("Made a while after the start, when something was changed since the last copy."),
                daily,
            ),
            SettingRow(
                theme,
                self.tr("Copies kept"),
                self.tr("Of those made by themselves. What you copy by hand is never taken away."),
                kept,
            ),
            self._health,
            SettingRow(
                theme,
                self.tr("Shared library"),
                self.tr("Exchange changes, both ways, with a library on a PostgreSQL server."),
                self.sync,
                wide=True,
            ),
        ]

    def look(self) -> None:
        self.backups.look()
        self.sync.look()

    def _check(self) -> None:
        self.check.setEnabled(False)
        self._health.tell(self.tr("Being read from end to end"))
        self.context.shell.check_library()

    @Slot(object)
    def _show_health(self, health: Health) -> None:
        self.check.setEnabled(True)
        found = "; ".join([*health.damage, *health.contradictions])
        self._health.tell("" if found else self.tr("The library is whole."))
        self._health.say(found)


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
