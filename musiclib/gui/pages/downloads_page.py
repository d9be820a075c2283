"""The download centre: albums on their way into the library, paused, resumed, and what needs a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain import transfer_words
from musiclib.domain.ids import AlbumId, TransferId
from musiclib.domain.states import BadgeState, TransferState
from musiclib.domain.transfers import DownloadAlbumRow, TransferRow
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.download_card import Act
from musiclib.gui.icons import themed_icon
from musiclib.gui.models.download_list import DownloadListModel, Filter, filters_of
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.empty import NothingHere
from musiclib.gui.widgets.chips import ChipRow, FilterChip
from musiclib.gui.widgets.controls import ElidedLabel, button, label
from musiclib.gui.widgets.download_legend import DownloadLegend
from musiclib.gui.widgets.download_list import DownloadList

_CLOCK_MS = 20_000
"""Moments pass ("2 try again at 22:05") although nothing changes."""


class DownloadsPage(Page):
    """`open` takes the id of an album to open in the list."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        theme = context.theme
        self.model = DownloadListModel(context.now, self)
        self.list = DownloadList(context, self.model)
        self._filter = Filter.ALL
        self._passes: dict[AlbumId, tuple[DownloadAlbumRow, frozenset[Filter]]] = {}
        """What each album was found to pass: all but a few are as they were."""
        self._resumes = False
        self._stale = True
        self._wanted: AlbumId | None = None
        self.chips = self._make_chips()
        self._total = label(theme, "", "body", "secondary")
        self._total.setFont(theme.font("body", tabular=True))
        self._from = ElidedLabel(theme, "", "small", "secondary")
        self._from.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.add = button(theme, self.tr("Add album"), "plus")
        self.add.clicked.connect(lambda: self.context.shell.open_page(places.ALBUMS))
        self.all = button(theme, self.tr("Pause all"), "pause")
        self.all.clicked.connect(self._pause_or_resume_all)
        self._nothing = NothingHere(
            theme,
            self.tr("Nothing is on its way."),
            self.tr("Open an album and choose “Get this album”: what it lacks is searched for and fetched."),
            self.tr("Show albums"),
        )
        self._nothing.acted.connect(lambda: self.context.shell.open_page(places.ALBUMS))
        self._none_fits = NothingHere(
            theme, self.tr("No album fits."), self.tr("Take the chip off."), self.tr("Show all")
        )
        self._none_fits.acted.connect(lambda: self._choose(Filter.ALL))
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._clock = QTimer(self, interval=_CLOCK_MS)
        self._clock.timeout.connect(self.list.viewport().update)

    def open(self, argument: object = None) -> None:
        if argument is not None:
            self._wanted = AlbumId(argument)  # type: ignore[arg-type]  # the shell hands on what it was given
            self._choose(Filter.ALL)
        if self._stale or self._wanted is not None:
            self._show()
        self.list.setFocus()
        if not self.list.currentIndex().isValid() and self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    # -- rows

    @Slot()
    def _everything_changed(self) -> None:
        self._stale = True
        self._show()

    @Slot(object)
    def _show_history(self, rows: Sequence[DownloadAlbumRow]) -> None:
        if self._filter is Filter.HISTORY:
            self.model.show(rows)
            self._count()

    @Slot(list)
    def _rows_changed(self, ids: list[AlbumId]) -> None:
        """While hidden nothing is done: what is shown is read when the page comes into view."""
        if not self.isVisible() or self._filter is not Filter.ALL:
            self._everything_changed()
            return
        rows = self.context.downloads.rows
        self.model.change([row for each in ids if (row := rows.get(each)) is not None])
        self._count()

    def _show(self) -> None:
        if not self.isVisible():
            return
        if self._stale:
            self._stale = False
            if self._filter is Filter.HISTORY:
                self.context.downloads.read_history()
            else:
                self.model.show(self._sorted(), self._filter)
        if self._wanted is not None:
            self.model.set_open(self._wanted, True)
            self.list.setCurrentIndex(self.model.index_of(self._wanted))
            self._wanted = None
        self._count()

    def _sorted(self) -> list[DownloadAlbumRow]:
        """What goes on first, by priority, then as it was asked for."""
        rows = self.context.downloads.rows.rows()
        return sorted(rows, key=lambda row: (row.finished_at is not None, -row.priority, row.added_at))

    def _count(self) -> None:
        rows = self.context.downloads.rows.rows()
        counts = Counter(each for row in rows for each in self._filters_of(row))
        for name, chip in self.chips.items():
            if name is not Filter.HISTORY:
                chip.set_count(counts[name])
        self._tell_summary()
        filtered = bool(rows) or self._filter is Filter.HISTORY
        shown = self.list if self.model.rowCount() else self._none_fits if filtered else self._nothing
        self._stack.setCurrentWidget(shown)

    def _filters_of(self, row: DownloadAlbumRow) -> frozenset[Filter]:
        held = self._passes.get(row.id)
        if held is None or held[0] is not row:
            held = self._passes[row.id] = row, filters_of(row)
        return held[1]

    @Slot()
    def _tell_summary(self) -> None:
        summary = self.context.downloads.summary
        if summary is None or not self.isVisible():
            return
        rows = self.context.downloads.rows.rows()
        told = transfer_words.summary_words(summary, wording.translate, wording.decimal)
        self._total.setText(told if rows else "")
        names = ", ".join(summary.sources)
        self._from.setText(self.tr("From: {names}").format(names=names) if names else "")
        open_rows = [row for row in rows if row.finished_at is None]
        paused = bool(open_rows) and all(Filter.PAUSED in self._filters_of(row) for row in open_rows)
        self.all.setText(self.tr("Resume all") if paused else self.tr("Pause all"))
        self.all.setEnabled(bool(open_rows))
        if self._resumes is not paused:
            self._resumes = paused
            icon = "play" if paused else "pause"
            self.all.setIcon(themed_icon(self.context.theme, icon, "text.primary"))

    # -- acts

    @Slot()
    def _pause_or_resume_all(self) -> None:
        downloads = self.context.downloads
        if self._resumes:
            downloads.resume_all()
        else:
            downloads.pause_all()

    @Slot(object, object)
    def _act_on_album(self, act: Act, row: DownloadAlbumRow) -> None:
        downloads = self.context.downloads
        if act is Act.PAUSE:
            downloads.pause([row.id])
        elif act is Act.RESUME:
            downloads.resume([row.id])
        elif act is Act.SHOW:
            self.context.shell.open_album(row.id)
        elif act is Act.TRY_NOW:
            downloads.retry(transfer_ids=_again(row))
        elif act is Act.STOP:
            self._give_up(row)

    @Slot(object, object, object)
    def _act_on_track(self, act: Act, row: DownloadAlbumRow, transfer: TransferRow) -> None:
        downloads = self.context.downloads
        if transfer.id is None:
            return
        ids = [transfer.id]
        if act is Act.TRY_NOW:
            downloads.retry(transfer_ids=ids)
        elif act is Act.PAUSE:
            downloads.pause(transfer_ids=ids)
        elif act is Act.RESUME:
            downloads.resume(transfer_ids=ids)
        elif act is Act.KEEP:
            downloads.keep_as_is(transfer.id)
        elif act is Act.DECIDE:
            self._decide(transfer)
        elif act is Act.STOP:
            downloads.cancel(transfer_ids=ids)
            told = self.tr("“{title}” is no longer fetched.").format(title=transfer.title)
            self.context.shell.toast(told, self.tr("Undo"), partial(downloads.retry, (), ids))

    @Slot(object)
    def _give_up(self, row: DownloadAlbumRow) -> None:
        downloads = self.context.downloads
        if row.finished_at is not None:
            downloads.clear([row.id])
            return
        ids = [each.id for each in row.transfers if each.id and each.state is not TransferState.DONE]
        downloads.cancel(transfer_ids=ids)
        told = self.tr("What is missing of “{title}” is no longer fetched.").format(title=row.title)
        self.context.shell.toast(told, self.tr("Undo"), partial(downloads.retry, (), ids))

    @Slot(object)
    def _first(self, row: DownloadAlbumRow) -> None:
        self._stale = True
        self.context.downloads.raise_priority([row.id])

    @Slot(object)
    def _decide(self, transfer: TransferRow) -> None:
        """Let the person choose where the track comes from."""
        self.context.shell.choose_source(transfer)

    # -- chips and layout

    def _make_chips(self) -> dict[Filter, FilterChip]:
        theme = self.context.theme
        made = {
            Filter.ALL: FilterChip(theme, self.tr("All"), "check"),
            Filter.MOVING: FilterChip(theme, self.tr("Moving"), BadgeState.RUNNING),
            Filter.PAUSED: FilterChip(theme, self.tr("Paused"), "pause"),
            Filter.NEED_YOU: FilterChip(theme, self.tr("Need you"), BadgeState.REVIEW),
            Filter.DONE: FilterChip(theme, self.tr("Done"), BadgeState.DONE),
            Filter.HISTORY: FilterChip(
                theme, self.tr("History"), "clock-counter-clockwise", self.tr("Albums that arrived before")
            ),
        }
        made[Filter.ALL].setChecked(True)
        for name, chip in made.items():
            chip.clicked.connect(partial(self._clicked, name))
        return made

    def _clicked(self, name: Filter) -> None:
        self._choose(name if self.chips[name].isChecked() else Filter.ALL)

    def _choose(self, name: Filter) -> None:
        self._filter = name
        for each, chip in self.chips.items():
            chip.setChecked(each is name)
        self._everything_changed()

    def _connect(self) -> None:
        downloads, listed = self.context.downloads, self.list
        downloads.rows.reset.connect(self._everything_changed)
        downloads.rows.added.connect(self._everything_changed)
        downloads.rows.removed.connect(self._everything_changed)
        downloads.rows.changed.connect(self._rows_changed)
        downloads.history_read.connect(self._show_history)
        downloads.summary_changed.connect(self._tell_summary)
        listed.album_act.connect(self._act_on_album)
        listed.track_act.connect(self._act_on_track)
        listed.cancel_wanted.connect(self._give_up)
        listed.first_wanted.connect(self._first)
        listed.source_wanted.connect(self._decide)

    def _lay_out(self) -> None:
        theme = self.context.theme
        margin = theme.size("page_margin")
        top = QHBoxLayout()
        top.setContentsMargins(margin, 0, margin, 0)
        top.setSpacing(theme.space(2))
        top.addWidget(label(theme, self.tr("Downloads"), "page"))
        top.addSpacing(theme.space(1))
        top.addWidget(self._total, 1)
        top.addWidget(self.add)
        top.addWidget(self.all)
        bar = QWidget()
        bar.setFixedHeight(theme.size("topbar"))
        bar.setLayout(top)
        chips = ChipRow(theme, list(self.chips.values()), self._from)
        chips.setFixedHeight(theme.size("chips_row"))
        chips.setContentsMargins(margin, 0, margin, theme.space(1))
        inner = QHBoxLayout()
        inner.setContentsMargins(margin, 0, margin // 2, 0)
        for each in (self.list, self._nothing, self._none_fits):
            self._stack.addWidget(each)
        inner.addWidget(self._stack)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(chips)
        column.addLayout(inner, 1)
        column.addWidget(DownloadLegend(theme))


def _again(row: DownloadAlbumRow) -> list[TransferId]:
    """What of an album waits for a moment, failed, or was found nowhere."""
    given_up = (TransferState.ERROR, TransferState.NO_SOURCE)
    return [
        each.id
        for each in row.transfers
        if each.id is not None
        and (each.state in given_up or (each.not_before is not None and each.state is not TransferState.DONE))
    ]
