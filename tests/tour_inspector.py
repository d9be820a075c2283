"""The part of the tour that looks at one track: the inspector from all sides, then by ear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import cast

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

from musiclib.gui import shell as places
from musiclib.gui.application import GuiApplication
from musiclib.gui.pages.album import AlbumPage
from musiclib.gui.pages.by_ear import ByEarPage

ALBUM = "Hafenklang 041"
WELL_KNOWN, UNSURE, ID = "Wenn der Regen leiser wird", "夜明けの環状線", "ID"
_LIMIT_MS = 15_000

Station = tuple[str, Callable[[], QWidget | None]]
"""A name, and what to do to be there; it may give the part of the window to take a picture of."""


def inspector_stations(gui: GuiApplication) -> Iterator[Station]:
    """A track of the mix from all sides, then by ear."""
    for name, title, field in (
        ("sources", WELL_KNOWN, None),
        ("label", WELL_KNOWN, "label"),
        ("album-card", WELL_KNOWN, "album"),
        ("bpm", WELL_KNOWN, "bpm"),
        ("popularity", WELL_KNOWN, "popularity"),
        ("unsure", UNSURE, "genres"),
        ("id", ID, None),
    ):
        yield f"inspector-{name}", partial(_inspect, gui, title, field)
    yield "inspector-links", partial(_scroll_inspector, gui)
    for tab in ("album", "file"):
        yield f"inspector-{tab}", partial(_inspect_tab, gui, tab)
    gui.window.inspector._open_tab("track")
    yield "by-ear", partial(_listen, gui, "bpm")
    yield "by-ear-key", partial(_listen, gui, "key_code")


def _inspect(gui: GuiApplication, title: str, field: str | None) -> None:
    """The inspector with a track of the mix, and the card of a field."""
    album = next(row for row in gui.albums.rows() if row.title == ALBUM)
    gui.window.open_page(places.ALBUM, album.id)
    page = cast("AlbumPage", gui.window.current_page)
    wait_for(lambda: page.album_id == album.id and page.model.rowCount() == album.counts.total)
    track_id = next(row.id for row in page.model.rows() if row.title == title)
    tab = gui.window.inspector.track_tab
    tab.open_card(None)
    page.choose_track(track_id)
    wait_for(lambda: tab.shown == track_id)
    tab.open_card(field)
    wait_for(lambda: not tab._settle.isActive())


def _inspect_tab(gui: GuiApplication, tab: str) -> None:
    _inspect(gui, WELL_KNOWN, None)
    gui.window.inspector._open_tab(tab)


def _listen(gui: GuiApplication, field: str) -> None:
    """By ear, with the track of the mix that most sources speak of."""
    _inspect(gui, WELL_KNOWN, None)
    gui.window.open_page(places.BY_EAR, gui.window.inspector.track_tab.shown)
    page = cast("ByEarPage", gui.window.current_page)
    wait_for(lambda: page._case is not None and page._sound is not None)
    page._choose_field(field)
    wait_for(lambda: page.player.playing or page.card.silent)


def _scroll_inspector(gui: GuiApplication) -> None:
    """The end of the inspector: where the track is known, and its artists."""
    _inspect(gui, WELL_KNOWN, None)
    bars = [area.verticalScrollBar() for area in gui.window.inspector.findChildren(QScrollArea)]
    wait_for(lambda: any(bar.maximum() for bar in bars))
    for bar in bars:
        bar.setValue(bar.maximum())


def wait_for(holds: Callable[[], bool]) -> None:
    loop = QEventLoop()
    look = QTimer(interval=20)
    look.timeout.connect(lambda: loop.quit() if holds() else None)
    look.start()
    QTimer.singleShot(_LIMIT_MS, loop, loop.quit)
    loop.exec()
    look.stop()
