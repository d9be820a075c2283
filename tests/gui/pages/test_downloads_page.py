"""The download centre by mouse and by keyboard, on a real library."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.ids import AlbumId
from musiclib.domain.states import TransferState
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.download_card import Act
from musiclib.gui.main_window import MainWindow
from musiclib.gui.models.download_list import AlbumEntry, Filter, TrackEntry
from musiclib.gui.pages.downloads_page import DownloadsPage
from musiclib.gui.work import StripTeller
from musiclib.runners.updates import DownloadUpdate
from tests.gui.conftest import add_album
from tests.support.download_rows import every_state, summary

NAMES = [("Ada Quist", "First Light"), ("Ada Quist", "Dusk")]


@pytest.fixture
def page(context: AppContext, window: QMainWindow) -> DownloadsPage:
    made = DownloadsPage(context)
    made.setParent(window)
    made.setGeometry(window.rect())
    made.show()
    made.open()
    return made


@pytest.fixture
def asked(context: AppContext, library: Library, page: DownloadsPage, qtbot: QtBot) -> AlbumId:
    """An album that was asked for and stands in the list, chosen."""
    album_id = add_album(library, "Two Rooms", NAMES)
    with qtbot.waitSignal(context.downloads.asked):
        context.downloads.get_album(album_id)
    page.open(album_id)
    return album_id


def states(page: DownloadsPage) -> list[TransferState]:
    row = page.context.downloads.rows.rows()[0]
    return [each.state for each in row.transfers]


def click(page: DownloadsPage, qtbot: QtBot, place: int, act: Act) -> None:
    index = page.model.index(place)
    rect = page.list.visualRect(index)
    found = next(
        QPoint(x, rect.center().y() + 4)
        for x in range(rect.right(), rect.left(), -4)
        if page.list.delegate.hit(rect, index, QPoint(x, rect.center().y() + 4)) is act
    )
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=found)


Press = Callable[[Qt.Key], None]


@pytest.fixture
def press(page: DownloadsPage, qtbot: QtBot) -> Press:
    return lambda key: qtbot.keyClick(page.list, key)


def all_are(page: DownloadsPage, qtbot: QtBot, *wanted: TransferState) -> None:
    qtbot.waitUntil(lambda: states(page) == list(wanted))


@pytest.mark.usefixtures("asked")
def test_an_album_is_paused_and_resumed_by_mouse(page: DownloadsPage, qtbot: QtBot) -> None:
    click(page, qtbot, 0, Act.PAUSE)
    all_are(page, qtbot, TransferState.PAUSED, TransferState.PAUSED)
    click(page, qtbot, 0, Act.RESUME)
    all_are(page, qtbot, TransferState.WANTED, TransferState.WANTED)


@pytest.mark.usefixtures("asked")
def test_an_album_is_paused_and_resumed_by_keyboard(page: DownloadsPage, press: Press, qtbot: QtBot) -> None:
    press(Qt.Key.Key_Space)
    all_are(page, qtbot, TransferState.PAUSED, TransferState.PAUSED)
    press(Qt.Key.Key_Space)
    all_are(page, qtbot, TransferState.WANTED, TransferState.WANTED)


@pytest.mark.usefixtures("asked")
def test_one_track_alone_is_paused_and_stopped_with_a_way_back(
    page: DownloadsPage, press: Press, context: AppContext, qtbot: QtBot
) -> None:
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Space)
    all_are(page, qtbot, TransferState.PAUSED, TransferState.WANTED)
    toasts: list[tuple[str, str, Callable[[], None]]] = []
    context.shell.toast_wanted.connect(lambda *told: toasts.append(told))
    press(Qt.Key.Key_S)
    all_are(page, qtbot, TransferState.CANCELLED, TransferState.WANTED)
    assert toasts[0][:2] == ("“First Light” is no longer fetched.", "Undo")
    toasts[0][2]()
    all_are(page, qtbot, TransferState.WANTED, TransferState.WANTED)


@pytest.mark.usefixtures("asked")
def test_arrows_open_and_close_an_album(page: DownloadsPage, press: Press) -> None:
    assert page.model.rowCount() == 3
    press(Qt.Key.Key_Left)
    assert page.model.rowCount() == 1
    press(Qt.Key.Key_Right)
    assert page.model.rowCount() == 3
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Left)
    assert page.model.rowCount() == 1
    assert page.list.currentIndex().row() == 0


@pytest.mark.usefixtures("asked")
def test_everything_is_paused_and_resumed_with_one_button(page: DownloadsPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.all, Qt.MouseButton.LeftButton)
    all_are(page, qtbot, TransferState.PAUSED, TransferState.PAUSED)
    qtbot.waitUntil(lambda: page.all.text() == "Resume all")
    qtbot.mouseClick(page.all, Qt.MouseButton.LeftButton)
    all_are(page, qtbot, TransferState.WANTED, TransferState.WANTED)


@pytest.mark.usefixtures("asked")
def test_what_is_given_up_can_be_taken_back(
    page: DownloadsPage, press: Press, context: AppContext, qtbot: QtBot
) -> None:
    toasts: list[tuple[str, str, Callable[[], None]]] = []
    context.shell.toast_wanted.connect(lambda *told: toasts.append(told))
    with qtbot.waitSignal(context.downloads.rows.reset):
        press(Qt.Key.Key_Delete)
    toasts[0][2]()
    qtbot.waitUntil(lambda: len(context.downloads.rows) == 1)
    all_are(page, qtbot, TransferState.WANTED, TransferState.WANTED)


def shown(page: DownloadsPage, context: AppContext) -> None:
    """Every state there is, as if the worker told of it."""
    rows = every_state(context.now())
    context.downloads.worker.updated.emit(DownloadUpdate(tuple(rows), (), summary(rows)))


def test_chips_count_and_filter(page: DownloadsPage, context: AppContext, qtbot: QtBot) -> None:
    shown(page, context)
    assert page.model.rowCount() == 4
    qtbot.mouseClick(page.chips[Filter.PAUSED], Qt.MouseButton.LeftButton)
    (entry,) = page.model.entries()
    assert isinstance(entry, AlbumEntry)
    assert entry.row.title == "湾岸ドライブ"
    qtbot.mouseClick(page.chips[Filter.PAUSED], Qt.MouseButton.LeftButton)
    assert page.model.rowCount() == 4


def test_a_track_to_decide_asks_for_its_source(
    page: DownloadsPage, context: AppContext, press: Press, qtbot: QtBot
) -> None:
    shown(page, context)
    page.open(page.model.entries()[0].row.id)  # type: ignore[union-attr]  # the first is an album
    place = next(
        place
        for place, entry in enumerate(page.model.entries())
        if isinstance(entry, TrackEntry) and entry.transfer.state is TransferState.REVIEW
    )
    wanted: list[object] = []
    context.shell.source_wanted.connect(wanted.append)
    page.list.setCurrentIndex(page.model.index(place))
    press(Qt.Key.Key_Return)
    click(page, qtbot, place, Act.DECIDE)
    assert [getattr(each, "title", "") for each in wanted] == ["Kurbelwelle", "Kurbelwelle"]


def test_nothing_is_done_while_the_page_is_hidden(page: DownloadsPage, context: AppContext) -> None:
    page.hide()
    shown(page, context)
    assert page.model.rowCount() == 0
    page.show()
    assert page.model.rowCount() == 4


def test_the_history_is_read_when_it_is_asked_for(
    page: DownloadsPage, context: AppContext, library: Library, asked: AlbumId, qtbot: QtBot
) -> None:
    qtbot.mouseClick(page.chips[Filter.HISTORY], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    library.downloads.cancel([asked])
    with qtbot.waitSignal(context.downloads.rows.reset):
        context.downloads.load()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    qtbot.mouseClick(page.chips[Filter.HISTORY], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)


def test_what_comes_is_told_in_the_strip(
    page: DownloadsPage, context: AppContext, library: Library, window: MainWindow
) -> None:
    teller = StripTeller(window.strip, context, window)
    teller.show_summary(library.enrichment.summary())
    shown(page, context)
    texts = [each.text() for each in window.strip.findChildren(QLabel) if each.isVisible()]
    assert "Fetching audio" in texts
    assert "0.8 MB/s" in texts
    assert any("of 2." in each and each.endswith("GB") for each in texts)
