"""How the settings become runners, with what they work at opened in their loop and closed with it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from musiclib.analysis.pool import AnalysisPool
from musiclib.credentials import CredentialStore
from musiclib.db.art_files import ArtFiles
from musiclib.db.engine import Database
from musiclib.db.remerging import ask_if_order_changed
from musiclib.domain.audio_choice import Rules
from musiclib.domain.queue import QueueSummary
from musiclib.domain.states import TaskKind
from musiclib.downloads.addresses import Addresses
from musiclib.downloads.base import Downloader
from musiclib.downloads.purchases import Purchases
from musiclib.providers.spotify_account import Access
from musiclib.runners import terms
from musiclib.runners.audio_work import AudioWork
from musiclib.runners.enrichment import Desk, EnrichmentRunner
from musiclib.runners.gate import DatabaseAnswers, DatabaseGate
from musiclib.runners.look_up import Thresholds
from musiclib.runners.metadata_work import MetadataWork
from musiclib.runners.pace import Pace, full_pace
from musiclib.runners.sources import Connect
from musiclib.runners.transfer_work import DownloadDesk
from musiclib.runners.updates import RunnerUpdate
from musiclib.runners.worker_id import make_worker_id
from musiclib.services.acts import Clock
from musiclib.services.arrivals import FileArrivals
from musiclib.services.demo import WorkUntilIdle
from musiclib.settings import Settings, SettingsInForce
from musiclib.wiring.providers import connect_all, own_user_agent, sample_sources

_CHECK = "musiclib.analysis.checking:check_audio"
_LOOK_UPS_AT_ONCE = 32
"""So many that those who wait for a slow provider can be asked for together, while a fast one goes on."""

OpenSources = Callable[[], AbstractAsyncContextManager[Sequence[Downloader]]]
"""Opens the sources of audio in the runner's loop and closes them with it."""


@dataclass(frozen=True)
class Desks:
    """What a runner works with: providers and lanes are opened in its loop and closed with it."""

    db: Database
    settings: Settings
    clock: Clock
    access: Access | None = None
    connect: Connect | None = None
    analyse: str | None = None
    kinds: tuple[TaskKind, ...] = tuple(TaskKind)
    lanes: int | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Sequence[Desk]]:
        rates = terms.rates(self.settings)
        gate = DatabaseGate(self.db, rates, self.clock)
        answers = DatabaseAnswers(self.db, self.clock)
        ask_if_order_changed(self.db, self.settings.source_precedence, self.clock())
        connected = (self.connect or connect_all(self.settings, self.clock, self.access))(gate, answers)
        async with connected as sources, self._pool() as pool:
            metadata = MetadataWork(
                self.db,
                sources,
                ArtFiles(self.settings.art_dir),
                Thresholds(self.settings.accept_score, self.settings.review_score),
                self.settings.source_precedence,
                self.clock,
                rates,
                sample_sources(self.settings),
            )
            audio = AudioWork(self.db, pool, self.settings.source_precedence)
            desks = (
                Desk(TaskKind.METADATA, _LOOK_UPS_AT_ONCE, metadata.do, metadata.park, metadata.spare),
                Desk(TaskKind.AUDIO, pool.lanes, audio.do),
            )
            yield [desk for desk in desks if desk.kind in self.kinds]

    def _pool(self) -> AnalysisPool:
        engine = None if self.settings.analysis_engine == "auto" else self.settings.analysis_engine
        lanes = self.lanes or self.settings.analysis_lanes or None
        if self.analyse is None:
            return AnalysisPool(lanes, engine=engine)
        return AnalysisPool(lanes, engine=engine, analyse=self.analyse)


@asynccontextmanager
async def download_desk(
    settings: Settings, clock: Clock, open_sources: OpenSources, secrets: CredentialStore, owner: str
) -> AsyncIterator[DownloadDesk]:
    from musiclib.downloads.engine import Engine, Options

    options = Options(
        bytes_per_s=settings.download_limit_kbps * 1000,
        per_host=settings.downloads_per_host,
        local_files=settings.local_files,
    )

    def secret(name: str) -> str | None:
        kept = secrets.read(name)
        return kept.reveal() if kept else None

    agent = own_user_agent(settings)
    engine = Engine(settings.download_dir, user_agent=agent, clock=clock, options=options, owner=owner)
    try:
        async with open_sources() as sources, AnalysisPool(1, analyse=_CHECK) as checker:
            yield DownloadDesk(
                sources=sources,
                given=(*([Addresses(secret)] if settings.online else []), Purchases()),
                engine=engine,
                checker=checker,
                arrivals=FileArrivals(settings.source_precedence),
                rules=Rules(
                    settings.download_formats,
                    settings.download_min_kbps,
                    settings.accept_score,
                    settings.review_score,
                ),
                template=settings.file_template,
                at_once=settings.downloads_at_once,
                folder=settings.download_dir,
                online=settings.online,
            )
    finally:
        await engine.aclose()


def enrichment_runner(
    desks: Desks, on_change: Callable[[RunnerUpdate], None], pace: Pace = full_pace
) -> EnrichmentRunner:
    settings = desks.settings
    return EnrichmentRunner(
        desks.db,
        desks.open,
        worker_id=make_worker_id(),
        clock=desks.clock,
        on_change=on_change,
        poll_interval_s=settings.poll_interval_s,
        rates=terms.rates(settings),
        off=terms.off(settings),
        online=terms.asks_anybody(settings),
        pace=pace,
    )


def demo_work(db: Database, settings: SettingsInForce, clock: Clock) -> WorkUntilIdle:
    """For the sample library nobody works at anything else: every core analyses."""

    def work(go_on: Callable[[QueueSummary | None], bool]) -> QueueSummary:
        def on_change(update: RunnerUpdate) -> None:
            if not go_on(update.summary):
                runner.request_stop()

        desks = Desks(db, settings.now, clock, lanes=min(4, os.cpu_count() or 1))
        runner = enrichment_runner(desks, on_change)
        return asyncio.run(runner.run(until_idle=True))

    return work
