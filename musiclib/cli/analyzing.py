"""`musiclib analyze`: tempo, key, energy and loudness of files, or of the library's files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from musiclib.cli.command import DONE, FAILED, Session, command
from musiclib.cli.enriching import run_queue
from musiclib.cli.output import clock
from musiclib.cli.rows import TRACK_COLUMNS, track_cells, track_json
from musiclib.domain.states import BadgeState, TaskKind


@command
def analyze(
    session: Session,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Files or folders.")] = None,
    library: Annotated[
        bool, typer.Option("--library", help="Analyse all files of the library again, and keep the results.")
    ] = False,
) -> int:
    """Analyse audio files. With --json one object a line; files that fail have `error`."""
    if bool(files) is library:
        raise typer.BadParameter("name files, or give --library for those of the library")
    return _analyze_library(session) if library else _analyze_files(session, files or [])


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
                if "warning" in outcome:
                    out.problem(f"{outcome['file']}: {outcome['warning']}")

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


def _analyze_library(session: Session) -> int:
    with session.library() as library:
        ids = [row.id for row in library.library.load_tracks() if row.has_file]
        library.enrichment.redo(ids, TaskKind.AUDIO)
        run_queue(session, library, until_idle=True, kinds=(TaskKind.AUDIO,))
        rows = library.library.load_tracks(ids)
    if session.as_json:
        for row in rows:
            session.out.json(track_json(row))
    else:
        session.out.table(TRACK_COLUMNS, [track_cells(row, session.settings.key_notation) for row in rows])
    return FAILED if any(row.badge.state is BadgeState.ERROR for row in rows) else DONE
