"""Filter chips in a row that is too narrow for them, and with nothing behind them."""

from itertools import pairwise

from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from musiclib.domain.states import BadgeState
from musiclib.gui.context import AppContext
from musiclib.gui.widgets.chips import ChipRow, FilterChip

WORDS = ("In progress", "Some not found", "Waiting")


def test_words_are_shortened_and_counts_are_not_where_there_is_no_room(
    qtbot: QtBot, context: AppContext
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 60)
    holder = QWidget(window)
    row = QHBoxLayout(holder)
    chips = [FilterChip(context.theme, words, BadgeState.PARTIAL) for words in WORDS]
    for chip in chips:
        chip.set_count(1234)
        row.addWidget(chip)
    row.addStretch(1)
    window.show()
    whole = holder.minimumSizeHint().width() + sum(
        each.sizeHint().width() - each.minimumSizeHint().width() for each in chips
    )

    holder.resize(whole, 40)
    assert [each.shown_words() for each in chips] == list(WORDS)
    assert [each.toolTip() for each in chips] == [""] * 3

    holder.resize(whole - 60, 40)
    assert all(each.x() + each.width() <= after.x() for each, after in pairwise(chips))
    assert chips[1].shown_words().endswith("…")
    assert chips[1].toolTip() == "Some not found"
    assert all(each.width() >= each.minimumSizeHint().width() for each in chips)


def test_where_there_is_no_room_those_that_would_leave_nothing_go_first(
    qtbot: QtBot, context: AppContext
) -> None:
    chips = [FilterChip(context.theme, words, BadgeState.PARTIAL) for words in WORDS]
    row = ChipRow(context.theme, chips)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 60)
    row.setParent(window)
    for chip, count in zip(chips, (3, 0, 5), strict=True):
        chip.set_count(count)
    window.show()
    row.resize(800, 40)
    assert [each.isVisible() for each in chips] == [True, True, True]
    row.resize(sum(each.sizeHint().width() for each in chips) - 20, 40)
    assert [each.isVisible() for each in chips] == [True, False, True]
    chips[1].set_count(1)
    assert chips[1].isVisible()


def test_one_that_would_leave_nothing_cannot_be_switched_on_and_never_holds_one(
    qtbot: QtBot, context: AppContext
) -> None:
    chip = FilterChip(context.theme, "With gaps", BadgeState.NOT_FOUND, "Some have no name yet.")
    qtbot.addWidget(chip)
    chip.show()
    chip.set_count(0)
    chip.click()
    assert not chip.isChecked()
    assert chip.toolTip() == "Some have no name yet."
    chip.set_count(2)
    chip.click()
    chip.set_count(0)  # the last of them went while the chip was on
    assert chip.isEnabled()
    chip.click()
    assert not chip.isChecked()
    assert not chip.isEnabled()
