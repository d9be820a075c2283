"""Looks after the library in the background: whether it is whole after a crash, the copy of the day."""

from __future__ import annotations

import logging
import threading
from functools import partial

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from musiclib.errors import Interrupted, KnownError
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.priority import give_way
from musiclib.services.backups import BackupRow
from musiclib.services.maintenance_types import Health

_AFTER_MS = 10_000
"""The window is there, and what was asked for first is read."""
_log = logging.getLogger(__name__)


class _Work(QThread):
    checked = Signal(object, object)
    """A `Health`, and, where the library is damaged, the newest `BackupRow` that is whole, or None."""
    warned = Signal(str)

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("care")
        self._maintenance, self._backups = context.library.maintenance, context.library.backups
        self._identifier: int | None = None
        self._stopping = False
        self.thorough = False

    def request_stop(self) -> None:
        """What is read is broken off; a copy that is being made is left and goes."""
        self._stopping = True
        if self._identifier is not None:
            self._maintenance.interrupt(self._identifier)

    def run(self) -> None:
        give_way()
        self._identifier = threading.get_ident()
        try:
            if self.thorough or self._maintenance.was_left_open:
                self._check()
            if not self.thorough:
                self._look_around()
        except Interrupted:
            return
        except KnownError as error:
            _log.warning("looking after the library: %s", error)
            self.warned.emit(str(error))
        finally:
            self._identifier = None

    def _check(self) -> None:
        health = self._maintenance.check(thorough=self.thorough)
        copy = self._backups.newest_whole() if health.damage else None
        self.checked.emit(health, copy)

    def _look_around(self) -> None:
        for warning in self._maintenance.new_warnings():
            self.warned.emit(warning.detail)
        if not self._stopping:
            self._backups.make_if_due(lambda: self._stopping)


class Care(QObject):
    """Begins a while after the start; what it finds is told quietly."""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.work = _Work(context, self)
        self.work.checked.connect(self._on_checked)
        self.work.warned.connect(context.shell.toast)
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self.work.start)
        context.shell.closing.connect(self._timer.stop)
        context.shell.check_wanted.connect(self.check)

    def begin(self) -> None:
        self._timer.start()

    @Slot()
    def check(self) -> None:
        """Read the library from end to end, because a person asks for it."""
        if not self.work.isRunning():
            self.work.thorough = True
            self.work.start()

    @Slot(object, object)
    def _on_checked(self, health: Health, copy: BackupRow | None) -> None:
        by_hand, self.work.thorough = self.work.thorough, False
        shell = self._context.shell
        shell.checked.emit(health)
        if health.damage:
            self._tell_damage(health, copy)
        elif health.contradictions:
            told = self.tr("The library contradicts itself: {what}. Please report this with the log.")
            shell.toast(told.format(what="; ".join(health.contradictions)))
        elif not by_hand:
            shell.toast(self.tr("musiclib was not closed in good order last time. The library is whole."))

    def _tell_damage(self, health: Health, copy: BackupRow | None) -> None:
        shell, what = self._context.shell, health.damage[0]
        if copy is None:
            told = self.tr("The library is damaged ({what}), and there is no backup that is whole.")
            shell.toast(told.format(what=what))
            return
        told = self.tr("The library is damaged ({what}). The backup {name} is whole.")
        look = partial(shell.open_page, places.SETTINGS, "library")
        shell.toast(told.format(what=what, name=copy.path.name), self.tr("Look at it"), look)
