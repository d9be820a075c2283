"""The folders of audio: add, remove, scan, and what could not be read at the last scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QVBoxLayout, QWidget

from musiclib.domain.states import BadgeState
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.reading import Topic
from musiclib.gui.widgets.choosers import choose_folder
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.wording import number
from musiclib.runners.watching import Watched, how_to_watch
from musiclib.services.scan_types import ScanOutcome


class FolderList(QWidget):
    """The folders are a setting; scanning runs in the background and is told in the strip."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._lines = LinesModel(self)
        self.folders = QListView()
        self.folders.setModel(self._lines)
        self.folders.setItemDelegate(LineDelegate(theme, self.folders))
        self.folders.setProperty("framed", "true")
        self.folders.setAccessibleName(self.tr("Music folders"))
        self.folders.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.folders.setFixedHeight(5 * theme.size("row"))
        self.add = button(theme, self.tr("Add folder"), "folder-plus")
        self.add.clicked.connect(self._choose)
        self.remove = button(theme, self.tr("Remove from the list"))
        self.remove.clicked.connect(self._remove)
        self.scan = button(theme, self.tr("Scan now"), "arrow-clockwise")
        self.scan.clicked.connect(self._scan)
        self._result = label(theme, "", "body", "", wrap=True)
        self._broken = LinesModel(self)
        self.broken = QListView()
        self.broken.setModel(self._broken)
        self.broken.setItemDelegate(LineDelegate(theme, self.broken))
        self.broken.setAccessibleName(self.tr("Files that cannot be read"))
        self.broken.setMinimumHeight(4 * theme.size("row_tall"))
        self._result.hide()
        self.broken.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.space(2))
        self.watch = button(theme, self.tr("Watch, or no longer"), "eye")
        self.watch.setToolTip(self.tr("Whether changes in the chosen folders are scanned by themselves"))
        self.watch.clicked.connect(self._turn_watching)
        for each in (self.add, self.remove, self.watch, self.scan):
            buttons.addWidget(each)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addWidget(self.folders)
        column.addLayout(buttons)
        column.addWidget(self._result)
        column.addWidget(self.broken, 1)
        self._show()
        context.preferences.changed.connect(self._show)

    def show_outcome(self, outcome: ScanOutcome) -> None:
        """Say what the last scan found, and list what could not be read, each with its reason."""
        # A moved file is as it was before, but for its name.
        same = outcome.unchanged + outcome.moved
        seen = outcome.added + outcome.changed + same + len(outcome.broken)
        words = self.tr(
            "Last scan: {seen} files = {added} new + {changed} changed + {same} as before"
            " + {broken} that cannot be read."
        )
        told = words.format(
            seen=number(seen),
            added=number(outcome.added),
            changed=number(outcome.changed),
            same=number(same),
            broken=number(len(outcome.broken)),
        )
        if outcome.moved:
            told += " " + self.tr("{n} were moved and keep all that is known of them.").format(
                n=number(outcome.moved)
            )
        if outcome.missing:
            told += " " + self.tr("{n} are missing; they are kept and marked.").format(
                n=number(outcome.missing)
            )
        self._result.setText(told)
        self._result.show()
        told_of = [(each, BadgeState.ERROR) for each in outcome.broken]
        told_of += [(each, BadgeState.WAITING) for each in outcome.kept]
        self._broken.show(
            [
                Line(str(each.path), each.path.name, f"{each.reason}  {each.path.parent}", "", state)
                for each, state in told_of
            ]
        )
        self.broken.setVisible(bool(told_of))

    def result_text(self) -> str:
        """What is said about the last scan."""
        return self._result.text()

    def add_folder(self, folder: str) -> None:
        """Keep a folder and read it at once."""
        known = self._context.preferences.settings.music_folders
        path = Path(folder)
        if path not in known:
            self._context.preferences.update(music_folders=(*known, path))
        self._context.shell.open_files([folder])

    @Slot()
    def _show(self) -> None:
        folders = self._context.preferences.settings.music_folders
        self._show_ways({})
        self.folders.setVisible(bool(folders))
        for each in (self.remove, self.watch, self.scan):
            each.setVisible(bool(folders))
        if folders:
            self._context.reading.ask(Topic.FOLDERS, partial(_ways, folders), self._show_ways)

    @Slot(object)
    def _show_ways(self, ways: Mapping[Path, Watched]) -> None:
        """The folders, each with how it is watched as far as that is known."""
        settings = self._context.preferences.settings
        words = {
            Watched.BY_SYSTEM: self.tr("Watched: what changes is scanned by itself"),
            Watched.FROM_TIME_TO_TIME: self.tr("On a network drive: scanned every ten minutes"),
            Watched.AWAY: self.tr("Not there now. Its files stay in the library."),
        }
        lines = []
        for path in settings.music_folders:
            way = ways.get(path)
            told = words[way] if way is not None else ""
            if way is not Watched.AWAY and (not settings.watch_folders or path in settings.unwatched_folders):
                told = self.tr("Scanned when you say so")
            lines.append(Line(path, str(path), told, "", None, "folder"))
        self._lines.show(lines)

    @Slot()
    def _turn_watching(self) -> None:
        settings = self._context.preferences.settings
        chosen = {settings.music_folders[index.row()] for index in self.folders.selectedIndexes()}
        if not chosen:
            self._context.shell.toast(self.tr("Choose a folder of the list first."))
            return
        before = set(settings.unwatched_folders)
        after = before | chosen if chosen - before else before - chosen
        kept = tuple(each for each in settings.music_folders if each in after)
        self._context.preferences.update(watch_folders=True, unwatched_folders=kept)

    def _choose(self) -> None:
        choose_folder(self, self.tr("Add a folder of audio"), self.add_folder)

    def _remove(self) -> None:
        rows = {index.row() for index in self.folders.selectedIndexes()}
        known = self._context.preferences.settings.music_folders
        kept = tuple(path for place, path in enumerate(known) if place not in rows)
        if kept == known:
            self._context.shell.toast(self.tr("Choose a folder of the list first."))
            return
        self._context.preferences.update(music_folders=kept)
        words = self.tr("Removed from the list. Its tracks stay in the library, its files on the disk.")
        self._context.shell.toast(words, self.tr("Undo"), lambda: self._put_back(known))

    def _put_back(self, folders: Sequence[Path]) -> None:
        self._context.preferences.update(music_folders=tuple(folders))

    def _scan(self) -> None:
        folders = self._context.preferences.settings.music_folders
        self._context.shell.open_files([str(path) for path in folders])


def _ways(folders: Sequence[Path]) -> dict[Path, Watched]:
    return {folder: how_to_watch(folder) for folder in folders}
