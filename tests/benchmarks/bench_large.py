"""How long the window of a large library stands still: `python -m tests.benchmarks.bench_large [--tracks N]`.

The real window over 50,000 tracks on 2,000 albums, one of them of 5,000. Each line is one thing a person
does there, with the longest gap until all that follows from it is done; `heart` says what a gap is. The work
is paused: what it costs beside a person is asked by bench_gui_gap and bench_drain. Limit: 50 ms at worst.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from musiclib.bootstrap import Library, open_library
from musiclib.gui import shell as places
from musiclib.gui.application import GuiApplication, make_application, open_in_background
from musiclib.gui.collector import Collector
from musiclib.gui.models.album_grid import AlbumGroup, AlbumSort
from musiclib.gui.models.track_columns import SORT_KEYS
from musiclib.gui.pages.albums import AlbumsPage
from musiclib.gui.pages.tracks import TracksPage
from musiclib.gui.widgets.chips import FilterChip
from musiclib.settings import Settings
from tests.benchmarks.heart import WORST_MS, Heart, head, report, rest, wait_until
from tests.support.library import add_album, add_tracks

_ALBUM, _LARGEST = 25, 5000
_BLOCK = 1000
_CALM_MS = 900
"""Longer than anything waits for a pause: a search for typing, an order for changes."""

Step = tuple[str, Callable[[], object]]


def fill(library: Library, tracks: int) -> None:
    db, made = library._db, 0
    while made < tracks:
        ids = add_tracks(
            db,
            _BLOCK,
            duration_s=200.0 + made % 170,
            bpm=90.0 + made / 1000,
            key_code=made // _BLOCK % 24,
            label=f"Label {made // _BLOCK % 40}",
            original_year=1970 + made // _BLOCK % 55,
        )
        for first in range(0, _BLOCK, _ALBUM):
            number = (made + first) // _ALBUM
            add_album(db, ids[first : first + _ALBUM], f"Album {number * 7919 % 10_007}")
        made += _BLOCK
    add_album(db, add_tracks(db, min(_LARGEST, tracks)), "The largest")


def typed(field: QLineEdit, text: str) -> None:
    for letter in text:
        QTest.keyClicks(field, letter)
        rest(120)


def steps(gui: GuiApplication) -> Iterator[Step]:
    window, largest = gui.window, max(gui.albums.rows(), key=lambda row: row.counts.total)
    yield "open Tracks", partial(window.open_page, places.TRACKS)
    tracks = window.page(places.TRACKS)
    assert isinstance(tracks, TracksPage)
    for column in SORT_KEYS:
        for down in (False, True):
            order = ((column, down),)
            yield f"sort tracks by {column}", partial(tracks.table.header.set_order, order)
    search = tracks.findChild(QLineEdit)
    assert search is not None
    yield "search tracks", partial(typed, search, "title 12")
    yield "drop the search", search.clear
    for chip in tracks.findChildren(FilterChip):
        yield f"{chip.accessibleName()}, on", partial(chip.setChecked, True)
        yield f"{chip.accessibleName()}, off", partial(chip.setChecked, False)
    yield "select all tracks", tracks.table.selectAll
    yield "drop the selection", tracks.table.clearSelection
    yield "the last track", partial(tracks.table.choose_place, tracks.model.rowCount() - 1)
    yield "open Albums", partial(window.open_page, places.ALBUMS)
    albums = window.page(places.ALBUMS)
    assert isinstance(albums, AlbumsPage)
    for sort in AlbumSort:
        yield f"sort albums by {sort}", partial(albums.model.set_sort, sort)
    search_albums = albums.findChild(QLineEdit)
    assert search_albums is not None
    yield "search albums", partial(typed, search_albums, "album 12")
    yield "drop the search", search_albums.clear
    for group in (AlbumGroup.PARTIAL, AlbumGroup.COMPLETE):
        yield f"albums {group}", partial(albums.open, group)
    yield "all albums", albums._show_all
    yield "albums as a list", partial(albums._show_view, "list")
    yield "albums as tiles", partial(albums._show_view, "grid")
    yield "open the largest album", partial(gui.shell.open_album, largest.id)
    yield "edit it", partial(gui.shell.edit_album, largest.id)
    for page in (places.REVIEW, places.ACTIVITY, places.SETTINGS):
        yield f"open {page}", partial(window.open_page, page)
    yield "paste a list", partial(window.paste, "Somebody - Something\nNobody - Nothing")
    yield "read all again", gui.shell.refresh


def measure(gui: GuiApplication, tracks: int, stacks: Path | None) -> float:
    """The longest gap of all, in milliseconds."""
    with stacks.open("w") if stacks else contextlib.nullcontext() as told:
        heart = Heart(told)
        heart.start()
        gui.start()
        wait_until(lambda: len(gui.albums) >= tracks // _ALBUM, "the library")
        rest(_CALM_MS)
        worst = report("start", heart.stop()).worst
        for name, act in steps(gui):
            if told is not None:
                told.write(f"#### {name}\n")
            heart.start()
            act()
            QApplication.processEvents()
            rest(_CALM_MS)
            worst = max(worst, report(name, heart.stop()).worst)
    return worst


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=50_000)
    parser.add_argument("--stacks", type=Path, help="write what was done in long gaps to this file")
    options = parser.parse_args()
    app = make_application(sys.argv)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data", online=False)
        with contextlib.closing(open_library(settings)) as library:
            fill(library, options.tracks)
            library.enrichment.pause_all()
        gui = GuiApplication(open_in_background(settings), settings, app)
        collector = Collector(app)
        head()
        worst = measure(gui, options.tracks, options.stacks)
        loop = QEventLoop()
        gui.ended.connect(loop.quit)
        gui.shutdown.start()
        loop.exec()
        collector.close()
    print(f"worst {worst:.1f} ms, limit {WORST_MS:.0f} ms")
    return 0 if worst <= WORST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
