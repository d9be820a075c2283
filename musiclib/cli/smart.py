"""`musiclib smart`: searches that are kept under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from musiclib.cli.command import Session, command
from musiclib.cli.searching import asked_for, order_of, print_tracks
from musiclib.domain.rows import SmartAlbumRow
from musiclib.domain.track_query import parse_query
from musiclib.errors import NotInLibrary

if TYPE_CHECKING:
    from musiclib.bootstrap import Library

app = typer.Typer(
    name="smart",
    help="Keep searches as smart albums.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(help="What the smart album is called.")]


@app.command("list")
@command
def list_(session: Session) -> None:
    """List the smart albums, each with its search and how many tracks that finds now."""
    with session.library() as library:
        rows = library.smart_albums.list()
        counts = library.smart_albums.counts(row.id for row in rows)
    session.out.listing(
        rows,
        lambda row: {"name": row.name, "query": row.query, "tracks": counts.get(row.id, 0)},
        ("Smart album", "Search", "Tracks"),
        lambda row: (row.name, row.query, counts.get(row.id, 0)),
        "There are no smart albums yet. `musiclib smart save NAME QUERY` makes one.",
    )


@app.command()
@command
def save(
    session: Session,
    name: Name,
    query: Annotated[list[str], typer.Argument(help="As for `musiclib tracks`.")],
) -> None:
    """Keep a search under a name; one that has this name already is changed to it."""
    asked = asked_for(session, " ".join(query))
    with session.library() as library:
        known = _called(library, name)
        row = library.smart_albums.save(name, str(asked), known.id if known else None)
        count = library.searching.count(asked)
    if session.as_json:
        session.out.json({"name": row.name, "query": row.query, "tracks": count})
    session.out.data(f"{row.name}: {row.query} ({count} track{'s' if count != 1 else ''} now)")


@app.command()
@command
def show(
    session: Session,
    name: Name,
    sort: Annotated[str | None, typer.Option(help="As for `musiclib tracks`.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
) -> None:
    """List the tracks that a smart album finds now."""
    order = order_of(sort)
    with session.library() as library:
        found = library.searching.ids(parse_query(_there(library, name).query), order, limit)
        print_tracks(session, library, found, "It finds nothing at the moment.")


@app.command()
@command
def delete(session: Session, name: Name) -> None:
    """Forget a smart album; its tracks stay where they are."""
    with session.library() as library:
        row = _there(library, name)
        library.smart_albums.delete(row.id)
    if session.as_json:
        session.out.json({"name": row.name, "query": row.query})
    session.out.data(f"{row.name} is gone. It was: {row.query}")


def _called(library: Library, name: str) -> SmartAlbumRow | None:
    wanted = name.strip().casefold()
    return next((row for row in library.smart_albums.list() if row.name.casefold() == wanted), None)


def _there(library: Library, name: str) -> SmartAlbumRow:
    row = _called(library, name)
    if row is None:
        raise NotInLibrary(f"There is no smart album “{name}”. `musiclib smart list` names them.")
    return row
