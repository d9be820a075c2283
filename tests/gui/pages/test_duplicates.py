"""The page of duplicates: keep, choose, merge, tell apart, by keys."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QRadioButton
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.duplicates import By
from musiclib.domain.ids import TrackId
from musiclib.errors import NotInLibrary
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.main_window import MainWindow
from musiclib.gui.pages.duplicates import DuplicatesPage
from tests.support.copies import add_copy


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def tracks(library: Library) -> list[TrackId]:
    """Two that are surely one, and two with a doubt of which both tempos were set."""
    sure = [add_copy(library, _now, "Achse", "flac"), add_copy(library, _now, "Achse", "mp3")]
    unsure = [add_copy(library, _now, "Rio", isrc=f"ZZAAA260000{nth}") for nth in (1, 2)]
    for track_id, bpm in zip(unsure, (124.0, 62.0), strict=True):
        library.library.set_value(track_id, "bpm", bpm)
    return [*sure, *unsure]


def test_groups_are_merged_told_apart_and_taken_back(
    qtbot: QtBot, library: Library, context: AppContext, window: MainWindow, tracks: list[TrackId]
) -> None:
    window.open_page(places.DUPLICATES)
    page = window.current_page
    assert isinstance(page, DuplicatesPage)
    view = page.view
    qtbot.waitUntil(lambda: view.case is not None)
    assert page.sums.text() == "2 groups = 1 sure + 1 to look at"
    assert (view.cell("audio", 0), view.cell("audio", 1)) == ("FLAC", "MP3 320")
    assert page.trash.text() == "Move the other file to the trash"

    QTest.keyClick(page.queue, Qt.Key.Key_2)
    merge = view.merge()
    assert merge is not None
    assert (merge.kept, merge.gone) == (tracks[1], (tracks[0],))
    QTest.keyClick(page.queue, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.lines.rowCount() == 1)
    with pytest.raises(NotInLibrary):
        library.library.track(tracks[0])
    assert {each.codec for each in library.library.track(tracks[1]).files} == {"flac", "mp3"}

    qtbot.waitUntil(lambda: view.case is not None and bool(view.case.conflicts))
    assert not page.merge.isEnabled()
    buttons = {each.text(): each for each in view.findChildren(QRadioButton)}
    buttons["62"].click()
    assert page.merge.isEnabled()
    merge = view.merge()
    assert merge is not None
    assert merge.choices == {"bpm": tracks[3]}
    QTest.keyClick(page.queue, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: page.lines.rowCount() == 0)
    context.shell.undo()
    qtbot.waitUntil(lambda: page.lines.rowCount() == 1)


def test_sound_counts_once_files_were_listened_to(
    qtbot: QtBot, context: AppContext, window: MainWindow, tracks: list[TrackId]
) -> None:
    window.open_page(places.DUPLICATES)
    page = window.current_page
    assert isinstance(page, DuplicatesPage)
    qtbot.waitUntil(lambda: page.lines.rowCount() == 2)
    assert page.listen.isHidden()
    page.chips[By.FINGERPRINT].click()
    qtbot.waitUntil(lambda: not page.listen.isHidden())
    assert page.listen.text() == "Listen to 2 files"
    with qtbot.waitSignal(context.shell.listen_wanted):
        page.listen.click()
    page.chips[By.ISRC].click()
    page.chips[By.TAGS].click()
    qtbot.waitUntil(lambda: page.lines.rowCount() == 0)
    page.chips[By.TAGS].click()
    page.chips[By.FINGERPRINT].click()
    context.shell.listened.emit()
    qtbot.waitUntil(lambda: page.lines.rowCount() == 2 and page.listen.isHidden())
