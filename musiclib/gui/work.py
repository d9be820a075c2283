"""The long jobs a person starts (a scan, the sample library), and what the strip says about all work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from musiclib.domain import transfer_words
from musiclib.domain.collecting import CollectionPhase, CollectionProgress
from musiclib.domain.collecting_words import left_words, phase_words
from musiclib.domain.queue import QueueSummary
from musiclib.domain.queue_words import pace_sentence
from musiclib.domain.states import TaskKind
from musiclib.domain.sync_words import KIND_NAMES
from musiclib.errors import KnownError
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.threads import JobThread
from musiclib.gui.widgets.activity_strip import ActivityStrip, StripWork
from musiclib.services.demo_types import DemoOutcome, DemoPhase, DemoProgress
from musiclib.services.hearing_types import HearingOutcome, HearingProgress
from musiclib.services.scan_types import ScanOutcome, ScanPhase, ScanProgress
from musiclib.services.sync_types import SyncOutcome, SyncProgress


class Jobs(QObject):
    """At most one job at a time. `progressed` carries what the strip should say, None at the end."""

    progressed = Signal(object)
    failed = Signal(str)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._thread: JobThread | None = None

    @property
    def thread_object(self) -> JobThread | None:
        """The job that runs, for the shutdown to wait for."""
        return self._thread

    def scan(self, folders: Sequence[Path]) -> None:
        """Read the audio files of these folders."""
        service = self._context.library.scan
        self._start(
            "scan",
            lambda tell, stop: service.scan(list(folders), tell, stop),
            self._on_scan_progress,
            self._on_scanned,
        )

    def make_demo(self) -> None:
        """Make the sample albums."""
        service = self._context.library.demo
        self._start("demo", service.build, self._on_demo_progress, self._on_demo)

    def sync(self, address: str, password: str) -> None:
        """Exchange changes with a shared library."""
        service = self._context.library.sync

        def exchange(tell: Callable[[SyncProgress], None], stop: Callable[[], bool]) -> SyncOutcome:
            whole = service.address(address, password)
            return service.run(whole, tell, stop, remember=bool(password))

        self._start("sync", exchange, self._on_sync_progress, self._on_synced)

    @Slot()
    def listen(self) -> None:
        """Make fingerprints of the files that have none."""
        service = self._context.library.fingerprints
        self._start("listen", service.make, self._on_hearing_progress, self._on_heard)

    def cancel(self) -> None:
        if self._thread is not None:
            self._thread.request_stop()

    def _start(
        self,
        name: str,
        work: Callable[[Callable[[Any], None], Callable[[], bool]], Any],
        on_progress: Callable[[Any], None],
        on_done: Callable[[Any], None],
    ) -> None:
        if self._thread is not None:
            self.failed.emit(self.tr("Something is being added already. Wait until it is done, or stop it."))
            return
        thread = JobThread(work, name, self)
        thread.progressed.connect(on_progress)
        thread.done.connect(on_done)
        thread.failed.connect(self._on_failed)
        thread.crashed.connect(self._on_crashed)
        thread.finished.connect(self._on_finished)
        self._thread = thread
        self.progressed.emit(StripWork(self.tr("Starting"), can_cancel=True))
        thread.start()

    @Slot(object)
    def _on_scan_progress(self, progress: ScanProgress) -> None:
        phase = {
            ScanPhase.LISTING: self.tr("Looking for files"),
            ScanPhase.READING: self.tr("Reading files"),
            ScanPhase.MATCHING: self.tr("Matching files with your lists"),
        }.get(progress.phase, self.tr("Reading files"))
        rate, about = self._pace(progress)
        work = StripWork(
            phase, progress.current or "", progress.done, progress.total or 0, rate, about, can_cancel=True
        )
        self.progressed.emit(work)

    def _pace(self, progress: ScanProgress) -> tuple[str, str]:
        """How fast files are read, and when the last one will be; empty until that can be said."""
        if not progress.per_second:
            return "", ""
        rate = self.tr("{n} a second").format(n=wording.number(max(1, round(progress.per_second))))
        if progress.seconds_left is None:
            return rate, ""
        now = self._context.now()
        about = wording.clock(now)(now + timedelta(seconds=progress.seconds_left))
        return rate, self.tr("done about {time}").format(time=about)

    @Slot(object)
    def _on_scanned(self, outcome: ScanOutcome) -> None:
        shell = self._context.shell
        parts = [self.tr("{n} files added").format(n=wording.number(outcome.added))]
        if outcome.linked:
            parts.append(self.tr("{n} matched with your lists").format(n=wording.number(outcome.linked)))
        if outcome.moved:
            parts.append(self.tr("{n} were moved").format(n=wording.number(outcome.moved)))
        if outcome.broken:
            parts.append(self.tr("{n} cannot be read").format(n=wording.number(len(outcome.broken))))
        if outcome.missing:
            parts.append(self.tr("{n} are missing").format(n=wording.number(outcome.missing)))
        shell.refresh(list(outcome.track_ids), list(outcome.album_ids))
        shell.work_arrived()
        if outcome.kept:
            parts.append(self.tr("places to look at: {n}").format(n=wording.number(len(outcome.kept))))
        if outcome.broken or outcome.kept:
            see = partial(shell.open_page, places.SETTINGS, outcome)
            shell.toast(", ".join(parts), self.tr("See which"), see)
        else:
            shell.toast(", ".join(parts))

    @Slot(object)
    def _on_demo_progress(self, progress: DemoProgress) -> None:
        phase = {
            DemoPhase.SYNTHESISING: self.tr("Making sample tracks"),
            DemoPhase.IMPORTING: self.tr("Importing sample lists"),
            DemoPhase.SCANNING: self.tr("Reading sample files"),
        }.get(progress.phase, self.tr("Looking up sample tracks"))
        self.progressed.emit(
            StripWork(phase, progress.current or "", progress.done, progress.total, can_cancel=True)
        )

    @Slot(object)
    def _on_demo(self, outcome: DemoOutcome) -> None:
        shell = self._context.shell
        shell.refresh()
        shell.restart_work()
        shell.toast(self.tr("{n} sample tracks are in your library").format(n=outcome.tracks))

    @Slot(object)
    def _on_sync_progress(self, progress: SyncProgress) -> None:
        what = wording.translate(KIND_NAMES.get(progress.what, progress.what))
        phase = self.tr("Exchanging changes")
        self.progressed.emit(StripWork(phase, what, progress.done, progress.total, can_cancel=True))

    @Slot(object)
    def _on_synced(self, outcome: SyncOutcome) -> None:
        shell = self._context.shell
        here, there = (
            sum((side.added, side.changed, side.deleted)) for side in (outcome.here, outcome.there)
        )
        if here:
            shell.refresh()
            shell.work_arrived()
        words = self.tr("{n} changes came, {m} went").format(n=wording.number(here), m=wording.number(there))
        if outcome.stopped:
            words = self.tr("Stopped. The next exchange goes on from there.")
        elif not here + there:
            words = self.tr("Nothing had changed on either side")
        if outcome.conflicts:
            see = partial(shell.open_page, places.SETTINGS, "library")
            count = wording.number(outcome.conflicts)
            shell.toast(self.tr("Decided in two ways: {n}").format(n=count), self.tr("Decide"), see)
        else:
            shell.toast(words)

    @Slot(object)
    def _on_hearing_progress(self, progress: HearingProgress) -> None:
        words = self.tr("Listening to files")
        self.progressed.emit(
            StripWork(words, progress.current, progress.done, progress.total, can_cancel=True)
        )

    @Slot(object)
    def _on_heard(self, outcome: HearingOutcome) -> None:
        parts = [self.tr("{n} files listened to").format(n=wording.number(outcome.made))]
        if outcome.left:
            parts.append(self.tr("{n} left").format(n=wording.number(outcome.left)))
        if outcome.failed:
            parts.append(self.tr("{n} cannot be read").format(n=wording.number(len(outcome.failed))))
        self._context.shell.toast(", ".join(parts))
        self._context.shell.listened.emit()

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        self.failed.emit(str(error))

    @Slot(object)
    def _on_crashed(self, error: Exception) -> None:
        raise error

    @Slot()
    def _on_finished(self) -> None:
        if self._thread is not None:
            was_sync = self._thread.objectName() == "sync"
            self._thread.let_go()
            self._thread = None
            if was_sync:
                self._context.shell.sync_ended.emit()
        self.progressed.emit(None)


class StripTeller(QObject):
    """Puts the queue and the jobs into the strip; a job goes first."""

    def __init__(self, strip: ActivityStrip, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._strip, self._context = strip, context
        self._summary: QueueSummary | None = None
        self._job: StripWork | None = None
        context.pulse.beat.connect(strip.glyph.set_turn)
        context.downloads.summary_changed.connect(self._tell)
        context.collecting.changed.connect(self._tell)
        strip.cancel_wanted.connect(self._cancel_run)

    @Slot(object)
    def show_job(self, work: StripWork | None) -> None:
        self._job = work
        self._tell()

    @Slot(object)
    def show_summary(self, summary: QueueSummary) -> None:
        self._summary = summary
        self._tell()

    @Slot()
    def _tell(self) -> None:
        if self._job is not None:
            self._strip.show_work(self._job)
        elif (run := self._run()) is not None:
            self._strip.show_work(run)
        elif self._summary is None:
            self._strip.show_idle("")
        elif self._summary.paused and self._summary.open:
            words = StripWork(
                self.tr("Paused by you"),
                done=self._summary.done,
                total=self._summary.total,
                paused=True,
                can_pause=True,
            )
            self._strip.show_work(words)
        elif self._summary.running or self._in_line(self._summary):
            self._strip.show_work(self._work_of(self._summary))
        elif (coming := self._coming()) is not None:
            self._strip.show_work(coming)
        else:
            self._strip.show_idle(self._idle_words(self._summary))
        if self._summary is not None:
            self._strip.show_waiting(self._waiting_words(self._summary))

    @Slot()
    def _cancel_run(self) -> None:
        if self._job is None:
            self._context.collecting.cancel()

    def _run(self) -> StripWork | None:
        """The collection run that goes on."""
        collecting = self._context.collecting
        if collecting.run is None:
            return None
        at = collecting.progress or CollectionProgress(CollectionPhase.COUNTING)
        clock = wording.clock(self._context.now())
        phase = phase_words(at, collecting.run.source, clock, wording.translate)
        rate = ""
        if at.per_second is not None:
            rate = self.tr("{n} a second").format(n=wording.decimal(at.per_second, 1))
        about = (
            "" if at.seconds_left is None else left_words(at.seconds_left, wording.translate, wording.number)
        )
        return StripWork(phase, at.current, at.done, at.total or 0, rate, about, can_cancel=True)

    def _in_line(self, summary: QueueSummary) -> bool:
        """Whether anything waits for its turn that is not held back."""
        rests = summary.analysis.rests
        return any(each.queued for each in summary.kinds if each.kind is not TaskKind.AUDIO or not rests)

    def _work_of(self, summary: QueueSummary) -> StripWork:
        clock = wording.clock(self._context.now())
        phase, item = self.tr("Work is in line"), ""
        if summary.running:
            first = summary.running[0]
            phase = self.tr("Analysing") if first.kind is TaskKind.AUDIO else self.tr("Looking up")
            item = f"{first.artist} – {first.title}"
        rate = ""
        if summary.rate_per_min:
            rate = self.tr("{n} a minute").format(n=max(1, round(summary.rate_per_min)))
        about = ""
        if summary.done_about is not None:
            about = self.tr("done about {time}").format(time=clock(summary.done_about))
        elif summary.running:
            about = self.tr("working out how long it takes")
        return StripWork(phase, item, summary.done, summary.total, rate, about, can_pause=True)

    def _coming(self) -> StripWork | None:
        """What is fetched at this moment."""
        downloads = self._context.downloads
        moving, summary = downloads.moving(), downloads.summary
        if moving is None or summary is None:
            return None
        album, track = moving
        pace = transfer_words.speed_words(summary.speed_bps, wording.translate, wording.decimal)
        left = summary.seconds_left
        about = "" if left is None else transfer_words.time_words(left, wording.translate)
        # In kilobytes: the bar counts in whole numbers of 32 bits.
        done, total = summary.bytes_done // 1000, summary.bytes_total // 1000
        words = transfer_words.bytes_of(
            summary.bytes_done, summary.bytes_total, wording.translate, wording.decimal
        )
        item = f"{album.title}  {track.title}"
        return StripWork(self.tr("Fetching audio"), item, done, total, pace, about, count=words)

    def _idle_words(self, summary: QueueSummary) -> str:
        waiting = sum(each.waiting for each in summary.kinds)
        if pace := pace_sentence(summary, wording.translate, wording.number):
            return pace
        if waiting:
            return self.tr("Nothing to do right now. {n} wait, see Activity.").format(
                n=wording.number(waiting)
            )
        on = [wording.source_name(each.name) for each in summary.providers if each.enabled]
        if not on:
            return self.tr("Nothing to do. No source on the network is asked, by your settings.")
        return self.tr("Nothing to do. Sources: {names}.").format(names=", ".join(on))

    def _waiting_words(self, summary: QueueSummary) -> str:
        blocked = [(each.blocked_until, each.name) for each in summary.providers if each.blocked_until]
        if not blocked:
            return ""
        until, name = min(blocked)
        clock = wording.clock(self._context.now())
        return self.tr("{name} waits till {time}").format(name=wording.source_name(name), time=clock(until))
