"""How long an event loop does not answer: a fine beat on the GUI thread, and the same beat beside it.

A precise timer of 2 ms beats on the thread whose loop is watched, and each beat says how long ago the last
one was. That is the gap: whatever comes in meanwhile, a key, a click, a repaint, waits for at most so long.
An idle loop shows gaps of 2 ms, its own wait for the timer; a turn of the loop that takes 20 ms shows as a
gap of 20 to 22 ms, because the timer is due while the turn goes on. So a gap is never less than the stall
in it and at most 2 ms more; with a beat of 10 ms it would be up to 10 ms more, by chance.

Two figures say how the gaps are spread. "p99" is over beats: 99 of 100 gaps are no longer. "in time" is
over the time itself: 99 of 100 moments lie in gaps no longer than that, so that no number of short beats
hides the long ones; "over 16" is the share of the time that lies in gaps of more than 16 ms.

Beside the gaps stand the parts of them in which the GUI thread computed, and in which it was ready but had
no core (Linux only); the rest of a long gap is waiting for the interpreter lock or for a disk. A bare event
loop in a process of its own beats through the same time: what it is late, the machine is, not the window.
"""

import compileall
import gc
import json
import os
import subprocess
import sys
import threading
import time
import traceback
from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple, TextIO

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, QObject, QSocketNotifier, Qt, QTimer

import musiclib

_BEAT_MS = 2
_FRAME_MS = 16.0
WORST_MS, P99_MS = 50.0, 16.0
_STACK_AFTER_S, _STACK_EVERY_S = 0.012, 0.004


def compile_first() -> None:
    """Have the bytecode there, as where it is installed: compiling a page takes longer than importing it."""
    for folder in musiclib.__path__:
        compileall.compile_dir(folder, quiet=1)


class Beat(NamedTuple):
    """Milliseconds since the beat before: all, those this thread computed, and those it had no core."""

    gap: float
    computing: float
    no_core: float


class Figures(NamedTuple):
    """What the limits are for, in milliseconds."""

    worst: float
    p99: float
    p99_in_time: float

    @property
    def good(self) -> bool:
        return self.worst <= WORST_MS and max(self.p99, self.p99_in_time) <= P99_MS


class _CoreWait:
    """How long the calling thread has been ready to run without a core, in milliseconds; 0 where unknown."""

    _FILE = Path("/proc/thread-self/schedstat")

    def __init__(self) -> None:
        self._file = self._FILE.open() if self._FILE.exists() else None

    def __call__(self) -> float:
        if self._file is None:
            return 0.0
        self._file.seek(0)
        return int(self._file.read().split()[1]) / 1e6


class Heart(QObject):
    """Beats on the thread that made it and keeps what each beat took.

    With `stacks`, what that thread does is written there while a beat is late.
    """

    def __init__(self, stacks: TextIO | None = None) -> None:
        super().__init__()
        self.beats: list[Beat] = []
        self._stacks = stacks
        self._watcher: _Watcher | None = None
        self._core_wait = _CoreWait()
        self._computed = self._waited = 0.0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self.beats = []
        self._computed, self._waited = time.thread_time(), self._core_wait()
        self._clock.start()
        self._timer.start()
        if self._stacks is not None:
            self._watcher = _Watcher(self._stacks)
            self._watcher.start()

    def stop(self) -> list[Beat]:
        self._timer.stop()
        if self._watcher is not None:
            self._watcher.stop()
        return self.beats

    def _beat(self) -> None:
        gap = self._clock.nsecsElapsed() / 1e6
        self._clock.restart()
        computed, waited = time.thread_time(), self._core_wait()
        beat = Beat(gap, (computed - self._computed) * 1000, waited - self._waited)
        self.beats.append(beat)
        if self._watcher is not None:
            self._watcher.beat(beat)
        self._computed, self._waited = computed, waited


class _Watcher(threading.Thread):
    """Writes where the thread that made it is, again and again while its beat is late."""

    def __init__(self, file: TextIO) -> None:
        super().__init__(name="watcher", daemon=True)
        self._file, self._of = file, threading.get_ident()
        self._last = time.perf_counter()
        self._seen: list[str] = []
        self._end = threading.Event()

    def beat(self, beat: Beat) -> None:
        self._last = time.perf_counter()
        if self._seen:
            seen, self._seen = self._seen, []
            self._file.write(f"== {beat}\n{''.join(seen)}")

    def stop(self) -> None:
        self._end.set()
        self.join()

    def run(self) -> None:
        while not self._end.wait(_STACK_EVERY_S):
            if time.perf_counter() - self._last > _STACK_AFTER_S:
                stack = traceback.format_stack(sys._current_frames()[self._of])
                self._seen.append(f"-- {time.perf_counter() - self._last:.3f} s\n{''.join(stack)}")


class Bystander:
    """A bare event loop in a process of its own, beating from `start` to `stop`."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._said()

    def start(self) -> None:
        self._tell()

    def stop(self) -> list[Beat]:
        self._tell()
        beats = [Beat(*each) for each in json.loads(self._said())]
        self._process.wait()
        return beats

    def _tell(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def stand_by() -> None:
    """The bystander's side: a line on stdin begins, the next one ends and prints the beats."""
    app = QCoreApplication(sys.argv)
    loop, heart = QEventLoop(), Heart()
    gc.disable()  # a collection would be this process's own doing, not the machine's
    print("ready", flush=True)
    sys.stdin.readline()
    told = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    told.activated.connect(loop.quit)
    heart.start()
    loop.exec()
    print(json.dumps(heart.stop()), flush=True)
    app.quit()


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 120.0) -> None:
    """Let events go on until `condition` holds."""
    loop, timer = QEventLoop(), QTimer(interval=25)
    timer.timeout.connect(lambda: loop.quit() if condition() else None)
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    timer.start()
    loop.exec()
    timer.stop()
    if not condition():
        raise SystemExit(f"waited {seconds:.0f} s in vain: {what}")


def rest(ms: int) -> None:
    """Let events go on for so long."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def head() -> None:
    worst_p99 = f"{'worst':>6} {'p99':>6}"
    print(f"{'milliseconds':<34} {'':>6}  {'gap':>29}   {'time':>6}   {'computing':>13}   {'no core':>13}")
    print(
        f"{'':<34} {'beats':>6}  {worst_p99} {'in time':>7} {'median':>6}   {'over 16':>7}  "
        f"{worst_p99}   {worst_p99}"
    )


def report(name: str, beats: Sequence[Beat]) -> Figures:
    """Print a line under `head`."""
    gaps, computing, no_core = (sorted(column) for column in zip(*beats, strict=True))
    at = int(len(beats) * 0.99)
    sums = list(accumulate(gaps))
    in_time = gaps[bisect(sums, sums[-1] * 0.99)]
    over = sum(gap for gap in gaps if gap > _FRAME_MS) / sums[-1]
    print(
        f"{name:<34} {len(gaps):>6}  {gaps[-1]:6.1f} {gaps[at]:6.1f}"
        f" {in_time:7.1f} {gaps[len(gaps) // 2]:6.1f}   {over:7.2%}"
        f"  {computing[-1]:6.1f} {computing[at]:6.1f}   {no_core[-1]:6.1f} {no_core[at]:6.1f}",
        flush=True,
    )
    return Figures(gaps[-1], gaps[at], in_time)


def within(beats: Sequence[Beat], ms: float) -> Sequence[Beat]:
    """The beats of the first so many milliseconds."""
    return beats[: bisect(list(accumulate(beat.gap for beat in beats)), ms)]


if __name__ == "__main__":
    stand_by()
