"""A real library in a temporary folder under a window, and detectors of what a test leaves behind."""

from __future__ import annotations

import functools
import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QThread, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from musiclib.bootstrap import Library, open_library
from musiclib.domain.ids import AlbumId
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.gui.account import Account
from musiclib.gui.collecting import Collecting
from musiclib.gui.commands import CommandQueue
from musiclib.gui.context import AppContext
from musiclib.gui.downloads import Downloads
from musiclib.gui.loader import Loader
from musiclib.gui.main_window import MainWindow
from musiclib.gui.pages.makers import PAGES
from musiclib.gui.preferences import Preferences
from musiclib.gui.previews import Previews
from musiclib.gui.pulse import Pulse
from musiclib.gui.reading import Reading
from musiclib.gui.shell import Shell
from musiclib.gui.stores import AlbumStore, TrackStore
from musiclib.gui.theme import Theme
from musiclib.gui.thumbnails import Thumbnails
from musiclib.gui.tokens import Tokens
from musiclib.services.import_types import ImportRequest, NewAlbum
from musiclib.settings import Settings

_GRACE_S = 10.0
_PATIENCE_MS = 30_000


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no fault: nothing that still runs is given up, and freed under its own feet."""
    monkeypatch.setattr("musiclib.gui.application._DEADLINE_MS", _PATIENCE_MS)
    for name in ("waitUntil", "waitSignal"):
        patient = functools.partialmethod(getattr(QtBot, name), timeout=_PATIENCE_MS)
        monkeypatch.setattr(QtBot, name, patient)


@pytest.fixture(autouse=True)
def _no_stray_qt(request: pytest.FixtureRequest) -> Iterator[None]:
    """A thread that runs or a timer that ticks after the test has ended fails it.

    As in the program, no garbage is collected on the thread of a worker: it may hold the widgets of an
    earlier test, and to free one there while the window's thread shows another can stop both for ever.
    """
    of_qt = bool({"qapp", "qtbot"} & set(request.fixturenames))
    gc.disable()
    if of_qt:
        # What is alive between two tests is no test's garbage: each looks only through its own objects.
        gc.collect()
        gc.freeze()
    yield
    gc.enable()
    if not of_qt:
        return
    if QGuiApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyClick(QWidget(), Qt.Key.Key_F35)  # Qt would take the last test's Ctrl for held
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    end = time.monotonic() + _GRACE_S
    while stray := _stray():
        gc.collect()
        assert time.monotonic() < end, f"left behind: {', '.join(stray)}"
        QCoreApplication.processEvents()


def _stray() -> list[str]:
    threads = _kinds(QThread)
    found = []
    for each in gc.get_objects():
        kind = type(each)
        if kind is QTimer and isValid(each) and each.isActive():
            found.append(f"timer of {each.parent()!r}")
        elif kind in threads and isValid(each) and each.isRunning():
            found.append(f"thread {each.objectName()}")
    return found


def _kinds(kind: type) -> set[type]:
    return {kind}.union(*map(_kinds, kind.__subclasses__()))


@pytest.fixture
def library(data_dir: Path) -> Iterator[Library]:
    opened = open_library(Settings(data_dir=data_dir, online=False))
    yield opened
    opened.close()


@pytest.fixture
def context(qapp: QApplication, library: Library) -> Iterator[AppContext]:
    theme = Theme(Tokens.load(), "light")
    theme.apply(qapp)
    commands, reading = CommandQueue(), Reading(library.browsing.interrupt)
    tracks, albums = TrackStore(), AlbumStore()
    art = Thumbnails(theme, library.art)
    previews = Previews(library.art)
    shell = Shell()
    made = AppContext(
        library=library,
        commands=commands,
        reading=reading,
        tracks=tracks,
        albums=albums,
        theme=theme,
        art=art,
        previews=previews,
        preferences=Preferences(library.settings, lambda _: None, commands),
        shell=shell,
        account=Account(
            library.accounts, library.account_check, lambda: datetime.now(UTC), lambda _address: None
        ),
        pulse=Pulse(theme, albums),
        downloads=Downloads(library, commands, tracks, albums),
        collecting=Collecting(library, shell),
        now=lambda: datetime.now(UTC),
    )
    yield made
    made.account.request_stop()
    made.collecting.request_stop()
    assert made.collecting.wait(30_000)
    assert made.account.wait(30_000)
    for part in (art, previews, reading):
        part.request_stop()
        assert part.wait(30_000)
    commands.request_stop()
    assert commands.wait(30_000)


class NoPasteDialog:
    """Stands where the paste dialog would be and remembers what it was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.files: list[list[str]] = []

    def open_with(self, text: str) -> None:
        self.texts.append(text)

    def open_files(self, paths: list[str]) -> None:
        self.files.append(paths)

    def remembered(self) -> dict[str, object]:
        return {}

    def recall(self, held: Mapping[str, object]) -> None:
        pass

    def stop(self) -> None:
        pass

    def wait(self, ms: int) -> bool:
        return True


@pytest.fixture
def paste() -> NoPasteDialog:
    return NoPasteDialog()


@pytest.fixture
def window(qtbot: QtBot, context: AppContext, paste: NoPasteDialog) -> Iterator[MainWindow]:
    made = MainWindow(context, PAGES, lambda _context, _window: paste, "test")
    loader = Loader(context.library, context.commands, context.reading, context.tracks, context.albums, made)
    context.shell.refresh_wanted.connect(loader.refresh)
    made.resize(1440, 900)
    made.show()
    yield made
    made.hide()
    if made.art_dialog is not None:
        made.art_dialog.work.request_stop()
        assert made.art_dialog.work.wait(30_000)
    made.deleteLater()


def add_album(library: Library, title: str, names: Sequence[tuple[str, str]]) -> AlbumId:
    """Import a list of (artist, title) as a new album."""
    rows = tuple(
        ParsedTrack(artist=artist, title=name, position=str(place))
        for place, (artist, name) in enumerate(names, 1)
    )
    return library.imports.commit(ImportRequest(rows, "pasted text", NewAlbum(title))).album_id


def load(qtbot: QtBot, context: AppContext) -> None:
    """Bring all albums of the library into their store and wait for them."""
    with qtbot.waitSignal(context.albums.complete):
        context.shell.refresh()
