"""`musiclib import`: a pasted list becomes an album."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musiclib.cli.command import Session, command
from musiclib.cli.parse import STDIN, Source, decode, read_source
from musiclib.domain.ids import AlbumId
from musiclib.domain.states import MergeMode
from musiclib.domain.tracklist.model import ParseContext
from musiclib.errors import BadInput
from musiclib.services.import_types import (
    ExistingAlbum,
    GuessReason,
    ImportOutcome,
    ImportPreview,
    ImportRequest,
    NewAlbum,
    RowVerdict,
)

if TYPE_CHECKING:
    from musiclib.bootstrap import Library


@command
def import_list(
    session: Session,
    source: Source,
    album: Annotated[str | None, typer.Option(help="Make a new album of this name.")] = None,
    into: Annotated[
        str | None, typer.Option(metavar="ALBUM", help="Add to this album (its name or id).")
    ] = None,
    artist: Annotated[
        str | None, typer.Option(help="The album's artist; also of tracks that name none.")
    ] = None,
    mode: Annotated[
        MergeMode, typer.Option(help="How the list goes into an existing album.")
    ] = MergeMode.MERGE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
) -> None:
    """Import a tracklist as an album.

    Without --album and --into a list that was imported before goes to its album, any other list makes a
    new one.
    """
    from musiclib.domain.tracklist.parser import parse_tracklist

    if album is not None and into is not None:
        raise typer.BadParameter("choose --album for a new album or --into for an existing one, not both")
    text = decode(session, read_source(session, source))
    with session.library() as library:
        context = ParseContext(album_artist=artist, hints=library.imports.lessons())
        tracklist = parse_tracklist(text, context)
        if not tracklist.tracks:
            raise BadInput("No track was found in this text. `musiclib parse` shows how it is read.")
        existing = None if into is None else library.library.find_album(into)
        preview = library.imports.preview(tracklist, existing, text)
        target = _target(preview, album, artist, into, mode)
        if dry_run:
            _print_preview(session, library, preview, target)
            return
        name = "pasted" if source == STDIN else Path(source).name
        outcome = library.imports.commit(ImportRequest(tracklist.tracks, text, target, name))
        _print_outcome(session, library, outcome)


def _target(
    preview: ImportPreview, album: str | None, artist: str | None, into: str | None, mode: MergeMode
) -> NewAlbum | ExistingAlbum:
    if into is not None and preview.target is not None:
        return ExistingAlbum(preview.target, mode)
    # A guess by likeness is for a person to confirm; the very same list is not.
    guess = preview.guess
    if album is None and guess is not None and guess.reason is GuessReason.SAME_LIST:
        return ExistingAlbum(guess.album_id, mode)
    title = preview.suggested_title if album is None else album
    return NewAlbum(title, artist or preview.suggested_artist)


def _title(library: Library, album_id: AlbumId) -> str:
    return library.library.album(album_id).album.title


def _print_preview(
    session: Session, library: Library, preview: ImportPreview, target: NewAlbum | ExistingAlbum
) -> None:
    new = isinstance(target, NewAlbum)
    title = target.title if isinstance(target, NewAlbum) else _title(library, target.album_id)
    counts = {verdict.value: preview.count(verdict, new=new) for verdict in RowVerdict}
    if session.as_json:
        session.out.json({"title": title, "rows": counts})
        return
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
    session.out.data(f"{title}: {told}. Nothing was changed.")


def _print_outcome(session: Session, library: Library, outcome: ImportOutcome) -> None:
    title = _title(library, outcome.album_id)
    if session.as_json:
        session.out.json(asdict(outcome) | {"title": title})
        return
    session.out.data(
        f"{title}: {outcome.added} added, {outcome.linked} linked, {outcome.updated} updated, "
        f"{outcome.unchanged} unchanged."
    )
    if outcome.changeset_id is None:
        session.out.note("Everything was there already.")
    else:
        session.out.note("`musiclib undo` takes it back; `musiclib enrich --until-idle` looks everything up.")
