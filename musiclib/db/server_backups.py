"""Copies of a library on a PostgreSQL server that are known to be whole: `pg_dump` in its custom format."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from sqlalchemy import inspect

from musiclib.db.backups import ACTS_COMPARED, BackupInfo, KnownAct, part_of
from musiclib.db.engine import Database
from musiclib.db.schema import Base
from musiclib.db.server_tools import ServerTools, address, environment, failure, find_tools, run
from musiclib.db.table_counts import row_counts
from musiclib.errors import BadInput, DatabaseCorrupt

_MAGIC = b"PGDMP"
"""What a file in the custom format begins with."""
_COPY = re.compile(rb"COPY (?:\S+\.)?\"?(\w+)\"? \((.*)\) FROM stdin;")
_NOT_OURS = (" EXTENSION ", " SCHEMA ", " COMMENT - EXTENSION ", " COMMENT - SCHEMA ")
_VERSION = "alembic_version"


def tools_for(db: Database) -> ServerTools:
    """Those that know the server of this library. Raises `ToolsMissing`."""
    with db.read() as conn:
        number = int(conn.exec_driver_sql("SHOW server_version_num").scalar_one())
    return find_tools(number // 10_000)


def dump_database(db: Database, target: Path) -> BackupInfo:
    """Copy a library, that may be in use, to a new file of one moment, and verify the copy.

    The rows are counted in the snapshot that is copied. An existing `target` is replaced only by a copy
    that is whole.
    """
    tools = tools_for(db)
    with part_of(target) as part:
        with db.read() as conn, environment(db.address) as environ:
            snapshot = conn.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
            counted = row_counts(conn, inspect(conn).get_table_names())
            options = ("--format=custom", "--no-owner", "--no-privileges", "--no-password")
            where = (f"--snapshot={snapshot}", f"--file={part}", f"--dbname={address(db.address)}")
            run(tools.command("pg_dump", *options, *where), environ)
        found = read_dump(part)
        if found.rows != counted:
            raise DatabaseCorrupt(f"The backup of {db.url} is not whole, so it was not kept. Try again.")
        part.replace(target)
    return BackupInfo(target, found.revision, found.rows)


@dataclass
class Dump:
    """What a dump holds: a count of rows per table, and the rows of those that were asked for."""

    rows: dict[str, int] = field(default_factory=dict)
    revision: str = ""
    wanted: dict[str, list[dict[str, str]]] = field(default_factory=dict)


def read_dump(path: Path, *wanted: str) -> Dump:
    """Read a dump from end to end; `wanted` are tables whose rows are given too, as text.

    Raises `DatabaseCorrupt` when it is damaged, `BadInput` when it is a dump of something else.
    """
    tools = find_tools(0)
    dump = Dump(wanted={name: [] for name in wanted})
    command = tools.command("pg_restore", "--data-only", "--file=-", path)
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as process:
            assert process.stdout is not None
            for table, row in _rows(process.stdout, {_VERSION, *wanted}):
                _take(dump, table, row)
        if process.returncode:
            errors.seek(0)
            told = failure("pg_restore", errors.read())
            raise DatabaseCorrupt(
                f"The backup {path} cannot be used: it is damaged ({told}). Use another one."
            )
    if not dump.revision:
        raise BadInput(f"{path} is a dump of another program, not a backup of this one.")
    return dump


def is_dump(path: Path) -> bool:
    """Whether a file is a dump in the custom format, by how it begins."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def look_into_dump(path: Path) -> tuple[BackupInfo, list[KnownAct]]:
    """Verify a dump: what it is, and the newest acts that stand in it. Raises as `read_dump`."""
    dump = read_dump(path, "changesets")
    stand = (row for row in dump.wanted["changesets"] if not row["undone_at"])
    newest = sorted(stand, key=lambda row: -int(row["number"]))[:ACTS_COMPARED]
    acts = [
        KnownAct(UUID(row["id"]), row["summary"], datetime.fromisoformat(row["created_at"]).astimezone(UTC))
        for row in newest
    ]
    return BackupInfo(path, dump.revision, dump.rows), acts


def put_dump_back(db: Database, source: Path) -> None:
    """Replace what is in the database by what is in a dump: all of it in one transaction, or nothing."""
    tools = tools_for(db)
    with db.read() as conn:
        there = set(inspect(conn).get_table_names())
    ours = sorted(there & {*Base.metadata.tables, _VERSION, *read_dump(source).rows})
    with environment(db.address) as environ, tempfile.TemporaryDirectory(prefix="musiclib") as folder:
        listed = run(tools.command("pg_restore", "--list", source), environ).splitlines()
        use, script, first = (Path(folder) / name for name in ("list", "script.sql", "first.sql"))
        use.write_text("\n".join(each for each in listed if not any(name in each for name in _NOT_OURS)))
        options = ("--clean", "--if-exists", "--no-owner", "--no-privileges")
        run(tools.command("pg_restore", *options, f"--use-list={use}", f"--file={script}", source), environ)
        lines = [f'DROP TABLE IF EXISTS "{name}" CASCADE;' for name in ours]
        lines += [f'CREATE EXTENSION IF NOT EXISTS "{name}";' for each in listed for name in _extension(each)]
        first.write_text("\n".join(lines))
        one = ("--single-transaction", "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1")
        where = (f"--file={first}", f"--file={script}", f"--dbname={address(db.address)}")
        run(tools.command("psql", *one, *where), environ)


def _extension(line: str) -> list[str]:
    return [] if "COMMENT" in line else re.findall(r" EXTENSION - (\S+)", line)


def _rows(script: IO[bytes], wanted: Collection[str]) -> Iterator[tuple[str, dict[str, str] | None]]:
    """(table, row) of each row in a script of `pg_restore`; the row is None where the table begins, and
    without values where it is not `wanted`."""
    table, columns = "", list[str]()
    for line in script:
        if table and line != b"\\.\n":
            if table not in wanted:
                yield table, {}
                continue
            values = (_plain(value) for value in line.rstrip(b"\n").decode("utf-8").split("\t"))
            yield table, dict(zip(columns, values, strict=True))
        elif table:
            table = ""
        elif found := _COPY.match(line):
            table = found[1].decode()
            columns = [name.strip(' "') for name in found[2].decode().split(",")]
            yield table, None


def _plain(value: str) -> str:
    """A value of the COPY format, https://www.postgresql.org/docs/current/sql-copy.html; NULL is empty."""
    if value == "\\N":
        return ""
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t", "r": "\r"}.get(found[1], found[1]), value)


def _take(dump: Dump, table: str, row: dict[str, str] | None) -> None:
    dump.rows.setdefault(table, 0)
    if row is None:
        return
    dump.rows[table] += 1
    if table == _VERSION:
        dump.revision = row["version_num"]
    elif table in dump.wanted:
        dump.wanted[table].append(row)
