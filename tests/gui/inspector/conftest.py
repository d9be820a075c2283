"""The window with an album open, its inspector beside it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.ids import TrackId
from musiclib.domain.rows import FieldCard, TrackDetail
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.inspector.field_card import AnswerRow, FieldCardView
from musiclib.gui.inspector.field_rows import FieldRow
from musiclib.gui.inspector.track_tab import TrackTab
from musiclib.gui.main_window import MainWindow
from musiclib.gui.pages.album import AlbumPage
from tests.gui.conftest import add_album, load
from tests.support.sources import say_much

NAMES = [
    ("HANNELORE QUINT feat. Kollektiv am Kanal", "Regen (Rooftop Remix)"),
    ("久保田リョウ", "夜明けの環状線"),
]


class Seen:
    """The window with an album open, and what its inspector shows."""

    def __init__(self, qtbot: QtBot, library: Library, window: MainWindow, page: AlbumPage) -> None:
        self.qtbot, self.library, self.window, self.page = qtbot, library, window, page
        self.ids = [entry.track_id for entry in page.model.entries()]

    @property
    def tab(self) -> TrackTab:
        return self.window.inspector.track_tab

    @property
    def body(self) -> QWidget:
        """What stands there now; what stood there before lives on for a moment."""
        assert self.tab._body is not None
        return self.tab._body

    def show(self, place: int = 0) -> TrackId:
        """Read this track anew and wait until the inspector shows it."""
        self.page.table.choose_place(place)
        self.window._context.shell.refresh([self.ids[place]], [])
        self.until_shown(place)
        return self.ids[place]

    def until_shown(self, place: int = 0) -> None:
        compared: TrackDetail | None = None

        def same() -> bool:
            # What is shown never runs ahead of the library: the same is not compared again.
            nonlocal compared
            before, compared = compared, self.tab._detail
            return compared is not before and compared == self.library.library.track(self.ids[place])

        self.qtbot.waitUntil(same)

    def detail(self, place: int = 0) -> TrackDetail:
        return self.library.library.track(self.ids[place])

    def field(self, name: str, place: int = 0) -> FieldCard:
        return next(each for each in self.detail(place).fields if each.name == name)

    def row(self, name: str) -> FieldRow:
        found = self.tab._field_widgets[name]
        assert isinstance(found, FieldRow)
        return found

    def card(self, name: str) -> FieldCardView:
        if not isinstance(self.tab._field_widgets[name], FieldCardView):
            self.row(name).click()
        found = self.tab._field_widgets[name]
        assert isinstance(found, FieldCardView)
        return found

    def words(self, inside: QWidget | None = None) -> str:
        return "\n".join(each.text() for each in (inside or self.body).findChildren(QLabel))

    def button(self, words: str) -> QPushButton:
        return next(each for each in self.body.findChildren(QPushButton) if each.text() == words)

    def press(self, widget: QWidget, key: Qt.Key) -> None:
        QTest.keyClick(widget, key)


@pytest.fixture
def seen(qtbot: QtBot, library: Library, context: AppContext, window: MainWindow) -> Seen:
    add_album(library, "Hafenklang 041", NAMES)
    load(qtbot, context)
    window.open_page(places.ALBUM, context.albums.rows()[0].id)
    page = window.current_page
    assert isinstance(page, AlbumPage)
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    made = Seen(qtbot, library, window, page)
    say_much(library, made.ids[0])
    made.show()
    return made


def answers(card: FieldCardView) -> list[str]:
    return [each.accessibleName() for each in card.findChildren(AnswerRow)]
