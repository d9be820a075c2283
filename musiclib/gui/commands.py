"""Everything a person asks for runs here, one after the other, off the GUI thread."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot
from shiboken6 import isValid

from musiclib.errors import KnownError
from musiclib.gui.priority import give_way

T = TypeVar("T")


class Fault(KnownError):
    """A fault of the program, told to whoever waits for a command; the fault itself is raised too."""

    code = "fault"


class _Command:
    def __init__(
        self,
        op: Callable[[], Any],
        done: Callable[[Any], None] | None,
        failed: Callable[[KnownError], None] | None,
    ) -> None:
        self.op, self.done, self.failed = op, done, failed
        self.result: Any = None
        self.error: BaseException | None = None

    def let_go(self) -> None:
        """Called on the GUI thread: the other may be the last to hold a command, and must free no widget."""
        del self.op, self.done, self.failed, self.result, self.error


class _Thread(QThread):
    finished_command = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("commands")
        self.pending: queue.SimpleQueue[_Command | None] = queue.SimpleQueue()

    def run(self) -> None:
        give_way()
        while (command := self.pending.get()) is not None:
            try:
                command.result = command.op()
            except Exception as error:  # noqa: BLE001 - handed to the GUI thread, which tells or raises it
                command.error = error
            self.finished_command.emit(command)


class CommandQueue(QObject):
    """Runs short operations on one thread and brings their results back to this object's thread.

    Commands run in the order given. After `request_stop` those already given still run, new ones
    are dropped. `stopped` is sent once the thread has ended.
    """

    told = Signal(object)
    """A `KnownError` nobody asked to handle: to be shown to the person."""
    busy_changed = Signal(bool)
    stopped = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = _Thread(self)
        self._thread.finished_command.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread.finished.connect(self.stopped)
        self._open = 0
        self._stopping = False
        self._thread.start()

    @property
    def thread_object(self) -> QThread:
        return self._thread

    def run(
        self,
        op: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[KnownError], None] | None = None,
    ) -> None:
        """Run `op` on the command thread, then `done(result)` here.

        `done` and `failed` are bound methods of QObjects and are skipped when that object is gone.
        A `KnownError` goes to `failed`, or to `told` without one. Any other error is raised here, and
        `failed` gets a `Fault`, so that nobody waits for ever.
        """
        if self._stopping:
            return
        self._open += 1
        if self._open == 1:
            self.busy_changed.emit(True)
        self._thread.pending.put(_Command(op, done, failed))

    def request_stop(self) -> None:
        """Stop after the commands already given; does not wait."""
        if not self._stopping:
            self._stopping = True
            self._thread.pending.put(None)

    def wait(self, ms: int) -> bool:
        """Wait for the thread to end; False when it did not within `ms` milliseconds."""
        return self._thread.wait(ms)

    @Slot(object)
    def _deliver(self, command: _Command) -> None:
        self._open -= 1
        if self._open == 0:
            self.busy_changed.emit(False)
        done, failed, result, error = command.done, command.failed, command.result, command.error
        command.let_go()
        if error is None:
            _call(done, result)
        elif not isinstance(error, KnownError):
            words = self.tr("This did not work because of a fault in musiclib. The log has the details.")
            _call(failed, Fault(words))
            raise error
        elif failed is not None:
            _call(failed, error)
        else:
            self.told.emit(error)


def _call(callback: Callable[[Any], None] | None, value: Any) -> None:
    if callback is None:
        return
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, QObject) and not isValid(owner):
        return
    callback(value)
