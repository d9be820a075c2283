"""Bringing a database to the schema of this program, and never losing one on the way.

The whole upgrade is one transaction under the write lock, so that two programs started at once
take turns, and a failed step leaves the database as it was. Alembic is imported only when there
is something to do: most starts find nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from musiclib.db import search_index
from musiclib.db.backups import BackupInfo, copy_database, put_back, verify_backup
from musiclib.db.engine import Database
from musiclib.db.library_state import LibraryStateRepository
from musiclib.errors import BugError, DatabaseError, DatabaseTooNew, KnownError
from musiclib.version import program_version

if TYPE_CHECKING:
    from alembic.config import Config

BACKUPS_KEPT = 10

_log = logging.getLogger(__name__)
_REVISION_FILE = re.compile(r"(\d{4})_\w+\.py")
_WRITTEN_BY = "written_by"


def utc_now() -> datetime:
    return datetime.now(UTC)


def locate_scripts() -> Path:
    """The folder of the migrations: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "_migrations"
    return packaged if packaged.is_dir() else package.parent / "migrations"


def known_revisions(scripts: Path | None = None) -> tuple[str, ...]:
    """All revisions this program has, oldest first. They are numbered in a line: `0001_what.py`."""
    folder = (scripts or locate_scripts()) / "versions"
    found = (_REVISION_FILE.fullmatch(path.name) for path in folder.iterdir())
    return tuple(sorted(match[1] for match in found if match))


def head_revision(scripts: Path | None = None) -> str:
    """The revision this program works with."""
    return known_revisions(scripts)[-1]


def current_revision(db: Database) -> str | None:
    """The revision of the database, or None while it is empty."""
    with db.read() as conn:
        return _revision_of(conn, db)


def upgrade(
    db: Database,
    backup_dir: Path,
    *,
    clock: Callable[[], datetime] = utc_now,
    scripts: Path | None = None,
) -> Path | None:
    """Bring the database to `head_revision`; returns the backup made before, if one was needed.

    An existing SQLite library is first copied into `backup_dir` and the copy verified; the last
    ten copies are kept. A PostgreSQL library is the administrator's to back up (pg_dump): there
    the transaction alone protects it. Raises `DatabaseTooNew` for a library of a newer program
    (nothing is touched), and `DatabaseError` when a step fails (the library is as it was).
    """
    head = head_revision(scripts)
    if _refuse_newer(db, current_revision(db), scripts) == head:
        return None
    saved: BackupInfo | None = None
    before: str | None = None
    try:
        with db.migrating() as conn:
            before = _refuse_newer(db, _revision_of(conn, db), scripts)
            if before == head:  # another program was faster
                return None
            if before is not None and db.path is not None:
                saved = _backup_before(db.path, before, head, backup_dir, clock())
            _run_scripts(conn, scripts)
            search_index.refresh(conn)
            _check_foreign_keys(conn)
            LibraryStateRepository(conn).put(_WRITTEN_BY, {"version": program_version()}, clock())
    except KnownError:
        raise
    except Exception as error:
        raise DatabaseError(_told_after_failure(db, before, head, saved, clock())) from error
    _log.info("database %s upgraded from %s to %s", db.url, before or "nothing", head)
    return saved.path if saved else None


def alembic_config(conn: Connection, scripts: Path | None = None) -> Config:
    """The configuration with which Alembic's commands work on an open transaction."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts or locate_scripts()).replace("%", "%%"))
    config.attributes["connection"] = conn
    return config


def backup(db: Database, target: Path) -> BackupInfo:
    """Write a verified copy of a SQLite library to `target`, also while programs are using it.

    PostgreSQL libraries are refused: their server has its own tool, pg_dump.
    """
    if db.path is None:
        raise DatabaseError("A library on a PostgreSQL server is backed up with pg_dump, not from here.")
    return copy_database(db.path, target)


def restore(library: Path, source: Path, *, clock: Callable[[], datetime] = utc_now) -> Path | None:
    """Put the backup `source` in the place of the file `library`; returns where the old one was kept.

    The backup is verified first, and refused with `DatabaseTooNew` when a newer program wrote it.
    No program may have the library open (`DatabaseBusy`). An older backup is upgraded by the next
    `upgrade`.
    """
    info = verify_backup(source)
    if info.revision not in known_revisions():
        raise DatabaseTooNew(
            f"The backup {source} was made by a newer version of the program (database revision "
            f"{info.revision}; this is {program_version()} with {head_revision()}). Update the program first."
        )
    return put_back(library, source, clock())


def _run_scripts(conn: Connection, scripts: Path | None) -> None:
    from alembic import command

    command.upgrade(alembic_config(conn, scripts), "head")


def _alembic_revision(conn: Connection) -> str | None:
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _revision_of(conn: Connection, db: Database) -> str | None:
    revision = _alembic_revision(conn)
    if revision is None and inspect(conn).get_table_names():
        raise DatabaseError(
            f"{db.url} is a database of another program. Choose another file with --data-dir or --database."
        )
    return revision


def _refuse_newer(db: Database, revision: str | None, scripts: Path | None) -> str | None:
    known = known_revisions(scripts)
    if revision is None or revision in known:
        return revision
    with db.read() as conn:
        writer = _writer_of(conn)
    raise DatabaseTooNew(
        f"The library {db.url} was written by {writer} (database revision {revision}); this is musiclib "
        f"{program_version()}, which knows revisions up to {known[-1]}. Update musiclib, or choose another "
        "library with --data-dir. Nothing was changed."
    )


def _writer_of(conn: Connection) -> str:
    # A newer schema may look different, so this reads no more than it finds.
    if inspect(conn).has_table("library_state"):
        state = LibraryStateRepository(conn).get(_WRITTEN_BY)
        if state and isinstance(version := state.get("version"), str):
            return f"musiclib {version}"
    return "a newer musiclib"


def _backup_before(path: Path, before: str, head: str, backup_dir: Path, now: datetime) -> BackupInfo:
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    saved = copy_database(path, backup_dir / f"before-upgrade-{stamp}-{before}-to-{head}.sqlite3")
    kept = sorted(backup_dir.glob("before-upgrade-*.sqlite3"))
    for old in kept[:-BACKUPS_KEPT]:
        old.unlink()
    return saved


def _check_foreign_keys(conn: Connection) -> None:
    if conn.dialect.name != "sqlite":
        return
    broken = conn.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise BugError(f"{len(broken)} rows would point to nothing after the upgrade, as {broken[0]}")


def _told_after_failure(
    db: Database, before: str | None, head: str, saved: BackupInfo | None, now: datetime
) -> str:
    """Makes sure that the database is what it was before, and says so."""
    what = f"The library {db.url} could not be brought from revision {before or 'none'} to {head}. "
    if saved is None or db.path is None or current_revision(db) == before:
        kept = f" A copy is at {saved.path}." if saved else ""
        return what + "It was left as it was." + kept + " Please report this with the log."
    db.close()
    try:
        broken = put_back(db.path, saved.path, now)
    except KnownError as error:
        return what + f"Bring it back with `musiclib restore {saved.path}`. ({error})"
    return what + f"It was restored from {saved.path}; the half-done one is {broken}. Please report this."
