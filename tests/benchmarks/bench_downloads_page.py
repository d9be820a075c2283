"""The download centre with 1,000 queued transfers: how long its page takes to open, and its gaps.

`python -m tests.benchmarks.bench_downloads_page [--transfers N]`. The real window, once it stands and has
made ready what is opened next (`bench_startup` and `bench_scale` measure its beginning). Its worker runs but
knows no source; what one would tell is made here: eight tracks that move, four times a second. `heart` says
what a gap is. Limits: 100 ms from the wish to the painted list, gaps as in the other benchmarks.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from musiclib.bootstrap import open_library
from musiclib.domain.states import TransferState
from musiclib.domain.transfers import DownloadAlbumRow
from musiclib.gui import shell as places
from musiclib.gui.application import GuiApplication, make_application, open_in_background
from musiclib.gui.collector import Collector
from musiclib.gui.pages.downloads_page import DownloadsPage
from musiclib.runners.updates import DownloadUpdate
from musiclib.settings import Settings
from tests.benchmarks.heart import Heart, compile_first, head, report, rest, wait_until
from tests.support.download_rows import MB, summary
from tests.support.library import add_album, add_tracks

_ALBUM, _MOVING = 10, 8
_OPEN_MS = 100
_MOVES_MS = 8_000


class News:
    """What a worker would tell: bytes of the first tracks come in."""

    def __init__(self, gui: GuiApplication) -> None:
        self._gui = gui
        self._timer = QTimer(gui, interval=250)
        self._timer.timeout.connect(self._tell)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _tell(self) -> None:
        rows = self._gui.downloads.rows.rows()
        moved = tuple(_moved(row) for row in rows[:_MOVING])
        self._gui.downloads.worker.updated.emit(DownloadUpdate(moved, (), summary(rows)))


def _moved(row: DownloadAlbumRow) -> DownloadAlbumRow:
    first = row.transfers[0]
    total = 80 * MB
    done = (first.bytes_done + MB) % total
    moving = replace(
        first,
        state=TransferState.RUNNING,
        source_label="Home NAS",
        bytes_done=done,
        bytes_total=total,
        speed_bps=4e6,
    )
    return replace(row, revision=row.revision + 1, transfers=(moving, *row.transfers[1:]))


class Painting(QObject):
    """Notes that what it watches was painted."""

    seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.seen = self.seen or event.type() is QEvent.Type.Paint
        return False


def opened(gui: GuiApplication) -> float:
    """Milliseconds from the wish to the painted list, by the same events as after a click."""
    page, painting = gui.window.page(places.DOWNLOADS), Painting()
    assert isinstance(page, DownloadsPage)
    page.list.viewport().installEventFilter(painting)
    clock = QElapsedTimer()
    clock.start()
    gui.window.open_page(places.DOWNLOADS)
    while not painting.seen:
        QApplication.processEvents()
    return clock.nsecsElapsed() / 1e6


def measure(gui: GuiApplication, transfers: int) -> bool:
    stands: list[bool] = []
    gui.window.ahead.finished.connect(lambda: stands.append(True))
    gui.window.open_page(places.ALBUMS)
    gui.window.show()
    gui.loader.load_all()
    gui.downloads.load()
    wait_until(lambda: len(gui.downloads.rows) == transfers // _ALBUM, "the transfers")
    wait_until(lambda: bool(stands), "the window to have made all ready")
    rest(500)
    first = opened(gui)
    gui.window.open_page(places.ALBUMS)
    rest(300)
    again = opened(gui)
    print(f"opened in {first:.0f} ms, again in {again:.0f} ms, limit {_OPEN_MS}")
    page = gui.window.page(places.DOWNLOADS)
    assert isinstance(page, DownloadsPage)
    heart, news = Heart(), News(gui)
    head()
    good = [first <= _OPEN_MS, again <= _OPEN_MS]
    news.start()
    for name, is_open in (("bytes move", False), ("ten albums open", True)):
        for row in gui.downloads.rows.rows()[:10]:
            page.model.set_open(row.id, is_open)
        rest(500)
        heart.start()
        rest(_MOVES_MS)
        good.append(report(name, heart.stop()).good)
    news.stop()
    return all(good)


def ask(settings: Settings, transfers: int) -> None:
    with contextlib.closing(open_library(settings)) as library:
        ids: Sequence[object] = add_tracks(library._db, transfers)
        for first in range(0, transfers, _ALBUM):
            album_id = add_album(library._db, ids[first : first + _ALBUM], f"Album {first // _ALBUM}")  # type: ignore[arg-type]
            library.downloads.get_album(album_id)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transfers", type=int, default=1000)
    options = parser.parse_args()
    compile_first()
    app = make_application(sys.argv)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data", download_dir=Path(folder) / "music", online=False)
        ask(settings, options.transfers)
        gui = GuiApplication(open_in_background(settings), settings, app)
        collector = Collector(app)
        good = measure(gui, options.transfers)
        loop = QEventLoop()
        gui.ended.connect(loop.quit)
        gui.shutdown.start()
        loop.exec()
        collector.close()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
