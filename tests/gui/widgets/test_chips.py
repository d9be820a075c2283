"""Filter chips in a row that is too narrow for them, and with nothing behind them."""

from itertools import pairwise

from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from musiclib.domain.states import BadgeState
from musiclib.gui.context import AppContext
from musiclib.gui.widgets.chips import FilterChip

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
