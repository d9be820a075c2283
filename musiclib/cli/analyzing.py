"""`musiclib analyze`: tempo, key, energy and loudness of files, or of the library's files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from musiclib.cli.command import DONE, FAILED, Session, command
from musiclib.cli.output import clock


@command
def analyze(
    session: Session,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files or folders.")],
) -> int:
    """Analyse audio files. With --json one object a line; files that fail have `error`."""
    return _analyze_files(session, files)


def _analyze_files(session: Session, places: list[Path]) -> int:
    from musiclib.services.measuring import audio_files, measure_files

    files = audio_files(places)
    if not files:
        session.out.problem("there is no audio file in these folders.")
        return FAILED
    settings, out = session.settings, session.out
    done = 0
    with out.progress("Analysing") as step:

        def told(outcome: dict[str, Any]) -> None:
            nonlocal done
            done += 1
            step(done, len(files), Path(outcome["file"]).name)
            if out.as_json:
                out.json(outcome)
            elif "error" in outcome:
                out.problem(f"{outcome['file']}: {outcome['error']}")
            else:
                out.data(_line(outcome))

        failed = measure_files(files, told, lanes=settings.analysis_lanes, engine=settings.analysis_engine)
    return FAILED if failed else DONE


def _line(outcome: dict[str, Any]) -> str:
    facts = (
        _unit(outcome.get("bpm"), "BPM"),
        outcome.get("key"),
        outcome.get("camelot"),
        _unit(outcome.get("energy"), "energy", 0),
        _unit(outcome.get("loudness_lufs"), "LUFS"),
        _unit(outcome.get("true_peak_dbtp"), "dBTP"),
        clock(outcome.get("duration_s")),
        outcome.get("codec"),
    )
    return f"{outcome['file']}: {', '.join(str(fact) for fact in facts if fact)}"


def _unit(value: float | None, unit: str, digits: int = 1) -> str | None:
    return None if value is None else f"{value:.{digits}f} {unit}"
