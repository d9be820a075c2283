"""Questions to the network a person waits for, beside the commands: none of those stands behind one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot

from musiclib.errors import KnownError
from musiclib.gui.threads import JobThread

Done = Callable[[Any], None]
Failed = Callable[[KnownError], None]


class _Question(QObject):
    """Brings the answer to the thread this was made in."""

    def __init__(self, op: Callable[[], Any], done: Done, failed: Failed, parent: Questions) -> None:
        super().__init__(parent)
        self._done, self._failed = done, failed
        self.thread_object = JobThread(lambda _tell, _stop: op(), "question", self)
        self.thread_object.done.connect(self._on_done)
        self.thread_object.failed.connect(self._on_failed)
        self.thread_object.crashed.connect(self._on_crashed)
        self.thread_object.finished.connect(self._on_finished)

    @Slot(object)
    def _on_done(self, result: object) -> None:
        self._done(result)

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        self._failed(error)

    @Slot(object)
    def _on_crashed(self, error: Exception) -> None:
        raise error

    @Slot()
    def _on_finished(self) -> None:
        self.thread_object.let_go()
        self.deleteLater()
        # Last: these may be the last to hold the parent, which deletes this, and not in its destructor.
        del self._done, self._failed


class Questions(QObject):
    """Each in a thread of its own. What was asked cannot be called back, only its answer be left unread."""

    def ask(self, op: Callable[[], Any], done: Done, failed: Failed) -> None:
        """Run `op`; its result goes to `done`, a `KnownError` to `failed`, any other error is raised here."""
        _Question(op, done, failed, self).thread_object.start()

    def wait(self, ms: int) -> bool:
        """Wait for those under way; False if one takes longer."""
        return all(each.thread_object.wait(ms) for each in self.findChildren(_Question))
