"""Faults of the program itself: written to the log and told once, without taking the window down."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from musiclib.errors import DatabaseCorrupt, KnownError
from musiclib.services.backups import newest_whole_copy
from musiclib.settings import Settings

_log = logging.getLogger(__name__)
_Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


class CrashReporter(QObject):
    """Takes over `sys.excepthook`; the hook that was there is still called. `close` puts it back."""

    _caught = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._box: QMessageBox | None = None
        self._before: _Hook = sys.excepthook
        sys.excepthook = self._hook
        self._caught.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def close(self) -> None:
        sys.excepthook = self._before

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._before(kind, error, trace)
        if issubclass(kind, Exception):
            self._caught.emit(error)

    @Slot(object)
    def _tell(self, error: Exception) -> None:
        if self._box is not None:
            return  # one at a time; the log has them all
        details = "".join(traceback.format_exception(error))
        text = str(error) if isinstance(error, KnownError) else self.tr("Something in musiclib went wrong.")
        none = QMessageBox.StandardButton.NoButton
        box = QMessageBox(QMessageBox.Icon.Warning, "musiclib", text, none, QApplication.activeWindow())
        box.setInformativeText(
            self.tr(
                "Your library is safe: every change is written whole or not at all. The log is in {folder}."
            ).format(folder=self._settings.log_file.parent)
        )
        box.setDetailedText(details)
        copy = box.addButton(self.tr("Copy details"), QMessageBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
        box.addButton(QMessageBox.StandardButton.Close)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setModal(False)
        box.finished.connect(self._closed)
        self._box = box
        box.show()

    def _closed(self) -> None:
        self._box = None


class StartFailed(QMessageBox):
    """The library cannot be opened: what happened, what next, and where it lies.

    A damaged one can be replaced by the newest backup that is whole, which is `chosen` then.
    """

    def __init__(self, error: KnownError, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(
            QMessageBox.Icon.Critical,
            self.tr("musiclib cannot open the library"),
            str(error),
            QMessageBox.StandardButton.NoButton,
            parent,
        )
        self.setInformativeText(self.tr("The library is in {folder}.").format(folder=settings.data_dir))
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.chosen: Path | None = None
        copy = newest_whole_copy(settings) if isinstance(error, DatabaseCorrupt) else None
        if copy is not None:
            day = f"{copy.made_at.astimezone():%Y-%m-%d %H:%M}"
            words = self.tr("Restore the backup of {day}").format(day=day)
            restore = self.addButton(words, QMessageBox.ButtonRole.AcceptRole)
            restore.clicked.connect(partial(self._choose, copy.path))
        show = self.addButton(self.tr("Open the folder"), QMessageBox.ButtonRole.ActionRole)
        show.clicked.disconnect()
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(settings.data_dir))))
        self.setDefaultButton(self.addButton(self.tr("Quit"), QMessageBox.ButtonRole.RejectRole))

    def _choose(self, copy: Path) -> None:
        self.chosen = copy
