"""Bulk change: which rows, what the sources say, a plan with a tick in every cell, all of it or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain import transfer_words
from musiclib.domain.bulk_plan import CellState, Plan
from musiclib.domain.ids import ChangesetId, TrackId
from musiclib.domain.rows import LibraryCounts
from musiclib.errors import KnownError
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.models.group_list import track_count
from musiclib.gui.pages.base import Page
from musiclib.gui.reading import Topic
from musiclib.gui.widgets.bulk_panes import ChoosePane, DonePane, WorkPane
from musiclib.gui.widgets.choosers import choose_file
from musiclib.gui.widgets.controls import label
from musiclib.gui.widgets.plan_pane import PlanPane
from musiclib.gui.widgets.step_rail import StepRail
from musiclib.services.bulk_fetch import Fetched, FetchProgress
from musiclib.services.bulk_runs import Changed, ChangedTracks, ReadPlan, RunDone
from musiclib.services.changes import Change

_FEW = 2_000
_CHOOSE, _FETCH, _PLAN, _APPLY = range(4)


class BulkPage(Page):
    """`open` takes the ids of the tracks, or `EVERYTHING`; without, it goes on where it was."""

    _progressed = Signal(object)

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._tracks: tuple[TrackId, ...] | None = None
        self._count = 0
        self._fetched: Fetched | None = None
        self._file: Path | None = None
        """The CSV file the plan was made from."""
        self._run: ChangesetId | None = None
        self._stopped = threading.Event()
        self._said = ["", "", "", ""]
        self._lay_out()
        self._connect()
        context.shell.closing.connect(self._stopped.set)

    def open(self, argument: object = None) -> None:
        if self._stack.currentWidget() is not self.work:  # what is under way is not lost for another wish
            if isinstance(argument, tuple):
                self._tracks, self._count = tuple(argument), len(argument)
                self._begin()
            elif argument == places.EVERYTHING or (self._tracks is None and not self._count):
                self._tracks = None
                self._begin()
                counts = self.context.library.browsing.counts
                self.context.reading.ask(Topic.PLAN, counts, self._on_counts)
        self.setFocus()
        if self._stack.currentWidget() is self.plan:
            self.plan.table.setFocus()

    def wait(self, ms: int) -> bool:
        self._stopped.set()
        return True

    # -- looks

    def _lay_out(self) -> None:
        theme = self.context.theme
        self.rail = StepRail(
            theme,
            [
                (self.tr("Choose rows"), ""),
                (self.tr("Fetch"), ""),
                (self.tr("Plan"), ""),
                (self.tr("Apply"), ""),
            ],
        )
        self._about = label(theme, "", "small", "secondary")
        head = QWidget()
        head.setMinimumHeight(theme.size("topbar"))
        row = QHBoxLayout(head)
        margin = theme.size("page_margin")
        row.setContentsMargins(margin, theme.space(2), margin, theme.space(1))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(theme, self.tr("Bulk change"), "page"))
        words.addWidget(self._about)
        row.addLayout(words)
        row.addStretch(1)
        row.addWidget(self.rail)
        self.choose, self.work = ChoosePane(theme), WorkPane(theme)
        self.plan, self.done = PlanPane(self.context), DonePane(theme)
        self._stack = QStackedWidget()
        for each in (self.choose, self.work, self.plan, self.done):
            self._stack.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._progressed.connect(self._show_progress)
        self.choose.fetch_wanted.connect(self._fetch)
        self.choose.plan_wanted.connect(self._plan_stored)
        self.choose.file_wanted.connect(self._choose_file)
        self.work.stop_wanted.connect(self._stop)
        self.plan.back_wanted.connect(self._begin)
        self.plan.save_wanted.connect(self._choose_target)
        self.plan.apply_wanted.connect(self._apply)
        self.done.leave_wanted.connect(self._leave)
        self.done.again_wanted.connect(self._plan_again)
        self.done.revert_wanted.connect(lambda: self._revert("ask"))
        self.done.keep_wanted.connect(lambda: self._revert("keep"))
        self.done.overwrite_wanted.connect(lambda: self._revert("overwrite"))

    def _show(self, pane: QWidget, step: int) -> None:
        self._stack.setCurrentWidget(pane)
        self._said[_CHOOSE] = track_count(self._count)
        self._said[_PLAN] = self.tr("tick what to write")
        self._said[_APPLY] = self.tr("one step, undoable")
        self._about.setText(self.tr("Missing facts of {tracks}").format(tracks=track_count(self._count)))
        self.rail.show_step(step, self._said)

    # -- choose rows

    def _begin(self) -> None:
        self._fetched = self._file = self._run = None
        self._said[_FETCH] = self.tr("nothing is written")
        self.choose.say(self._count, self.context.preferences.settings.online)
        self._show(self.choose, _CHOOSE)

    @Slot(object)
    def _on_counts(self, counts: LibraryCounts) -> None:
        if self._tracks is None and self._stack.currentWidget() is self.choose:
            self._count = counts.tracks
            self._begin()

    def _choose_file(self) -> None:
        filters = [self.tr("CSV files (*.csv *.tsv *.txt)"), self.tr("All files (*)")]
        choose_file(self, self.tr("Open a CSV file"), filters, self.plan_file)

    # -- fetch

    def _fetch(self) -> None:
        self._stopped.clear()
        self.work.say(
            self.tr("Asking what is known of {tracks}").format(tracks=track_count(self._count)),
            self.tr("The library is only read. What was answered once is not asked again."),
            can_stop=True,
        )
        self._show(self.work, _FETCH)
        fetch, tracks, stopped = self.context.library.bulk_fetch, self._tracks, self._stopped.is_set
        self.context.reading.ask(
            Topic.FETCH,
            lambda: fetch.fetch(tracks, self._progressed.emit, stopped),
            self._on_fetched,
            self._on_fetch_failed,
        )

    @Slot(object)
    def _show_progress(self, progress: FetchProgress) -> None:
        self.work.show_progress(progress.done, progress.total, progress.current)

    def _stop(self) -> None:
        self._stopped.set()
        self.work.stopping()

    @Slot(object)
    def _on_fetched(self, fetched: Fetched) -> None:
        self._fetched = fetched
        at = f"{fetched.at.astimezone():%H:%M}"
        sources = len(fetched.asked)
        words = self.tr("1 source, {at}") if sources == 1 else self.tr("{n} sources, {at}")
        self._said[_FETCH] = words.format(n=sources, at=at)
        for note in fetched.notes[:1]:
            self.context.shell.toast(note)
        self._plan()

    @Slot(object)
    def _on_fetch_failed(self, error: KnownError) -> None:
        self._begin()
        self.context.shell.toast(str(error))

    # -- plan

    def _plan_stored(self) -> None:
        self._fetched = None
        self._said[_FETCH] = self.tr("what is stored")
        self._plan()

    def _plan(self) -> None:
        runs, tracks, fields = self.context.library.bulk_runs, self._tracks, self.choose.fields()
        found = self._fetched.offers if self._fetched else None
        self._plan_by(lambda: runs.plan_tracks(tracks, fields, found))

    def plan_file(self, path: str) -> None:
        """Make the plan of a CSV file, or go on with one that was saved."""
        self._file, runs = Path(path), self.context.library.bulk_runs
        self._said[_FETCH] = self._file.name
        self.work.say(self.tr("Reading {name}").format(name=self._file.name), "", can_stop=False)
        self._show(self.work, _PLAN)
        file = self._file
        self.context.reading.ask(
            Topic.PLAN, lambda: runs.plan_file(file), self._on_read, self._on_plan_failed
        )

    @Slot(object)
    def _on_read(self, read: ReadPlan) -> None:
        self._count = len(read.plan.tracks)
        self._tracks = tuple(read.plan.tracks)
        if read.missing:
            line, _ = read.missing[0]
            words = self.tr("{n} lines name tracks that are not in this library, the first is line {line}.")
            self.context.shell.toast(words.format(n=len(read.missing), line=line))
        self._on_plan(read.plan)

    def _plan_by(self, make: Callable[[], Plan]) -> None:
        self.work.say(self.tr("Comparing what the sources say"), "", can_stop=False)
        self._show(self.work, _PLAN)
        self.context.reading.ask(Topic.PLAN, make, self._on_plan, self._on_plan_failed)

    @Slot(object)
    def _on_plan(self, plan: Plan) -> None:
        self._count = len(plan.tracks)
        self._show(self.plan, _PLAN)
        self.plan.show_plan(plan, self._backup_words())

    def _backup_words(self) -> str:
        size = self.context.library.bulk_runs.backup_bytes()
        if size is None:
            return self.tr("A backup is made first, if pg_dump is installed here")
        return self.tr("A backup is made first, {size}").format(
            size=transfer_words.size_words(size, wording.translate, wording.decimal)
        )

    @Slot(object)
    def _on_plan_failed(self, error: KnownError) -> None:
        self.done.say(self.tr("There is no plan"), str(error), ())
        self._show(self.done, _PLAN)

    def _plan_again(self) -> None:
        if self._file is not None:
            self.plan_file(str(self._file))
        else:
            self._plan()

    def _choose_target(self) -> None:
        chooser = QFileDialog(self, self.tr("Save plan as CSV"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setNameFilters([self.tr("CSV files (*.csv)")])
        chooser.setDefaultSuffix("csv")
        chooser.selectFile(f"bulk_plan_{self.context.now().astimezone():%Y%m%d_%H%M%S}.csv")
        chooser.fileSelected.connect(self.save_plan)
        chooser.open()

    def save_plan(self, path: str) -> None:
        """Write the plan with its ticks."""
        runs, plan = self.context.library.bulk_runs, self.plan.model.plan
        target = Path(path)

        def save() -> Path:
            runs.save(plan, target)
            return target

        self.context.commands.run(save, self._on_saved)

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self.context.shell.toast(self.tr("Saved as {name}.").format(name=path.name))

    # -- apply

    def _apply(self) -> None:
        runs, plan = self.context.library.bulk_runs, self.plan.model.plan
        writes = wording.number(plan.count(CellState.WRITE))
        self.work.say(
            self.tr("Writing {n} values").format(n=writes),
            self.tr("After a backup that is read once more, in one step: all of them or none."),
            can_stop=False,
        )
        self._show(self.work, _APPLY)
        self.context.commands.run(lambda: runs.apply(plan), self._on_applied, self._on_not_applied)

    @Slot(object)
    def _on_applied(self, done: RunDone) -> None:
        self._run = done.change.changeset_id
        self._refresh(done.change)
        kept = self.tr("The backup is {path}.").format(path=done.backup) if done.backup else ""
        self.done.say(f"{done.change.summary}.", kept, (self.done.revert,))
        self._show(self.done, _APPLY + 1)

    @Slot(object)
    def _on_not_applied(self, error: KnownError) -> None:
        self.done.say(self.tr("Nothing was written"), str(error), (self.done.again,))
        self._show(self.done, _APPLY)

    def _revert(self, changed: Changed) -> None:
        runs, run = self.context.library.bulk_runs, self._run
        self.work.say(self.tr("Taking it back"), "", can_stop=False)
        self._show(self.work, _APPLY)
        self.context.commands.run(lambda: runs.revert(run, changed), self._on_reverted, self._on_not_reverted)

    @Slot(object)
    def _on_reverted(self, change: Change) -> None:
        self._refresh(change)
        words = self.tr("Every row that was changed is as it was before the run.")
        self.done.say(self.tr("Taken back: {what}").format(what=change.summary), words, (self.done.again,))
        self._show(self.done, _APPLY)

    @Slot(object)
    def _on_not_reverted(self, error: KnownError) -> None:
        asks = isinstance(error, ChangedTracks)
        offered = (self.done.keep, self.done.overwrite) if asks else ()
        title = self.tr("Some tracks were changed since") if asks else self.tr("It cannot be taken back")
        self.done.say(title, str(error), offered)
        self._show(self.done, _APPLY)

    def _refresh(self, change: Change) -> None:
        """Few tracks are read again one by one; after a run over very many, what is seen."""
        few = len(change.track_ids) <= _FEW
        self.context.shell.refresh(list(change.track_ids) if few else None, [] if few else None)

    def _leave(self) -> None:
        self._begin()
        self.context.shell.open_page(places.TRACKS)
