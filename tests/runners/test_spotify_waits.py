"""Spotify behind the real gate and the real cache: waits are kept over a restart, answers for their time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from musiclib.db.capabilities import StoredCapabilities
from musiclib.db.engine import Database
from musiclib.db.migrate import upgrade
from musiclib.errors import QuotaExceeded, RateLimited
from musiclib.providers.base import RATES, Candidate, TrackQuery
from musiclib.providers.http import make_client
from musiclib.providers.spotify import connect_spotify
from musiclib.providers.spotify_account import Access
from musiclib.runners.gate import DatabaseAnswers, DatabaseGate
from musiclib.runners.rests import Rests
from tests.support.catalogue.http import Response
from tests.support.spotify_server import CLIENT_ID, FakeSpotify, serve_spotify
from tests.support.spotify_world import SpotifyWorld

QUOTA = Response.json(
    {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}},
    429,
    Retry_After="48925",
)
PIER = TrackQuery("Low Tide Committee", "Pier 3")


@pytest.fixture
def spotify(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSpotify]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve_spotify() as served:
        yield served


@pytest.fixture
def world(spotify: FakeSpotify, data_dir: Path) -> SpotifyWorld:
    world = SpotifyWorld(spotify=spotify, folder=data_dir)
    world.sign_in()
    return world


def process(world: SpotifyWorld, *queries: TrackQuery) -> list[list[Candidate] | RateLimited]:
    """What a worker that starts now, on a library that is there, makes of these queries."""
    db = Database.open(f"sqlite:///{world.folder / 'library.sqlite3'}")
    upgrade(db, world.folder / "backups", clock=world.clock)
    rests = Rests(db, world.clock, RATES)

    async def sleep(seconds: float) -> None:
        world.later(seconds=seconds)

    async def run() -> list[list[Candidate] | RateLimited]:
        gate = DatabaseGate(db, RATES, world.clock, sleep)
        answers = DatabaseAnswers(db, world.clock)
        settings = world.spotify.settings
        access = Access(
            CLIENT_ID,
            world.store,
            StoredCapabilities(db, "spotify", world.clock),
            world.clock,
            "https://musiclib.example/contact",
            settings["spotify_api_url"],
            settings["spotify_accounts_url"],
        )
        found: list[list[Candidate] | RateLimited] = []
        async with make_client("https://musiclib.example/contact") as client:
            provider = await connect_spotify(access, client, gate, answers, world.retry)
            if provider is None:
                raise LookupError("nobody has signed in")
            for query in queries:
                try:
                    found.append(await provider.search(query))
                except RateLimited as error:
                    rests.note(error)
                    found.append(error)
        return found

    try:
        return asyncio.run(run())
    finally:
        db.close()


def test_a_wait_of_half_a_day_is_kept_over_restarts(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    spotify.api_answers.append(QUOTA)
    (first,) = process(world, PIER)
    assert isinstance(first, QuotaExceeded)
    assert first.until == world.now + timedelta(seconds=48925)
    asked = len(spotify.calls), len(spotify.token_calls)
    for seconds in (1, 24000, 24000):
        world.later(seconds=seconds)
        (again,) = process(world, PIER)
        assert isinstance(again, RateLimited)
        assert again.until == first.until
        assert "quota" in str(again)
    assert (len(spotify.calls), len(spotify.token_calls)) == asked, "nothing is asked meanwhile"
    world.now = first.until
    (found,) = process(world, PIER)
    assert isinstance(found, list)
    assert found


def test_calls_keep_their_distance(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    begun = world.now
    process(world, *(TrackQuery("Low Tide Committee", f"Pier {nth}") for nth in range(3, 7)))
    calls = len(spotify.calls) + len(spotify.token_calls)
    assert calls == 5
    assert world.now - begun >= timedelta(seconds=calls - 1)


def test_answers_are_kept_for_their_time(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    hit = TrackQuery("", "", isrc="ZZMLB2600008")
    miss = TrackQuery("", "", isrc="ZZMLB2699999")
    process(world, hit, miss)
    for days, asked in ((0.9, []), (0.2, ["miss"]), (29, ["hit", "miss"])):
        spotify.calls.clear()
        world.later(days=days)
        process(world, hit, miss)
        names = ["hit" if "0008" in call.args["q"] else "miss" for call in spotify.calls]
        assert names == asked


def test_nobody_signed_in_means_no_provider(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    world.store.delete("spotify")
    with pytest.raises(LookupError):
        process(world, PIER)
    assert not spotify.calls
