"""One album: its head and its list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.rows import AlbumDetail, AlbumRow, TrackRow
from musiclib.errors import KnownError
from musiclib.gui import shell as places
from musiclib.gui.acts import AlbumActs, TrackActs
from musiclib.gui.context import AppContext
from musiclib.gui.models.track_columns import ALBUM_LAYOUT
from musiclib.gui.models.track_table import AlbumTrackModel, Places, places_of
from musiclib.gui.pages.base import Page
from musiclib.gui.steps import Steps
from musiclib.gui.widgets.album_head import AlbumHead
from musiclib.gui.widgets.controls import ElidedLabel, button, icon_button, label
from musiclib.gui.widgets.fetch_button import FetchButton
from musiclib.gui.widgets.inspector_button import InspectorButton
from musiclib.gui.widgets.track_menu import show_track_menu
from musiclib.gui.widgets.track_table import TrackTable
from musiclib.services.art_types import ArtOf

_HEAD_EVERY_MS = 80
"""Many tracks change at once; the head is written anew after all of them, less often on long lists."""
_TRACKS_PER_MS = 8
_AT_ONCE = 250
Listed = tuple[AlbumDetail, list[TrackRow], Places]
"""An album, the tracks of its list, and where each stands."""


class AlbumPage(Page):
    """Head, table; the inspector beside it follows the current row."""

    has_inspector = True

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._album_id: AlbumId | None = None
        self._seen: AlbumId | None = None
        """The album that has been read."""
        self._asked: AlbumId | None = None
        """The album that is being read."""
        self._overtaken = False
        """Whether it has become another meanwhile, as far as is known."""
        self._wanted_track: TrackId | None = None
        self._told: TrackId | None = None
        """The track that was named as the chosen one."""
        self._moving = range(0)
        """Where rows will stand that are being moved."""
        self._acts = AlbumActs(context, self)
        self._track_acts = TrackActs(context, self)
        self.model = AlbumTrackModel(context.tracks, ALBUM_LAYOUT, context.now, self)
        self.model.set_notation(context.preferences.settings.key_notation)
        context.preferences.changed.connect(self._on_settings)
        self.head = AlbumHead(context, self._top_bar())
        self.table = TrackTable(context, self.model, ALBUM_LAYOUT, movable=True)
        self.table.setAccessibleName(self.tr("Tracks of the album"))
        self.head.track_chosen.connect(self._choose_place)
        self.table.track_chosen.connect(self._on_chosen)
        self.table.move_wanted.connect(self._move)
        context.shell.refresh_wanted.connect(self._on_refresh)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_track_menu)
        context.pulse.beat.connect(self._turn)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.table, 1)
        self._bind_keys()
        self._unread: list[TrackRow] = []
        """Of the list that is shown, in its order; the store has not got them yet."""
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._take_tracks)
        self._after = Steps(self)
        self._head_due = QTimer(self, singleShot=True, interval=_HEAD_EVERY_MS)
        self._head_due.timeout.connect(self._show_current_head)
        for signal in (context.albums.changed, context.albums.reset, context.albums.removed):
            signal.connect(self._on_albums)
        context.tracks.changed.connect(self._on_tracks)
        context.tracks.added.connect(self._on_tracks)
        context.tracks.reset.connect(self._tell_chosen)

    @property
    def album_id(self) -> AlbumId | None:
        return self._album_id

    def open(self, argument: object = None) -> None:
        """Show the album of this id; None shows the last one again."""
        if isinstance(argument, UUID):
            album_id = AlbumId(argument)
            if album_id != self._album_id:
                self._album_id = album_id
                self._moving = range(0)
                self.model.show(None)
            self._read()
        self.table.setFocus()

    def step(self, by: int) -> None:
        self.table.step(by)

    def choose_track(self, track_id: TrackId) -> None:
        """Make this track the current one, as soon as the list is there."""
        self._wanted_track = track_id
        self._choose_wanted()

    def _top_bar(self) -> QWidget:
        theme = self.context.theme
        bar = QWidget()
        bar.setFixedHeight(theme.size("topbar"))
        row = QHBoxLayout(bar)
        row.setContentsMargins(theme.space(4), 0, theme.space(6), 0)
        row.setSpacing(theme.space(2))
        back = icon_button(theme, "arrow-left", self.tr("Back to albums"), "Alt+Left")
        back.clicked.connect(lambda: self.context.shell.open_page(places.ALBUMS))
        row.addWidget(back)
        crumb = button(theme, self.tr("Albums"), kind="crumb")
        crumb.clicked.connect(lambda: self.context.shell.open_page(places.ALBUMS))
        row.addWidget(crumb)
        row.addWidget(label(theme, "/", "body", "tertiary"))
        self._crumb = ElidedLabel(theme, "", "title_in_row")
        row.addWidget(self._crumb, 1)
        self.fetch = FetchButton(self.context)
        row.addWidget(self.fetch)
        edit = button(theme, self.tr("Edit album"), "columns")
        edit.clicked.connect(self._edit)
        row.addWidget(edit)
        self._more = icon_button(theme, "dots-three", self.tr("More"), kind="")
        self._more.clicked.connect(self._show_menu)
        row.addWidget(self._more)
        row.addWidget(InspectorButton(self.context))
        return bar

    def _bind_keys(self) -> None:
        for keys, act in (
            ("Alt+Left", lambda: self.context.shell.open_page(places.ALBUMS)),
            ("Del", self._remove_tracks),
        ):
            shortcut = QShortcut(
                QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
            shortcut.activated.connect(act)

    def _read(self) -> None:
        album_id, library = self._album_id, self.context.library.library
        if album_id is None:
            return

        def read() -> Listed:
            detail, tracks = library.album_with_tracks(album_id)
            return detail, tracks, places_of(detail.entries)

        self._asked = album_id
        self.context.commands.run(read, self._show, self._gone)

    @Slot(object)
    def _show(self, read: Listed) -> None:
        detail, self._unread, listed = read
        if detail.album.id != self._album_id:
            self._unread = []
            return
        self._seen, self._asked = detail.album.id, None
        overtaken, self._overtaken = self._overtaken, False
        self._head_due.setInterval(_HEAD_EVERY_MS + len(detail.entries) // _TRACKS_PER_MS)
        current = self.table.current_track()
        if self._wanted_track is None and current is not None:
            self._wanted_track = current.id
        changed = self.model.entries() != list(detail.entries)
        if changed:
            self.model.show(detail, listed)
        show_head = partial(self._show_head, self.context.albums.get(detail.album.id) or detail.album)
        if len(detail.entries) > _AT_ONCE:
            self._after.start([show_head])
        else:
            show_head()
        if self._moving and changed:
            self._wanted_track = None
            self.table.choose_places(self._moving)
            self._moving = range(0)
        self._choose_wanted()
        self._take_tracks()
        if overtaken:
            self._on_albums()

    def _take_tracks(self) -> None:
        """A screen of tracks with the list, the others of a long one by and by."""
        some, self._unread = self._unread[:_AT_ONCE], self._unread[_AT_ONCE:]
        self.context.tracks.apply(some)
        if self._unread:
            self._next.start()

    def _move(self, before: int) -> None:
        """Put the selected rows before that one; one move at a time."""
        album_id, library, chosen = self._album_id, self.context.library.library, self.table.chosen_places()
        if album_id is None or not chosen or self._moving:
            return
        entries = self.model.entries()
        places = [(place + 1, entries[place].track_id) for place in chosen]
        first = before - sum(place < before for place in chosen)
        wanted = range(first, first + len(chosen))
        if list(wanted) == chosen:
            return
        self._moving = wanted
        self._track_acts.run(lambda: library.move_entries(album_id, places, before + 1), self._not_moved)

    def _not_moved(self, error: KnownError) -> None:
        self._moving = range(0)
        self.context.shell.toast(str(error))
        self._read()

    def _on_refresh(self, _tracks: Sequence[TrackId] | None, albums: Sequence[AlbumId] | None) -> None:
        """A person changed something, or took it back: the order of the list may be another."""
        if self.isVisible() and (albums is None or self._album_id in albums):
            self._read()

    def _gone(self, error: KnownError) -> None:
        """An album that was in view went by what somebody just did, and was told of."""
        if self._seen != self._album_id:
            self.context.shell.toast(str(error))
        self._album_id = self._seen = self._asked = None
        if self.isVisible():
            self.context.shell.open_page(places.ALBUMS)

    def _show_head(self, row: AlbumRow) -> None:
        self._crumb.setText(row.title)
        rows = self.model.rows()
        self.head.show_album(row, rows)
        self.fetch.show_album(row.id, rows)

    def _choose_wanted(self) -> None:
        if not self.model.rowCount():
            return
        place = self.model.place_of(self._wanted_track) if self._wanted_track is not None else None
        if place is not None or not self.table.currentIndex().isValid():
            self.table.choose_place(place or 0)
        if place is not None:
            self._wanted_track = None

    def _choose_place(self, place: int) -> None:
        self.table.choose_place(place)
        self.table.setFocus()

    def _on_chosen(self, track_id: TrackId | None) -> None:
        place = self.table.currentIndex().row() if track_id is not None else None
        self.head.skyline.set_chosen(place)
        if self.isVisible():
            self._told = track_id
            self.context.shell.choose_track(track_id)

    def _tell_chosen(self) -> None:
        """The list may be there before its tracks: then the chosen one is told when they come."""
        current = self.table.current_track()
        if current is not None and self._told is None and self.isVisible():
            self._on_chosen(current.id)

    def _on_albums(self, ids: Sequence[AlbumId] = ()) -> None:
        if self._album_id is None or (ids and self._album_id not in ids):
            return
        row = self.context.albums.get(self._album_id)
        if row is not None:
            self._tell_head()
            if row.counts.total != self.model.rowCount():
                if self._asked == self._album_id:
                    self._overtaken = True
                else:
                    self._read()
        elif self.isVisible():
            self.context.shell.open_page(places.ALBUMS)

    def _on_tracks(self, ids: Sequence[TrackId]) -> None:
        if self._album_id is None or not any(self.model.place_of(each) is not None for each in ids):
            return
        self._tell_head()
        self._tell_chosen()

    def _tell_head(self) -> None:
        if not self._head_due.isActive():
            self._head_due.start()

    def _show_current_head(self) -> None:
        row = self.context.albums.get(self._album_id) if self._album_id is not None else None
        if row is not None and self.isVisible():
            self._show_head(row)

    def _on_settings(self) -> None:
        self.model.set_notation(self.context.preferences.settings.key_notation)

    def _turn(self, turn: float) -> None:
        if self.isVisible():
            self.table.turn(turn)

    def _edit(self) -> None:
        if self._album_id is not None:
            self.context.shell.edit_album(self._album_id)

    def _remove_tracks(self) -> None:
        if self._album_id is not None:
            self._track_acts.remove_from_album(self._album_id, self.table.chosen_tracks())

    def _show_menu(self) -> None:
        row = self.context.albums.get(self._album_id) if self._album_id is not None else None
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(
            self.tr("Resume looking up") if row.paused else self.tr("Pause looking up"),
            lambda: self._acts.pause([row], not row.paused),
        )
        menu.addAction(self.tr("Look up all again"), lambda: self._track_acts.retry(self._listed()))
        menu.addAction(self.tr("Analyse all again"), lambda: self._track_acts.analyse_again(self._listed()))
        menu.addAction(self.tr("Art"), lambda: self.context.shell.choose_art(ArtOf(row.id), row.title))
        menu.addAction(
            self.tr("Fetch it from addresses or a ZIP file"),
            lambda: self.context.shell.bring_audio(row.id),
        )
        menu.addAction(self.tr("Write tags into files\tCtrl+T"), self.write_tags)
        menu.addAction(self.tr("Copy as text"), self._copy)
        menu.addSeparator()
        menu.addAction(self.tr("Remove from library"), lambda: self._acts.remove([row]))
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height())))

    def write_tags(self) -> bool:
        """Of the chosen tracks if there are several, else of the whole album."""
        chosen = self.table.chosen_ids()
        if self._album_id is not None:
            self._track_acts.write_tags(chosen if len(chosen) > 1 else self._listed(), self._album_id)
        return self._album_id is not None

    def _listed(self) -> list[TrackId]:
        return [entry.track_id for entry in self.model.entries()]

    def _copy(self) -> None:
        lines = []
        for place, row in enumerate(self.model.rows(), 1):
            version = f" ({row.version})" if row.version else ""
            lines.append(f"{place}. {row.artist} - {row.title}{version}")
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.context.shell.toast(self.tr("Copied {n} lines").format(n=len(lines)))

    def _show_track_menu(self, at: QPoint) -> None:
        rows = self.table.chosen_tracks()
        if rows:
            place = self.table.viewport().mapToGlobal(at)
            ids = self.table.chosen_ids()
            show_track_menu(self, self._track_acts, rows, ids, place, self._album_id, self.table.shift_chosen)
