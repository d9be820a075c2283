"""`musiclib albums`, `tracks` and `tasks`: what is in the library and in its queue."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from musiclib.cli.command import Session, command
from musiclib.cli.queue_text import print_queue
from musiclib.cli.rows import ALBUM_COLUMNS, TASK_COLUMNS, album_cells, album_json, task_cells, task_json
from musiclib.cli.searching import asked_for, order_of, print_tracks
from musiclib.domain.rows import TaskRow
from musiclib.domain.states import TaskKind, TaskStatus


@command
def albums(
    session: Session,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, the newest.")] = None,
) -> None:
    """List the albums, the newest first."""
    with session.library() as library:
        service = library.library
        rows = service.load_albums(None if limit is None else service.newest_albums(limit))
    none = "There are no albums yet. `musiclib import LIST` makes the first one."
    session.out.listing(rows, album_json, ALBUM_COLUMNS, album_cells, none)


@command
def tracks(
    session: Session,
    query: Annotated[
        list[str] | None,
        typer.Argument(help="What to look for: words, or bpm:120-126 key:~8A missing:isrc -live ..."),
    ] = None,
    sort: Annotated[
        str | None, typer.Option(help="Columns to sort by, a dash for descending: bpm,-added.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
) -> None:
    """List the tracks, or those that QUERY finds. A minus sign at its start needs -- before it."""
    asked, order = asked_for(session, " ".join(query or ())), order_of(sort)
    with session.library() as library:
        found = library.searching.ids(asked, order, limit)
        print_tracks(session, library, found, "Nothing is found." if asked else "There are no tracks yet.")


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
