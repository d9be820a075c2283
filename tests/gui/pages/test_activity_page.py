"""The activity page over a real queue."""

from __future__ import annotations

from PySide6.QtWidgets import QMainWindow, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from musiclib.bootstrap import Library
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.schema import EnrichmentTask
from musiclib.domain.ids import AlbumId
from musiclib.domain.queue import AnalysisPace
from musiclib.domain.states import TaskKind
from musiclib.domain.tracklist.parser import parse_tracklist
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.main_window import MainWindow
from musiclib.gui.pages.activity_page import ERRORS, HISTORY, NOW, ActivityPage
from musiclib.services.import_types import ImportRequest, NewAlbum
from tests.gui.conftest import load

LIST = "A One - B One\nA Two - B Two\nA Three - B Three\n"


def import_list(library: Library) -> AlbumId:
    tracks = parse_tracklist(LIST).tracks
    return library.imports.commit(ImportRequest(tracks, LIST, NewAlbum("Three"))).album_id


def page_of(window: QMainWindow, context: AppContext, tab: str = NOW) -> ActivityPage:
    page = ActivityPage(context)
    page.setParent(window)
    page.setGeometry(window.rect())
    page.show()
    page.open(tab)
    return page


def test_each_row_of_work_adds_up(
    qtbot: QtBot, context: AppContext, window: QMainWindow, library: Library
) -> None:
    import_list(library)
    page = page_of(window, context)
    qtbot.waitUntil(lambda: page.headline.text() != "")

    for kind in TaskKind:
        *parts, total = (int(words) for words in page.work.numbers(kind))
        assert sum(parts) == total
    assert page.work.numbers(TaskKind.METADATA)[-1] == "3"
    assert "left" in page.headline.text()


def test_pause_and_resume(qtbot: QtBot, context: AppContext, window: QMainWindow, library: Library) -> None:
    import_list(library)
    page = page_of(window, context)
    qtbot.waitUntil(page.pause.isVisible)
    page.pause.click()
    qtbot.waitUntil(lambda: page.pause.text() == "Resume")
    assert library.enrichment.summary().paused
    assert page.headline.text().startswith("Paused")
    page.pause.click()
    qtbot.waitUntil(lambda: page.pause.text() == "Pause all")
    assert not library.enrichment.summary().paused


def test_the_analysis_is_paused_alone_and_what_is_looked_at_goes_first(
    qtbot: QtBot, context: AppContext, window: MainWindow, library: Library
) -> None:
    album_id = import_list(library)
    ids = [entry.track_id for entry in library.library.album(album_id).entries]
    with library._db.write() as conn:
        EnrichmentTaskRepository(conn).requeue(ids, TaskKind.AUDIO, context.now())
    page = page_of(window, context)
    qtbot.waitUntil(page.analysis.isVisible)
    page.analysis.click()
    qtbot.waitUntil(lambda: page.analysis.text() == "Resume analysis")
    assert "You paused the analysis of 3 files." in page.sentence.text()
    assert library.enrichment.summary().analysis is AnalysisPace.PAUSED
    page.analysis.click()
    qtbot.waitUntil(lambda: page.analysis.text() == "Pause analysis")

    def priorities() -> list[int]:
        with library._db.read() as conn:
            task = EnrichmentTask
            query = select(task.track_id, task.priority).where(task.kind == TaskKind.AUDIO)
            found = {row[0]: row[1] for row in conn.execute(query)}
        return [found[each] for each in ids]

    load(qtbot, context)
    assert priorities() == [0, 0, 0]
    window.open_page(places.ALBUM, album_id)  # its first track is chosen with it
    qtbot.waitUntil(lambda: priorities() == [5, 4, 4])
    window.open_page(places.ALBUMS)
    context.shell.choose_track(None)
    qtbot.waitUntil(lambda: priorities() == [0, 0, 0])


def test_history_takes_an_import_back(
    qtbot: QtBot, context: AppContext, window: QMainWindow, library: Library
) -> None:
    import_list(library)
    page = page_of(window, context, HISTORY)
    qtbot.waitUntil(lambda: page.history.lines.rowCount() == 1)
    page.history.setCurrentIndex(page.history.lines.index(0))
    page.history.setFocus()
    qtbot.keyClicks(page.history, "u")
    qtbot.waitUntil(lambda: library.library.load_albums() == [])
    qtbot.waitUntil(lambda: all(line.quiet for line in page.history.chosen()) and bool(page.history.chosen()))


def test_no_errors_say_so(qtbot: QtBot, context: AppContext, window: QMainWindow) -> None:
    page = page_of(window, context, ERRORS)
    qtbot.waitUntil(lambda: page.headline.text() != "")
    assert page.errors.lines.rowCount() == 0
    assert not page.pause.isVisible()
    words = {each.text() for each in page.findChildren(QPushButton) if each.isVisible()}
    assert words.isdisjoint({"Try again", "Try all again"})
