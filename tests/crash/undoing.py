"""Kills who undoes and does again: each act stands wholly or not at all, and all can be done again."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from musiclib.bootstrap import open_library
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.errors import ChangedSince, NotInLibrary
from musiclib.services.import_types import ImportRequest, NewAlbum
from musiclib.settings import Settings
from tests.crash.driver import serve_commands
from tests.crash.harness import Drivers

ROWS = 12
_EDITED = 3


def settings_of(folder: Path) -> Settings:
    return Settings(data_dir=folder, online=False)


def prepare(folder: Path, albums: int) -> None:
    """Albums, and values by hand for some tracks of each: two kinds of acts, one built upon the other."""
    library = open_library(settings_of(folder))
    for number in range(albums):
        rows = tuple(ParsedTrack(f"Artist {number} {row}", f"Title {row}") for row in range(ROWS))
        made = library.imports.commit(ImportRequest(rows, f"list {number}", NewAlbum(f"Album {number}")))
        for track_id in made.rows[:_EDITED]:
            library.library.set_value(track_id, "bpm", 120 + number)
    library.close()


def drive(folder: Path) -> None:
    """Undo and redo whatever comes, until killed."""
    rng = random.Random(os.getpid())
    library = open_library(settings_of(folder))
    acts = library.library
    while True:
        stand = [each.id for each in acts.history(10_000) if each.undone_at is None]
        back = [each.id for each in acts.taken_back()]
        try:
            if stand and (not back or rng.random() < 0.5):
                acts.undo_with_later(rng.choice(stand))
            else:
                acts.redo(rng.choice(back))
        except (ChangedSince, NotInLibrary):
            continue  # the other process was faster, or what it was made upon is taken back


def serve(folder: str) -> None:
    serve_commands(lambda: drive(Path(folder)))


def check(folder: Path) -> tuple[int, int]:
    """What must hold at any moment. Returns how many acts stand, and how many are taken back."""
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:

        def number(query: str) -> int:
            return int(connection.execute(query).fetchone()[0])

        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        acts = "SELECT count(*) FROM changesets WHERE kind = '{}' AND undone_at IS {} NULL"
        imports, edits = (number(acts.format(kind, "")) for kind in ("import", "edit"))
        assert number("SELECT count(*) FROM albums") == imports
        assert number("SELECT count(*) FROM album_tracks") == imports * ROWS
        assert number("SELECT count(*) FROM tracks WHERE bpm IS NOT NULL") == edits
        # Of an import that was taken back only what a person has said something of stays, on no list.
        kept = number("SELECT count(*) FROM tracks WHERE id NOT IN (SELECT track_id FROM album_tracks)")
        assert kept <= number(acts.format("import", "NOT")) * _EDITED
        tracks = imports * ROWS + kept
        for table in ("tracks", "enrichment_tasks", "track_artists", "track_facts"):
            assert number(f"SELECT count(*) FROM {table}") == tracks, table
        assert number("SELECT count(*) FROM track_metadata WHERE source = 'tracklist'") == tracks
        back = sum(number(acts.format(kind, "NOT")) for kind in ("import", "edit"))
        return imports + edits, back


def kill_and_check(drivers: Drivers, kills: int, seed: int, *, longest_s: float) -> int:
    """Kill drivers at random moments, sometimes two at once; returns how many kills hit one at work."""
    rng = random.Random(seed)
    hits = 0
    for _ in range(kills):
        pids = [drivers.start() for _ in range(1 + (rng.random() < 0.3))]
        time.sleep(rng.uniform(0.05, longest_s))
        hits += sum(drivers.kill(pid) == -signal.SIGKILL for pid in pids)
        drivers.wait_for_no_orphan()
        check(drivers.folder)
    return hits


def finish_and_check(folder: Path, albums: int) -> None:
    """Everything can be done again; then all is as it was at first."""
    library = open_library(settings_of(folder))
    acts = library.library
    while back := acts.taken_back():
        done = 0
        for each in back:
            try:
                acts.redo(each.id)
                done += 1
            except ChangedSince:
                continue  # what it was made upon comes first
        assert done, "what is left cannot be done again"
    library.close()
    assert check(folder) == (albums * (1 + _EDITED), 0)
