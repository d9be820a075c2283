"""Puts the window together and takes it apart again."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QThread, QTimer, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from musiclib.bootstrap import Library, open_library
from musiclib.domain.ids import AlbumId
from musiclib.errors import BugError, KnownError
from musiclib.gui import memory, window_memory, wording
from musiclib.gui import shell as places
from musiclib.gui.account import Account, OpenAddress, open_in_browser
from musiclib.gui.care import Care
from musiclib.gui.collecting import Collecting
from musiclib.gui.collector import Collector
from musiclib.gui.commands import CommandQueue
from musiclib.gui.context import AppContext
from musiclib.gui.crash import CrashReporter, StartFailed
from musiclib.gui.downloads import Downloads
from musiclib.gui.dropped import sorted_out
from musiclib.gui.fetching import Fetching
from musiclib.gui.importing import Importing, import_all
from musiclib.gui.loader import Loader
from musiclib.gui.main_window import MainWindow, PasteDialog
from musiclib.gui.pages.makers import IMPORTED_BEFORE, IMPORTED_EARLY, PAGES
from musiclib.gui.preferences import Preferences
from musiclib.gui.previews import Previews
from musiclib.gui.pulse import Pulse
from musiclib.gui.reading import Reading
from musiclib.gui.shell import Shell
from musiclib.gui.shutdown import Part, ShutdownSequence, SignalNotifier
from musiclib.gui.stores import AlbumStore, TrackStore
from musiclib.gui.theme import Theme
from musiclib.gui.threads import RunnerThread
from musiclib.gui.thumbnails import Thumbnails
from musiclib.gui.tokens import ICON_FILE, Tokens, resources_dir
from musiclib.gui.watching import Watching
from musiclib.gui.work import Jobs, StripTeller
from musiclib.runners.updates import RunnerUpdate
from musiclib.services.account_types import AccountState
from musiclib.services.backups import restore_library
from musiclib.settings import Settings, default_data_dir, save_settings

_log = logging.getLogger(__name__)

_DEADLINE_MS = 2000
_SWITCH_S = 0.0002
_CANNOT_START = 1
_WORK_AFTER_MS = 50
"""A window system asks for a painting a frame after something changed: work begins behind the first."""
_PREPARE_AFTER_MS = 400
_BEGIN_AGAIN_AFTER_MS = 800
"""Settings are changed one after the other; the worker begins again once, after the last."""
_OF_THE_WINDOW = {"theme", "key_notation", "music_folders", "review_go_on"}
"""Settings the worker knows nothing of."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class Opening(QThread):
    """Opens the library, which may upgrade it first, without holding the screen up.

    `told` is what to say of the `backup` that was to be put back before.
    """

    def __init__(self, settings: Settings, backup: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("opening")
        self._settings, self._backup = settings, backup
        self.library: Library | None = None
        self.error: Exception | None = None
        self.told = ""

    def run(self) -> None:
        try:
            if self._backup is not None:
                self._restore(self._backup)
            self.library = open_library(self._settings)
        except Exception as error:  # noqa: BLE001 - told, or raised again, by `opened`
            self.error = error

    def _restore(self, backup: Path) -> None:
        """Without success, the library stays as it was and is opened again."""
        try:
            kept = restore_library(self._settings, backup)
        except KnownError as error:
            _log.warning("the backup was not put back: %s", error)
            self.told = str(error)
            return
        self.told = self.tr("Restored from {name}.").format(name=backup.name)
        if kept is not None:
            self.told += " " + self.tr("The library of before is kept as {name}.").format(name=kept.name)

    def opened(self) -> Library:
        """The open library, once the thread has ended; raises what went wrong."""
        if self.error is not None:
            raise self.error
        if self.library is None:
            raise BugError("the library was not opened")
        return self.library


class _Chain:
    """Parts that are stopped together and waited for as one."""

    def __init__(self, stop: Callable[[], object], wait: Callable[[int], bool]) -> None:
        self._stop, self._wait = stop, wait

    def request_stop(self) -> None:
        self._stop()

    def wait(self, ms: int) -> bool:
        return self._wait(ms)


class GuiApplication(QObject):
    """The window with everything behind it. `ended` is sent when nothing runs any more."""

    ended = Signal(bool)

    def __init__(
        self,
        library: Library,
        settings: Settings,
        app: QApplication,
        open_address: OpenAddress = open_in_browser,
    ) -> None:
        """`open_address` opens addresses in the person's browser."""
        super().__init__()
        self.library = library
        self.commands = CommandQueue(self)
        self.reading = Reading(library.browsing.interrupt, self)
        self.tracks, self.albums = TrackStore(self), AlbumStore(self)
        self.theme = Theme(Tokens.load(), settings.theme, self)
        self.theme.apply(app)
        self.preferences = Preferences(
            settings, partial(save_settings, settings.settings_file), self.commands, self
        )
        self.shell = Shell(self)
        self.art = Thumbnails(self.theme, library.art, self)
        self.previews = Previews(library.art, self)
        self.downloads = Downloads(library, self.commands, self.tracks, self.albums, self)
        self.context = AppContext(
            library,
            self.commands,
            self.reading,
            self.tracks,
            self.albums,
            self.theme,
            self.art,
            self.previews,
            self.preferences,
            self.shell,
            Account(library.accounts, library.account_check, utc_now, open_address, self),
            Pulse(self.theme, self.albums, self),
            self.downloads,
            Collecting(library, self.shell, self),
            utc_now,
        )
        self.loader = Loader(library, self.commands, self.reading, self.tracks, self.albums, self)
        self.jobs = Jobs(self.context, self)
        self.window = MainWindow(self.context, PAGES, _paste_dialog, library_name(settings))
        self.fetching = Fetching(self.context, self.window, self)
        self.teller = StripTeller(self.window.strip, self.context, self)
        self.worker = RunnerThread("enrichment", library.enrichment_runner, self)
        self.watching = Watching(self.context, self)
        self.care = Care(self.context, self)
        self.backup: Path | None = None
        """To be put in the place of the library once everything has ended."""
        self._importing = Importing(IMPORTED_EARLY, self)
        self._prepare = QTimer(self, singleShot=True, interval=_PREPARE_AFTER_MS)
        self._begin_again = QTimer(self, singleShot=True, interval=_BEGIN_AGAIN_AFTER_MS)
        close_last = _Chain(self._close_library, self.commands.wait)
        self.shutdown = ShutdownSequence(self._parts, ("commands", close_last), _DEADLINE_MS, self)
        self._connect()

    def end(self, _asked_by: object = None) -> None:
        """Begin to shut down."""
        self.shutdown.start()

    def start(self) -> None:
        """Show the window as it was last, read the library, and let the worker begin."""
        page, album = self.window.recall(window_memory.read(self.preferences.settings.data_dir))
        self.window.open_page(places.ALBUMS if album is not None else page)
        if album is not None:
            self.loader.first_albums.connect(partial(self._open_last, page, album))
        self.window.show()
        self.loader.load_all(album)

    @Slot()
    def _go_on(self) -> None:
        """What can wait until the first screen is painted."""
        QTimer.singleShot(_WORK_AFTER_MS, self, self._begin_work)

    def _begin_work(self) -> None:
        if self.shutdown.running:
            return
        self._read_summary()
        self.downloads.load()
        self.worker.start()
        self.downloads.worker.start()
        self.watching.follow()
        self.care.begin()
        self.commands.run(partial(import_all, IMPORTED_BEFORE), self._import)

    @Slot(object)
    def _import(self, _nothing: object) -> None:
        if not self.shutdown.running:
            self._importing.start()

    def _open_last(self, page: str, album: AlbumId) -> None:
        """The album of last time, if it is still there and nobody went elsewhere meanwhile."""
        here = self.window.current_page
        if self.albums.get(album) is not None and here is self.window.page(places.ALBUMS):
            self.window.open_page(page, album)

    def _connect(self) -> None:
        shell = self.shell
        shell.refresh_wanted.connect(self.loader.refresh)
        self.loader.first_albums.connect(self._go_on)
        self.loader.loaded.connect(lambda: self.commands.run(memory.give_back))
        self._importing.finished.connect(self._prepare.start)
        self._prepare.timeout.connect(self.window.prepare)
        shell.work_there.connect(self._on_work)
        shell.work_changed.connect(self.worker.restart)
        self._begin_again.timeout.connect(self.worker.restart)
        self._begin_again.timeout.connect(self.downloads.worker.restart)
        shell.demo_wanted.connect(self.jobs.make_demo)
        shell.listen_wanted.connect(self.jobs.listen)
        shell.sync_wanted.connect(self.jobs.sync)
        shell.files_wanted.connect(self._take_files)
        shell.restore_wanted.connect(self._restore)
        self.commands.told.connect(self._tell)
        self.reading.told.connect(self._tell)
        self.jobs.failed.connect(shell.toast)
        self.jobs.progressed.connect(self.teller.show_job)
        self.worker.updated.connect(self._on_update)
        self.worker.failed.connect(shell.toast)
        self.window.strip.pause_wanted.connect(self._pause)
        self.window.strip.cancel_wanted.connect(self.jobs.cancel)
        self.window.close_wanted.connect(self.shutdown.start)
        self.preferences.changed.connect(self._on_settings)
        self.context.account.access_changed.connect(self._on_access)
        self.worker.restarted.connect(self.context.account.sources_are_new)
        self.loader.loaded.connect(self._look_at_account)
        self.shutdown.started.connect(self._on_closing)
        self.shutdown.ended.connect(self.ended)

    @Slot(object)
    def _on_update(self, update: RunnerUpdate) -> None:
        self.tracks.news(update.tracks)
        self.albums.apply(update.albums)
        if update.summary is not None:
            self.teller.show_summary(update.summary)

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        before = self.library.settings
        self.library.use(settings)
        if settings.theme != self.theme.preference:
            self.theme.set_preference(settings.theme)
        if before.model_dump(exclude=_OF_THE_WINDOW) != settings.model_dump(exclude=_OF_THE_WINDOW):
            self._begin_again.start()
        if not self.shutdown.running:
            self.watching.follow()

    @Slot()
    def _on_access(self) -> None:
        if self.worker.isRunning():
            self.worker.restart()
        else:
            self.context.account.sources_are_new()

    @Slot()
    def _look_at_account(self) -> None:
        if self.preferences.settings.spotify_client_id:
            self.context.account.changed.connect(
                self._warn_of_account, Qt.ConnectionType.SingleShotConnection
            )
            self.context.account.look()

    @Slot()
    def _warn_of_account(self) -> None:
        """A sign-in ends after six months, whoever watches."""
        status = self.context.account.status
        if status is not None and (status.ends_soon or status.state is AccountState.SIGN_IN_AGAIN):
            from musiclib.gui.pages.settings_page import ACCOUNTS

            go = partial(self.shell.open_page, places.SETTINGS, ACCOUNTS)
            self.shell.toast(status.detail, self.tr("Sign in"), go)

    @Slot(object)
    def _tell(self, error: KnownError) -> None:
        self.shell.toast(str(error))

    @Slot(object)
    def _restore(self, backup: Path) -> None:
        self.backup = backup
        self.shutdown.start()

    @Slot()
    def _on_work(self) -> None:
        self.worker.wake()
        self._read_summary()

    def _read_summary(self) -> None:
        self.commands.run(self.library.enrichment.summary, self.teller.show_summary)

    def _pause(self, paused: bool) -> None:
        service = self.library.enrichment
        self.commands.run(service.pause_all if paused else service.resume_all, self._on_paused)

    @Slot(object)
    def _on_paused(self, _nothing: object) -> None:
        self._on_work()

    def _take_files(self, paths: list[str]) -> None:
        self.commands.run(partial(sorted_out, paths), self._on_sorted)

    @Slot(object)
    def _on_sorted(self, found: tuple[list[str], list[Path], list[str]]) -> None:
        lists, folders, zips = found
        for path in zips:
            self.shell.take_zip(path)
        if folders:
            known = self.preferences.settings.music_folders
            self.preferences.update(music_folders=tuple(dict.fromkeys([*known, *folders])))
            self.jobs.scan(folders)
        if lists:
            self.window.paste_files(lists)
        elif not folders and not zips:
            told = self.tr("There is no list, folder or ZIP file among these. Drop one of those.")
            self.shell.toast(told)

    def _parts(self) -> Sequence[tuple[str, Part]]:
        parts: list[tuple[str, Part]] = [
            ("enrichment", self.worker),
            ("downloads", self.downloads.worker),
            ("watching", self.watching.worker),
            ("care", self.care.work),
            ("reading", self.reading),
            ("art", self.art),
            ("previews", self.previews),
            ("account", self.context.account),
            ("collecting", self.context.collecting),
            ("tags", self.window.tags.work),
            ("pages", _Chain(lambda: None, self.window.wait)),
        ]
        if self.jobs.thread_object is not None:
            parts.append(("job", self.jobs.thread_object))
        if self.window.art_dialog is not None:
            parts.append(("art dialog", self.window.art_dialog.work))
        dialog = self.window.paste_dialog
        if dialog is not None:
            parts.append(("paste", _Chain(dialog.stop, dialog.wait)))
        return parts

    @Slot()
    def _on_closing(self) -> None:
        self._importing.stop()
        self.window.ahead.stop()
        for timer in (self._prepare, self._begin_again):
            timer.stop()
            timer.blockSignals(True)  # an answer that comes now would start it, and it something to wait for
        self.fetching.end()
        self.shell.closing.emit()
        keep = partial(window_memory.write, self.preferences.settings.data_dir, self.window.remembered())
        self.commands.run(keep)
        self.window.hide()

    def _close_library(self) -> None:
        self.commands.run(self.library.close)
        self.commands.request_stop()


def _paste_dialog(context: AppContext, window: QWidget) -> PasteDialog:
    from musiclib.gui.dialogs.paste_import.dialog import PasteImportDialog

    return PasteImportDialog(context, window)


def library_name(settings: Settings) -> str:
    """What the sidebar calls the library: the place it lies at."""
    if settings.database_url:
        return settings.database_url.rpartition("@")[2].rpartition("/")[2] or settings.database_url
    if settings.data_dir == default_data_dir():
        return wording.translate("Home library")
    return settings.data_dir.name


def make_application(argv: Sequence[str]) -> QApplication:
    """Qt itself, in the style all themes build on."""
    memory.keep_small()
    # The GUI thread asks for the interpreter lock more often than a computing thread gives it up.
    sys.setswitchinterval(_SWITCH_S)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(list(argv))
    app.setApplicationName("musiclib")
    app.setApplicationDisplayName("musiclib")
    app.setDesktopFileName("musiclib")
    app.setWindowIcon(QIcon(str(resources_dir() / ICON_FILE)))
    app.setStyle("Fusion")
    app.setQuitOnLastWindowClosed(False)
    return app


def open_in_background(settings: Settings) -> Library:
    """Open the library while events go on; raises what `open_library` raises."""
    return _run(Opening(settings)).opened()


def _run(opening: Opening) -> Opening:
    loop = QEventLoop()
    opening.finished.connect(loop.quit)
    opening.start()
    loop.exec()
    opening.wait()
    return opening


def run_gui(settings: Settings, argv: Sequence[str]) -> int:
    """Open the window and stay until it is closed. 0, or 1 when the library cannot be opened.

    It opens again when a backup is to be put back, which needs the library closed.
    """
    app = make_application(argv)
    crashes = CrashReporter(settings)
    backup: Path | None = None
    try:
        while True:
            opening = _run(Opening(settings, backup))
            try:
                library = opening.opened()
            except KnownError as error:
                _log.error("cannot open the library: %s", error)
                sys.stderr.write(f"{error}\n")
                theme = Theme(Tokens.load(), settings.theme)
                theme.apply(app)
                failed = StartFailed(error, settings)
                theme.dress(failed)
                failed.exec()
                backup = failed.chosen
                if backup is None:
                    return _CANNOT_START
                continue
            gui = _run_window(app, library, settings, opening.told)
            if gui.backup is None:
                return 0
            settings, backup = gui.preferences.settings, gui.backup
            for each in (gui.window, gui):
                each.deleteLater()
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    finally:
        crashes.close()


def _run_window(app: QApplication, library: Library, settings: Settings, told: str) -> GuiApplication:
    """Until the window is closed and everything behind it has ended."""
    gui = GuiApplication(library, settings, app)
    signals = SignalNotifier()
    signals.asked_to_end.connect(gui.end)
    app.commitDataRequest.connect(gui.end)
    in_time: list[bool] = []
    gui.ended.connect(in_time.append)
    gui.ended.connect(lambda _in_time: QTimer.singleShot(0, app.exit))
    collector = Collector(app)
    gui.start()
    if told:
        gui.shell.toast(told)
    app.exec()
    signals.close()
    collector.close()
    if not all(in_time):
        if gui.backup is not None:
            _log.error("the backup was not put back: not everything ended in time")
        # A thread that hangs would bring the process down in Qt's destructors; the database does not mind.
        logging.shutdown()
        os._exit(0)
    return gui
