"""Copies of the library on both databases: whole, of one moment, kept and let go, looked into, put back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.db import server_tools
from musiclib.db.server_tools import ToolsMissing
from musiclib.errors import BadInput, DatabaseCorrupt, DatabaseReadOnly, DatabaseTooNew, DiskFull
from musiclib.services.backups import BEFORE_RUN, DAILY, restore_library
from musiclib.settings import Settings
from tests.services.conftest import Clock
from tests.services.helpers import THREE, import_new
from tests.support.database import DIALECTS, PostgresqlServer


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """In a database of its own: restoring drops what is there."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield Settings(data_dir=data_dir, online=False)
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    monkeypatch.setenv("PATH", os.pathsep.join((str(server.tools), os.environ["PATH"])))
    with server.database() as url:
        yield Settings(data_dir=data_dir, database_url=url, online=False)


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_a_copy_says_what_it_would_change_and_comes_back(
    settings: Settings, library: Library, clock: Clock
) -> None:
    rows = import_new(library, THREE).rows
    library.library.set_value(rows[0], "label", "Nord\tsüd\\n")
    undone = library.library.set_value(rows[0], "bpm", 128).changeset_id
    library.library.undo()
    info = library.backups.make()
    assert (info.rows["tracks"], info.rows["changesets"]) == (3, 3)
    same = library.backups.preview(info.path)
    assert (same.lost, same.gained) == ((), ())
    assert all(each.now == each.then for each in same.tables)

    import_new(library, "Ilium - Psi", "Another")
    library.library.undo(library.library.history()[2].id)
    preview = library.backups.preview(info.path)
    assert [(each.what, each.now - each.then) for each in preview.tables if each.now != each.then] == [
        ("tracks", 1),
        ("albums", 1),
        ("places on lists", 1),
        ("changes in the history", 1),
    ]
    assert [each.summary for each in preview.lost] == ["1 row imported into “Another”"]
    assert [each.summary.partition(" on ")[0] for each in preview.gained] == ["Label set to Nord\tsüd\\n"]

    library.close()
    kept = restore_library(settings, info.path)
    assert kept is not None
    again = open_library(settings, clock=clock)
    try:
        assert len(again.library.load_tracks()) == 3
        assert again.library.load_tracks([rows[0]])[0].label == "Nord\tsüd\\n"
        assert again.library.redo().changeset_id == undone
        assert [each.title for each in again.library.load_albums()] == ["Hafenklang 042"]
        assert again.backups.preview(kept).gained[0].summary == "1 row imported into “Another”"
    finally:
        again.close()


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_a_damaged_or_foreign_file_is_no_backup(settings: Settings, library: Library, tmp_path: Path) -> None:
    import_new(library, THREE)
    whole = library.backups.make(tmp_path).path
    damaged, foreign = tmp_path / f"damaged{whole.suffix}", tmp_path / "text.sqlite3"
    data = whole.read_bytes()
    damaged.write_bytes(data[: len(data) // 3] + b"\0" * 4096 + data[len(data) // 2 :])
    foreign.write_text("no database " * 500)
    for path, error in (
        (damaged, DatabaseCorrupt),
        (foreign, DatabaseCorrupt),
        (tmp_path / "none", BadInput),
    ):
        with pytest.raises(error):
            library.backups.preview(path)
    with pytest.raises(DatabaseReadOnly):
        library.backups.make(whole / "in a file.sqlite3")
    assert not list(tmp_path.glob("*.part"))


def test_copies_made_by_themselves_go_and_the_newest_stays(library: Library, clock: Clock) -> None:
    backups = library.backups
    library.use(library.settings.model_copy(update={"backups_kept": 2, "backup_days": 30}))
    assert backups.make_if_due() is None, "there is nothing yet to lose"
    import_new(library, THREE)

    def aged(path: Path, **age: float) -> Path:
        when = (clock.now - timedelta(**age)).timestamp()
        os.utime(path, (when, when))
        return path

    mine = aged(backups.make().path, days=400)
    import_new(library, "Ilium - Phi", "Before")
    first = backups.make_if_due()
    assert first is not None
    assert first.path.name.startswith(DAILY)
    aged(first.path, hours=23)
    import_new(library, "Ilium - Psi", "Another")
    assert backups.make_if_due() is None, "a day has not passed"
    aged(first.path, hours=25)
    second = backups.make_if_due()
    assert second is not None
    aged(second.path, hours=25)
    assert backups.make_if_due() is None, "nothing was changed since"
    third = aged(backups.make(why=BEFORE_RUN).path, hours=1)
    assert {row.path for row in backups.rows()} == {mine, second.path, third}

    for path in (second.path, third):
        aged(path, days=60)
    last = backups.make(why=BEFORE_RUN).path
    assert [row.path for row in backups.rows()] == [aged(last, days=40), mine]
    library.use(library.settings.model_copy(update={"backup_daily": False}))
    import_new(library, "Ilium - Chi", "Third")
    assert backups.make_if_due() is None


def test_a_full_disk_is_told_before_a_copy_begins(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(total=100, used=99, free=1))
    with pytest.raises(DiskFull, match="Nothing was copied"):
        library.backups.make(tmp_path / "copy.sqlite3")
    assert not list(tmp_path.glob("copy*"))


def test_a_backup_of_a_newer_program_is_refused(library: Library, tmp_path: Path) -> None:
    copy = library.backups.make(tmp_path).path
    with sqlite3.connect(copy) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.close()
    with pytest.raises(DatabaseTooNew):
        library.backups.preview(copy)


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_without_the_tools_of_the_server_it_is_said_what_to_install(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(server_tools, "_PLACES", ())
    with pytest.raises(ToolsMissing, match=r"pg_dump, which is not installed here\. Install it: "):
        library.backups.make()
    old = tmp_path / "pg_dump"
    for name in ("pg_dump", "pg_restore", "psql"):
        path = old.with_name(name)
        path.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(ToolsMissing, match="the newest pg_dump here is 9, which cannot copy it"):
        library.backups.make()


def test_a_password_is_in_no_command_line_and_in_no_message() -> None:
    from sqlalchemy import make_url

    url = make_url("postgresql+psycopg://ada:s%3Acr%5Cet@db.example/music?sslmode=require&password=other")
    told = server_tools.address(url)
    assert told == "postgresql://ada@db.example/music?sslmode=require"
    with server_tools.environment(url) as environ:
        path = Path(environ["PGPASSFILE"])
        assert path.read_text() == "*:*:*:*:s\\:cr\\\\et\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not [value for value in environ.values() if "s:cr" in value]
    assert not path.exists()


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_no_password_and_no_signed_address_is_in_a_backup(
    settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    library = open_library(settings.model_copy(update={"online": True, "credentials": "file"}), clock=clock)
    try:
        album = import_new(library, THREE).album_id
        secrets = "pw-7f3a91", "X-Amz-Signature=9c1d", "subsonic-5b2e"
        library.downloads.add_addresses(
            album, f"https://ada:{secrets[0]}@files.example/Mira%20Voss%20-%20Auftakt.flac?id=1&{secrets[1]}"
        )
        server = {"url": "https://music.example", "user": "ada"}
        library.sources.add("subsonic", "Server", server, {"secret": secrets[2]})
        copy = library.backups.make(tmp_path).path
    finally:
        library.close()
    if settings.database_url is None:
        said = copy.read_bytes()
    else:  # its data are compressed
        said = subprocess.run(["pg_restore", "--file=-", copy], capture_output=True, check=True).stdout
    assert b"files.example" in said
    assert not [secret for secret in secrets if secret.encode() in said]
