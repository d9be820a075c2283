"""The gate of a provider, shared by all who ask it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from musiclib.db.engine import Database
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.domain.rates import calls_used
from musiclib.domain.states import Reason
from tests.support.library import NOW


def test_calls_are_spaced(db: Database) -> None:
    with db.write() as conn:
        gate = ProviderStateRepository(conn)
        assert gate.get("musicbrainz") is None
        assert [gate.reserve("musicbrainz", 1.5, NOW) for _ in range(3)] == [
            NOW,
            NOW + timedelta(seconds=1.5),
            NOW + timedelta(seconds=3),
        ]
        later = NOW + timedelta(minutes=1)
        assert gate.reserve("musicbrainz", 1.5, later) == later
        assert gate.reserve("deezer", 0.1, NOW) == NOW


def test_two_programs_share_the_slots(url: str) -> None:
    slots: list[datetime] = []

    def book() -> None:
        db = Database.open(url)
        for _ in range(20):
            with db.write() as conn:
                slots.append(ProviderStateRepository(conn).reserve("musicbrainz", 1.0, NOW))
        db.close()

    threads = [threading.Thread(target=book) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(slots) == [NOW + timedelta(seconds=nth) for nth in range(60)]


def test_blocked_provider_is_left_in_peace(db: Database) -> None:
    until = NOW + timedelta(minutes=10)
    with db.write() as conn:
        gate = ProviderStateRepository(conn)
        gate.block("spotify", until, "Its quota is used up.", NOW, Reason.QUOTA)
        gate.block("spotify", NOW + timedelta(minutes=1), "It asked us to slow down.", NOW)
        assert gate.reserve("spotify", 1.0, NOW) == until
        record = gate.get("spotify")
        assert record is not None
        assert (record.blocked_until, record.reason) == (until, "Its quota is used up.")
        assert record.blocked_code is Reason.QUOTA
        gate.unblock("spotify", NOW)
        record = gate.get("spotify")
        assert record is not None
        assert (record.blocked_until, record.reason) == (None, None)


def test_calls_are_counted_for_a_day(db: Database) -> None:
    with db.write() as conn:
        gate = ProviderStateRepository(conn)
        for hours in (0, 0, 5, 23, 25):
            gate.reserve("deezer", 0.0, NOW + timedelta(hours=hours))
        record = gate.get("deezer")
        assert record is not None
        assert sum(record.calls.values()) == 3  # the two of the first hour have left the day


def test_what_was_learnt_is_kept(db: Database) -> None:
    with db.write() as conn:
        gate = ProviderStateRepository(conn)
        gate.set_capabilities("spotify", {"audio_features": False}, NOW)
        gate.reserve("spotify", 1.0, NOW)
        gate.set_capabilities("spotify", {"search": True}, NOW)
        assert [each.capabilities for each in gate.all()] == [{"audio_features": False, "search": True}]
        assert [sum(each.calls.values()) for each in gate.all()] == [1]


def test_a_clock_that_was_set_back_stops_nobody(db: Database) -> None:
    with db.write() as conn:
        gate = ProviderStateRepository(conn)
        ahead = NOW + timedelta(days=200)
        gate.reserve("deezer", 1.0, ahead)
        gate.block("deezer", ahead + timedelta(minutes=10), "It asked us to slow down.", ahead)
        set_back = gate.at("deezer", NOW)
        assert set_back is not None
        assert set_back.blocked_until == NOW + timedelta(minutes=10), "the wait keeps its length"
        assert calls_used(set_back.calls, NOW) == 1
        assert gate.get("deezer") == set_back, "and ends, as it does not start anew at each look"

        after = NOW + timedelta(minutes=10)
        assert gate.reserve("deezer", 1.0, after) == after
        gate.reserve("deezer", 1.0, NOW + timedelta(days=1))
        stale = NOW + timedelta(days=1, minutes=-4)
        assert gate.reserve("deezer", 1.0, stale) == NOW + timedelta(days=1, seconds=1)


def test_a_clock_that_runs_ahead_for_a_moment_gives_no_second_budget(db: Database) -> None:
    with db.write() as conn:
        gate = ProviderStateRepository(conn)
        for moment in (NOW, NOW + timedelta(days=3), NOW):
            for _ in range(3):
                gate.reserve("spotify", 1.0, moment)
        record = gate.get("spotify")
        assert record is not None
        assert calls_used(record.calls, NOW) == 6, "those of the wrong moment count now"
