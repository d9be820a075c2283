"""Artists and genres: a list, what the chosen one has, the way to its tracks."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.main_window import MainWindow
from musiclib.gui.models.group_list import GroupSort
from musiclib.gui.pages.groups import ArtistsPage, GenresPage
from musiclib.gui.pages.tracks import TracksPage
from tests.gui.conftest import add_album, load


def test_artists_show_their_tracks_and_albums(
    qtbot: QtBot, library: Library, context: AppContext, window: MainWindow
) -> None:
    add_album(library, "Nachtlinie", [("Kessel", "Achse"), ("Lagoa", "Rio"), ("Lagoa", "Mar")])
    load(qtbot, context)
    window.open_page(places.ARTISTS)
    page = window.current_page
    assert isinstance(page, ArtistsPage)
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 1)
    assert page.pane.model.rows()[0].title == "Achse"
    QTest.keyClicks(page.list, "la")
    qtbot.waitUntil(lambda: [row.title for row in page.pane.model.rows()] == ["Mar", "Rio"])
    assert (album := page.pane.shelf.albums.album_at(0)) is not None
    assert album.title == "Nachtlinie"
    page._choose_sort(GroupSort.TRACKS)
    assert page.list.currentIndex().row() == 0, "the same artist, now the first one"
    page._search.setText("nobody")
    assert page._stack.currentWidget() is page._nothing
    page._search.clear()
    assert page.remembered() == {"sort": "tracks", "group": "lagoa"}
    page.pane.every.click()
    tracks = window.current_page
    assert isinstance(tracks, TracksPage)
    assert str(tracks.search.query) == "artist:Lagoa"


def test_genres_come_with_the_tracks(
    qtbot: QtBot, library: Library, context: AppContext, window: MainWindow
) -> None:
    window.open_page(places.GENRES)
    page = window.current_page
    assert isinstance(page, GenresPage)
    qtbot.waitUntil(lambda: page._stack.currentWidget() is page._none_yet)
    add_album(library, "Nachtlinie", [("Kessel", "Achse")])
    (row,) = library.library.load_tracks()
    library.library.set_value(row.id, "genres", ["Deep house", "Dub"])
    page._stale = True
    page._read_if_seen()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    assert (group := page.list.current()) is not None
    assert group.name == "Dub"
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 1)
