"""The window over a library of 300,000 tracks and 25,000 albums: `python -m tests.benchmarks.bench_scale`.

Limits: usable 1.5 s after the process starts (bytecode compiled), 450 MB resident after everything has been
looked at, each keystroke of a search answered on screen in 30 ms (95 of 100), sorted by any column in 150 ms,
a frame of the scrolled grid in 16 ms (95 of 100), no gap over 50 ms while the rest is read, from the first
albums on. "On screen" is from the event to painted rows, the last of them. Beside them stand the times of
what could not be quicker in the same run: an empty window, and SQLite asked for the same words, order or sums
without an index. "Computed" is the time of all threads of the process: on a machine that others use as well,
it says what an idle one would take at most.

The library is made once by `big_library` (some minutes); `--library FOLDER` takes another one.
"""

import argparse
import contextlib
import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, TextIO

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from musiclib.domain.track_query import TrackQuery
from musiclib.gui import shell as places
from musiclib.gui import window_memory
from musiclib.gui.application import GuiApplication, make_application, open_in_background
from musiclib.gui.collector import Collector
from musiclib.gui.models.track_columns import SORT_KEYS
from musiclib.gui.pages.albums import AlbumsPage
from musiclib.gui.pages.tracks import TracksPage
from musiclib.settings import Settings
from tests.benchmarks.big_library import TRACKS, cached
from tests.benchmarks.heart import WORST_MS, Heart, compile_first, head, report, rest, wait_until

_STARTS = 5
_SEARCHES = (
    *("mira voss", "night train", "lumière", "extended mix", "zzzz", "hidden machine 12", "GBAYE0"),
    *("bpm:120-126", "key:~8A", "missing:isrc", '"paper night"', "energy:>8 -live"),
)
_ALBUM_SEARCHES = ("mira", "night 12", "odd harbour")
_SCROLL_STEP, _FRAMES, _FRAME_MS = 90, 200, 16.7
_TYPING_MS = 90
_EMPTY_WINDOW = """
import time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
class W(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, self.end)
    def end(self):
        print(f"usable {time.time():.4f} {time.process_time():.4f}", flush=True)
        app.quit()
w = W(); w.show(); app.exec()
"""


class Line(NamedTuple):
    name: str
    value: float
    limit: float
    unit: str
    reference: float | None = None
    """The same unit, of what could not be quicker."""
    computed: float | None = None
    """Of the time, what this process computed on all its threads: the rest, others had the cores."""

    def __str__(self) -> str:
        ratio = f"{self.value / self.reference:7.1f}" if self.reference else f"{'':7}"
        verdict = "" if self.value <= self.limit else "  over"
        reference = f"{self.reference:9.1f}" if self.reference else f"{'':9}"
        computed = f"{self.computed:9.1f}" if self.computed else f"{'':9}"
        measured = f"{self.value:8.1f} {self.limit:8.1f} {computed} {reference} {ratio}"
        return f"{self.name:<44} {measured} {self.unit}{verdict}"


class Painted(QObject):
    """Counts how often a widget was painted, or only the paintings that count."""

    def __init__(self, widget: QWidget, counts: Callable[[QPaintEvent], bool] = lambda _: True) -> None:
        super().__init__(widget)
        self.times, self._counts = 0, counts
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.times += self._counts(event)
        return False


class Taken(NamedTuple):
    """Milliseconds: of the clock, and what all threads of this process computed in them."""

    wall: float
    computed: float


class Stopwatch:
    def __init__(self) -> None:
        self._wall, self._computed = time.perf_counter(), time.process_time()

    def stop(self) -> Taken:
        wall, computed = time.perf_counter() - self._wall, time.process_time() - self._computed
        return Taken(wall * 1000, computed * 1000)


def line(
    name: str, times: Sequence[Taken], share: float, limit: float, reference: float | None = None
) -> Line:
    """So much of all these times is below the value of the line."""
    walls, computed = (percentile(column, share) for column in zip(*times, strict=True))
    return Line(name, walls, limit, "ms", reference, computed)


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def usable_after(*command: str) -> Taken:
    """From the start of a process to its word; bytecode is compiled by the first of several."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    begun = time.time()
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=True
    )
    word = next(line for line in done.stdout.splitlines() if line.startswith("usable"))
    _, at, computed = word.split()
    return Taken((float(at) - begun) * 1000, float(computed) * 1000)


def starts(folder: Path) -> Line:
    usable_after("-m", "tests.benchmarks.first_paint", str(folder))
    ours = [usable_after("-m", "tests.benchmarks.first_paint", str(folder)) for _ in range(_STARTS)]
    bare = min(usable_after("-c", _EMPTY_WINDOW) for _ in range(_STARTS))
    return line("window usable after the process starts", ours, 0.0, 1500, bare.wall)


def until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Let events go on until `condition` holds, and look after each."""
    end = time.perf_counter() + seconds
    awake = QTimer(interval=250)
    awake.start()
    while not condition():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() > end:
            print(f"waited in vain: {what}", flush=True)
            os._exit(1)


def press(field: QWidget, letter: str) -> None:
    """A key of any keyboard."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
        QCoreApplication.sendEvent(field, event)


class Tracks:
    """Times what a person does on the tracks page."""

    def __init__(self, page: TracksPage) -> None:
        self.page, self.model, self.table = page, page.model, page.table
        self._painted = Painted(self.table.viewport(), self._is_last_band)
        self._arranged = self._painted_at = 0
        self.model.arranged.connect(self._on_arranged)

    def _on_arranged(self) -> None:
        self._arranged += 1
        self._painted_at = self._painted.times

    def answered(self, act: Callable[[], object]) -> Taken | None:
        """Until what follows from `act` is painted, rows and all; None if it asks for nothing else."""
        asked, before, watch = (self.model.query, self.model.order), self._arranged, Stopwatch()
        act()
        if (self.model.query, self.model.order) == asked:
            return None
        until(lambda: self._arranged > before and self._is_painted(), "an answer")
        return watch.stop()

    def _is_painted(self) -> bool:
        if not self.model.rowCount():
            return not self.table.isVisible()  # a page that says so stands in its place
        return self._painted.times > self._painted_at and self.model.row_at(0) is not None

    def _is_last_band(self, event: QPaintEvent) -> bool:
        """Whether all rows are painted with this, and not only those of the upper ones."""
        return (
            self.table._painted_to is None and event.rect().bottom() == self.table.viewport().rect().bottom()
        )


def typed(tracks: Tracks) -> Iterator[Taken]:
    search = tracks.page.search.box.edit
    for text in _SEARCHES:
        for letter in text:
            taken = tracks.answered(partial(press, search, letter))
            if taken is not None:
                yield taken
            rest(_TYPING_MS)
        tracks.page.search.show_query(TrackQuery())
        wait_until(lambda: tracks.model.whole, "all tracks")
        rest(300)


def typed_in_albums(page: AlbumsPage) -> Iterator[Taken]:
    painted, search = Painted(page.grid.viewport()), page.findChild(QLineEdit)
    assert search is not None
    for text in _ALBUM_SEARCHES:
        for letter in text:
            shown, before, watch = page.model._shown, painted.times, Stopwatch()
            press(search, letter)
            if page.model._shown is shown:  # the same albums fit
                continue
            until(lambda before=before: painted.times > before or not page.grid.isVisible(), "albums")
            yield watch.stop()
            rest(_TYPING_MS)
        search.clear()
        rest(300)


def sorted_by(tracks: Tracks) -> dict[str, Taken]:
    times: dict[str, Taken] = {}
    for column in SORT_KEYS:
        for _ in range(2):
            taken = tracks.answered(partial(tracks.table.header.sort_by, column))
            assert taken is not None
            times[column.value] = max(times.get(column.value, taken), taken)
            wait_until(lambda: tracks.model.whole, "all tracks")
            rest(200)
    tracks.table.header.set_order(())
    rest(500)
    return times


def scrolled(view: QWidget, bar_value: Callable[[int], None]) -> Iterator[Taken]:
    """Each frame, of sixty a second: from the step to all that follows from it."""
    painted = Painted(view)
    for frame in range(_FRAMES):
        before, watch = painted.times, Stopwatch()
        bar_value(_SCROLL_STEP)
        until(lambda before=before: painted.times > before, f"frame {frame}")
        QCoreApplication.processEvents()
        taken = watch.stop()
        yield taken
        rest(max(1, round(_FRAME_MS - taken.wall)))


def bare_sqlite(folder: Path) -> tuple[float, float]:
    """Milliseconds SQLite takes by itself for a word in any text, and for an order of all."""

    def ms(statement: str) -> float:
        begun = time.perf_counter()
        conn.execute(statement).fetchall()
        return (time.perf_counter() - begun) * 1000

    with contextlib.closing(sqlite3.connect(folder / "library.sqlite3")) as conn:
        search = (
            "SELECT id FROM tracks WHERE artist || title LIKE '%night train%' ORDER BY created_at LIMIT 60"
        )
        order = "SELECT id FROM tracks ORDER BY lower(title), created_at, id LIMIT 60"
        return min(ms(search) for _ in range(3)), min(ms(order) for _ in range(3))


def look_at_everything(gui: GuiApplication, folder: Path, stacks: TextIO | None) -> Iterator[Line]:
    search_ms, order_ms = bare_sqlite(folder)
    with_first, with_all = [], []
    gui.loader.first_albums.connect(lambda: with_first.append(len(heart.beats)))
    gui.loader.loaded.connect(lambda: with_all.append(True))
    heart = Heart(stacks)
    heart.start()
    gui.start()
    wait_until(lambda: bool(with_all), "all albums")
    rest(1500)
    head()
    beats = heart.stop()
    report("while the window is made", beats[: with_first[0]])
    gap = report("while the rest is read", beats[with_first[0] :]).worst
    yield Line("longest gap while the rest is read", gap, WORST_MS, "ms")
    albums = gui.window.page(places.ALBUMS)
    assert isinstance(albums, AlbumsPage)
    bar = albums.grid.verticalScrollBar()
    frames = list(scrolled(albums.grid.viewport(), lambda by: bar.setValue(bar.value() + by)))
    yield line("a frame of the scrolled album grid, p95", frames, 0.95, 16)
    bar.setValue(bar.maximum() // 2)
    rest(500)
    letters = list(typed_in_albums(albums))
    yield line("a keystroke in the albums' search, p95", letters, 0.95, 30)
    gui.window.open_page(places.TRACKS)
    page = gui.window.current_page
    assert isinstance(page, TracksPage)
    tracks = Tracks(page)
    wait_until(lambda: tracks.model.whole and tracks.model.row_at(0) is not None, "the tracks")
    rest(1000)
    keys = list(typed(tracks))
    yield line("a keystroke in the tracks' search, p95", keys, 0.95, 30, search_ms)
    yield line("  median", keys, 0.5, 30, search_ms)
    orders = sorted_by(tracks)
    each = (f"{name} {taken.wall:.0f} ({taken.computed:.0f})" for name, taken in orders.items())
    print(f"sorted by, ms (computed): {', '.join(each)}")
    yield line("sorted by the slowest column", list(orders.values()), 1.0, 150, order_ms)
    down = tracks.table.verticalScrollBar()
    frames = list(scrolled(tracks.table.viewport(), lambda by: down.setValue(down.value() + by)))
    yield line("a frame of the scrolled tracks, p95", frames, 0.95, 16)
    for share in (0.25, 0.5, 0.75, 1.0):
        down.setValue(round(down.maximum() * share))
        rest(400)
    yield Line("resident memory", resident_mb(), 450, "MB")
    yield Line("  at its peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 450, "MB")


def summed_up(gui: GuiApplication, folder: Path) -> Line:
    """How all tasks stand, as the window asks for it again and again; beside it SQLite that looks at each."""
    summary = gui.library.enrichment.summary
    tasks = sum(each.total for each in summary().kinds)
    times = [timed(summary) for _ in range(3)]
    with contextlib.closing(sqlite3.connect(folder / "library.sqlite3")) as conn:
        each_of_them = "SELECT kind, status, count(*) FROM enrichment_tasks NOT INDEXED GROUP BY kind, status"
        bare = min(timed(conn.execute(each_of_them).fetchall).wall for _ in range(3))
    return line(f"a summary of {tasks:,} tasks, median", times, 0.5, 200, bare)


def timed(work: Callable[[], object]) -> Taken:
    watch = Stopwatch()
    work()
    return watch.stop()


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def made_apart(tracks: int) -> Path:
    """The library, made in a process of its own: what making it takes is not to be measured here."""
    command = [sys.executable, "-m", "tests.benchmarks.big_library", "--tracks", str(tracks)]
    subprocess.run(command, check=True)
    return cached(tracks)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--tracks", type=int, default=TRACKS)
    parser.add_argument("--stacks", type=Path, help="write what was done in long gaps to this file")
    parser.add_argument("--no-starts", action="store_true", help="leave the starts out")
    options = parser.parse_args()
    folder = options.library or made_apart(options.tracks)
    (folder / window_memory.FILE).unlink(missing_ok=True)  # it begins with the albums
    lines = [] if options.no_starts else [starts(folder)]
    compile_first()
    app = make_application(sys.argv)
    # The first start of a day copies the library meanwhile, 1.5 GB: another measure than this.
    settings = Settings(data_dir=folder, online=False, backup_daily=False)
    gui = GuiApplication(open_in_background(settings), settings, app)
    collector = Collector(app)
    with options.stacks.open("w") if options.stacks else contextlib.nullcontext() as stacks:
        lines += look_at_everything(gui, folder, stacks)
    lines.append(summed_up(gui, folder))
    print(f"\n{'':<44} {'measured':>8} {'limit':>8} {'computed':>9} {'reference':>9} {'ratio':>7}")
    for each in lines:
        print(each)
    loop = QEventLoop()
    gui.ended.connect(loop.quit)
    gui.shutdown.start()
    loop.exec()
    collector.close()
    return 0 if all(each.value <= each.limit for each in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
