"""The music folders are watched as long as the window is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.threads import RunnerThread
from musiclib.runners.watching import FolderWatcher, WatchUpdate
from musiclib.services.scan_types import ScanOutcome


class Watching(QObject):
    """Runs the watcher while there is a folder to watch, and shows what it has found."""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted: Sequence[Path] = ()
        self._troubles: set[str] = set()
        self.worker = RunnerThread("watching", self._watcher, self)
        self.worker.updated.connect(self._on_update)
        self.worker.failed.connect(context.shell.toast)

    @Slot()
    def follow(self) -> None:
        """Watch what the settings in force say."""
        wanted = self._context.library.settings.watched_folders
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if self.worker.isRunning():
            self.worker.restart()
        elif wanted:
            self.worker.start()

    def _watcher(self, tell: Callable[[WatchUpdate[ScanOutcome]], None]) -> FolderWatcher[ScanOutcome]:
        library = self._context.library
        return FolderWatcher(library.settings.watched_folders, library.scan.again, tell)

    @Slot(object)
    def _on_update(self, update: WatchUpdate[ScanOutcome]) -> None:
        shell = self._context.shell
        if update.trouble is not None and update.trouble not in self._troubles:
            self._troubles.add(update.trouble)
            shell.toast(update.trouble)
        found = update.outcome
        if found is None or not (found.track_ids or found.album_ids):
            return
        shell.refresh(list(found.track_ids), list(found.album_ids))
        shell.work_arrived()
        if found.added:
            words = self.tr("{n} files were added to your music folders, and to the library")
            shell.toast(words.format(n=wording.number(found.added)))
