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
from musiclib.db.backups import BackupInfo, KnownAct, Stopped, acts_in, copy_database, put_back, verify_backup
from musiclib.db.engine import Database
from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.server_backups import dump_database, is_dump, look_into_dump, put_dump_back
from musiclib.db.server_tools import ToolsMissing
from musiclib.errors import BadInput, BugError, DatabaseError, DatabaseTooNew, KnownError
from musiclib.version import program_version

if TYPE_CHECKING:
    from alembic.config import Config

BACKUPS_KEPT = 10
SUFFIXES = (".sqlite3", ".dump")
"""How the names of copies end: of a file, and of a library on a PostgreSQL server."""

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

    An existing library is first copied into `backup_dir` and the copy verified; the last ten copies are
    kept. Where a server's library cannot be copied from here the transaction alone protects it.
    Raises `DatabaseTooNew` for a library of a newer program
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
            if before is not None:
                saved = _backup_before(db, before, head, backup_dir, clock())
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


def backup(db: Database, target: Path, stopped: Stopped = lambda: False) -> BackupInfo:
    """Write a verified copy of a library to `target`, also while programs are using it.

    One on a PostgreSQL server is copied by `pg_dump`: raises `ToolsMissing` where that is not installed.
    Raises `Interrupted` once `stopped` says so; pg_dump is not asked to stop.
    """
    return dump_database(db, target) if db.path is None else copy_database(db.path, target, stopped)


def suffix_of(db: Database) -> str:
    """How the name of a copy ends."""
    return SUFFIXES[db.path is None]


def look_into(source: Path) -> tuple[BackupInfo, list[KnownAct]]:
    """Verify a copy of either kind: what it is, and its newest acts.

    Raises `DatabaseTooNew` when a newer program wrote it, `DatabaseCorrupt` and `BadInput` as it is damaged
    or no copy.
    """
    if is_dump(source):
        info, acts = look_into_dump(source)
    else:
        info = verify_backup(source)
        acts = acts_in(source)
    if info.revision not in known_revisions():
        raise DatabaseTooNew(
            f"The backup {source} was made by a newer version of the program (database revision "
            f"{info.revision}; this is {program_version()} with {head_revision()}). Update the program first."
        )
    return info, acts


def restore(library: Path, source: Path, *, clock: Callable[[], datetime] = utc_now) -> Path | None:
    """Put the backup `source` in the place of the file `library`; returns where the old one was kept.

    The backup is verified first, as `look_into` does. No program may have the library open
    (`DatabaseBusy`). An older backup is upgraded by the next `upgrade`.
    """
    if is_dump(source):
        raise BadInput(
            f"{source} is a copy of a library on a PostgreSQL server. Name that library with --database."
        )
    look_into(source)
    return put_back(library, source, clock())


def restore_server(db: Database, source: Path, kept: Path) -> BackupInfo:
    """The same for a library on a PostgreSQL server; what is there now is copied to `kept` before."""
    if not is_dump(source):
        raise BadInput(
            f"{source} is a copy of a library in a file. It can be restored into a file, and that library be "
            "brought to the server with `musiclib sync postgres`."
        )
    look_into(source)
    info = dump_database(db, kept)
    put_dump_back(db, source)
    return info


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


def _backup_before(
    db: Database, before: str, head: str, backup_dir: Path, now: datetime
) -> BackupInfo | None:
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    suffix = suffix_of(db)
    try:
        saved = backup(db, backup_dir / f"before-upgrade-{stamp}-{before}-to-{head}{suffix}")
    except ToolsMissing as error:
        _log.info("no copy before the upgrade: %s", error)
        return None
    kept = sorted(backup_dir.glob(f"before-upgrade-*{suffix}"))
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
