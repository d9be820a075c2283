"""Work that lasts: the loops of the workers, and jobs such as a scan, each in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, QThread, Signal

from musiclib.errors import KnownError
from musiclib.gui.priority import give_way
from musiclib.logs import log_loop_exception

_log = logging.getLogger(__name__)


class Runner(Protocol):
    """What `bootstrap` hands out; `wake` and `request_stop` may be called from any thread."""

    async def run(self) -> object: ...
    def wake(self) -> None: ...
    def request_stop(self) -> None: ...


class RunnerThread(QThread):
    """Runs a worker in an asyncio loop. Signals arrive in the thread of the receiver."""

    updated = Signal(object)
    """A `RunnerUpdate` or `DownloadUpdate`, as the worker tells it."""
    failed = Signal(str)
    """The worker ended by itself; a sentence for the person. The log has the details."""
    restarted = Signal()
    """`restart` was heard: nothing of before runs any more, and a new worker begins."""

    def __init__(
        self, name: str, make_runner: Callable[[Callable[[Any], None]], Runner], parent: QObject | None = None
    ) -> None:
        """`make_runner` takes the function to call with each update; it is called on this thread."""
        super().__init__(parent)
        self.setObjectName(name)
        self._make_runner = make_runner
        self._lock = threading.Lock()
        self._runner: Runner | None = None
        self._stopping = self._again = False
        self.finished.connect(self._on_finished)

    def wake(self) -> None:
        """Look for work now instead of at the next poll."""
        with self._lock:
            if self._runner is not None:
                self._runner.wake()

    def request_stop(self) -> None:
        """End soon: running work goes back in line. Does not wait."""
        self._again = False
        self._stop()

    def restart(self) -> None:
        """End and begin again, with the settings and sources that hold by then."""
        if self.isRunning():
            self._again = True
            self._stop()

    def run(self) -> None:
        give_way()
        try:
            runner = self._make_runner(self.updated.emit)
            with self._lock:
                if self._stopping:
                    return
                self._runner = runner
            asyncio.run(self._main(runner))
        except KnownError as error:
            _log.warning("the worker ended: %s", error)
            self.failed.emit(str(error))
        except Exception:  # noqa: BLE001 - nobody above this in the thread; logged and told
            _log.exception("the worker ended")
            self.failed.emit(self.tr("The worker stopped by a fault in musiclib. The log has the details."))
        finally:
            with self._lock:
                self._runner = None

    def _stop(self) -> None:
        with self._lock:
            self._stopping = True
            if self._runner is not None:
                self._runner.request_stop()

    def _on_finished(self) -> None:
        if self._again:
            self._again = self._stopping = False
            self.start()
            self.restarted.emit()

    async def _main(self, runner: Runner) -> None:
        asyncio.get_running_loop().set_exception_handler(log_loop_exception)
        await runner.run()


class JobThread(QThread):
    """One long piece of work that tells its progress and can be cancelled."""

    progressed = Signal(object)
    done = Signal(object)
    failed = Signal(object)
    """A `KnownError`."""
    crashed = Signal(object)
    """Any other exception."""

    def __init__(
        self,
        work: Callable[[Callable[[Any], None], Callable[[], bool]], Any],
        name: str,
        parent: QObject | None = None,
    ) -> None:
        """`work` takes a function to tell progress with and one that says whether to stop."""
        super().__init__(parent)
        self.setObjectName(name)
        self._work = work
        self._stop = threading.Event()

    def request_stop(self) -> None:
        """Ask the work to end at its next stop; does not wait."""
        self._stop.set()

    def let_go(self) -> None:
        """Called on the GUI thread once it has finished: delete it soon, and forget the work at once.

        The work may be the last to hold the parent, which deletes its children: freed by the end of this
        thread's own object it would delete that a second time.
        """
        self.deleteLater()
        del self._work

    def run(self) -> None:
        give_way()
        try:
            result = self._work(self.progressed.emit, self._stop.is_set)
        except KnownError as error:
            self.failed.emit(error)
        except Exception as error:  # noqa: BLE001 - raised again on the GUI thread
            self.crashed.emit(error)
        else:
            self.done.emit(result)
