"""One way out, whoever asks: quit, the window's close button, SIGINT or SIGTERM."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QElapsedTimer, QObject, QSocketNotifier, QTimer, Signal

_log = logging.getLogger(__name__)
_LOOK_EVERY_MS = 15


class Part(Protocol):
    """Something that runs and can be asked to end."""

    def request_stop(self) -> None: ...
    def wait(self, ms: int) -> bool: ...


class ShutdownSequence(QObject):
    """Asks every part to stop, waits for all of them with one deadline, closes the database last.

    `started` comes first (hide the window), `ended` last; its argument says whether every part
    ended in time. Calling `start` again changes nothing.
    """

    started = Signal()
    ended = Signal(bool)

    def __init__(
        self,
        parts: Callable[[], Sequence[tuple[str, Part]]],
        close_last: tuple[str, Part],
        deadline_ms: int,
        parent: QObject | None = None,
    ) -> None:
        """`parts` is asked at the start for what runs then; `close_last` is stopped after all others."""
        super().__init__(parent)
        self._parts_of, self._last = parts, close_last
        self._deadline_ms = deadline_ms
        self._open: list[tuple[str, Part]] = []
        self._last_asked = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def running(self) -> bool:
        return self._clock.isValid()

    def start(self) -> None:
        if self.running:
            return
        self._clock.start()
        self.started.emit()
        self._open = list(self._parts_of())
        for _, part in self._open:
            part.request_stop()
        self._timer.start()

    def _look(self) -> None:
        self._open = [(name, part) for name, part in self._open if not part.wait(0)]
        late = self._clock.elapsed() > self._deadline_ms
        if not self._last_asked and (not self._open or late):
            self._last_asked = True
            self._last[1].request_stop()
            self._open.append(self._last)
        if not self._open or late:
            self._timer.stop()
            if self._open:
                _log.error("still running at the end: %s", ", ".join(name for name, _ in self._open))
                _log_stacks()
            self.ended.emit(not self._open)


def _log_stacks() -> None:
    for thread_id, frame in sys._current_frames().items():
        _log.error("thread %d:\n%s", thread_id, "".join(traceback.format_stack(frame)))


class SignalNotifier(QObject):
    """Turns SIGINT and SIGTERM into a Qt signal, through a socket pair the interpreter writes to."""

    asked_to_end = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._before = {
            number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)
        }
        self._wakeup_before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)

    def close(self) -> None:
        """Put the handlers back that were there before."""
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._read.close()
        self._write.close()

    def _woken(self) -> None:
        received = self._read.recv(64)
        if any(number in received for number in self._before):
            self.asked_to_end.emit()
