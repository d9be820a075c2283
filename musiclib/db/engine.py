"""Opening a database, and the only two ways to talk to it: a short read and a short write.

SQLite's lock between connections is not fair and a plain BEGIN may fail at its first write, so
writers of one process queue at one lock and start with BEGIN IMMEDIATE; writers of other processes
wait for the busy time-out. PostgreSQL gets the same promise (one writer of the library at a time)
from an advisory lock, so that code written for the one cannot deadlock or race on the other.
Nothing here may be held across an await.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, CursorResult, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from musiclib.db import search_index
from musiclib.db.address import checked
from musiclib.db.failures import Place, explained
from musiclib.errors import BugError, DatabaseBusy, DatabaseError, DatabaseReadOnly

BUSY_TIMEOUT_S = 10.0
"""How long a writer waits for writers of other processes."""

_OLDEST_SERVER = 13
"""Major version of PostgreSQL."""
_LOCK_TIMEOUT_S = 60.0
_TIDY_TIMEOUT_S = 0.5
_ADVISORY_LOCK = 0x6D75736963  # "music": one number for all installations, unlike anybody else's
_LOCK_AND_TIME = "SELECT clock_timestamp() FROM pg_advisory_xact_lock(%s)"
# ASCII, so that NUL and lone surrogates in a provider's answer are escapes, which both databases take.
_ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def _encode(value: Any) -> str:
    # Most of what is stored is an empty dictionary or list, and the encoder is slow to start.
    if not value and isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    return _ENCODER.encode(value)


class Database:
    """One open library. All methods may be called from any thread."""

    def __init__(self, url: URL, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """Use `open`, which also tells a person what is wrong with the address."""
        self.place = Place(url)
        self.address = url
        """With the password: for who connects, never to be shown."""
        self.dialect = url.get_backend_name()
        self._lock = threading.Lock()
        self._indexed = False
        self._owner: int | None = None
        self._reading: dict[int, Connection] = {}
        """What each thread reads with at this moment."""
        self._reading_lock = threading.Lock()
        self._ahead = timedelta()
        make = _sqlite_engine if self.dialect == "sqlite" else _postgresql_engine
        self._readers = make(url, busy_timeout_s, writes=False)
        self._writer = make(url, busy_timeout_s, writes=True)

    @classmethod
    def open(cls, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Database:
        """Open the database at a SQLAlchemy address, making the folder of a new SQLite file.

        `sqlite:///path` or `postgresql://user:password@host/name`. The schema is not touched:
        see `musiclib.db.migrate`. Raises an error of the `DatabaseError` family.
        """
        db = cls(checked(url), busy_timeout_s)
        try:
            if db.dialect == "sqlite":
                db._prepare_file(busy_timeout_s)
            with db.read() as conn:
                if db.dialect == "sqlite":
                    conn.exec_driver_sql("SELECT 1")
                else:
                    _refuse_unfit_server(conn, db.place)
                    db._ahead = _ahead(conn.exec_driver_sql("SELECT clock_timestamp()"))
        except BaseException:
            db._dispose()
            raise
        return db

    @property
    def url(self) -> str:
        """The address without its password."""
        return str(self.place)

    @property
    def path(self) -> Path | None:
        """The file, where the database is one."""
        return self.place.path

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A read transaction: everything read in it is of one moment. It cannot write.

        Raises `Interrupted` where another thread has interrupted it.
        """
        with explained(self.place, reading=True), self._readers.connect() as conn, self._known_reading(conn):
            yield conn

    def interrupt(self, thread: int) -> None:
        """Break off what the thread of this identifier reads at this moment, if it reads.

        On PostgreSQL this waits for the server.
        """
        with self._reading_lock:
            conn = self._reading.get(thread)
            if conn is None:
                return
            raw: Any = conn.connection.dbapi_connection
            if self.dialect == "sqlite":
                raw.interrupt()
            else:
                raw.cancel()

    @contextlib.contextmanager
    def _known_reading(self, conn: Connection) -> Iterator[None]:
        me = threading.get_ident()
        with self._reading_lock:
            before = self._reading.get(me)
            self._reading[me] = conn
        try:
            yield
        finally:
            with self._reading_lock:
                if before is None:
                    del self._reading[me]
                else:
                    self._reading[me] = before

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """The write transaction: commits when the block ends, rolls back when it raises.

        Waits for other writers; `DatabaseBusy` when they take too long. Calling it again in the
        same thread before the block has ended is a `BugError`: it would wait for itself.
        """
        with self._alone(), explained(self.place), self._writer.connect() as conn, conn.begin():
            self._ahead = conn.info.get("ahead", self._ahead)
            yield conn
            if self._is_indexed(conn):
                search_index.refresh(conn)

    def now(self) -> datetime:
        """The time (UTC) by the clock that all who share the library have in common.

        Leases and waits are kept by it: clocks of several machines differ. It is the server's, as of the
        last write transaction; a file is used by one machine, whose clock it is.
        """
        return datetime.now(UTC) + self._ahead

    @contextlib.contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A write transaction in which tables may be rebuilt: foreign keys are not enforced."""
        with self._alone(), explained(self.place), self._writer.connect() as conn:
            if self.dialect == "postgresql":
                with conn.begin():
                    yield conn
                return
            # The pragma is without effect inside a transaction, so it goes past SQLAlchemy's BEGIN.
            raw: Any = conn.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            try:
                with conn.begin():
                    yield conn
            finally:
                raw.execute("PRAGMA foreign_keys=ON")

    def _is_indexed(self, conn: Connection) -> bool:
        """Whether the schema is there that the index of the search belongs to."""
        self._indexed = self._indexed or conn.dialect.has_table(conn, search_index.DUE_TABLE)
        return self._indexed

    def close(self) -> None:
        """Fold the write-ahead log back into the file and let go of it. May be called twice.

        Waits for nobody: a task that still writes, or another program, only leaves the log as it is.
        """
        if self.dialect == "sqlite" and self._lock.acquire(timeout=_TIDY_TIMEOUT_S):
            try:
                self._tidy()
            finally:
                self._lock.release()
        self._dispose()

    def _tidy(self) -> None:
        with contextlib.suppress(DatabaseError), explained(self.place), self._writer.connect() as conn:
            raw: Any = conn.connection.dbapi_connection
            raw.execute(f"PRAGMA busy_timeout={int(_TIDY_TIMEOUT_S * 1000)}")
            # A sample is enough; to read whole indexes of a large library would take seconds.
            raw.execute("PRAGMA analysis_limit=1000")
            raw.execute("PRAGMA optimize")
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        me = threading.get_ident()
        if self._owner == me:
            raise BugError("a write transaction was opened inside another one of the same thread")
        if not self._lock.acquire(timeout=_LOCK_TIMEOUT_S):
            raise DatabaseBusy(
                f"Another task of this program has been writing to {self.place} for more than "
                f"{_LOCK_TIMEOUT_S:.0f} seconds. Try again; if it stays so, restart the program."
            )
        self._owner = me
        try:
            yield
        finally:
            self._owner = None
            self._lock.release()

    def _prepare_file(self, busy_timeout_s: float) -> None:
        path = self.path
        if path is None:
            raise DatabaseError("A library in memory would be lost at once. Name a file: sqlite:///path.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseReadOnly(
                f"The folder {path.parent} of the library cannot be made ({error.strerror}). "
                "Choose another folder with --data-dir, or make this one writable."
            ) from error
        with explained(self.place), self._writer.connect() as conn:
            _switch_to_wal(conn.connection.dbapi_connection, time.monotonic() + busy_timeout_s)

    def _dispose(self) -> None:
        self._readers.dispose()
        self._writer.dispose()


def _sqlite_engine(url: URL, busy_timeout_s: float, *, writes: bool) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=1 if writes else 5,
        max_overflow=0 if writes else 20,
        pool_use_lifo=True,  # the pages read last are in the cache of the connection used last
        connect_args={"timeout": busy_timeout_s, "check_same_thread": False},
        json_serializer=_encode,
    )

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the transactions are ours, see `on_begin`
        connection.execute("PRAGMA foreign_keys=ON")
        # In WAL mode NORMAL survives a crash of the program; only a power cut may lose the last moment.
        connection.execute("PRAGMA synchronous=NORMAL")
        # Readers are several, and what they lack the system has at hand.
        connection.execute(f"PRAGMA cache_size={-32_000 if writes else -8_000}")
        # A checkpoint waits for the disk: once in 16 MB rather than 4, as a scan or an import writes as much.
        connection.execute("PRAGMA wal_autocheckpoint=4000")
        if writes:
            # Up to 100 MB of changes stay in memory till they are whole: else many pages are written twice.
            connection.execute("PRAGMA cache_spill=25000")
        else:
            connection.execute("PRAGMA query_only=ON")

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def _postgresql_engine(url: URL, busy_timeout_s: float, *, writes: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=1 if writes else 5,
        max_overflow=0 if writes else 20,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
        execution_options={} if writes else {"postgresql_readonly": True},
        connect_args={
            "application_name": "musiclib",
            "connect_timeout": 10,
            # A server that fell silent is noticed within half a minute rather than in hours.
            "keepalives_idle": 15,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
            "options": f"-c lock_timeout={int(busy_timeout_s * 1000)} -c timezone=UTC",
        },
        json_serializer=_encode,
    )

    def on_begin(connection: Connection) -> None:
        connection.info["ahead"] = _ahead(connection.exec_driver_sql(_LOCK_AND_TIME, (_ADVISORY_LOCK,)))

    if writes:
        event.listen(engine, "begin", on_begin)
    return engine


def _ahead(told: CursorResult[Any]) -> timedelta:
    """By how much the server's clock, as it has just told, is ahead of this machine's."""
    time_there: datetime = told.scalar_one()
    return time_there - datetime.now(UTC)


def _refuse_unfit_server(conn: Connection, place: Place) -> None:
    raw: Any = conn.connection.dbapi_connection
    if raw.info.server_version < _OLDEST_SERVER * 10_000:
        raise DatabaseError(
            f"The server of the library {place} is PostgreSQL {raw.info.server_version // 10_000}; "
            f"{_OLDEST_SERVER} or newer is needed."
        )
    encoding = raw.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseError(
            f"The database of the library {place} keeps text as {encoding}, which lacks most letters of the "
            "world. Make it anew with `createdb --encoding=UTF8 --template=template0`."
        )


def _switch_to_wal(connection: Any, deadline: float, sleep: Callable[[float], None] = time.sleep) -> None:
    """Write-ahead logging is a lasting property of the file.

    Two processes that open a new file at once get "locked" here without the busy time-out being
    honoured, so the wait is done by hand.
    """
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            sleep(0.02)
        else:
            return
