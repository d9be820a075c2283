"""The whole application with its worker: rows arrive, and everything ends in time."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication
from pytest_httpserver import HTTPServer
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library, open_library
from musiclib.domain.queue import Off
from musiclib.errors import DatabaseTooNew
from musiclib.gui import shell as places
from musiclib.gui import window_memory
from musiclib.gui.application import GuiApplication, library_name, open_in_background
from musiclib.gui.crash import StartFailed
from musiclib.gui.models.album_grid import AlbumSort
from musiclib.gui.models.track_columns import TrackColumn
from musiclib.gui.pages.albums import AlbumsPage
from musiclib.gui.pages.tracks import TracksPage
from musiclib.gui.tokens import ICON_FILE, resources_dir
from musiclib.gui.widgets.sidebar import Logo
from musiclib.runners.watching import WatchUpdate
from musiclib.settings import Settings, load_settings
from tests.gui.conftest import add_album
from tests.services.audio import write_wav
from tests.support.limits import ENDS_WITHIN_S


@pytest.fixture
def gui(qtbot: QtBot, qapp: QApplication, library: Library) -> Iterator[GuiApplication]:
    made = GuiApplication(library, library.settings, qapp)
    yield made
    if not made.shutdown.running:
        with qtbot.waitSignal(made.ended, timeout=30_000):
            made.shutdown.start()
    made.window.deleteLater()
    made.deleteLater()


def test_the_window_fills_itself(qtbot: QtBot, gui: GuiApplication, library: Library) -> None:
    add_album(library, "Hafenklang", [("A", "One"), ("B", "Two")])
    gui.start()
    qtbot.waitUntil(lambda: len(gui.albums) == 1)
    qtbot.waitUntil(lambda: (counts := gui.window._tally.counts) is not None and counts.tracks == 2)
    qtbot.waitUntil(lambda: bool(gui.window.strip._phase.text()))


def test_the_next_start_goes_on_where_the_last_one_ended(
    qtbot: QtBot, qapp: QApplication, library: Library
) -> None:
    album = add_album(library, "Hafenklang", [("A", "One"), ("B", "Two")])
    settings = library.settings

    def started(library: Library) -> GuiApplication:
        gui = GuiApplication(library, settings, qapp)
        gui.start()
        qtbot.waitUntil(lambda: gui.albums.loaded)
        return gui

    def ended(gui: GuiApplication) -> None:
        with qtbot.waitSignal(gui.ended, timeout=30_000):
            gui.end()
        for each in (gui.window, gui):
            each.deleteLater()

    gui = started(library)
    gui.window.resize(gui.window.minimumWidth(), 700)
    albums, tracks = gui.window.page(places.ALBUMS), gui.window.page(places.TRACKS)
    assert isinstance(albums, AlbumsPage)
    assert isinstance(tracks, TracksPage)
    albums._choose_sort(AlbumSort.TITLE)
    tracks.table.header.set_order(((TrackColumn.BPM, True), (TrackColumn.KEY, False)))
    tracks.table.set_plan(tracks.table.plan.showing(TrackColumn.LABEL, True).moved(TrackColumn.LABEL, -9))
    tracks.table.set_row_height("row_compact")
    kept = tracks.remembered()
    gui.window.open_page(places.ALBUM, album)
    ended(gui)

    gui = started(open_library(settings))
    qtbot.waitUntil(lambda: gui.window.current_page is gui.window.page(places.ALBUM))
    assert gui.window.height() == 700
    albums, tracks = gui.window.page(places.ALBUMS), gui.window.page(places.TRACKS)
    assert albums.remembered()["sort"] == "title"
    assert tracks.remembered() == kept
    assert kept["order"] == [["bpm", True], ["key", False]]
    gui.library.library.remove_album(album)
    ended(gui)

    gui = started(open_library(settings))
    assert gui.window.current_page is gui.window.page(places.ALBUMS), "the album is gone"
    gui.window.open_page(places.SETTINGS, "matching")
    ended(gui)
    (settings.data_dir / window_memory.FILE).write_text("{ this is no JSON")

    gui = started(open_library(settings))
    assert gui.window.current_page is gui.window.page(places.ALBUMS)
    ended(gui)


def test_new_work_wakes_the_worker_and_its_rows_arrive(
    qtbot: QtBot, gui: GuiApplication, library: Library
) -> None:
    gui.start()
    qtbot.waitUntil(lambda: gui.albums.loaded)
    album_id = add_album(library, "Later", [("A", "One")])
    gui.shell.refresh([], [album_id])
    gui.shell.work_arrived()
    qtbot.waitUntil(lambda: gui.albums.get(album_id) is not None)


def test_what_comes_into_a_watched_folder_is_shown(
    qtbot: QtBot, gui: GuiApplication, library: Library, tmp_path: Path
) -> None:
    write_wav(tmp_path / "music" / "1.wav", artist="Ilium", title="One", album="Psi")
    gui.start()
    qtbot.waitUntil(lambda: gui.albums.loaded and gui.worker.isRunning())
    gui.preferences.update(music_folders=(tmp_path / "music",))
    qtbot.waitUntil(gui.watching.worker.isRunning, timeout=30_000)
    gui.watching.worker.updated.emit(WatchUpdate((), library.scan.scan([tmp_path / "music"])))
    qtbot.waitUntil(lambda: len(gui.albums) == 1)
    gui.preferences.update(watch_folders=False)
    assert gui.library.settings.watched_folders == ()


def test_settings_count_at_once(
    qtbot: QtBot, gui: GuiApplication, library: Library, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/ws/2/recording").respond_with_json({"recordings": []})
    add_album(library, "Hafenklang", [("Mira Voss", "Auftakt")])
    gui.start()
    qtbot.waitUntil(lambda: bool(library.enrichment.summary().waiting))
    only_there = {
        "disabled_providers": ("deezer", "itunes", "coverart"),
        "musicbrainz_url": "http://127.0.0.1:9",
    }
    gui.preferences.update(online=True, **only_there)
    gui.preferences.update(musicbrainz_url=httpserver.url_for("/ws/2"))
    gui.preferences.update(source_precedence=("manual", "deezer", "musicbrainz"))
    qtbot.waitUntil(lambda: any(request.path == "/ws/2/recording" for request, _ in httpserver.log))
    off = {each.name: each.off for each in library.enrichment.summary().providers}
    assert off == {
        "musicbrainz": None,
        "coverart": Off.SETTINGS,
        "deezer": Off.SETTINGS,
        "itunes": Off.SETTINGS,
        "spotify": Off.NO_ACCOUNT,
    }
    saved = load_settings({"data_dir": library.settings.data_dir})
    assert saved == library.settings == gui.preferences.settings


def test_it_ends_in_time_whatever_runs(qtbot: QtBot, gui: GuiApplication, library: Library) -> None:
    names = [(f"Artist {n}", f"Title {n}") for n in range(300)]
    gui.start()
    gui.commands.run(lambda: add_album(library, "Big", names))
    begun = time.monotonic()
    with qtbot.waitSignal(gui.ended, timeout=30_000) as ended:
        gui.shutdown.start()
        gui.shutdown.start()
    assert ended.args == [True]
    assert time.monotonic() - begun < ENDS_WITHIN_S
    assert not gui.window.isVisible()
    assert not gui.worker.isRunning()


def test_an_answer_that_comes_while_it_ends_begins_nothing(qtbot: QtBot, gui: GuiApplication) -> None:
    gui._prepare.setInterval(0)
    with qtbot.waitSignal(gui.ended, timeout=30_000):
        gui.shutdown.start()
        gui.loader.loaded.emit()
    assert gui.window.paste_dialog is None


def test_a_newer_database_is_refused_in_words(qtbot: QtBot, library: Library) -> None:
    error = DatabaseTooNew("This library was written by a newer musiclib. Install that version.")
    box = StartFailed(error, library.settings)
    qtbot.addWidget(box)
    assert box.text() == str(error)
    assert str(library.settings.data_dir) in box.informativeText()


def test_a_file_that_is_no_database_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    from musiclib.errors import DatabaseCorrupt

    settings = Settings(data_dir=tmp_path / "broken")
    settings.data_dir.mkdir()
    (settings.data_dir / "library.sqlite3").write_bytes(b"no database " * 400)
    with pytest.raises(DatabaseCorrupt):
        open_in_background(settings)


def test_the_library_is_called_by_its_place(tmp_path: Path) -> None:
    assert library_name(Settings(data_dir=tmp_path / "Home")) == "Home"
    shared = Settings(data_dir=tmp_path, database_url="postgresql+psycopg://me:secret@host/music")
    assert library_name(shared) == "music"


LONG_PASTE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from musiclib.gui import application
from musiclib.settings import Settings


class Pasting(application.GuiApplication):
    def start(self):
        super().start()
        self.loader.loaded.connect(self.paste)

    def paste(self):
        self.loader.loaded.disconnect(self.paste)
        lines = (f"[{n // 60}:{n % 60:02}] Artist {n} - Title {n} (Dub) [LABEL]" for n in range(5_000))
        self.shell.paste("\\n".join(lines))
        self.window.paste_dialog.session.read.connect(self.import_it)
        if sys.argv[2] == "read":
            QTimer.singleShot(300, lambda: print("now", flush=True))

    def import_it(self):
        self.window.paste_dialog.import_now()
        if sys.argv[2] == "import":
            QTimer.singleShot(300, lambda: print("now", flush=True))


if __name__ == "__main__":
    application.GuiApplication = Pasting
    sys.exit(application.run_gui(Settings(data_dir=Path(sys.argv[1]), online=False), sys.argv[:1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("stage", ["read", "import"])
def test_a_long_paste_does_not_hold_the_end_up(data_dir: Path, stage: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-c", LONG_PASTE, str(data_dir), stage],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    if process.stdout.readline() != b"now\n":
        pytest.fail(f"it ended before: {process.communicate(timeout=60)[1].decode()}, {process.returncode}")
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors.decode()
    assert time.monotonic() - begun < ENDS_WITHIN_S
    assert "QThread" not in errors.decode()
    library = open_library(Settings(data_dir=data_dir, online=False))
    try:
        drafts, albums = library.imports.drafts(), library.library.load_albums()
        # In the library as a whole, or not at all and then kept as it was pasted.
        assert [row.counts.total for row in albums] == ([] if drafts else [5_000])
    finally:
        library.close()


LOADING = """
import sys
from pathlib import Path
from musiclib.gui import application
from musiclib.settings import Settings


class Telling(application.GuiApplication):
    def start(self):
        super().start()
        self.loader.loaded.connect(lambda: print("loaded", flush=True))


if __name__ == "__main__":
    application.GuiApplication = Telling
    sys.exit(application.run_gui(Settings(data_dir=Path(sys.argv[1]), online=False), sys.argv[:1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_and_leaves_none(data_dir: Path, number: signal.Signals) -> None:
    import psutil

    process = subprocess.Popen(
        [sys.executable, "-c", LOADING, str(data_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"loaded\n"
    children = psutil.Process(process.pid).children(recursive=True)
    begun = time.monotonic()
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors.decode()
    assert time.monotonic() - begun < ENDS_WITHIN_S
    assert errors.decode() == ""
    assert [child for child in children if child.is_running()] == []


RESTORING = """
import sys
from pathlib import Path
from musiclib.gui import application
from musiclib.gui.pages.settings_page import LIBRARY
from musiclib.settings import Settings
from tests.gui.conftest import add_album

begun = []


class Restoring(application.GuiApplication):
    def start(self):
        super().start()
        begun.append(self)
        step = (self.back_up_and_change, self.spoil, self.tell)[len(begun) - 1]
        self.loader.loaded.connect(step)

    def back_up_and_change(self):
        add_album(self.library, "Kept", [("A", "One")])
        backup = self.library.backups.make().path
        add_album(self.library, "Not kept", [("B", "Two")])
        self.shell.restore(backup)

    def spoil(self):
        print(self.window.toast.accessibleName().split(".")[0], [row.title for row in self.albums.rows()])
        damaged = self.library.settings.backup_dir / "damaged.sqlite3"
        damaged.write_bytes(b"no database " * 400)
        self.shell.restore(damaged)

    def tell(self):
        print("damaged" in self.window.toast.accessibleName(), [row.title for row in self.albums.rows()])
        self.end()


if __name__ == "__main__":
    application.GuiApplication = Restoring
    sys.exit(application.run_gui(Settings(data_dir=Path(sys.argv[1]), online=False), sys.argv[:1]))
"""


def test_a_backup_is_put_back_and_the_window_opens_again(data_dir: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", RESTORING, str(data_dir)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    first, second = ended.stdout.splitlines()
    assert first.startswith("Restored from musiclib-")
    assert first.endswith("['Kept']")
    assert second == "True ['Kept']"
    assert len(list(data_dir.glob("library.replaced-*.sqlite3"))) == 1


def test_the_mark_in_the_sidebar_is_the_icon(qtbot: QtBot, gui: GuiApplication) -> None:
    gui.theme.set_preference("light")
    gui.window.show()
    (logo,) = gui.window.findChildren(Logo)
    shown = logo.grab().toImage()
    icon = QIcon(str(resources_dir() / ICON_FILE)).pixmap(logo.size()).toImage()
    middle = range(4, logo.width() - 4)
    assert [shown.pixelColor(x, x) for x in middle] == [icon.pixelColor(x, x) for x in middle]
    gui.theme.set_preference("dark")
    assert logo.grab().toImage() != shown
