from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from musiclib.domain.ids import AlbumId, TrackId, TransferId
from musiclib.domain.states import TransferReason, TransferState
from musiclib.domain.transfer_words import (
    album_bytes,
    album_sentence,
    bytes_of,
    reason_words,
    seconds_left,
    size_words,
    summary_words,
    time_words,
    transfer_state,
    transfer_why,
)
from musiclib.domain.transfers import DownloadAlbumRow, DownloadSummary, TransferRow

NOW = datetime(2026, 6, 17, 21, 45, tzinfo=UTC)
AT_2205 = NOW + timedelta(minutes=20)
MB = 1_000_000
S, R = TransferState, TransferReason


def clock(moment: datetime) -> str:
    return moment.strftime("%H:%M")


def transfer(state: TransferState, nth: int = 1, **values: object) -> TransferRow:
    row = TransferRow(
        id=TransferId(UUID(int=nth)),
        track_id=TrackId(UUID(int=nth)),
        position=nth,
        artist="Kessel & Vroom",
        title="Ventil 7",
        version=None,
        duration_s=393.0,
        state=state,
        reason=None,
        detail=None,
        source_label="Home NAS",
        bytes_done=0,
        bytes_total=74 * MB,
        speed_bps=None,
        checking=False,
        attempts=0,
        not_before=None,
        state_at=NOW - timedelta(minutes=5),
        is_id=False,
    )
    return replace(row, **values)  # type: ignore[arg-type]


def album(*transfers: TransferRow, finished_at: datetime | None = None) -> DownloadAlbumRow:
    numbered = tuple(
        replace(each, id=TransferId(UUID(int=nth)), track_id=TrackId(UUID(int=nth)), position=nth)
        for nth, each in enumerate(transfers, 1)
    )
    return DownloadAlbumRow(AlbumId(UUID(int=9)), 1, "X", None, None, 0, NOW, finished_at, numbered)


HERE = transfer(S.DONE, bytes_done=74 * MB)
LATER = transfer(S.QUEUED, reason=R.SERVER_ERROR, attempts=2, not_before=AT_2205)
COMING = transfer(S.RUNNING, bytes_done=45 * MB, speed_bps=300_000.0)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            album(*[HERE] * 6, replace(COMING, speed_bps=None), LATER, LATER, transfer(S.REVIEW)),
            ("6 of 10 are here.", "1 is coming, 2 try again at 22:05, 1 needs you."),
        ),
        (
            album(*[HERE] * 11, *[COMING] * 3, transfer(S.WANTED, is_id=True), transfer(S.NO_SOURCE)),
            (
                "11 of 16 are here.",
                "3 are coming, about 100 s; 1 ID has no name yet, 1 is in none of your sources.",
            ),
        ),
        (
            album(*[HERE] * 9, *[transfer(S.PAUSED, reason=R.BY_PERSON)] * 5),
            (
                "Paused by you at 21:40.",
                "9 of 14 are here; the rest goes on from the same byte, also after a restart.",
            ),
        ),
        (
            album(HERE, transfer(S.PAUSED), transfer(S.ERROR)),
            (
                "Paused by you at 21:40.",
                "1 of 3 are here; the rest goes on from the same byte, also after a restart. 1 did not work.",
            ),
        ),
        (album(*[HERE] * 11, finished_at=NOW), ("All 11 are here and checked.", "Finished at 21:45.")),
        (album(HERE, transfer(S.CANCELLED), finished_at=NOW), ("1 of 2 is here.", "1 is not wanted.")),
        (
            album(transfer(S.WANTED), transfer(S.QUEUED), transfer(S.RUNNING, source_label=None)),
            ("0 of 3 are here.", "2 are looked for, 1 is in line."),
        ),
        (
            album(transfer(S.RUNNING, checking=True), transfer(S.PAUSED)),
            ("0 of 2 are here.", "1 is checked, 1 is paused."),
        ),
    ],
)
def test_the_sentence_of_an_album(row: DownloadAlbumRow, told: tuple[str, str]) -> None:
    assert album_sentence(row, NOW, clock) == told


@pytest.mark.parametrize(
    ("row", "state", "why"),
    [
        (HERE, "Here, checked", ""),
        (COMING, "60 % of 74 MB", "0.3 MB/s, about 100 s"),
        (transfer(S.RUNNING, source_label=None, bytes_total=None), "Looking for it", ""),
        (transfer(S.RUNNING, bytes_total=None, bytes_done=5_000, speed_bps=2_000.0), "5 kB", "2 kB/s"),
        (transfer(S.RUNNING, checking=True), "Being checked", ""),
        (LATER, "Till 22:05", "Source was busy, try 3 of 8"),
        (replace(LATER, not_before=NOW), "In line", "Source was busy"),
        (
            transfer(S.REVIEW, reason=R.NOT_AS_LISTED, detail="Came 41 s shorter than the list says."),
            "Review",
            "Came 41 s shorter than the list says.",
        ),
        (transfer(S.PAUSED, reason=R.BY_PERSON, bytes_done=37 * MB), "Paused at 50 % of 74 MB", ""),
        (transfer(S.WANTED, is_id=True), "Waiting ID", "It can be looked for once it has a name"),
        (transfer(S.ERROR, reason=R.GONE), "Error", "Source has it no more"),
        (transfer(S.NO_SOURCE, reason=R.NO_SOURCE), "No source", "None of your sources has it"),
    ],
)
def test_the_words_of_a_transfer(row: TransferRow, state: str, why: str) -> None:
    assert transfer_state(row, NOW, clock) == state
    assert transfer_why(row, NOW) == why


def test_every_reason_has_words_that_do_not_end_a_sentence() -> None:
    assert all(reason_words(each) and not reason_words(each).endswith(".") for each in TransferReason)


def test_bytes_of_unknown_size_count_as_the_mean_of_the_others() -> None:
    unknown = transfer(S.QUEUED, bytes_total=None)
    assert album_bytes(album(HERE, unknown)) == (74 * MB, 148 * MB)
    assert album_bytes(album(unknown)) == (0, None)
    assert seconds_left(album(COMING, unknown)) is None
    assert seconds_left(album(COMING, transfer(S.PAUSED))) == pytest.approx(96.7, abs=0.1)
    assert seconds_left(album(transfer(S.QUEUED))) is None


def test_numbers_are_as_exact_as_they_can_be() -> None:
    assert bytes_of(481.4 * MB, 688 * MB) == "481 of 688 MB"
    assert bytes_of(1820 * MB, 2600 * MB) == "1.82 of 2.60 GB"
    assert bytes_of(810 * MB, 810 * MB) == "810 MB"
    assert bytes_of(10, None) == size_words(10) == "10 B"
    assert [time_words(each) for each in (3, 88, 240, 10_000)] == [
        "about 10 s",
        "about 90 s",
        "about 4 min",
        "about 3 h",
    ]


def test_the_line_of_the_whole() -> None:
    whole = DownloadSummary(1820 * MB, 2600 * MB, 800_000.0, 240.0, ((S.RUNNING, 2),), ("NAS",), False)
    assert summary_words(whole) == "1.82 of 2.60 GB, 0.8 MB/s, about 4 min of moving left"
    still = replace(whole, speed_bps=0.0, seconds_left=None, paused=True)
    assert summary_words(still) == "1.82 of 2.60 GB, paused by you"
    assert summary_words(replace(whole, trouble="The disk is full.")) == "The disk is full."
    assert summary_words(replace(still, by_state=())) == "Nothing to fetch"
