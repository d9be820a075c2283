"""One analysis lane: a child process that takes one file at a time, and the parent's handle on it.

A process and a pipe of our own rather than `ProcessPoolExecutor(1)`: the handle knows its pid before the
first job (so even a hang while importing can be ended), a death of the child is seen as the end of the pipe
with its exit code, and the interpreter never waits at exit for a job that hangs.
"""

import asyncio
import contextlib
import ctypes
import faulthandler
import importlib
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from musiclib.analysis.compiled import keep_compiled_code
from musiclib.analysis.features import Analysis
from musiclib.errors import UnreadableAudio

_PR_SET_PDEATHSIG = 1
_KEPT_BYTES = str(32 << 20)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the child sent: it is ready, an analysis, why a file is unreadable, or the traceback of a bug."""

    kind: Literal["ready", "analysis", "unreadable", "bug"]
    analysis: Analysis | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Death:
    """The child ended instead of replying; `exit_code` as of `multiprocessing.Process.exitcode`."""

    exit_code: int | None


class Lane:
    """A running child. Made and used in one asyncio loop; a thread per job waits for the pipe."""

    def __init__(self, analyse: str, engine: str | None) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, analyse, engine), name="musiclib-analysis", daemon=True
        )
        with _environment():
            self._process.start()
        # With our copy of the child's end closed, the pipe ends when the child does.
        theirs.close()
        self._waiter: threading.Thread | None = None
        self.files_done = 0

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    async def prepare(self) -> Reply | Death:
        """Wait until the child is ready for files; to be called once, before `run`."""
        return await self._in_thread(self._receive)

    async def run(self, path: Path) -> Reply | Death:
        """Analyse one file. When cancelled, the caller must `kill` the lane: its answer is lost."""
        outcome = await self._in_thread(partial(self._exchange, path))
        self.files_done += 1
        return outcome

    async def _in_thread(self, exchange: Callable[[], Reply | Death]) -> Reply | Death:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Reply | Death] = loop.create_future()

        def deliver(outcome: Reply | Death) -> None:
            if not answer.done():
                answer.set_result(outcome)

        def wait() -> None:
            outcome = exchange()
            # The loop is closed when the program ends without stopping the pool; nobody waits then.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(deliver, outcome)

        self._waiter = threading.Thread(target=wait, name=f"analysis-lane-{self.pid}", daemon=True)
        self._waiter.start()
        return await answer

    def kill(self) -> None:
        """End the child at once, whatever it does. Idempotent."""
        self._process.kill()

    def reap(self) -> None:
        """Wait the few milliseconds until a killed child and the thread that waited for it are gone."""
        self._process.join(1.0)
        if self._waiter is not None:
            self._waiter.join(1.0)

    def _exchange(self, path: Path) -> Reply | Death:
        with contextlib.suppress(OSError):  # the child is gone; receiving tells how
            self._connection.send(path)
        return self._receive()

    def _receive(self) -> Reply | Death:
        try:
            reply = self._connection.recv()
        except (EOFError, OSError):
            self._process.join(1.0)
            return Death(self._process.exitcode)
        assert isinstance(reply, Reply)
        return reply


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    """What a child started in here finds.

    One thread for its matrices, since several would wait for each other, spinning; and memory that is kept
    for the next block rather than given back and asked for again (glibc). Set in the parent, for both are
    read when the libraries are loaded, which may be before any code of ours.
    """
    wanted = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
    wanted |= {"MALLOC_MMAP_THRESHOLD_": _KEPT_BYTES, "MALLOC_TRIM_THRESHOLD_": _KEPT_BYTES}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def serve(connection: Connection, analyse: str, engine: str | None) -> None:
    """The child's main function: get ready, then answer paths with `Reply`s until pipe or parent end."""
    _step_back()
    die_with_parent()
    # Where native code crashed is worth more than its signal.
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        faulthandler.enable()
    keep_compiled_code()
    function = load_function(analyse)
    reply = _prepared(function, engine)
    while True:
        try:
            connection.send(reply)
            path = connection.recv()
        except (EOFError, OSError):  # the parent is gone, and with it everybody who wanted to know
            return
        reply = _reply(function, path, engine)


def load_function(dotted: str) -> Callable[..., Any]:
    """The function named "package.module:function"."""
    module, _, name = dotted.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def _prepared(function: Callable[..., Any], engine: str | None) -> Reply:
    """Runs `prepare(engine)` of the function's module, where it has one."""
    prepare = getattr(sys.modules[function.__module__], "prepare", None)
    try:
        if prepare is not None:
            prepare(engine)
    except Exception:  # noqa: BLE001  (the parent raises it again as a bug, with this traceback)
        return Reply("bug", text=traceback.format_exc())
    return Reply("ready")


def _reply(function: Callable[..., Any], path: Path, engine: str | None) -> Reply:
    try:
        return Reply("analysis", analysis=function(path, engine))
    except UnreadableAudio as error:
        return Reply("unreadable", text=str(error))
    except MemoryError:
        return Reply("unreadable", text=f"“{path.name}” needs more memory than there is.")
    except Exception:  # noqa: BLE001  (the parent raises it again as a bug, with this traceback)
        return Reply("bug", text=traceback.format_exc())


def _step_back() -> None:
    """Give way to everything the person does, and leave Ctrl+C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        os.nice(max(5, 10 - os.nice(0)))  # the thread that started us may have stepped back already


def die_with_parent() -> None:
    """End this process when its parent is gone, even by kill -9.

    The thread does it everywhere; on Linux the kernel does it too, and also while native code holds the GIL.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, name="parent-watchdog", daemon=True).start()
