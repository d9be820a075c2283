"""The only module that knows everything below it: builds a `Library` from settings."""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from musiclib.analysis.pool import AnalysisPool
from musiclib.credentials import CredentialStore, Secret
from musiclib.db.art_files import ArtFiles
from musiclib.db.download_rows import source_names
from musiclib.db.engine import Database
from musiclib.db.migrate import upgrade, utc_now
from musiclib.db.remerging import ask_if_order_changed
from musiclib.domain.audio_choice import Rules
from musiclib.domain.queue import QueueSummary
from musiclib.domain.states import Source, TaskKind
from musiclib.downloads.addresses import Addresses
from musiclib.downloads.base import Downloader
from musiclib.downloads.purchases import Purchases
from musiclib.errors import BadInput
from musiclib.power import Power
from musiclib.providers.base import AnswerCache, ArtBytes, ArtProvider, Gate, MetadataProvider
from musiclib.providers.spotify_account import Access
from musiclib.runners import terms
from musiclib.runners.audio_work import AudioWork
from musiclib.runners.downloads import DownloadRunner
from musiclib.runners.enrichment import Desk, EnrichmentRunner
from musiclib.runners.gate import DatabaseAnswers, DatabaseGate, FreshAnswers
from musiclib.runners.look_up import Thresholds
from musiclib.runners.metadata_work import MetadataWork
from musiclib.runners.pace import Pace, full_pace, pace_of
from musiclib.runners.sources import Connect, Sources
from musiclib.runners.transfer_work import DownloadDesk
from musiclib.runners.updates import DownloadUpdate, RunnerUpdate
from musiclib.runners.worker_id import make_worker_id
from musiclib.services.account_check import AccountCheck, OpenSpotify
from musiclib.services.accounts import AccountService
from musiclib.services.acts import Acts, Clock
from musiclib.services.album_editor import AlbumEditorService
from musiclib.services.arrivals import FileArrivals
from musiclib.services.art import ArtService
from musiclib.services.art_types import ArtSources, FetchPicture, OpenArt
from musiclib.services.browsing import BrowsingService
from musiclib.services.demo import DemoService, WorkUntilIdle, is_sample, resources_folder
from musiclib.services.download_sources import SourcesService
from musiclib.services.downloads import DownloadService
from musiclib.services.enrichment import EnrichmentService
from musiclib.services.groups import GroupService
from musiclib.services.imports import ImportService
from musiclib.services.library import LibraryService
from musiclib.services.listening import ListeningService
from musiclib.services.maintenance import MaintenanceService
from musiclib.services.provenance import ProvenanceService
from musiclib.services.review import OpenProviders, ReviewService
from musiclib.services.scan import ScanService
from musiclib.services.searching import SearchingService
from musiclib.services.smart_albums import SmartAlbumService
from musiclib.settings import Settings, SettingsInForce, SourceOrder

if TYPE_CHECKING:
    from musiclib.providers.sample import SampleCatalogue

_CHECK = "musiclib.analysis.checking:check_audio"
_LOOK_UPS_AT_ONCE = 32
"""So many that those who wait for a slow provider can be asked for together, while a fast one goes on."""


@dataclass(frozen=True)
class Library:
    """An open library: what the window and the command line work with. Thread-safe."""

    imports: ImportService
    library: LibraryService
    searching: SearchingService
    groups: GroupService
    smart_albums: SmartAlbumService
    browsing: BrowsingService
    scan: ScanService
    editor: AlbumEditorService
    review: ReviewService
    provenance: ProvenanceService
    enrichment: EnrichmentService
    art: ArtService
    demo: DemoService
    maintenance: MaintenanceService
    accounts: AccountService
    account_check: AccountCheck
    downloads: DownloadService
    sources: SourcesService
    listening: ListeningService
    _secrets: CredentialStore = field(repr=False)
    _power: Power = field(repr=False)
    _settings: SettingsInForce = field(repr=False)
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
        access = self.accounts.access()
        desks = _Desks(self._db, self.settings, self._clock, access, connect, analyse, tuple(kinds))
        return _runner(desks, on_change, pace_of(lambda: desks.settings, self._power))

    def download_runner(
        self,
        on_change: Callable[[DownloadUpdate], None],
        *,
        open_sources: OpenSources | None = None,
    ) -> DownloadRunner:
        """A worker that fetches what is wanted; `on_change` is called in the loop that runs it.

        `open_sources` opens other sources of audio than those that are set up.
        """
        settings = self.settings
        opened = open_sources or self._open_sources
        return DownloadRunner(
            self._db,
            functools.partial(_download_desk, settings, self._clock, opened, self._secrets, self._db.url),
            worker_id=make_worker_id(),
            clock=self._clock,
            on_change=on_change,
            poll_interval_s=min(1.0, settings.poll_interval_s),
        )

    @asynccontextmanager
    async def _open_sources(self) -> AsyncIterator[Sequence[Downloader]]:
        async with self.sources.connect() as connected:
            yield connected.sources

    @property
    def settings(self) -> Settings:
        """Those in force."""
        return self._settings.now

    def use(self, settings: Settings) -> None:
        """Take other settings from now on; a runner keeps those it was made with.

        The place of the library stays: `data_dir`, `database_url` and `credentials` count when it is opened.
        """
        self._settings.use(settings)

    def close(self) -> None:
        """Let go of the database. Runners must have ended. May be called twice."""
        self.listening.close()
        self._db.close()


def database_url(settings: Settings) -> str:
    return settings.database_url or f"sqlite:///{settings.data_dir / 'library.sqlite3'}"


def _open_database(settings: Settings, clock: Clock) -> Database:
    db = Database.open(database_url(settings))
    try:
        upgrade(db, settings.backup_dir, clock=clock)
    except BaseException:
        db.close()
        raise
    return db


def open_library(settings: Settings, *, clock: Clock = utc_now, power: Power | None = None) -> Library:
    """Open the library of these settings, making or upgrading it first. `power` tells of the battery.

    Raises an error of the `DatabaseError` family, each with a sentence that says what to do.
    """
    db, power = _open_database(settings, clock), power or Power()
    in_force = SettingsInForce(settings)
    precedence = SourceOrder(in_force)
    acts = Acts(db, clock, precedence)
    art = ArtFiles(settings.art_dir)
    credentials = CredentialStore(settings.data_dir, settings.credentials)
    accounts = AccountService(db, in_force, clock, credentials, art, precedence)
    imports = ImportService(db, acts, clock, precedence)
    scan = ScanService(db, clock, precedence)
    return Library(
        imports=imports,
        library=LibraryService(db, acts, clock, precedence),
        searching=SearchingService(db, clock),
        groups=GroupService(db, clock),
        smart_albums=SmartAlbumService(db, clock),
        browsing=BrowsingService(db, clock),
        scan=scan,
        editor=AlbumEditorService(db, acts, precedence),
        review=ReviewService(db, acts, precedence, _open_providers(db, in_force, clock, accounts.access)),
        provenance=ProvenanceService(db, acts),
        enrichment=EnrichmentService(
            db,
            clock,
            lambda: terms.rates(in_force.now),
            lambda: terms.off(in_force.now),
            pace_of(lambda: in_force.now, power),
        ),
        art=ArtService(
            db,
            acts,
            clock,
            art,
            _open_art(db, in_force, clock, accounts.access),
            _fetch_picture(in_force, clock),
        ),
        demo=DemoService(imports, scan, settings.data_dir, _demo_work(db, in_force, clock)),
        maintenance=MaintenanceService(db, in_force, clock),
        accounts=accounts,
        account_check=AccountCheck(db, _open_spotify(db, in_force, clock, accounts.access)),
        downloads=DownloadService(
            db,
            clock,
            source_names,
            lambda name, text: credentials.write(name, Secret(text)),
            lambda: in_force.now.online,
        ),
        sources=SourcesService(db, in_force, clock, credentials, lambda: _user_agent(in_force.now)),
        listening=ListeningService(db),
        _secrets=credentials,
        _power=power,
        _settings=in_force,
        _db=db,
        _clock=clock,
    )


@dataclass(frozen=True)
class _Desks:
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
        connected = (self.connect or _connect(self.settings, self.clock, self.access))(gate, answers)
        async with connected as sources, self._pool() as pool:
            metadata = MetadataWork(
                self.db,
                sources,
                ArtFiles(self.settings.art_dir),
                Thresholds(self.settings.accept_score, self.settings.review_score),
                self.settings.source_precedence,
                self.clock,
                rates,
                _sample_sources(self.settings),
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


OpenSources = Callable[[], AbstractAsyncContextManager[Sequence[Downloader]]]
"""Opens the sources of audio in the runner's loop and closes them with it."""


@asynccontextmanager
async def _download_desk(
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

    agent = _user_agent(settings)
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


def _runner(
    desks: _Desks, on_change: Callable[[RunnerUpdate], None], pace: Pace = full_pace
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


def _demo_work(db: Database, settings: SettingsInForce, clock: Clock) -> WorkUntilIdle:
    """For the sample library nobody works at anything else: every core analyses."""

    def work(go_on: Callable[[QueueSummary | None], bool]) -> QueueSummary:
        def on_change(update: RunnerUpdate) -> None:
            if not go_on(update.summary):
                runner.request_stop()

        desks = _Desks(db, settings.now, clock, lanes=min(4, os.cpu_count() or 1))
        runner = _runner(desks, on_change)
        return asyncio.run(runner.run(until_idle=True))

    return work


def _user_agent(settings: Settings) -> str:
    from musiclib.providers.http import app_version, user_agent

    return user_agent(settings.contact, app_version())


def _sample_catalogue() -> SampleCatalogue:
    from musiclib.providers.sample import SampleCatalogue

    return SampleCatalogue(resources_folder() / "catalogue.json")


def _sample_sources(settings: Settings) -> Callable[[Iterable[str | None]], Sources | None]:
    """Tracks of the sample library are asked for in its own catalogue, and only there."""

    @functools.cache
    def catalogue() -> Sources:
        sample = _sample_catalogue()
        return Sources((sample,), {sample.name: sample})

    def special(origins: Iterable[str | None]) -> Sources | None:
        return catalogue() if any(is_sample(origin, settings.data_dir) for origin in origins) else None

    return special


def _open_providers(
    db: Database, settings: SettingsInForce, clock: Clock, access: Callable[[], Access | None]
) -> OpenProviders:
    """For a question a person asks, beside the worker: at the same gate and with the same answers kept."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Sequence[MetadataProvider]]:
        now = settings.now
        gate = DatabaseGate(db, terms.rates(now), clock, urgent=True)
        answers = DatabaseAnswers(db, clock)
        async with _connect(now, clock, access())(gate, answers) as sources:
            yield sources.identity

    return opened


def _open_spotify(
    db: Database, settings: SettingsInForce, clock: Clock, access: Callable[[], Access | None]
) -> OpenSpotify:
    """To see whether it answers."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[MetadataProvider | None]:
        now = settings.now
        gate = DatabaseGate(db, terms.rates(now), clock, urgent=True)
        async with _connect(now, clock, access())(gate, FreshAnswers(db, clock)) as sources:
            yield next((each for each in sources.identity if each.name == Source.SPOTIFY), None)

    return opened


def _open_art(
    db: Database, settings: SettingsInForce, clock: Clock, access: Callable[[], Access | None]
) -> OpenArt:
    """The same for pictures; those of the sample library are there without the network."""
    sample = functools.cache(_sample_catalogue)

    @asynccontextmanager
    async def opened() -> AsyncIterator[ArtSources]:
        now = settings.now
        gate = DatabaseGate(db, terms.rates(now), clock, urgent=True)
        answers = DatabaseAnswers(db, clock)
        async with _connect(now, clock, access())(gate, answers) as sources:
            art: dict[str, ArtProvider] = {**sources.art, sample().name: sample()}
            yield ArtSources(now.online, sources.identity, art)

    return opened


def _fetch_picture(settings: SettingsInForce, clock: Clock) -> FetchPicture:
    async def fetch(address: str) -> ArtBytes:
        if not settings.now.online:
            raise BadInput(
                "The network is switched off in the settings. Save the picture and choose the file."
            )
        from musiclib.providers.http import make_client
        from musiclib.providers.pictures import fetch_any_picture

        async with make_client(settings.now.contact) as client:
            return await fetch_any_picture(client, address, clock)

    return fetch


def _connect(settings: Settings, clock: Clock, access: Access | None) -> Connect:
    """The providers in the order they are asked; Spotify if somebody has signed in (`access`)."""

    @asynccontextmanager
    async def connect(gate: Gate, answers: AnswerCache) -> AsyncIterator[Sources]:
        if not settings.online:
            yield Sources()
            return
        from musiclib.providers.coverart import CoverArtArchive
        from musiclib.providers.deezer import Deezer
        from musiclib.providers.http import make_client
        from musiclib.providers.itunes import ITunes
        from musiclib.providers.musicbrainz import MusicBrainz
        from musiclib.providers.spotify import connect_spotify

        async with make_client(settings.contact) as client:
            deezer = Deezer(client, gate, answers, clock, settings.deezer_url)
            brainz = MusicBrainz(client, gate, answers, clock, settings.musicbrainz_url)
            covers = CoverArtArchive(client, gate, answers, clock, settings.coverart_url)
            itunes = ITunes(client, gate, answers, clock, settings.itunes_url)
            spotify = await connect_spotify(access, client, gate, answers) if access else None
            identity: list[MetadataProvider] = [deezer, brainz]
            art: list[ArtProvider] = [covers, deezer, itunes]
            if spotify is not None:
                identity.append(spotify)
                art.append(spotify)
            yield Sources(tuple(identity), {each.name: each for each in art}, (itunes,), (brainz,)).without(
                settings.disabled_providers
            )

    return connect
