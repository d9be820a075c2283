"""Kills who exchanges changes with a shared library, and compares all libraries in the end."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from contextlib import ExitStack, closing
from pathlib import Path

from musiclib.bootstrap import open_library
from tests.crash.harness import Drivers
from tests.crash.sync_driver import REMOVED, ROWS, settings_of, tempo_of

NAMES = ("kitchen", "studio")

Lists = dict[str, list[tuple[str, float | None]]]


def kill_and_check(folder: Path, address: str, lists: int, kills: int, seed: int, longest_s: float) -> int:
    """Two libraries work at once and are killed; returns how many kills hit one at work."""
    rng = random.Random(seed)
    folders = [folder / name for name in NAMES]
    for each in folders:
        open_library(settings_of(each)).close()
    hits = 0
    with ExitStack() as stack:
        drivers = [
            stack.enter_context(Drivers(each, address, lists, module="tests.crash.sync_driver"))
            for each in folders
        ]
        for _ in range(kills):
            pids = [each.start() for each in drivers]
            time.sleep(rng.uniform(0.05, longest_s))
            hits += sum(each.kill(pid) == -signal.SIGKILL for each, pid in zip(drivers, pids, strict=True))
            for each in folders:
                _check_whole(each)
        for each in drivers:
            assert each.wait(each.start()) == 0
    _finish(folders, address, lists)
    return hits


def _check_whole(folder: Path) -> None:
    """What holds at any moment: the file is whole, and no list is there in part."""
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        sizes = "SELECT count(*) FROM album_tracks GROUP BY album_id"
        assert {row[0] for row in connection.execute(sizes)} <= {ROWS}
        doubled = "SELECT count(*) FROM tracks GROUP BY match_key HAVING count(*) > 1"
        assert connection.execute(doubled).fetchall() == []


def _finish(folders: list[Path], address: str, lists: int) -> None:
    """Once everybody has exchanged changes all have the same, and all that was not removed is there."""
    for _ in range(2):
        for each in folders:
            library = open_library(settings_of(each))
            outcome = library.sync.run(address)
            assert (outcome.left, outcome.conflicts) == (0, 0)
            library.close()
    one, other, shared = (
        _lists(*place) for place in ((folders[0], None), (folders[1], None), (folders[0] / "x", address))
    )
    assert one == other == shared
    kept = {number for number in range(lists) if number % REMOVED != REMOVED - 1}
    assert set(one) == {f"{name} {number}" for name in NAMES for number in kept}
    for title, tracks in one.items():
        assert len(tracks) == ROWS, title
        assert tracks[0][1] == tempo_of(int(title.split()[1])), title


def _lists(folder: Path, address: str | None) -> Lists:
    library = open_library(settings_of(folder, address))
    names = {row.id: (f"{row.artist} - {row.title}", row.bpm) for row in library.library.load_tracks()}
    found = {
        each.title: [names[entry.track_id] for entry in library.library.album(each.id).entries]
        for each in library.library.load_albums()
    }
    assert len(names) == sum(map(len, found.values())), "tracks that stand on no list, or on two"
    library.close()
    return found
