"""Accounts at sources that want one."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtWidgets import QWidget

from musiclib.gui import shell as places
from musiclib.gui.pages.settings.category import Category
from musiclib.gui.widgets.accounts_pane import AccountsPane
from musiclib.gui.widgets.controls import button
from musiclib.gui.widgets.setting_rows import SettingRow


class Accounts(Category):
    icon = "key"

    def title(self) -> str:
        return self.tr("Accounts")

    @cached_property
    def accounts(self) -> AccountsPane:
        """Made when it is first looked at: it is as large as all other categories together."""
        return AccountsPane(self.context)

    def build(self) -> list[SettingRow]:
        go = button(self.context.theme, self.tr("Open accounts"))
        go.clicked.connect(lambda: self.context.shell.open_page(places.SETTINGS, "accounts"))
        about = self.tr(
            "Spotify: sign in, sign out, client ID, remove all its data. All else needs no account."
        )
        return [SettingRow(self.context.theme, self.tr("Accounts"), about, go)]

    def pane(self) -> QWidget:
        return self.accounts

    def look(self) -> None:
        self.accounts.look()
