from __future__ import annotations

import shutil
from pathlib import Path

from tests.crash.sync import NAMES, kill_and_check
from tests.support.database import PostgresqlServer

KILLS = 1
"""Of each of two; `python -m tests.crash --sync` does 200."""


def test_killed_exchanges_lose_nothing_and_double_nothing(
    tmp_path: Path, sqlite_template: Path, postgresql: PostgresqlServer
) -> None:
    for name in NAMES:
        (tmp_path / name).mkdir()
        shutil.copy(sqlite_template, tmp_path / name / "library.sqlite3")
    address = postgresql.empty_library()
    assert kill_and_check(tmp_path, address, lists=2, kills=KILLS, seed=11, longest_s=0.3) >= KILLS
