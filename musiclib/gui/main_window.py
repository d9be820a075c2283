"""The frame around the pages: sidebar, content, inspector, strip."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.pages.base import Page
from musiclib.gui.widgets.activity_strip import ActivityStrip
from musiclib.gui.widgets.overlays import Toast
from musiclib.gui.widgets.sidebar import NavEntry, Sidebar

PageFactory = Callable[[AppContext], Page]

_SIDEBAR_OF = {places.ALBUM: places.ALBUMS, places.BUCKETS: places.ALBUMS}
_NARROW_BELOW = 1040


class MainWindow(QMainWindow):
    """Fulfils what pages ask of the `Shell`. `close_wanted` is sent instead of closing at once."""

    close_wanted = Signal()

    def __init__(self, context: AppContext, pages: Mapping[str, PageFactory], library_name: str) -> None:
        super().__init__()
        self._context = context
        self._factories = dict(pages)
        self._pages: dict[str, Page] = {}
        theme = context.theme
        self.setWindowTitle("musiclib")
        self.setMinimumSize(*theme.tokens.window_min())
        self.resize(1440, 900)
        self.sidebar = Sidebar(theme, library_name, self._nav_entries(), self._settings_entry())
        self.sidebar.page_chosen.connect(self.open_page)
        self.stack = QStackedWidget()
        self.stack.setObjectName("content")
        self.strip = ActivityStrip(theme)
        self.strip.open_wanted.connect(lambda: self.open_page(places.ACTIVITY))
        self.toast = Toast(theme, self.stack)
        self._lay_out()
        shell = context.shell
        shell.page_wanted.connect(self.open_page)
        shell.toast_wanted.connect(self.toast.tell)
        context.albums.reset.connect(self._count)
        context.albums.added.connect(self._count)
        context.albums.removed.connect(self._count)
        context.tracks.reset.connect(self._count)
        context.tracks.added.connect(self._count)
        context.tracks.removed.connect(self._count)
        self._count()

    def open_page(self, name: str, argument: object = None) -> None:
        """Bring a page into view, making it at its first visit."""
        page = self._pages.get(name)
        if page is None:
            page = self._pages[name] = self._factories[name](self._context)
            self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        self.sidebar.set_current(_SIDEBAR_OF.get(name, name))
        page.open(argument)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.close_wanted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sidebar.set_narrow(self.width() < _NARROW_BELOW)

    def _nav_entries(self) -> list[NavEntry]:
        known = [
            (places.ALBUMS, self.tr("Albums"), "disc"),
            (places.TRACKS, self.tr("Tracks"), "playlist"),
            (places.ACTIVITY, self.tr("Activity"), "activity"),
        ]
        entries: list[NavEntry] = []
        for key, words, icon in known:
            if key in self._factories:
                sequence = QKeySequence(f"Ctrl+{len(entries) + 1}")
                native = sequence.toString(QKeySequence.SequenceFormat.NativeText)
                entries.append(NavEntry(key, words, icon, native))
                self._bind(sequence, partial(self.open_page, key))
        return entries

    def _settings_entry(self) -> NavEntry:
        sequence = QKeySequence("Ctrl+,")
        self._bind(sequence, lambda: self.open_page(places.SETTINGS))
        native = sequence.toString(QKeySequence.SequenceFormat.NativeText)
        return NavEntry(places.SETTINGS, self.tr("Settings"), "gear-six", native)

    def _bind(self, sequence: QKeySequence, act: Callable[[], None]) -> None:
        shortcut = QShortcut(sequence, self, context=Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(act)

    def _lay_out(self) -> None:
        central = QWidget()
        central.setObjectName("window")
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(self.stack, 1)
        column.addLayout(row, 1)
        column.addWidget(self.strip)
        self.setCentralWidget(central)

    def _count(self) -> None:
        self.sidebar.set_count(places.ALBUMS, len(self._context.albums))
        self.sidebar.set_count(places.TRACKS, len(self._context.tracks))
