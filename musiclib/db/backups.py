"""Copies of a SQLite library that are known to be whole."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import make_url

from musiclib.db.failures import Place, explained
from musiclib.errors import (
    NO_SPACE,
    BadInput,
    DatabaseBusy,
    DatabaseCorrupt,
    DatabaseReadOnly,
    DiskFull,
    Interrupted,
)

ACTS_COMPARED = 1000
"""So many acts of two libraries are compared, from the newest on."""

_JOURNALS = ("-wal", "-shm", "-journal")
_SPARE = 16 * 1024 * 1024
_PAGES, _STEPS = 4096, 100_000
"""Between two questions whether to stop: pages copied, and steps of SQLite's machine."""

Stopped = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """A copy that was verified: its revision, and how many rows each table has."""

    path: Path
    revision: str
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class KnownAct:
    """An act in the history of a library or of a copy."""

    id: UUID
    summary: str
    created_at: datetime


def copy_database(library: Path, target: Path, stopped: Stopped = lambda: False) -> BackupInfo:
    """Copy a library, that may be in use, to a new file of one moment, and verify the copy.

    Row counts are taken from the same snapshot as the pages. An existing `target` is replaced
    only by a copy that is whole. Raises `Interrupted` once `stopped` says so.
    """

    def go_on(*_progress: int) -> None:
        if stopped():
            raise Interrupted("The copying was broken off, and nothing was kept of it.")

    with part_of(target) as part:
        refuse_full(target.parent, library.stat().st_size)
        with _opened(library) as source, _opened(part, "rwc") as copy:
            source.execute("BEGIN")
            counted = _row_counts(source)
            source.backup(copy, pages=_PAGES, progress=go_on)
            # The copy is one file, without the -wal and -shm a WAL database brings along.
            copy.execute("PRAGMA journal_mode=DELETE").fetchone()
        info = verify_backup(part, stopped)
        if info.rows != counted:
            raise DatabaseCorrupt(
                f"The backup of {library} is not whole, so it was not kept. Check the disk and try again."
            )
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(target)
    return BackupInfo(target, info.revision, info.rows)


@contextlib.contextmanager
def part_of(target: Path) -> Iterator[Path]:
    """Where a copy is written before it takes its place; what is left there of one that failed goes."""
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
    except OSError as error:
        raise DatabaseReadOnly(
            f"The backup folder {target.parent} cannot be written ({error.strerror}). Choose another one."
        ) from error
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def refuse_full(folder: Path, needed: int) -> None:
    """Raises `DiskFull` where a copy of so many bytes has no room."""
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise DiskFull(
            f"A backup needs {needed / 1e6:.0f} MB in {folder}, where {free / 1e6:.0f} MB are free. "
            "Nothing was copied; free some space, or choose another folder."
        )


def acts_in(path: Path) -> list[KnownAct]:
    """The newest acts that stand in a verified copy, newest first."""
    with _opened(path) as conn:
        rows = conn.execute(
            "SELECT id, summary, created_at FROM changesets WHERE undone_at IS NULL "
            "ORDER BY number DESC LIMIT ?",
            (ACTS_COMPARED,),
        ).fetchall()
    return [
        KnownAct(UUID(row[0]), row[1], datetime.fromisoformat(row[2]).replace(tzinfo=UTC)) for row in rows
    ]


def verify_backup(path: Path, stopped: Stopped = lambda: False) -> BackupInfo:
    """Read a copy from end to end. `DatabaseCorrupt` when it is damaged, `BadInput` when it is none."""
    if not path.is_file():
        raise BadInput(f"There is no backup file {path}. Check the path.")
    with _opened(path) as conn:
        conn.set_progress_handler(stopped, _STEPS)
        _refuse_damaged(conn, path)
        rows = _row_counts(conn)
        if "alembic_version" not in rows:
            raise BadInput(f"{path} is a database of another program, not a backup of this one.")
        revision = conn.execute("SELECT version_num FROM alembic_version").fetchone()
    return BackupInfo(path, revision[0] if revision else "", rows)


def _refuse_damaged(conn: sqlite3.Connection, path: Path) -> None:
    try:
        damage = next(row[0] for row in conn.execute("PRAGMA integrity_check(1)"))
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
            raise
        damage = str(error)
    if damage != "ok":
        raise DatabaseCorrupt(
            f"The backup {path} cannot be used: it is damaged, or no backup ({damage}). Use another one."
        )


def put_back(library: Path, source: Path, now: datetime) -> Path | None:
    """Replace the file `library` by a copy of `source`; the old one is kept beside it and returned.

    The old one gets its second name first and the copy its place in one step, so that a program killed at
    any moment leaves a whole library there: the old one or the restored one.
    """
    part = library.with_name(library.name + ".restoring")
    try:
        library.parent.mkdir(parents=True, exist_ok=True)
        _copy(source, part)
        if not library.exists():
            part.replace(library)
            return None
        _leave_to_us(library)
        kept = _keep(library, now)
        part.replace(library)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in NO_SPACE:
            raise DiskFull(
                f"No space is left in {library.parent} to restore the library. Nothing was changed; "
                "free some space and try again."
            ) from error
        raise DatabaseReadOnly(
            f"The library cannot be restored into {library.parent} ({error.strerror}). Nothing was changed."
        ) from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return kept


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("rb+") as written:
        os.fsync(written.fileno())


def _keep(library: Path, now: datetime) -> Path:
    """Give the library's file a second name beside it, and take away the journals only a damaged one has."""
    name = f"{library.stem}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    numbers = itertools.chain([""], (f"-{n}" for n in itertools.count(2)))
    kept = next(
        path for number in numbers if not (path := library.with_name(name + number + library.suffix)).exists()
    )
    try:
        kept.hardlink_to(library)
    except OSError:  # a file system without links
        part = kept.with_name(kept.name + ".part")
        _copy(library, part)
        part.replace(kept)
    for journal in _JOURNALS:  # it would be played into the restored library
        with contextlib.suppress(FileNotFoundError):
            library.with_name(library.name + journal).replace(kept.with_name(kept.name + journal))
    return kept


def _leave_to_us(library: Path) -> None:
    """Raises `DatabaseBusy` while another connection is open: WAL can only be left by the last one."""
    try:
        with _opened(library, "rw", timeout=1.0) as conn:
            conn.execute("PRAGMA journal_mode=DELETE").fetchone()
    except DatabaseBusy as error:
        raise DatabaseBusy(
            f"The library {library} is open in another window or program. Close it, then restore again."
        ) from error
    except DatabaseCorrupt:
        return  # a damaged library is why one restores; nothing can be asked of it


@contextlib.contextmanager
def _opened(path: Path, mode: str = "ro", timeout: float = 10.0) -> Iterator[sqlite3.Connection]:
    place = Place(make_url("sqlite://").set(database=str(path)))
    with explained(place):
        address = f"{path.absolute().as_uri()}?mode={mode}"
        opened = sqlite3.connect(address, timeout=timeout, uri=True, isolation_level=None)
        with contextlib.closing(opened) as conn:
            yield conn


def _row_counts(conn: sqlite3.Connection) -> dict[str, int]:
    # A virtual table keeps its rows in others, which are counted.
    tables = conn.execute(
        "SELECT name FROM sqlite_master "
        "WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%CREATE VIRTUAL%'"
    )
    return {
        name: conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables.fetchall()
    }
