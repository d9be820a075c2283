"""Migrations: both databases, both directions, from every revision; nothing is lost when one fails."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect

from musiclib.db import migrate
from musiclib.db.engine import Database
from musiclib.db.revise import revise
from musiclib.db.schema import Base
from tests.support.frozen import frozen_files


def test_stairway(empty_url: str) -> None:
    db = Database.open(empty_url)
    for revision, below in zip(
        migrate.known_revisions(), ("base", *migrate.known_revisions()[:-1]), strict=True
    ):
        for step, target in (
            (command.upgrade, revision),
            (command.downgrade, below),
            (command.upgrade, revision),
        ):
            with db.migrating() as conn:
                step(migrate.alembic_config(conn), target)
    with db.read() as conn:
        tables = {each for each in inspect(conn).get_table_names() if not each.startswith("track_word")}
        assert tables == {*Base.metadata.tables, "alembic_version"}
    with db.migrating() as conn:
        command.downgrade(migrate.alembic_config(conn), "base")
    with db.read() as conn:
        assert inspect(conn).get_table_names() == ["alembic_version"]
    db.close()


@pytest.mark.logs("Generating approximate signature for index")
def test_models_and_migrations_agree(db: Database) -> None:
    with db.read() as conn, warnings.catch_warnings():
        # SQLAlchemy cannot read an index with a descending column back; the next test compares it.
        warnings.filterwarnings("ignore", message=".*(ix_enrichment_tasks_claim|ix_track_names_words)")
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata)
    unknown = ("ix_enrichment_tasks_claim", "ix_track_names_words", "track_word")
    assert [each for each in found if not each[1].name.startswith(unknown)] == []


def test_migrations_write_the_same_sql_as_the_models(sqlite_template: Path) -> None:
    made = create_engine("sqlite://")
    Base.metadata.create_all(made)
    db = Database.open(f"sqlite:///{sqlite_template}")
    with made.connect() as models, db.read() as migrated:
        assert _written(migrated) == _written(models)
    made.dispose()
    db.close()


@pytest.mark.parametrize("frozen", frozen_files(), ids=lambda path: path.stem)
def test_upgraded_library_is_written_like_a_fresh_one(
    frozen: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(frozen, tmp_path / "library.sqlite3"))
    fresh, old = Database.open(f"sqlite:///{sqlite_template}"), Database.open(f"sqlite:///{path}")
    migrate.upgrade(old, tmp_path / "backups")
    with fresh.read() as expected, old.read() as found:
        assert _written(found) == _written(expected)
    fresh.close()
    old.close()


def _written(conn: Connection) -> dict[str, list[str]]:
    """The SQL of each table and index, as clauses: a column added later stands behind the constraints."""
    rows = conn.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master "
        "WHERE sql IS NOT NULL AND name != 'alembic_version' AND name NOT LIKE 'sqlite_%'"
    )
    return {name: sorted(_clauses(sql)) for name, sql in rows}


def _clauses(sql: str) -> list[str]:
    """What stands between the commas of the outermost brackets, and what stands around these."""
    clauses, depth = [""], 0
    for sign in sql:
        depth += (sign == "(") - (sign == ")")
        if (sign == "(" and depth == 1) or (sign == ")" and depth == 0) or (sign == "," and depth == 1):
            clauses.append("")
        else:
            clauses[-1] += sign
    return [" ".join(clause.split()) for clause in clauses]


@pytest.mark.filterwarnings("ignore:autogenerate skipping.*ix_enrichment_tasks_claim")
@pytest.mark.logs("ix_enrichment_tasks_claim")
def test_next_migration_is_drafted(tmp_path: Path) -> None:
    scripts = tmp_path / "migrations"
    shutil.copytree(migrate.locate_scripts(), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    head = migrate.head_revision(scripts)
    drafted = revise("Keep the mood", scripts)
    assert drafted.name == f"{int(head) + 1:04}_keep_the_mood.py"
    assert migrate.head_revision(scripts) == f"{int(head) + 1:04}"
    assert "def upgrade() -> None:\n    # ### commands auto generated" in drafted.read_text()
    assert "    pass\n" in drafted.read_text()
    db = Database.open(f"sqlite:///{tmp_path}/library.sqlite3")
    migrate.upgrade(db, tmp_path, scripts=scripts)
    assert migrate.current_revision(db) == migrate.head_revision(scripts)
    db.close()


def test_head_is_known_without_alembic() -> None:
    scripts = ScriptDirectory(str(migrate.locate_scripts()))
    assert migrate.head_revision() == scripts.get_current_head()
    assert list(migrate.known_revisions()) == sorted(each.revision for each in scripts.walk_revisions())


def test_nothing_to_do_makes_no_backup(db: Database, tmp_path: Path) -> None:
    assert migrate.upgrade(db, tmp_path / "backups") is None
    assert not (tmp_path / "backups").exists()


def test_fresh_database_is_made_by_the_migrations(empty_url: str, tmp_path: Path) -> None:
    db = Database.open(empty_url)
    assert migrate.current_revision(db) is None
    assert migrate.upgrade(db, tmp_path / "backups") is None
    assert migrate.current_revision(db) == migrate.head_revision()
    db.close()


@pytest.mark.parametrize("revision", ["0000", "9999"])
def test_newer_database_is_refused(db: Database, tmp_path: Path, revision: str) -> None:
    with db.write() as conn:
        conn.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    with pytest.raises(migrate.DatabaseTooNew, match=rf"revision {revision}.*Update musiclib"):
        migrate.upgrade(db, tmp_path)
    assert migrate.current_revision(db) == revision
