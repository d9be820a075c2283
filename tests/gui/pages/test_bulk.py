"""Bulk change: the way from chosen tracks to what is written, by keys and by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.db.identities import new_ids
from musiclib.db.records import NewTrack
from musiclib.db.tracks import TrackRepository
from musiclib.domain.bulk_plan import CellState
from musiclib.domain.ids import TrackId
from musiclib.domain.states import Source
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.main_window import MainWindow
from musiclib.gui.models.bulk_plan import BulkPlanModel, Ticks
from musiclib.gui.pages.bulk import BulkPage
from musiclib.gui.pages.tracks import TracksPage
from tests.gui.conftest import add_album, load
from tests.services.test_bulk_runs import say
from tests.support.library import NOW


@pytest.fixture
def page(qtbot: QtBot, library: Library, context: AppContext, window: MainWindow) -> BulkPage:
    """The plan of three tracks: a popularity to write, one that asks, one that is locked."""
    add_album(library, "Nachtlinie", [("Kessel", "Achse"), ("Lagoa", "Rio"), ("Lagoa", "Mar")])
    load(qtbot, context)
    ids = sorted(row.id for row in library.library.load_tracks())
    say(library._db, ids[0], Source.DEEZER, "1", isrc="GBAYE0000001", artist="Kessel", title="Achse")
    say(library._db, ids[0], Source.ITUNES, "1", isrc="GBAYE0000002")
    library.library.set_value(ids[1], "popularity", 9)
    window.open_page(places.TRACKS)
    tracks = window.current_page
    assert isinstance(tracks, TracksPage)
    qtbot.waitUntil(lambda: tracks.model.rowCount() == 3)
    tracks.table.selectAll()
    QTest.keyClick(tracks.table, Qt.Key.Key_B)
    found = window.current_page
    assert isinstance(found, BulkPage)
    return found


def _file(tmp_path: Path, library: Library) -> str:
    path = tmp_path / "found.csv"
    rows = sorted(row.id for row in library.library.load_tracks())
    text = "\n".join(f"{each},{60 + n},deezer" for n, each in enumerate(rows))
    path.write_text(f"track_id,popularity,popularity_source\n{text}\n")
    return str(path)


def planned(qtbot: QtBot, page: BulkPage) -> BulkPlanModel:
    qtbot.waitUntil(page.plan.isVisible)
    return page.plan.model


def states(model: BulkPlanModel, section: int) -> list[CellState]:
    column = model.column_at(section)
    assert column is not None
    return [CellState(each) for each in column.states]


W, L, A, K, S = CellState.WRITE, CellState.LEFT_OUT, CellState.ASKS, CellState.LOCKED, CellState.SAME


def test_a_file_is_planned_ticked_applied_and_taken_back(
    qtbot: QtBot, library: Library, page: BulkPage, tmp_path: Path
) -> None:
    page.plan_file(_file(tmp_path, library))
    model = planned(qtbot, page)
    assert states(model, 1) == [W, K, W]
    assert page.plan.sum.text() == "3 cells = 2 to write + 1 locked"
    assert page.plan.apply.text() == "Apply 2 changes"
    table = page.plan.table
    assert table.hasFocus() or not page.isActiveWindow()
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert states(model, 1) == [L, K, W]
    assert model.row_ticks(0) is Ticks.OFF
    QTest.keyClick(table, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert states(model, 1) == [W, K, W]
    QTest.keyClick(table, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert not page.plan.apply.isEnabled()
    index = model.index(2, 1)
    box = table.cells.box_of(table.visualRect(index), index)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert states(model, 1) == [L, K, W]
    page.plan.chips[CellState.LOCKED].click()
    assert model.rowCount() == 1
    target = tmp_path / "plan.csv"
    page.save_plan(str(target))
    qtbot.waitUntil(target.exists)
    page.plan.apply.click()
    qtbot.waitUntil(page.done.isVisible)
    assert "1 value of 1 track written" in page.done.title.text()
    assert sorted(row.popularity or 0 for row in library.library.load_tracks()) == [0, 9, 62]
    page.done.revert.click()
    qtbot.waitUntil(lambda: page.done.title.text().startswith("Taken back"))
    assert sorted(row.popularity or 0 for row in library.library.load_tracks()) == [0, 0, 9]
    page.plan_file(str(target))
    assert page.plan.model.plan.count(W) == 1


@pytest.mark.qt_log_ignore("This plugin does not support")  # a menu on the offscreen platform
def test_what_asks_is_answered_from_its_menu(qtbot: QtBot, page: BulkPage) -> None:
    page.choose.plan.click()
    model = planned(qtbot, page)
    section = next(n for n in range(1, model.columnCount()) if model.name(n) == "ISRC")
    assert states(model, section) == [A, S, S]
    page.plan.table.setCurrentIndex(model.index(0, section))
    QTest.keyClick(page.plan.table, Qt.Key.Key_Return)
    (menu,) = page.plan.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    words = [each.text() for each in menu.actions() if not each.isSeparator()]
    assert any("GBAYE0000002" in each and "iTunes" in each for each in words)
    menu.actions()[1].trigger()
    menu.close()
    assert states(model, section) == [W, S, S]
    page.plan.back.click()
    assert page.choose.isVisible()


def test_what_changed_meanwhile_stops_it_and_is_asked_about_later(
    qtbot: QtBot, library: Library, page: BulkPage, tmp_path: Path
) -> None:
    path = _file(tmp_path, library)
    page.plan_file(path)
    model = planned(qtbot, page)
    first = model.plan.tracks[0]
    library.library.set_value(first, "label", "Harbour Own")
    page.plan.apply.click()
    qtbot.waitUntil(page.done.isVisible)
    assert page.done.title.text() == "Nothing was written"
    page.done.again.click()
    planned(qtbot, page)
    page.plan.apply.click()
    qtbot.waitUntil(page.done.isVisible)
    library.library.set_value(first, "popularity", 1)
    page.done.revert.click()
    qtbot.waitUntil(page.done.keep.isVisible)
    page.done.keep.click()
    qtbot.waitUntil(lambda: page.done.title.text().startswith("Taken back"))
    assert library.library.track(first).row.popularity == 1


def test_a_bad_file_says_its_line_and_nobody_is_asked_offline(
    qtbot: QtBot, page: BulkPage, tmp_path: Path
) -> None:
    assert not page.choose.fetch.isVisible()
    bad = tmp_path / "bad.csv"
    bad.write_text("track_id,popularity\nx,1\n")
    page.plan_file(str(bad))
    qtbot.waitUntil(page.done.isVisible)
    assert "Line 2: “x” is no id of a track" in page.done.about.text()


def test_a_hundred_thousand_rows_are_held_as_columns(qtbot: QtBot, library: Library, page: BulkPage) -> None:
    """Ticking a whole column asks nothing of the rows one by one."""
    ids = [TrackId(each) for each in new_ids(2_000)]
    tracks = [NewTrack(each, f"k{n}", {"artist": "A", "title": f"T{n}"}) for n, each in enumerate(ids)]
    with library._db.write() as conn:
        TrackRepository(conn).add(tracks, NOW)
    page.open(tuple(ids))
    page.choose.plan.click()
    model = planned(qtbot, page)
    assert (model.rowCount(), model.plan.cells) == (2_000, 12_000)
    assert page.plan.table.rowAt(QPoint(5, 5).y()) == 0
    assert page.plan.promise.text() == "Nothing is ticked yet"
