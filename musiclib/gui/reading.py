"""What views ask of the library: beside the commands, never behind them, and only what was asked last."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot
from shiboken6 import isValid

from musiclib.errors import Interrupted, KnownError

T = TypeVar("T")


class Topic(StrEnum):
    """Questions of one topic overtake each other."""

    ORDER = "order"
    """Which tracks are shown, in which order."""
    REST = "rest"
    """The same, all of them: it takes longer, and nobody waits for it."""
    ROWS = "rows"
    """The rows of what is in view."""
    ALBUMS = "albums"
    """Every album, by and by."""
    WORDS = "words"
    """What a word that is typed may become."""
    COUNTS = "counts"
    """How many there are of what is shown, and their sums."""
    CHOSEN = "chosen"
    """The sums of what is selected."""
    LIBRARY = "library"
    """The counts of the whole library."""
    NEIGHBOURS = "neighbours"
    """What goes with a track."""
    MENU = "menu"
    """The counts in a menu that is open."""
    NAME = "name"
    """The track whose name is being typed into a list."""
    GROUPS = "groups"
    """All artists, or all genres."""
    GROUP = "group"
    """What one of them has."""
    SMART = "smart"
    """The counts of the smart albums."""
    REPORT = "report"
    """The data-quality report, measured."""
    REPORTS = "reports"
    """Those that were measured before."""
    REPORT_FILE = "report_file"
    """The same, written to a file."""
    PLAN = "plan"
    """What a run over many tracks would write."""
    FETCH = "fetch"
    """What providers know of many tracks."""
    PACK = "pack"
    """What the rule of a pack gives."""
    DUPLICATES = "duplicates"
    """Which tracks are one recording."""
    DUPLICATE = "duplicate"
    """What is compared of some of them."""
    FOLDERS = "folders"
    """Whether folders are there: a drive may take long to say so."""


_BEHIND = {
    Topic.CHOSEN: Topic.COUNTS,
    Topic.LIBRARY: Topic.COUNTS,
    Topic.NEIGHBOURS: Topic.COUNTS,
    Topic.MENU: Topic.COUNTS,
    Topic.NAME: Topic.WORDS,
    Topic.GROUP: Topic.GROUPS,
    Topic.SMART: Topic.GROUPS,
    Topic.REPORTS: Topic.COUNTS,
    Topic.REPORT_FILE: Topic.REPORT,
    Topic.PACK: Topic.GROUPS,
    Topic.DUPLICATES: Topic.GROUPS,
    Topic.DUPLICATE: Topic.GROUPS,
}
"""Topics that share the thread of another, one after the other; every other one has its own."""


class _Question:
    def __init__(
        self,
        topic: Topic,
        op: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[KnownError], None] | None,
    ) -> None:
        self.topic, self.op, self.done, self.failed = topic, op, done, failed
        self.result: Any = None
        self.error: BaseException | None = None

    def let_go(self) -> None:
        """Called on the GUI thread: the other may be the last to hold it, and must free no widget."""
        del self.op, self.done, self.failed, self.result, self.error


class _Lane(QThread):
    """Answers one question after the other, but none that was overtaken by a newer one of its topic."""

    answered = Signal(object)

    def __init__(self, name: str, interrupt: Callable[[int], None], parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(f"reading {name}")
        self._interrupt = interrupt
        self._pending: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._in_hand: _Question | None = None
        self._ident = 0
        self._lock = threading.Lock()
        """Held while a question is taken in hand or let go, and while it is broken off."""
        self._newest: dict[Topic, _Question] = {}
        """Those somebody waits for. Written on the GUI thread only."""

    def put(self, question: _Question) -> bool:
        """Whether another question was overtaken by it."""
        overtaken = question.topic in self._newest
        self._newest[question.topic] = question
        self._pending.put(question)
        return overtaken

    def end(self) -> None:
        self._newest = {}
        self._pending.put(None)

    def asked(self, topic: Topic) -> bool:
        return topic in self._newest

    def forget(self, topic: Topic) -> bool:
        """Whether somebody waited; nobody does from now on."""
        return self._newest.pop(topic, None) is not None

    def settle(self, question: _Question) -> bool:
        """Whether somebody waited for it; nobody does from now on."""
        waited = self._waited_for(question)
        if waited:
            del self._newest[question.topic]
        return waited

    def _waited_for(self, question: _Question) -> bool:
        return self._newest.get(question.topic) is question

    def break_off(self) -> None:
        """Interrupt the question in hand if nobody waits for it; called from a thread that may wait."""
        with self._lock:
            if self._in_hand is not None and not self._waited_for(self._in_hand):
                self._interrupt(self._ident)

    def run(self) -> None:
        self._ident = threading.get_ident()
        while (question := self._pending.get()) is not None:
            self._take(question)
            if self._waited_for(question):
                self._answer(question)
            self._take(None)
            self.answered.emit(question)

    def _take(self, question: _Question | None) -> None:
        with self._lock:
            self._in_hand = question

    def _answer(self, question: _Question) -> None:
        try:
            question.result = question.op()
        except Interrupted as error:
            if self._waited_for(question):  # meant for the one before, and late
                self._answer(question)
            else:
                question.error = error
        except Exception as error:  # noqa: BLE001 - handed to the GUI thread, which tells or raises it
            question.error = error


class _Breaker(QThread):
    """Breaks off what was overtaken: a server far away may take its time to hear of it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("reading breaker")
        self.pending: queue.SimpleQueue[_Lane | None] = queue.SimpleQueue()

    def run(self) -> None:
        while (lane := self.pending.get()) is not None:
            lane.break_off()


class Reading(QObject):
    """Brings the answer to the newest question of each topic to this object's thread, and no other."""

    told = Signal(object)
    """A `KnownError` nobody asked to handle."""

    def __init__(self, interrupt: Callable[[int], None], parent: QObject | None = None) -> None:
        """`interrupt` breaks off what the thread of an identifier reads."""
        super().__init__(parent)
        self._interrupt = interrupt
        self._lanes: dict[Topic, _Lane] = {}
        """By the topic they are called after."""
        self._breaker = _Breaker(self)
        self._stopping = False

    def ask(
        self,
        topic: Topic,
        op: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[KnownError], None] | None = None,
    ) -> None:
        """Run `op` on the topic's thread, then `done(result)` here, unless a newer question came first.

        `done` and `failed` are bound methods of QObjects and are skipped when that object is gone. A
        `KnownError` goes to `failed`, or to `told` without one; any other error is raised here.
        """
        if self._stopping:
            return
        name = _lane_of(topic)
        lane = self._lanes.get(name)
        if lane is None:
            if not self._lanes:
                self._breaker.start()
            lane = self._lanes[name] = _Lane(name, self._interrupt, self)
            lane.answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
            lane.start()
        if lane.put(_Question(topic, op, done, failed)):
            self._breaker.pending.put(lane)

    def drop(self, topic: Topic) -> None:
        """Nobody waits for an answer any more."""
        lane = self._lanes.get(_lane_of(topic))
        if lane is not None and lane.forget(topic):
            self._breaker.pending.put(lane)

    def asked(self, topic: Topic) -> bool:
        """Whether a question of this topic is open."""
        lane = self._lanes.get(_lane_of(topic))
        return lane is not None and lane.asked(topic)

    def request_stop(self) -> None:
        """Answer nothing more; does not wait."""
        if self._stopping:
            return
        self._stopping = True
        for lane in self._lanes.values():
            lane.end()
            self._breaker.pending.put(lane)
        self._breaker.pending.put(None)

    def wait(self, ms: int) -> bool:
        return all(thread.wait(ms) for thread in (*self._lanes.values(), self._breaker))

    @Slot(object)
    def _deliver(self, question: _Question) -> None:
        waited = self._lanes[_lane_of(question.topic)].settle(question)
        done, failed, result, error = question.done, question.failed, question.result, question.error
        question.let_go()
        if not waited:
            return
        if error is None:
            _call(done, result)
        elif not isinstance(error, KnownError):
            raise error
        elif failed is not None:
            _call(failed, error)
        else:
            self.told.emit(error)


def _lane_of(topic: Topic) -> Topic:
    return _BEHIND.get(topic, topic)


def _call(callback: Callable[[Any], None], value: Any) -> None:
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, QObject) and not isValid(owner):
        return
    callback(value)
