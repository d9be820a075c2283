"""The frame around the pages: sidebar, content, inspector, strip."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from PySide6.QtCore import QByteArray, QEvent, Qt, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.rows import LibraryCounts, TrackDetail
from musiclib.domain.track_query import TrackQuery, parse_query
from musiclib.gui import key_sheet
from musiclib.gui import shell as places
from musiclib.gui.acts import Acts
from musiclib.gui.art_work import Take
from musiclib.gui.attention import Attention
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.command_palette import Command, CommandPalette
from musiclib.gui.dialogs.shortcut_sheet import ShortcutSheet
from musiclib.gui.inspector.panel import Inspector
from musiclib.gui.models.library_counts import LibraryTally
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.makers import PageFactory
from musiclib.gui.smart_albums import SmartAlbums
from musiclib.gui.steps import APART_MS, Steps
from musiclib.gui.tag_work import TagDialogs
from musiclib.gui.widgets.activity_strip import ActivityStrip
from musiclib.gui.widgets.choosers import choose_file, choose_folder
from musiclib.gui.widgets.controls import polish
from musiclib.gui.widgets.nav_item import NavEntry
from musiclib.gui.widgets.overlays import Toast
from musiclib.gui.widgets.sidebar import Sidebar
from musiclib.gui.window_memory import Held, part
from musiclib.services.art_types import ArtOf

if TYPE_CHECKING:
    from musiclib.gui.dialogs.art_dialog import ArtDialog


def _album_id(text: object) -> AlbumId | None:
    try:
        return AlbumId(UUID(text)) if isinstance(text, str) else None
    except ValueError:
        return None


_SIDEBAR_OF = dict.fromkeys((places.ALBUM, places.BUCKETS), places.ALBUMS) | dict.fromkeys(
    (places.BY_EAR, places.BULK, places.DUPLICATES), places.TRACKS
)
_OF_AN_ALBUM = frozenset({places.ALBUM, places.BUCKETS})
_PASTE = "paste"
_FIRST_SIZE = (1440, 900)
_NARROW_BELOW = 1040
_DRAWER_BELOW = 1200
_MADE_AHEAD = (places.ALBUM, places.DOWNLOADS)


class PasteDialog(Protocol):
    """What the window asks of the paste dialog."""

    def open_with(self, text: str) -> None: ...
    def open_files(self, paths: list[str]) -> None: ...
    def remembered(self) -> Held: ...
    def recall(self, held: Held) -> None: ...
    def stop(self) -> None: ...
    def wait(self, ms: int) -> bool: ...


class MainWindow(QMainWindow):
    """Fulfils what pages ask of the `Shell`. `close_wanted` is sent instead of closing at once."""

    close_wanted = Signal()

    def __init__(
        self,
        context: AppContext,
        pages: Mapping[str, PageFactory],
        make_paste_dialog: Callable[[AppContext, QWidget], PasteDialog],
        library_name: str,
    ) -> None:
        super().__init__()
        self._context = context
        self._factories = dict(pages)
        self._pages: dict[str, Page] = {}
        self._held: dict[str, Held] = {}
        self._here: tuple[str, object] = (places.ALBUMS, None)
        self._make_paste_dialog = make_paste_dialog
        self._paste_dialog: PasteDialog | None = None
        self.art_dialog: ArtDialog | None = None
        """The dialog to choose pictures in, once it has been opened."""
        self.tags = TagDialogs(context, self)
        self._acts = Acts(context, self)
        self.ahead = Steps(self, APART_MS)
        self._attention = Attention(context, self)
        self._tally = LibraryTally(context.tracks, context.reading, context.library.browsing.counts, self)
        self._commands: list[Command] = []
        self._drawer_open = False
        self._inspector_wanted = True
        theme = context.theme
        self.setWindowTitle("musiclib")
        self.setMinimumSize(*theme.tokens.window_min())
        self.setAcceptDrops(True)
        self._build_commands()
        self.sidebar = Sidebar(theme, library_name, self._nav_entries(), self._settings_entry())
        self.sidebar.page_chosen.connect(self.open_page)
        self.sidebar.needs_you_chosen.connect(self._show_what_needs_you)
        self.smart = SmartAlbums(context, self.sidebar.smart, self, self._focus_search)
        self.smart.shown.connect(self._mark_place)
        self.stack = QStackedWidget()
        self.stack.setObjectName("content")
        self.inspector = Inspector(context)
        self.inspector.close_wanted.connect(self._toggle_inspector)
        self.inspector.step_wanted.connect(self._step)
        self.strip = ActivityStrip(theme)
        self.strip.open_wanted.connect(lambda: self.open_page(places.ACTIVITY))
        self.strip.set_openable(places.ACTIVITY in self._factories)
        self.toast = Toast(theme, self.stack, self._foot_height)
        self.stack.currentChanged.connect(self.toast.settle)
        self._lay_out()
        self._connect()
        theme.dress(self)
        self.resize(*_FIRST_SIZE)
        self._count()
        self.smart.load()

    @property
    def paste_dialog(self) -> PasteDialog | None:
        """The paste dialog, once it has been opened."""
        return self._paste_dialog

    def wait(self, ms: int) -> bool:
        """Wait for the threads of the pages; False if one takes longer."""
        return all(page.wait(ms) for page in self._pages.values())

    def prepare(self) -> None:
        """Make what is opened most often before somebody waits for it."""
        makers: list[Callable[[], object]] = [self._dialog]
        makers += [partial(self.page, name) for name in _MADE_AHEAD if name in self._factories]
        for make in makers:
            self.ahead.start([make, partial(polish, make)])

    def page(self, name: str) -> Page:
        """A page, made if it was never open."""
        page = self._pages.get(name)
        if page is None:
            page = self._pages[name] = self._factories[name](self._context)
            self.stack.addWidget(page)
            page.recall(self._held.pop(name, {}))
        return page

    @property
    def current_page(self) -> Page | None:
        widget = self.stack.currentWidget()
        return widget if isinstance(widget, Page) else None

    def _foot_height(self) -> int:
        page = self.current_page
        return page.foot_height() if page is not None else 0

    def page_names(self) -> list[str]:
        return list(self._factories)

    def open_page(self, name: str, argument: object = None) -> None:
        """Bring a page into view, making it at its first visit."""
        page = self.page(name)
        self._here = name, argument
        self.stack.setCurrentWidget(page)
        self._place_inspector()
        page.open(argument)
        self._mark_place()
        self._attention.look_at_album(getattr(page, "album_id", None) if name == places.ALBUM else None)

    def _mark_place(self) -> None:
        """In the sidebar: the smart album whose search is shown, else the page."""
        name, _ = self._here
        if name != places.TRACKS or not self.sidebar.smart.set_current(self.smart.current):
            self.sidebar.set_current(_SIDEBAR_OF.get(name, name))

    def remembered(self) -> Held:
        """What the window and its pages are like, for `recall` at the next start."""
        name, argument = self._here
        held: dict[str, object] = {each: dict(page.remembered()) for each, page in self._pages.items()}
        held |= {each: dict(kept) for each, kept in self._held.items()}
        if self._paste_dialog is not None:
            held[_PASTE] = dict(self._paste_dialog.remembered())
        return held | {
            "page": name,
            "album": str(argument) if name in _OF_AN_ALBUM and isinstance(argument, UUID) else None,
            "geometry": bytes(self.saveGeometry().toBase64().data()).decode("ascii"),
            "inspector": self._inspector_wanted,
        }

    def recall(self, held: Held) -> tuple[str, AlbumId | None]:
        """Be as it was; returns the page that was open, and its album.

        What pages were like they are told when they are made.
        """
        self._held = {name: part(held, name) for name in (*self._factories, _PASTE)}
        for name, page in self._pages.items():
            page.recall(self._held.pop(name, {}))
        geometry = held.get("geometry")
        if isinstance(geometry, str):
            self.restoreGeometry(QByteArray.fromBase64(QByteArray(geometry.encode("ascii", "ignore"))))
        self._inspector_wanted = held.get("inspector") is not False
        name = str(held.get("page"))
        album = _album_id(held.get("album"))
        if name not in self._factories or (name in _OF_AN_ALBUM and album is None):
            return places.ALBUMS, None
        return name, album

    def paste(self, text: str = "") -> None:
        """Open the paste dialog with this text, or with the clipboard's."""
        self._dialog().open_with(text)

    def paste_files(self, paths: list[str]) -> None:
        """Open the paste dialog with list files."""
        self._dialog().open_files(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.close_wanted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sidebar.set_narrow(self.width() < _NARROW_BELOW)
        self._place_inspector()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if event.source() is None and (mime.hasUrls() or mime.hasText()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        mime = event.mimeData()
        paths = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        if paths:
            self._context.shell.open_files(paths)
        elif mime.hasText():
            self.paste(mime.text())
        event.acceptProposedAction()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            page = self.current_page
            if page is not None:
                page.update()

    def _dialog(self) -> PasteDialog:
        if self._paste_dialog is None:
            self._paste_dialog = self._make_paste_dialog(self._context, self)
            self._paste_dialog.recall(self._held.pop(_PASTE, {}))
        return self._paste_dialog

    @Slot(object)
    def show_neighbours(self, track_id: TrackId) -> None:
        """Open what goes with a track."""
        from musiclib.gui.dialogs.neighbours import NeighboursDialog

        dialog = NeighboursDialog(self._context, self)
        dialog.closed.connect(dialog.deleteLater)
        dialog.ask(track_id)

    @Slot(object)
    def _open_packs(self, query: TrackQuery) -> None:
        from musiclib.gui.dialogs.packs import open_packs

        open_packs(self._context, self, query)

    def _find_neighbours(self) -> None:
        if self.inspector.track_id is not None:
            self.show_neighbours(self.inspector.track_id)
        else:
            self.toast.tell(self.tr("Choose a track first."))

    def _write_tags(self) -> None:
        if self.current_page is None or not self.current_page.write_tags():
            self.toast.tell(self.tr("Choose tracks or an album first."))

    @Slot(object, str, object)
    def _choose_art(self, of: ArtOf, name: str, take: Take | None) -> None:
        if self.art_dialog is None:
            from musiclib.gui.dialogs.art_dialog import ArtDialog

            self.art_dialog = ArtDialog(self._context, self)
        self.art_dialog.ask(of, name, take)

    def _build_commands(self) -> None:
        def add(words: str, keys: str, act: Callable[[], object], *, group: str) -> None:
            self._commands.append(Command(words, group, keys, act))
            if keys:
                shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WindowShortcut)
                shortcut.activated.connect(act)

        shell, here = self._context.shell, self.tr("Window")
        add(self.tr("Paste a tracklist"), "Ctrl+V", self.paste, group=self.tr("Add"))
        edit, history = self.tr("Edit"), partial(self.open_page, places.ACTIVITY, "history")
        add(self.tr("Undo the last change"), "Ctrl+Z", shell.undo, group=edit)
        add(self.tr("Do again what was undone"), "Ctrl+Shift+Z", shell.redo, group=edit)
        add(self.tr("All changes, to undo or do again"), "Ctrl+H", history, group=edit)
        add(self.tr("Search on this page"), "Ctrl+F", self._focus_search, group=here)
        add(self.tr("Show or hide the inspector"), "Ctrl+I", self._toggle_inspector, group=here)
        add(self.tr("Next pane"), "F6", self._next_pane, group=here)
        add(self.tr("All shortcuts"), "?", self.show_shortcuts, group=here)
        add(self.tr("Commands"), "Ctrl+K", self.show_commands, group=here)
        add(self.tr("What goes with this track"), "Ctrl+G", self._find_neighbours, group=here)
        add(self.tr("Read all rows again"), "F5", shell.refresh, group=here)
        add(self.tr("Open a list file"), "Ctrl+O", shell.choose_list, group=self.tr("Add"))
        add(self.tr("Add a music folder"), "Ctrl+D", shell.choose_folder, group=self.tr("Add"))
        add(self.tr("Make the sample library"), "Ctrl+L", shell.make_demo, group=self.tr("Add"))
        collecting, collect = self._context.collecting, self.tr("Collect")
        add(self.tr("Find Spotify links"), "", collecting.start_spotify, group=collect)
        add(self.tr("Ask Beatport"), "", collecting.start_beatport, group=collect)
        runs = partial(self.open_page, places.ACTIVITY, places.COLLECTION)
        add(self.tr("Collection runs, and files saved from Beatport"), "", runs, group=collect)
        add(self.tr("Write tags into files"), "Ctrl+T", self._write_tags, group=edit)
        if places.BULK in self._factories:
            change_many = partial(self.open_page, places.BULK, places.EVERYTHING)
            add(self.tr("Change many tracks at once"), "", change_many, group=edit)
        if places.BY_EAR in self._factories:
            to_ear = partial(self.open_page, places.BY_EAR)
            add(self.tr("Decide tempo and key by ear"), "Ctrl+E", to_ear, group=edit)
        duplicates = partial(self.open_page, places.DUPLICATES)
        add(self.tr("Find duplicates"), "Ctrl+Shift+D", duplicates, group=edit)
        add(self.tr("Make a pack by popularity"), "Ctrl+Shift+P", shell.make_pack, group=edit)
        add(self.tr("Quit"), "Ctrl+Q", self.close_wanted.emit, group=here)

    def _nav_entries(self) -> list[NavEntry]:
        known = [
            (places.ALBUMS, self.tr("Albums"), "disc"),
            (places.TRACKS, self.tr("Tracks"), "playlist"),
            (places.ARTISTS, self.tr("Artists"), "users"),
            (places.GENRES, self.tr("Genres"), "tag"),
            (places.REVIEW, self.tr("Review"), "checks"),
            (places.DOWNLOADS, self.tr("Downloads"), "download-simple"),
            (places.ACTIVITY, self.tr("Activity"), "activity"),
            (places.QUALITY, self.tr("Data quality"), "chart-bar"),
        ]
        entries: list[NavEntry] = []
        for key, words, icon in known:
            if key in self._factories:
                entries.append(self._entry(key, words, icon, f"Ctrl+{len(entries) + 1}"))
        return entries

    def _settings_entry(self) -> NavEntry:
        return self._entry(places.SETTINGS, self.tr("Settings"), "gear-six", "Ctrl+,")

    def _entry(self, key: str, words: str, icon: str, keys: str) -> NavEntry:
        sequence = QKeySequence(keys)
        act = partial(self.open_page, key)
        QShortcut(sequence, self, context=Qt.ShortcutContext.WindowShortcut).activated.connect(act)
        self._commands.append(
            Command(self.tr("Go to {page}").format(page=words), self.tr("Pages"), keys, act)
        )
        shown = sequence.toString(QKeySequence.SequenceFormat.NativeText)
        return NavEntry(key, words, icon, shown, asks=key == places.REVIEW)

    def _lay_out(self) -> None:
        central = QWidget()
        central.setObjectName("window")
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        self._row.addWidget(self.sidebar)
        self._row.addWidget(self.stack, 1)
        self._row.addWidget(self.inspector)
        column.addLayout(self._row, 1)
        column.addWidget(self.strip)
        self.setCentralWidget(central)

    def _connect(self) -> None:
        context, shell = self._context, self._context.shell
        shell.page_wanted.connect(self.open_page)
        shell.toast_wanted.connect(self.toast.tell)
        shell.paste_wanted.connect(self.paste)
        shell.choice_wanted.connect(self._choose)
        shell.track_chosen.connect(self.inspector.show_track)
        shell.album_of_wanted.connect(self._open_album_of)
        shell.undo_wanted.connect(self._acts.take_back)
        shell.redo_wanted.connect(self._acts.do_again)
        shell.inspector_wanted.connect(self._toggle_inspector)
        shell.art_wanted.connect(self._choose_art)
        shell.neighbours_wanted.connect(self.show_neighbours)
        shell.packs_wanted.connect(self._open_packs)
        context.albums.on_any_change(self._count)
        self._tally.changed.connect(self._count)
        context.downloads.rows.on_any_change(self._count_downloads)

    def _count(self) -> None:
        counts = self._tally.counts or LibraryCounts(0, 0, 0)
        self.sidebar.set_count(places.ALBUMS, len(self._context.albums))
        self.sidebar.set_count(places.TRACKS, counts.tracks)
        self.sidebar.set_count(places.REVIEW, counts.review)
        self.sidebar.needs_you.show_count(counts.needs_you)

    def _count_downloads(self) -> None:
        under_way = sum(row.finished_at is None for row in self._context.downloads.rows.rows())
        self.sidebar.set_count(places.DOWNLOADS, under_way or None)

    def _show_what_needs_you(self) -> None:
        """Decisions first; what is broken stands among the tracks."""
        if self._tally.counts is not None and self._tally.counts.review:
            self.open_page(places.REVIEW)
        else:
            self.open_page(places.TRACKS, parse_query(places.NEEDS_YOU))

    def _place_inspector(self) -> None:
        page = self.current_page
        has = page is not None and page.has_inspector
        as_drawer = self.width() < _DRAWER_BELOW
        if as_drawer:
            self._row.removeWidget(self.inspector)
            width = self.inspector.width()
            height = self.stack.height()
            self.inspector.setGeometry(self.width() - width, 0, width, height)
            self.inspector.raise_()
        elif self._row.indexOf(self.inspector) < 0:
            self._row.addWidget(self.inspector)
        shown = has and (self._drawer_open if as_drawer else self._inspector_wanted)
        self.inspector.setVisible(shown)
        self._context.shell.inspector_shown.emit(shown)

    def _toggle_inspector(self) -> None:
        if self.width() < _DRAWER_BELOW:
            self._drawer_open = not self._drawer_open
        else:
            self._inspector_wanted = not self._inspector_wanted
        self._place_inspector()

    def _focus_search(self) -> None:
        page = self.current_page
        if page is not None:
            page.focus_search()

    def _next_pane(self) -> None:
        panes = [self.sidebar, self.stack, self.inspector]
        shown = [pane for pane in panes if pane.isVisible()]
        here = next((place for place, pane in enumerate(shown) if pane.isAncestorOf(self.focusWidget())), -1)
        pane = shown[(here + 1) % len(shown)]
        if pane is self.stack and self.current_page is not None:
            self.current_page.open()
        else:
            target = pane.nextInFocusChain()
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)

    def _step(self, by: int) -> None:
        page = self.current_page
        if page is not None:
            page.step(by)

    def _choose(self, folder: bool) -> None:
        if folder:
            choose_folder(self, self.tr("Add a music folder"), self._open_chosen)
        else:
            choose_file(self, self.tr("Open a list file"), [self.tr("All files (*)")], self._open_chosen)

    def _open_chosen(self, path: str) -> None:
        self._context.shell.open_files([path])

    def _open_album_of(self, track_id: TrackId) -> None:
        library = self._context.library.library
        self._context.commands.run(lambda: library.track(track_id), self._show_album_of)

    @Slot(object)
    def _show_album_of(self, detail: TrackDetail) -> None:
        if detail.albums:
            self.open_page(places.ALBUM, detail.albums[0][0])
            page = self.page(places.ALBUM)
            choose = getattr(page, "choose_track", None)
            if choose is not None:
                choose(detail.row.id)
        else:
            self.toast.tell(self.tr("This track stands on no album's list."))

    def show_commands(self) -> None:
        """Open the list of everything the window can do."""
        CommandPalette(self._context.theme, self._commands, self).present()

    def show_shortcuts(self) -> None:
        """Open the sheet of all keys."""
        groups = key_sheet.groups((each.group, each.keys, each.words) for each in self._commands)
        ShortcutSheet(self._context.theme, groups, self).present()
