"""The part of the tour that goes through tracks, artists, genres and smart albums."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import cast

from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from musiclib.domain.packs import PRESETS, Preset
from musiclib.domain.track_query import TrackQuery, parse_query
from musiclib.gui import shell as places
from musiclib.gui.application import GuiApplication
from musiclib.gui.dialogs.neighbours import NeighboursDialog
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.dialogs.packs import PacksDialog
from musiclib.gui.models.track_columns import TrackColumn
from musiclib.gui.pages.duplicates import DuplicatesPage
from musiclib.gui.pages.tracks import TracksPage
from musiclib.gui.widgets.columns_menu import COMPACT, ColumnsMenu
from tests.support.copies import add_copy

Station = tuple[str, Callable[[], QWidget | None]]
_LIMIT_MS = 15_000
_KEPT = (
    ("Top hits", "artistrank:>=80"),
    ("Deep cuts", "artistrank:<30"),
    ("Mixes with 8A", "key:~8A"),
    ("Added this week", "added:<7d"),
    ("Missing ISRC", "missing:isrc"),
    ("Loudness outliers", "lufs:>-6,<-16"),
)


def browse_stations(gui: GuiApplication) -> Iterator[Station]:
    window = gui.window
    yield "tracks", partial(window.open_page, places.TRACKS)
    for name, query in _KEPT:
        gui.library.smart_albums.save(name, query)
    window.smart.load()
    wait_for(lambda: len(window.sidebar.smart.items()) == len(_KEPT))
    yield "tracks-search", partial(_type, gui, "bpm:110-126 key:~8A energy:")
    yield "tracks-problem", partial(_type, gui, "kessel tempi:120 ")
    yield "tracks-nothing", partial(_ask, gui, "bpm:300 key:~8A has:file")
    yield "tracks-smart", partial(_open_smart, gui, 2)
    yield "tracks-selected", partial(_select, gui)
    yield "smart-album", partial(_save, gui)
    _dismiss(gui)
    yield "tracks-add", partial(_add, gui)
    _dismiss(gui)
    yield "neighbours", partial(_neighbours, gui, "Langsam, bitte")
    _dismiss(gui)
    yield "write-tags", partial(_write_tags, gui)
    _dismiss(gui)
    yield "packs", partial(_packs, gui, Preset.HARD)
    _dismiss(gui)
    yield "duplicates", partial(_duplicates, gui)
    yield "tracks-columns", partial(_columns_menu, gui)
    yield "tracks-compact", partial(_compact, gui)
    yield "artists", partial(_group, gui, places.ARTISTS, "kessel")
    yield "genres", partial(_group, gui, places.GENRES, "deep house")
    window.resize(*gui.theme.tokens.window_min())
    yield "narrow-artists", partial(_group, gui, places.ARTISTS, "kessel")
    yield "narrow-tracks-search", partial(_type, gui, "bpm:110-126 key:~8A has:file has:isrc miss")
    yield "narrow-tracks-selected", partial(_select, gui)
    window.resize(1440, 900)
    _ask(gui, "")


def _page(gui: GuiApplication) -> TracksPage:
    return cast("TracksPage", gui.window.page(places.TRACKS))


def _ask(gui: GuiApplication, text: str) -> None:
    gui.window.open_page(places.TRACKS, parse_query(text))
    wait_for(lambda: _page(gui).model.whole)


def _type(gui: GuiApplication, text: str) -> None:
    gui.window.open_page(places.TRACKS, TrackQuery())
    _page(gui).focus_search()
    edit = _page(gui).search.box.edit
    QTest.keyClicks(edit, text)
    if not text.endswith(" "):
        wait_for(lambda: edit.completing)


def _open_smart(gui: GuiApplication, place: int) -> None:
    gui.window.sidebar.smart.items()[place].click()
    header = _page(gui).table.header
    header.set_order(((TrackColumn.BPM, False), (TrackColumn.TITLE, False)))


def _select(gui: GuiApplication) -> None:
    page = _page(gui)
    wait_for(lambda: page.model.rowCount() > 4)
    page.table.setFocus()
    page.table.choose_places([0, 1, 4])
    wait_for(lambda: bool(page.bar.facts.accessibleName()))


def _save(gui: GuiApplication) -> None:
    _page(gui).search.box.add("bpm:118-126")
    _page(gui).search.box.save.click()


def _add(gui: GuiApplication) -> None:
    _page(gui).table.setFocus()
    _page(gui).bar.add_wanted.emit()


def _dismiss(gui: GuiApplication) -> None:
    for up in gui.window.findChildren(Overlay):
        up.dismiss()


def _neighbours(gui: GuiApplication, title: str) -> None:
    page = _page(gui)
    _ask(gui, f'title:"{title}"')
    gui.window.show_neighbours(page.model.id_at(0))
    dialog = gui.window.findChild(NeighboursDialog)
    assert dialog is not None
    wait_for(lambda: dialog.model.rowCount() > 0)


def _write_tags(gui: GuiApplication) -> None:
    _ask(gui, "")
    page = _page(gui)
    wait_for(lambda: page.model.rowCount() > 0)
    page.table.selectAll()
    page.write_tags()
    dialog = gui.window.tags.dialog
    assert dialog is not None
    wait_for(lambda: dialog.act.isEnabled() or dialog.nothing.isVisible())


def _packs(gui: GuiApplication, preset: Preset) -> None:
    _ask(gui, "")
    gui.shell.make_pack(parse_query("has:popularity"))
    dialog = gui.window.findChild(PacksDialog)
    assert dialog is not None
    dialog.presets.choose(preset.value)
    dialog.presets.chosen.emit(preset.value)
    wait_for(lambda: dialog.pack is not None and dialog.pack.rule == PRESETS[preset])


def _duplicates(gui: GuiApplication) -> None:
    """A group that asks two things, one with a doubt, one of three."""
    library = gui.library
    if not library.duplicates.find().groups:
        first = add_copy(
            library, _now, "Paper Lanterns", "flac", isrc="ZZTRA2600001", bpm=61.0, label="Warft"
        )
        second = add_copy(library, _now, "Paper Lanterns", "mp3", isrc="ZZTRA2600001", duration_s=301.0)
        library.library.set_value(first, "bpm", 122.0)
        library.library.set_value(second, "bpm", 61.0)
        for file, isrc in (("mp3", "ZZTRA2600002"), ("", "ZZTRA2600003")):
            add_copy(library, _now, "Slack Water", file, isrc=isrc)
        for file in ("mp3", "flac", ""):
            add_copy(library, _now, "Long Drift Home", file, version="Murk Remix", popularity=44)
    gui.window.open_page(places.DUPLICATES)
    page = cast("DuplicatesPage", gui.window.page(places.DUPLICATES))
    wait_for(lambda: page.view.case is not None)
    page.step(1)
    wait_for(lambda: page.view.case is not None and bool(page.view.case.conflicts))


def _now() -> datetime:
    return datetime.now(UTC)


def _columns_menu(gui: GuiApplication) -> QMenu:
    """The menu itself: it is a window of its own."""
    menu = gui.window.findChild(ColumnsMenu)
    assert menu is not None
    menu.popup(gui.window.mapToGlobal(QPoint(900, 60)))
    return menu


def _compact(gui: GuiApplication) -> None:
    for menu in gui.window.findChildren(ColumnsMenu):
        menu.hide()
    table = _page(gui).table
    _ask(gui, "")
    table.set_plan(
        table.plan.showing(TrackColumn.LABEL, True)
        .showing(TrackColumn.FORMAT, True)
        .showing(TrackColumn.VERSION, False)
    )
    table.set_row_height(COMPACT)


def _group(gui: GuiApplication, page: str, key: str) -> None:
    table = _page(gui).table
    table.set_row_height(table.plan.layout.row_height)
    gui.window.open_page(page, key)


def wait_for(holds: Callable[[], bool]) -> None:
    loop = QEventLoop()
    look = QTimer(interval=20)
    look.timeout.connect(lambda: loop.quit() if holds() else None)
    look.start()
    QTimer.singleShot(_LIMIT_MS, loop, loop.quit)
    loop.exec()
    look.stop()
