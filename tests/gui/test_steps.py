from pytestqt.qtbot import QtBot

from musiclib.gui.steps import Steps


def test_each_step_has_a_turn_of_its_own(qtbot: QtBot) -> None:
    steps, done = Steps(), []
    with qtbot.waitSignal(steps.finished):
        steps.start([lambda: done.append(1), lambda: done.append(2)])
        steps.start([lambda: done.append(3)])
        assert done == []
    assert done == [1, 2, 3]


def test_what_is_left_can_be_done_at_once(qtbot: QtBot) -> None:
    steps, done = Steps(), []
    steps.start([lambda: done.append(1), lambda: done.append(2)])
    assert steps.busy
    steps.finish()
    assert done == [1, 2]
    assert not steps.busy


def test_what_is_left_is_dropped_at_the_end(qtbot: QtBot) -> None:
    steps, done = Steps(), []

    def first() -> None:
        done.append(1)
        steps.stop()

    steps.start([first, lambda: done.append(2)])
    qtbot.waitUntil(lambda: done == [1])
    with qtbot.waitSignal(steps.finished):
        steps.start([lambda: done.append(3)])
    assert done == [1, 3]
