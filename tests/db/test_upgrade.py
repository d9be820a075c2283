"""An upgrade keeps everything: backup before, all or nothing, newer ones refused."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from musiclib.db import migrate, queries
from musiclib.db.backups import verify_backup
from musiclib.db.engine import Database
from musiclib.db.library_state import LibraryStateRepository
from musiclib.db.track_detail import track_detail
from musiclib.errors import (
    BadInput,
    DatabaseBusy,
    DatabaseCorrupt,
    DatabaseError,
    DatabaseReadOnly,
    DatabaseTooNew,
)
from tests.support.frozen import NAMES, frozen_files
from tests.support.library import NOW, add_album, add_tracks

HEAD = migrate.head_revision()
ADD_COLUMN = "op.add_column('tracks', sa.Column('mood', sa.Text()))"
BREAK = "raise RuntimeError('the step fails')"
COMMIT_AND_BREAK = "op.get_bind().connection.dbapi_connection.execute('COMMIT')\n    " + BREAK
ORPHAN = (
    'op.execute("INSERT INTO track_files (track_id, file_id, score, by_hand, created_at) '
    "VALUES ('0', '0', 1, 0, '2026-01-01 00:00:00.000000')\")"
)


@pytest.fixture
def library(sqlite_template: Path, tmp_path: Path) -> Path:
    """A library with one track, in a folder of its own."""
    path = tmp_path / "data" / "library.sqlite3"
    path.parent.mkdir()
    shutil.copy(sqlite_template, path)
    db = Database.open(f"sqlite:///{path}")
    add_tracks(db, 1)
    db.close()
    return path


@pytest.fixture
def backup_dir(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def scripts_with(folder: Path, *steps: str) -> Path:
    """The real migrations, and further ones that do these steps."""
    scripts = folder / "migrations"
    shutil.copytree(migrate.locate_scripts(), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    last = migrate.head_revision()
    for step in steps:
        revision = f"{int(last) + 1:04}"
        (scripts / "versions" / f"{revision}_step.py").write_text(
            f"import sqlalchemy as sa\nfrom alembic import op\n\nrevision = '{revision}'\n"
            f"down_revision = '{last}'\n\n\ndef upgrade():\n    {step}\n"
        )
        last = revision
    return scripts


def titles(path: Path) -> list[str]:
    db = Database.open(f"sqlite:///{path}")
    with db.read() as conn:
        found = [row.title for row in queries.track_rows(conn, None, NOW)]
    db.close()
    return found


def upgraded(path: Path, backup_dir: Path, scripts: Path | None = None) -> Path | None:
    db = Database.open(f"sqlite:///{path}")
    try:
        return migrate.upgrade(db, backup_dir, clock=lambda: NOW, scripts=scripts)
    finally:
        db.close()


def test_library_is_backed_up_before_it_is_upgraded(library: Path, backup_dir: Path, tmp_path: Path) -> None:
    saved = upgraded(library, backup_dir, scripts_with(tmp_path, ADD_COLUMN))
    assert saved is not None
    assert saved.parent == backup_dir
    assert [path.name for path in backup_dir.iterdir()] == [saved.name]
    info = verify_backup(saved)
    assert (info.revision, info.rows["tracks"]) == (migrate.head_revision(), 1)
    assert titles(saved) == titles(library) == ["Title 1"]


def test_last_ten_backups_are_kept(library: Path, backup_dir: Path, tmp_path: Path) -> None:
    backup_dir.mkdir()
    old = [backup_dir / f"before-upgrade-2025010{day}T000000Z-0001-to-0002.sqlite3" for day in range(1, 10)]
    old += [backup_dir / "before-upgrade-20250110T000000Z-0001-to-0002.sqlite3", backup_dir / "mine.sqlite3"]
    for path in old:
        path.touch()
    saved = upgraded(library, backup_dir, scripts_with(tmp_path, ADD_COLUMN))
    assert {path for path in [*old, saved] if path and path.exists()} == {*old[1:], saved}


@pytest.mark.parametrize("step", [BREAK, COMMIT_AND_BREAK, ORPHAN], ids=["error", "half", "orphan"])
def test_failed_upgrade_leaves_the_library_as_it_was(
    library: Path, backup_dir: Path, tmp_path: Path, step: str
) -> None:
    scripts = scripts_with(tmp_path, ADD_COLUMN, step)
    with pytest.raises(DatabaseError, match=rf"could not be brought from revision {HEAD} .*{backup_dir}"):
        upgraded(library, backup_dir, scripts)
    assert titles(library) == ["Title 1"]
    with sqlite3.connect(library) as conn:
        assert conn.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
        assert "mood" not in [row[1] for row in conn.execute("PRAGMA table_info(tracks)")]
    conn.close()
    assert upgraded(library, backup_dir) is None


def test_half_done_upgrade_that_cannot_be_restored_names_the_backup(
    library: Path, backup_dir: Path, tmp_path: Path
) -> None:
    other = Database.open(f"sqlite:///{library}")
    scripts = scripts_with(tmp_path, ADD_COLUMN, COMMIT_AND_BREAK)
    with other.read() as conn:
        conn.exec_driver_sql("SELECT count(*) FROM tracks")
        with pytest.raises(DatabaseError, match=r"musiclib restore .*before-upgrade.*open in another window"):
            upgraded(library, backup_dir, scripts)
    other.close()


def test_failed_upgrade_of_postgresql_is_taken_back(empty_url: str, backup_dir: Path, tmp_path: Path) -> None:
    db = Database.open(empty_url)
    with pytest.raises(DatabaseError, match=r"from revision none to .* left as it was"):
        migrate.upgrade(db, backup_dir, scripts=scripts_with(tmp_path, ADD_COLUMN, BREAK))
    assert migrate.current_revision(db) is None
    migrate.upgrade(db, backup_dir)
    assert migrate.current_revision(db) == migrate.head_revision()
    assert not backup_dir.exists()
    db.close()


def test_newer_library_is_told_by_its_version(library: Path, backup_dir: Path) -> None:
    db = Database.open(f"sqlite:///{library}")
    with db.write() as conn:
        LibraryStateRepository(conn).put("written_by", {"version": "7.3.0"}, NOW)
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(
        DatabaseTooNew, match=rf"by musiclib 7\.3\.0 \(database revision 0099\).*up to {HEAD}"
    ):
        migrate.upgrade(db, backup_dir)
    db.close()


def test_database_of_another_program_is_left_alone(tmp_path: Path, backup_dir: Path) -> None:
    path = tmp_path / "photos.sqlite3"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE photos (id)")
    conn.close()
    with pytest.raises(DatabaseError, match="database of another program"):
        upgraded(path, backup_dir)


def test_backup_folder_that_cannot_be_written(library: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseReadOnly, match=r"backup folder .* cannot be written"):
        upgraded(library, tmp_path / "file" / "backups", scripts_with(tmp_path, ADD_COLUMN))
    assert titles(library) == ["Title 1"]


def test_programs_that_start_at_once_on_a_fresh_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.support.open_library", str(tmp_path / "data" / "library.sqlite3")]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    failed = [each.communicate(timeout=60)[1].decode() for each in started]
    assert failed == [""] * 3
    assert [each.returncode for each in started] == [0] * 3
    with sqlite3.connect(tmp_path / "data" / "library.sqlite3") as conn:
        assert conn.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
    conn.close()


@pytest.mark.parametrize("frozen", frozen_files(), ids=lambda path: path.stem)
def test_library_of_each_release_opens(frozen: Path, tmp_path: Path, backup_dir: Path) -> None:
    path = tmp_path / "library.sqlite3"
    shutil.copy(frozen, path)
    before = verify_backup(frozen)
    upgraded(path, backup_dir)
    after = verify_backup(path)
    assert after.revision == migrate.head_revision()
    assert {name: after.rows[name] for name in before.rows} == before.rows
    db = Database.open(f"sqlite:///{path}")
    with db.read() as conn:
        rows = queries.track_rows(conn, None, NOW)
        assert [(row.artist, row.title) for row in rows] == NAMES
        (album,) = queries.album_rows(conn, None, NOW)
        assert [entry.track_id for entry in queries.album_detail(conn, album.id, NOW).entries] == [
            row.id for row in rows
        ]
        details = [track_detail(conn, row.id, NOW) for row in rows]
    db.close()
    assert all(detail.files and detail.tasks and detail.candidates and detail.history for detail in details)
    assert all(row.art_id and row.badge for row in rows)


def test_backup_of_a_library_in_use(library: Path, tmp_path: Path) -> None:
    db = Database.open(f"sqlite:///{library}")
    with db.write() as conn:
        LibraryStateRepository(conn).put("not committed", {}, NOW)
        info = migrate.backup(db, tmp_path / "my backups" / "mine.sqlite3")
    assert (info.path.name, info.rows["tracks"], info.rows["library_state"]) == ("mine.sqlite3", 1, 1)
    assert [path.name for path in info.path.parent.iterdir()] == ["mine.sqlite3"]
    db.close()


def test_backup_replaces_an_older_one_only_when_whole(library: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.sqlite3"
    target.write_text("older")
    db = Database.open(f"sqlite:///{library}")
    with sqlite3.connect(library) as conn:
        conn.execute("DROP TABLE alembic_version")
    conn.close()
    with pytest.raises(BadInput, match="another program"):
        migrate.backup(db, target)
    assert target.read_text() == "older"
    assert not target.with_name("mine.sqlite3.part").exists()
    db.close()


def test_restore_keeps_what_it_replaces(library: Path, tmp_path: Path) -> None:
    db = Database.open(f"sqlite:///{library}")
    saved = migrate.backup(db, tmp_path / "mine.sqlite3").path
    add_album(db, add_tracks(db, 2))
    db.close()
    kept = migrate.restore(library, saved, clock=lambda: datetime(2026, 5, 1, tzinfo=UTC))
    assert kept == library.with_name("library.replaced-20260501T000000Z.sqlite3")
    assert titles(library) == ["Title 1"]
    assert titles(kept) == ["Title 1", "Title 1", "Title 2"]


def test_restore_of_a_lost_or_damaged_library(library: Path, tmp_path: Path) -> None:
    db = Database.open(f"sqlite:///{library}")
    saved = migrate.backup(db, tmp_path / "mine.sqlite3").path
    db.close()

    def today() -> datetime:
        return datetime(2026, 5, 1, tzinfo=UTC)

    for name in ("library.replaced-20260501T000000Z", "library.replaced-20260501T000000Z-2"):
        library.write_bytes(b"no database any more" * 100)
        kept = migrate.restore(library, saved, clock=today)
        assert kept == library.with_name(f"{name}.sqlite3")
        assert kept.read_bytes().startswith(b"no database")
        assert titles(library) == ["Title 1"]
    library.unlink()
    assert migrate.restore(library, saved) is None
    assert titles(library) == ["Title 1"]


def test_restore_while_the_library_is_open(library: Path, tmp_path: Path) -> None:
    db = Database.open(f"sqlite:///{library}")
    saved = migrate.backup(db, tmp_path / "mine.sqlite3").path
    with db.read() as conn:
        conn.exec_driver_sql("SELECT 1 FROM tracks")
        with pytest.raises(DatabaseBusy, match="open in another window"):
            migrate.restore(library, saved)
    db.close()
    assert titles(library) == ["Title 1"]
    assert sorted(path.name for path in library.parent.iterdir()) == ["library.sqlite3"]


def test_restore_refuses_what_is_no_good_backup(library: Path, tmp_path: Path) -> None:
    db = Database.open(f"sqlite:///{library}")
    saved = migrate.backup(db, tmp_path / "mine.sqlite3").path
    db.close()
    content = library.read_bytes()
    with pytest.raises(BadInput, match="no backup file"):
        migrate.restore(library, tmp_path / "nowhere.sqlite3")
    (tmp_path / "text.sqlite3").write_text("hello " * 200)
    with pytest.raises(DatabaseCorrupt):
        migrate.restore(library, tmp_path / "text.sqlite3")
    damaged = bytearray(saved.read_bytes())
    damaged[8192:20480] = b"\xa5" * 12288
    (tmp_path / "damaged.sqlite3").write_bytes(damaged)
    with pytest.raises(DatabaseCorrupt, match="damaged"):
        migrate.restore(library, tmp_path / "damaged.sqlite3")
    (tmp_path / "text.sqlite3").write_text("hello")
    with pytest.raises(DatabaseCorrupt, match=r"The backup .*text.sqlite3 cannot be used"):
        migrate.restore(library, tmp_path / "text.sqlite3")
    with sqlite3.connect(saved) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '0099'")
    conn.close()
    with pytest.raises(DatabaseTooNew, match=r"newer version.*0099"):
        migrate.restore(library, saved)
    assert library.read_bytes() == content


def test_two_backups_in_one_second_are_one(library: Path, backup_dir: Path, tmp_path: Path) -> None:
    scripts = scripts_with(tmp_path, ADD_COLUMN, BREAK)
    for _ in range(2):
        with pytest.raises(DatabaseError):
            upgraded(library, backup_dir, scripts)
    assert len(list(backup_dir.iterdir())) == 1
