"""Commands run one after the other off the GUI thread, and nothing of them is lost."""

import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from musiclib.errors import BadInput, BugError, KnownError
from musiclib.gui.commands import CommandQueue, Fault


class Receiver(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.got: list[object] = []
        self.threads: list[threading.Thread] = []

    def take(self, value: object) -> None:
        self.got.append(value)
        self.threads.append(threading.current_thread())


@pytest.fixture
def commands(qtbot: QtBot) -> Iterator[CommandQueue]:
    made = CommandQueue()
    yield made
    stop(made)  # also after a failure: to destroy a thread that runs ends the whole test run


def stop(commands: CommandQueue) -> None:
    commands.request_stop()
    assert commands.wait(30_000)


def test_in_order_off_this_thread_and_back(qtbot: QtBot, commands: CommandQueue) -> None:
    receiver, ran_on = Receiver(), []

    def op(number: int) -> int:
        ran_on.append(threading.current_thread())
        return number

    for number in range(20):
        commands.run(lambda number=number: op(number), receiver.take)  # type: ignore[misc]  # default argument
    qtbot.waitUntil(lambda: len(receiver.got) == 20)
    assert receiver.got == list(range(20))
    assert threading.main_thread() not in ran_on
    assert set(receiver.threads) == {threading.main_thread()}


def test_what_a_command_held_is_freed_on_this_thread(qtbot: QtBot, commands: CommandQueue) -> None:
    receiver, held = Receiver(), QObject()
    freed_on: list[threading.Thread] = []
    weakref.finalize(held, lambda: freed_on.append(threading.current_thread()))
    commands.run(held.objectName, receiver.take)
    del held
    qtbot.waitUntil(lambda: bool(receiver.got))
    assert freed_on == [threading.main_thread()]


def test_a_known_error_is_told_or_handled(qtbot: QtBot, commands: CommandQueue) -> None:
    def op() -> None:
        raise BadInput("This list is empty. Paste one.")

    told: list[KnownError] = []
    commands.told.connect(told.append)
    receiver = Receiver()
    commands.run(op, failed=receiver.take)
    commands.run(op)
    qtbot.waitUntil(lambda: bool(told) and bool(receiver.got))
    assert str(told[0]) == str(receiver.got[0]) == "This list is empty. Paste one."


def test_a_bug_is_raised_where_the_crash_report_sees_it(qtbot: QtBot, commands: CommandQueue) -> None:
    def op() -> None:
        raise BugError("broken promise")

    receiver = Receiver()
    with qtbot.capture_exceptions() as caught:
        commands.run(op, failed=receiver.take)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is BugError
    (told,) = receiver.got  # whoever waits for the answer waits no longer
    assert isinstance(told, Fault)
    assert "fault in musiclib" in str(told)


def test_what_was_asked_before_the_end_is_still_done(qtbot: QtBot, commands: CommandQueue) -> None:
    done: list[int] = []
    for number in range(5):
        commands.run(lambda number=number: done.append(number))  # type: ignore[misc]  # default argument
    commands.request_stop()
    commands.run(lambda: done.append(99))
    assert commands.wait(30_000)
    assert done == [0, 1, 2, 3, 4]


def test_nobody_is_called_who_is_gone(qtbot: QtBot, commands: CommandQueue) -> None:
    receiver, other = Receiver(), Receiver()
    gate = threading.Event()
    commands.run(gate.wait, receiver.take)
    commands.run(lambda: 1, other.take)
    receiver.deleteLater()
    qtbot.wait(1)
    gate.set()
    qtbot.waitUntil(lambda: other.got == [1])
    assert receiver.got == []
