"""How the enrichment queue stands, for people: what `enrich`, `tasks` and `doctor` tell of it."""

from __future__ import annotations

from collections.abc import Iterator

from musiclib.cli.command import Session
from musiclib.domain.queue import QueueSummary
from musiclib.domain.queue_words import (
    pace_sentence,
    promise,
    provider_calls,
    provider_sentence,
    waiting_sentences,
)
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.wording import dated_clock
from musiclib.services.maintenance_types import Check


def print_queue(session: Session, summary: QueueSummary) -> None:
    """The numbers and the providers to stdout, why tasks wait to stderr."""
    clock = dated_clock(summary.at)
    for kind in summary.kinds:
        session.out.data(
            f"{kind.kind}: {kind.done} done, {kind.running} running, {kind.queued} queued, "
            f"{kind.waiting} waiting, {kind.error} failed"
        )
    for check in provider_checks(summary):
        session.out.data(f"{check.name}: {check.detail}")
    session.out.data(f"{promise(summary, clock)}.")
    if pace := pace_sentence(summary):
        session.out.note(pace)
    for sentence in waiting_sentences(summary.waiting, clock):
        session.out.note(sentence)


def provider_checks(summary: QueueSummary) -> Iterator[Check]:
    """What each provider does now, and its calls of the last 24 hours."""
    clock = dated_clock(summary.at)
    for each in summary.providers:
        told = [provider_sentence(each, clock), provider_calls(each)]
        if each.calls_per_task is not None and each.enabled:
            told.append(f"{each.calls_per_task:.1f} a track")
        free = each.enabled and each.blocked_until is None
        name = f"{PROPER_NAMES.get(each.name, each.name)} calls"
        yield Check(name, True if free else None, ", ".join(part for part in told if part))
