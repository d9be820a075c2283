"""Collection runs in sentences."""

from __future__ import annotations

from musiclib.domain.collecting import CollectionOutcome, CollectionPhase, CollectionProgress, Ending
from musiclib.domain.queue_words import Number, plain_number
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import Source
from musiclib.domain.wording import Clock, Translate, local_clock, no_translation


def phase_words(
    progress: CollectionProgress, source: Source, clock: Clock = local_clock, tr: Translate = no_translation
) -> str:
    """What the run does at this moment."""
    name = PROPER_NAMES[source]
    if progress.phase is CollectionPhase.WAITING and progress.waits_until is not None:
        return tr("{why} Waiting till {time}").format(
            why=progress.why or "", time=clock(progress.waits_until)
        )
    return {
        CollectionPhase.COUNTING: tr("Counting tracks without a link to {name}"),
        CollectionPhase.READING: tr("Reading saved files"),
        CollectionPhase.ASKING: tr("Asking {name} by ISRC"),
        CollectionPhase.WAITING: tr("Waiting for {name}"),
        CollectionPhase.PROCESSING: tr("Processing what {name} has said"),
    }[progress.phase].format(name=name)


def counts_words(
    counts: CollectionProgress | CollectionOutcome,
    tr: Translate = no_translation,
    number: Number = plain_number,
) -> str:
    """How many were found and how many were not."""
    words = [tr("{n} found").format(n=number(counts.found))]
    words.append(tr("{n} not found").format(n=number(counts.not_found)))
    if counts.failed:
        words.append(tr("{n} failed").format(n=number(counts.failed)))
    return ", ".join(words)


def left_words(seconds: float, tr: Translate = no_translation, number: Number = plain_number) -> str:
    """About how long it will take: rough, as it is an estimate."""
    if seconds < 90:
        return tr("about a minute left")
    minutes = seconds / 60
    if minutes < 90:
        return tr("about {n} minutes left").format(n=round(minutes))
    if minutes < 48 * 60:
        return tr("about {n} hours left").format(n=round(minutes / 60))
    return tr("about {n} days left, by the calls allowed in a day").format(n=number(round(minutes / 1440)))


def result_words(
    outcome: CollectionOutcome, tr: Translate = no_translation, number: Number = plain_number
) -> str:
    """How many were looked at, and with what result."""
    if outcome.ending is Ending.DONE and not outcome.done:
        return tr("Nothing was left to do.")
    words = [counts_words(outcome, tr, number) + "."]
    if outcome.left:
        words.append(tr("{n} are left.").format(n=number(outcome.left)))
    return " ".join(words)


def ending_words(
    outcome: CollectionOutcome, clock: Clock = local_clock, tr: Translate = no_translation
) -> str:
    """Why a run ended early and what to do next; empty if it did not."""
    words = [outcome.message] if outcome.message else []
    if outcome.ending is Ending.PARKED and outcome.parked_until is not None:
        again = tr("Start again after {time}: the run goes on where it ended.")
        words.append(again.format(time=clock(outcome.parked_until)))
    elif outcome.ending is not Ending.DONE and outcome.done:
        words.append(tr("What was found is kept; the next run goes on where this one ended."))
    elif outcome.ending is Ending.STOPPED:
        words.append(tr("Stopped before anything was found."))
    return " ".join(words)
