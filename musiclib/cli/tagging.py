"""`musiclib tags`: what the tags of files say, and writing into them what the library knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from musiclib.cli.command import FAILED, INTERRUPTED, Session, command
from musiclib.cli.interrupt import told_to_stop
from musiclib.cli.searching import asked_for
from musiclib.domain.ids import ChangesetId, TrackId
from musiclib.domain.tag_fields import TAG_FIELD_NAMES, TagField
from musiclib.errors import NotInLibrary, UnreadableAudio

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.services.tag_types import TagOutcome, TagRow, TagSelection

app = typer.Typer(
    name="tags",
    help="Show the tags of files, and write into them what the library knows.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_KIND = "tag_write"


@app.command()
@command
def show(
    session: Session, files: Annotated[list[Path], typer.Argument(help="Audio files, in the library or not.")]
) -> int | None:
    """Show what the tags of files say, as they stand there."""
    from musiclib.services.tag_showing import shown_tags

    failed = False
    found: list[dict[str, Any]] = []
    for file in files:
        try:
            tags = shown_tags(file)
        except UnreadableAudio as error:
            session.out.problem(str(error))
            found.append({"file": file.absolute(), "error": str(error)})
            failed = True
            continue
        values: dict[str, Any] = dict(tags.values)
        if tags.cover_bytes is not None:
            values["cover_bytes"] = tags.cover_bytes
        found.append({"file": file.absolute(), "codec": tags.codec, "tags": values})
        if not session.as_json:
            rows = [(name, _shown(texts)) for name, texts in values.items()]
            session.out.data(f"{file}:")
            session.out.table(("Tag", "Value"), rows or [("", "no tags")])
    if session.as_json:
        session.out.json(found)
    return FAILED if failed else None


def _shown(value: object) -> str:
    return "; ".join(value) if isinstance(value, list) else f"{value} bytes"


@app.command()
@command
def write(
    session: Session,
    what: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY|FILE...]", help="Files, or a query as for `tracks`.")
    ] = None,
    album: Annotated[
        str | None, typer.Option(help="The tracks of an album, with its title, artist and numbers.")
    ] = None,
    track: Annotated[list[str] | None, typer.Option(help="A track; may be given several times.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every file of the library.")] = False,
    fields: Annotated[
        str | None,
        typer.Option(metavar="FIELD,...", help=f"Of {', '.join(TagField)}. Default: those of the settings."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write what the preview shows.")] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only show what would be written (so it is without --yes).")
    ] = False,
) -> int | None:
    """Write what the library knows into the tags of files. Without --yes it is only shown."""
    if yes and preview:
        raise typer.BadParameter("--yes and --preview exclude each other.")
    chosen = _fields(session, fields)
    with session.library() as library, told_to_stop() as stop:
        selection = _selection(session, library, what or [], album, track or [], everything=all_)
        rows = _previewed(session, library, selection, chosen, stop.is_set)
        if rows is None:
            return INTERRUPTED
        if not yes:
            return _show_preview(session, rows)
        from musiclib.services.tag_types import Choice

        choices = [Choice(row, row.changes) for row in rows]
        with session.out.progress("Writing") as step:
            outcome = library.tag_writing.write(choices, step, stop.is_set)
    return _tell(session, outcome)


@app.command()
@command
def undo(
    session: Session,
    change: Annotated[
        UUID | None, typer.Argument(help="A change of `musiclib undo --list`; default: the last one of tags.")
    ] = None,
    keep_changed: Annotated[
        bool, typer.Option("--keep-changed", help="Leave files that were changed since, and undo the rest.")
    ] = False,
) -> int | None:
    """Put the tags of files back as they were before the last writing, byte for byte.

    Nothing is put back where a file was changed again since, unless --keep-changed leaves those out.
    """
    with session.library() as library:
        wanted = _last(library) if change is None else ChangesetId(change)
        done = library.library.undo(wanted, keep_changed=keep_changed)
    if session.as_json:
        session.out.json(done)
    else:
        session.out.data(f"Undone: {done.summary}")
    if done.note:
        session.out.problem(done.note)
    return FAILED if done.note else None


def _last(library: Library) -> ChangesetId:
    for entry in library.library.history():
        if entry.kind == _KIND and entry.undone_at is None:
            return entry.id
    raise NotInLibrary("No tags were written, or all of that was undone.")


def _fields(session: Session, text: str | None) -> Sequence[TagField]:
    if text is None:
        return session.settings.tag_fields
    names = dict.fromkeys(each.strip().lower().replace("-", "_") for each in text.split(",") if each.strip())
    unknown = [each for each in names if each not in set(TagField)]
    if unknown or not names:
        wrong = f"“{unknown[0]}” is no field" if unknown else "no field is named"
        raise typer.BadParameter(f"{wrong}; there are {', '.join(TagField)}.")
    return [TagField(each) for each in names]


def _selection(
    session: Session,
    library: Library,
    what: Sequence[str],
    album: str | None,
    tracks: Sequence[str],
    *,
    everything: bool,
) -> TagSelection:
    from musiclib.services.tag_types import TagSelection

    if sum((bool(what), album is not None, bool(tracks), everything)) != 1:
        raise typer.BadParameter("Say what to write: FILES, a QUERY, --album, --track, or --all.")
    if album is not None:
        return TagSelection(album_id=library.library.find_album(album))
    if tracks:
        return TagSelection([library.library.find_track(each) for each in tracks])
    paths = [Path(each) for each in what]
    if any(path.is_file() for path in paths):
        return library.tag_writing.files_at(paths)
    found: Sequence[TrackId] = library.searching.ids(asked_for(session, " ".join(what)), (), None)
    return TagSelection(found)


def _previewed(
    session: Session,
    library: Library,
    selection: TagSelection,
    fields: Sequence[TagField],
    stopped: Callable[[], bool],
) -> list[TagRow] | None:
    """None where somebody broke it off."""
    rows: list[TagRow] = []
    count, found = library.tag_writing.preview(selection, fields)
    with session.out.progress("Reading") as step:
        for row in found:
            if stopped():
                return None
            rows.append(row)
            step(len(rows), count, Path(row.path).name)
    return rows


def _show_preview(session: Session, rows: Sequence[TagRow]) -> int | None:
    if session.as_json:
        session.out.json([_row_json(row) for row in rows])
    changed = [row for row in rows if row.changes]
    for row in changed:
        cells = [cell for cell in row.cells if cell.field in row.changes]
        names = [(TAG_FIELD_NAMES[cell.field], cell.old or "–", cell.new) for cell in cells]
        if not session.as_json:
            session.out.data(f"{row.path}:")
            session.out.table(("Field", "Now", "Then"), names)
    problems = [row for row in rows if row.problem]
    for row in problems:
        session.out.problem(f"{row.path}: {row.problem}")
    same = len(rows) - len(changed) - len(problems)
    if not session.as_json:
        more = " Add --yes to write that." if changed else ""
        session.out.note(f"{_files(len(changed))} would be written, {same} say it already.{more}")
    return FAILED if problems else None


def _tell(session: Session, outcome: TagOutcome) -> int | None:
    if session.as_json:
        session.out.json(outcome)
    else:
        left = f", {_files(outcome.left)} not begun" if outcome.left else ""
        session.out.data(f"{_files(outcome.written)} written, {outcome.same} unchanged{left}.")
        if outcome.written:
            session.out.note("`musiclib tags undo` takes that back.")
    for failure in outcome.failures:
        session.out.problem(f"{failure.path}: {failure.reason}")
    if outcome.left:
        return INTERRUPTED
    return FAILED if outcome.failures else None


def _row_json(row: TagRow) -> dict[str, Any]:
    cells = [
        {"field": cell.field, "state": cell.state, "old": cell.old, "new": cell.new} for cell in row.cells
    ]
    known: dict[str, Any] = {
        "file": row.path,
        "track_id": row.track_id,
        "artist": row.artist,
        "title": row.title,
    }
    return known | ({"problem": row.problem} if row.problem else {"cells": cells})


def _files(count: int) -> str:
    return f"{count} file{'s' if count != 1 else ''}"
