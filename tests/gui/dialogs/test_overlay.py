"""A dialog over its window: what it hides is not painted, what it leaves is."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.theme import Theme
from musiclib.gui.tokens import Tokens
from tests.gui.painted import Painted


def test_the_page_behind_is_painted_only_where_it_is_seen(qtbot: QtBot) -> None:
    window, page = QMainWindow(), QWidget()
    window.setCentralWidget(page)
    window.resize(800, 600)
    qtbot.addWidget(window)
    dialog = Overlay(Theme(Tokens.load()), window, QSize(400, 300))
    with qtbot.waitExposed(window):
        window.show()
    dialog.present()
    painted = Painted(page)

    def painted_by(update: Callable[[], None]) -> list[QRect]:
        painted.since_last()
        update()
        return painted.since_last()

    qtbot.waitUntil(lambda: painted_by(lambda: dialog.update(100, 100, 50, 50)) == [])
    qtbot.waitUntil(lambda: painted_by(page.update) == [page.rect()])
    assert not page.mask().contains(dialog.geometry().center())
    assert page.mask().contains(dialog.geometry().topLeft()), "the corners are round"

    window.resize(1000, 700)
    painted.since_last()
    assert page.mask().contains(QPoint(990, 690))
    assert not page.mask().contains(dialog.geometry().center())
    dialog.dismiss()
    assert page.mask().isEmpty()
