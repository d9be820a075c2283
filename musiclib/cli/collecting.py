"""`musiclib collect`: fetch what Spotify and Beatport know of many tracks, and make use of it."""

from __future__ import annotations

import getpass
import math
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musiclib.cli.command import DONE, FAILED, Session, command
from musiclib.cli.interrupt import told_to_stop
from musiclib.domain.collecting import CollectionOutcome, CollectionPhase, CollectionProgress
from musiclib.domain.collecting_words import counts_words, ending_words, left_words, phase_words, result_words
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import Source
from musiclib.domain.wording import dated_clock

if TYPE_CHECKING:
    from musiclib.bootstrap import Library

app = typer.Typer(
    name="collect",
    help="Look up many tracks by ISRC at Spotify or Beatport; a run goes on where the last one ended.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Wait = Annotated[
    bool,
    typer.Option("--wait", help="Wait as long as the provider asks for, hours too, instead of ending."),
]
_Run = Callable[[Callable[[CollectionProgress], None], Callable[[], bool]], Awaitable[CollectionOutcome]]
_PATIENT_S = 120.0


@app.command("spotify")
@command
def spotify(session: Session, wait: Wait = False) -> int:
    """Find the Spotify track of every track that has an ISRC and no link to Spotify yet."""
    with session.library() as library:
        service = library.collection

        def run(
            told: Callable[[CollectionProgress], None], stop: Callable[[], bool]
        ) -> Awaitable[CollectionOutcome]:
            return service.enrich_tracks_with_spotify_data(told, stop, waits_s=_patience(wait))

        outcome = _run(session, Source.SPOTIFY, run)
    if session.as_json:
        session.out.json(outcome)
    else:
        _print(session, "Spotify", outcome)
    return DONE if outcome.is_whole else FAILED


@app.command("beatport")
@command
def beatport(
    session: Session,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="JSON or CSV you have saved. Without files Beatport is asked, with your own token.",
        ),
    ] = None,
    raw_only: Annotated[bool, typer.Option("--raw-only", help="Only keep the answers.")] = False,
    process_only: Annotated[
        bool, typer.Option("--process-only", help="Only process what is kept; needs no network.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Process everything that is kept, not only what is new.")
    ] = False,
    wait: Wait = False,
) -> int:
    """Keep what Beatport says, then say it of your tracks: BPM, key, genre, label, catalogue number, date."""
    named = files or []
    if raw_only and (process_only or again):
        raise typer.BadParameter("--raw-only processes nothing: leave out --process-only and --again")
    if process_only and named:
        raise typer.BadParameter("--process-only reads no files: leave one of them out")
    for file in named:
        if not file.is_file():
            raise typer.BadParameter(f"there is no file {file}")
    with session.library() as library:
        collected = None if process_only else _collect(session, library, named, _patience(wait))
        processed = None if raw_only else _process(session, library, again=again)
    if session.as_json:
        session.out.json({"collected": collected, "processed": processed})
    else:
        for name, outcome in (("Beatport", collected), ("Processing", processed)):
            if outcome is not None:
                _print(session, name, outcome)
    return DONE if all(each.is_whole for each in (collected, processed) if each is not None) else FAILED


@app.command("beatport-token")
@command
def beatport_token(
    session: Session,
    forget: Annotated[
        bool, typer.Option("--forget", help="Forget the token and ask Beatport no more.")
    ] = False,
    status: Annotated[bool, typer.Option("--status", help="Only tell how it stands.")] = False,
) -> int:
    """Keep your own token for Beatport's API in the keyring, and switch Beatport on.

    It is asked for, or read from stdin: the token itself, or the JSON object Beatport gave it in.
    """
    if forget and status:
        raise typer.BadParameter("--forget and --status are two things: leave one out")
    with session.library() as library:
        if status:
            told = library.beatport.status()
        elif forget:
            told = library.beatport.forget()
        else:
            told = library.beatport.use_token(_token())
    if session.as_json:
        session.out.json(told)
    else:
        session.out.data(told.detail)
        if told.kept is not None and told.has_token:
            session.out.note(f"The token is kept {told.kept}")
    return DONE


def _token() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Token: ")
    return sys.stdin.read(1 << 16)


def _collect(session: Session, library: Library, files: list[Path], waits_s: float) -> CollectionOutcome:
    def run(
        told: Callable[[CollectionProgress], None], stop: Callable[[], bool]
    ) -> Awaitable[CollectionOutcome]:
        return library.collection.collect_beatport_tracks_raw(told, stop, files=files, waits_s=waits_s)

    return _run(session, Source.BEATPORT, run)


def _process(session: Session, library: Library, *, again: bool) -> CollectionOutcome:
    def run(
        told: Callable[[CollectionProgress], None], stop: Callable[[], bool]
    ) -> Awaitable[CollectionOutcome]:
        return library.collection.process_unprocessed_beatport_tracks(told, stop, again=again)

    return _run(session, Source.BEATPORT, run)


def _run(session: Session, source: Source, run: _Run) -> CollectionOutcome:
    with session.out.progress(PROPER_NAMES[source]) as step, told_to_stop() as stop:

        def told(at: CollectionProgress) -> None:
            doing = phase_words(at, source, dated_clock(_now()))
            if at.phase is CollectionPhase.WAITING:
                session.out.note(doing)
            rate = f"{at.per_second:,.1f} a second" if at.per_second else ""
            left = left_words(at.seconds_left) if at.seconds_left is not None else ""
            step(
                at.done,
                at.total,
                "  ".join(filter(None, (counts_words(at), rate, left, at.current or doing))),
            )

        async def work() -> CollectionOutcome:
            return await run(told, stop.is_set)

        import asyncio

        return asyncio.run(work())


def _print(session: Session, name: str, outcome: CollectionOutcome) -> None:
    for problem in outcome.problems:
        session.out.problem(problem)
    session.out.data(f"{name}: {result_words(outcome)}")
    if early := ending_words(outcome, dated_clock(_now())):
        session.out.problem(early)


def _patience(wait: bool) -> float:
    return math.inf if wait else _PATIENT_S


def _now() -> datetime:
    return datetime.now(UTC)
