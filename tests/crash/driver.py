"""The process that is killed: it imports lists and enriches them, as fast as it can, until all is done.

`serve` forks one such process for each line "start" it reads (so that a start costs milliseconds) and prints
its id; for "wait ID" it prints how that one ended.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from musiclib.bootstrap import Library, open_library
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.services.import_types import ImportRequest, NewAlbum
from musiclib.settings import Settings
from tests.runners.fakes import FakeArt, FakeProvider, candidate, connecting
from tests.runners.helpers import give_file, make_runner

ROWS = 12
WITH_FILE = 2


def settings_of(folder: Path) -> Settings:
    return Settings(data_dir=folder, online=True, poll_interval_s=0.05, analysis_lanes=2)


def rows_of(number: int) -> tuple[ParsedTrack, ...]:
    return tuple(ParsedTrack(f"Artist {number} {row}", f"Title {row}") for row in range(ROWS))


def import_lists(library: Library, folder: Path, lists: int) -> None:
    """Import every list that is not there yet, and give the first tracks of each their files."""
    there = {row.artist: row for row in library.library.load_tracks()}
    for number in range(lists):
        rows = rows_of(number)
        ids = [there[row.artist].id for row in rows if row.artist in there]
        if not ids:
            request = ImportRequest(rows, f"list {number}", NewAlbum(f"Album {number}"))
            ids = list(library.imports.commit(request).rows)
        for row, track_id in zip(rows[:WITH_FILE], ids, strict=False):
            if row.artist not in there or not there[row.artist].has_file:
                path = folder / f"{row.artist}.flac"
                give_file(library, track_id, path, row.artist.encode())


def drive(folder: Path, lists: int) -> None:
    library = open_library(settings_of(folder))
    provider = FakeProvider(lambda query: [candidate(query)], delay_s=0.005)
    runner = make_runner(library, connecting(provider, FakeArt()))

    def importing() -> None:
        import_lists(library, folder, lists)
        runner.wake()
        while library.enrichment.summary().open:
            time.sleep(0.05)
        runner.request_stop()

    thread = threading.Thread(target=importing, daemon=True)
    thread.start()
    asyncio.run(runner.run())
    thread.join()
    library.close()


def serve(folder: str, lists: str) -> None:
    """What the process started by the harness does; the arguments are its own."""
    serve_commands(lambda: drive(Path(folder), int(lists)))


def serve_commands(drive: Callable[[], None]) -> None:
    """Fork a process that drives for each line "start"."""
    for line in sys.stdin:
        command, _, number = line.strip().partition(" ")
        if command == "wait":
            _, status = os.waitpid(int(number), 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        pid = os.fork()
        if pid:
            print(pid, flush=True)
            continue
        try:
            drive()
        except BaseException:  # noqa: BLE001 (a forked child may not return into the loop)
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
