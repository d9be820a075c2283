"""`musiclib backup`, `restore`, `undo` and `redo`: nothing is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from musiclib.cli.command import Session, command
from musiclib.cli.output import Cell, plain
from musiclib.domain.ids import ChangesetId
from musiclib.domain.rows import HistoryEntry
from musiclib.services.changes import Change

if TYPE_CHECKING:
    from musiclib.services.backups import RestorePreview

_SHOWN = 20
"""Of the changes that would be lost, so many are listed; --json has all."""


@command
def backup(
    session: Session,
    target: Annotated[
        Path | None, typer.Argument(help="A file, or a folder for a new one; default: the folder backups.")
    ] = None,
) -> None:
    """Write a verified copy of the library's database, also while it is in use."""
    with session.library() as library:
        info = library.backups.make(None if target is None else target.absolute())
    if session.as_json:
        session.out.json(info)
    else:
        session.out.data(str(info.path))


@command
def restore(
    session: Session,
    source: Annotated[Path, typer.Argument(help="A file that `musiclib backup` wrote.")],
    preview: Annotated[
        bool, typer.Option("--preview", help="Say what would be lost and gained, and change nothing.")
    ] = False,
) -> None:
    """Put a backup in the place of the library. The library that was there is kept beside it."""
    from musiclib.services.backups import restore_library

    if preview:
        with session.library() as library:
            _tell_preview(session, library.backups.preview(source.absolute()))
        return
    kept = restore_library(session.settings, source.absolute())
    if session.as_json:
        session.out.json({"restored": source.absolute(), "kept": kept})
        return
    session.out.data(f"Restored from {source}.")
    if kept is not None:
        session.out.note(f"The library that was there is {kept}.")


def _tell_preview(session: Session, preview: RestorePreview) -> None:
    if session.as_json:
        session.out.json(preview)
        return
    rows = [(each.what, each.now, each.then, f"{each.then - each.now:+}") for each in preview.tables]
    session.out.table(("What", "Now", "In the backup", "Difference"), rows)
    for acts, words in ((preview.lost, "would be lost"), (preview.gained, "would come back")):
        if acts:
            session.out.data(f"{len(acts)} change{'s' if len(acts) != 1 else ''} {words}:")
            for act in acts[:_SHOWN]:
                session.out.data(f"  {act.created_at.astimezone():%Y-%m-%d %H:%M}  {act.summary}")
    session.out.note("Nothing was changed. Without --preview the backup takes the place of the library.")


_Change = Annotated[UUID | None, typer.Argument(help="A change of --list; default: the last one.")]


@command
def undo(
    session: Session,
    change: _Change = None,
    list_: Annotated[bool, typer.Option("--list", help="List what can be undone, the newest first.")] = False,
    with_later: Annotated[
        bool, typer.Option("--with-later", help="Undo later changes of the same things first.")
    ] = False,
    keep_changed: Annotated[
        bool, typer.Option("--keep-changed", help="Leave what was changed since, and undo the rest.")
    ] = False,
) -> None:
    """Take the last change back, or another one."""
    with session.library() as library:
        if list_:
            entries = [each for each in library.library.history() if each.undone_at is None]
            _list(session, entries, "There is nothing to undo.")
            return
        if with_later and change is not None:
            done = library.library.undo_with_later(ChangesetId(change))
        else:
            wanted = None if change is None else ChangesetId(change)
            done = [library.library.undo(wanted, keep_changed=keep_changed)]
    for each in done:
        _tell(session, each, "Undone")


@command
def redo(
    session: Session,
    change: _Change = None,
    list_: Annotated[
        bool, typer.Option("--list", help="List what can be done again, the one undone last first.")
    ] = False,
) -> None:
    """Do again what was undone last, or another change that was undone."""
    with session.library() as library:
        if list_:
            _list(session, library.library.taken_back(), "There is nothing to do again.")
            return
        done = library.library.redo(None if change is None else ChangesetId(change))
    _tell(session, done, "Done again")


def _list(session: Session, entries: Sequence[HistoryEntry], empty: str) -> None:
    session.out.listing(entries, plain, ("When", "What", "Id"), _history_cells, empty)


def _tell(session: Session, done: Change, what: str) -> None:
    if session.as_json:
        session.out.json(done)
        return
    session.out.data(f"{what}: {done.summary}")
    if done.note:
        session.out.note(done.note)


def _history_cells(entry: HistoryEntry) -> tuple[Cell, ...]:
    return f"{entry.created_at.astimezone():%Y-%m-%d %H:%M}", entry.summary, str(entry.id)
