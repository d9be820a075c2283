"""The only module that knows everything below it: builds a `Library` from settings."""

from __future__ import annotations

from dataclasses import dataclass

from musiclib.db.art_files import ArtFiles
from musiclib.db.engine import Database
from musiclib.db.migrate import upgrade, utc_now
from musiclib.providers.base import RATES
from musiclib.services.acts import Acts, Clock
from musiclib.services.art import ArtService
from musiclib.services.enrichment import EnrichmentService
from musiclib.services.imports import ImportService
from musiclib.services.library import LibraryService
from musiclib.services.maintenance import MaintenanceService
from musiclib.settings import Settings


@dataclass(frozen=True)
class Library:
    """An open library: what the window and the command line work with. Thread-safe."""

    settings: Settings
    imports: ImportService
    library: LibraryService
    enrichment: EnrichmentService
    art: ArtService
    maintenance: MaintenanceService
    database: Database

    def close(self) -> None:
        """Let go of the database. Runners must have ended. May be called twice."""
        self.database.close()


def database_url(settings: Settings) -> str:
    return settings.database_url or f"sqlite:///{settings.data_dir / 'library.sqlite3'}"


def open_library(settings: Settings, *, clock: Clock = utc_now) -> Library:
    """Open the library of these settings, making or upgrading it first.

    Raises an error of the `DatabaseError` family, each with a sentence that says what to do.
    """
    db = Database.open(database_url(settings))
    try:
        upgrade(db, settings.backup_dir, clock=clock)
    except BaseException:
        db.close()
        raise
    precedence = settings.source_precedence
    acts = Acts(db, clock, precedence)
    providers = {name: rate.min_interval_s for name, rate in RATES.items()}
    disabled = () if settings.online else tuple(providers)
    return Library(
        settings=settings,
        imports=ImportService(db, acts, clock, precedence),
        library=LibraryService(db, acts, clock, precedence),
        enrichment=EnrichmentService(db, clock, providers, disabled),
        art=ArtService(db, acts, ArtFiles(settings.art_dir)),
        maintenance=MaintenanceService(db, settings, clock),
        database=db,
    )
