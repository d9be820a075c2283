"""The tools that come with a PostgreSQL server: where they are, and how they are run without showing a
password to anybody."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from musiclib.errors import DatabaseBusy, DatabaseError, DiskFull, KnownError

_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/libpq/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/libpq/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
"""Where packages put them that do not add them to the search path."""
_HOW = {
    "linux": "sudo apt install postgresql-client (Debian, Ubuntu), sudo dnf install postgresql (Fedora)",
    "darwin": "brew install libpq",
    "win32": "the command line tools of the installer from postgresql.org",
}
_LOCK_MS = 20_000


class ToolsMissing(KnownError):
    """pg_dump and its like are not installed, or are older than the server."""

    code = "tools_missing"


@dataclass(frozen=True, slots=True)
class ServerTools:
    folder: Path
    major: int

    def command(self, name: str, *arguments: str | Path) -> list[str]:
        return [str(self.folder / _executable(name)), *map(str, arguments)]


def find_tools(at_least: int) -> ServerTools:
    """The first tools that know a server of this major version. Raises `ToolsMissing`, saying what to do."""
    found = shutil.which("pg_dump")
    older: list[int] = []
    for folder in (*([Path(found).parent] if found else []), *_beside()):
        major = _major(folder)
        if major is not None and major >= at_least:
            return ServerTools(folder, major)
        older += [] if major is None else [major]
    how = _HOW.get(sys.platform, "the client programs of PostgreSQL")
    if older:
        raise ToolsMissing(
            f"The server is PostgreSQL {at_least}, and the newest pg_dump here is {max(older)}, which "
            f"cannot copy it. Install version {at_least} or later: {how}."
        )
    raise ToolsMissing(
        "A library on a PostgreSQL server is copied by pg_dump, which is not installed here. "
        f"Install it: {how}."
    )


def address(url: URL) -> str:
    """The address of the database for a command line, without anything secret."""
    shown = url.difference_update_query(["password", "passfile"]).query
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, shown)
    return bare.render_as_string(hide_password=False)


@contextlib.contextmanager
def environment(url: URL) -> Iterator[dict[str, str]]:
    """The environment the tools are run in. The password goes into a file that only this person can read."""
    environ = {
        **os.environ,
        "PGCONNECT_TIMEOUT": "10",
        "PGAPPNAME": "musiclib",
        "PGOPTIONS": f"-c lock_timeout={_LOCK_MS}",
        "LC_ALL": "C",
    }
    password = url.password or url.query.get("password")
    if not password:  # libpq looks where psycopg does: PGPASSWORD, ~/.pgpass, or none is needed
        yield environ
        return
    with tempfile.TemporaryDirectory(prefix="musiclib") as folder:
        path = Path(folder) / "pgpass"
        escaped = re.sub(r"([\\:])", r"\\\1", str(password))
        path.touch(0o600)
        path.write_text(f"*:*:*:*:{escaped}\n", encoding="utf-8")
        yield {**environ, "PGPASSFILE": str(path)}


def run(command: Sequence[str], environ: dict[str, str]) -> str:
    """What the tool prints. Raises an error of ours with its own words."""
    ended = subprocess.run(command, env=environ, capture_output=True, check=False)
    if ended.returncode:
        raise failure(Path(command[0]).stem, ended.stderr)
    return ended.stdout.decode("utf-8", "replace")


def failure(tool: str, said: bytes) -> KnownError:
    """What went wrong by what a tool wrote; it never names the password."""
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = (line for line in lines if "error:" in line or "ERROR:" in line)
    told = next(errors, lines[0] if lines else "it gave no reason")
    if "No space left" in told:
        return DiskFull(f"No space is left to copy the library ({told}). Free some space and try again.")
    if "lock timeout" in told:
        return DatabaseBusy("Another program or machine uses the library. Close it there and try again.")
    return DatabaseError(f"{tool} could not do it: {told}. Nothing was changed.")


def _beside() -> Iterator[Path]:
    """The folders of packages, the newest version first."""
    for place in map(Path, _PLACES):
        yield from sorted(Path(place.anchor).glob(str(place.relative_to(place.anchor))), reverse=True)


def _executable(name: str) -> str:
    return f"{name}.exe" if sys.platform == "win32" else name


def _major(folder: Path) -> int | None:
    """The version of the tools in a folder; None where one of the three is missing."""
    if any(not (folder / _executable(name)).exists() for name in ("pg_dump", "pg_restore", "psql")):
        return None
    with contextlib.suppress(OSError):
        said = subprocess.run(
            [str(folder / _executable("pg_dump")), "--version"], capture_output=True, text=True, check=False
        )
        if found := re.search(r"\) (\d+)", said.stdout):
            return int(found[1])
    return None
