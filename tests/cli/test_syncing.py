"""Exchanging changes with a shared library on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from musiclib.cli.main import run
from tests.support.database import PostgresqlServer


def test_two_libraries_share_a_third(
    data_dir: Path,
    tmp_path: Path,
    sqlite_template: Path,
    postgresql: PostgresqlServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def call(folder: Path, *arguments: str, code: int = 0) -> str:
        got = run(["--data-dir", str(folder), *arguments])
        printed = capsys.readouterr()
        assert got == code, printed.err
        assert "hunter2" not in printed.out + printed.err
        return printed.out + printed.err

    file, other = tmp_path / "list.txt", tmp_path / "other"
    other.mkdir()
    shutil.copy(sqlite_template, other / "library.sqlite3")
    file.write_text("Ana Krol - Blue\nOdd Harbour - Quay\n", "utf-8")
    # Over a local socket the server asks for no password: this one must show up nowhere.
    address = postgresql.empty_library().replace("postgres:@", "postgres:hunter2@")
    assert "Name the address" in call(data_dir, "sync", "postgres", code=1)
    assert "begins with postgresql" in call(data_dir, "sync", "postgres", "sqlite:///x", code=1)
    call(data_dir, "import", str(file), "--album", "Mix")
    assert "There: 3 added" in call(data_dir, "sync", "postgres", address, "--remember")
    assert "Here: 3 added" in call(other, "sync", "postgres", address)
    call(data_dir, "set", "Blue", "bpm=124")
    call(other, "set", "Blue", "bpm=62")
    call(data_dir, "sync", "postgres")
    assert "One conflict waits" in call(other, "sync", "postgres", code=1)
    listed = call(other, "sync", "conflicts")
    assert all(each in listed for each in ("Ana Krol - Blue", "BPM", "124", "62"))
    call(other, "sync", "resolve", "1", "elsewhere", code=2)
    call(other, "sync", "resolve", "9", "here", code=1)
    call(other, "sync", "resolve", "all", "here")
    outcome = json.loads(call(other, "sync", "postgres", "--json"))
    assert outcome["there"]["changed"] == 1
    assert "No conflicts" in call(other, "sync", "status")
