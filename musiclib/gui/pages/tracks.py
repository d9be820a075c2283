"""All tracks of the library in one table: what is searched for, in the order a person wants."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain.ids import TrackId
from musiclib.domain.rows import TrackSums
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import TrackQuery
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.acts import TrackActs
from musiclib.gui.context import AppContext
from musiclib.gui.models.column_plan import ColumnPlan
from musiclib.gui.models.group_list import track_count
from musiclib.gui.models.library_tracks import LibraryTrackModel
from musiclib.gui.models.query_words import term_sentence
from musiclib.gui.models.track_columns import LIBRARY_LAYOUT, SORT_KEYS, TrackColumn
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.empty import NothingHere
from musiclib.gui.pages.track_search import TrackSearch
from musiclib.gui.reading import Topic
from musiclib.gui.shell import DUPLICATES
from musiclib.gui.widgets.columns_menu import COMPACT, ColumnsMenu, column_menu, density_menu
from musiclib.gui.widgets.controls import ElidedLabel, button, icon_button, top_bar
from musiclib.gui.widgets.inspector_button import InspectorButton
from musiclib.gui.widgets.kept_place import KeptPlace
from musiclib.gui.widgets.selection_bar import SelectionBar
from musiclib.gui.widgets.track_menu import show_track_menu
from musiclib.gui.widgets.track_table import TrackTable
from musiclib.gui.window_memory import Held, part

_RECOUNT_MS = 300


class TracksPage(Page):
    """Search above, table below; the selection bar says what the chosen tracks are together."""

    has_inspector = True

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._acts = TrackActs(context, self)
        browsing = context.library.browsing
        self.model = LibraryTrackModel(
            context.tracks, LIBRARY_LAYOUT, context.now, context.reading, browsing, self
        )
        self.search = TrackSearch(context)
        self.search.changed.connect(self._show_query)
        self.search.left.connect(self._go_on_in_table)
        self.search.save_wanted.connect(lambda: context.shell.save_search(self.search.query))
        self.table = self._make_table()
        self.bar = SelectionBar(context.theme)
        self.bar.add_wanted.connect(self._add_to_album)
        self.bar.analyse_wanted.connect(lambda: self._acts.analyse_again(self.table.chosen_ids()))
        self.bar.neighbours_wanted.connect(self._find_neighbours)
        self.bar.bulk_wanted.connect(self._change_many)
        self.bar.drop_wanted.connect(self.table.clearSelection)
        self._way_out = TrackQuery()
        """What is shown if a person lets go of what finds nothing."""
        self._total = 0
        """How many tracks the library has."""
        self._recount = QTimer(self, singleShot=True, interval=_RECOUNT_MS)
        self._recount.timeout.connect(self._count)
        self.model.grown.connect(self._on_grown)
        self.model.arranged.connect(self._on_arranged)
        self._lay_out()
        self._bind_keys()
        context.tracks.stirred.connect(self._recount.start)
        context.pulse.beat.connect(self._turn)
        context.preferences.changed.connect(self._on_settings)
        KeptPlace(self.table, self.model)
        self._on_settings()
        self._show_query()

    def open(self, argument: object = None) -> None:
        if isinstance(argument, TrackQuery):
            self.search.show_query(argument)
        self.context.shell.searched.emit(self.search.query)
        self.table.setFocus()
        current = self.table.currentIndex()
        self.context.shell.choose_track(self.model.id_at(current.row()) if current.isValid() else None)

    def remembered(self) -> Held:
        return {
            "order": [[column.value, down] for column, down in self.table.header.order()],
            "columns": self.table.plan.remembered(),
            "row_height": self.table.row_height,
        }

    def recall(self, held: Held) -> None:
        known = {column.value: column for column in self.model.columns}
        order = held.get("order")
        pairs = [each for each in order if isinstance(each, list)] if isinstance(order, list) else []
        self.table.header.set_order(
            tuple((known[each[0]], each[1] is True) for each in pairs if len(each) == 2 and each[0] in known)
        )
        self.table.set_plan(ColumnPlan.recalled(LIBRARY_LAYOUT, part(held, "columns")))
        if held.get("row_height") == COMPACT:
            self.table.set_row_height(COMPACT)

    def step(self, by: int) -> None:
        self.table.step(by)

    def focus_search(self) -> None:
        self.search.box.edit.setFocus()
        self.search.box.edit.selectAll()

    def choose_track(self, track_id: TrackId) -> None:
        place = self.model.place_of(track_id)
        if place is not None:
            self.table.choose_place(place)

    def write_tags(self) -> bool:
        ids = self.table.chosen_ids()
        self._acts.write_tags(ids)
        return bool(ids)

    def foot_height(self) -> int:
        return self.bar.height() if self.bar.isVisible() else 0

    # -- looks

    def _make_table(self) -> TrackTable:
        table = TrackTable(self.context, self.model, LIBRARY_LAYOUT, sortable=True)
        table.setAccessibleName(self.tr("Tracks"))
        table.track_chosen.connect(self._on_chosen)
        table.track_opened.connect(self.context.shell.open_album_of)
        table.chosen_rows_changed.connect(self._say_selection)
        table.typed_ahead.connect(self._look_for_name)
        table.header.order_changed.connect(self._show_query)
        table.header.menu_wanted.connect(self._show_column_menu)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        return table

    def _lay_out(self) -> None:
        theme = self.context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top_bar())
        column.addWidget(self.search)
        self._nothing = NothingHere(
            theme,
            self.tr("No track fits."),
            self.tr("Take a chip off or change the search."),
            self.tr("Show all tracks"),
        )
        self._nothing.acted.connect(self._let_go)
        self._none_yet = NothingHere(
            theme,
            self.tr("No tracks yet."),
            self.tr("Paste a tracklist, or add a folder of music on the Albums page."),
            self.tr("Paste tracklist"),
        )
        self._none_yet.acted.connect(lambda: self.context.shell.paste(""))
        self._stack = QStackedWidget()
        for each in (self.table, self._none_yet, self._nothing):
            self._stack.addWidget(each)
        column.addWidget(self._stack, 1)
        column.addWidget(self.bar)

    def _top_bar(self) -> QWidget:
        theme = self.context.theme
        bar, row = top_bar(theme, self.tr("Tracks"))
        self._sums = ElidedLabel(theme, "", "section", "tertiary")
        self._sums.setFont(theme.regular("section"))
        row.addWidget(self._sums, 1)
        columns = button(theme, self.tr("Columns"), "columns")
        columns.setMenu(ColumnsMenu(self.table, columns))
        row.addWidget(columns)
        density = button(theme, self.tr("Density"), "rows")
        density.setMenu(density_menu(self.table, density))
        row.addWidget(density)
        more = icon_button(theme, "dots-three", self.tr("More"), kind="")
        more.setMenu(self._more_menu(more))
        row.addWidget(more)
        row.addWidget(InspectorButton(self.context))
        return bar

    def _more_menu(self, above: QWidget) -> QMenu:
        """What is done with the whole library, or with what is found."""
        menu = QMenu(above)
        shell = self.context.shell
        menu.addAction(self.tr("Make a pack of these"), lambda: shell.make_pack(self.search.query))
        menu.addAction(self.tr("Find duplicates"), partial(shell.open_page, DUPLICATES))
        return menu

    def _bind_keys(self) -> None:
        for keys, act in (
            ("/", self.focus_search),
            ("Ctrl+Shift+A", self._add_to_album),
            ("Esc", self.table.clearSelection),
        ):
            shortcut = QShortcut(QKeySequence(keys), self.table, context=Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)

    # -- what is shown

    def _show_query(self, _order: object = None) -> None:
        self._recount.stop()
        self.context.reading.drop(Topic.COUNTS)  # of what is no longer asked for: `_on_grown` counts anew
        self.model.show(self.search.query, self._order(), self.table.rows_in_view())
        if self.isVisible():
            self.context.shell.searched.emit(self.search.query)

    def _order(self) -> list[SortKey]:
        return [SortKey(SORT_KEYS[column], down) for column, down in self.table.header.order()]

    def _on_arranged(self) -> None:
        self.search.arrived()
        self._show_fitting()
        if not self.model.rowCount():
            self._look_for_way_out()

    def _on_grown(self) -> None:
        self.search.say_found(self.model.rowCount())
        self._recount.start()

    def _count(self) -> None:
        """Each chip says how many tracks would be left with it."""
        queries = [TrackQuery(), self.model.query, *self.search.counted()]
        browsing = self.context.library.browsing
        self.context.reading.ask(Topic.COUNTS, lambda: browsing.totals(queries), self._show_counts)

    @Slot(object)
    def _show_counts(self, totals: list[TrackSums]) -> None:
        everything, shown, *chips = totals
        self._total = everything.tracks
        self.search.show_counts(chips)
        text = wording.number(everything.tracks)
        if shown.tracks != everything.tracks:
            text = self.tr("{n} of {all}").format(n=wording.number(shown.tracks), all=text)
        length = wording.long_duration(shown.duration_s)
        self._sums.setText(f"{text}, {length}" if shown.tracks else text)
        self._show_fitting()

    def _show_fitting(self) -> None:
        none = not self.model.rowCount()
        empty = self._nothing if self.model.query or self._total else self._none_yet
        self._stack.setCurrentWidget(empty if none else self.table)

    def _look_for_way_out(self) -> None:
        """Nothing fits: which term, taken off, would leave the most."""
        self._way_out = TrackQuery()
        self._nothing.say(self.tr("Take a chip off or change the search."), self.tr("Show all tracks"))
        query, browsing = self.model.query, self.context.library.browsing
        if len(query.terms) > 1:
            others = [query.without(term) for term in query.terms]
            self.context.reading.ask(Topic.MENU, lambda: browsing.totals(others), self._show_way_out)

    @Slot(object)
    def _show_way_out(self, sums: list[TrackSums]) -> None:
        query = self.model.query
        if len(sums) != len(query.terms) or self.model.rowCount():
            return
        most, place = max((each.tracks, -nth) for nth, each in enumerate(sums))
        if most:
            term = query.terms[-place]
            self._way_out = query.without(term)
            words = term_sentence(term, self.model.notation)
            left = track_count(most)
            self._nothing.say(
                self.tr("Without “{term}” there would be {tracks}.").format(term=words, tracks=left),
                self.tr("Take it off"),
            )

    def _let_go(self) -> None:
        self.search.show_query(self._way_out)

    def _go_on_in_table(self) -> None:
        self.table.setFocus()
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.choose_place(0)

    def _look_for_name(self, typed: str) -> None:
        order = self._order()
        column = order[0].column if order and order[0].column in _NAMED_BY else TrackColumn.TITLE.value
        browsing = self.context.library.browsing
        op = partial(browsing.first_named, self.model.query, order, column, typed)
        self.context.reading.ask(Topic.NAME, op, self._choose_named)

    @Slot(object)
    def _choose_named(self, track_id: TrackId | None) -> None:
        if track_id is not None:
            self.choose_track(track_id)

    # -- what is chosen

    def _say_selection(self) -> None:
        chosen = self.table.chosen_count()
        self.bar.say_count(chosen)
        self.table.commands = self._commands() if chosen > 1 else {}
        if chosen < 2:
            return
        browsing, model = self.context.library.browsing, self.model
        if model.whole and chosen == model.rowCount():
            op = partial(browsing.together, model.query)
        else:
            op = partial(browsing.together_of, model.ids_at(self.table.chosen_places()))
        self.context.reading.ask(Topic.CHOSEN, op, self._show_together)

    @Slot(object)
    def _show_together(self, found: tuple[TrackSums, frozenset[int]]) -> None:
        self.bar.say_sums(*found, self.model.notation)

    def _commands(self) -> dict[str, Callable[[], object]]:
        return {
            "a": self._add_to_album,
            "b": self._change_many,
            "g": self._find_neighbours,
            "w": self.write_tags,
        }

    def _find_neighbours(self) -> None:
        current = self.table.currentIndex()
        if current.isValid():
            self.context.shell.find_neighbours(self.model.id_at(current.row()))

    def _add_to_album(self) -> None:
        self._acts.ask_for_album(self.table.chosen_ids(), self.window())

    def _change_many(self) -> None:
        """The chosen tracks; where fewer than two are chosen, all that the search finds."""
        if self.table.chosen_count() > 1:
            self.context.shell.open_page(places.BULK, tuple(self.table.chosen_ids()))
        elif self.model.query:
            searching, query = self.context.library.searching, self.model.query
            self.context.reading.ask(Topic.MENU, lambda: tuple(searching.ids(query)), self._change_found)
        else:
            self.context.shell.open_page(places.BULK, places.EVERYTHING)

    @Slot(object)
    def _change_found(self, track_ids: tuple[TrackId, ...]) -> None:
        self.context.shell.open_page(places.BULK, track_ids)

    def _on_chosen(self, track_id: TrackId | None) -> None:
        if self.isVisible():
            self.context.shell.choose_track(track_id)

    def _on_settings(self) -> None:
        notation = self.context.preferences.settings.key_notation
        self.model.set_notation(notation)
        self.search.box.set_notation(notation)

    def _turn(self, turn: float) -> None:
        if self.isVisible():
            self.table.turn(turn)

    def _show_menu(self, at: QPoint) -> None:
        rows, ids = self.table.chosen_tracks(), self.table.chosen_ids()
        if rows:
            show_track_menu(self, self._acts, rows, ids, self.table.viewport().mapToGlobal(at))

    @Slot(object, QPoint)
    def _show_column_menu(self, column: TrackColumn | None, at: QPoint) -> None:
        column_menu(self.table, column, self).popup(at)


_NAMED_BY = frozenset({"artist", "title", "album", "label", "version"})
"""Columns whose words a name that is typed into the table is looked for in."""
