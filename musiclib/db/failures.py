"""What a driver's error means to a person: which of our errors it is, in which words."""

from __future__ import annotations

import contextlib
import math
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from musiclib.db.address import bare
from musiclib.errors import (
    BugError,
    DatabaseAway,
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
        self._url = bare(url)
        name = url.database
        is_file = url.get_backend_name() == "sqlite" and name and name != ":memory:"
        self.path = Path(name).absolute() if is_file and name else None

    def __str__(self) -> str:
        return str(self.path or self._url.render_as_string())


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
    state = error.sqlstate or _state_told(str(error))
    if state == "25006" and reading:
        return BugError(f"a read transaction tried to write: {error}")
    if state in _POSTGRESQL:
        return _POSTGRESQL[state](place)
    if state == "FATAL":
        return DatabaseError(
            f"The server refuses the library {place}: {_last_words(error)}. "
            "Check the address with who runs it."
        )
    return _away(place) if isinstance(error, psycopg.OperationalError) else None


_TOLD = (
    (r"password authentication failed|no password supplied|role .* does not exist", "28P01"),
    (r"database .* does not exist", "3D000"),
    (r"no pg_hba\.conf entry", "28000"),
    (r"too many (clients|connections)|remaining connection slots", "53300"),
    (r"starting up|shutting down|recovery mode", "57P03"),
    (r"could not translate host name|name or service not known|nodename nor servname", "host"),
    (r"FATAL:", "FATAL"),
)
"""A refusal while connecting arrives without its SQLSTATE, but in words."""


def _state_told(words: str) -> str | None:
    return next((state for pattern, state in _TOLD if re.search(pattern, words, re.IGNORECASE)), None)


def _last_words(error: BaseException) -> str:
    return str(error).strip().rpartition("FATAL:")[2].strip().splitlines()[0].rstrip(".")


def _away(place: Place) -> KnownError:
    return DatabaseAway(
        f"The server of the library {place} cannot be reached. Check the address and that it runs."
    )


def _unknown_host(place: Place) -> KnownError:
    return DatabaseAway(
        f"The server of the library {place} cannot be reached: no computer of that name is known. "
        "Check the address and the network."
    )


def _wrong_password(place: Place) -> KnownError:
    return DatabaseError(
        f"The server of the library {place} refuses the user or the password. Check both; the password may "
        "stand in the file ~/.pgpass or in the variable PGPASSWORD."
    )


def _not_let_in(place: Place) -> KnownError:
    return DatabaseError(
        f"The server of the library {place} lets this computer or user in nowhere. "
        "Whoever runs it has to add a line to its pg_hba.conf."
    )


def _no_such_database(place: Place) -> KnownError:
    return DatabaseError(
        f"The server is there, but has no database for the library {place}. "
        "Check the name, or make it with `createdb`."
    )


def _not_allowed(place: Place) -> KnownError:
    return DatabaseError(
        f"The user may not do that in the library {place}. Have the database made over to it: "
        "ALTER DATABASE name OWNER TO user."
    )


def _crowded(place: Place) -> KnownError:
    return DatabaseBusy(
        f"The server of the library {place} has too many connections. Close other programs, "
        "or have max_connections raised."
    )


_POSTGRESQL = {
    "25006": _read_only,
    "55P03": _busy,
    "40001": _busy,
    "40P01": _busy,
    "57014": _interrupted,
    "57P01": _away,
    "57P02": _away,
    "57P03": _away,
    "53100": _full,
    "53200": _full,
    "53300": _crowded,
    "XX001": _corrupt,
    "XX002": _corrupt,
    "28000": _not_let_in,
    "28P01": _wrong_password,
    "3D000": _no_such_database,
    "42501": _not_allowed,
    "host": _unknown_host,
}
