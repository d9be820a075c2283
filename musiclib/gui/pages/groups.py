"""Artists, and genres: a list of all, and what the chosen one has beside it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.groups import Group, GroupDetail, Grouping
from musiclib.domain.ids import ArtId, TrackId
from musiclib.domain.track_query import parse_query
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.group_row import GroupDelegate
from musiclib.gui.models.group_list import GroupListModel, GroupSort, Named, by_name
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.empty import NothingHere
from musiclib.gui.reading import Topic
from musiclib.gui.widgets.controls import SearchField, button, label, rule, top_bar
from musiclib.gui.widgets.group_detail import GroupPane
from musiclib.gui.widgets.inspector_button import InspectorButton
from musiclib.gui.widgets.type_ahead import TypeAhead
from musiclib.gui.window_memory import Held

Index = QModelIndex | QPersistentModelIndex
_LIST_WIDTH, _SEARCH_WIDTH = 300, 300
_TRACKS = 500
"""So many of a group's tracks are shown here; the tracks page has them all."""
_CALM_MS = 1500
"""After a change of the library, before everything is counted again."""


class GroupList(QListView):
    """`chosen` when another one is the current one, `entered` when somebody wants to go on in it."""

    chosen = Signal()
    entered = Signal()

    def __init__(self, context: AppContext, model: GroupListModel) -> None:
        super().__init__()
        self.groups = model
        self.setModel(model)
        self.setItemDelegate(GroupDelegate(context.theme, context.art, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._ahead = TypeAhead(context.theme)
        self.activated.connect(self.entered)
        context.theme.changed.connect(self.viewport().update)
        context.art.ready.connect(self._on_art)

    def choose(self, place: int) -> None:
        index = self.groups.index(place)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def current(self) -> Group | None:
        return self.groups.group_at(self.currentIndex().row())

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
        elif event.text() != "/" and (typed := self._ahead.taken(event)):
            place = self.groups.place_starting(typed)
            if place is not None:
                self.choose(place)
        else:
            super().keyPressEvent(event)

    def _on_art(self, _art_id: ArtId | None, _title: str) -> None:
        self.viewport().update()


class GroupsPage(Page):
    has_inspector = True

    grouping: Grouping

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.model = GroupListModel(self)
        self.list = GroupList(context, self.model)
        self.list.chosen.connect(self._show_chosen)
        self.pane = GroupPane(context)
        self.pane.album_opened.connect(context.shell.open_album)
        self.pane.all_wanted.connect(self._show_all_tracks)
        self.pane.table.track_chosen.connect(self._on_track)
        self.pane.table.track_opened.connect(context.shell.open_album_of)
        self.list.entered.connect(self.pane.table.setFocus)
        self._stale = True
        self._again = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._again.timeout.connect(self._read_if_seen)
        self._wanted = ""
        """The key of the group to stand on."""
        self._lay_out()
        context.pulse.beat.connect(self._turn)
        context.preferences.changed.connect(self._on_settings)
        self._on_settings()
        for signal in (context.tracks.stirred, context.tracks.removed, context.tracks.reset):
            signal.connect(self._on_stirred)
        self.installEventFilter(self)

    def words(self) -> tuple[str, str, str]:
        """What the page is called, what its search says, what it says while there is nothing."""
        raise NotImplementedError

    def query_text(self, group: Group) -> str:
        """The search that finds the group's tracks."""
        raise NotImplementedError

    def open(self, argument: object = None) -> None:
        if isinstance(argument, str):
            self._wanted = argument
            self._search.clear()
            self._stand_on_wanted()
        self._read_if_seen()
        self.list.setFocus()
        row = self.pane.table.current_track()
        self.context.shell.choose_track(row.id if row else None)

    def remembered(self) -> Held:
        return {"sort": self.model.order.value, "group": self._wanted}

    def recall(self, held: Held) -> None:
        if held.get("sort") in set(GroupSort):
            self._choose_sort(GroupSort(held["sort"]))
        if isinstance(held.get("group"), str):
            self._wanted = held["group"]

    def focus_search(self) -> None:
        self._search.setFocus()
        self._search.selectAll()

    def step(self, by: int) -> None:
        self.pane.table.step(by)

    # -- looks

    def _lay_out(self) -> None:
        theme, top_bar = self.context.theme, self._top_bar()
        self._nothing = NothingHere(
            theme, self.tr("No name fits."), self.tr("Change the search."), self.tr("Show all")
        )
        self._nothing.acted.connect(self._search.clear)
        self._none_yet = NothingHere(
            theme,
            self.words()[2],
            self.tr("They come with the tracks you paste or add, and while those are looked up."),
            self.tr("Paste tracklist"),
        )
        self._none_yet.acted.connect(lambda: self.context.shell.paste(""))
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list.setFixedWidth(_LIST_WIDTH)
        row.addWidget(self.list)
        row.addWidget(rule("v"))
        row.addWidget(self.pane, 1)
        self._stack = QStackedWidget()
        for each in (both, self._nothing, self._none_yet):
            self._stack.addWidget(each)
        self._both = both
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top_bar)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)

    def _top_bar(self) -> QWidget:
        theme = self.context.theme
        name, search, _ = self.words()
        self.list.setAccessibleName(name)
        bar, row = top_bar(theme, name)
        self._total = label(theme, "", "section", "tertiary")
        self._total.setFont(theme.regular("section"))
        row.addWidget(self._total)
        row.addStretch(1)
        self._search = SearchField(theme, search)
        self._search.setMinimumWidth(_SEARCH_WIDTH // 2)
        self._search.setMaximumWidth(_SEARCH_WIDTH)
        self._search.textChanged.connect(self._filter)
        row.addWidget(self._search, 1)
        self._sorting = self._sort_button()
        row.addWidget(self._sorting)
        row.addWidget(InspectorButton(self.context))
        return bar

    def _sort_button(self) -> QPushButton:
        menu = QMenu(self)
        actions = QActionGroup(menu)
        known = {GroupSort.NAME: self.tr("By name"), GroupSort.TRACKS: self.tr("Most tracks")}
        made = button(self.context.theme, known[GroupSort.NAME], "caret-down", "flat")
        made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        for sort, words in known.items():
            action = QAction(words, actions, checkable=True)
            action.setChecked(sort is GroupSort.NAME)
            action.triggered.connect(partial(self._choose_sort, sort))
            menu.addAction(action)
        made.setMenu(menu)
        made.setAccessibleName(self.tr("Order of the list"))
        return made

    def _choose_sort(self, sort: GroupSort, _on: bool = True) -> None:
        action = self._sorting.menu().actions()[list(GroupSort).index(sort)]
        action.setChecked(True)
        self._sorting.setText(action.text())
        self.model.set_sort(sort)
        self._stand_on_wanted()

    # -- the list

    def _on_stirred(self, _ids: object = None) -> None:
        self._stale = True
        self._again.start()

    def _read_if_seen(self) -> None:
        if self._stale and self.isVisible():
            groups = self.context.library.groups
            self.context.reading.ask(Topic.GROUPS, lambda: by_name(groups.all(self.grouping)), self._take)

    @Slot(object)
    def _take(self, found: list[Named]) -> None:
        self._stale = False
        self.model.show(found)
        self._total.setText(wording.number(self.model.total))
        self._show_fitting()
        self._stand_on_wanted()

    def _filter(self, text: str) -> None:
        self.model.set_filter(text)
        self._show_fitting()
        self._stand_on_wanted()

    def _show_fitting(self) -> None:
        if self.model.rowCount() or not self.model.loaded:
            self._stack.setCurrentWidget(self._both)
        else:
            self._stack.setCurrentWidget(self._nothing if self.model.total else self._none_yet)

    def _stand_on_wanted(self) -> None:
        """The group of before, else the first."""
        if not self.model.rowCount():
            return
        place = self.model.place_of(self._wanted)
        self.list.choose(place or 0)

    # -- the chosen one

    def _show_chosen(self) -> None:
        group = self.list.current()
        if group is None:
            return
        self._wanted = group.key
        if group != self.pane.group:
            self.pane.show_group(group)
            groups = self.context.library.groups
            self.context.reading.ask(
                Topic.GROUP, partial(groups.detail, self.grouping, group, _TRACKS), self._take_detail
            )

    @Slot(object)
    def _take_detail(self, detail: GroupDetail) -> None:
        if detail.group == self.pane.group:
            self.pane.show_detail(detail)

    def _show_all_tracks(self) -> None:
        if self.pane.group is not None:
            self.context.shell.open_page(places.TRACKS, parse_query(self.query_text(self.pane.group)))

    def _on_track(self, track_id: TrackId | None) -> None:
        if self.isVisible():
            self.context.shell.choose_track(track_id)

    def _on_settings(self) -> None:
        self.pane.model.set_notation(self.context.preferences.settings.key_notation)

    def _turn(self, turn: float) -> None:
        if self.isVisible():
            self.pane.table.turn(turn)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self and event.type() == QEvent.Type.Show:
            self._again.start()
        return super().eventFilter(watched, event)


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace('"', " ").strip())


class ArtistsPage(GroupsPage):
    grouping = Grouping.ARTIST

    def words(self) -> tuple[str, str, str]:
        return self.tr("Artists"), self.tr("Search artists"), self.tr("No artists yet.")

    def query_text(self, group: Group) -> str:
        return f"artist:{_quoted(group.name)}"


class GenresPage(GroupsPage):
    grouping = Grouping.GENRE

    def words(self) -> tuple[str, str, str]:
        return self.tr("Genres"), self.tr("Search genres"), self.tr("No genres yet.")

    def query_text(self, group: Group) -> str:
        return f"genre:={_quoted(group.name)}"
