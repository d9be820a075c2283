"""Kills who writes tags, takes that back and does it again: files stay whole, and the journal adds up."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from musiclib.analysis.worker import content_hash
from musiclib.bootstrap import Library, open_library
from musiclib.db.changesets import ChangesetRepository
from musiclib.db.files import FileRepository
from musiclib.db.metadata import AnalysisRepository
from musiclib.db.tag_journal import TagJournal
from musiclib.domain.ids import ChangesetId
from musiclib.domain.states import TagWriteState
from tests.crash.harness import Drivers
from tests.crash.tag_driver import settings_of, write_all
from tests.support.library import give_album_art
from tests.support.sounds import KINDS, make_sounds
from tests.support.web import png
from tests.tags.foreign import TAGGERS

DRIVER = "tests.crash.tag_driver"


@dataclass(frozen=True)
class Plan:
    """The two contents each file may have, by its path: as it was, and written."""

    before: dict[Path, str]
    after: dict[Path, str]
    linked: Path
    """A file of two names, which cannot be replaced in one step."""


def prepare(folder: Path, copies: int) -> Plan:
    """Make a library of files of every kind, and find out what is written into them."""
    made, music = folder / "made", folder / "music"
    made.mkdir()
    music.mkdir()
    make_sounds(made)
    for kind in KINDS:
        TAGGERS[kind](made / f"sound{kind}")
        for copy in range(copies):
            shutil.copy(
                made / f"sound{kind}", music / f"Artist - Title {kind[1:].replace('.', ' ')} {copy}{kind}"
            )
    files = sorted(music.iterdir())
    os.link(files[0], folder / "other name")
    library = open_library(settings_of(folder))
    library.scan.scan([music])
    for row in library.library.load_tracks():
        library.library.set_value(row.id, "bpm", 124.5)
        library.library.set_value(row.id, "key_code", 21)
        library.library.set_value(row.id, "label", "Nordlicht " * 40)
    for album in library.library.load_albums():
        give_album_art(library, album.id, png(300, 300))
    _measure(library, files)
    before = {path: content_hash(path) for path in files}
    write_all(library)
    after = {path: content_hash(path) for path in files}
    changed = [path for path in files if before[path] != after[path]]
    library.library.undo()
    assert {path: content_hash(path) for path in files} == before
    library.close()
    assert len(changed) > len(files) // 2
    return Plan({each: before[each] for each in changed}, {each: after[each] for each in changed}, changed[0])


def _measure(library: Library, files: list[Path]) -> None:
    """As if each file had been analysed."""
    with library._db.write() as conn:
        repository = FileRepository(conn)
        for path, file_id in repository.ids_of(map(str, files)).items():
            hashed = content_hash(Path(path))
            repository.set_content_hash(file_id, hashed)
            AnalysisRepository(conn).put(hashed, "1", "test", {"path": path}, library._clock())


def start_drivers(folder: Path) -> Drivers:
    return Drivers(folder, module=DRIVER)


def kill_and_check(
    drivers: Drivers, plan: Plan, kills: int, seed: int, longest_s: float, *, report: bool
) -> int:
    """Kill the driver at random moments, and look; returns how many kills found something half done."""
    rng, torn = random.Random(seed), 0
    for nth in range(kills):
        pid = drivers.start()
        time.sleep(rng.uniform(0.05, longest_s))
        assert drivers.kill(pid) == -signal.SIGKILL
        torn += check(drivers.folder, plan)
        if report:
            print(f"kill {nth + 1}/{kills}: {torn} found something under way", flush=True)
    return torn


def check(folder: Path, plan: Plan) -> bool:
    """What must hold whenever it was killed. Returns whether a file was under way."""
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        states = "state NOT IN ('written', 'undone') OR NOT in_history"
        under_way = connection.execute(f"SELECT count(*) FROM tag_writes WHERE {states}").fetchone()[0]
    for path, before in plan.before.items():  # whole at any moment, even before anybody looks
        assert path == plan.linked or content_hash(path) in (before, plan.after[path]), f"{path} is damaged"
    open_library(settings_of(folder)).close()  # who comes next puts in order what is left
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        _check_journal(connection, plan)
    left = [path for path in (folder / "music").iterdir() if path.name.startswith(".")]
    assert left == [], left
    return bool(under_way)


def _check_journal(connection: sqlite3.Connection, plan: Plan) -> None:
    assert connection.execute("SELECT count(*) FROM tag_writes WHERE NOT in_history").fetchone() == (0,)
    other = "SELECT count(*) FROM tag_writes WHERE state NOT IN ('written', 'undone')"
    assert connection.execute(other).fetchone() == (0,)
    written = dict(
        connection.execute(
            "SELECT path, count(*) FROM tag_writes WHERE state = 'written' GROUP BY path"
        ).fetchall()
    )
    known = {
        row[0]: row[1:] for row in connection.execute("SELECT path, content_hash, size, mtime_ns FROM files")
    }
    measured = {row[0] for row in connection.execute("SELECT content_hash FROM audio_analysis")}
    for path, before in plan.before.items():
        now = content_hash(path)
        # What the journal says of a file, what the library knows of it, and what it is are one thing.
        assert now == (plan.after[path] if written.get(str(path)) else before), (
            f"{path}: {written.get(str(path))}"
        )
        assert written.get(str(path), 0) <= 1
        stamp = path.stat()
        assert known[str(path)] == (now, stamp.st_size, stamp.st_mtime_ns)
        assert now in measured
    runs = connection.execute("SELECT count(DISTINCT run_id) FROM tag_writes").fetchone()[0]
    acts = connection.execute("SELECT count(*) FROM changesets WHERE kind = 'tag_write'").fetchone()[0]
    assert runs == acts


def finish_and_check(folder: Path, plan: Plan) -> None:
    """All that stands is taken back: then every file is what it was, bit for bit."""
    library = open_library(settings_of(folder))
    for each in library.library.history(10_000):
        if each.kind == "tag_write" and each.undone_at is None:
            library.library.undo(each.id)
    for changeset_id in _cut_off(library):  # doing it again to its end makes it whole, and then it is undone
        library.library.redo(changeset_id)
        library.library.undo(changeset_id)
    library.close()
    assert {path: content_hash(path) for path in plan.before} == plan.before
    check(folder, plan)


def _cut_off(library: Library) -> list[ChangesetId]:
    """Acts that were being done again when somebody was killed: undone, but for some of their files."""
    with library._db.read() as conn:
        changesets, journal = ChangesetRepository(conn), TagJournal(conn)
        undone = [
            each.id for each in changesets.history(10_000) if each.kind == "tag_write" and each.undone_at
        ]
        records = [found for each in undone if (found := changesets.get(each)) is not None]
        return [
            each.entry.id
            for each in records
            if journal.of_run(UUID(each.payload["run"]), [TagWriteState.WRITTEN])
        ]
