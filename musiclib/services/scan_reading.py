"""Reads many files: in child processes too, as reading tags is work for the processor, not for the disk.

mutagen and our own readers hold the GIL, so threads do not help. Small numbers are read here at once: a child
needs a quarter of a second to start.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import Any

from musiclib.db.records import FileFacts
from musiclib.services.file_facts import ReadFile, read_file
from musiclib.services.scan_listing import Listed

_BATCH = 64
_WORTH_CHILDREN = 800
"""Files from which on children are faster than none."""
_MOST_CHILDREN = 4
_AHEAD = 48
"""Batches that are read before the first of them is asked for: bounds the memory."""
_IN_HAND = 2
"""Batches a child has at a time, so that it need not wait for the next."""
_LONGEST_FAREWELL_S = 2.0
RARELY = (20_000, 20, 20)
"""When the collector looks for cycles while files are read (see `gc.set_threshold`)."""
_FACTS = tuple(FileFacts.__dataclass_fields__)
_all_facts = attrgetter(*_FACTS)

Batch = list[ReadFile]
_Packed = list[tuple[Any, ...]]


def read_files(
    wanted: Sequence[Listed], cancelled: Callable[[], bool], children: int | None = None
) -> Iterator[Batch]:
    """The files in order, some at a time, until `cancelled`. `children` None: by the number of cores."""
    if children is None:
        children = min(_MOST_CHILDREN, max(1, (os.cpu_count() or 2) - 1))
    if not children or len(wanted) < _WORTH_CHILDREN:
        for listed in wanted:
            yield [read_file(listed)]
            if cancelled():
                return
        return
    batches = [wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH)]
    with _Readers(batches, children) as readers:
        for place in range(len(batches)):
            yield readers.batch(place)
            if cancelled():
                return


class _Readers:
    """Children that read batches ahead of whoever takes them, who reads one too rather than wait."""

    def __init__(self, batches: Sequence[Sequence[Listed]], children: int) -> None:
        self._batches = batches
        self._lock = threading.Condition()
        self._next = 0
        """The first batch that nobody has."""
        self._taken = 0
        self._closing = False
        self._done: queue.SimpleQueue[tuple[int, _Packed | None]] = queue.SimpleQueue()
        self._ready: dict[int, Batch] = {}
        self._children: list[_Child] = []
        with contextlib.suppress(OSError):  # no memory, no processes left: then it is read here
            for _ in range(children):
                self._children.append(_Child())
        self._threads = [
            threading.Thread(target=self._serve, args=(each,), name="scan-reader", daemon=True)
            for each in self._children
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closing = True
            self._lock.notify_all()
        for child in self._children:
            child.end()
        for thread in self._threads:
            thread.join(_LONGEST_FAREWELL_S)

    def batch(self, place: int) -> Batch:
        """The batch of that place; to be asked for one after the other."""
        while place not in self._ready:
            self._collect(wait=False)
            if place in self._ready:
                break
            if (mine := self._claim()) is not None:
                self._ready[mine] = [read_file(each) for each in self._batches[mine]]
            else:
                self._collect(wait=True)
        with self._lock:
            self._taken = place + 1
            self._lock.notify_all()
        return self._ready.pop(place)

    def _collect(self, *, wait: bool) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                place, packed = self._done.get(block=wait)
                wait = False
                # What a child took with it into its death is read here.
                self._ready[place] = (
                    [_unpacked(each) for each in packed]
                    if packed is not None
                    else [read_file(each) for each in self._batches[place]]
                )

    def _claim(self, *, wait: bool = False) -> int | None:
        """The next batch that nobody has; None if there is none, or too many are waiting to be taken."""
        with self._lock:
            while wait and not self._closing and self._is_far_ahead():
                self._lock.wait()
            if self._closing or self._next >= len(self._batches) or self._is_far_ahead():
                return None
            self._next += 1
            return self._next - 1

    def _is_far_ahead(self) -> bool:
        return self._next < len(self._batches) and self._next - self._taken >= _AHEAD

    def _serve(self, child: _Child) -> None:
        """Keeps one child busy; runs in a thread of its own."""
        in_hand: deque[int] = deque()
        try:
            while True:
                while len(in_hand) < _IN_HAND and (place := self._claim(wait=not in_hand)) is not None:
                    in_hand.append(place)
                    child.give(self._batches[place])
                if not in_hand:
                    return
                answer = child.answer()
                self._done.put((in_hand.popleft(), answer))
        except (EOFError, OSError):
            for place in in_hand:
                self._done.put((place, None))


class _Child:
    """A process that reads batches of files until its pipe ends."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs,), name="musiclib-scan-reader", daemon=True
        )
        self._process.start()
        theirs.close()  # so that the pipe ends when the child does

    def give(self, batch: Sequence[Listed]) -> None:
        self._pipe.send([tuple(each) for each in batch])

    def answer(self) -> _Packed:
        packed: _Packed = self._pipe.recv()
        return packed

    def end(self) -> None:
        """Whatever it does: a file on a network drive may never answer."""
        self._process.kill()
        self._process.join(_LONGEST_FAREWELL_S)
        self._pipe.close()


def serve(pipe: Connection) -> None:
    """The child's main function. It ends with its pipe, and so with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # what is imported stays, and next to nothing of what is read is a cycle
    gc.set_threshold(*RARELY)
    with contextlib.suppress(EOFError, OSError):
        while True:
            batch = pipe.recv()
            pipe.send([_packed(read_file(Listed(*each))) for each in batch])


def _packed(read: ReadFile) -> tuple[Any, ...]:
    """As a tuple, which takes a quarter of the time to send."""
    return tuple(chain(_all_facts(read.facts), (read.fields, read.named)))


def _unpacked(packed: tuple[Any, ...]) -> ReadFile:
    return ReadFile(FileFacts(*packed[:-2]), packed[-2], packed[-1])
