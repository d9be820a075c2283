"""The window over a real library: pages, chips, keys, inspector, undo."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.ids import ChangesetId
from musiclib.domain.states import Bucket, MatchState
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.command_palette import Command, CommandPalette, fitting
from musiclib.gui.inspector.field_card import FieldCardView
from musiclib.gui.inspector.field_rows import FieldRow
from musiclib.gui.main_window import MainWindow
from musiclib.gui.models.album_grid import AlbumGroup
from musiclib.gui.models.track_columns import LEAVE_FIRST, TrackColumn
from musiclib.gui.pages.activity_page import ActivityPage
from musiclib.gui.pages.album import AlbumPage
from musiclib.gui.pages.albums import AlbumsPage
from musiclib.gui.pages.tracks import TracksPage
from musiclib.gui.widgets.inspector_button import InspectorButton
from tests.gui.conftest import NoPasteDialog, add_album, load
from tests.services.audio import write_wav

NAMES = [
    ("Mira Voss", "Ankunft"),
    ("Kessel & Vroom", "Langsam, bitte (Original Mix)"),
    ("Odd Harbour", "Paper"),
]


@pytest.fixture
def filled(qtbot: QtBot, library: Library, context: AppContext, window: MainWindow) -> MainWindow:
    add_album(library, "Hafenklang 041", NAMES)
    add_album(library, "Nachtlinie", [("Kessel & Vroom", "Achse"), ("Lagoa", "Rio")])
    load(qtbot, context)
    return window


def open_albums(window: MainWindow) -> AlbumsPage:
    window.open_page(places.ALBUMS)
    page = window.current_page
    assert isinstance(page, AlbumsPage)
    return page


def open_album(qtbot: QtBot, window: MainWindow, title: str = "Hafenklang 041") -> AlbumPage:
    context = window._context
    album = next(row for row in context.albums.rows() if row.title == title)
    window.open_page(places.ALBUM, album.id)
    page = window.current_page
    assert isinstance(page, AlbumPage)
    qtbot.waitUntil(lambda: page.model.rowCount() == album.counts.total)
    return page


def test_an_empty_library_offers_the_first_step(
    qtbot: QtBot, context: AppContext, window: MainWindow, paste: NoPasteDialog
) -> None:
    page = open_albums(window)
    load(qtbot, context)
    assert page._stack.currentWidget() is page._first_run
    QTest.keyClicks(page._first_run._edit, "A - B")
    buttons = page._first_run.findChildren(QPushButton)
    next(each for each in buttons if each.text() == "Paste tracklist").click()
    assert paste.texts == ["A - B"]


def test_chips_add_up_and_filter(filled: MainWindow) -> None:
    page = open_albums(filled)
    assert sum(page.model.group_counts().values()) == 2
    assert not page._chips[AlbumGroup.COMPLETE].isEnabled(), "it would leave nothing"
    chip = page._chips[AlbumGroup.IN_PROGRESS]
    chip.click()
    assert page._group is AlbumGroup.IN_PROGRESS
    chip.click()
    assert (page._group, page._all.isChecked()) == (None, True)
    page._search.setText("nobody of that name")
    assert page._views.currentWidget() is page._nothing
    page._nothing.acted.emit()
    assert page.model.rowCount() == 2
    page._search.setText("nacht")
    assert page.model.rowCount() == 1


def test_grid_columns_are_flush_at_every_width(qtbot: QtBot, filled: MainWindow) -> None:
    page = open_albums(filled)
    for width in (960, 1100, 1200, 1440, 1920):
        filled.resize(width, 800)
        qtbot.wait(1)
        cell = page.grid.cell
        room = page.grid.maximumViewportSize().width()
        columns = room // cell.width()
        assert columns >= 3
        assert room - columns * cell.width() < cell.width() // 3, width


def test_enter_opens_the_album_and_its_tracks_are_there(qtbot: QtBot, filled: MainWindow) -> None:
    page = open_albums(filled)
    page.model.set_filter(None, "hafenklang")
    page.grid.setCurrentIndex(page.model.index(0))
    QTest.keyClick(page.grid, Qt.Key.Key_Return)
    album = filled.current_page
    assert isinstance(album, AlbumPage)
    qtbot.waitUntil(lambda: album.model.rowCount() == 3)
    assert [row.artist for row in album.model.rows()] == [artist for artist, _ in NAMES]
    assert album.head._head.text() == "0 of 3 are complete."


def test_a_track_that_comes_after_its_list_is_shown_in_the_inspector(
    qtbot: QtBot, library: Library, context: AppContext, window: MainWindow
) -> None:
    add_album(library, "Nachtlinie", [("Kessel & Vroom", "Achse"), ("Lagoa", "Rio")])
    context.albums.apply(library.library.load_albums())
    page = open_album(qtbot, window, "Nachtlinie")
    first = page.model.entries()[0]
    qtbot.waitUntil(lambda: window.inspector.track_tab.shown == first.track_id)


def test_columns_leave_in_the_agreed_order(qtbot: QtBot, filled: MainWindow) -> None:
    page = open_album(qtbot, filled)
    gone: list[TrackColumn] = []
    for width in range(1200, 300, -10):
        kept = page.table.plan.fitted(width)
        gone += [column for column in page.model.columns if column not in kept and column not in gone]
        assert sum(kept.values()) <= max(width, 560)
        assert {TrackColumn.TITLE, TrackColumn.BPM, TrackColumn.KEY, TrackColumn.STATE} <= set(kept)
    assert gone == [column for column in LEAVE_FIRST if column in page.model.columns]


def test_the_inspector_sets_locks_and_clears_a_value(qtbot: QtBot, filled: MainWindow) -> None:
    page = open_album(qtbot, filled)
    page.table.choose_place(0)
    tab = filled.inspector.track_tab
    qtbot.waitUntil(lambda: any(row.card.name == "bpm" for row in tab.findChildren(FieldRow)))
    tab.open_card("bpm")
    card = tab.findChild(FieldCardView)
    assert isinstance(card, FieldCardView)
    card._edit.setText("121.5")
    QTest.keyClick(card._edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.rows()[0].bpm == 121.5)
    assert filled.toast.isVisible()

    def bpm_card() -> FieldCardView | None:
        return next((each for each in tab.findChildren(FieldCardView) if each.card.rule == "locked"), None)

    qtbot.waitUntil(lambda: bpm_card() is not None)
    locked = bpm_card()
    assert locked is not None
    locked.clear_wanted.emit()
    qtbot.waitUntil(lambda: page.model.rows()[0].bpm is None)


def shown_titles(page: AlbumPage) -> list[str]:
    return [row.title for row in page.model.rows()]


def drop_on_row(page: AlbumPage, place: int) -> None:
    """Let the selected rows go just above that row, as the system tells it."""
    table = page.table
    mime = page.model.mimeData(table.selectedIndexes())
    at = table.visualRect(page.model.index(place, 1)).topLeft() + QPoint(4, 1)
    copy, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for event in (
        QDragEnterEvent(at, copy, mime, button, keys),
        QDragMoveEvent(at, copy, mime, button, keys),
        QDropEvent(QPointF(at), copy, mime, button, keys),
    ):
        QCoreApplication.sendEvent(table.viewport(), event)
        assert event.isAccepted()


def test_tracks_move_on_their_list_by_keys_and_by_dragging(qtbot: QtBot, filled: MainWindow) -> None:
    page = open_album(qtbot, filled)
    qtbot.waitUntil(lambda: shown_titles(page) == ["Ankunft", "Langsam, bitte", "Paper"])
    page.table.choose_place(0)
    alt = Qt.KeyboardModifier.AltModifier
    QTest.keyClick(page.table, Qt.Key.Key_Up, alt)  # there is no place above
    QTest.keyClick(page.table, Qt.Key.Key_Down, alt)
    QTest.keyClick(page.table, Qt.Key.Key_Down, alt)  # one at a time: the list is on its way
    qtbot.waitUntil(lambda: shown_titles(page) == ["Langsam, bitte", "Ankunft", "Paper"])
    qtbot.waitUntil(lambda: page.table.chosen_places() == [1])

    qtbot.keyClick(page.table, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    page.table.choose_place(1)  # the selected row stays selected with Ctrl held
    assert page.table.chosen_places() == [1]
    page.table.choose_places([1, 2])
    drop_on_row(page, 0)
    qtbot.waitUntil(lambda: shown_titles(page) == ["Ankunft", "Paper", "Langsam, bitte"])
    qtbot.waitUntil(lambda: page.table.chosen_places() == [0, 1])

    filled._context.shell.undo()
    qtbot.waitUntil(lambda: shown_titles(page) == ["Langsam, bitte", "Ankunft", "Paper"])


def test_a_list_changed_by_another_program_is_read_again_instead(
    qtbot: QtBot, filled: MainWindow, library: Library
) -> None:
    page = open_album(qtbot, filled)
    assert page.album_id is not None
    (first, *_) = page.model.entries()
    library.library.remove_tracks_from_album(page.album_id, [first.track_id])
    page.table.choose_place(0)
    page.table.shift_chosen(1)
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert "meanwhile" in filled.toast.accessibleName()
    qtbot.waitUntil(lambda: shown_titles(page) == ["Langsam, bitte", "Paper"])
    page.table.choose_place(0)
    page.table.shift_chosen(1)
    qtbot.waitUntil(lambda: shown_titles(page) == ["Paper", "Langsam, bitte"])


def button_called(parent: QWidget, words: str) -> QPushButton:
    """The newest one: what a tab showed before lives on for a moment."""
    *_, found = (each for each in parent.findChildren(QPushButton) if each.text() == words)
    return found


def test_a_file_is_linked_and_unlinked_in_the_inspector(
    qtbot: QtBot, filled: MainWindow, library: Library, tmp_path: Path
) -> None:
    page = open_album(qtbot, filled)
    page.table.choose_place(0)
    track_id = page.model.entries()[0].track_id
    tab = filled.inspector.file_tab
    filled.inspector._open_tab("file")
    qtbot.waitUntil(lambda: library.library.track(track_id) == filled.inspector._detail)
    assert button_called(tab, "Link a file").toolTip()

    (tmp_path / "no.wav").write_bytes(b"this is no sound")
    with qtbot.waitSignal(filled._context.commands.told) as told:
        tab.link(track_id, str(tmp_path / "no.wav"))
    assert "Choose another file" in str(told.args)
    tab.link(track_id, str(write_wav(tmp_path / "a.wav", artist="Somebody", title="Else")))
    qtbot.waitUntil(lambda: any(row.has_file for row in page.model.rows()))
    qtbot.waitUntil(lambda: len(tab.findChildren(QPushButton)) == 4)
    button_called(tab, "Unlink").click()
    qtbot.waitUntil(lambda: not any(row.has_file for row in page.model.rows()))
    filled._context.shell.undo()
    qtbot.waitUntil(lambda: any(row.has_file for row in page.model.rows()))


def test_the_lock_of_a_match_is_taken_off_in_the_inspector(
    qtbot: QtBot, filled: MainWindow, library: Library
) -> None:
    page = open_album(qtbot, filled)
    page.table.choose_place(0)
    track_id = page.model.entries()[0].track_id
    library.editor.move([track_id], Bucket.MATCHED)
    filled._context.shell.refresh([track_id], [])
    tab = filled.inspector.track_tab
    qtbot.waitUntil(lambda: any(each.text() == "Unlock match" for each in tab.findChildren(QPushButton)))
    button_called(tab, "Unlock match").click()
    qtbot.waitUntil(lambda: not library.library.track(track_id).match.locked)
    qtbot.waitUntil(lambda: all(each.text() != "Unlock match" for each in tab.findChildren(QPushButton)))
    assert library.library.track(track_id).row.match_state is MatchState.MATCHED


def test_undo_takes_the_last_change_back_everywhere(qtbot: QtBot, filled: MainWindow) -> None:
    page = open_albums(filled)
    context = filled._context
    page._acts.remove([row for row in context.albums.rows() if row.title == "Nachtlinie"])
    qtbot.waitUntil(lambda: len(context.albums) == 1)
    tracks = filled._tally
    qtbot.waitUntil(lambda: tracks.counts is not None and tracks.counts.tracks == 3)
    context.shell.undo()
    qtbot.waitUntil(lambda: len(context.albums) == 2)
    qtbot.waitUntil(lambda: tracks.counts is not None and tracks.counts.tracks == 5)
    context.shell.redo()
    qtbot.waitUntil(lambda: len(context.albums) == 1)


def test_the_history_takes_acts_back_and_does_them_again(
    qtbot: QtBot, filled: MainWindow, library: Library
) -> None:
    track = library.library.load_tracks()[0]
    first = library.library.set_value(track.id, "bpm", 120).changeset_id
    last = library.library.set_value(track.id, "bpm", 121).changeset_id
    filled.open_page(places.ACTIVITY, "history")
    page = filled.current_page
    assert isinstance(page, ActivityPage)
    lines = page.history
    qtbot.waitUntil(lambda: lines.lines.rowCount() > 1)

    def press(row: int, words: str) -> None:
        lines.setCurrentIndex(lines.lines.index(row))
        button_called(page, words).click()

    def undone() -> list[ChangesetId | None]:
        return [each.id for each in library.library.taken_back()]

    told: list[tuple[str, Callable[[], None] | None]] = []
    filled._context.shell.toast_wanted.connect(lambda text, _words, act: told.append((text, act)))
    press(1, "Undo this")
    qtbot.waitUntil(lambda: bool(told))
    text, undo_both = told[-1]
    assert "BPM set to 121" in text
    assert undo_both is not None
    undo_both()
    qtbot.waitUntil(lambda: undone() == [first, last])
    qtbot.waitUntil(lambda: all(lines.lines.line(lines.lines.index(row)).quiet for row in (0, 1)))  # type: ignore[union-attr]  # there are two
    press(1, "Do this again")
    qtbot.waitUntil(lambda: undone() == [last])
    assert library.library.load_tracks([track.id])[0].bpm == 120


def test_an_album_whose_import_is_undone_goes_without_a_complaint(
    qtbot: QtBot, filled: MainWindow, library: Library
) -> None:
    open_album(qtbot, filled, "Nachtlinie")
    told: list[str] = []
    filled._context.shell.toast_wanted.connect(lambda text, *_: told.append(text))
    filled._context.shell.undo()
    qtbot.waitUntil(lambda: filled.current_page is filled.page(places.ALBUMS))
    qtbot.waitUntil(lambda: bool(told))
    assert [each[:11] for each in told] == ["Taken back:"]


def test_opening_a_track_goes_to_its_place_on_the_album(qtbot: QtBot, filled: MainWindow) -> None:
    filled.open_page(places.TRACKS)
    page = filled.current_page
    assert isinstance(page, TracksPage)
    qtbot.waitUntil(lambda: page.model.rowCount() == 5)
    rows = [row for place in range(5) if (row := page.model.row_at(place)) is not None]
    row = next(row for row in rows if row.title == "Paper")
    page.table.track_opened.emit(row.id)
    qtbot.waitUntil(lambda: isinstance(filled.current_page, AlbumPage))
    album = filled.current_page
    assert isinstance(album, AlbumPage)
    qtbot.waitUntil(lambda: (current := album.table.current_track()) is not None and current.id == row.id)


def test_dropped_text_is_pasted_and_dropped_files_are_handed_on(
    filled: MainWindow, context: AppContext, paste: NoPasteDialog
) -> None:
    def drop(mime: QMimeData) -> None:
        where, actions = QPointF(5, 5), Qt.DropAction.CopyAction
        filled.dropEvent(
            QDropEvent(where, actions, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        )

    text = QMimeData()
    text.setText("A - B\nC - D")
    drop(text)
    assert paste.texts == ["A - B\nC - D"]
    files, wanted = QMimeData(), []
    context.shell.files_wanted.connect(wanted.append)
    files.setUrls([QUrl.fromLocalFile("/tmp/list.csv")])
    drop(files)
    assert wanted == [["/tmp/list.csv"]]


@pytest.mark.qt_log_ignore("This plugin does not support")  # a dialog on the offscreen platform
@pytest.mark.parametrize("keys", [Qt.Key.Key_O, Qt.Key.Key_D])
def test_lists_and_folders_are_chosen_by_keys_on_any_page(
    qtbot: QtBot, filled: MainWindow, tmp_path: Path, keys: Qt.Key
) -> None:
    filled.open_page(places.TRACKS)
    wanted: list[list[str]] = []
    filled._context.shell.files_wanted.connect(wanted.append)
    qtbot.keyClick(filled, keys, Qt.KeyboardModifier.ControlModifier)
    (chooser,) = filled.findChildren(QFileDialog)
    assert chooser.isVisible()
    chooser.fileSelected.emit(str(tmp_path))
    assert wanted == [[str(tmp_path)]]
    chooser.close()


def test_narrow_windows_fold_sidebar_and_inspector(qtbot: QtBot, filled: MainWindow) -> None:
    open_album(qtbot, filled)
    assert filled.inspector.isVisible()
    filled.resize(1150, 700)
    assert not filled.inspector.isVisible()
    filled._toggle_inspector()
    assert filled.inspector.isVisible()
    assert filled.inspector.geometry().right() >= filled.width() - 2
    filled.resize(1000, 700)
    assert filled.sidebar.width() == filled._context.theme.size("sidebar_narrow")


def test_a_hidden_inspector_comes_back_by_a_button(qtbot: QtBot, filled: MainWindow) -> None:
    filled.resize(1440, 900)
    filled.open_page(places.TRACKS)
    buttons = filled.page(places.TRACKS).findChildren(InspectorButton)
    assert [each.isVisible() for each in buttons] == [False]
    filled.inspector.close_wanted.emit()
    assert not filled.inspector.isVisible()
    buttons[0].button.click()
    assert filled.inspector.isVisible()
    assert not buttons[0].isVisible()


def test_closing_asks_instead_of_closing(qtbot: QtBot, filled: MainWindow) -> None:
    with qtbot.waitSignal(filled.close_wanted):
        filled.close()
    assert filled.isVisible()


def test_everything_on_the_window_has_a_name_for_screen_readers(qtbot: QtBot, filled: MainWindow) -> None:
    for name in filled.page_names():
        if name in {places.ALBUMS, places.TRACKS}:
            filled.open_page(name)
    open_album(qtbot, filled)
    nameless = [
        each
        for kind in (QAbstractButton, QLineEdit)
        for each in filled.findChildren(kind)
        if each.isVisibleTo(filled)
        and not each.accessibleName()
        and not (isinstance(each, QAbstractButton) and each.text())
        and not each.objectName().startswith("qt_")
        and type(each).__name__ != "QToolButton"
    ]
    assert [type(each).__name__ for each in nameless] == []


def test_the_palette_finds_by_words_and_does_the_first(qtbot: QtBot, filled: MainWindow) -> None:
    done: list[str] = []
    commands = [
        Command("Go to Tracks", "Pages", "Ctrl+2", lambda: done.append("tracks")),
        Command("Show tracks that need you", "Pages", "", lambda: done.append("need")),
    ]
    assert [each.words for each in fitting(commands, "show")] == ["Show tracks that need you"]
    palette = CommandPalette(filled._context.theme, commands, filled)
    palette.field.setText("need")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == ["need"]


def test_a_toast_offers_one_action(qtbot: QtBot, filled: MainWindow) -> None:
    done: list[int] = []
    filled._context.shell.toast("Imported 23 rows", "Undo", lambda: done.append(1))
    assert filled.toast.isVisible()
    assert filled.toast.pos().x() > 0
    QTest.mouseClick(filled.toast._action, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert done == [1]
    assert not filled.toast.isVisible()
