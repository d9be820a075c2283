"""Threads and those who wait for them go in any order."""

from __future__ import annotations

import weakref
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from musiclib.gui.questions import Questions
from musiclib.gui.threads import JobThread


class _Owner(QObject):
    """Held by nobody but the work of its own thread, as one whose window has closed is."""

    def __init__(self) -> None:
        super().__init__()
        self.thread_object = JobThread(self._work, "job", self)
        self.thread_object.finished.connect(self._on_finished)
        self.thread_object.start()

    def _work(self, tell: Callable[[object], None], stop: Callable[[], bool]) -> None: ...

    @Slot()
    def _on_finished(self) -> None:
        thread = self.thread_object
        del self.thread_object
        thread.let_go()


class _Asker(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.questions = Questions(self)
        self.questions.ask(self._answer, self._take, self._take)

    def _answer(self) -> int:
        return 1

    def _take(self, answer: object) -> None: ...


def test_an_owner_whom_only_the_work_held_is_freed_once(qtbot: QtBot) -> None:
    owner = weakref.ref(_Owner())
    qtbot.waitUntil(lambda: owner() is None)


def test_an_asker_whom_only_the_question_held_is_freed_once(qtbot: QtBot) -> None:
    asker = weakref.ref(_Asker())
    qtbot.waitUntil(lambda: asker() is None)
