"""The tracks page as a person uses it: chips and text, completions, what is selected, names typed ahead."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.track_query import parse_query
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.album_picker import AlbumPicker
from musiclib.gui.dialogs.neighbours import NeighboursDialog
from musiclib.gui.main_window import MainWindow
from musiclib.gui.models.track_columns import TrackColumn
from musiclib.gui.pages.album import AlbumPage
from musiclib.gui.pages.tracks import TracksPage
from tests.gui.conftest import add_album, load

_SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(qtbot: QtBot, library: Library, context: AppContext, window: MainWindow) -> Iterator[TracksPage]:
    album = add_album(
        library,
        "Nachtlinie",
        [("Kessel", "Achse"), ("Lagoa", "Rio"), ("Lagoa", "Mar"), ("Vroom", "Bordstein")],
    )
    ids = [entry.track_id for entry in library.library.album(album).entries]
    for track_id, bpm, key in zip(ids, (120.0, 122.0, 122.0, 174.0), ("8A", "7A", "8A", "2B"), strict=True):
        library.library.set_value(track_id, "bpm", bpm)
        library.library.set_value(track_id, "key_code", key)
        library.library.set_value(track_id, "duration_s", 60.0)
    load(qtbot, context)
    window.open_page(places.TRACKS)
    made = window.current_page
    assert isinstance(made, TracksPage)
    qtbot.waitUntil(lambda: made.model.rowCount() == 4)
    return made


def titles(page: TracksPage) -> list[str]:
    rows = (page.model.row_at(place) for place in range(page.model.rowCount()))
    return [row.title for row in rows if row is not None]


def test_chips_and_text_are_one_query(qtbot: QtBot, page: TracksPage) -> None:
    box, edit = page.search.box, page.search.box.edit
    page.focus_search()
    QTest.keyClicks(edit, "lagoa bpm:118-126 ")
    qtbot.waitUntil(lambda: titles(page) == ["Rio", "Mar"])
    assert [term.source for term in box.draft.chips] == ["bpm:118-126"]
    assert page.search._text.text() == "bpm:118-126 lagoa"
    QTest.mouseClick(page.search._text, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "bpm:118-126 lagoa"
    chip = page.search._chips["has:file"]
    qtbot.waitUntil(lambda: not chip.isEnabled())  # it would leave nothing
    page.search._chips["missing:isrc"].click()
    qtbot.waitUntil(lambda: titles(page) == ["Rio", "Mar"])
    assert str(box.query) == "bpm:118-126 missing:isrc lagoa"
    QTest.keyClick(edit, Qt.Key.Key_Home)
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert str(box.query) == "bpm:118-126 lagoa", "Backspace takes the last chip away"
    assert not page.search._chips["missing:isrc"].isChecked()
    page.search.show_query(parse_query("bpm:122 nobody"))
    button = page._nothing.findChild(QPushButton)
    assert button is not None
    qtbot.waitUntil(lambda: button.text() == "Take it off")
    assert page._nothing._sub.text() == "Without “nobody” there would be 2 tracks."
    button.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert str(box.query) == "bpm:122"


def test_a_word_is_completed_and_a_wrong_one_mended(qtbot: QtBot, page: TracksPage) -> None:
    box, edit = page.search.box, page.search.box.edit
    page.focus_search()
    QTest.keyClicks(edit, "miss")
    qtbot.waitUntil(lambda: edit.completing)
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.text() == "missing:"
    qtbot.waitUntil(lambda: "missing:isrc" in edit.accessibleDescription())
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert [term.source for term in box.draft.chips] == ["missing:isrc"]
    assert edit.text() == ""
    QTest.keyClicks(edit, "tempi:122")
    assert "bpm:" in page.search._wrong.accessibleName()
    page.search._mend.click()
    qtbot.waitUntil(lambda: titles(page) == ["Rio", "Mar"])
    assert not page.search._wrong.isVisible()


def test_what_is_selected_is_summed_up_and_makes_an_album(
    qtbot: QtBot, library: Library, window: MainWindow, page: TracksPage
) -> None:
    page.table.choose_places([0, 1])
    qtbot.waitUntil(lambda: page.bar.facts.accessibleName() == "2:00, 120.0–122.0 BPM, all mix with 7A")
    page.table.selectAll()
    qtbot.waitUntil(lambda: "keys do not all mix" in page.bar.facts.accessibleName())
    assert page.bar.chosen.text() == "4 selected"
    page.table.setFocus()
    QTest.keyClicks(page.table, "a")
    picker = window.findChild(AlbumPicker)
    assert picker is not None
    QTest.keyClicks(picker.search, "Warm-up")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(row.title == "Warm-up" for row in library.library.load_albums()))
    QTest.keyClick(page.table, Qt.Key.Key_Escape)
    assert not page.bar.isVisible()


def test_what_is_selected_stays_as_far_as_it_is_found(qtbot: QtBot, page: TracksPage) -> None:
    page.table.selectAll()
    page.search.show_query(parse_query("lagoa"))
    qtbot.waitUntil(lambda: page.bar.chosen.text() == "2 selected")
    page.search.show_query(parse_query("kessel"))
    qtbot.waitUntil(lambda: titles(page) == ["Achse"])
    qtbot.waitUntil(lambda: not page.bar.isVisible())
    assert not page.table.commands


def test_letters_find_a_name_and_shift_sorts_by_one_more(qtbot: QtBot, page: TracksPage) -> None:
    header, columns = page.table.header, page.model.columns

    def click(column: TrackColumn, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        section = columns.index(column)
        place = header.viewport().rect().center()
        place.setX(header.sectionViewportPosition(section) + header.sectionSize(section) // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, held, place)

    click(TrackColumn.BPM)
    click(TrackColumn.BPM)
    click(TrackColumn.TITLE, _SHIFT)
    assert header.order() == ((TrackColumn.BPM, True), (TrackColumn.TITLE, False))
    qtbot.waitUntil(lambda: titles(page) == ["Bordstein", "Mar", "Rio", "Achse"])
    page.table.setFocus()
    QTest.keyClicks(page.table, "ri")
    qtbot.waitUntil(lambda: (row := page.table.current_track()) is not None and row.title == "Rio")


def test_what_goes_with_a_track_leads_on_to_the_next(
    qtbot: QtBot, window: MainWindow, page: TracksPage
) -> None:
    page.table.choose_place(0)
    window._find_neighbours()
    dialog = window.findChild(NeighboursDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: {row.title for row in dialog.model.rows()} == {"Mar", "Rio"})
    section = dialog.model.columns.index(TrackColumn.TEMPO_STEP)
    assert {dialog.model.index(row, section).data() for row in range(2)} == {"+1.7 %"}
    assert "Achse" in dialog._name.accessibleName()
    QTest.keyClicks(dialog.table, "g")
    qtbot.waitUntil(lambda: "Achse" in {row.title for row in dialog.model.rows()})
    QTest.keyClick(dialog.table, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: {row.title for row in dialog.model.rows()} == {"Mar", "Rio"})
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(window.current_page, AlbumPage))
    assert window.findChild(NeighboursDialog) is None


def test_columns_are_drawn_and_moved_by_the_mouse(page: TracksPage) -> None:
    header, columns, table = page.table.header, page.model.columns, page.table
    page.context.shell.toggle_inspector()
    QApplication.processEvents()
    section, key = columns.index(TrackColumn.VERSION), columns.index(TrackColumn.KEY)
    before = {column: table.columnWidth(place) for place, column in enumerate(columns)}
    view, edge = header.viewport(), header.sectionViewportPosition(section) + header.sectionSize(section) - 1
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(view, left, none, QPoint(edge, 10))
    for by in (10, 25, 40):
        at = QPointF(edge + by, 10)
        move = QMouseEvent(
            QEvent.Type.MouseMove, at, QPointF(view.mapToGlobal(at)), Qt.MouseButton.NoButton, left, none
        )
        QApplication.sendEvent(view, move)
    QTest.mouseRelease(view, left, none, QPoint(edge + 40, 10))
    after = {column: table.columnWidth(place) for place, column in enumerate(columns)}
    assert after[TrackColumn.VERSION] == before[TrackColumn.VERSION] + 40
    assert after[TrackColumn.TITLE] == before[TrackColumn.TITLE]
    assert sum(after.values()) == table.viewport().width()
    assert header.order() == (), "an edge that is drawn sorts nothing"
    header.moveSection(header.visualIndex(key), 2)
    assert table.plan.order[2] is TrackColumn.KEY
    assert header.visualIndex(key) == 2
