"""One writer at a time, readers of one moment, and errors in words a person can use."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, make_url, select, text
from sqlalchemy.exc import OperationalError, StatementError

from musiclib.db.engine import Database
from musiclib.db.failures import Place, explained
from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.schema import LibraryState
from musiclib.errors import (
    BugError,
    DatabaseAway,
    DatabaseBusy,
    DatabaseCorrupt,
    DatabaseError,
    DatabaseReadOnly,
    DiskFull,
    Interrupted,
)
from tests.support.database import PostgresqlServer
from tests.support.library import NOW


def _put(db: Database, key: str) -> None:
    with db.write() as conn:
        LibraryStateRepository(conn).put(key, {"value": key}, NOW)


def _keys(db: Database) -> set[str]:
    with db.read() as conn:
        return set(conn.execute(select(LibraryState.key)).scalars())


def test_write_commits(db: Database) -> None:
    _put(db, "one")
    assert "one" in _keys(db)


def test_write_rolls_back_whatever_is_raised(db: Database) -> None:
    def interrupted() -> None:
        with db.write() as conn:
            LibraryStateRepository(conn).put("one", {}, NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert "one" not in _keys(db)
    _put(db, "two")
    assert "two" in _keys(db)


def test_nested_write_is_a_bug_and_leaves_the_outer_one_alone(db: Database) -> None:
    with db.write() as conn:
        LibraryStateRepository(conn).put("outer", {}, NOW)
        with pytest.raises(BugError, match="inside another"), db.write():
            pass
    assert "outer" in _keys(db)


def test_read_cannot_write(db: Database) -> None:
    with pytest.raises(BugError, match="read transaction tried to write"), db.read() as conn:
        LibraryStateRepository(conn).put("one", {}, NOW)


def test_read_is_of_one_moment(db: Database) -> None:
    with db.read() as conn:
        before = conn.execute(select(LibraryState.key)).all()
        _put(db, "later")
        assert conn.execute(select(LibraryState.key)).all() == before
    assert "later" in _keys(db)


def test_writers_of_many_threads_take_turns(db: Database) -> None:
    with db.write() as conn:
        LibraryStateRepository(conn).put("sum", {"value": 0}, NOW)

    def add() -> None:
        for _ in range(25):
            with db.write() as conn:
                state = LibraryStateRepository(conn)
                known = state.get("sum")
                assert known is not None
                state.put("sum", {"value": known["value"] + 1}, NOW)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as conn:
        assert LibraryStateRepository(conn).get("sum") == {"value": 100}


def test_what_nobody_waits_for_is_broken_off_and_the_thread_reads_on(db: Database) -> None:
    endless = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
    came: list[object] = []

    def read() -> None:
        try:
            with db.read() as conn:
                conn.execute(endless)
        except Interrupted as error:
            came.append(error)
        with contextlib.suppress(Interrupted):  # by one that is late
            came.append(_keys(db))

    _put(db, "one")
    db.interrupt(threading.get_ident())  # which reads nothing
    thread = threading.Thread(target=read)
    thread.start()
    while not came:
        assert thread.ident is not None
        db.interrupt(thread.ident)
        thread.join(0.01)
    thread.join()
    assert isinstance(came[0], Interrupted)
    assert came[1:] in ([], [{*_keys(db)}])


def test_writers_of_two_programs_take_turns(url: str) -> None:
    databases = [Database.open(url) for _ in range(2)]
    with databases[0].write() as conn:
        LibraryStateRepository(conn).put("sum", {"value": 0}, NOW)

    def add(db: Database) -> None:
        for _ in range(25):
            with db.write() as conn:
                state = LibraryStateRepository(conn)
                known = state.get("sum")
                assert known is not None
                state.put("sum", {"value": known["value"] + 1}, NOW)

    threads = [threading.Thread(target=add, args=[db]) for db in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with databases[0].read() as conn:
        assert LibraryStateRepository(conn).get("sum") == {"value": 50}
    for db in databases:
        db.close()


def test_another_program_that_writes_for_long(url: str) -> None:
    first, second = Database.open(url), Database.open(url, busy_timeout_s=0.1)
    with first.write(), pytest.raises(DatabaseBusy, match=r"Try again when it has finished"):
        _put(second, "one")
    _put(second, "two")
    assert "two" in _keys(first)
    first.close()
    second.close()


def test_foreign_keys_are_enforced(db: Database) -> None:
    for connect in (db.read, db.write):
        if db.dialect == "sqlite":
            with connect() as conn:
                assert conn.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_foreign_keys_are_enforced_again_after_a_migration(db: Database) -> None:
    with db.migrating():
        pass
    with db.write() as conn:
        if db.dialect == "sqlite":
            assert conn.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_naive_time_is_refused(db: Database) -> None:
    row = {"key": "naive", "value": {}, "updated_at": NOW.replace(tzinfo=None)}
    with pytest.raises(StatementError, match="naive"), db.write() as conn:
        conn.execute(insert(LibraryState).values(row))
    with pytest.raises(ValueError, match="naive"), db.write() as conn:
        LibraryStateRepository(conn).put("naive", {}, NOW.replace(tzinfo=None))


def test_sqlite_file_is_in_wal_mode_and_alone_after_closing(tmp_path: Path) -> None:
    db = Database.open(f"sqlite:///{tmp_path}/new folder/library.sqlite3")
    with db.write() as conn:
        assert conn.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert conn.execute(text("PRAGMA synchronous")).scalar() == 1
        conn.execute(text("CREATE TABLE t (x)"))
    db.close()
    db.close()
    assert [path.name for path in (tmp_path / "new folder").iterdir()] == ["library.sqlite3"]


def test_no_database(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"ID3 this is a song and not a library " * 100)
    with pytest.raises(DatabaseCorrupt, match=rf"{path}.*musiclib restore"):
        Database.open(f"sqlite:///{path}")


def test_damaged_database(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    content = bytearray(sqlite_template.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(DatabaseCorrupt, match=r"damaged"):
        Database.open(f"sqlite:///{path}")


def test_full_disk(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database.open(f"sqlite:///{path}")
    with db.write() as conn:
        pages = conn.execute(text("PRAGMA page_count")).scalar()
        conn.execute(text(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(DiskFull, match=rf"{path}.*Free some space"), db.write() as conn:
        LibraryStateRepository(conn).put("big", {"value": "x" * 1_000_000}, NOW)
    assert "big" not in _keys(db)
    db.close()


def test_read_only_file(sqlite_template: Path) -> None:
    place = Place(make_url(f"sqlite:///{sqlite_template}"))
    connection = sqlite3.connect(f"{sqlite_template.as_uri()}?mode=ro&immutable=1", uri=True)
    with (
        contextlib.closing(connection) as conn,
        pytest.raises(DatabaseReadOnly, match="cannot be written"),
        explained(place),
    ):
        conn.execute("DELETE FROM library_state")


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseReadOnly, match=r"cannot be made.*--data-dir"):
        Database.open(f"sqlite:///{tmp_path}/file/library.sqlite3")


def test_path_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DatabaseReadOnly, match=r"cannot be opened"):
        Database.open(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense with secret", "cannot be read"),
        ("mysql://me:secret@host/music", "kind mysql are not supported"),
        ("postgresql://me:secret@127.0.0.1:1/music", "cannot be reached"),
        ("sqlite://", "in memory"),
    ],
)
def test_address_that_is_wrong(address: str, words: str) -> None:
    with pytest.raises(DatabaseError, match=words) as caught:
        Database.open(address)
    assert "secret" not in str(caught.value)


def test_postgresql_refuses(postgresql: PostgresqlServer) -> None:
    with pytest.raises(DatabaseError, match="no database for the library"):
        Database.open(postgresql.url("no_such_database"))
    with pytest.raises(DatabaseError, match="refuses the user or the password"):
        Database.open(postgresql.empty_library().replace("postgres:@", "nobody:secret@"))


def test_postgresql_that_keeps_text_in_few_letters_is_refused(postgresql: PostgresqlServer) -> None:
    with (
        postgresql.database("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'") as address,
        pytest.raises(DatabaseError, match="keeps text as LATIN1"),
    ):
        Database.open(address)


@pytest.mark.parametrize(
    ("words", "kind", "told"),
    [
        ('FATAL:  password authentication failed for user "me"', DatabaseError, "user or the password"),
        ("connection failed: fe_sendauth: no password supplied", DatabaseError, "user or the password"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.2"', DatabaseError, "pg_hba.conf"),
        ("FATAL:  sorry, too many clients already", DatabaseBusy, "too many connections"),
        ("FATAL:  the database system is starting up", DatabaseAway, "cannot be reached"),
        ('could not translate host name "nas" to address', DatabaseAway, "no computer of that name"),
        ("FATAL:  it is Sunday.", DatabaseError, "refuses the library .*: it is Sunday."),
        ("server closed the connection unexpectedly", DatabaseAway, "cannot be reached"),
    ],
)
def test_postgresql_says_why_it_cannot_be_used(words: str, kind: type[Exception], told: str) -> None:
    place = Place(make_url("postgresql+psycopg://me:secret@host/music?password=secret"))
    with pytest.raises(kind, match=told) as caught, explained(place):
        raise OperationalError("SELECT 1", {}, psycopg.OperationalError(words))
    assert type(caught.value) is kind
    assert "secret" not in str(caught.value)


def test_connections_that_a_restarted_server_has_cut_are_made_anew(postgresql: PostgresqlServer) -> None:
    db = Database.open(postgresql.empty_library())
    _put(db, "one")

    def cut_off() -> None:
        with db.write() as conn:
            LibraryStateRepository(conn).put("lost", {}, NOW)
            postgresql.cut_connections()
            conn.execute(text("SELECT 1"))

    with pytest.raises(DatabaseAway):
        cut_off()
    assert "lost" not in _keys(db)
    postgresql.cut_connections()
    _put(db, "two")
    assert {"one", "two"} <= _keys(db)
    db.close()


def test_the_time_is_the_one_all_machines_have_in_common(db: Database) -> None:
    before = datetime.now(UTC)
    db._ahead = timedelta(hours=1)  # this machine's clock is behind the server's
    assert db.now() > before + timedelta(minutes=59)
    with db.write():
        pass
    if db.dialect == "postgresql":  # which is asked at each write
        assert db.now() < datetime.now(UTC) + timedelta(minutes=1)


def test_shown_address_has_no_password(tmp_path: Path) -> None:
    db = Database(make_url("postgresql+psycopg://me:secret@host/music"))
    assert "secret" not in db.url
    assert db.path is None
    db = Database.open(f"sqlite:///{tmp_path}/library.sqlite3")
    assert db.url == str(tmp_path / "library.sqlite3")
    db.close()


def test_closing_waits_for_nobody(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    db, other = Database.open(f"sqlite:///{path}"), Database.open(f"sqlite:///{path}")
    _put(db, "one")
    start = time.monotonic()
    with other.write() as conn:
        LibraryStateRepository(conn).put("two", {}, NOW)
        db.close()
    assert time.monotonic() - start < 2
    other.close()
    assert [each.name for each in tmp_path.iterdir()] == ["library.sqlite3"]
