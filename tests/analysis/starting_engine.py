"""An analyser that notes when it gets ready, and dies of it the first time if it is told to."""

import os
import signal
import time
from pathlib import Path

from musiclib.analysis.features import Analysis
from tests.analysis.engines import fine

NOTES = "MUSICLIB_TEST_NOTES"
CRASHES = "MUSICLIB_TEST_CRASHES"


def prepare(engine: str | None) -> None:
    notes = Path(os.environ[NOTES])
    _note(notes, "starts")
    if notes.read_text().count("starts") <= int(os.environ.get(CRASHES, "0")):
        os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(0.1)
    _note(notes, "is ready")


def analyse(path: Path, engine: str | None) -> Analysis:
    return fine(path, engine)


def _note(notes: Path, what: str) -> None:
    with notes.open("a") as file:
        file.write(what + "\n")
