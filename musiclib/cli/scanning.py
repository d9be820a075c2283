"""`musiclib scan`: audio files of folders come into the library."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from musiclib.cli.command import DONE, FAILED, Session, command
from musiclib.cli.interrupt import told_to_stop
from musiclib.errors import BadInput
from musiclib.services.scan_types import ScanOutcome, ScanProgress


@command
def scan(
    session: Session,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FOLDER]...", help="Default: the music folders of the settings."),
    ] = None,
    gone: Annotated[
        bool,
        typer.Option(
            "--gone", help="Folders that are empty now were emptied on purpose: their files are missing."
        ),
    ] = False,
) -> int:
    """Add the audio files of folders, and link them to the tracks of pasted lists."""
    wanted = tuple(folder.absolute() for folder in folders or session.settings.music_folders)
    if not wanted:
        raise BadInput("Name a folder, or set music_folders in the settings.")
    with session.library() as library, session.out.progress("Scanning") as step, told_to_stop() as stop:

        def told(at: ScanProgress) -> None:
            rate = f"{at.per_second:,.0f} a second  " if at.per_second else ""
            step(at.done, at.total, rate + (at.current or at.phase.value))

        outcome = library.scan.scan(wanted, progress=told, cancelled=stop.is_set, emptied_are_gone=gone)
    _print(session, outcome)
    return FAILED if outcome.broken or outcome.kept or outcome.cancelled else DONE


def _print(session: Session, outcome: ScanOutcome) -> None:
    for broken in outcome.broken:
        session.out.problem(f"{broken.path}: {broken.reason}")
    for kept in outcome.kept:
        session.out.problem(f"{kept.path}: {kept.reason}")
    if session.as_json:
        session.out.json(asdict(outcome))
        return
    session.out.data(
        f"{outcome.added} added, {outcome.changed} changed, {outcome.moved} moved, "
        f"{outcome.unchanged} unchanged, {outcome.missing} missing, {len(outcome.broken)} unreadable; "
        f"{outcome.linked} linked to lists, {outcome.new_tracks} new tracks."
    )
    if outcome.cancelled:
        session.out.note("Stopped. What was read so far is kept; the next scan goes on.")
