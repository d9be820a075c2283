"""The only module that knows everything below it: builds a `Library` from settings."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from musiclib.credentials import CredentialStore, Secret
from musiclib.db.art_files import ArtFiles
from musiclib.db.download_rows import source_names
from musiclib.db.engine import Database
from musiclib.db.migrate import upgrade, utc_now
from musiclib.db.server_tools import ToolsMissing
from musiclib.domain.states import TaskKind
from musiclib.downloads.base import Downloader
from musiclib.power import Power
from musiclib.presence import Presence
from musiclib.runners import terms
from musiclib.runners.downloads import DownloadRunner
from musiclib.runners.enrichment import EnrichmentRunner
from musiclib.runners.pace import pace_of
from musiclib.runners.sources import Connect
from musiclib.runners.updates import DownloadUpdate, RunnerUpdate
from musiclib.runners.worker_id import is_dead, make_worker_id
from musiclib.services.account_check import AccountCheck
from musiclib.services.accounts import AccountService
from musiclib.services.acts import Acts, Clock, TakesBack
from musiclib.services.album_editor import AlbumEditorService
from musiclib.services.art import ArtService
from musiclib.services.backups import BEFORE_RUN, BackupService
from musiclib.services.beatport_account import BeatportAccountService
from musiclib.services.browsing import BrowsingService
from musiclib.services.bulk_fetch import BulkFetchService
from musiclib.services.bulk_runs import BulkRunService
from musiclib.services.collection import CollectionService
from musiclib.services.demo import DemoService
from musiclib.services.download_sources import SourcesService
from musiclib.services.downloads import DownloadService
from musiclib.services.duplicates import DuplicateService
from musiclib.services.enrichment import EnrichmentService
from musiclib.services.fingerprints import FingerprintService
from musiclib.services.groups import GroupService
from musiclib.services.imports import ImportService
from musiclib.services.library import LibraryService
from musiclib.services.listening import ListeningService
from musiclib.services.maintenance import MaintenanceService
from musiclib.services.packs import PackService
from musiclib.services.provenance import ProvenanceService
from musiclib.services.report import ReportService
from musiclib.services.review import ReviewService
from musiclib.services.scan import ScanService
from musiclib.services.searching import SearchingService
from musiclib.services.smart_albums import SMART_ALBUM, SmartAlbumService, SmartAlbumTurns
from musiclib.services.sync import SyncService
from musiclib.services.tag_writing import KIND as TAG_WRITE
from musiclib.services.tag_writing import TagWritingService
from musiclib.settings import Settings, SettingsInForce, SourceOrder
from musiclib.wiring.collecting import open_collected
from musiclib.wiring.providers import fetch_picture, open_art, open_providers, open_spotify, own_user_agent
from musiclib.wiring.runners import Desks, OpenSources, demo_work, download_desk, enrichment_runner


@dataclass(frozen=True)
class Library:
    """An open library: what the window and the command line work with. Thread-safe."""

    imports: ImportService
    library: LibraryService
    searching: SearchingService
    groups: GroupService
    report: ReportService
    smart_albums: SmartAlbumService
    packs: PackService
    duplicates: DuplicateService
    fingerprints: FingerprintService
    browsing: BrowsingService
    scan: ScanService
    tag_writing: TagWritingService
    editor: AlbumEditorService
    review: ReviewService
    provenance: ProvenanceService
    bulk_runs: BulkRunService
    bulk_fetch: BulkFetchService
    enrichment: EnrichmentService
    art: ArtService
    demo: DemoService
    maintenance: MaintenanceService
    backups: BackupService
    accounts: AccountService
    account_check: AccountCheck
    beatport: BeatportAccountService
    collection: CollectionService
    downloads: DownloadService
    sources: SourcesService
    listening: ListeningService
    sync: SyncService
    _secrets: CredentialStore = field(repr=False)
    _power: Power = field(repr=False)
    _settings: SettingsInForce = field(repr=False)
    _presence: Presence = field(repr=False)
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
        desks = Desks(self._db, self.settings, self._clock, access, connect, analyse, tuple(kinds))
        return enrichment_runner(desks, on_change, pace_of(lambda: desks.settings, self._power))

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
            functools.partial(download_desk, settings, self._clock, opened, self._secrets, self._db.url),
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
        self._presence.end()


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


def open_library(settings: Settings, *, clock: Clock | None = None, power: Power | None = None) -> Library:
    """Open the library of these settings, making or upgrading it first. `power` tells of the battery.

    Raises an error of the `DatabaseError` family, each with a sentence that says what to do.
    """
    db = _open_database(settings, clock or utc_now)
    presence = Presence(settings.data_dir / "open")
    return _library_over(db, settings, clock or db.now, power or Power(), presence)


def _library_over(
    db: Database, settings: Settings, clock: Clock, power: Power, presence: Presence
) -> Library:
    in_force = SettingsInForce(settings)
    precedence = SourceOrder(in_force)
    kinds: dict[str, TakesBack] = {SMART_ALBUM: SmartAlbumTurns()}
    acts, art = Acts(db, clock, precedence, kinds), ArtFiles(settings.art_dir)
    tag_writing = TagWritingService(db, acts, in_force, clock, precedence, art, make_worker_id(), is_dead)
    kinds[TAG_WRITE] = tag_writing
    tag_writing.recover()
    credentials = CredentialStore(settings.data_dir, settings.credentials)
    accounts = AccountService(db, in_force, clock, credentials, art, precedence)
    backups = BackupService(db, in_force, clock)
    bulk_runs = BulkRunService(db, acts, clock, precedence, lambda: _backed_up(backups))
    kinds[bulk_runs.kind] = bulk_runs.turning
    imports, scan = ImportService(db, acts, clock, precedence), ScanService(db, clock, precedence)
    return Library(
        imports=imports,
        library=LibraryService(db, acts, clock, precedence),
        searching=SearchingService(db, clock),
        groups=GroupService(db, clock),
        report=ReportService(db, clock),
        smart_albums=SmartAlbumService(db, acts, clock),
        packs=PackService(db, clock),
        duplicates=DuplicateService(db, acts, clock, precedence),
        fingerprints=FingerprintService(db, clock),
        browsing=BrowsingService(db, clock),
        scan=scan,
        tag_writing=tag_writing,
        editor=AlbumEditorService(db, acts, precedence),
        review=ReviewService(db, acts, precedence, open_providers(db, in_force, clock, accounts.access)),
        provenance=ProvenanceService(db, acts),
        bulk_runs=bulk_runs,
        bulk_fetch=_bulk_fetch(db, clock, in_force, accounts),
        enrichment=_enrichment(db, clock, in_force, power),
        art=_art(db, acts, clock, art, in_force, accounts),
        demo=DemoService(imports, scan, settings.data_dir, demo_work(db, in_force, clock)),
        maintenance=MaintenanceService(db, in_force, clock, presence),
        backups=backups,
        accounts=accounts,
        account_check=AccountCheck(db, open_spotify(db, in_force, clock, accounts.access)),
        beatport=BeatportAccountService(in_force, clock, credentials),
        collection=CollectionService(
            db, in_force, clock, precedence, open_collected(db, in_force, clock, accounts.access, credentials)
        ),
        downloads=_downloads(db, in_force, clock, credentials),
        sources=SourcesService(db, in_force, clock, credentials, lambda: own_user_agent(in_force.now)),
        listening=ListeningService(db),
        sync=SyncService(db, clock, precedence, settings.backup_dir, credentials),
        _secrets=credentials,
        _power=power,
        _settings=in_force,
        _presence=presence,
        _db=db,
        _clock=clock,
    )


def _art(
    db: Database,
    acts: Acts,
    clock: Clock,
    files: ArtFiles,
    in_force: SettingsInForce,
    accounts: AccountService,
) -> ArtService:
    providers = open_art(db, in_force, clock, accounts.access)
    return ArtService(db, acts, clock, files, providers, fetch_picture(in_force, clock))


def _bulk_fetch(
    db: Database, clock: Clock, in_force: SettingsInForce, accounts: AccountService
) -> BulkFetchService:
    """Not urgent: a fetch of a whole library leaves the last calls of the day to whoever waits for one."""
    return BulkFetchService(db, clock, open_providers(db, in_force, clock, accounts.access, urgent=False))


def _enrichment(db: Database, clock: Clock, in_force: SettingsInForce, power: Power) -> EnrichmentService:
    return EnrichmentService(
        db,
        clock,
        lambda: terms.rates(in_force.now),
        lambda: terms.off(in_force.now),
        pace_of(lambda: in_force.now, power),
    )


def _downloads(
    db: Database, settings: SettingsInForce, clock: Clock, credentials: CredentialStore
) -> DownloadService:
    return DownloadService(
        db,
        clock,
        source_names,
        lambda name, text: credentials.write(name, Secret(text)),
        lambda: settings.now.online,
    )


def _backed_up(backups: BackupService) -> Path | None:
    """The copy before a run; None where a server's library cannot be copied from here."""
    try:
        return backups.make(why=BEFORE_RUN).path
    except ToolsMissing:
        return None
