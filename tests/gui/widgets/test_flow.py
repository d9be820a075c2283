"""Buttons that go to the next line where there is no room."""

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from musiclib.gui.widgets.flow import FlowRow


def test_what_has_no_room_goes_to_the_next_line_and_the_height_follows(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 400)
    holder = QWidget(window)
    column = QVBoxLayout(holder)
    row = FlowRow(4)
    parts = [QPushButton(f"Button {n}") for n in range(3)]
    for part in parts:
        row.add(part)
    column.addWidget(row)
    column.addStretch(1)
    holder.resize(800, 300)
    window.show()
    qtbot.waitUntil(lambda: row.width() > 700)
    assert [part.y() for part in parts] == [0, 0, 0]
    assert parts[0].geometry().right() < parts[1].x()
    height = row.height()
    holder.resize(2 * parts[0].width() + 60, 300)
    qtbot.waitUntil(lambda: row.height() > height)
    assert parts[2].y() > parts[1].geometry().bottom()
    assert (parts[0].y(), parts[2].x()) == (0, 0)
    parts[0].setText("A much longer word on this button")
    qtbot.waitUntil(lambda: parts[1].y() > 0)
