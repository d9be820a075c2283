"""`musiclib review`: the tracks a look-up was not sure of, and deciding about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musiclib.cli.command import Database, DataDir, Json, Session, Verbose, command, guarded
from musiclib.cli.output import clock, plain
from musiclib.domain.ids import CandidateId, TrackId
from musiclib.domain.reason_words import in_words
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import Bucket, MatchState
from musiclib.errors import BadInput

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.services.changes import Change
    from musiclib.services.review_types import Acceptance, ReviewCandidate, ReviewCase, ReviewItem

app = typer.Typer(
    name="review",
    help="List the tracks whose recording is not sure, with what the sources offer; decide about them.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

_NOTHING = {
    MatchState.REVIEW: "There is nothing to review.",
    MatchState.NOT_FOUND: "Every track that was looked up was found, or kept as it is.",
}
Track = Annotated[str, typer.Argument(metavar="TRACK", help="Its id, or words that occur in no other.")]
Number = Annotated[int, typer.Argument(metavar="N", min=1, help="A candidate's number in the list.")]


@app.callback(invoke_without_command=True)
def review(
    ctx: typer.Context,
    not_found: Annotated[
        bool, typer.Option("--not-found", help="Those that no source knows, instead.")
    ] = False,
    data_dir: DataDir = None,
    database: Database = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """List the tracks whose recording is not sure, with what the sources offer; decide about them."""
    session = ctx.ensure_object(Session).merged(data_dir, database, as_json, verbose)
    ctx.obj = session
    if ctx.invoked_subcommand is None:
        state = MatchState.NOT_FOUND if not_found else MatchState.REVIEW
        raise typer.Exit(guarded(session, lambda: _list(session, state)))


@app.command()
@command
def pick(
    session: Session,
    track: Track,
    which: Annotated[
        str,
        typer.Argument(
            metavar="N|REF",
            help="A candidate's number in the list, or a link, an ISRC or a MusicBrainz id to look up.",
        ),
    ],
) -> None:
    """Take a candidate, and lock the match."""

    def take(library: Library, track_id: TrackId) -> Change:
        if which.isdecimal():
            chosen = _candidate(library.review.case(track_id), int(which))
        else:
            chosen = library.review.find(track_id, which)[0].id
        return library.editor.accept(track_id, chosen)

    _decide(session, track, take)


@app.command("none")
@command
def none_fits(session: Session, track: Track) -> None:
    """Say that none of the candidates is it; none of them is offered again."""
    _decide(session, track, lambda library, one: library.editor.move([one], Bucket.NOT_FOUND))


@app.command()
@command
def never(session: Session, track: Track, number: Number) -> None:
    """Rule one candidate out for ever."""

    def rule_out(library: Library, track_id: TrackId) -> Change:
        return library.editor.reject(track_id, _candidate(library.review.case(track_id), number))

    _decide(session, track, rule_out)


@app.command()
@command
def later(session: Session, track: Track) -> None:
    """Put the decision off: the track comes last."""
    _decide(session, track, lambda library, one: library.review.later([one]))


@app.command()
@command
def accept(
    session: Session,
    least: Annotated[
        float, typer.Option("--from", min=0, max=100, metavar="SCORE", help="The lowest score to take.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be taken.")] = False,
) -> None:
    """Take the best candidate of every track that has one from this score on, in one step."""
    with session.library() as library:
        found = library.review.acceptances(least)
        if found and not dry_run:
            library.editor.accept_all([(each.track_id, each.candidate_id) for each in found])
    columns = ("Track", "Becomes", "Source", "Score")
    session.out.listing(found, plain, columns, _acceptance, "No candidate reaches this score.")
    if found:
        count = "1 track" if len(found) == 1 else f"{len(found)} tracks"
        undo = "`musiclib undo` takes it back."
        session.out.note(f"{count} would be taken." if dry_run else f"{count} taken. {undo}")


def _decide(session: Session, track: str, act: Callable[[Library, TrackId], Change]) -> None:
    with session.library() as library:
        change = act(library, library.library.find_track(track))
    if session.as_json:
        session.out.json(change)
    else:
        session.out.data(change.summary)


def _candidate(case: ReviewCase, number: int) -> CandidateId:
    if not 1 <= number <= len(case.candidates):
        there = len(case.candidates)
        raise BadInput(
            f"There is no candidate {number}: the track has {there}. `musiclib review` lists them."
            if there
            else "This track has no candidates. Paste a link, an ISRC or a MusicBrainz id instead."
        )
    return case.candidates[number - 1].id


def _list(session: Session, state: MatchState) -> None:
    from musiclib.services.review_words import why_waiting

    with session.library() as library:
        waiting = {item.track_id: item for item in library.review.queue(state)}
        cases = library.review.cases(list(waiting))
    items = [waiting[case.item.track_id] for case in cases]
    told = [
        (item, case, why_waiting(item, session.settings.accept_score))
        for item, case in zip(items, cases, strict=True)
    ]
    if session.as_json:
        session.out.json([_json(*each) for each in told])
        return
    if not told:
        session.out.note(_NOTHING[state])
    for item, case, why in told:
        session.out.data(f"{_name(item.artist, item.title, item.version)}\n    {why}. {item.track_id}")
        for number, each in enumerate(case.candidates, 1):
            session.out.data(f"    {number}  {_line(each)}")


def _json(item: ReviewItem, case: ReviewCase, why: str) -> dict[str, Any]:
    """The candidates are in the order of their numbers; lengths are in seconds."""
    return {
        "track_id": plain(item.track_id),
        "artist": item.artist,
        "title": item.title,
        "version": item.version,
        "match": plain(item.state),
        "why": why,
        "put_off": item.deferred,
        "own": dict(case.own),
        "candidates": [
            {
                "number": number,
                "id": plain(each.id),
                "provider": each.provider,
                "external_id": each.external_id,
                "score": each.score,
                "reasons": list(each.reasons),
                "why": in_words(each.reasons),
                "ruled_out": each.rejected,
                "fields": dict(each.fields),
                "links": dict(each.links),
            }
            for number, each in enumerate(case.candidates, 1)
        ],
    }


def _line(each: ReviewCandidate) -> str:
    fields: Any = each.fields
    name = _name(fields.get("artist", ""), fields.get("title", ""), fields.get("version"))
    facts = [
        name,
        clock(fields.get("duration_s")),
        fields.get("album", ""),
        str(fields.get("original_year", "")),
        PROPER_NAMES.get(each.provider, each.provider),
        "ruled out" if each.rejected else in_words(each.reasons),
    ]
    return f"{each.score:>3.0f}  {', '.join(filter(None, facts))}"


def _acceptance(each: Acceptance) -> tuple[str, str, str, float]:
    return (
        _name(each.artist, each.title, each.version),
        _name(each.found_artist, each.found_title, each.found_version),
        PROPER_NAMES.get(each.provider, each.provider),
        each.score,
    )


def _name(artist: str, title: str, version: str | None) -> str:
    return f"{artist} - {title} ({version})" if version else f"{artist} - {title}"
