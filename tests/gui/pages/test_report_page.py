"""The data-quality page over a real library."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.db.report import ReportRepository
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.pages.empty import NothingHere
from musiclib.gui.pages.report_page import ReportPage
from musiclib.services.import_types import ImportRequest, NewAlbum
from tests.support.invented_reports import invented_reports


@pytest.fixture
def page(context: AppContext, window: QMainWindow) -> ReportPage:
    made = ReportPage(context)
    made.setParent(window)
    made.setGeometry(window.rect())
    made.show()
    return made


def _import(library: Library) -> None:
    rows = [
        ParsedTrack(artist="Mira Voss", title=f"No {nth}", bpm=480.0 if nth else None) for nth in range(3)
    ]
    library.imports.commit(ImportRequest(tuple(rows), "pasted text", NewAlbum("Three")))


def test_an_empty_library_says_what_to_do(qtbot: QtBot, context: AppContext, page: ReportPage) -> None:
    page.open()
    empty = page.findChild(NothingHere)
    assert empty is not None
    qtbot.waitUntil(empty.isVisible)
    assert not page.again.isVisible()
    with qtbot.waitSignal(context.shell.paste_wanted):
        empty.acted.emit()


def test_it_measures_and_every_number_opens_its_rows(
    qtbot: QtBot, context: AppContext, library: Library, page: ReportPage
) -> None:
    _import(library)
    page.open()
    qtbot.waitUntil(page.again.isVisible)
    assert "3 tracks, measured today" in page.facts.accessibleName()
    assert not page.compared.isVisible()
    rows = {row.query: row for row in (*page.coverage.rows, *page.others.rows, *page.contradictions.rows)}
    assert rows["missing:isrc"].accessibleName() == "ISRC: 0.0 % there, 3 missing."
    for query in ("missing:isrc", "clash:bpm"):
        with qtbot.waitSignal(context.shell.page_wanted) as asked:
            rows[query].setFocus()
            qtbot.keyClick(rows[query], Qt.Key.Key_Return)
        assert asked.args is not None
        assert (asked.args[0], str(asked.args[1])) == (places.TRACKS, query)
    with qtbot.waitSignal(context.shell.page_wanted) as drawn:
        page.eye.click()
    assert drawn.args is not None
    assert str(drawn.args[1]).startswith("sample:20@")
    # Kept: the next visit shows it without measuring.
    first = library.report.kept().reports
    page.measure()
    page.open()  # to come back meanwhile does not break it off
    qtbot.waitUntil(lambda: len(library.report.kept().reports) == len(first) + 1)
    qtbot.waitUntil(page.compared.isVisible)


def test_it_is_compared_and_written(
    qtbot: QtBot, context: AppContext, library: Library, page: ReportPage, tmp_path: Path
) -> None:
    _import(library)
    reports = invented_reports(context.now())
    with library._db.write() as conn:
        for each in reports:
            ReportRepository(conn).add(each)
    page.open()
    qtbot.waitUntil(page.compared.isVisible)
    assert page.earlier == reports[-2]
    assert "fewer than" in page.contradictions.words.accessibleName()
    assert page.tempos.show_them.isVisible()
    assert "218 at exactly 161.5" in page.tempos.chart.accessibleName()
    assert "80.7 % today" in page.trend.chart.accessibleName()
    with qtbot.waitSignal(context.shell.page_wanted) as asked:
        page.tempos.show_them.click()
    assert asked.args is not None
    assert str(asked.args[1]) == "bpm:=161.5"
    with qtbot.waitSignal(context.shell.toast_wanted):  # there is no such track here
        page.tempos.again.click()
    for chart in (page.trend.chart, page.tempos.chart):
        picture = chart.grab().toImage()
        colors = {picture.pixel(x, picture.height() // 2) for x in range(picture.width())}
        assert len(colors) > 2
    page.compare_with(context.now() - timedelta(days=70))
    assert page.earlier == reports[1]
    with qtbot.waitSignal(context.shell.toast_wanted) as told:
        page.write("csv", str(tmp_path / "no folder" / "report.csv"))
    assert told.args is not None
    assert "cannot be written" in told.args[0]
    for form in ("html", "csv"):
        with qtbot.waitSignal(context.shell.toast_wanted):
            page.write(form, str(tmp_path / f"report.{form}"))
        assert page.files.isEnabled()
        assert "48206" in (tmp_path / f"report.{form}").read_text("utf-8").replace(",", "")
