"""The album editor over the real service."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.db.metadata import CandidateRepository
from musiclib.db.records import NewCandidate
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.states import Bucket, MatchState, Source
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.album_picker import AlbumPicker
from musiclib.gui.main_window import MainWindow
from musiclib.gui.models.bucket_cards import AIMED_ROLE, CARDS_MIME, card_id, gap_index
from musiclib.gui.pages.buckets_page import BucketsPage
from musiclib.gui.widgets.card_menu import CardMenu
from musiclib.gui.widgets.undo_button import UndoButton
from tests.gui.conftest import add_album, load
from tests.services.audio import write_wav

ROWS = [
    ("Mira Voss", "Auftakt"),
    ("Kessel & Vroom", "Langsam"),
    ("Tessera", "Labyrinth"),
    ("Leni", "Sonntage"),
]
SCORES = {0: (81.0, 70.0), 1: (79.0,), 2: (64.0,)}


def offer(context: AppContext, library: Library, track_id: TrackId, scores: tuple[float, ...]) -> None:
    found = [
        NewCandidate(
            Source.MUSICBRAINZ, f"{track_id}-{score}", score, {"artist": "X", "title": f"At {score}"}, []
        )
        for score in scores
    ]
    with library._db.write() as conn:
        CandidateRepository(conn).put(track_id, found, context.now())
        TrackRepository(conn).set_match([track_id], MatchState.REVIEW, max(scores), context.now())


@pytest.fixture
def album(library: Library, context: AppContext) -> AlbumId:
    album_id = add_album(library, "Four", ROWS)
    for place, entry in enumerate(library.library.album(album_id).entries):
        if place in SCORES:
            offer(context, library, entry.track_id, SCORES[place])
        else:
            library.editor.move([entry.track_id], Bucket.NOT_FOUND)
    return album_id


@pytest.fixture
def page(qtbot: QtBot, context: AppContext, window: MainWindow, album: AlbumId) -> BucketsPage:
    load(qtbot, context)
    window.open_page(places.BUCKETS, album)
    made = window.page(places.BUCKETS)
    assert isinstance(made, BucketsPage)
    qtbot.waitUntil(lambda: made.sum.text() != "")
    return made


def titles(page: BucketsPage, bucket: Bucket) -> list[str]:
    return [card.title for card in page.columns[bucket].model.cards]


def choose(page: BucketsPage, bucket: Bucket, row: int) -> None:
    cards = page.columns[bucket].list
    cards.setFocus()
    cards.setCurrentIndex(cards.model().index(row, 0))


def drop(target: QWidget, mime: QMimeData) -> None:
    """Carry it over the widget and let go, as the system tells it."""
    action, buttons = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), action, mime, buttons, keys)
    QCoreApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QCoreApplication.sendEvent(target, QDropEvent(QPointF(5, 5), action, mime, buttons, keys))


def test_the_counts_are_a_sum(page: BucketsPage) -> None:
    assert page.sum.text() == "4 on your list = 3 to review + 1 not found"
    assert titles(page, Bucket.REVIEW) == ["Auftakt", "Langsam", "Labyrinth"]


def test_a_figure_key_moves_and_undo_brings_back(
    page: BucketsPage, qtbot: QtBot, window: MainWindow, context: AppContext
) -> None:
    choose(page, Bucket.REVIEW, 1)
    qtbot.keyClick(page.columns[Bucket.REVIEW].list, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: titles(page, Bucket.MATCHED) == ["At 79.0"])
    assert page.sum.text() == "4 on your list = 1 matched + 2 to review + 1 not found"

    context.shell.undo()
    qtbot.waitUntil(lambda: titles(page, Bucket.MATCHED) == [])
    assert titles(page, Bucket.REVIEW) == ["Auftakt", "Langsam", "Labyrinth"]


def test_j_and_k_walk_and_arrows_change_the_column(page: BucketsPage, qtbot: QtBot) -> None:
    choose(page, Bucket.REVIEW, 0)
    cards = page.columns[Bucket.REVIEW].list
    qtbot.keyClick(cards, Qt.Key.Key_J)
    qtbot.keyClick(cards, Qt.Key.Key_J)
    qtbot.keyClick(cards, Qt.Key.Key_K)
    assert cards.currentIndex().row() == 1
    qtbot.keyClick(cards, Qt.Key.Key_Right)
    assert page.columns[Bucket.NOT_FOUND].list.hasFocus()


def test_the_slider_says_what_it_takes_and_takes_it(page: BucketsPage, qtbot: QtBot) -> None:
    page.accept.slider.setValue(79)
    assert page.accept.act.text() == "Accept 2"
    page.accept.slider.setValue(90)
    assert not page.accept.act.isEnabled()
    page.accept.slider.setValue(80)
    page.accept.act.click()
    qtbot.waitUntil(lambda: titles(page, Bucket.MATCHED) == ["At 81.0"])
    assert page.accept.taken() == 0


@pytest.mark.qt_log_ignore("This plugin does not support")  # a popup on the offscreen platform
def test_enter_offers_candidates_and_a_figure_picks(page: BucketsPage, qtbot: QtBot) -> None:
    choose(page, Bucket.REVIEW, 0)
    qtbot.keyClick(page.columns[Bucket.REVIEW].list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.findChildren(QMenu)))
    (menu,) = page.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert [action.text()[:2] for action in menu.actions()[2:4]] == ["&1", "&2"]
    assert [under.title() for under in menu.findChildren(QMenu)] == ["Never this one"]
    qtbot.keyClick(menu, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: titles(page, Bucket.MATCHED) == ["At 70.0"])


@pytest.mark.qt_log_ignore("This plugin does not support")  # a popup on the offscreen platform
def test_a_candidate_is_ruled_out_and_can_still_be_picked(page: BucketsPage, qtbot: QtBot) -> None:
    def open_menu() -> QMenu:
        choose(page, Bucket.REVIEW, 0)
        qtbot.keyClick(page.columns[Bucket.REVIEW].list, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(page.findChildren(QMenu, options=direct)) == 1)
        return page.findChildren(QMenu, options=direct)[0]

    def under(menu: QMenu, title: str) -> list[QAction]:
        return next(each for each in menu.findChildren(QMenu) if each.title() == title).actions()

    direct = Qt.FindChildOption.FindDirectChildrenOnly
    menu = open_menu()
    under(menu, "Never this one")[0].trigger()
    menu.close()
    qtbot.waitUntil(lambda: not page.findChildren(QMenu, options=direct))
    qtbot.waitUntil(
        lambda: [card.candidates for card in page.columns[Bucket.REVIEW].model.cards] == [1, 1, 1]
    )
    menu = open_menu()
    (ruled_out,) = under(menu, "Ruled out before")
    assert "At 81.0" in ruled_out.text()
    ruled_out.trigger()
    menu.close()
    qtbot.waitUntil(lambda: titles(page, Bucket.MATCHED) == ["At 81.0"])


def test_dropping_cards_moves_them_and_the_gap_stands_in_list_order(page: BucketsPage, qtbot: QtBot) -> None:
    review, not_found = page.columns[Bucket.REVIEW], page.columns[Bucket.NOT_FOUND]
    mime = review.model.mimeData([review.model.index(2)])
    at = QPoint(20, 20)
    action = Qt.DropAction.MoveAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    not_found.list.dragMoveEvent(QDragMoveEvent(at, action, mime, buttons, keys))
    assert not_found.model.rowCount() == 2
    assert not_found.model.card(not_found.model.index(0)) is None  # the gap: row 3 goes before row 4

    not_found.list.dropEvent(QDropEvent(QPointF(at), action, mime, buttons, keys))
    qtbot.waitUntil(lambda: titles(page, Bucket.NOT_FOUND) == ["Labyrinth", "Sonntage"])


def test_gap_index_is_the_place_on_the_list() -> None:
    assert gap_index([1, 4, 9], 5) == 2
    assert gap_index([1, 4, 9], 12) == 3
    assert gap_index([None, 4], 1) == 1
    assert gap_index([], 1) == 0


def test_a_filter_hides_rows_but_not_the_sum(page: BucketsPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.filter, "tessera")
    assert page.columns[Bucket.REVIEW].model.rowCount() == 1
    assert page.columns[Bucket.NOT_FOUND].model.rowCount() == 0
    assert page.sum.text() == "4 on your list = 3 to review + 1 not found"


def test_what_was_not_found_can_be_copied(page: BucketsPage, qtbot: QtBot, context: AppContext) -> None:
    with qtbot.waitSignal(context.shell.toast_wanted):
        page.columns[Bucket.NOT_FOUND].list.setFocus()
        page._copy.click()
    assert QGuiApplication.clipboard().text() == "Leni - Sonntage"


def test_rows_move_to_another_album(
    page: BucketsPage, qtbot: QtBot, library: Library, context: AppContext, window: MainWindow
) -> None:
    other = add_album(library, "Other one", [("A", "B")])
    load(qtbot, context)
    choose(page, Bucket.REVIEW, 0)
    qtbot.keyClick(page.columns[Bucket.REVIEW].list, Qt.Key.Key_M)
    (picker,) = window.findChildren(AlbumPicker)
    qtbot.keyClicks(picker.search, "other")
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: titles(page, Bucket.REVIEW) == ["Langsam", "Labyrinth"])
    assert len(library.library.album(other).entries) == 2


def test_rows_dropped_on_the_zone_move_to_another_album(
    page: BucketsPage, qtbot: QtBot, library: Library, context: AppContext, window: MainWindow
) -> None:
    other = add_album(library, "Other one", [("A", "B")])
    load(qtbot, context)
    review = page.columns[Bucket.REVIEW]
    review.list.dragging.emit([card_id(card) for card in review.model.cards[:2]])
    assert page.zone.isVisible()
    assert not page.filter.isVisible()

    mime = review.model.mimeData([review.model.index(0), review.model.index(1)])
    drop(page.zone, mime)
    review.list.dragging.emit([])
    assert not page.zone.isVisible()
    qtbot.waitUntil(lambda: bool(window.findChildren(AlbumPicker)))
    (picker,) = window.findChildren(AlbumPicker)
    qtbot.keyClicks(picker.search, "other")
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: titles(page, Bucket.REVIEW) == ["Labyrinth"])
    assert len(library.library.album(other).entries) == 3


@pytest.fixture
def extra_file(
    page: BucketsPage, qtbot: QtBot, library: Library, context: AppContext, tmp_path: Path
) -> UUID:
    """A file beside the album that says nothing of itself."""
    write_wav(tmp_path / "music" / "a.wav", artist="Leni", title="Sonntage")
    write_wav(tmp_path / "music" / "unknown.wav")
    library.scan.scan([tmp_path / "music"])
    page.open(page._album_id)
    qtbot.waitUntil(lambda: titles(page, Bucket.EXTRA) == ["unknown.wav"])
    return card_id(page.columns[Bucket.EXTRA].model.cards[0])


def test_an_extra_file_dropped_on_a_card_is_linked_to_its_row(
    page: BucketsPage, qtbot: QtBot, extra_file: UUID
) -> None:
    review = page.columns[Bucket.REVIEW]
    mime = page.columns[Bucket.EXTRA].model.mimeData([page.columns[Bucket.EXTRA].model.index(0)])
    at = review.list.visualRect(review.model.index(2)).center()
    action = Qt.DropAction.MoveAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    review.list.dragMoveEvent(QDragMoveEvent(at, action, mime, buttons, keys))
    assert [review.model.index(row).data(AIMED_ROLE) for row in range(3)] == [False, False, True]
    review.list.dropEvent(QDropEvent(QPointF(at), action, mime, buttons, keys))
    assert not review.model.index(2).data(AIMED_ROLE)
    qtbot.waitUntil(lambda: titles(page, Bucket.EXTRA) == [])
    qtbot.waitUntil(lambda: [bool(card.path) for card in review.model.cards] == [False, False, True])


@pytest.mark.qt_log_ignore("This plugin does not support")  # a popup on the offscreen platform
def test_an_extra_file_is_linked_by_its_menu(page: BucketsPage, qtbot: QtBot, extra_file: UUID) -> None:
    choose(page, Bucket.EXTRA, 0)
    page._card_menu(Bucket.EXTRA, QPoint(0, 0))
    (menu,) = page.findChildren(CardMenu)
    (rows,) = menu.findChildren(QMenu)
    assert [action.text() for action in rows.actions()] == [
        "1   Mira Voss – Auftakt",
        "2   Kessel && Vroom – Langsam",
        "3   Tessera – Labyrinth",
    ]
    rows.actions()[1].trigger()
    menu.close()
    qtbot.waitUntil(lambda: titles(page, Bucket.EXTRA) == [])
    review = page.columns[Bucket.REVIEW].model
    qtbot.waitUntil(lambda: [bool(card.path) for card in review.cards] == [False, True, False])


def test_extra_files_are_not_taken_by_the_zone(page: BucketsPage) -> None:
    mime = QMimeData()
    mime.setData(CARDS_MIME, f"{Bucket.EXTRA.value} {page._album_id}".encode())
    taken: list[object] = []
    page.zone.dropped.connect(taken.append)
    drop(page.zone, mime)
    assert not taken
    page.columns[Bucket.EXTRA].list.dragging.emit([page._album_id])
    assert not page.zone.isVisible()


def test_keys_belong_to_the_list_they_are_pressed_in(page: BucketsPage, qtbot: QtBot) -> None:
    choose(page, Bucket.REVIEW, 0)
    page.filter.setFocus()  # as in a window the system has not made active yet
    qtbot.keyClick(page.columns[Bucket.REVIEW].list, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: titles(page, Bucket.NOT_FOUND) == ["Auftakt", "Sonntage"])


def test_the_next_card_is_selected_when_one_has_left(page: BucketsPage, qtbot: QtBot) -> None:
    cards = page.columns[Bucket.REVIEW].list
    choose(page, Bucket.REVIEW, 1)
    for left in (["Auftakt", "Labyrinth"], ["Auftakt"], []):
        qtbot.keyClick(cards, Qt.Key.Key_3)
        qtbot.waitUntil(lambda left=left: titles(page, Bucket.REVIEW) == left)
    assert page.columns[Bucket.NOT_FOUND].list.hasFocus(), "the keys go on where there are cards"


def test_its_undo_takes_back_only_what_was_done_here(
    page: BucketsPage, qtbot: QtBot, library: Library, album: AlbumId
) -> None:
    (undo,) = page.findChildren(UndoButton)
    assert not undo.button.isEnabled()
    choose(page, Bucket.REVIEW, 1)
    qtbot.keyClick(page.columns[Bucket.REVIEW].list, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: undo.button.isEnabled() and titles(page, Bucket.MATCHED) == ["At 79.0"])
    library.library.rename_album(album, "Renamed elsewhere")
    undo.button.click()
    qtbot.waitUntil(lambda: not undo.button.isEnabled() and titles(page, Bucket.MATCHED) == [])
    assert library.library.album(album).album.title == "Renamed elsewhere"


def test_an_album_that_is_taken_back_is_left(
    page: BucketsPage, qtbot: QtBot, window: MainWindow, library: Library, context: AppContext, album: AlbumId
) -> None:
    library.library.remove_album(album)
    context.shell.refresh([], [album])
    qtbot.waitUntil(lambda: window.current_page is window.page(places.ALBUMS))


def test_the_selection_survives_a_reload(page: BucketsPage, qtbot: QtBot) -> None:
    cards = page.columns[Bucket.REVIEW].list
    choose(page, Bucket.REVIEW, 0)
    cards.selectAll()
    chosen = cards.selected()
    with qtbot.waitSignal(cards.model().modelReset):
        page.open(page._album_id)
    assert cards.selected() == chosen
    assert len(chosen) == 3


def test_cards_keep_their_selection_over_a_reload(page: BucketsPage, qtbot: QtBot) -> None:
    choose(page, Bucket.REVIEW, 2)
    wanted = page.columns[Bucket.REVIEW].list.current()
    assert wanted is not None
    page.move_cards(Bucket.REVIEW, [card_id(page.columns[Bucket.REVIEW].model.cards[0])], Bucket.NOT_FOUND)
    qtbot.waitUntil(lambda: len(titles(page, Bucket.REVIEW)) == 2)
    current = page.columns[Bucket.REVIEW].list.current()
    assert current is not None
    assert card_id(current) == card_id(wanted)
