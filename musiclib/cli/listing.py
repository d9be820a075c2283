"""`musiclib albums`, `tracks` and `tasks`: what is in the library and in its queue."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from musiclib.cli.command import Session, command
from musiclib.cli.queue_text import print_queue
from musiclib.cli.rows import (
    ALBUM_COLUMNS,
    TASK_COLUMNS,
    TRACK_COLUMNS,
    album_cells,
    album_json,
    task_cells,
    task_json,
    track_cells,
    track_json,
)
from musiclib.domain.rows import TaskRow
from musiclib.domain.states import TaskKind, TaskStatus


@command
def albums(session: Session) -> None:
    """List the albums."""
    with session.library() as library:
        rows = library.library.load_albums()
    none = "There are no albums yet. `musiclib import LIST` makes the first one."
    session.out.listing(rows, album_json, ALBUM_COLUMNS, album_cells, none)


@command
def tracks(
    session: Session,
    query: Annotated[list[str] | None, typer.Argument(help="Words that all occur in the track.")] = None,
) -> None:
    """List the tracks, or those in which every word of QUERY occurs."""
    with session.library() as library:
        found = library.library.search(" ".join(query)) if query else None
        rows = library.library.load_tracks(found)
        matches = library.library.matches(row.id for row in rows) if session.as_json else {}
        notation = session.settings.key_notation
    none = "No track has all these words." if query else "There are no tracks yet."
    session.out.listing(
        rows,
        lambda row: track_json(row, matches.get(row.id)),
        TRACK_COLUMNS,
        lambda row: track_cells(row, notation),
        none,
    )
    if rows and not session.as_json:
        session.out.note(f"{len(rows)} track{'s' if len(rows) != 1 else ''}")


@command
def tasks(
    session: Session,
    status: Annotated[TaskStatus | None, typer.Option(help="Only tasks in this state.")] = None,
    kind: Annotated[TaskKind | None, typer.Option(help="Only tasks of this kind.")] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="How the queue stands: calls, waits, and when it is done.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, the newest.")] = None,
) -> None:
    """List the tasks of the enrichment queue, the one that changed last first."""
    with session.library() as library:
        if summary:
            queue = library.enrichment.summary()
            session.out.json(queue) if session.as_json else print_queue(session, queue)
            return
        rows = library.enrichment.tasks(status=status, kind=kind, limit=limit)
        ids = {row.track_id for row in rows} if session.as_json else ()
        about = {each.id: each for each in library.library.load_tracks(ids)}
        matches = library.library.matches(ids)

    def as_json(row: TaskRow) -> dict[str, Any]:
        return task_json(row, about.get(row.track_id), matches.get(row.track_id))

    session.out.listing(rows, as_json, TASK_COLUMNS, task_cells, "There are no such tasks.")
