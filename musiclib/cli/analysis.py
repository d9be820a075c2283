"""`musiclib analysis`: pause and resume the analysis of audio, and how it stands."""

from __future__ import annotations

import typer

from musiclib.cli.command import Session, command
from musiclib.domain.queue import AnalysisPace, QueueSummary
from musiclib.domain.queue_words import pace_sentence
from musiclib.domain.states import TaskKind

app = typer.Typer(
    name="analysis",
    help="Pause and resume the analysis of the library's audio; look-ups go on.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
@command
def pause(session: Session) -> None:
    """Analyse no further file, in any program that has the library open, till it is resumed."""
    with session.library() as library:
        library.enrichment.pause_analysis()
        _tell(session, library.enrichment.summary())


@app.command()
@command
def resume(session: Session) -> None:
    """Go on."""
    with session.library() as library:
        library.enrichment.resume_analysis()
        _tell(session, library.enrichment.summary())


@app.command()
@command
def status(session: Session) -> None:
    """How many files are analysed and how many wait, and whether it is paused."""
    with session.library() as library:
        _tell(session, library.enrichment.summary())


def _tell(session: Session, summary: QueueSummary) -> None:
    counts = next((each for each in summary.kinds if each.kind is TaskKind.AUDIO), None)
    names = ("done", "running", "queued", "waiting", "error")
    numbers = {name: getattr(counts, name) if counts else 0 for name in names}
    if session.as_json:
        session.out.json({"pace": summary.analysis, **numbers})
        return
    session.out.data(", ".join(f"{numbers[name]} {name}" for name in names))
    if words := pace_sentence(summary):
        session.out.data(words)
    elif summary.analysis is AnalysisPace.PAUSED:
        session.out.data("You paused the analysis.")
