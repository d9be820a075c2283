"""All albums, as tiles or rows."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain.ids import AlbumId
from musiclib.domain.states import BadgeState
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.acts import AlbumActs
from musiclib.gui.context import AppContext
from musiclib.gui.models.album_grid import AlbumGridModel, AlbumGroup, AlbumSort
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.empty import FirstRun, NothingHere
from musiclib.gui.widgets.album_view import AlbumView
from musiclib.gui.widgets.album_views import AlbumGrid, AlbumList
from musiclib.gui.widgets.chips import ChipRow, FilterChip
from musiclib.gui.widgets.controls import SearchField, SegmentedControl, button, label, top_bar
from musiclib.gui.window_memory import Held
from musiclib.services.art_types import ArtOf
from musiclib.services.tag_types import TagSelection

_SEARCH_WIDTH = 300


class AlbumsPage(Page):
    """Top bar, chips, and the grid or the list; the first-run page while there is no album."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.model = AlbumGridModel(context.albums, self)
        self._acts = AlbumActs(context, self)
        self._group: AlbumGroup | None = None
        self._sort = AlbumSort.ADDED
        self._all = FilterChip(context.theme, self.tr("All"))
        self._chips = self._make_chips()
        self.grid = AlbumGrid(context, self.model)
        self.list = AlbumList(context, self.model)
        self._nothing = NothingHere(
            context.theme,
            self.tr("No album fits."),
            self.tr("Take a chip off or change the search."),
            self.tr("Show all albums"),
        )
        self._nothing.acted.connect(self._show_all)
        self._views = QStackedWidget()
        for view in (self.grid, self.list):
            view.album_opened.connect(context.shell.open_album)
            view.menu_wanted.connect(self._show_menu)
            self._views.addWidget(view)
        self._views.addWidget(self._nothing)
        self._view: AlbumView = self.grid
        self._full = QWidget()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._full)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._lay_out()
        self._bind_keys()
        context.albums.on_any_change(self._count)
        context.albums.complete.connect(self._count)
        self._count()

    def open(self, argument: object = None) -> None:
        if isinstance(argument, AlbumGroup):
            self._choose_group(argument)
        if self._stack.currentWidget() is self._full:
            self._view.setFocus()
        else:
            self._first_run.take_focus()

    def remembered(self) -> Held:
        view = "grid" if self._view is self.grid else "list"
        return {"sort": self._sort.value, "view": view, "tile": self.grid.least}

    def recall(self, held: Held) -> None:
        if held.get("sort") in set(AlbumSort):
            self._choose_sort(AlbumSort(held["sort"]))
        if isinstance(held.get("tile"), int):
            self.grid.set_least(held["tile"])
        if held.get("view") == "list":
            self._switch.choose("list")
            self._view = self.list
            self._show_fitting()

    def focus_search(self) -> None:
        self._search.setFocus()
        self._search.selectAll()

    @cached_property
    def _first_run(self) -> FirstRun:
        """Made for those who see it: a start with albums need not wait for it."""
        made = FirstRun(self.context)
        self._stack.addWidget(made)
        return made

    def _lay_out(self) -> None:
        theme = self.context.theme
        margin = theme.space(6)
        column = QVBoxLayout(self._full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top_bar())
        self._sorting = self._sort_button()
        chips = ChipRow(theme, [self._all, *self._chips.values()], self._sorting)
        chips.setFixedHeight(theme.size("chips_row"))
        chips.setContentsMargins(margin, 0, margin, theme.space(1))
        column.addWidget(chips)
        inner = QHBoxLayout()
        inner.setContentsMargins(margin - theme.size("tile_gap_x") // 2, 0, 0, 0)
        inner.addWidget(self._views)
        column.addLayout(inner, 1)

    def _top_bar(self) -> QWidget:
        theme = self.context.theme
        bar, row = top_bar(theme, self.tr("Albums"))
        self._total = label(theme, "", "section", "tertiary")
        self._total.setFont(theme.regular("section"))
        row.addWidget(self._total)
        row.addStretch(1)
        self._search = SearchField(theme, self.tr("Search albums and artists"))
        self._search.setMaximumWidth(_SEARCH_WIDTH)
        self._search.setMinimumWidth(_SEARCH_WIDTH // 2)
        self._search.textChanged.connect(self._filter)
        row.addWidget(self._search, 1)
        self._switch = SegmentedControl(
            theme,
            (("grid", self.tr("Tiles"), "squares-four"), ("list", self.tr("List"), "list-bullets")),
            self.tr("View"),
        )
        self._switch.chosen.connect(self._show_view)
        row.addWidget(self._switch)
        paste = button(theme, self.tr("Paste tracklist"), "clipboard-text", "primary", shortcut="Ctrl+V")
        paste.clicked.connect(lambda: self.context.shell.paste(""))
        row.addWidget(paste)
        return bar

    def _make_chips(self) -> dict[AlbumGroup, FilterChip]:
        theme = self.context.theme
        known = {
            AlbumGroup.COMPLETE: (self.tr("Complete"), BadgeState.DONE, ""),
            AlbumGroup.IN_PROGRESS: (self.tr("In progress"), BadgeState.RUNNING, ""),
            AlbumGroup.NEEDS_YOU: (
                self.tr("Need you"),
                BadgeState.REVIEW,
                self.tr("A track is to be decided upon or broken, whatever else is missing."),
            ),
            AlbumGroup.WAITING: (self.tr("Waiting"), BadgeState.WAITING, ""),
            AlbumGroup.PARTIAL: (
                self.tr("Partial"),
                BadgeState.PARTIAL,
                self.tr("Every track was found, some facts are missing."),
            ),
            AlbumGroup.NOT_FOUND: (
                self.tr("With gaps"),
                BadgeState.NOT_FOUND,
                self.tr("Nothing is left to do, but some tracks were not found or have no name yet."),
            ),
        }
        self._all.setChecked(True)
        self._all.clicked.connect(lambda: self._choose_group(None))
        chips = {}
        for group, (words, state, meaning) in known.items():
            made = FilterChip(theme, words, state, meaning)
            made.clicked.connect(lambda on=False, group=group: self._choose_group(group if on else None))
            chips[group] = made
        return chips

    def _sort_button(self) -> QPushButton:
        menu = QMenu(self)
        actions = QActionGroup(menu)
        known = {
            AlbumSort.ADDED: self.tr("Recently added"),
            AlbumSort.TITLE: self.tr("Title"),
            AlbumSort.ARTIST: self.tr("Artist"),
            AlbumSort.YEAR: self.tr("Newest release"),
            AlbumSort.UNFINISHED: self.tr("Least complete"),
        }
        made = button(self.context.theme, known[AlbumSort.ADDED], "caret-down", "flat", "true")
        made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        for sort, words in known.items():
            action = QAction(words, actions, checkable=True)
            action.setChecked(sort is AlbumSort.ADDED)
            action.triggered.connect(lambda _on=False, sort=sort: self._choose_sort(sort))
            menu.addAction(action)
        made.setMenu(menu)
        made.setAccessibleName(self.tr("Sort albums"))
        return made

    def _choose_sort(self, sort: AlbumSort) -> None:
        self._sort = sort
        self.model.set_sort(sort)
        action = self._sorting.menu().actions()[list(AlbumSort).index(sort)]
        action.setChecked(True)
        self._sorting.setText(action.text())

    def _bind_keys(self) -> None:
        for keys, act in (
            (QKeySequence.StandardKey.ZoomIn, lambda: self.grid.zoom(1)),
            (QKeySequence.StandardKey.ZoomOut, lambda: self.grid.zoom(-1)),
            (QKeySequence(Qt.Key.Key_Delete), lambda: self._acts.remove(self._view.chosen_albums())),
        ):
            shortcut = QShortcut(keys, self._views, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _choose_group(self, group: AlbumGroup | None) -> None:
        self._group = group
        self._all.setChecked(group is None)
        for each, chip in self._chips.items():
            chip.setChecked(each is group)
        self._filter()

    def _show_all(self) -> None:
        self._search.clear()
        self._choose_group(None)

    def _filter(self) -> None:
        self.model.set_filter(self._group, self._search.text())
        self._show_fitting()

    def _show_view(self, key: str) -> None:
        self._view = self.grid if key == "grid" else self.list
        self._show_fitting()
        self._view.setFocus()

    def _show_fitting(self) -> None:
        empty = self.model.rowCount() == 0
        self._views.setCurrentWidget(self._nothing if empty else self._view)

    def _count(self) -> None:
        counts = self.model.group_counts()
        total = sum(counts.values())
        self._all.set_count(total)
        self._total.setText(wording.number(total))
        for group, chip in self._chips.items():
            chip.set_count(counts[group])
        empty = total == 0 and self.context.albums.loaded
        focused = self._view.hasFocus()
        self._stack.setCurrentWidget(self._first_run if empty else self._full)
        if empty and focused:
            self._first_run.take_focus()
        self._show_fitting()

    def write_tags(self) -> bool:
        rows = self._view.chosen_albums()
        if len(rows) == 1:
            self.context.shell.write_tags(TagSelection(album_id=rows[0].id), rows[0].title)
        return len(rows) == 1

    def _show_menu(self, at: QPoint) -> None:
        rows = self._view.chosen_albums()
        if not rows:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(rows) == 1:
            album_id: AlbumId = rows[0].id
            menu.addAction(self.tr("Open"), lambda: self.context.shell.open_album(album_id))
            menu.addAction(
                self.tr("Edit album"), lambda: self.context.shell.open_page(places.BUCKETS, album_id)
            )
            title = rows[0].title
            menu.addAction(self.tr("Art"), lambda: self.context.shell.choose_art(ArtOf(album_id), title))
            menu.addAction(self.tr("Write tags into files\tCtrl+T"), self.write_tags)
        paused = all(row.paused for row in rows)
        menu.addAction(
            self.tr("Resume looking up") if paused else self.tr("Pause looking up"),
            lambda: self._acts.pause(rows, not paused),
        )
        menu.addSeparator()
        menu.addAction(self.tr("Remove from library"), lambda: self._acts.remove(rows))
        menu.popup(at)
