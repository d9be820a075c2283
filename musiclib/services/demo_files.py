"""Where the sample library's own catalogue lies, and whether a library is one."""

from __future__ import annotations

from pathlib import Path

from musiclib.db.connection import Connection
from musiclib.db.library_state import LibraryStateRepository

STATE_KEY = "demo"


def demo_folder() -> Path:
    """The folder of the catalogue: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "_resources"
    return (packaged if packaged.is_dir() else package.parent / "resources") / "demo"


def is_demo(conn: Connection) -> bool:
    """A sample library asks its own catalogue and never the network."""
    return LibraryStateRepository(conn).get(STATE_KEY) is not None
