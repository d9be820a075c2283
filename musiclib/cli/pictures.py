"""`musiclib art`: which pictures an album or a track could have, and which one it gets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musiclib.cli.command import DONE, FAILED, Session, command
from musiclib.cli.output import Cell, plain
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.errors import BadInput

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.services.art_types import ArtChoice, ArtOf

_COLUMNS = ("No.", "Source", "Size", "Tracks", "", "Where")
_NONE = "There is no picture to choose from. Try --look-further, or --file with one of your own."


@command
def art(
    session: Session,
    name: Annotated[list[str], typer.Argument(metavar="ALBUM", help="Its name or id.")],
    track: Annotated[bool, typer.Option("--track", help="ALBUM is a track instead.")] = False,
    look_further: Annotated[
        bool, typer.Option("--look-further", help="Ask the sources on the network for more.")
    ] = False,
    choose: Annotated[int | None, typer.Option(metavar="N", help="Use the one of this number.")] = None,
    file: Annotated[Path | None, typer.Option(help="Use the picture in this file.")] = None,
    none: Annotated[bool, typer.Option("--none", help="Show no picture, and look for none.")] = False,
    all_tracks: Annotated[
        bool, typer.Option("--all-tracks", help="Also for tracks with a picture of their own.")
    ] = False,
) -> int:
    """List the pictures an album could have, best first, or use one. `musiclib undo` undoes it."""
    from musiclib.services.art_types import ArtOf

    if sum((choose is not None, file is not None, none)) > 1:
        raise typer.BadParameter("Only one of --choose, --file and --none can hold.")
    with session.library() as library:
        words = " ".join(name)
        finder = library.library
        of = ArtOf(track_id=finder.find_track(words)) if track else ArtOf(finder.find_album(words))
        if none or file is not None:
            picture = library.art.take_file(file) if file is not None else None
            return _use(session, library, of, picture, all_tracks)
        choices, troubled = _choices(session, library, of, look_further)
        if choose is not None:
            if not 1 <= choose <= len(choices):
                raise BadInput(f"There is no picture {choose}: there are {len(choices)}. List them first.")
            return _use(session, library, of, choices[choose - 1], all_tracks)
    numbered = list(enumerate(choices, 1))
    session.out.listing(numbered, _json, _COLUMNS, _cells, _NONE)
    return FAILED if troubled else DONE


def _choices(session: Session, library: Library, of: ArtOf, further: bool) -> tuple[list[ArtChoice], bool]:
    """What there is, and whether somebody gave no answer, which is told."""
    if not further:
        return library.art.choices(of), False
    found = library.art.look_further(of)
    for _, error in found.troubles:
        session.out.problem(str(error))
    return list(found.choices), bool(found.troubles)


def _use(session: Session, library: Library, of: ArtOf, choice: ArtChoice | None, all_tracks: bool) -> int:
    done = library.art.choose(of, choice, all_tracks=all_tracks)
    if session.as_json:
        session.out.json(done)
    else:
        session.out.data(f"{done.summary}.")
    return DONE


def _json(numbered: tuple[int, ArtChoice]) -> dict[str, Any]:
    number, choice = numbered
    told = {
        "source": choice.source,
        "width": choice.width,
        "height": choice.height,
        "tracks": choice.named_by,
        "in_force": choice.in_force,
        "by_hand": choice.by_hand,
        "art_id": plain(choice.art_id),
        "source_url": choice.source_url,
        "ref": {"provider": choice.ref.provider, "kind": choice.ref.kind, "ref": choice.ref.ref},
    }
    return {"number": number} | {name: value for name, value in told.items() if value is not None}


def _cells(numbered: tuple[int, ArtChoice]) -> tuple[Cell, ...]:
    number, choice = numbered
    state = "in force, by hand" if choice.by_hand else "in force" if choice.in_force else ""
    where = choice.source_url or choice.ref.ref
    return (
        number,
        PROPER_NAMES.get(choice.source, choice.source),
        _size(choice),
        choice.named_by,
        state,
        where,
    )


def _size(choice: ArtChoice) -> str:
    if choice.width is None:
        return ""
    return f"{choice.width} x {choice.height or choice.width}"
