"""Reads and writes the tags of files for the window, in threads of its own, and opens the dialog for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from musiclib.domain.tag_fields import TagField
from musiclib.errors import KnownError
from musiclib.gui.context import AppContext
from musiclib.gui.threads import JobThread
from musiclib.services.tag_types import Choice, TagOutcome, TagRow, TagSelection

if TYPE_CHECKING:
    from musiclib.gui.dialogs.write_tags import WriteTags

_TELL_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Step:
    """How far it has come."""

    done: int
    total: int
    per_second: float
    current: str = ""


@dataclass(frozen=True, slots=True)
class RowsRead:
    rows: Sequence[TagRow]
    step: Step


class TagWork(QObject):
    """One thing at a time; a new one ends what is under way."""

    read = Signal(object)
    """`RowsRead`."""
    all_read = Signal()
    progressed = Signal(object)
    """`Step`."""
    written = Signal(object)
    """`TagOutcome`."""
    failed = Signal(str)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = context.library.tag_writing
        self._threads: list[JobThread] = []

    def look(self, selection: TagSelection) -> None:
        """Read the files of a selection: all fields, so that others can be shown without reading anew."""
        service = self._service

        def work(tell: Callable[[Any], None], stop: Callable[[], bool]) -> bool:
            count, rows = service.preview(selection, tuple(TagField))
            begun = told = time.monotonic()
            batch: list[TagRow] = []
            for done, row in enumerate(rows, 1):
                batch.append(row)
                now = time.monotonic()
                if now - told >= _TELL_EVERY_S or done == count:
                    tell(RowsRead(batch, Step(done, count, done / max(now - begun, 0.001), row.title)))
                    batch, told = [], now
                if stop():
                    return False
            return True

        self._start("tags-read", work, self._on_read)

    def write(self, choices: Sequence[Choice]) -> None:
        service = self._service

        def work(tell: Callable[[Any], None], stop: Callable[[], bool]) -> TagOutcome:
            begun = time.monotonic()

            def progress(done: int, total: int, name: str) -> None:
                tell(Step(done, total, done / max(time.monotonic() - begun, 0.001), name))

            return service.write(choices, progress, stop)

        self._start("tags-write", work, self.written.emit)

    def request_stop(self) -> None:
        """Give up what is under way; a file that is being written is written to its end. Does not wait."""
        for thread in self._threads:
            thread.request_stop()

    def wait(self, ms: int) -> bool:
        return all(thread.wait(ms) for thread in self._threads)

    def _start(
        self,
        name: str,
        work: Callable[[Callable[[Any], None], Callable[[], bool]], Any],
        done: Callable[[Any], None],
    ) -> None:
        self.request_stop()
        thread = JobThread(work, name, self)
        thread.progressed.connect(self._on_told)
        thread.done.connect(done)
        thread.failed.connect(self._on_failed)
        thread.crashed.connect(self._on_crashed)
        thread.finished.connect(self._on_finished)
        self._threads.append(thread)
        thread.start()

    @Slot(object)
    def _on_told(self, what: object) -> None:
        if not self._is_newest():
            return
        if isinstance(what, RowsRead):
            self.read.emit(what)
        else:
            self.progressed.emit(what)

    @Slot(object)
    def _on_read(self, whole: bool) -> None:
        if whole and self._is_newest():
            self.all_read.emit()

    def _is_newest(self) -> bool:
        """Whether who tells this has not been given up for another."""
        return bool(self._threads) and self.sender() is self._threads[-1]

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        self.failed.emit(str(error))

    @Slot(object)
    def _on_crashed(self, error: Exception) -> None:
        self.failed.emit(
            self.tr("This did not work because of a fault in musiclib. The log has the details.")
        )
        raise error

    @Slot()
    def _on_finished(self) -> None:
        for thread in [each for each in self._threads if each.isFinished()]:
            self._threads.remove(thread)
            thread.let_go()


class TagDialogs(QObject):
    """Opens the dialog when somebody asks the shell for it; `work` outlives it."""

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self.work = TagWork(context, self)
        self.dialog: WriteTags | None = None
        context.shell.tags_wanted.connect(self.open)

    @Slot(object, str)
    def open(self, selection: TagSelection, name: str) -> None:
        """Show what would be written into the files of a selection that people know by `name`."""
        if self.dialog is None:
            from musiclib.gui.dialogs.write_tags import WriteTags

            self.dialog = WriteTags(self._context, self._window, self.work)
        self.dialog.ask(selection, name)
