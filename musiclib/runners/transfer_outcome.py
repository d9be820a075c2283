"""What became of a transfer that was worked on, and what an error means for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path

from musiclib.db.connection import Connection
from musiclib.db.records import FileFacts
from musiclib.db.transfer_claims import TransferClaims
from musiclib.db.transfer_records import OfferedCandidate, TransferRecord
from musiclib.domain.audio_choice import QualityReason
from musiclib.domain.states import TransferReason
from musiclib.domain.transfers import MOST_TRIES
from musiclib.downloads.base import TransferError
from musiclib.runners.troubles import in_a_line

TROUBLE_REST = timedelta(minutes=1)
"""After the disk was full or the folder gone, all is tried again so much later."""
_LONGEST_WAIT = timedelta(hours=1)
_SOON = timedelta(seconds=5)
_FIRST_WAIT = {
    TransferReason.BROKEN_OFF: _SOON,
    TransferReason.WRONG_RANGE: _SOON,
    TransferReason.RATE_LIMITED: timedelta(minutes=1),
}
_USUAL_WAIT = timedelta(seconds=30)
_OF_THE_FOLDER = frozenset(
    {TransferReason.DISK_FULL, TransferReason.FOLDER_MISSING, TransferReason.NOT_WRITABLE}
)
_FOR_A_PERSON = frozenset({TransferReason.SIGN_IN_NEEDED, TransferReason.BUG})
"""Where another candidate would only hide what has to be mended."""
_UNFIT = frozenset(
    {QualityReason.FORMAT_NOT_TAKEN, QualityReason.LOW_BITRATE, QualityReason.TAKEN_BY_ANOTHER}
)


class End(Enum):
    DONE = auto()
    FOUND = auto()
    LATER = auto()
    NEXT = auto()
    """Another candidate is to be tried."""
    ASK = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    end: End
    reason: TransferReason | None = None
    detail: str | None = None
    not_before: datetime | None = None
    attempts: int | None = None
    """How often it counts as tried, where that is not as often as it was claimed."""
    chosen: OfferedCandidate | None = None
    candidates: tuple[OfferedCandidate, ...] | None = None
    path: Path | None = None
    facts: FileFacts | None = None
    ours: bool = True
    """Of a file in its place: it was put there by us."""

    @property
    def trouble(self) -> str | None:
        """Why nothing can be fetched at all now."""
        return self.detail if self.reason in _OF_THE_FOLDER else None


def write_outcome(
    conn: Connection,
    worker_id: str,
    transfer: TransferRecord,
    outcome: Outcome,
    now: datetime,
    bytes_done: int | None = None,
) -> bool:
    """Write it down. False when the transfer is no longer this worker's: a person wants something else."""
    claims = TransferClaims(conn)
    mine = transfer.id, worker_id, now
    if outcome.end is End.DONE:
        assert outcome.facts is not None
        return claims.finish(*mine, outcome.facts.path, outcome.facts.size)
    if outcome.end is End.FOUND:
        assert outcome.chosen is not None
        return claims.found(*mine, outcome.chosen, outcome.candidates or ())
    if outcome.end is End.ASK:
        assert outcome.reason is not None
        return claims.ask(*mine, outcome.reason, outcome.detail, outcome.candidates)
    reason = outcome.reason or TransferReason.BUG
    if outcome.end is End.NEXT:
        assert transfer.chosen is not None
        return claims.turn_down(*mine, transfer.refused | {transfer.chosen.key}, outcome.chosen)
    if outcome.end is End.LATER:
        until, tries = outcome.not_before, outcome.attempts
        return claims.postpone(*mine, reason, outcome.detail, until, attempts=tries, bytes_done=bytes_done)
    return claims.fail(*mine, reason, outcome.detail)


def of_error(
    transfer: TransferRecord, error: TransferError, now: datetime, accept: float, *, got_on: bool
) -> Outcome:
    """What an error means. `got_on`: bytes came since it was claimed, so that the tries count anew.

    `accept` is the score from which on another candidate is taken without asking.
    """
    said = str(error)
    if error.reason in _OF_THE_FOLDER:
        return in_trouble(transfer, error.reason, said, now)
    if not error.tried:
        return Outcome(End.LATER, error.reason, said, error.until, max(0, transfer.attempts - 1))
    if error.restart and transfer.reason is not error.reason and transfer.attempts < MOST_TRIES:
        # What came may have been spoilt on its way: once more, from the first byte.
        return Outcome(End.LATER, error.reason, said, now + _SOON)
    tries = 1 if got_on else transfer.attempts
    if error.retry and tries < MOST_TRIES:
        until = now + back_off(error.reason, tries)
        return Outcome(End.LATER, error.reason, said, max(until, error.until or until), tries)
    if error.retry or error.reason in _FOR_A_PERSON:
        return Outcome(End.FAILED, error.reason, said)
    return another_or_none(transfer, error.reason, said, accept)


def another_or_none(transfer: TransferRecord, reason: TransferReason, detail: str, accept: float) -> Outcome:
    """Take the next candidate that is sure; where there is none, or a person chose this one, give up."""
    if transfer.chosen is not None and not transfer.chosen_by_hand:
        never = transfer.refused | {transfer.chosen.key}
        instead = next(_sure(transfer.candidates, never, accept), None)
        if instead is not None:
            return Outcome(End.NEXT, reason, detail, chosen=instead)
    return Outcome(End.FAILED, reason, detail)


def in_trouble(transfer: TransferRecord, reason: TransferReason, detail: str, now: datetime) -> Outcome:
    """It is not the transfer's fault: it waits, and the try does not count."""
    return Outcome(End.LATER, reason, detail, now + TROUBLE_REST, max(0, transfer.attempts - 1))


def bug(error: Exception) -> Outcome:
    return Outcome(End.FAILED, TransferReason.BUG, in_a_line(error))


def back_off(reason: TransferReason, tries: int) -> timedelta:
    """How long to stay away after the n-th try: twice as long each time, an hour at most."""
    doublings = min(max(0, tries - 1), 12)
    return min(_LONGEST_WAIT, _FIRST_WAIT.get(reason, _USUAL_WAIT) * (1 << doublings))


def _sure(
    candidates: Iterable[OfferedCandidate], never: frozenset[tuple[str, str]], accept: float
) -> Iterator[OfferedCandidate]:
    for each in candidates:
        if (
            each.key not in never
            and each.ranked.score >= accept
            and not _UNFIT.intersection(each.ranked.reasons)
        ):
            yield each
