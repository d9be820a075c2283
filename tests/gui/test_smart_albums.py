"""Smart albums in the sidebar: begun, opened, changed, moved and brought back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.track_query import parse_query
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.smart_album import SmartAlbumDialog
from musiclib.gui.main_window import MainWindow
from musiclib.gui.pages.tracks import TracksPage
from musiclib.gui.widgets.smart_section import SmartItem, icon_of
from tests.gui.conftest import add_album, load

ALT = Qt.KeyboardModifier.AltModifier


def items(window: MainWindow) -> dict[str, SmartItem]:
    """Those there are, by their names."""
    return {item.entry.words: item for item in window.sidebar.smart.items()}


@pytest.fixture
def tracks(qtbot: QtBot, library: Library, context: AppContext, window: MainWindow) -> TracksPage:
    add_album(library, "Nachtlinie", [("Kessel", "Achse"), ("Lagoa", "Rio")])
    load(qtbot, context)
    window.open_page(places.TRACKS)
    page = window.current_page
    assert isinstance(page, TracksPage)
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    return page


def test_a_search_is_kept_and_changed(
    qtbot: QtBot, library: Library, window: MainWindow, tracks: TracksPage
) -> None:
    def dialog() -> SmartAlbumDialog:
        qtbot.waitUntil(lambda: window.findChild(SmartAlbumDialog) is not None)
        found = window.findChild(SmartAlbumDialog)
        assert found is not None
        return found

    tracks.search.show_query(parse_query("missing:isrc"))
    tracks.search.box.save.click()
    assert dialog().name.text() == "Missing ISRC"
    QTest.keyClicks(dialog().name, "To buy")
    QTest.keyClick(dialog().name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "To buy" in items(window) and window.findChild(SmartAlbumDialog) is None)
    qtbot.waitUntil(lambda: items(window)["To buy"].accessibleName() == "To buy, 2")
    tracks.search.show_query(parse_query(""))
    assert not items(window)["To buy"].isChecked()
    items(window)["To buy"].click()
    assert str(tracks.search.query) == "missing:isrc"
    assert items(window)["To buy"].isChecked()

    tracks.search.box.add("lagoa")
    assert not items(window)["To buy"].isChecked()
    tracks.search.box.save.click()
    dialog().update_it.click()
    qtbot.waitUntil(lambda: [row.query for row in library.smart_albums.list()] == ["missing:isrc lagoa"])
    qtbot.waitUntil(lambda: [item.isChecked() for item in window.sidebar.smart.items()] == [True])


def test_suggestions_come_first_and_what_is_deleted_comes_back(
    qtbot: QtBot, library: Library, window: MainWindow, tracks: TracksPage
) -> None:
    section = window.sidebar.smart
    qtbot.waitUntil(lambda: bool(section._offers))
    section._offers[0].click()
    qtbot.waitUntil(lambda: list(items(window)) == ["Top hits"])
    assert not section._offers
    library.smart_albums.save("Slow", "bpm:<90")
    window.smart.load()
    qtbot.waitUntil(lambda: list(items(window)) == ["Top hits", "Slow"])
    QTest.keyClick(items(window)["Slow"], Qt.Key.Key_Up, ALT)
    qtbot.waitUntil(lambda: list(items(window)) == ["Slow", "Top hits"])
    QTest.keyClick(items(window)["Slow"], Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: list(items(window)) == ["Top hits"])
    window.toast._action.click()
    qtbot.waitUntil(lambda: list(items(window)) == ["Slow", "Top hits"])
    assert [icon_of(each.query) for each in library.smart_albums.list()] == ["gauge", "flame"]
