"""The process that is killed while it downloads: it fetches what the library wants till all is there."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from musiclib.bootstrap import open_library
from musiclib.domain.audio_candidates import AudioCandidate
from musiclib.settings import Settings
from tests.crash.driver import serve_commands
from tests.support.audio_server import AudioServer
from tests.support.downloads import Shelf, make_runner

OFFERS = "offers.json"


def settings_of(folder: Path) -> Settings:
    return Settings(data_dir=folder, download_dir=folder / "music", online=False, downloads_at_once=4)


def drive(folder: Path, address: str, bytes_per_s: int) -> None:
    library = open_library(settings_of(folder))
    offers = [AudioCandidate(**each) for each in json.loads((folder / OFFERS).read_text())]
    shelf = Shelf(AudioServer(address=address), offers=offers)
    asyncio.run(make_runner(library, shelf, bytes_per_s=bytes_per_s).run(until_idle=True))
    library.close()


def serve(folder: str, address: str, bytes_per_s: str) -> None:
    """What the process started by the harness does; the arguments are its own."""
    serve_commands(lambda: drive(Path(folder), address, int(bytes_per_s)))
