"""Settings: everything that can be set, by category, found by typing, saved at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from musiclib.domain.music_key import KeyNotation
from musiclib.domain.provenance import DEFAULT_PRECEDENCE
from musiclib.domain.states import Source
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.icons import themed_icon
from musiclib.gui.pages.base import Page
from musiclib.gui.widgets.controls import SearchField, button, label, rule
from musiclib.gui.widgets.folder_list import FolderList
from musiclib.gui.widgets.lesson_list import LessonList
from musiclib.gui.widgets.library_care import BackupCare, CheckList
from musiclib.gui.widgets.setting_rows import AmountSetting, OrderSetting, SettingRow, TextSetting, choice
from musiclib.services.scan_types import ScanOutcome
from musiclib.version import program_version

GENERAL, FOLDERS, PASTING, PROVIDERS, MATCHING, ANALYSIS, LIBRARY, ABOUT = (
    "general",
    "folders",
    "pasting",
    "providers",
    "matching",
    "analysis",
    "library",
    "about",
)
_WIDTH = 720
_ADDRESSES = (
    ("musicbrainz_url", "MusicBrainz"),
    ("coverart_url", "Cover Art Archive"),
)


@dataclass
class _Section:
    box: QWidget
    rows: list[SettingRow] = field(default_factory=list)


class SettingsPage(Page):
    """`open` takes the name of a category, or the outcome of a scan to show under the folders."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        theme = context.theme
        self.search = SearchField(theme, self.tr("Find a setting"))
        self.search.setFixedWidth(theme.size("sidebar") + theme.space(6))
        self.search.textChanged.connect(self._filter)
        self._category = GENERAL
        self._buttons: dict[str, QPushButton] = {}
        self._sections: dict[str, _Section] = {}
        self.folder_list = FolderList(context)
        self.lessons = LessonList(context)
        self.backups = BackupCare(context)
        self.checks = CheckList(context)
        self._nothing = label(theme, self.tr("No setting has these words."), "body", "secondary")
        self._nothing.hide()
        self._lay_out()
        self.choose(GENERAL)

    def open(self, argument: object = None) -> None:
        if isinstance(argument, ScanOutcome):
            self.folder_list.show_outcome(argument)
            argument = FOLDERS
        if isinstance(argument, str) and argument in self._sections:
            self.search.clear()
            self.choose(argument)
        self.lessons.look()
        self.backups.look()
        self.checks.look()

    def focus_search(self) -> None:
        self.search.setFocus()

    def choose(self, category: str) -> None:
        """Show one category."""
        self._category = category
        self._buttons[category].setChecked(True)
        self._filter(self.search.text())

    def categories(self) -> list[str]:
        """The names `open` takes, in order."""
        return list(self._sections)

    def shown_rows(self) -> list[SettingRow]:
        """The settings in view, whatever is scrolled."""
        return [
            row
            for section in self._sections.values()
            if not section.box.isHidden()
            for row in section.rows
            if not row.isHidden()
        ]

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        found = False
        for category, section in self._sections.items():
            hits = 0
            for row in section.rows:
                fits = row.found_by(words)
                row.setVisible(fits)
                hits += fits
            section.box.setVisible(bool(hits) if words else category == self._category)
            found = found or hits > 0
        self._nothing.setVisible(not found)

    # -- categories

    def _general(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        looks = choice(
            theme,
            self.tr("Theme"),
            [("system", self.tr("As the system")), ("light", self.tr("Light")), ("dark", self.tr("Dark"))],
            settings.theme,
            lambda key: self._save(theme=key),
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
            lambda key: self._save(key_notation=KeyNotation(key)),
        )
        return [
            SettingRow(theme, self.tr("Theme"), self.tr("Light or dark"), looks),
            SettingRow(theme, self.tr("Keys"), self.tr("How musical keys are written everywhere"), keys),
        ]

    def _folders(self) -> list[SettingRow]:
        about = self.tr(
            "Folders that are read for audio. Files are matched with your lists; nothing in them is changed."
        )
        return [
            SettingRow(
                self.context.theme, self.tr("Where your music lies"), about, self.folder_list, wide=True
            )
        ]

    def _pasting(self) -> list[SettingRow]:
        about = self.tr("Lines of these forms are read as you taught them in the paste dialog.")
        return [
            SettingRow(self.context.theme, self.tr("What you taught"), about, self.lessons, wide=True),
        ]

    def _providers(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        online = choice(
            theme,
            self.tr("Network"),
            [("yes", self.tr("Online")), ("no", self.tr("Offline"))],
            "yes" if settings.online else "no",
            lambda key: self._save(online=key == "yes"),
        )
        rows = [
            SettingRow(
                theme,
                self.tr("Network"),
                self.tr("Offline, no source is asked and nothing leaves this computer"),
                online,
            ),
            self._text_row(
                "contact",
                self.tr("Contact"),
                self.tr("An address or mail that tells the sources who asks; MusicBrainz wishes for one"),
                self._something,
            ),
        ]
        for name, words in _ADDRESSES:
            about = self.tr("Address of {name}, or of a mirror of it").format(name=words)
            rows.append(self._text_row(name, words, about, self._address))
        order = OrderSetting(theme, self.tr("Order of sources"), self._sources(), fixed=1)
        order.changed.connect(lambda keys: self._save(source_precedence=tuple(keys)))
        about = self.tr(
            "Where sources disagree, the upper one wins. What you say by hand always stands first."
        )
        rows.append(SettingRow(theme, self.tr("Order of sources"), about, order, wide=True))
        return rows

    def _matching(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        accept = AmountSetting(
            theme,
            (50, 100),
            round(settings.accept_score),
            lambda value: self._save(accept_score=float(value)),
        )
        review = AmountSetting(
            theme,
            (0, 100),
            round(settings.review_score),
            lambda value: self._save(review_score=float(value)),
        )
        return [
            SettingRow(
                theme,
                self.tr("Take without asking from"),
                self.tr("Score of 100 from which on a match is taken, if it is clear of the second best"),
                accept,
            ),
            SettingRow(
                theme,
                self.tr("Offer for review from"),
                self.tr("Score of 100 from which on you are asked; lower ones count as not found"),
                review,
            ),
        ]

    def _analysis(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        lanes = AmountSetting(
            theme,
            (0, 16),
            settings.analysis_lanes,
            lambda value: self._save(analysis_lanes=value),
            self.tr("by itself"),
        )
        engine = choice(
            theme,
            self.tr("Engine"),
            [("auto", self.tr("Best there is")), ("essentia", "Essentia"), ("librosa", "librosa")],
            settings.analysis_engine,
            lambda key: self._save(analysis_engine=key),
        )
        return [
            SettingRow(
                theme,
                self.tr("Lanes"),
                self.tr(
                    "How many files are analysed at once; by itself: one less than this computer has cores"
                ),
                lanes,
            ),
            SettingRow(theme, self.tr("Engine"), self.tr("What measures tempo and key"), engine),
        ]

    def _library(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        where = button(theme, self.tr("Open the folder"), "folder-open")
        where.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(settings.data_dir))))
        place = settings.database_url or str(settings.data_dir)
        about = self.tr("Each copy is checked. Restoring one keeps the library of now beside it.")
        return [
            SettingRow(theme, self.tr("Data folder"), place, where),
            SettingRow(theme, self.tr("Backup"), about, self.backups, wide=True),
        ]

    def _about(self) -> list[SettingRow]:
        theme = self.context.theme
        number = label(theme, program_version(), "body")
        licence = label(theme, "AGPL-3.0-or-later", "body")
        return [
            SettingRow(theme, "musiclib", self.tr("Version"), number),
            SettingRow(
                theme, self.tr("Licence"), self.tr("Free software: use, study, share, improve"), licence
            ),
            SettingRow(theme, self.tr("What works here"), "", self.checks, wide=True),
        ]

    # -- parts

    def _sources(self) -> list[tuple[str, str]]:
        chosen = self.context.preferences.settings.source_precedence
        order = [Source.MANUAL, *(each for each in chosen if each != Source.MANUAL)]
        order += [each for each in DEFAULT_PRECEDENCE if each not in order]
        words = {str(each): wording.source_name(each) for each in order}
        words[Source.MANUAL] = self.tr("By hand (always first)")
        return list(words.items())

    def _text_row(self, name: str, title: str, about: str, check: Callable[[str], str]) -> SettingRow:
        current = str(getattr(self.context.preferences.settings, name))
        made = TextSetting(self.context.theme, current, check, partial(self._save_one, name))
        row = SettingRow(self.context.theme, title, about, made)
        made.told.connect(row.say)
        return row

    def _address(self, text: str) -> str:
        url = QUrl(text, QUrl.ParsingMode.StrictMode)
        if url.isValid() and url.scheme() in {"http", "https"} and url.host():
            return ""
        return self.tr("An address begins with https:// and names a host.")

    def _something(self, text: str) -> str:
        return "" if text else self.tr("Write an address or a mail, so that a source can reach somebody.")

    def _save_one(self, name: str, value: str) -> None:
        self._save(**{name: value})

    def _save(self, **values: object) -> None:
        self.context.preferences.update(**values)
        if not set(values) <= _AT_ONCE:
            self.context.shell.toast(self.tr("Saved. It counts from the next start on."))

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
        categories = QVBoxLayout()
        categories.setContentsMargins(theme.space(4), 0, theme.space(4), 0)
        categories.setSpacing(0)
        group = QButtonGroup(self)
        for key, words, icon, build in self._plan():
            section = self._section(words, build())
            self._sections[key] = section
            sections.addWidget(section.box)
            categories.addWidget(self._category_button(group, key, words, icon))
        sections.addWidget(self._nothing)
        sections.addStretch(1)
        categories.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setMaximumWidth(_WIDTH)
        area.setWidget(inside)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addLayout(categories)
        body.addWidget(rule("v"))
        body.addWidget(area, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(body, 1)

    def _plan(self) -> list[tuple[str, str, str, Callable[[], list[SettingRow]]]]:
        return [
            (GENERAL, self.tr("General"), "monitor", self._general),
            (FOLDERS, self.tr("Music folders"), "folder", self._folders),
            (PASTING, self.tr("Pasted lists"), "clipboard-text", self._pasting),
            (PROVIDERS, self.tr("Providers"), "globe", self._providers),
            (MATCHING, self.tr("Matching"), "sliders", self._matching),
            (ANALYSIS, self.tr("Analysis"), "activity", self._analysis),
            (LIBRARY, self.tr("Library and backup"), "database", self._library),
            (ABOUT, self.tr("About"), "info", self._about),
        ]

    def _category_button(self, group: QButtonGroup, key: str, words: str, icon: str) -> QPushButton:
        theme = self.context.theme
        made = QPushButton(words)
        made.setFont(theme.font("body"))
        made.setProperty("kind", "category")
        made.setIcon(themed_icon(theme, icon, "text.secondary"))
        made.setCheckable(True)
        made.setMinimumWidth(theme.size("art_hero"))
        made.clicked.connect(partial(self._clicked, key))
        group.addButton(made)
        self._buttons[key] = made
        return made

    def _clicked(self, key: str) -> None:
        self.search.clear()
        self.choose(key)

    def _section(self, words: str, rows: list[SettingRow]) -> _Section:
        theme = self.context.theme
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label(theme, words, "page"))
        column.addSpacing(theme.space(2))
        for place, row in enumerate(rows):
            if place:
                column.addWidget(rule())
            column.addWidget(row)
        return _Section(box, rows)


_AT_ONCE = {"theme", "key_notation", "music_folders"}
"""Settings that count without a new start."""
