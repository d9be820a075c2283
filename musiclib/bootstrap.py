"""The only module that knows everything below it: builds a `Library` from settings."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from musiclib.analysis.pool import AnalysisPool
from musiclib.db.art_files import ArtFiles
from musiclib.db.engine import Database
from musiclib.db.migrate import upgrade, utc_now
from musiclib.domain.states import TaskKind
from musiclib.providers.base import RATES, AnswerCache, Gate
from musiclib.runners.audio_work import AudioWork
from musiclib.runners.enrichment import Desk, EnrichmentRunner
from musiclib.runners.gate import DatabaseAnswers, DatabaseGate
from musiclib.runners.metadata_work import MetadataWork, Thresholds
from musiclib.runners.sources import Connect, Sources
from musiclib.runners.updates import RunnerUpdate
from musiclib.services.acts import Acts, Clock
from musiclib.services.album_editor import AlbumEditorService
from musiclib.services.art import ArtService
from musiclib.services.demo_files import demo_folder, is_demo
from musiclib.services.enrichment import EnrichmentService
from musiclib.services.imports import ImportService
from musiclib.services.library import LibraryService
from musiclib.services.maintenance import MaintenanceService
from musiclib.services.scan import ScanService
from musiclib.settings import Settings

_LOOK_UPS_AT_ONCE = 4


@dataclass(frozen=True)
class Library:
    """An open library: what the window and the command line work with. Thread-safe."""

    settings: Settings
    imports: ImportService
    library: LibraryService
    scan: ScanService
    editor: AlbumEditorService
    enrichment: EnrichmentService
    art: ArtService
    maintenance: MaintenanceService
    _db: Database = field(repr=False)
    _clock: Clock = field(repr=False)

    def enrichment_runner(
        self,
        on_change: Callable[[RunnerUpdate], None],
        *,
        connect: Connect | None = None,
        analyse: str | None = None,
        kinds: Sequence[TaskKind] = tuple(TaskKind),
    ) -> EnrichmentRunner:
        """A worker over this library; `on_change` is called in the loop that runs it.

        `connect` opens other providers than those of the settings, `analyse` names another analyser
        ("module:function", see `AnalysisPool`).
        """
        with self._db.read() as conn:
            demo = is_demo(conn)
        settings = self.settings

        @asynccontextmanager
        async def open_desks() -> AsyncIterator[Sequence[Desk]]:
            gate = DatabaseGate(self._db, RATES, self._clock)
            answers = DatabaseAnswers(self._db, self._clock)
            opened = (connect or _connect(settings, demo, self._clock))(gate, answers)
            async with opened as sources, _analysis(settings, analyse) as pool:
                metadata = MetadataWork(
                    self._db,
                    sources,
                    ArtFiles(settings.art_dir),
                    Thresholds(settings.accept_score, settings.review_score),
                    settings.source_precedence,
                    self._clock,
                )
                audio = AudioWork(self._db, pool, settings.source_precedence, self._clock)
                desks = (
                    Desk(TaskKind.METADATA, _LOOK_UPS_AT_ONCE, metadata.do),
                    Desk(TaskKind.AUDIO, pool.lanes, audio.do),
                )
                yield [desk for desk in desks if desk.kind in kinds]

        return EnrichmentRunner(
            self._db,
            open_desks,
            worker_id=f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid4().hex[:12]}",
            clock=self._clock,
            on_change=on_change,
            poll_interval_s=settings.poll_interval_s,
            providers=_intervals(),
            disabled=_disabled(settings, demo),
            online=settings.online,
        )

    def close(self) -> None:
        """Let go of the database. Runners must have ended. May be called twice."""
        self._db.close()


def database_url(settings: Settings) -> str:
    return settings.database_url or f"sqlite:///{settings.data_dir / 'library.sqlite3'}"


def open_library(settings: Settings, *, clock: Clock = utc_now) -> Library:
    """Open the library of these settings, making or upgrading it first.

    Raises an error of the `DatabaseError` family, each with a sentence that says what to do.
    """
    db = Database.open(database_url(settings))
    try:
        upgrade(db, settings.backup_dir, clock=clock)
        with db.read() as conn:
            demo = is_demo(conn)
    except BaseException:
        db.close()
        raise
    precedence = settings.source_precedence
    acts = Acts(db, clock, precedence)
    return Library(
        settings=settings,
        imports=ImportService(db, acts, clock, precedence),
        library=LibraryService(db, acts, clock, precedence),
        scan=ScanService(db, clock, precedence),
        editor=AlbumEditorService(db, acts, precedence),
        enrichment=EnrichmentService(db, clock, _intervals(), _disabled(settings, demo)),
        art=ArtService(db, acts, ArtFiles(settings.art_dir)),
        maintenance=MaintenanceService(db, settings, clock),
        _db=db,
        _clock=clock,
    )


def _intervals() -> dict[str, float | None]:
    return {name: rate.min_interval_s for name, rate in RATES.items()}


def _disabled(settings: Settings, demo: bool) -> tuple[str, ...]:
    return () if settings.online and not demo else tuple(RATES)


def _connect(settings: Settings, demo: bool, clock: Clock) -> Connect:
    @asynccontextmanager
    async def connect(gate: Gate, answers: AnswerCache) -> AsyncIterator[Sources]:
        if demo:
            from musiclib.providers.sample import SampleCatalogue

            sample = SampleCatalogue(demo_folder() / "catalogue.json")
            yield Sources((sample,), {sample.name: sample})
        elif not settings.online:
            yield Sources()
        else:
            from musiclib.providers.coverart import CoverArtArchive
            from musiclib.providers.http import make_client
            from musiclib.providers.musicbrainz import MusicBrainz

            async with make_client(settings.contact) as client:
                brainz = MusicBrainz(client, gate, answers, clock, settings.musicbrainz_url)
                covers = CoverArtArchive(client, gate, answers, clock, settings.coverart_url)
                yield Sources((brainz,), {covers.name: covers})

    return connect


def _analysis(settings: Settings, analyse: str | None) -> AnalysisPool:
    engine = None if settings.analysis_engine == "auto" else settings.analysis_engine
    lanes = settings.analysis_lanes or None
    if analyse is None:
        return AnalysisPool(lanes, engine=engine)
    return AnalysisPool(lanes, engine=engine, analyse=analyse)
