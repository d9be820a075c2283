"""Collection runs of the window: at most one at a time, in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from musiclib.bootstrap import Library
from musiclib.domain.collecting import CollectionOutcome, CollectionProgress, Ending
from musiclib.domain.collecting_words import ending_words, result_words
from musiclib.domain.states import Source
from musiclib.errors import KnownError
from musiclib.gui import shell as places
from musiclib.gui.shell import COLLECTION, Shell
from musiclib.gui.threads import JobThread
from musiclib.gui.wording import clock, number, translate

Told = Callable[[CollectionProgress], None]
Stop = Callable[[], bool]


class Run(StrEnum):
    SPOTIFY = "spotify"
    BEATPORT = "beatport"
    FILES = "files"
    PROCESSING = "processing"

    @property
    def source(self) -> Source:
        return Source.SPOTIFY if self is Run.SPOTIFY else Source.BEATPORT


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a run: of fetching or reading, then of processing."""

    run: Run
    outcomes: tuple[CollectionOutcome, ...] = ()
    problem: str = ""
    """Why it could not even begin; a sentence."""


class Collecting(QObject):
    """Starts runs and tells how they stand; `request_stop` at the end of the program ends what runs."""

    changed = Signal()
    """`run`, `progress` or `last`."""

    def __init__(self, library: Library, shell: Shell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service, self._shell = library.collection, shell
        self.run: Run | None = None
        self.progress: CollectionProgress | None = None
        self.last: Ended | None = None
        """The run that ended last in this session."""
        self._thread: JobThread | None = None

    def start_spotify(self) -> None:
        """Find the Spotify track of every track that has an ISRC."""

        def work(told: Told, stop: Stop) -> Ended:
            return Ended(
                Run.SPOTIFY, (asyncio.run(self._service.enrich_tracks_with_spotify_data(told, stop)),)
            )

        self._start(Run.SPOTIFY, work)

    def start_beatport(self) -> None:
        """Keep what Beatport says of every track with an ISRC, then process it."""
        self._collect(Run.BEATPORT, ())

    def read_files(self, files: Sequence[Path]) -> None:
        """Keep what these files hold of Beatport, then process it."""
        self._collect(Run.FILES, files)

    def start_processing(self) -> None:
        """Process everything that is kept of Beatport anew."""

        def work(told: Told, stop: Stop) -> Ended:
            outcome = asyncio.run(self._service.process_unprocessed_beatport_tracks(told, stop, again=True))
            return Ended(Run.PROCESSING, (outcome,))

        self._start(Run.PROCESSING, work)

    def cancel(self) -> None:
        """End the run; what it has found stays."""
        if self._thread is not None:
            self._thread.request_stop()

    def request_stop(self) -> None:
        self.cancel()

    def wait(self, ms: int) -> bool:
        return self._thread is None or self._thread.wait(ms)

    def _collect(self, run: Run, files: Sequence[Path]) -> None:
        async def both(told: Told, stop: Stop) -> Ended:
            raw = await self._service.collect_beatport_tracks_raw(told, stop, files=files)
            if raw.ending is Ending.STOPPED:
                return Ended(run, (raw,))
            return Ended(run, (raw, await self._service.process_unprocessed_beatport_tracks(told, stop)))

        self._start(run, lambda told, stop: asyncio.run(both(told, stop)))

    def _start(self, run: Run, work: Callable[[Told, Stop], Ended]) -> None:
        if self._thread is not None:
            self._shell.toast(
                self.tr("A collection run goes on already. Wait until it is done, or cancel it.")
            )
            return
        thread = JobThread(work, "collection", self)
        thread.progressed.connect(self._progressed)
        thread.done.connect(self._ended)
        thread.failed.connect(self._failed)
        thread.crashed.connect(self._crashed)
        thread.finished.connect(self._finished)
        self._thread, self.run, self.progress = thread, run, None
        self.changed.emit()
        thread.start()

    @Slot(object)
    def _progressed(self, progress: CollectionProgress) -> None:
        self.progress = progress
        self.changed.emit()

    @Slot(object)
    def _ended(self, ended: Ended) -> None:
        self.last = ended
        self._shell.refresh()
        see = partial(self._shell.open_page, places.ACTIVITY, COLLECTION)
        tell = clock(datetime.now(UTC))
        words = [
            ending_words(each, tell, translate) or result_words(each, translate, number)
            for each in ended.outcomes
        ]
        self._shell.toast(" ".join(words), self.tr("See"), see)

    @Slot(object)
    def _failed(self, error: KnownError) -> None:
        if self.run is not None:
            self.last = Ended(self.run, problem=str(error))
        self._shell.toast(str(error))

    @Slot(object)
    def _crashed(self, error: Exception) -> None:
        raise error

    @Slot()
    def _finished(self) -> None:
        if self._thread is not None:
            self._thread.let_go()
            self._thread = None
        self.run = self.progress = None
        self.changed.emit()
