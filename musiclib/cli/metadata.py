"""`musiclib metadata`: facts of many tracks, fetched into a file, looked at, written at once, taken back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from musiclib.cli.command import DONE, FAILED, Session, command
from musiclib.cli.output import Cell, plain
from musiclib.cli.searching import asked_for
from musiclib.domain.bulk_plan import CellState, Plan, PlanColumn
from musiclib.domain.field_names import value_in_words
from musiclib.domain.ids import ChangesetId
from musiclib.domain.rows import HistoryEntry
from musiclib.domain.source_names import SOURCE_NAMES
from musiclib.errors import KnownError

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.services.bulk_runs import Changed, ReadPlan

app = typer.Typer(
    name="metadata",
    help="Popularity, ISRCs and other facts of many tracks: fetch, plan, apply, revert.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_SHOWN = 40
_PLAN = "_plan"
_WORDS = {
    CellState.WRITE: "write",
    CellState.LEFT_OUT: "left out",
    CellState.ASKS: "asks you",
    CellState.LOCKED: "locked, stays",
}
_SUM = {
    CellState.WRITE: "to write",
    CellState.LEFT_OUT: "left out",
    CellState.ASKS: "ask you",
    CellState.LOCKED: "locked",
    CellState.SAME: "same",
}
_DECISIONS: dict[str, Changed] = {"ask": "ask", "keep": "keep", "overwrite": "overwrite"}
File = Annotated[
    Path, typer.Argument(metavar="FILE", help="What fetch or plan wrote, or a CSV file of yours.")
]
Sure = Annotated[
    int, typer.Option("--sure", min=0, max=100, help="Tick answers of which at least so much is sure.")
]


@app.command()
@command
def fetch(
    session: Session,
    query: Annotated[str, typer.Argument(help="Which tracks, as in `musiclib tracks`; default: all.")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file, or a folder; default: this folder.")
    ] = None,
) -> int:
    """Ask Spotify and Deezer, and write spotify_enrichment_DATE_TIME.csv. The library is only read.

    What was answered once is not asked again: start it once more after a stop, and it goes on.
    """
    with session.library() as library, session.out.progress("Fetching") as step:
        ids = library.searching.ids(asked_for(session, query)) if query else None

        fetched = library.bulk_fetch.fetch(ids, lambda at: step(at.done, at.total, at.current))
        path = library.bulk_fetch.save(fetched, output or Path.cwd())
    found = sum(bool(each.offers) for each in fetched.findings)
    if session.as_json:
        session.out.json(
            {
                "file": path,
                "tracks": len(fetched.findings),
                "found": found,
                "left": fetched.left,
                "notes": fetched.notes,
            }
        )
    else:
        session.out.data(str(path))
        session.out.note(f"{found} of {len(fetched.findings)} tracks are known there.")
    for note in fetched.notes:
        session.out.problem(note)
    if fetched.left:
        session.out.problem(f"{fetched.left} tracks could not be asked about yet. Start it again to go on.")
    return FAILED if fetched.left or fetched.notes else DONE


@app.command()
@command
def plan(
    session: Session,
    file: File,
    sure: Sure = 90,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where the plan goes; default: FILE with _plan.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Print every cell, not only the first ones.")] = False,
) -> int:
    """Show old and new of each value, and write the plan as CSV: its ticks can be changed there."""
    with session.library() as library:
        read = library.bulk_runs.plan_file(file.absolute(), sure)
        target = output or (None if read.is_plan else _plan_of(file))
        if target is not None:
            library.bulk_runs.save(read.plan, target.absolute())
    made = read.plan
    if session.as_json:
        session.out.json({"file": target or file, "sum": _sum(made), "cells": list(_cells(made, None))})
    else:
        cells = list(_cells(made, None if all_ else _SHOWN))
        columns = ("Track", "Value", "Old", "New", "Source", "What")
        session.out.table(columns, [tuple(each.values())[1:] for each in cells])
        session.out.data(_sum_in_words(made))
        if target is not None:
            session.out.note(
                f"The plan is {target}. Change its ticks there, then: musiclib metadata apply {target}"
            )
    return _tell_rest(session, read)


@app.command()
@command
def apply(session: Session, file: File, sure: Sure = 90) -> int:
    """Write what is ticked: after a verified backup, in one step, all of it or nothing.

    Of a file that fetch wrote, the plan beside it is taken where there is one. A track that was changed since
    stops the whole run.
    """
    beside = _plan_of(file)
    with session.library() as library:
        if beside.exists() and not file.stem.endswith(_PLAN):
            session.out.note(f"The ticks of {beside.name} count.")
            file = beside
        read = library.bulk_runs.plan_file(file.absolute(), sure, to_apply=True)
        done = library.bulk_runs.apply(read.plan)
    if session.as_json:
        session.out.json(done)
    else:
        session.out.data(f"{done.change.summary}.")
        session.out.note(f"The backup is {done.backup}." if done.backup else "No backup could be made here.")
        session.out.note("musiclib metadata revert takes it back.")
    return _tell_rest(session, read)


@app.command()
@command
def revert(
    session: Session,
    run: Annotated[UUID | None, typer.Argument(help="A run of --list; default: the last one.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the runs, the newest first.")] = False,
    changed: Annotated[
        str,
        typer.Option(
            metavar="keep|overwrite", help="What becomes of tracks changed since; default: it asks."
        ),
    ] = "ask",
) -> None:
    """Take a run back: every row it changed is as before."""
    if changed not in _DECISIONS:
        raise typer.BadParameter("--changed takes keep or overwrite.")
    with session.library() as library:
        if list_:
            columns = ("When", "What", "Id", "Taken back")
            runs = library.bulk_runs.runs()
            session.out.listing(runs, plain, columns, _run_cells, "There was no run in this library yet.")
            return
        wanted = None if run is None else ChangesetId(run)
        done = _revert(session, library, wanted, _DECISIONS[changed])
    if session.as_json:
        session.out.json(done)
    else:
        session.out.data(f"Taken back: {done.summary}")


def _revert(session: Session, library: Library, run: ChangesetId | None, changed: Changed) -> Any:
    from musiclib.services.bulk_runs import ChangedTracks

    try:
        return library.bulk_runs.revert(run, changed)
    except ChangedTracks as asked:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise KnownError(f"{asked} Use --changed keep, or --changed overwrite.") from None
        session.out.note(str(asked))
        answer = typer.prompt("keep, overwrite or stop", default="stop", err=True)
        if _DECISIONS.get(answer, "ask") == "ask":
            raise
        return library.bulk_runs.revert(run, _DECISIONS[answer])


def _plan_of(file: Path) -> Path:
    return file.with_name(f"{file.stem}{_PLAN}.csv")


def _cells(made: Plan, most: int | None) -> Any:
    """The cells that differ, row by row."""
    shown = 0
    for row, track_id in enumerate(made.tracks):
        for column in made.columns:
            if column.state(row) is CellState.SAME:
                continue
            if shown == most:
                return
            shown += 1
            yield {
                "track_id": str(track_id),
                "track": f"{made.artists[row]} - {made.titles[row]}",
                "field": column.field,
                "old": _shown(column, column.old[row]),
                "new": _shown(column, column.new[row]),
                "source": SOURCE_NAMES.get(column.source[row], column.source[row]),
                "state": _WORDS[column.state(row)],
            }


def _shown(column: PlanColumn, value: Any) -> Cell:
    return None if value is None else value_in_words(column.field, value)


def _sum(made: Plan) -> dict[str, int]:
    return {"cells": made.cells} | {state.name.lower(): made.count(state) for state in CellState}


def _sum_in_words(made: Plan) -> str:
    parts = " + ".join(f"{made.count(state)} {words}" for state, words in _SUM.items())
    return f"{made.cells} cells = {parts}"


def _tell_rest(session: Session, read: ReadPlan) -> int:
    """What was not taken of the file; tracks that are not here are failures, each named."""
    if read.repeated:
        session.out.note(f"{read.repeated} lines say once more what others say.")
    if read.passed_over:
        session.out.note(f"Columns passed over: {', '.join(read.passed_over)}.")
    for line, track_id in read.missing:
        session.out.problem(f"line {line}: the track {track_id} is not in this library.")
    return FAILED if read.missing else DONE


def _run_cells(entry: HistoryEntry) -> tuple[Cell, ...]:
    back = f"{entry.undone_at.astimezone():%Y-%m-%d %H:%M}" if entry.undone_at else ""
    return f"{entry.created_at.astimezone():%Y-%m-%d %H:%M}", entry.summary, str(entry.id), back
