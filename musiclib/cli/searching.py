"""`musiclib neighbours` and `genres`, and what commands that search share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from musiclib.cli.command import Session, command
from musiclib.cli.output import Cell
from musiclib.cli.rows import TRACK_COLUMNS, full_title, track_cells, track_json
from musiclib.domain.ids import TrackId
from musiclib.domain.track_order import SortKey, parse_order
from musiclib.domain.track_query import TrackQuery, parse_query

if TYPE_CHECKING:
    from musiclib.bootstrap import Library


def asked_for(session: Session, text: str) -> TrackQuery:
    """The query of the text. What cannot be read is wrong use: a script must not get more than it asks for.

    What counts all the same (an unknown field, looked for as it stands) is only told.
    """
    query = parse_query(text)
    for problem in query.problems:
        if all(term.start != problem.start for term in query.terms):
            raise typer.BadParameter(problem.message)
        session.out.note(problem.message)
    return query


def order_of(text: str | None) -> tuple[SortKey, ...]:
    try:
        return parse_order(text or "")
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def print_tracks(session: Session, library: Library, track_ids: Sequence[TrackId], none: str) -> None:
    """These tracks in this order; `none` is said to people where there is no track."""
    rows = library.searching.rows(track_ids)
    matches = library.library.matches(track_ids) if session.as_json else {}
    notation = session.settings.key_notation
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
def neighbours(
    session: Session,
    track: Annotated[list[str], typer.Argument(metavar="TRACK", help="Its id, or words only it has.")],
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    tempo: Annotated[
        float, typer.Option(min=0.0, max=50.0, help="How many per cent the tempo may differ.")
    ] = 6.0,
) -> None:
    """List what goes with a track in a mix, by key, tempo and energy, best first, and why."""
    with session.library() as library:
        track_id = library.library.find_track(" ".join(track))
        found = library.searching.goes_with(track_id, limit, tempo_percent=tempo)
        rows = {row.id: row for row in library.searching.rows([each.track_id for each in found])}
        notation = session.settings.key_notation
    if session.as_json:
        session.out.json(
            [{**track_json(rows[each.track_id]), "score": each.score, "why": each.why} for each in found]
        )
        return
    cells: list[Sequence[Cell]] = []
    for each in found:
        artist, _, bpm, key, *_ = track_cells(rows[each.track_id], notation)
        cells.append((artist, full_title(rows[each.track_id]), bpm, key, each.why))
    if not cells:
        session.out.note("Nothing in the library goes with this track.")
        return
    session.out.table(("Artist", "Title", "BPM", "Key", "Why"), cells)


@command
def genres(session: Session) -> None:
    """List the genres, those with most tracks first."""
    from musiclib.domain.groups import Grouping

    with session.library() as library:
        found = library.groups.all(Grouping.GENRE)
    found.sort(key=lambda each: (-each.tracks, each.key))
    session.out.listing(
        found,
        lambda each: {"name": each.name, "tracks": each.tracks},
        ("Genre", "Tracks"),
        lambda each: (each.name, each.tracks),
        "No track has a genre yet.",
    )
