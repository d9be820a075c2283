"""Head and foot of the dialog: what the text was read as, the sums, and the buttons."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from musiclib.domain.states import MergeMode
from musiclib.domain.tracklist.model import Order, Tracklist
from musiclib.gui.dialogs.paste_import.session import PasteSession
from musiclib.gui.dialogs.paste_import.target_panel import ORDER, TargetPanel
from musiclib.gui.models.import_draft import LineSums
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import SegmentedControl, button, icon_button, label, rule
from musiclib.gui.widgets.sum_line import SumLine, Term
from musiclib.gui.wording import number
from musiclib.services.import_types import RowVerdict

TEXT, FILE = "text", "file"
_ORDERS: tuple[Order, ...] = ("artist_title", "title_artist", "title_only")
_CHANGES = (RowVerdict.NOW_KNOWN, RowVerdict.CHANGED, RowVerdict.NEW, RowVerdict.LINKED)


class Head(QWidget):
    """`order_wanted` carries an order of names."""

    file_wanted = Signal()
    order_wanted = Signal(str)
    swap_all_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._source = SegmentedControl(
            theme,
            [(TEXT, self.tr("Text"), ""), (FILE, self.tr("File or CSV"), "")],
            self.tr("Where the list comes from"),
        )
        self._source.chosen.connect(self._source_chosen)
        self.read_as = button(theme, "", "file-text", "flat", "true")
        self.read_as.setMenu(self._order_menu())
        self._saved = label(theme, "", "small", "secondary")
        self._before_saved = rule("v")
        self._before_saved.setFixedHeight(theme.space(5))
        self._before_saved.hide()
        close = icon_button(theme, "x", self.tr("Close"), "Esc")
        close.clicked.connect(self.close_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(5), theme.space(2), theme.space(3), theme.space(2))
        row.setSpacing(theme.space(3))
        row.addWidget(label(theme, self.tr("Paste and import"), "section"))
        row.addSpacing(theme.space(2))
        row.addWidget(self._source)
        row.addStretch(1)
        row.addWidget(self.read_as)
        row.addWidget(self._before_saved)
        row.addWidget(self._saved)
        row.addWidget(close)

    def show_source(self, is_file: bool) -> None:
        self._source.choose(FILE if is_file else TEXT)

    def show_reading(self, tracklist: Tracklist, timed: bool) -> None:
        """Say what the text was taken for, `timed` if its rows begin at times; the menu changes the order."""
        self.read_as.setVisible(bool(tracklist.tracks))
        self.read_as.setText(self.tr("Read as {kind}").format(kind=self._kind(tracklist, timed)))
        # Asked for each time: PySide gives up wrappers of menu actions that are kept for long.
        self.read_as.menu().actions()[_ORDERS.index(tracklist.order)].setChecked(True)

    def show_saved(self, saved_at: datetime | None, now: datetime) -> None:
        """When the draft was saved last."""
        self._before_saved.setVisible(saved_at is not None)
        if saved_at is None:
            self._saved.setText("")
            return
        seconds = max(0, round((now - saved_at).total_seconds()))
        if seconds < 120:
            words = self.tr("Draft saved {n} s ago").format(n=seconds)
        else:
            words = self.tr("Draft saved at {time}").format(time=saved_at.astimezone().strftime("%H:%M"))
        self._saved.setText(words)

    def _source_chosen(self, key: str) -> None:
        if key == FILE:
            self.file_wanted.emit()

    def _order_menu(self) -> QMenu:
        menu = QMenu(self.read_as)
        group = QActionGroup(menu)
        words = (self.tr("Artist first"), self.tr("Title first"), self.tr("Titles only"))
        for order, name in zip(_ORDERS, words, strict=True):
            action = menu.addAction(name)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(partial(self._want_order, order))
        menu.addSeparator()
        swap = menu.addAction(self.tr("Swap artist and title of all rows"))
        swap.triggered.connect(self.swap_all_wanted)
        return menu

    def _want_order(self, order: Order, _checked: bool = False) -> None:
        self.order_wanted.emit(order)

    def _kind(self, tracklist: Tracklist, timed: bool) -> str:
        if tracklist.format == "text":
            return self.tr("a timed list") if timed else self.tr("a plain list")
        return {
            "csv": self.tr("a CSV table"),
            "table": self.tr("a table"),
            "m3u": self.tr("an M3U playlist"),
            "cue": self.tr("a CUE sheet"),
            "json": self.tr("JSON"),
            "html": self.tr("a web page"),
            "markdown": self.tr("Markdown"),
        }.get(tracklist.format, tracklist.format)


class Foot(QWidget):
    """Both sums that add up, and the buttons; the primary one says its effect."""

    import_wanted = Signal()
    draft_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.lines = SumLine(theme)
        self.rows = SumLine(theme)
        self.primary = button(theme, "", kind="primary", shortcut="Ctrl+Return")
        self.primary.clicked.connect(self.import_wanted)
        draft = button(theme, self.tr("Save as draft"), shortcut="Ctrl+S")
        draft.clicked.connect(self.draft_wanted)
        cancel = button(theme, self.tr("Cancel"), shortcut="Esc")
        cancel.clicked.connect(self.cancel_wanted)
        sums = QVBoxLayout()
        sums.setSpacing(0)
        sums.addWidget(self.lines)
        sums.addWidget(self.rows)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(5), theme.space(3), theme.space(5), theme.space(3))
        row.setSpacing(theme.space(2))
        row.addLayout(sums, 1)
        row.addWidget(label(theme, self.tr("Can be undone in one step"), "small", "secondary"))
        row.addSpacing(theme.space(1))
        row.addWidget(draft)
        row.addWidget(cancel)
        row.addWidget(self.primary)

    def show_sums(self, sums: LineSums, session: PasteSession, target: TargetPanel) -> None:
        """What became of the lines, and what the rows mean for the target."""
        self.lines.show_sum(
            self.tr("1 line") if sums.total == 1 else self.tr("{n} lines"),
            [
                Term(sums.sure, self.tr("{n} sure")),
                Term(sums.unsure, self.tr("{n} unsure"), "review"),
                Term(sums.ids, self.tr("{n} waiting ID")),
                Term(sums.left_out, self.tr("{n} left out")),
                Term(sums.not_tracks, self.tr("{n} not tracks")),
            ],
        )
        counts = session.comparison().counts
        rows = counts.total()
        terms = [Term(counts[verdict], target.count_template(verdict)) for verdict in ORDER]
        self.rows.show_sum(self.tr("1 row") if rows == 1 else self.tr("{n} rows"), terms)
        self.rows.setVisible(rows > 0)
        self._say_effect(counts, rows, session, target.merge_mode())

    def show_importing(self, rows: int) -> None:
        """So many rows are on their way into the library."""
        self._primary(self.tr("Importing {n} rows").format(n=number(rows)), False)

    def show_nothing(self) -> None:
        """There is no text yet."""
        self.lines.setVisible(False)
        self.rows.setVisible(False)
        self._primary(self.tr("Paste a list to import it"), False)

    def _say_effect(
        self, counts: Counter[RowVerdict], rows: int, session: PasteSession, mode: MergeMode
    ) -> None:
        self.lines.setVisible(True)
        if session.importing:
            self.show_importing(rows)
        elif not rows:
            self._primary(self.tr("No rows to import yet"), False)
        elif session.wants_new:
            words = self.tr("Make album, 1 row") if rows == 1 else self.tr("Make album, {n} rows")
            self._primary(words.format(n=number(rows)), True)
        else:
            changes = sum(counts[verdict] for verdict in _CHANGES)
            if changes:
                one = self.tr("Update album, 1 row changes")
                many = self.tr("Update album, {n} rows change")
                self._primary((one if changes == 1 else many).format(n=number(changes)), True)
            elif mode is MergeMode.REPLACE_ORDER:
                self._primary(self.tr("Put the album in this order"), True)
            else:
                self._primary(self.tr("The album has all of it already"), False)

    def _primary(self, words: str, on: bool) -> None:
        self.primary.setText(words)
        self.primary.setEnabled(on)
