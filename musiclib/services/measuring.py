"""Analyse files that need not be in the library."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from musiclib.analysis.features import Analysis, as_json
from musiclib.analysis.pool import AnalysisPool
from musiclib.errors import AnalysisError, BugError
from musiclib.tags.opening import AUDIO_SUFFIXES

_log = logging.getLogger(__name__)

Told = Callable[[dict[str, Any]], None]


def audio_files(places: Sequence[Path]) -> tuple[Path, ...]:
    """The files named, and all audio files below the folders named, in order of their names."""
    found: dict[Path, None] = {}
    for place in places:
        if not place.is_dir():
            found[place] = None
            continue
        inside = (path for path in place.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES)
        found.update(dict.fromkeys(sorted(path for path in inside if path.is_file())))
    return tuple(found)


def measure_files(files: Sequence[Path], told: Told, *, lanes: int = 0, engine: str = "auto") -> int:
    """Analyse files in child processes; returns how many failed.

    `told` gets one object a file, in the order given, as soon as it and all before it are done: the
    measurements, or `error` for a file that could not be analysed. `lanes` 0 means by the cores.
    """
    return asyncio.run(_measure(files, told, lanes, engine))


async def _measure(files: Sequence[Path], told: Told, lanes: int, engine: str) -> int:
    failed = 0
    async with AnalysisPool(lanes or None, engine=None if engine == "auto" else engine) as pool:
        # A few more than lanes, so that a slow file does not leave the others idle.
        ahead = 4 * pool.lanes
        running = [asyncio.create_task(_one(pool, file)) for file in files[:ahead]]
        for index, file in enumerate(files):
            outcome = await running[index]
            if index + ahead < len(files):
                running.append(asyncio.create_task(_one(pool, files[index + ahead])))
            failed += isinstance(outcome, AnalysisError)
            told(as_json(file, outcome.features if isinstance(outcome, Analysis) else outcome))
    return failed


async def _one(pool: AnalysisPool, file: Path) -> Analysis | AnalysisError:
    try:
        return await pool.analyze(file)
    except AnalysisError as error:
        return error
    except BugError:
        _log.exception("the analysis of %s failed", file)
        return AnalysisError(f"“{file.name}” could not be analysed: something went wrong inside the program.")
