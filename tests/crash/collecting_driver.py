"""The process that is killed while it collects: both runs and the processing, till nothing is left."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

# Before it forks: else each of those that are killed spends its life on importing.
import musiclib.providers.beatport
import musiclib.providers.spotify  # noqa: F401
from musiclib.bootstrap import open_library
from tests.crash.driver import serve_commands
from tests.support.isrc_library import settings_for


def drive(folder: Path, address: str) -> None:
    library = open_library(settings_for(folder, address))
    collection = library.collection
    for run in (
        collection.enrich_tracks_with_spotify_data,
        collection.collect_beatport_tracks_raw,
        collection.process_unprocessed_beatport_tracks,
    ):
        outcome = asyncio.run(run())
        assert outcome.is_whole, outcome
    library.close()


def serve(folder: str, address: str) -> None:
    """What the process started by the harness does; the arguments are its own."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    serve_commands(lambda: drive(Path(folder), address))
