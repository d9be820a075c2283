"""What each error means for a transfer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from musiclib.db.transfer_records import OfferedCandidate, TransferRecord
from musiclib.domain.audio_candidates import AudioCandidate, RankedCandidate
from musiclib.domain.ids import TrackId, TransferId
from musiclib.domain.states import TransferReason, TransferState
from musiclib.downloads.base import TransferError
from musiclib.runners.transfer_outcome import End, Outcome, back_off, of_error

NOW = datetime(2026, 6, 17, tzinfo=UTC)
R = TransferReason


def offer(ref: str, score: float = 95.0, *reasons: str) -> OfferedCandidate:
    candidate = AudioCandidate("nas", ref, f"{ref}.flac", "Auftakt")
    return OfferedCandidate(RankedCandidate(candidate, score, reasons), "Home NAS")


CHOSEN, SURE, UNSURE = offer("a"), offer("d"), offer("c", 70.0)
UNFIT = offer("b", 99.0, "format_not_taken")


def transfer(**values: object) -> TransferRecord:
    record = TransferRecord(
        id=TransferId(UUID(int=1)),
        track_id=TrackId(UUID(int=2)),
        album_id=None,
        state=TransferState.RUNNING,
        reason=None,
        detail=None,
        priority=0,
        attempts=3,
        not_before=None,
        worker_id="w",
        chosen=CHOSEN,
        chosen_by_hand=False,
        candidates=(CHOSEN, UNFIT, UNSURE, SURE),
        refused=frozenset(),
        accept_as_is=False,
        bytes_total=None,
        bytes_done=0,
        target_path=None,
        created_at=NOW,
        cleared_at=None,
    )
    return replace(record, **values)  # type: ignore[arg-type]


def meant(record: TransferRecord, error: TransferError, *, got_on: bool = False) -> Outcome:
    return of_error(record, error, NOW, 85.0, got_on=got_on)


def test_what_may_work_later_waits_longer_each_time_and_no_longer_than_an_hour() -> None:
    busy = TransferError(R.SERVER_ERROR, "Busy.", retry=True)
    assert [meant(transfer(attempts=n), busy).not_before for n in (1, 2, 3)] == [
        NOW + timedelta(seconds=each) for each in (30, 60, 120)
    ]
    assert back_off(R.BROKEN_OFF, 1) == timedelta(seconds=5)
    assert back_off(R.UNREACHABLE, 50) == timedelta(hours=1)
    assert meant(transfer(attempts=7), busy).end is End.LATER
    assert meant(transfer(attempts=8), busy).end is End.FAILED


def test_bytes_that_came_begin_the_count_anew() -> None:
    broken = TransferError(R.BROKEN_OFF, "It broke off.", retry=True)
    outcome = meant(transfer(attempts=8), broken, got_on=True)
    assert (outcome.end, outcome.attempts, outcome.not_before) == (End.LATER, 1, NOW + timedelta(seconds=5))


def test_who_is_asked_to_wait_waits_as_long() -> None:
    until = NOW + timedelta(hours=3)
    slow = TransferError(R.RATE_LIMITED, "Slow down.", retry=True, until=until)
    assert meant(transfer(), slow).not_before == until
    assert meant(transfer(attempts=1), replace_until(slow, NOW)).not_before == NOW + timedelta(minutes=1)


def replace_until(error: TransferError, until: datetime) -> TransferError:
    return TransferError(error.reason, str(error), retry=error.retry, until=until)


def test_what_came_wrong_is_fetched_once_more_and_then_from_elsewhere() -> None:
    wrong = TransferError(R.WRONG_HASH, "Wrong.", restart=True)
    assert meant(transfer(), wrong).end is End.LATER
    again = meant(transfer(reason=R.WRONG_HASH), wrong)
    assert (again.end, again.chosen) == (End.NEXT, SURE)


@pytest.mark.parametrize("reason", [R.GONE, R.FORBIDDEN, R.NOT_AUDIO, R.TOO_LARGE, R.BAD_REDIRECT])
def test_what_cannot_be_had_is_taken_from_the_next_sure_candidate(reason: TransferReason) -> None:
    error = TransferError(reason, "No.")
    assert meant(transfer(), error).chosen == SURE
    assert meant(transfer(refused=frozenset({SURE.key})), error).end is End.FAILED
    assert meant(transfer(chosen_by_hand=True), error).end is End.FAILED


def test_a_wrong_password_is_for_a_person_to_mend() -> None:
    assert meant(transfer(), TransferError(R.SIGN_IN_NEEDED, "No.")).end is End.FAILED


def test_trouble_with_the_folder_is_not_the_fault_of_a_transfer() -> None:
    gone = TransferError(R.FOLDER_MISSING, "Not there.", retry=True)
    outcome = meant(transfer(attempts=8), gone)
    assert (outcome.end, outcome.attempts, outcome.trouble) == (End.LATER, 7, "Not there.")


def test_who_waits_for_a_host_that_rests_has_tried_nothing() -> None:
    until = NOW + timedelta(seconds=40)
    resting = TransferError(R.RATE_LIMITED, "Slow down.", retry=True, until=until, tried=False)
    outcome = meant(transfer(attempts=9), resting)
    assert (outcome.end, outcome.attempts, outcome.not_before) == (End.LATER, 8, until)


def test_what_comes_wrong_in_ever_new_ways_is_given_up_in_the_end() -> None:
    page = TransferError(R.NOT_AUDIO, "A page.", restart=True)
    assert meant(transfer(reason=R.WRONG_HASH, attempts=7), page).end is End.LATER
    assert meant(transfer(reason=R.WRONG_HASH, attempts=8), page).end is End.NEXT
