"""All tracks of the library in one table: search, a few filters, sorting."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain.ids import TrackId
from musiclib.domain.rows import TrackRow
from musiclib.domain.states import BadgeState
from musiclib.gui import wording
from musiclib.gui.acts import TrackActs
from musiclib.gui.context import AppContext
from musiclib.gui.models.column_plan import ColumnPlan
from musiclib.gui.models.track_columns import LIBRARY_LAYOUT
from musiclib.gui.models.track_table import LibraryTrackModel
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.empty import NothingHere
from musiclib.gui.painting.cells import solid_state
from musiclib.gui.slices import Slices, portions
from musiclib.gui.widgets.chips import ChipRow, FilterChip
from musiclib.gui.widgets.columns_menu import COMPACT, ColumnsMenu, column_menu, density_menu
from musiclib.gui.widgets.controls import ElidedLabel, SearchField, button, icon_button, label
from musiclib.gui.widgets.inspector_button import InspectorButton
from musiclib.gui.widgets.track_header import Order
from musiclib.gui.widgets.track_menu import show_track_menu
from musiclib.gui.widgets.track_table import TrackTable
from musiclib.gui.window_memory import Held, part

NEEDS_YOU = "needs_you"
"""Argument of `open`: only the tracks that need a person."""

_TYPING_PAUSE_MS = 120
_TESTS: dict[str, Callable[[TrackRow], bool]] = {
    NEEDS_YOU: lambda row: solid_state(row.badge.state),
    "missing_isrc": lambda row: not row.isrc,
    "missing_bpm": lambda row: row.bpm is None,
    "has_file": lambda row: row.has_file,
}


class TracksPage(Page):
    """The selection bar under the table says what the chosen tracks are together."""

    has_inspector = True

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._acts = TrackActs(context, self)
        self.model = LibraryTrackModel(context.tracks, LIBRARY_LAYOUT, context.now, self)
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
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._typing.timeout.connect(self._filter)
        self._recount = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._recount.timeout.connect(self._count)
        self._counting, self._saying = Slices(self), Slices(self)
        self.model.arranged.connect(self._count)
        self._lay_out()
        context.tracks.on_any_change(self._recount.start)
        slash = QShortcut(QKeySequence("/"), self.table, context=Qt.ShortcutContext.WidgetShortcut)
        slash.activated.connect(self.focus_search)
        self._count()
        self._say_selection()

    def open(self, argument: object = None) -> None:
        if argument == NEEDS_YOU:
            self._search.clear()
            for key, chip in self._chips.items():
                chip.setChecked(key == NEEDS_YOU)
            self._filter()
        self.table.setFocus()
        current = self.table.current_track()
        self.context.shell.choose_track(current.id if current else None)

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
        self._search.textChanged.connect(self._typing.start)
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
        again.clicked.connect(lambda: self._acts.retry(self.table.chosen_tracks()))
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

    def _sort(self, order: Order) -> None:
        column, down = order[0] if order else (None, False)
        section = self.model.columns.index(column) if column is not None else -1
        self.model.sort(section, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)

    def _filter(self) -> None:
        tests = [_TESTS[key] for key, chip in self._chips.items() if chip.isChecked()]
        self.model.set_filter(self._search.text(), tests)

    def _show_all(self) -> None:
        self._search.clear()
        for chip in self._chips.values():
            chip.setChecked(False)
        self._filter()

    def _count(self) -> None:
        """Each chip says how many tracks would be left with it."""
        self._counting.start(self._counted())

    def _counted(self) -> Iterator[int]:
        counts, seconds = dict.fromkeys(self._chips, 0), 0.0
        for some in portions(self.model.rows()):
            for key in counts:
                counts[key] += sum(map(_TESTS[key], some))
            seconds += sum(row.duration_s or 0 for row in some)
            yield len(some)
        for key, chip in self._chips.items():
            chip.set_count(counts[key])
        shown, total = self.model.rowCount(), len(self.context.tracks)
        length = wording.long_duration(seconds)
        text = wording.number(total)
        if shown != total:
            text = self.tr("{n} of {all}").format(n=wording.number(shown), all=text)
        self._total.setText(f"{text}, {length}" if shown else text)
        empty = self._nothing if total else self._none_yet
        self._stack.setCurrentWidget(self.table if shown or not self.context.tracks.loaded else empty)

    def _say_selection(self) -> None:
        self._saying.start(self._said())

    def _said(self) -> Iterator[int]:
        places = self.table.chosen_places()
        self._bar.setVisible(len(places) > 1)
        if len(places) < 2:
            return
        self._chosen.setText(self.tr("{n} selected").format(n=wording.number(len(places))))
        seconds, tempos = 0.0, set[float]()
        for some in portions(places):
            rows = [row for place in some if (row := self.model.row_at(place)) is not None]
            seconds += sum(row.duration_s or 0 for row in rows)
            tempos.update(row.bpm for row in rows if row.bpm)
            yield len(some)
        parts = [wording.duration(seconds)]
        if tempos:
            parts.append(f"{min(tempos):.1f}–{max(tempos):.1f} BPM")
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
        rows = self.table.chosen_tracks()
        if rows:
            show_track_menu(self, self._acts, rows, self.table.viewport().mapToGlobal(at))
