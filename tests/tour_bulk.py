"""The part of the tour that changes many tracks at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from musiclib.db.effective import remerge
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import SourceValues
from musiclib.db.tracks import TrackRepository
from musiclib.domain.bulk_plan import CellState
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import DEFAULT_PRECEDENCE
from musiclib.domain.states import MatchState, Source
from musiclib.gui import shell as places
from musiclib.gui.application import GuiApplication
from musiclib.gui.pages.bulk import BulkPage

Station = tuple[str, Callable[[], QWidget | None]]
_LIMIT_MS = 15_000


def bulk_stations(gui: GuiApplication) -> Iterator[Station]:
    window, page = gui.window, cast("BulkPage", gui.window.page(places.BULK))
    ids = tuple(sorted(row.id for row in gui.library.library.load_tracks()))
    _let_sources_differ(gui, ids)
    yield "bulk-choose", partial(window.open_page, places.BULK, ids)
    for name in ("popularity", "spotify_id"):
        page.choose.boxes[name].setChecked(False)
    yield "bulk-plan", partial(_plan, page)
    window.resize(*gui.theme.tokens.window_min())
    yield "narrow-bulk", lambda: None
    window.resize(1440, 900)
    yield "bulk-done", partial(_apply, page)
    _wait_for(lambda: gui.library.bulk_runs.revert() is not None)
    gui.loader.load_all()
    window.open_page(places.ALBUMS)


def _plan(page: BulkPage) -> None:
    page.choose.plan.click()
    _wait_for(lambda: page.plan.model.rowCount() > 0)
    column = page.plan.model.plan.column("isrc")
    assert column is not None
    row = next((nth for nth, each in enumerate(column.states) if each == CellState.ASKS), 0)
    page.plan.table.setCurrentIndex(page.plan.model.index(row, 3))


def _apply(page: BulkPage) -> None:
    page.plan.apply.click()
    _wait_for(page.done.isVisible)


def _let_sources_differ(gui: GuiApplication, ids: tuple[TrackId, ...]) -> None:
    """As look-ups leave a library: some fill gaps, some agree against the list, some contradict."""
    with gui.library._db.write() as conn:
        said = TrackMetadataRepository(conn)
        rows = []
        for nth, track_id in enumerate(ids):
            first: dict[str, Any] = {"label": f"Dial East {nth % 7}", "original_year": 2011 + nth % 12}
            first |= {} if nth % 3 else {"genres": ["House"]}
            second: dict[str, Any] = {"label": "Dial East Rec" if nth % 4 else f"Dial East {nth % 7}"}
            second |= {"original_year": 2010 + nth % 12 + nth % 2, "genres": ["Deep house"]}
            third = dict(second)
            if nth % 5:
                first["isrc"] = f"DEX0426{nth:05}"
            if nth % 5 == 2:
                second["isrc"] = f"DEX0426{nth + 1:05}"
            for source, fields in (
                (Source.MUSICBRAINZ, first),
                (Source.DEEZER, second),
                (Source.ITUNES, third),
            ):
                rows.append(SourceValues(track_id, source, fields, f"{source}-{nth}"))
            if nth % 6 == 1:
                rows.append(SourceValues(track_id, Source.MANUAL, {"label": "Nordlicht"}))
        said.put(rows, gui.context.now())
        remerge(conn, ids, DEFAULT_PRECEDENCE, gui.context.now())
        TrackRepository(conn).set_match(ids, MatchState.MATCHED, 96.0, gui.context.now())


def _wait_for(done: Callable[[], bool]) -> None:
    loop, timer = QEventLoop(), QTimer(interval=10)
    timer.timeout.connect(lambda: loop.quit() if done() else None)
    QTimer.singleShot(_LIMIT_MS, loop, loop.quit)
    timer.start()
    loop.exec()
