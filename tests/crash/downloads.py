"""Kills who downloads, again and again, and looks at what is left: the trust of the download centre."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from musiclib.bootstrap import open_library
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.services.import_types import ImportRequest, NewAlbum
from tests.crash.download_driver import OFFERS, settings_of
from tests.crash.harness import Drivers
from tests.support.audio_server import AudioServer
from tests.support.downloads import Shelf

_STATES = "('wanted', 'queued', 'running', 'done')"
DRIVER = "tests.crash.download_driver"


@dataclass(frozen=True)
class Plan:
    """How much there is to fetch, and how slowly."""

    albums: int
    tracks: int
    seconds: float
    """Of each file; a second is 16,000 bytes."""
    bytes_per_s: int

    @property
    def files(self) -> int:
        return self.albums * self.tracks


@dataclass
class Tally:
    hits: int = 0
    continued: int = 0
    """Requests that went on from a journalled offset."""
    kept_bytes: int = 0


def prepare(folder: Path, server: AudioServer, plan: Plan) -> None:
    """Make the library with its albums, all wanted, and the files on the server."""
    library = open_library(settings_of(folder))
    shelf = Shelf(server)
    for album in range(plan.albums):
        rows = tuple(ParsedTrack(f"Artist {album}", f"Title {nth}") for nth in range(plan.tracks))
        for nth, row in enumerate(rows):
            shelf.put(folder / "made", row.artist, row.title, plan.seconds + nth / 10)
        outcome = library.imports.commit(ImportRequest(rows, f"list {album}", NewAlbum(f"Album {album}")))
        library.downloads.get_album(outcome.album_id)
    library.close()
    # A thousandth of the bytes is noise, so that no two files, and no two parts of one, are alike.
    rng = random.Random(plan.files)
    for path, content in server.files.items():
        sound = bytearray(content)
        for at in range(60, int(plan.seconds * 16_000), 1000):
            sound[at] = rng.randrange(256)
        server.files[path] = bytes(sound)
    (folder / OFFERS).write_text(json.dumps([asdict(each) for each in shelf.offers]))


def start_drivers(folder: Path, server: AudioServer, plan: Plan) -> Drivers:
    return Drivers(folder, server.address, plan.bytes_per_s, module=DRIVER)


def kill_and_check(
    drivers: Drivers, server: AudioServer, plan: Plan, kills: int, seed: int, longest_s: float, report: bool
) -> Tally:
    """Kill the driver at random moments; after each, nothing may be lost, doubled or fetched twice."""
    rng = random.Random(seed)
    tally = Tally()
    for nth in range(kills):
        before, asked = journalled(drivers.folder), len(server.served)
        pid = drivers.start()
        time.sleep(rng.uniform(0.05, longest_s))
        tally.hits += drivers.kill(pid) == -signal.SIGKILL
        drivers.wait_for_no_orphan()
        for request in server.served[asked:]:
            kept = before.get(request.path, 0)
            told = f"{request.path}: bytes from {request.start} on, {kept} were kept"
            assert request.start >= kept, f"{told}; {stands(drivers.folder, request.path)}"
            tally.continued += kept > 0
            tally.kept_bytes += kept
        here = check(drivers.folder, server, plan)
        if report:
            print(f"kill {nth + 1}/{kills}: {here} of {plan.files} here, {len(before)} under way", flush=True)
    return tally


def finish_and_check(drivers: Drivers, server: AudioServer, plan: Plan) -> None:
    """Let the driver work to the end: then everything is there, once, and nothing else."""
    before, asked = journalled(drivers.folder), len(server.served)
    assert drivers.wait(drivers.start()) == 0
    assert all(each.start >= before.get(each.path, 0) for each in server.served[asked:])
    assert check(drivers.folder, server, plan) == plan.files
    music = drivers.folder / "music"
    assert list((music / ".incoming").iterdir()) == []
    placed = {path.read_bytes() for path in music.rglob("*") if path.is_file()}
    assert len([path for path in music.rglob("*") if path.is_file()]) == plan.files
    assert placed == set(server.files.values())


def journalled(folder: Path) -> dict[str, int]:
    """How much is surely here of each file that is under way, by its path on the server."""
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        rows = connection.execute("SELECT id, chosen FROM transfers WHERE state != 'done'").fetchall()
    refs = {each: json.loads(chosen)["candidate"]["ref"] for each, chosen in rows if chosen}
    found: dict[str, int] = {}
    for path in (folder / "music" / ".incoming").glob("*.json"):
        ref = refs.get(path.stem.replace("-", ""))
        if ref is not None:
            found[ref] = json.loads(path.read_text())["offset"]
    return found


def stands(folder: Path, ref: str) -> list[tuple[object, ...]]:
    """How the transfer of a file stands, for who has to find out what went wrong."""
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        query = "SELECT state, reason, detail, attempts, bytes_done FROM transfers WHERE chosen LIKE ?"
        return connection.execute(query, (f"%{ref}%",)).fetchall()


def check(folder: Path, server: AudioServer, plan: Plan) -> int:
    """What must hold at any moment, however the last process ended. Returns how many files are here."""
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:

        def all_of(query: str) -> list[tuple[str, ...]]:
            return connection.execute(query).fetchall()

        assert all_of("PRAGMA integrity_check") == [("ok",)]
        assert all_of("PRAGMA foreign_key_check") == []
        transfers = all_of("SELECT state, target_path, chosen FROM transfers")
        assert len(transfers) == plan.files
        failed = all_of("SELECT state, reason, detail FROM transfers WHERE state NOT IN " + _STATES)
        assert not failed, failed
        done = [
            (path, json.loads(chosen)["candidate"]["ref"])
            for state, path, chosen in transfers
            if state == "done"
        ]
        # What is done is whole, in its place, linked once and about to be measured.
        for path, ref in done:
            assert Path(path).read_bytes() == server.files[ref], f"{path} is not what was offered"
        assert sorted(path for path, _ in done) == sorted(
            path for (path,) in all_of("SELECT path FROM files")
        )
        assert len(all_of("SELECT * FROM track_files")) == len(done)
        assert len(all_of("SELECT * FROM enrichment_tasks WHERE kind = 'audio'")) == len(done)
    return len(done)
