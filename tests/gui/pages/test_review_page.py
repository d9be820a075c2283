"""The review page over the real services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytest_httpserver import HTTPServer
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library, open_library
from musiclib.domain.ids import TrackId
from musiclib.domain.rows import TrackRow
from musiclib.domain.states import MatchState
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.accept_many import AcceptMany
from musiclib.gui.dialogs.edit_names import EditNames
from musiclib.gui.dialogs.paste_reference import PasteReference
from musiclib.gui.main_window import MainWindow
from musiclib.gui.pages.review import ReviewPage
from musiclib.settings import Settings
from tests.gui.conftest import load
from tests.support.review_cases import CASES, LOST, add_review_cases, offer

WIND, AGAIN, ISRC, TIDE, RING = range(5)
MBID = "11111111-0000-4000-8000-00000000000a"


@pytest.fixture
def tracks(library: Library) -> list[TrackId]:
    """Those to review in the order of `CASES`, then those of `LOST`."""
    return add_review_cases(library)


@pytest.fixture
def page(qtbot: QtBot, context: AppContext, window: MainWindow, tracks: list[TrackId]) -> ReviewPage:
    load(qtbot, context)
    window.open_page(places.REVIEW)
    made = window.page(places.REVIEW)
    assert isinstance(made, ReviewPage)
    qtbot.waitUntil(lambda: in_hand(made) == tracks[WIND])
    return made


def in_hand(page: ReviewPage) -> TrackId | None:
    """The track whose comparison is there to be decided upon."""
    case = page._in_hand
    return case.item.track_id if case else None


def press(page: ReviewPage, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(page.queue, key)


def stand_on(qtbot: QtBot, page: ReviewPage, track_id: TrackId) -> None:
    page.queue.choose(track_id)
    qtbot.waitUntil(lambda: in_hand(page) == track_id)


def row(context: AppContext, track_id: TrackId) -> TrackRow:
    (found,) = context.library.library.load_tracks([track_id])
    return found


def queued(page: ReviewPage) -> list[TrackId]:
    return [each.track_id for each in page.model.items]


def test_what_differs_has_a_sign_and_is_heard(page: ReviewPage) -> None:
    comparison = page.view.comparison
    assert comparison.cell("version", 0) == "Инструментал"
    assert comparison.cell("version", 3) == "no version"
    assert comparison.cell("duration_s", 2) == "5:46, 12 s shorter"
    heard = [each.accessibleName() for each in comparison.findChildren(QWidget)]
    assert "Deezer, Version: no version, differs" in heard
    assert "MusicBrainz, Title: Северный ветер, same" in heard
    assert page.view.head.why.accessibleName() == "Asks you: 5 candidates, 3 points apart"
    buttons = page.findChildren(QPushButton)
    assert [each for each in buttons if not (each.text() or each.accessibleName())] == []


def test_a_pick_is_told_made_and_taken_back(
    page: ReviewPage, qtbot: QtBot, context: AppContext, tracks: list[TrackId]
) -> None:
    qtbot.waitUntil(lambda: bool(page.view.effect.told()))
    assert "Label: СЕВЕР becomes Север" in page.view.effect.told()
    press(page, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: in_hand(page) == tracks[AGAIN])
    qtbot.waitUntil(lambda: row(context, tracks[WIND]).match_state is MatchState.MATCHED)
    assert tracks[WIND] not in queued(page)
    qtbot.waitUntil(lambda: page.head.settled.text().startswith("3 of 10"))
    press(page, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: in_hand(page) == tracks[WIND])
    assert page.queue.currentIndex().row() == 0


def test_keys_that_come_before_the_next_track_is_there_decide_nothing(
    page: ReviewPage, qtbot: QtBot, context: AppContext, tracks: list[TrackId]
) -> None:
    press(page, Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: row(context, tracks[WIND]).match_state is MatchState.MATCHED)
    qtbot.waitUntil(lambda: in_hand(page) == tracks[AGAIN])
    assert len(context.library.review.queue()) == len(CASES) - 1


def test_undo_takes_back_what_was_settled_here_and_nothing_else(
    page: ReviewPage, qtbot: QtBot, context: AppContext, tracks: list[TrackId]
) -> None:
    undo = next(each for each in page.head.findChildren(QPushButton) if each.text() == "Undo")
    library = context.library.library
    library.set_value(tracks[TIDE], "bpm", 120.0)
    assert not undo.isEnabled()
    press(page, Qt.Key.Key_U)
    press(page, Qt.Key.Key_0)
    qtbot.waitUntil(undo.isEnabled)
    assert "moved to not found" in undo.toolTip()
    library.set_value(tracks[RING], "bpm", 121.0)
    press(page, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: in_hand(page) == tracks[WIND])
    assert not undo.isEnabled()
    assert row(context, tracks[WIND]).match_state is MatchState.REVIEW
    assert [each.summary[:10] for each in library.history() if each.undone_at is None][:2] == [
        "BPM set to"
    ] * 2


def test_a_toast_reports_and_leaves_the_keys_legible(
    page: ReviewPage, qtbot: QtBot, window: MainWindow, context: AppContext, tracks: list[TrackId]
) -> None:
    with qtbot.waitSignal(context.shell.toast_wanted) as told:
        press(page, Qt.Key.Key_1)
    assert told.args is not None
    assert str(told.args[0]).startswith("Candidate chosen for “Лида Морозова")
    toast, hints = window.toast, page.hints
    assert toast.isVisible()
    assert (
        toast.mapTo(window, toast.rect().bottomLeft()).y() < hints.mapTo(window, hints.rect().topLeft()).y()
    )


def test_arrows_walk_and_what_is_out_of_sight_is_not_picked(page: ReviewPage, tracks: list[TrackId]) -> None:
    comparison = page.view.comparison
    press(page, Qt.Key.Key_4)
    assert in_hand(page) == tracks[WIND]
    assert comparison.current == comparison.candidates[3]
    assert comparison.in_view(3)
    assert not comparison.in_view(0)
    press(page, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert comparison.current == comparison.candidates[0]
    press(page, Qt.Key.Key_J, Qt.Key.Key_Down, Qt.Key.Key_K)
    assert page.queue.currentIndex().row() == 1


def test_a_field_keeps_its_keys(
    page: ReviewPage, qtbot: QtBot, window: MainWindow, tracks: list[TrackId]
) -> None:
    window.open_page(places.REVIEW, MatchState.NOT_FOUND)
    qtbot.waitUntil(lambda: in_hand(page) == tracks[-2])
    press(page, Qt.Key.Key_E)
    title = page.view.form.names.fields["title"]
    assert window.focusWidget() is title
    QTest.keyClick(title, Qt.Key.Key_Down)
    assert in_hand(page) == tracks[-2]
    QTest.keyClick(title, Qt.Key.Key_Escape)
    assert window.focusWidget() is page.queue


def test_enter_picks_the_current_one(
    page: ReviewPage, qtbot: QtBot, context: AppContext, tracks: list[TrackId]
) -> None:
    press(page, Qt.Key.Key_Right, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: row(context, tracks[WIND]).isrc == "ZZMLB2400319")


def test_without_going_on_the_track_stays_and_says_it_is_settled(
    page: ReviewPage, qtbot: QtBot, context: AppContext, tracks: list[TrackId]
) -> None:
    page.go_on.setChecked(False)
    assert context.preferences.settings.review_go_on is False
    press(page, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: page.view.head.why.accessibleName() == "Settled by you")
    assert in_hand(page) == tracks[WIND]
    press(page, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: tracks[WIND] not in queued(page))
    assert in_hand(page) == tracks[AGAIN]


def test_none_never_and_later(
    page: ReviewPage, qtbot: QtBot, context: AppContext, tracks: list[TrackId]
) -> None:
    press(page, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: page.view.comparison.candidates[-1].rejected)
    assert in_hand(page) == tracks[WIND]
    assert page.view.comparison.current == page.view.comparison.candidates[0]
    press(page, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: queued(page)[-1] == tracks[WIND])
    assert in_hand(page) == tracks[AGAIN]
    press(page, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: row(context, tracks[AGAIN]).match_state is MatchState.NOT_FOUND)
    qtbot.waitUntil(lambda: in_hand(page) == tracks[ISRC])
    press(page, Qt.Key.Key_N)  # its only candidate
    qtbot.waitUntil(lambda: row(context, tracks[ISRC]).match_state is MatchState.NOT_FOUND)
    qtbot.waitUntil(lambda: in_hand(page) == tracks[TIDE])


def test_new_results_do_not_take_the_place(
    page: ReviewPage, qtbot: QtBot, context: AppContext, tracks: list[TrackId]
) -> None:
    stand_on(qtbot, page, tracks[RING])
    press(page, Qt.Key.Key_Right)
    current = page.view.comparison.current
    offer(context.library, tracks[-2], CASES[TIDE].offers)
    context.shell.refresh([tracks[-2]], [])
    qtbot.waitUntil(lambda: tracks[-2] in queued(page))
    assert in_hand(page) == tracks[RING]
    assert page.view.comparison.current == current


def test_accepting_all_shows_what_it_takes_first(
    page: ReviewPage, qtbot: QtBot, context: AppContext, tracks: list[TrackId], window: MainWindow
) -> None:
    page.head.accept.click()
    dialog = window.findChild(AcceptMany)
    assert isinstance(dialog, AcceptMany)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    assert dialog.sum.text() == "8 with candidates = 2 accepted + 6 below the score"
    dialog.bar.slider.setValue(60)
    taken = dialog.model.rowCount()
    assert taken > 2
    dialog.model.setData(dialog.model.index(0, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert dialog.sum.text() == (
        f"8 with candidates = {taken - 1} accepted + 1 left out by you + {8 - taken} below the score"
    )
    dialog.act.click()
    qtbot.waitUntil(lambda: len(queued(page)) == len(CASES) - taken + 1)
    context.shell.undo()
    qtbot.waitUntil(lambda: len(queued(page)) == len(CASES))


def test_a_threshold_set_in_the_settings_counts_at_once(
    page: ReviewPage, qtbot: QtBot, context: AppContext
) -> None:
    qtbot.waitUntil(lambda: page.head.accept.text() == "Accept all above 85: 2 tracks")
    context.preferences.update(accept_score=60.0)
    assert page.head.accept.text().startswith("Accept all above 60: ")
    assert page.head.accept.text() != "Accept all above 60: 2 tracks"


def test_another_name_is_looked_up(
    page: ReviewPage, qtbot: QtBot, context: AppContext, tracks: list[TrackId], window: MainWindow
) -> None:
    stand_on(qtbot, page, tracks[TIDE])
    press(page, Qt.Key.Key_E)
    dialog = window.findChild(EditNames)
    assert isinstance(dialog, EditNames)
    dialog.form.fields["version"].clear()
    QTest.keyClick(dialog.form.fields["version"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: row(context, tracks[TIDE]).version is None)
    assert row(context, tracks[TIDE]).match_state is MatchState.PENDING
    assert tracks[TIDE] not in queued(page)


def test_lost_tracks_are_renamed_kept_or_offered_again(
    page: ReviewPage, qtbot: QtBot, context: AppContext, tracks: list[TrackId], window: MainWindow
) -> None:
    lantern, horn = tracks[-2:]
    window.open_page(places.REVIEW, MatchState.NOT_FOUND)
    qtbot.waitUntil(lambda: in_hand(page) == lantern)
    assert len(queued(page)) == len(LOST)
    page.view.form.names.fields["artist"].setText("Odd Harbor")
    QTest.keyClick(page.view.form.names.fields["artist"], Qt.Key.Key_Return)
    assert window.focusWidget() is page.queue, "the keys of the next track would be typed into its title"
    qtbot.waitUntil(lambda: row(context, lantern).artist == "Odd Harbor")
    qtbot.waitUntil(lambda: in_hand(page) == horn)
    assert page.model.why(page.model.items[0]) == "1 candidate ruled out"
    page.view.comparison.offered_again.emit(page.view.comparison.candidates[0])
    qtbot.waitUntil(lambda: row(context, horn).match_state is MatchState.REVIEW)
    context.shell.undo()
    qtbot.waitUntil(lambda: in_hand(page) == horn)
    press(page, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: row(context, horn).match_state is MatchState.MATCHED)
    qtbot.waitUntil(lambda: "Nothing is missing." in shown_words(page))


def test_when_all_is_settled_the_page_says_so(
    page: ReviewPage, qtbot: QtBot, window: MainWindow, tracks: list[TrackId]
) -> None:
    for track_id in tracks[: len(CASES)]:
        qtbot.waitUntil(lambda track_id=track_id: in_hand(page) == track_id)
        press(page, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: "Nothing to review." in shown_words(page))
    qtbot.waitUntil(lambda: not window.sidebar.needs_you.isVisible())
    button = next(
        each for each in page.findChildren(QPushButton) if each.isVisible() and "Albums" in each.text()
    )
    button.click()
    assert window.current_page is window.page(places.ALBUMS)


def test_the_sidebar_counts_and_its_foot_opens_the_page(
    page: ReviewPage, qtbot: QtBot, window: MainWindow
) -> None:
    item = window.sidebar._items[places.REVIEW]
    qtbot.waitUntil(lambda: item.accessibleName() == f"Review, {len(CASES)}")
    qtbot.waitUntil(window.sidebar.needs_you.isVisible)
    window.open_page(places.ALBUMS)
    window.sidebar.needs_you.click()
    assert window.current_page is page


def shown_words(page: ReviewPage) -> list[str]:
    return [each.text() for each in page.findChildren(QLabel) if each.isVisible()]


def test_it_fits_at_the_smallest_size(page: ReviewPage, qtbot: QtBot, window: MainWindow) -> None:
    window.resize(960, 640)
    qtbot.waitUntil(lambda: window.width() == 960)
    inside = page.view.area.widget()
    qtbot.waitUntil(lambda: inside.width() <= page.view.area.viewport().width())
    qtbot.waitUntil(lambda: page.view.comparison.in_view(1))
    assert not page.view.comparison.in_view(2)


class TestPastedReferences:
    """Asked of a MusicBrainz over sockets."""

    @pytest.fixture
    def library(self, data_dir: Path, httpserver: HTTPServer) -> Iterator[Library]:
        address = httpserver.url_for("/ws/2")
        opened = open_library(
            Settings(data_dir=data_dir, musicbrainz_url=address, deezer_url=httpserver.url_for("/deezer"))
        )
        yield opened
        opened.close()

    @pytest.fixture
    def dialog(self, page: ReviewPage, window: MainWindow) -> PasteReference:
        QGuiApplication.clipboard().setText("")
        press(page, Qt.Key.Key_L)
        found = window.findChild(PasteReference)
        assert isinstance(found, PasteReference)
        return found

    def test_what_is_found_is_pointed_at(
        self, dialog: PasteReference, page: ReviewPage, qtbot: QtBot, httpserver: HTTPServer
    ) -> None:
        recording = {"id": MBID, "title": "Северный ветер", "artist-credit": [{"name": "Лида Морозова"}]}
        httpserver.expect_request(f"/ws/2/recording/{MBID}").respond_with_json(recording)
        dialog.field.setText(f"https://musicbrainz.org/recording/{MBID}")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
        assert not dialog.ask.isEnabled()
        qtbot.waitUntil(lambda: _pointed(page) == MBID)
        assert page.window().focusWidget() is page.queue

    def test_why_nothing_was_found_is_told_in_place(self, dialog: PasteReference, qtbot: QtBot) -> None:
        dialog.field.setText("Mira Voss - Auftakt")
        dialog.ask.click()
        qtbot.waitUntil(lambda: "names no recording" in dialog.told.text())
        assert dialog.ask.isEnabled()
        dialog.dismiss()


def _pointed(page: ReviewPage) -> str | None:
    current = page.view.comparison.current
    return current.external_id if current else None
