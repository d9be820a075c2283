"""`musiclib sync`: exchange changes with a shared library on a PostgreSQL server."""

from __future__ import annotations

from typing import Annotated

import typer

from musiclib.cli.command import DONE, FAILED, Session, command
from musiclib.cli.interrupt import told_to_stop
from musiclib.cli.output import plain
from musiclib.domain.sync_words import KIND_NAMES, part_in_words, side_in_words
from musiclib.errors import BadInput, NotInLibrary
from musiclib.services.sync_types import HERE, THERE, SideCounts, SyncOutcome, SyncProgress

app = typer.Typer(
    name="sync",
    help="Exchange changes with a shared library.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_SIDES = {"here": HERE, "there": THERE, "mine": HERE, "theirs": THERE}


@app.command()
@command
def postgres(
    session: Session,
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="[URL]",
            help="postgresql://user@host/name; default: the one exchanged with last. The password may stand "
            "in the address, in PGPASSWORD or in ~/.pgpass.",
        ),
    ] = None,
    remember: Annotated[
        bool, typer.Option("--remember", help="Keep the password of the address in the keyring.")
    ] = False,
) -> int:
    """Exchange all changes since the last time, both ways. May be broken off and run again at any time."""
    with session.library() as library, session.out.progress("Exchanging") as step, told_to_stop() as stop:

        def tell(progress: SyncProgress) -> None:
            step(progress.done, progress.total, KIND_NAMES.get(progress.what, progress.what))

        address = library.sync.address(url)
        if not address.startswith("postgres"):
            raise BadInput("The address of a shared library begins with postgresql://user@host/name.")
        outcome = library.sync.run(address, tell, stop.is_set, remember=remember)
    if session.as_json:
        session.out.json(outcome)
    else:
        _print(session, outcome)
    return FAILED if outcome.conflicts or outcome.stopped else DONE


@app.command()
@command
def status(session: Session) -> None:
    """When changes were exchanged last, and whether something waits for a decision."""
    with session.library() as library:
        now = library.sync.status()
    if session.as_json:
        session.out.json(now)
        return
    if now.address is None:
        session.out.note("Nothing was exchanged yet. `musiclib sync postgres URL` begins.")
        return
    session.out.data(f"With {now.address}")
    if now.finished_at is not None:
        session.out.data(f"Last exchanged {now.finished_at.astimezone():%Y-%m-%d %H:%M}.")
    if now.broken_off:
        session.out.data("The last exchange was broken off. `musiclib sync postgres` goes on with it.")
    session.out.data(_waiting(now.conflicts))


@app.command()
@command
def conflicts(
    session: Session,
    settled: Annotated[bool, typer.Option("--settled", help="Those that are over, with the pick.")] = False,
) -> None:
    """List what was decided in two ways, with both sides."""
    with session.library() as library:
        rows = library.sync.conflicts(settled=settled)
    session.out.listing(
        rows,
        plain,
        ("No", "What", "Part", "Here", "There", "Picked"),
        lambda row: (
            row.number,
            row.title,
            part_in_words(row.part),
            side_in_words(row.part, row.here),
            side_in_words(row.part, row.there),
            row.choice or "",
        ),
        "There are no conflicts.",
    )


@app.command()
@command
def resolve(
    session: Session,
    number: Annotated[str, typer.Argument(help="Of `musiclib sync conflicts`, or `all`.")],
    side: Annotated[str, typer.Argument(help="here or there: whose value counts from the next exchange on.")],
) -> None:
    """Pick a side of a conflict. The next `musiclib sync postgres` carries it out."""
    picked = _SIDES.get(side)
    if picked is None:
        raise typer.BadParameter("a side is here or there")
    with session.library() as library:
        rows = library.sync.conflicts()
        meant = [row for row in rows if number in ("all", str(row.number))]
        if not meant and rows:
            raise NotInLibrary(f"There is no conflict {number}. `musiclib sync conflicts` lists them.")
        library.sync.resolve([row.id for row in meant], picked)
    if session.as_json:
        session.out.json([plain(row) | {"choice": picked} for row in meant])
    elif meant:
        session.out.data(f"{len(meant)} picked: {picked}. The next exchange carries it out.")
    else:
        session.out.note("There are no conflicts.")


def _print(session: Session, outcome: SyncOutcome) -> None:
    if outcome.here == outcome.there == SideCounts():
        session.out.data("Nothing had changed on either side.")
    for what, counts in (("Here", outcome.here), ("There", outcome.there)):
        if counts != SideCounts():
            session.out.data(
                f"{what}: {counts.added} added, {counts.changed} changed, {counts.deleted} deleted."
            )
    if outcome.paired:
        session.out.data(f"{outcome.paired} made on both sides were found to be the same.")
    if outcome.left:
        session.out.note(f"{outcome.left} were changed by somebody else meanwhile: exchange once more.")
    if outcome.stopped:
        session.out.problem("stopped before the end. Run it again: it goes on from there.")
    if outcome.conflicts:
        session.out.problem(_waiting(outcome.conflicts))


def _waiting(count: int) -> str:
    if not count:
        return "No conflicts."
    what = "One conflict waits" if count == 1 else f"{count} conflicts wait"
    return f"{what} for you: `musiclib sync conflicts` lists both sides, `musiclib sync resolve` picks one."
