"""`musiclib analyze`: tempo, key, energy and loudness of files, or of the library's files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from musiclib.cli.command import DONE, FAILED, Session, command
from musiclib.cli.enriching import run_queue
from musiclib.cli.output import clock
from musiclib.cli.rows import TRACK_COLUMNS, track_cells, track_json
from musiclib.domain.ids import TrackId
from musiclib.domain.queue import AnalysisPace
from musiclib.domain.states import BadgeState, TaskKind


@command
def analyze(
    session: Session,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Files or folders.")] = None,
    library: Annotated[
        bool, typer.Option("--library", help="Analyse all files of the library again, and keep the results.")
    ] = False,
    album: Annotated[str | None, typer.Option(help="The same for the files of one album.")] = None,
    track: Annotated[
        str | None, typer.Option(help="The same for one track: its id, or words only it has.")
    ] = None,
) -> int:
    """Analyse audio files. With --json one object a line; files that fail have `error`.

    What was measured of the same content before holds, and what you locked stays.
    """
    if sum([bool(files), library, album is not None, track is not None]) != 1:
        raise typer.BadParameter("name files, or give one of --library, --album and --track")
    if files:
        return _analyze_files(session, files)
    return _analyze_library(session, album, track)


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
                out.data(_lines(outcome))
                if "warning" in outcome:
                    out.problem(f"{outcome['file']}: {outcome['warning']}")

        failed = measure_files(files, told, lanes=settings.analysis_lanes, engine=settings.analysis_engine)
    return FAILED if failed else DONE


def _lines(outcome: dict[str, Any]) -> str:
    """What people ask for first, and indented below it what was measured besides."""
    bpm = _unit(outcome.get("bpm"), "BPM")
    first = (
        f"{bpm}, varying" if bpm and "tempo_varies" in outcome else bpm,
        outcome.get("key"),
        outcome.get("camelot"),
        _unit(outcome.get("energy"), "energy", 0),
        _unit(outcome.get("loudness_lufs"), "LUFS"),
        _unit(outcome.get("loudness_range_lu"), "LU"),
        _unit(outcome.get("true_peak_dbtp"), "dBTP"),
        clock(outcome.get("duration_s")),
        outcome.get("codec"),
    )
    second = (
        _unit(outcome.get("max_momentary_lufs"), "LUFS momentary at most"),
        _unit(outcome.get("max_short_term_lufs"), "LUFS short-term at most"),
        _unit(outcome.get("silence_start_s") or None, "s silent at the start"),
        _unit(outcome.get("silence_end_s") or None, "s silent at the end"),
        _unit(outcome.get("clipped_samples") or None, "samples clipped", 0),
        _stored(outcome),
        outcome.get("encoder"),
        outcome.get("origin_hint"),
    )
    return f"{outcome['file']}: {_joined(first)}\n    {_joined(second)}"


def _stored(outcome: dict[str, Any]) -> str:
    """How the samples are kept: "320 kbit/s cbr 44.1 kHz 2 channels"."""
    bitrate, rate = outcome.get("bitrate"), outcome.get("sample_rate")
    facts = (
        _unit(bitrate and bitrate / 1000, "kbit/s", 0),
        outcome.get("bitrate_mode"),
        rate and f"{rate / 1000:g} kHz",
        _unit(outcome.get("bit_depth"), "bit", 0),
        f"{outcome['channels']} channel{'s' * (outcome['channels'] != 1)}",
    )
    return " ".join(str(fact) for fact in facts if fact)


def _joined(facts: tuple[str | None, ...]) -> str:
    return ", ".join(fact for fact in facts if fact)


def _unit(value: float | None, unit: str, digits: int = 1) -> str | None:
    return None if value is None else f"{value:.{digits}f} {unit}"


def _analyze_library(session: Session, album: str | None, track: str | None) -> int:
    with session.library() as library:
        if library.enrichment.summary().analysis is AnalysisPace.PAUSED:
            session.out.problem("analysis is paused. `musiclib analysis resume` lets it go on.")
            return FAILED
        chosen: list[TrackId] | None = None
        if album is not None:
            entries = library.library.album(library.library.find_album(album)).entries
            chosen = [entry.track_id for entry in entries]
        elif track is not None:
            chosen = [library.library.find_track(track)]
        ids = [row.id for row in library.library.load_tracks(chosen) if row.has_file]
        library.enrichment.analyse_again(ids)
        run_queue(session, library, until_idle=True, kinds=(TaskKind.AUDIO,))
        rows = library.library.load_tracks(ids)
    if session.as_json:
        for row in rows:
            session.out.json(track_json(row))
    else:
        session.out.table(TRACK_COLUMNS, [track_cells(row, session.settings.key_notation) for row in rows])
    return FAILED if any(row.badge.state is BadgeState.ERROR for row in rows) else DONE
