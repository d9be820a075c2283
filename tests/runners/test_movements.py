"""Speeds and times that can be believed."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from musiclib.domain.ids import AlbumId, TransferId
from musiclib.downloads.expected import Progress
from musiclib.runners.movements import Movements

AT = datetime(2026, 6, 17, tzinfo=UTC)
ONE, TWO = TransferId(UUID(int=1)), TransferId(UUID(int=2))
ALBUM = AlbumId(UUID(int=3))


def test_bytes_of_an_earlier_run_are_no_speed() -> None:
    movements = Movements()
    movements.begin(ONE, ALBUM, 5_000, AT)
    assert movements.snapshot(0.0) == {}
    assert not movements.note(ONE, Progress(5_000, 9_000), 0.0, AT)
    assert movements.note(ONE, Progress(6_000, 9_000), 2.0, AT)
    snapshot = movements.snapshot(2.0)[ONE]
    assert (snapshot.bytes_done, snapshot.bytes_total, snapshot.speed_bps) == (6_000, 9_000, 500.0)
    assert movements.speed_bps(2.0) == 500.0
    assert movements.changed_albums() == {ALBUM}
    assert movements.changed_albums() == set()


def test_a_speed_is_that_of_the_last_seconds_and_the_time_left_that_of_the_last_minute() -> None:
    movements = Movements()
    movements.begin(ONE, ALBUM, 0, AT)
    for second in range(101):
        movements.note(ONE, Progress(second * 100 if second < 90 else 9_000, None), float(second), AT)
    assert movements.speed_bps(100.0) == 0.0
    left = movements.seconds_left(5_000, 100.0)
    assert left is not None
    assert 55 < left < 65
    assert movements.seconds_left(None, 100.0) is None
    assert movements.seconds_left(0, 100.0) is None


def test_what_stands_still_gets_slower_and_what_is_checked_has_no_speed() -> None:
    movements = Movements()
    for each in (ONE, TWO):
        movements.begin(each, None, 0, AT)
        movements.note(each, Progress(0, 1_000), 0.0, AT)
        movements.note(each, Progress(1_000, 1_000), 1.0, AT)
    assert movements.speed_bps(1.0) == 2_000.0
    assert movements.speed_bps(4.0) == 500.0
    movements.note(ONE, Progress(1_000, 1_000, checking=True), 4.0, AT)
    assert movements.snapshot(4.0)[ONE].speed_bps is None
    assert movements.speed_bps(4.0) == 250.0
    movements.end(ONE)
    movements.end(TWO)
    assert movements.seconds_left(1_000, 5.0) is None
