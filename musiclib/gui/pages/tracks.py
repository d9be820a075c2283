"""All tracks of the library in one table: search, a few filters, sorting."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain.ids import TrackId
from musiclib.domain.rows import TrackSums
from musiclib.domain.states import BadgeState
from musiclib.domain.track_order import SortKey
from musiclib.domain.track_query import TrackQuery, parse_query
from musiclib.gui import wording
from musiclib.gui.acts import TrackActs
from musiclib.gui.context import AppContext
from musiclib.gui.models.column_plan import ColumnPlan
from musiclib.gui.models.library_tracks import LibraryTrackModel
from musiclib.gui.models.track_columns import LIBRARY_LAYOUT, SORT_KEYS
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.empty import NothingHere
from musiclib.gui.reading import Topic
from musiclib.gui.widgets.chips import ChipRow, FilterChip
from musiclib.gui.widgets.columns_menu import COMPACT, ColumnsMenu, column_menu, density_menu
from musiclib.gui.widgets.controls import ElidedLabel, SearchField, button, icon_button, label
from musiclib.gui.widgets.inspector_button import InspectorButton
from musiclib.gui.widgets.kept_place import KeptPlace
from musiclib.gui.widgets.track_header import Order
from musiclib.gui.widgets.track_menu import show_track_menu
from musiclib.gui.widgets.track_table import TrackTable
from musiclib.gui.window_memory import Held, part

NEEDS_YOU = "needs_you"
"""Argument of `open`: only the tracks that need a person."""

_TERMS = {
    NEEDS_YOU: "state:review,error",
    "missing_isrc": "missing:isrc",
    "missing_bpm": "missing:bpm",
    "has_file": "has:file",
}
"""What the chips ask for, in the language of the search field."""
_RECOUNT_MS = 300


class TracksPage(Page):
    """The selection bar under the table says what the chosen tracks are together."""

    has_inspector = True

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._acts = TrackActs(context, self)
        browsing = context.library.browsing
        self.model = LibraryTrackModel(
            context.tracks, LIBRARY_LAYOUT, context.now, context.reading, browsing, self
        )
        self.model.set_notation(context.preferences.settings.key_notation)
        context.preferences.changed.connect(self._on_settings)
        self.table = TrackTable(context, self.model, LIBRARY_LAYOUT, sortable=True)
        self.table.setAccessibleName(self.tr("Tracks"))
        self.table.track_chosen.connect(self._on_chosen)
        self.table.track_opened.connect(self._open_album)
        self.table.chosen_rows_changed.connect(self._say_selection)
        self.table.header.order_changed.connect(self._sort)
        self.table.header.menu_wanted.connect(
            lambda column, at: column_menu(self.table, column, self).popup(at)
        )
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        context.pulse.beat.connect(self._turn)
        self._chips = self._make_chips()
        self._totals: list[TrackSums] = []
        """Of the whole library, of what is shown, and of that with each chip."""
        self._recount = QTimer(self, singleShot=True, interval=_RECOUNT_MS)
        self._recount.timeout.connect(self._count)
        self.model.grown.connect(self._recount.start)
        self.model.arranged.connect(self._show_fitting)
        self._lay_out()
        context.tracks.stirred.connect(self._recount.start)
        KeptPlace(self.table, self.model)
        slash = QShortcut(QKeySequence("/"), self.table, context=Qt.ShortcutContext.WidgetShortcut)
        slash.activated.connect(self.focus_search)
        self._say_selection()
        self._filter()

    def open(self, argument: object = None) -> None:
        if argument == NEEDS_YOU:
            self._search.clear()
            for key, chip in self._chips.items():
                chip.setChecked(key == NEEDS_YOU)
            self._filter()
        self.table.setFocus()
        current = self.table.currentIndex()
        chosen = self.model.id_at(current.row()) if current.isValid() else None
        self.context.shell.choose_track(chosen)

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
        self._search.setFocus()
        self._search.selectAll()

    def choose_track(self, track_id: TrackId) -> None:
        place = self.model.place_of(track_id)
        if place is not None:
            self.table.choose_place(place)

    def _lay_out(self) -> None:
        theme = self.context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top_bar())
        search = QHBoxLayout()
        search.setContentsMargins(theme.space(6), 0, theme.space(6), 0)
        self._search = SearchField(theme, self.tr("Search title, artist, version, album or ISRC"))
        self._search.setMinimumHeight(theme.size("control") + theme.space(1))
        self._search.textChanged.connect(self._filter)
        search.addWidget(self._search)
        column.addLayout(search)
        chips = ChipRow(theme, list(self._chips.values()))
        chips.setFixedHeight(theme.size("chips_row"))
        chips.setContentsMargins(theme.space(6), 0, theme.space(6), 0)
        column.addWidget(chips)
        self._nothing = NothingHere(
            theme,
            self.tr("No track fits."),
            self.tr("Take a chip off or change the search."),
            self.tr("Show all tracks"),
        )
        self._nothing.acted.connect(self._show_all)
        self._none_yet = NothingHere(
            theme,
            self.tr("No tracks yet."),
            self.tr("Paste a tracklist, or add a folder of music on the Albums page."),
            self.tr("Paste tracklist"),
        )
        self._none_yet.acted.connect(lambda: self.context.shell.paste(""))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._none_yet)
        self._stack.addWidget(self._nothing)
        column.addWidget(self._stack, 1)
        column.addWidget(self._selection_bar())

    def _top_bar(self) -> QWidget:
        theme = self.context.theme
        bar = QWidget()
        bar.setFixedHeight(theme.size("topbar"))
        row = QHBoxLayout(bar)
        row.setContentsMargins(theme.space(6), 0, theme.space(6), 0)
        row.setSpacing(theme.space(2))
        row.addWidget(label(theme, self.tr("Tracks"), "page"))
        self._total = ElidedLabel(theme, "", "body", "tertiary")
        row.addWidget(self._total, 1)
        columns = button(theme, self.tr("Columns"), "columns")
        columns.setMenu(ColumnsMenu(self.table, columns))
        row.addWidget(columns)
        density = button(theme, self.tr("Density"), "rows")
        density.setMenu(density_menu(self.table, density))
        row.addWidget(density)
        row.addWidget(InspectorButton(self.context))
        return bar

    def _selection_bar(self) -> QFrame:
        theme = self.context.theme
        self._bar = QFrame()
        self._bar.setObjectName("selection")
        self._bar.setFixedHeight(theme.space(12))
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(theme.space(6), 0, theme.space(4), 0)
        row.setSpacing(theme.space(2))
        self._chosen = label(theme, "", "body_strong")
        self._facts = ElidedLabel(theme, "", "body", "secondary")
        again = button(theme, self.tr("Look up again"), "arrows-clockwise")
        again.clicked.connect(lambda: self._acts.retry(self.table.chosen_ids()))
        close = icon_button(theme, "x", self.tr("Drop the selection"), "Esc")
        close.clicked.connect(self.table.clearSelection)
        row.addWidget(self._chosen)
        row.addWidget(self._facts, 1)
        row.addWidget(again)
        row.addWidget(close)
        return self._bar

    def _make_chips(self) -> dict[str, FilterChip]:
        theme = self.context.theme
        known: dict[str, tuple[str, BadgeState | str]] = {
            NEEDS_YOU: (self.tr("Needs you"), BadgeState.REVIEW),
            "missing_isrc": (self.tr("Missing ISRC"), "tag"),
            "missing_bpm": (self.tr("Missing BPM"), "gauge"),
            "has_file": (self.tr("Has a file"), "folder"),
        }
        chips = {}
        for key, (words, glyph) in known.items():
            chips[key] = FilterChip(theme, words, glyph)
            chips[key].toggled.connect(self._filter)
        return chips

    def _sort(self, _order: Order) -> None:
        self._filter()

    def _filter(self) -> None:
        order = [SortKey(SORT_KEYS[column], down) for column, down in self.table.header.order()]
        self.model.show(self._query([key for key, chip in self._chips.items() if chip.isChecked()]), order)

    def _query(self, chips: Iterable[str]) -> TrackQuery:
        return parse_query(" ".join([self._search.text(), *(_TERMS[key] for key in chips)]))

    def _show_all(self) -> None:
        self._search.clear()
        for chip in self._chips.values():
            chip.setChecked(False)
        self._filter()

    def _count(self) -> None:
        """Each chip says how many tracks would be left with it."""
        checked = [key for key, chip in self._chips.items() if chip.isChecked()]
        queries = [TrackQuery(), self.model.query, *(self._query([*checked, key]) for key in self._chips)]
        browsing = self.context.library.browsing
        self.context.reading.ask(Topic.COUNTS, lambda: browsing.totals(queries), self._show_counts)

    @Slot(object)
    def _show_counts(self, totals: list[TrackSums]) -> None:
        self._totals = totals
        everything, shown, *chips = totals
        for chip, total in zip(self._chips.values(), chips, strict=True):
            chip.set_count(total.tracks)
        text = wording.number(everything.tracks)
        if shown.tracks != everything.tracks:
            text = self.tr("{n} of {all}").format(n=wording.number(shown.tracks), all=text)
        length = wording.long_duration(shown.duration_s)
        self._total.setText(f"{text}, {length}" if shown.tracks else text)
        self._show_fitting()

    def _show_fitting(self) -> None:
        none = not self.model.rowCount()
        filtered = bool(self.model.query) or (bool(self._totals) and self._totals[0].tracks > 0)
        empty = self._nothing if filtered else self._none_yet
        self._stack.setCurrentWidget(empty if none else self.table)

    def _say_selection(self) -> None:
        places = self.table.chosen_places()
        self._bar.setVisible(len(places) > 1)
        if len(places) < 2:
            return
        self._chosen.setText(self.tr("{n} selected").format(n=wording.number(len(places))))
        browsing, model = self.context.library.browsing, self.model
        if model.whole and len(places) == model.rowCount():
            query = model.query
            self.context.reading.ask(Topic.CHOSEN, lambda: browsing.totals([query])[0], self._show_sums)
        else:
            ids = model.ids_at(places)
            self.context.reading.ask(Topic.CHOSEN, lambda: browsing.sums(ids), self._show_sums)

    @Slot(object)
    def _show_sums(self, sums: TrackSums) -> None:
        parts = [wording.duration(sums.duration_s)]
        if sums.slowest is not None and sums.fastest is not None:
            parts.append(f"{sums.slowest:.1f}–{sums.fastest:.1f} BPM")
        self._facts.setText(", ".join(parts))

    def _on_chosen(self, track_id: TrackId | None) -> None:
        if self.isVisible():
            self.context.shell.choose_track(track_id)

    def _open_album(self, track_id: TrackId) -> None:
        self.context.shell.open_album_of(track_id)

    def _on_settings(self) -> None:
        self.model.set_notation(self.context.preferences.settings.key_notation)

    def _turn(self, turn: float) -> None:
        if self.isVisible():
            self.table.turn(turn)

    def _show_menu(self, at: QPoint) -> None:
        rows, ids = self.table.chosen_tracks(), self.table.chosen_ids()
        if rows:
            show_track_menu(self, self._acts, rows, ids, self.table.viewport().mapToGlobal(at))
