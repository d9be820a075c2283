"""The process that is killed while it writes a run over many tracks, and takes it back, over and over."""

from __future__ import annotations

from pathlib import Path

from musiclib.bootstrap import open_library
from musiclib.settings import Settings
from tests.crash.driver import serve_commands

FILE = "run.csv"


def settings_of(folder: Path, address: str | None) -> Settings:
    return Settings(data_dir=folder, database_url=address, online=False)


def drive(folder: Path, address: str | None) -> None:
    library = open_library(settings_of(folder, address))
    runs = library.bulk_runs
    while True:
        if any(each.undone_at is None for each in runs.runs()):
            runs.revert()
        runs.apply(runs.plan_file(folder / FILE).plan)


def serve(folder: str, address: str) -> None:
    """What the process started by the harness does; the arguments are its own."""
    serve_commands(lambda: drive(Path(folder), address or None))
