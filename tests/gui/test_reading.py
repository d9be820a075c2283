"""Questions of views: only the newest of a topic is answered, and what it overtakes is broken off."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from musiclib.errors import BadInput, Interrupted, KnownError
from musiclib.gui.reading import Reading, Topic


class Asker(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.answers: list[object] = []
        self.errors: list[str] = []

    def take(self, answer: object) -> None:
        self.answers.append(answer)

    def fail(self, error: KnownError) -> None:
        self.errors.append(str(error))


class LongQuery:
    """Waits for an end, as a statement of a database does until it is interrupted."""

    def __init__(self) -> None:
        self.running, self.broken = threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.running.set()
        assert self.broken.wait(10)
        raise Interrupted("broken off")


@pytest.fixture
def query() -> LongQuery:
    return LongQuery()


@pytest.fixture
def reading(qapp: object, query: LongQuery) -> Iterator[Reading]:
    made = Reading(lambda _thread: query.broken.set())
    yield made
    made.request_stop()
    assert made.wait(10_000)


def test_the_newest_question_wins_and_breaks_off_the_one_in_hand(
    qtbot: QtBot, reading: Reading, query: LongQuery
) -> None:
    asker, other = Asker(), Asker()
    reading.ask(Topic.ORDER, query, asker.take)
    assert query.running.wait(10)
    reading.ask(Topic.ROWS, lambda: "beside it", other.take)
    reading.ask(Topic.ORDER, lambda: "never begun", asker.take)
    reading.ask(Topic.ORDER, lambda: "newest", asker.take)
    qtbot.waitUntil(lambda: bool(asker.answers) and bool(other.answers))
    assert (asker.answers, other.answers) == (["newest"], ["beside it"])
    assert not reading.asked(Topic.ORDER)


def test_an_interruption_that_comes_too_late_is_not_told(qtbot: QtBot, reading: Reading) -> None:
    asker = Asker()
    tries = iter([Interrupted("meant for another"), "answer"])

    def read() -> object:
        answer = next(tries)
        if isinstance(answer, Interrupted):
            raise answer
        return answer

    reading.ask(Topic.COUNTS, read, asker.take, asker.fail)
    qtbot.waitUntil(lambda: asker.answers == ["answer"])
    assert asker.errors == []


def test_errors_reach_who_asked_or_are_told(qtbot: QtBot, reading: Reading) -> None:
    def fail() -> None:
        raise BadInput("no such thing")

    asker, told = Asker(), Asker()
    reading.told.connect(told.fail)
    reading.ask(Topic.COUNTS, fail, asker.take, asker.fail)
    reading.ask(Topic.ROWS, fail, asker.take)
    qtbot.waitUntil(lambda: asker.errors == told.errors == ["no such thing"])
