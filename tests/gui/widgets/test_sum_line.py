"""The sum line keeps the labels whose look stays."""

from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from musiclib.gui.context import AppContext
from musiclib.gui.widgets.sum_line import SumLine, Term


def shown(line: SumLine) -> list[QLabel]:
    QApplication.processEvents()
    labels = [each for each in line.findChildren(QLabel) if not each.isHidden()]
    return sorted(labels, key=lambda each: each.x())


def test_numbers_change_in_place_and_new_terms_join_at_their_place(qtbot: QtBot, context: AppContext) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    line = SumLine(context.theme)
    line.setParent(holder)
    holder.resize(600, 40)
    line.resize(600, 20)
    holder.show()
    sure, doubt = Term(4, "{n} sure"), Term(1, "{n} unsure", "review")
    line.show_sum("{n} lines", [sure, doubt])
    before = shown(line)
    assert [each.text() for each in before] == ["5 lines", "=", "4 sure", "+", "1 unsure"]

    line.show_sum("{n} lines", [sure._replace(amount=7), doubt._replace(amount=2)])
    assert shown(line) == before
    assert [each.text() for each in before] == ["9 lines", "=", "7 sure", "+", "2 unsure"]

    line.show_sum("{n} lines", [sure._replace(amount=7), Term(3, "{n} left out")])
    assert shown(line)[:4] == before[:4]
    assert [each.text() for each in shown(line)] == ["10 lines", "=", "7 sure", "+", "3 left out"]
    assert line.text() == "10 lines = 7 sure + 3 left out"
