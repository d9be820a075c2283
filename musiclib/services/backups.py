"""Copies of the library: made by hand and by themselves, kept and let go, looked into, put back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from musiclib.db import migrate
from musiclib.db.backups import BackupInfo, KnownAct, Stopped
from musiclib.db.changesets import ChangesetRepository
from musiclib.db.engine import Database
from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.server_tools import ToolsMissing
from musiclib.db.table_counts import last_change, row_counts
from musiclib.errors import KnownError
from musiclib.services.acts import Clock
from musiclib.settings import Settings, SettingsInForce

BY_HAND = "musiclib"
"""What the name of a copy begins with that a person asked for: those are never taken away."""
DAILY, BEFORE_RUN, BEFORE_RESTORE = "daily", "before-run", "before-restore"
_BY_ITSELF = (DAILY, BEFORE_RUN, BEFORE_RESTORE, "before-upgrade")
_DAY = timedelta(hours=24)
_BACKED_UP = "backed_up"
_SQLITE = "sqlite:///"
_TOLD = {
    "tracks": "tracks",
    "albums": "albums",
    "album_tracks": "places on lists",
    "files": "audio files",
    "track_metadata": "values of sources",
    "audio_analysis": "measured files",
    "art": "pictures",
    "smart_albums": "smart albums",
    "transfers": "downloads",
    "changesets": "changes in the history",
}
"""Tables a person knows something of, and what it is called."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A copy in the backup folder."""

    path: Path
    made_at: datetime
    size: int
    by_hand: bool


@dataclass(frozen=True, slots=True)
class TableDifference:
    """How many of something there are in the library, and in a copy."""

    what: str
    now: int
    then: int


@dataclass(frozen=True, slots=True)
class RestorePreview:
    """What putting a copy back would change. Of acts, the newest are compared."""

    backup: Path
    revision: str
    tables: tuple[TableDifference, ...]
    lost: tuple[KnownAct, ...]
    """Acts of now that the copy knows nothing of, newest first."""
    gained: tuple[KnownAct, ...]
    """Acts of the copy that are not in the library of now, or were undone there."""


class BackupService:
    """Thread-safe. Copying takes its time, and holds nobody up."""

    def __init__(self, db: Database, settings: SettingsInForce, clock: Clock) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock

    def make(
        self, target: Path | None = None, why: str = BY_HAND, stopped: Stopped = lambda: False
    ) -> BackupInfo:
        """A verified copy of the library, also while it is in use.

        `target` is a file or a folder that is there; by default the backup folder, where old copies that
        were made by themselves are let go afterwards. Raises `DiskFull`, `DatabaseError`, `ToolsMissing`
        for a library on a server where pg_dump is not installed, and `Interrupted` once `stopped` says so.
        """
        folder = self._settings.now.backup_dir
        target = target or folder
        if target.is_dir() or target == folder:
            target = _free(target / f"{why}-{self._clock():%Y%m%dT%H%M%SZ}{migrate.suffix_of(self._db)}")
        mark = self._mark()
        info = migrate.backup(self._db, target, stopped)
        if target.parent == folder:
            with self._db.write() as conn:
                LibraryStateRepository(conn).put(_BACKED_UP, {"mark": mark}, self._clock())
            self._let_go()
        return info

    def make_if_due(self, stopped: Stopped = lambda: False) -> BackupInfo | None:
        """The copy of the day, if the library was changed since the last one; None if none is needed.

        A library on a server that cannot be copied from here is left to whoever keeps the server.
        """
        newest = next(iter(self.rows()), None)
        if not self._settings.now.backup_daily or (newest and self._clock() - newest.made_at < _DAY):
            return None
        with self._db.read() as conn:
            known = LibraryStateRepository(conn).get(_BACKED_UP)
        mark = self._mark()
        if not mark["tracks"] or (newest and known and known.get("mark") == mark):
            return None
        try:
            return self.make(why=DAILY, stopped=stopped)
        except ToolsMissing as error:
            _log.info("no copy of the day: %s", error)
            return None

    def rows(self) -> list[BackupRow]:
        """The copies in the backup folder, newest first."""
        return _copies_in(self._settings.now.backup_dir)

    def newest_whole(self) -> BackupRow | None:
        """The newest copy that can be put back; copies are read from end to end till one is found."""
        return newest_whole_copy(self._settings.now)

    def preview(self, source: Path) -> RestorePreview:
        """What putting this copy back would change; it is read from end to end.

        Raises `DatabaseTooNew`, `DatabaseCorrupt` or `BadInput` as restoring it would.
        """
        info, acts = migrate.look_into(source)
        with self._db.read() as conn:
            now = row_counts(conn, _TOLD)
            standing = [
                KnownAct(each.id, each.summary, each.created_at)
                for each in ChangesetRepository(conn).history(1000)
                if each.undone_at is None
            ]
        tables = [
            TableDifference(what, now.get(name, 0), info.rows.get(name, 0)) for name, what in _TOLD.items()
        ]
        return RestorePreview(
            source, info.revision, tuple(tables), _without(standing, acts), _without(acts, standing)
        )

    def _mark(self) -> dict[str, Any]:
        """Changes with whatever a person would miss."""
        with self._db.read() as conn:
            return last_change(conn)

    def _let_go(self) -> None:
        """Take away what was made by itself and is too old or too much; the newest copy always stays."""
        settings, rows = self._settings.now, self.rows()
        oldest = self._clock() - timedelta(days=settings.backup_days)
        mine = [row for row in rows if not row.by_hand]
        for place, row in enumerate(mine):
            too_many = place >= settings.backups_kept
            too_old = settings.backup_days > 0 and row.made_at < oldest
            if (too_many or too_old) and row is not rows[0]:
                row.path.unlink(missing_ok=True)
                _log.info("the old backup %s is gone", row.path)


def newest_whole_copy(settings: Settings) -> BackupRow | None:
    """As `BackupService.newest_whole`, of a library that cannot be opened."""
    for row in _copies_in(settings.backup_dir):
        try:
            migrate.look_into(row.path)
        except KnownError as error:
            _log.warning("a backup is of no use: %s", error)
        else:
            return row
    return None


def _copies_in(folder: Path) -> list[BackupRow]:
    found: list[BackupRow] = []
    for suffix in migrate.SUFFIXES:
        for path in folder.glob(f"*{suffix}"):
            stat = path.stat()
            by_hand = not path.name.startswith(_BY_ITSELF)
            made_at = datetime.fromtimestamp(stat.st_mtime, UTC)
            found.append(BackupRow(path, made_at, stat.st_size, by_hand))
    return sorted(found, key=lambda row: row.made_at, reverse=True)


def restore_library(settings: Settings, source: Path) -> Path | None:
    """Put a backup in the place of the library, which must not be open; returns where the old one was kept.

    Raises `DatabaseTooNew`, `DatabaseCorrupt`, or `DatabaseBusy` while a program has the library open.
    """
    address = settings.database_url
    if address is None or address.startswith(_SQLITE):
        path = Path(address.removeprefix(_SQLITE)) if address else settings.data_dir / "library.sqlite3"
        return migrate.restore(path, source)
    db = Database.open(address)
    try:
        name = f"{BEFORE_RESTORE}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{migrate.suffix_of(db)}"
        return migrate.restore_server(db, source, _free(settings.backup_dir / name)).path
    finally:
        db.close()


def _without(acts: Sequence[KnownAct], others: Sequence[KnownAct]) -> tuple[KnownAct, ...]:
    known = {each.id for each in others}
    # Older than all that were compared is no difference: the other side has not told so far back.
    since = min((each.created_at for each in others), default=None) if len(others) >= 1000 else None
    return tuple(
        each for each in acts if each.id not in known and (since is None or each.created_at >= since)
    )


def _free(path: Path) -> Path:
    """A name nothing has yet: two copies may be made within a second."""
    names = (path.with_name(f"{path.stem}-{nth}{path.suffix}") for nth in range(2, 1000))
    return next((each for each in (path, *names) if not each.exists()), path)
