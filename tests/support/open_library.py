"""Opens and upgrades a library in a process of its own, as each start of the program does."""

from __future__ import annotations

import sys
from pathlib import Path

from musiclib.db import migrate
from musiclib.db.engine import Database

if __name__ == "__main__":
    path = Path(sys.argv[1])
    db = Database.open(f"sqlite:///{path}")
    migrate.upgrade(db, path.parent / "backups")
    assert migrate.current_revision(db) == migrate.head_revision()
    db.close()
