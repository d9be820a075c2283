"""Asking for an album, bringing its audio, and choosing where a track comes from."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.db.transfers import TransferRepository
from musiclib.domain.ids import AlbumId
from musiclib.domain.states import TransferState
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.album_picker import AlbumPicker
from musiclib.gui.dialogs.bring_audio import BringAudio
from musiclib.gui.dialogs.choose_source import ChooseSource
from musiclib.gui.fetching import Fetching
from musiclib.gui.main_window import MainWindow
from musiclib.gui.pages.album import AlbumPage
from tests.gui.conftest import add_album, load

NAMES = [("Ada Quist", "First Light"), ("Ada Quist", "Dusk")]


class Told:
    """Toasts, the last one last."""

    def __init__(self, context: AppContext) -> None:
        self.toasts: list[tuple[str, str, Callable[[], None] | None]] = []
        context.shell.toast_wanted.connect(lambda *told: self.toasts.append(told))

    @property
    def last(self) -> str:
        return self.toasts[-1][0] if self.toasts else ""


@pytest.fixture
def told(context: AppContext) -> Told:
    return Told(context)


@pytest.fixture
def fetching(context: AppContext, window: MainWindow) -> Fetching:
    return Fetching(context, window, window)


@pytest.fixture
def online(library: Library) -> None:
    """Addresses are taken only while the network is on; no worker asks for them here."""
    library.use(library.settings.model_copy(update={"online": True}))


@pytest.fixture
def album_id(context: AppContext, library: Library, qtbot: QtBot) -> AlbumId:
    made = add_album(library, "Two Rooms", NAMES)
    load(qtbot, context)
    return made


def purchase(folder: Path, *names: str) -> str:
    path = folder / "bought.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"audio")
    return str(path)


def states(context: AppContext, album_id: AlbumId) -> set[TransferState]:
    row = context.downloads.rows.get(album_id)
    return {each.state for each in row.transfers} if row else set()


@pytest.mark.usefixtures("fetching")
def test_the_button_of_an_album_asks_for_it_and_then_tells_how_far_it_is(
    context: AppContext, window: MainWindow, album_id: AlbumId, told: Told, qtbot: QtBot
) -> None:
    window.show()
    window.open_page(places.ALBUM, album_id)
    page = window.page(places.ALBUM)
    assert isinstance(page, AlbumPage)
    qtbot.waitUntil(page.fetch.get.isVisible)
    qtbot.mouseClick(page.fetch.get, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.fetch.state.isVisible)
    assert told.last == "2 tracks of “Two Rooms” are looked for."
    assert page.fetch.state.text() == "Coming"
    with qtbot.waitSignal(context.downloads.rows.changed):
        context.downloads.pause([album_id])
    assert page.fetch.state.text() == "Paused"
    opened: list[tuple[str, object]] = []
    context.shell.page_wanted.connect(lambda *where: opened.append(where))
    qtbot.mouseClick(page.fetch.state, Qt.MouseButton.LeftButton)
    assert opened == [(places.DOWNLOADS, album_id)]


@pytest.mark.usefixtures("fetching", "online")
def test_addresses_from_the_clipboard_are_brought_for_an_album(
    context: AppContext,
    fetching: Fetching,
    window: MainWindow,
    album_id: AlbumId,
    told: Told,
    qtbot: QtBot,
) -> None:
    QApplication.clipboard().setText("https://a.example/First%20Light.flac\nhttps://a.example/Dusk.flac")
    context.shell.bring_audio(album_id)
    dialog = window.findChild(BringAudio)
    assert dialog is not None
    assert (dialog.told.text(), dialog.fetch.isEnabled()) == ("2 addresses.", True)
    qtbot.mouseClick(dialog.fetch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: states(context, album_id) == {TransferState.QUEUED})
    assert told.last == "Two Rooms: 2 of its files are known."
    assert dialog.isHidden()
    QApplication.clipboard().clear()


@pytest.mark.usefixtures("fetching")
def test_text_without_an_address_cannot_be_sent(
    context: AppContext, window: MainWindow, album_id: AlbumId, qtbot: QtBot
) -> None:
    context.shell.bring_audio(album_id)
    dialog = window.findChild(BringAudio)
    assert dialog is not None
    dialog.text.setPlainText("ftp://a.example/1.flac")
    assert not dialog.fetch.isEnabled()
    dialog.text.setPlainText("https://:80/1.flac")
    assert "Line 1: the address names no server." in dialog.told.text()
    qtbot.keyClick(dialog.text, Qt.Key.Key_Escape)
    assert dialog.isHidden()


@pytest.mark.usefixtures("fetching")
def test_a_zip_file_that_names_its_album_is_taken_at_once(
    context: AppContext, album_id: AlbumId, told: Told, tmp_path: Path, qtbot: QtBot
) -> None:
    names = [f"Ada Quist - Two Rooms - 0{n} {title}.flac" for n, (_, title) in enumerate(NAMES, 1)]
    context.shell.take_zip(purchase(tmp_path, *names))
    qtbot.waitUntil(lambda: states(context, album_id) == {TransferState.QUEUED})
    assert told.last == "Two Rooms: 2 of its files are known."


@pytest.mark.usefixtures("fetching")
def test_a_zip_file_that_names_no_album_is_asked_about(
    context: AppContext,
    fetching: Fetching,
    window: MainWindow,
    album_id: AlbumId,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    context.shell.take_zip(purchase(tmp_path, "01 First Light.flac", "02 Dusk.flac"))
    qtbot.waitUntil(lambda: window.findChild(AlbumPicker) is not None)
    picker = window.findChild(AlbumPicker)
    assert picker is not None
    picker.chosen.emit(album_id)
    qtbot.waitUntil(lambda: states(context, album_id) == {TransferState.QUEUED})


@pytest.mark.usefixtures("fetching", "album_id")
def test_a_zip_file_of_no_use_says_why(context: AppContext, told: Told, tmp_path: Path, qtbot: QtBot) -> None:
    context.shell.take_zip(purchase(tmp_path, "cover.jpg"))
    qtbot.waitUntil(lambda: "holds no audio" in told.last)


@pytest.mark.usefixtures("fetching", "online")
def test_another_file_is_chosen_for_a_track_by_its_number(
    context: AppContext, library: Library, window: MainWindow, album_id: AlbumId, qtbot: QtBot
) -> None:
    given = library.downloads.add_addresses(
        album_id, "First Light https://a.example/one.flac\nFirst Light https://b.example/two.flac"
    )
    assert given.asked.row is not None
    context.downloads.take_rows([given.asked.row])
    transfer = given.asked.row.transfers[0]
    context.shell.choose_source(transfer)
    dialog = window.findChild(ChooseSource)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.list.model().rowCount() == 2)
    qtbot.keyClick(dialog.list, Qt.Key.Key_2)
    assert dialog.isHidden()
    assert transfer.id is not None
    chosen = transfer.id

    def second_is_taken() -> bool:
        choices = library.downloads.candidates(chosen)
        return [each.chosen for each in sorted(choices, key=lambda each: each.index)].count(True) == 1

    qtbot.waitUntil(second_is_taken)


@pytest.mark.usefixtures("fetching", "online")
def test_none_of_these_refuses_all_that_is_on_offer(
    context: AppContext, library: Library, window: MainWindow, album_id: AlbumId, qtbot: QtBot
) -> None:
    given = library.downloads.add_addresses(
        album_id, "First Light https://a.example/one.flac\nFirst Light https://b.example/two.flac"
    )
    assert given.asked.row is not None
    transfer = given.asked.row.transfers[0]
    assert transfer.id is not None
    with library._db.write() as conn:
        record = TransferRepository(conn).get(transfer.id)
        assert record is not None
        TransferRepository(conn).ask(transfer.id, record.candidates, context.now())
    context.downloads.take_rows(library.downloads.albums([album_id]))
    context.shell.choose_source(transfer)
    dialog = window.findChild(ChooseSource)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.list.model().rowCount() == 2)
    assert "None of these" in dialog.refuse.text()
    qtbot.mouseClick(dialog.refuse, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: TransferState.NO_SOURCE in states(context, album_id))
    assert all(each.refused for each in library.downloads.candidates(transfer.id))
