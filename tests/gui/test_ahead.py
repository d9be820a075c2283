from pytestqt.qtbot import QtBot

from musiclib.gui.ahead import Ahead


def test_each_step_has_a_turn_of_its_own(qtbot: QtBot) -> None:
    ahead, done = Ahead(), []
    with qtbot.waitSignal(ahead.finished):
        ahead.start([lambda: done.append(1), lambda: done.append(2)])
        ahead.start([lambda: done.append(3)])
        assert done == []
    assert done == [1, 2, 3]


def test_what_is_left_is_dropped_at_the_end(qtbot: QtBot) -> None:
    ahead, done = Ahead(), []

    def first() -> None:
        done.append(1)
        ahead.stop()

    ahead.start([first, lambda: done.append(2)])
    qtbot.waitUntil(lambda: done == [1])
    with qtbot.waitSignal(ahead.finished):
        ahead.start([lambda: done.append(3)])
    assert done == [1, 3]
