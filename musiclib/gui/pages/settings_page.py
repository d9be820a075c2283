"""Settings: everything that can be set, by category, found by typing, saved at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.icons import themed_icon
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.settings.accounts import Accounts
from musiclib.gui.pages.settings.audio import Downloads, Sources
from musiclib.gui.pages.settings.category import Category
from musiclib.gui.pages.settings.collection import Collection
from musiclib.gui.pages.settings.general import General
from musiclib.gui.pages.settings.keeping import About, Library
from musiclib.gui.pages.settings.lists import Folders, Pasting
from musiclib.gui.pages.settings.providers import Providers
from musiclib.gui.pages.settings.tags import WritingTags
from musiclib.gui.pages.settings.work import Analysis, Matching
from musiclib.gui.widgets.controls import SearchField, label, rule
from musiclib.gui.widgets.setting_rows import SettingRow
from musiclib.gui.window_memory import Held
from musiclib.services.scan_types import ScanOutcome

GENERAL, FOLDERS, PASTING, SOURCES, DOWNLOADS, PROVIDERS, ACCOUNTS, MATCHING, ANALYSIS, LIBRARY, ABOUT = (
    "general",
    "folders",
    "pasting",
    "sources",
    "downloads",
    "providers",
    "accounts",
    "matching",
    "analysis",
    "library",
    "about",
)
TAGS = "tags"
_KINDS: dict[str, type[Category]] = {
    GENERAL: General,
    FOLDERS: Folders,
    PASTING: Pasting,
    SOURCES: Sources,
    DOWNLOADS: Downloads,
    PROVIDERS: Providers,
    ACCOUNTS: Accounts,
    places.COLLECTION: Collection,
    MATCHING: Matching,
    ANALYSIS: Analysis,
    TAGS: WritingTags,
    LIBRARY: Library,
    ABOUT: About,
}
_WIDTH = 720


class SettingsPage(Page):
    """`open` takes the name of a category, or the outcome of a scan to show under the folders."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        theme = context.theme
        self.search = SearchField(theme, self.tr("Find a setting"))
        self.search.setFixedWidth(theme.size("sidebar") + theme.space(6))
        self.search.textChanged.connect(self._filter)
        self._categories = {name: kind(context) for name, kind in _KINDS.items()}
        self._buttons: dict[str, QPushButton] = {}
        self._category = GENERAL
        self._looked: set[str] = set()
        self._nothing = label(theme, self.tr("No setting has these words."), "body", "secondary")
        self._nothing.hide()
        self._area, self._stack = QScrollArea(), QStackedWidget()
        self._lay_out()
        self.choose(GENERAL)

    def open(self, argument: object = None) -> None:
        if isinstance(argument, ScanOutcome):
            folders = self._categories[FOLDERS]
            assert isinstance(folders, Folders)
            folders.folder_list.show_outcome(argument)
            argument = FOLDERS
        self._looked.clear()
        if isinstance(argument, str) and argument in self._categories:
            self.search.clear()
            self.choose(argument)
        else:
            self._filter(self.search.text())

    def remembered(self) -> Held:
        return {"category": self._category}

    def recall(self, held: Held) -> None:
        if held.get("category") in self._categories:
            self.choose(held["category"])

    def focus_search(self) -> None:
        self.search.setFocus()

    def wait(self, ms: int) -> bool:
        return all(each.wait(ms) for each in self._categories.values())

    def choose(self, name: str) -> None:
        """Show one category."""
        self._category = name
        self._buttons[name].setChecked(True)
        self._filter(self.search.text())

    def categories(self) -> list[str]:
        """The names `open` takes, in order."""
        return list(self._categories)

    def category(self, name: str) -> Category:
        return self._categories[name]

    def shown_rows(self) -> list[SettingRow]:
        """The settings in view, whatever is scrolled."""
        shown = [each for each in self._categories.values() if not each.isHidden()]
        return [row for each in shown for row in each.shown()]

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        found = False
        for name, category in self._categories.items():
            hit = category.filter(words)
            shown = hit if words else name == self._category
            category.setVisible(shown)
            found = found or hit
            if shown and name not in self._looked:
                self._looked.add(name)
                category.look()
        self._nothing.setVisible(not found)
        pane = None if words else self._categories[self._category].pane()
        if pane is not None and self._stack.indexOf(pane) < 0:
            self._stack.addWidget(pane)
        self._stack.setCurrentWidget(pane or self._area)

    def _lay_out(self) -> None:
        theme = self.context.theme
        margin = theme.size("page_margin")
        top = QHBoxLayout()
        top.setContentsMargins(margin, theme.space(3), margin, theme.space(3))
        top.addWidget(label(theme, self.tr("Settings"), "page"))
        top.addStretch(1)
        top.addWidget(self.search)
        inside = QWidget()
        sections = QVBoxLayout(inside)
        sections.setContentsMargins(theme.space(8), 0, theme.space(8), theme.space(6))
        sections.setSpacing(theme.space(6))
        names = QVBoxLayout()
        names.setContentsMargins(theme.space(4), 0, theme.space(4), 0)
        names.setSpacing(0)
        group = QButtonGroup(self)
        for name, category in self._categories.items():
            sections.addWidget(category)
            names.addWidget(self._category_button(group, name, category))
        sections.addWidget(self._nothing)
        sections.addStretch(1)
        names.addStretch(1)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setMaximumWidth(_WIDTH)
        self._area.setWidget(inside)
        self._stack.addWidget(self._area)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addLayout(names)
        body.addWidget(rule("v"))
        body.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(body, 1)

    def _category_button(self, group: QButtonGroup, name: str, category: Category) -> QPushButton:
        theme = self.context.theme
        made = QPushButton(category.title())
        made.setFont(theme.font("body"))
        made.setProperty("kind", "category")
        made.setIcon(themed_icon(theme, category.icon, "text.secondary"))
        made.setCheckable(True)
        made.setMinimumWidth(theme.size("art_hero"))
        made.clicked.connect(partial(self._clicked, name))
        group.addButton(made)
        self._buttons[name] = made
        return made

    def _clicked(self, name: str) -> None:
        self.search.clear()
        self.choose(name)
