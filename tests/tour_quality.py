"""The part of the tour that goes through the data-quality page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import cast

from PySide6.QtWidgets import QMenu, QScrollArea, QWidget

from musiclib.db.report import ReportRepository
from musiclib.gui import shell as places
from musiclib.gui.application import GuiApplication
from musiclib.gui.pages.report_page import ReportPage
from tests.support.invented_reports import invented_reports
from tests.tour_browse import wait_for
from tests.tour_inspector import Station


def quality_stations(gui: GuiApplication) -> Iterator[Station]:
    """The sample as it is; then a large library over some months, as if it had been measured each week."""
    window = gui.window
    yield "quality-first", partial(_open, gui)
    with gui.library._db.write() as conn:
        for report in invented_reports(gui.context.now()):
            ReportRepository(conn).add(report)
    yield "quality", partial(_open, gui)
    yield "quality-below", partial(_scroll, gui)
    yield "quality-compared", partial(_menu, gui)
    yield "quality-rows", partial(_page(gui).open_rows, "missing:isrc")
    window.resize(*gui.theme.tokens.window_min())
    yield "narrow-quality", partial(_open, gui)
    window.resize(1440, 900)


def _page(gui: GuiApplication) -> ReportPage:
    return cast("ReportPage", gui.window.page(places.QUALITY))


def _open(gui: GuiApplication) -> None:
    page = _page(gui)
    page.facts.setText("")
    gui.window.open_page(places.QUALITY)
    wait_for(lambda: "measured" in page.facts.accessibleName())


def _scroll(gui: GuiApplication) -> None:
    area = _page(gui).findChild(QScrollArea)
    assert area is not None
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def _menu(gui: GuiApplication) -> QWidget:
    page = _page(gui)
    menu: QMenu = page.compared.menu()
    menu.popup(page.compared.mapToGlobal(page.compared.rect().bottomLeft()))
    return menu
