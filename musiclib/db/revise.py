"""For developers: writes the next migration from what changed in the schema.

    python -m musiclib.db.revise "keep the mood of a track"

It is a draft: read it, and add what moves the data. The tests then ask for both directions.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

from alembic import command

from musiclib.db import migrate
from musiclib.db.engine import Database

_log = logging.getLogger(__name__)


def revise(message: str, scripts: Path | None = None) -> Path:
    """The new file, `NNNN_message.py`, made by comparing the models with a fresh library."""
    number = f"{int(migrate.head_revision(scripts)) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        db = Database.open(f"sqlite:///{folder}/library.sqlite3")
        migrate.upgrade(db, Path(folder), scripts=scripts)
        with db.migrating() as conn:
            config = migrate.alembic_config(conn, scripts)
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            command.revision(config, message, autogenerate=True, rev_id=number)
        db.close()
    return next(((scripts or migrate.locate_scripts()) / "versions").glob(f"{number}_*.py"))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    _log.info("%s", revise(" ".join(sys.argv[1:])))
