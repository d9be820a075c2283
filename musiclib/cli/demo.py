"""`musiclib demo`: a sample library of its own, the whole way from a pasted list to badges."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musiclib import system_libraries
from musiclib.cli.command import DONE, Session, command
from musiclib.cli.interrupt import told_to_stop
from musiclib.cli.output import plain
from musiclib.cli.rows import TRACK_COLUMNS, album_tracks_json, track_cells
from musiclib.cli.window import open_window, save_picture
from musiclib.domain.wording import album_sentence
from musiclib.errors import BadInput

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.services.demo_types import DemoOutcome, DemoProgress

PICTURE = "musiclib-demo.png"
_MARK = "this-is-a-musiclib-demo"


@command
def demo(
    session: Session,
    keep: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the sample library goes (same as --data-dir).")
    ] = None,
    no_window: Annotated[
        bool,
        typer.Option("--no-window", help="Print the table and save a picture even where there is a screen."),
    ] = False,
) -> int:
    """Make a sample library with audio of its own, paste a list, enrich it, and open the window on it.

    Your own library is not touched. Without a screen the result is printed and the window is drawn into
    a PNG file.
    """
    session = _sample_session(session, keep)
    with session.library() as library:
        with session.out.progress("Making the sample library") as step, told_to_stop() as stop:

            def told(at: DemoProgress) -> None:
                step(at.done, at.total, f"{at.phase.value} {at.current or ''}")

            outcome = library.demo.build(told, stop.is_set)
        if stop.is_set():
            raise KeyboardInterrupt
        _print(session, library, outcome)
    session.out.note(f"The sample library is in {session.settings.data_dir}.")
    if no_window or system_libraries.display_problem() or system_libraries.missing_for_window().libraries:
        _draw(session)
        return DONE
    return open_window(session)


def _sample_session(session: Session, keep: Path | None) -> Session:
    """A session on a folder of the demo's own. A library that is no demo is refused."""
    import platformdirs

    folder = keep or session.data_dir or platformdirs.user_data_path("musiclib-demo", appauthor=False)
    folder = folder.expanduser().absolute()
    mark = folder / _MARK
    if folder.exists() and not mark.exists() and any(folder.iterdir()):
        raise BadInput(f"{folder} is not empty and no sample library. Name another folder with --keep.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError as error:
        raise BadInput(
            f"{folder} cannot be written: {error.strerror}. Name another folder with --keep."
        ) from error
    database = session.database
    if database is None and os.environ.get("MUSICLIB_DATABASE_URL"):  # that of the person's own library
        database = f"sqlite:///{folder / 'library.sqlite3'}"
    return replace(session, data_dir=folder, database=database)


def _print(session: Session, library: Library, outcome: DemoOutcome) -> None:
    details = [library.library.album(album_id) for album_id in outcome.album_ids]
    lists = [
        (detail, library.library.load_tracks([entry.track_id for entry in detail.entries]))
        for detail in details
    ]
    if session.as_json:
        albums = [album_tracks_json(detail, rows) for detail, rows in lists]
        session.out.json(
            {
                "folder": outcome.folder,
                "seconds": outcome.seconds,
                "summary": plain(outcome.summary),
                "albums": albums,
            }
        )
        return
    for detail, rows in lists:
        by_id = {row.id: row for row in rows}
        cells = [
            track_cells(by_id[entry.track_id], session.settings.key_notation) for entry in detail.entries
        ]
        session.out.table(TRACK_COLUMNS, cells, detail.album.title)
        session.out.data(" ".join(album_sentence(detail.album.counts)).strip() + "\n")
    session.out.note(f"{outcome.tracks} tracks from paste to badges in {outcome.seconds:.1f} s.")


def _draw(session: Session) -> None:
    target = session.settings.data_dir / PICTURE
    problem = save_picture(session.settings, target)
    if problem:
        session.out.problem(f"the window could not be drawn: {problem}")
    else:
        session.out.note(f"A picture of the window is {target}.")
