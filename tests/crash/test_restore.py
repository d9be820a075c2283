"""A restore that is killed leaves a whole library: the old one or the restored one, and both at hand."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from musiclib.db import migrate, queries
from musiclib.db.engine import Database
from tests.support.library import NOW, add_tracks

_KILLED_RESTORE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from musiclib.db.backups import put_back

left = int(sys.argv[3])

def kill_before_a_step(event, arguments):
    global left
    if event in ("shutil.copyfile", "os.link", "os.rename", "os.remove"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(kill_before_a_step)
put_back(Path(sys.argv[1]), Path(sys.argv[2]), datetime.now(UTC))
"""


def _titles(path: Path) -> list[str]:
    db = Database.open(f"sqlite:///{path}")
    try:
        with db.read() as conn:
            return [row.title for row in queries.track_rows(conn, None, NOW)]
    finally:
        db.close()


def test_a_kill_between_any_two_steps_of_a_restore(tmp_path: Path) -> None:
    template = tmp_path / "template.sqlite3"
    db = Database.open(f"sqlite:///{template}")
    migrate.upgrade(db, tmp_path)
    add_tracks(db, 1)
    saved = migrate.backup(db, tmp_path / "saved.sqlite3").path
    add_tracks(db, 2)
    db.close()
    old, restored = _titles(template), _titles(saved)
    for step in range(1, 10):
        library = tmp_path / str(step) / "library.sqlite3"
        library.parent.mkdir()
        shutil.copy(template, library)
        ended = subprocess.run(
            [sys.executable, "-c", _KILLED_RESTORE, str(library), str(saved), str(step)], check=False
        )
        kept = list(library.parent.glob("library.replaced-*.sqlite3"))
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL
        assert _titles(library) == old, f"killed before step {step}"
        assert [_titles(path) for path in kept] in ([], [old])
        # Asked again it does what it was to do.
        assert migrate.restore(library, saved, clock=lambda: datetime(2030, 1, 1, tzinfo=NOW.tzinfo))
        assert _titles(library) == restored
    assert step > 2
    assert _titles(library) == restored
    assert [_titles(path) for path in kept] == [old]
