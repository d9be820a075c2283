"""Remembers where disks are mounted, so that one that is away is not taken for a folder that was emptied."""

from __future__ import annotations

import os
import platform

from musiclib.db.connection import Connection
from musiclib.db.library_state import LibraryStateRepository
from musiclib.services.acts import Clock
from musiclib.services.scan_listing import Listing


class Mounts:
    """Folders in which other file systems began at earlier scans of this machine."""

    def __init__(self, conn: Connection) -> None:
        self._key = f"mounts {platform.node()}"[:32]
        stored = LibraryStateRepository(conn).get(self._key) or {}
        self._folders: dict[str, list[str]] = dict(stored.get("folders", {}))
        self.changed = False

    def away(self, root: str, listing: Listing) -> list[str]:
        """Those below `root` that are not mounted now. They are remembered as long as they are."""
        before = self._folders.get(root, [])
        gone = [each for each in before if each not in listing.mounts]
        # One that is mounted no more, but holds files, has become a folder like any other.
        away = [each for each in gone if not any(path.startswith(each + os.sep) for path in listing.files)]
        now = sorted({*listing.mounts, *away})
        if now != before:
            self._folders[root] = now
            self.changed = True
        return away

    def write(self, conn: Connection, clock: Clock) -> None:
        folders = {root: some for root, some in self._folders.items() if some}
        LibraryStateRepository(conn).put(self._key, {"folders": folders}, clock())
