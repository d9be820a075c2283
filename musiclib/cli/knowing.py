"""`musiclib track`, `artists` and `prefer`: what is known, who says it, and whose word counts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from musiclib.cli.command import Session, command
from musiclib.cli.output import Cell, plain
from musiclib.cli.rows import (
    ARTIST_COLUMNS,
    FIELD_COLUMNS,
    artist_cells,
    artist_json,
    field_cells,
    match_line,
    track_detail_json,
)
from musiclib.domain.wording import badge_sentence, dated_clock

if TYPE_CHECKING:
    from musiclib.services.provenance import Preference


@command
def track(
    session: Session,
    track_: Annotated[list[str], typer.Argument(metavar="TRACK", help="Its id, or words only it has.")],
) -> None:
    """Show all that is known of a track: every source's values, and what it was matched to."""
    with session.library() as library:
        detail = library.library.track(library.library.find_track(" ".join(track_)))
        notation = session.settings.key_notation
    if session.as_json:
        session.out.json(track_detail_json(detail))
        return
    row = detail.row
    session.out.data(f"{row.artist} - {row.title}{f' ({row.version})' if row.version else ''}")
    session.out.data(badge_sentence(row.badge, dated_clock(datetime.now(UTC))))
    session.out.data(match_line(detail.match))
    cells = [each for card in detail.fields for each in field_cells(card, notation)]
    session.out.table(FIELD_COLUMNS, cells)
    for provider, address in detail.links:
        session.out.data(f"{provider}: {address}")


@command
def artists(session: Session) -> None:
    """List the artists with their genres and the ids they have at the sources."""
    with session.library() as library:
        rows = library.library.artists()
    none = "There are no artists yet. `musiclib import LIST` brings the first ones."
    session.out.listing(rows, artist_json, ARTIST_COLUMNS, artist_cells, none)


@command
def prefer(
    session: Session,
    source: Annotated[str | None, typer.Argument(help="Whose word to take: musicbrainz, deezer ...")] = None,
    field: Annotated[str | None, typer.Option(help="Only for this field; everywhere if no artist.")] = None,
    artist: Annotated[str | None, typer.Option(help="Only for tracks of this artist.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Prefer none there any more.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Show which sources are preferred.")] = False,
) -> None:
    """Take one source's word before the others' for a field, or for an artist. `musiclib undo` undoes it."""
    if not list_ and (source is None) != forget:
        raise typer.BadParameter("name a source to prefer, or --forget one, or --list them")
    if not list_ and field is None and artist is None:
        raise typer.BadParameter("name a --field or an --artist; the order of all sources is in the settings")
    with session.library() as library:
        if list_:
            none = "No source is preferred: the order of the settings counts."
            columns = ("Source", "Field", "Artist")
            session.out.listing(library.provenance.preferences(), plain, columns, _cells, none)
            return
        if source is None:
            done = library.provenance.forget(field, artist)
        else:
            done = library.provenance.prefer(source, field, artist)
    if session.as_json:
        session.out.json(done)
    else:
        session.out.data(f"{done.summary}: {len(done.track_ids)} tracks changed.")


def _cells(preference: Preference) -> tuple[Cell, ...]:
    return preference.source, preference.field or "everything", preference.artist or "everywhere"
