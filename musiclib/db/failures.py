"""What a driver's error means to a person: which of our errors it is, in which words."""

from __future__ import annotations

import contextlib
import math
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from musiclib.errors import (
    BugError,
    DatabaseBusy,
    DatabaseCorrupt,
    DatabaseError,
    DatabaseReadOnly,
    DiskFull,
    Interrupted,
    KnownError,
)


class Place:
    """Where a database is, in words for people: a path, or an address without its password."""

    def __init__(self, url: URL) -> None:
        self._url = url
        name = url.database
        is_file = url.get_backend_name() == "sqlite" and name and name != ":memory:"
        self.path = Path(name).absolute() if is_file and name else None

    def __str__(self) -> str:
        return str(self.path or self._url.render_as_string(hide_password=True))


@contextlib.contextmanager
def explained(place: Place, *, reading: bool = False) -> Iterator[None]:
    """Turns errors of the drivers that a person can act on into ours; all others pass as they are."""
    try:
        yield
    except DBAPIError as error:
        known = _known(error.orig, place, reading)
        if known is None:
            raise
        raise known from error
    except sqlite3.Error as error:
        known = _known(error, place, reading)
        if known is None:
            raise
        raise known from error
    except PoolTimeout as error:
        raise DatabaseBusy(
            f"Too many tasks of this program are reading {place} at once. Try again in a moment."
        ) from error


def _known(error: BaseException | None, place: Place, reading: bool) -> Exception | None:
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, place, reading)
    return None if error is None else _of_postgresql(error, place, reading)


def _of_sqlite(error: sqlite3.Error, place: Place, reading: bool) -> Exception | None:
    # Extended codes hold the primary one in their low byte: https://sqlite.org/rescode.html
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_READONLY and reading:
        return BugError(f"a read transaction tried to write: {error}")
    return _SQLITE.get(code, lambda _place: None)(place)


def _busy(place: Place) -> KnownError:
    return DatabaseBusy(
        f"Another program is writing to the library {place}. Try again when it has finished, or close it."
    )


def _read_only(place: Place) -> KnownError:
    return DatabaseReadOnly(
        f"The library {place} cannot be written. Make the file and its folder writable, "
        "or choose another folder with --data-dir."
    )


def _full(place: Place) -> KnownError:
    return DiskFull(f"No space is left on the disk of the library {place}. Free some space and try again.")


def _corrupt(place: Place) -> KnownError:
    return DatabaseCorrupt(
        f"The library {place} is damaged, or is not a library. "
        "Bring back a backup with `musiclib restore`; the damaged file is kept."
    )


def _cannot_open(place: Place) -> KnownError:
    return DatabaseReadOnly(
        f"The library {place} cannot be opened. Check that the path is a file in a folder you may write to."
    )


def _failing_disk(place: Place) -> KnownError:
    # Opening needs a few pages of shared memory beside the file; without room for them SQLite says IOERR.
    if _free_bytes(place) < _LEAST_SPACE:
        return _full(place)
    return DatabaseError(
        f"The disk of the library {place} does not read or write as it should. "
        "Check the disk (and the network, if it is a shared folder), then try again."
    )


def _free_bytes(place: Place) -> float:
    try:
        return shutil.disk_usage(place.path.parent).free if place.path else math.inf
    except OSError:
        return math.inf


def _interrupted(_place: Place) -> KnownError:
    return Interrupted("The search was broken off. Search again.")


_LEAST_SPACE = 256 * 1024
_SQLITE = {
    sqlite3.SQLITE_BUSY: _busy,
    sqlite3.SQLITE_LOCKED: _busy,
    sqlite3.SQLITE_READONLY: _read_only,
    sqlite3.SQLITE_PERM: _read_only,
    sqlite3.SQLITE_FULL: _full,
    sqlite3.SQLITE_CORRUPT: _corrupt,
    sqlite3.SQLITE_NOTADB: _corrupt,
    sqlite3.SQLITE_CANTOPEN: _cannot_open,
    sqlite3.SQLITE_IOERR: _failing_disk,
    sqlite3.SQLITE_INTERRUPT: _interrupted,
}


def _of_postgresql(error: BaseException, place: Place, reading: bool) -> Exception | None:
    import psycopg  # who keeps the library in a file does not wait for it at the start

    if not isinstance(error, psycopg.Error):
        return None
    # SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html; none: never connected.
    state = error.sqlstate
    if state == "25006":
        return BugError(f"a read transaction tried to write: {error}") if reading else _read_only(place)
    if state in {"55P03", "40001", "40P01"}:
        return _busy(place)
    if state == "57014":
        return _interrupted(place)
    if state in {"53100", "53200"}:
        return _full(place)
    if state in {"XX001", "XX002"}:
        return _corrupt(place)
    # While connecting the server's own refusal arrives without a state, but with its severity.
    if state in {"28000", "28P01", "3D000", "42501"} or (state is None and "FATAL" in str(error)):
        return DatabaseError(
            f"The server refuses the library {place}. Check the user, the password and the name."
        )
    if isinstance(error, psycopg.OperationalError):
        return DatabaseError(
            f"The server of the library {place} cannot be reached. Check the address and that it runs."
        )
    return None
