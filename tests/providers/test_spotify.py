"""The Spotify provider over real sockets; `serve_spotify` holds every request and answer to the schema."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.matching import Recording
from musiclib.domain.references import Reference
from musiclib.errors import (
    BadPayload,
    CapabilityForbidden,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    SignInNeeded,
)
from musiclib.providers.base import Candidate, TrackQuery
from musiclib.providers.spotify import SpotifyProvider
from musiclib.providers.spotify_account import Refusal
from musiclib.providers.spotify_api import SpotifyAPIClient
from tests.support.catalogue.http import Response
from tests.support.catalogue.model import base62
from tests.support.odd import mutated
from tests.support.spotify_server import ORIGINAL, REMIX, FakeSpotify, serve_spotify, track_id
from tests.support.spotify_world import SpotifyWorld

T = TypeVar("T")

ALBUM = base62("album", "harbour")
TITLE = TrackQuery("Low Tide Committee", "Kinetic Sand", "Juno Ferreira Remix")
ON_ALBUM = replace(TITLE, album="Harbour Lights", album_artist="Low Tide Committee", album_tracks=8)
FORBIDDEN = Response.json({"error": {"status": 403, "message": "Forbidden"}}, 403)
NO_PREMIUM = Response(
    403,
    b"Active premium subscription required for the owner of the app. When the subscription status "
    b"changes, it can take a few hours.",
    {"Content-Type": "text/plain"},
)
NOT_LISTED = Response(403, b"User not registered in the Developer Dashboard")


@pytest.fixture
def spotify() -> Iterator[FakeSpotify]:
    with serve_spotify() as served:
        yield served


@pytest.fixture
def world(spotify: FakeSpotify, tmp_path: Path) -> SpotifyWorld:
    world = SpotifyWorld(spotify=spotify, folder=tmp_path)
    world.sign_in()
    return world


def ask(world: SpotifyWorld, question: Callable[[SpotifyAPIClient, SpotifyProvider], Awaitable[T]]) -> T:
    """A question by a process that has just started."""

    async def run() -> T:
        async with world.provider() as (api, provider):
            return await question(api, provider)

    return asyncio.run(run())


def search(world: SpotifyWorld, *queries: TrackQuery) -> list[list[Candidate]]:
    async def both(_: SpotifyAPIClient, provider: SpotifyProvider) -> list[list[Candidate]]:
        return [await provider.search(query) for query in queries]

    return ask(world, both)


def test_an_isrc_is_one_call_and_says_all(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    ((found,),) = search(world, replace(TITLE, isrc="zz-mlb-26-00008"))
    assert found.fields == {
        "artist": "Low Tide Committee",
        "title": "Kinetic Sand (feat. Mira Voss)",
        "version": "Juno Ferreira Remix",
        "album": "Harbour Lights",
        "duration_s": 441.2,
        "isrc": "ZZMLB2600008",
        "release_date": "2026-02",
    }
    ident = track_id(REMIX)
    assert found.external_id == ident
    assert found.links == (("spotify", f"https://open.spotify.com/track/{ident}"),)
    assert (found.raw_key, found.raw["id"], found.album_external_id) == (f"tracks/{ident}", ident, ALBUM)
    assert [name for name, _ in found.artist_ids] == ["Low Tide Committee", "Mira Voss"]
    assert [(ref.kind, ref.width) for ref in found.art] == [("url", 640), ("url", 300), ("url", 64)]
    (call,) = spotify.calls
    assert call.args == {"q": "isrc:ZZMLB2600008", "type": "track", "limit": "10"}
    assert call.headers["user-agent"].startswith("musiclib/1.2.3 ( ")
    search(world, replace(TITLE, isrc="ZZMLB2600008"))
    assert len(spotify.calls) == 1, "a second run makes no call"


def test_an_album_is_two_calls_for_all_its_tracks(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    pier = replace(ON_ALBUM, title="Pier 4", version=None)
    found, other = search(world, ON_ALBUM, pier)
    assert spotify.paths == ["/search", f"/albums/{ALBUM}/tracks", "/tracks"]
    assert spotify.calls[0].args["q"] == 'album:"Harbour Lights" artist:"Low Tide Committee"'
    assert [each.external_id for each in found] == [track_id(REMIX)]
    assert "isrc" not in found[0].fields
    assert (found[0].fields["album"], found[0].art[0].width) == ("Harbour Lights", 640)
    assert other[0].fields["title"] == "Pier 4"
    assert found[0].raw_key.startswith("album/"), "a short object is no answer to /tracks/{id}"
    spotify.calls.clear()
    complete = ask(world, lambda _, provider: provider.complete(found[0], {"isrc", "label"}))
    assert complete.fields == {**found[0].fields, "isrc": "ZZMLB2600008"}
    assert ask(world, lambda _, provider: provider.complete(complete, {"label", "genres"})) is complete
    assert spotify.paths == [f"/tracks/{track_id(REMIX)}"]


def test_a_closed_endpoint_is_left_alone_for_a_week(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    for days, asked in ((0, 1), (6, 1), (2, 2)):
        world.later(days=days)
        world.cache.answers.clear()
        search(world, ON_ALBUM)
        assert spotify.paths.count("/tracks") == asked
    with pytest.raises(CapabilityForbidden) as caught:
        ask(world, lambda api, _: api.albums([ALBUM]))
    assert caught.value.until == world.now + timedelta(days=7)
    assert caught.value.capability == "albums"


def test_an_app_that_may_gets_isrcs_in_one_call_more(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    spotify.extended = True

    async def album(_: SpotifyAPIClient, provider: SpotifyProvider) -> Candidate:
        (found,) = await provider.search(ON_ALBUM)
        return await provider.complete(found, {"label"})

    found = ask(world, album)
    assert (found.fields["isrc"], found.fields["popularity"]) == ("ZZMLB2600008", 61)
    assert found.fields["label"] == "Lowtide"
    assert spotify.paths == ["/search", f"/albums/{ALBUM}/tracks", "/tracks", f"/albums/{ALBUM}"]
    assert len(spotify.calls[2].args["ids"].split(",")) == 8
    spotify.calls.clear()
    ids = [track_id(ORIGINAL), "0" * 22, "no/id"]
    for _ in range(2):
        assert list(ask(world, lambda api, _: api.tracks(ids))) == [track_id(ORIGINAL)]
    assert [call.args["ids"] for call in spotify.calls] == ["0" * 22]


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (TITLE, ['track:"Kinetic Sand Juno Ferreira Remix" artist:"Low Tide Committee"']),
        (TrackQuery("", "Pier 3"), ['track:"Pier 3"']),
        (
            TrackQuery("Nobody", 'The "What": (feat. Ann)'),
            ['track:"The What" artist:"Nobody"', "Nobody The What"],
        ),
        (TrackQuery("Nobody", "!?"), ['track:"!?" artist:"Nobody"', "Nobody !?"]),
        (TrackQuery("Nobody", ""), []),
        (
            TrackQuery("X", "Y", known=Recording("Nia Okafor", "Z", isrc="ZZMLB2600001")),
            ["isrc:ZZMLB2600001", 'track:"Z" artist:"Nia Okafor"', "Nia Okafor Z"],
        ),
    ],
)
def test_queries_are_filters_then_plain_text(
    world: SpotifyWorld, spotify: FakeSpotify, query: TrackQuery, asked: list[str]
) -> None:
    search(world, query)
    assert [call.args["q"] for call in spotify.calls] == asked


def test_long_names_fit_into_a_query(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    search(world, TrackQuery("Nobody " * 60, "Nothing " * 60))
    assert all(len(call.args["q"]) <= 250 for call in spotify.calls)


def test_what_was_refused_is_not_offered(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    refusing = replace(TITLE, rejected=frozenset({("spotify", track_id(REMIX))}))
    (found,) = search(world, refusing)
    assert track_id(REMIX) not in [each.external_id for each in found]


def test_references(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    def named(provider: str | None, ident: str) -> list[str]:
        found = ask(world, lambda _, each: each.by_reference(Reference(provider, ident)))
        return [each.external_id for each in found]

    assert named("spotify", track_id(ORIGINAL)) == [track_id(ORIGINAL)]
    assert named("spotify", "0" * 22) == []
    assert named("spotify", "../me") == []
    assert named(None, "ZZMLB2600008") == [track_id(REMIX)]
    assert named("deezer", "123") == []
    assert len(spotify.calls) == 3
    first = ask(world, lambda api, _: api.search_track_by_isrc("ZZMLB2600008"))
    assert first is not None
    assert first["id"] == track_id(REMIX)
    assert ask(world, lambda api, _: api.search_track_by_isrc("ZZMLB2699999")) is None
    artist = ask(world, lambda api, _: api.artist(first["artists"][0]["id"]))
    assert artist is not None
    assert artist["name"] == "Low Tide Committee"


def test_art_is_fetched_without_the_token(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    ((found,),) = search(world, replace(TITLE, isrc="ZZMLB2600008"))
    art = ask(world, lambda _, provider: provider.fetch_art(found))
    assert art is not None
    assert (art.width, art.mime, art.provider) == (640, "image/png", "spotify")


def track(**changes: Any) -> Response:
    base = {"id": "A1", "name": "Slow", "artists": [{"name": "Nia", "id": "B1"}], "album": {"id": "C1"}}
    return Response.json({**base, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"popularity": 0, "duration_ms": 0, "external_ids": {}}, {}),
        ({"popularity": None, "duration_ms": None, "external_ids": None}, {}),
        ({"popularity": 101, "duration_ms": 99_240_312_000}, {}),
        ({"popularity": 44, "duration_ms": 201_500}, {"popularity": 44, "duration_s": 201.5}),
        (
            {"album": {"release_date": "1981-12", "release_date_precision": "year"}},
            {"release_date": "1981-12"},
        ),
        ({"album": {"release_date": "0000", "genres": [], "label": None, "name": ""}}, {}),
        (
            {"album": {"name": "X", "label": "Lowtide", "genres": ["house"]}},
            {"album": "X", "label": "Lowtide", "genres": ["house"]},
        ),
        ({"album": None, "external_ids": {"isrc": "zz-mlb-2600008"}}, {"isrc": "ZZMLB2600008"}),
    ],
)
def test_what_is_null_or_0_or_empty_is_absent(
    world: SpotifyWorld, spotify: FakeSpotify, changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    spotify.api_answers.append(track(**changes))
    (found,) = ask(world, lambda _, each: each.by_reference(Reference("spotify", "A1")))
    assert found.fields == {"artist": "Nia", "title": "Slow", **expected}


def test_covers_are_chosen_by_width(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    images = [
        {"url": "https://i.example/none\n", "width": None, "height": None},
        {"url": "https://i.example/small", "width": 64, "height": 64},
        {"url": "https://i.example/large", "width": 640, "height": 640},
        {"url": "", "width": 900},
    ]
    spotify.api_answers.append(track(album={"id": "C1", "images": images}))
    (found,) = ask(world, lambda _, each: each.by_reference(Reference("spotify", "A1")))
    assert found.art == (
        ArtRef("spotify", "url", "https://i.example/large", 640, 640),
        ArtRef("spotify", "url", "https://i.example/small", 64, 64),
        ArtRef("spotify", "url", "https://i.example/none"),
    )


def error(status: int, message: str, **headers: str) -> Response:
    return Response.json({"error": {"status": status, "message": message}}, status, **headers)


@pytest.mark.parametrize(
    ("answer", "waits", "kind"),
    [
        (error(429, "API rate limit exceeded", Retry_After="3"), 3, RateLimited),
        (error(429, "API rate limit exceeded"), 30, RateLimited),
        (error(429, "API rate limit exceeded", Retry_After="0"), 30, RateLimited),
        (Response(429, b"Too many requests", {"Retry-After": "86400"}), 86400, RateLimited),
        (
            Response.json(
                {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}},
                429,
                Retry_After="48925",
            ),
            48925,
            QuotaExceeded,
        ),
    ],
)
def test_told_to_slow_down(
    world: SpotifyWorld, spotify: FakeSpotify, answer: Response, waits: int, kind: type[RateLimited]
) -> None:
    spotify.api_answers.append(answer)
    with pytest.raises(RateLimited) as caught:
        search(world, TITLE)
    assert caught.value.until == world.now + timedelta(seconds=waits)
    assert type(caught.value) is kind
    assert len(spotify.calls) == 1
    assert not world.cache.answers


def test_waits_without_a_time_grow_longer(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    spotify.api_answers.extend([error(429, "x")] * 3)

    async def thrice(_: SpotifyAPIClient, provider: SpotifyProvider) -> list[float]:
        waits = []
        for _ in range(3):
            with pytest.raises(RateLimited) as caught:
                await provider.search(TITLE)
            waits.append((caught.value.until - world.now).total_seconds())
        return waits

    assert ask(world, thrice) == [30, 60, 120]


@pytest.mark.logs("stamina.retry_scheduled")
@pytest.mark.parametrize(
    ("answer", "calls", "expected"),
    [
        (error(503, "unavailable"), 3, ProviderUnreachable),
        (Response(502, b"<html>Bad gateway</html>"), 3, ProviderUnreachable),
        (Response(0, b""), 3, ProviderUnreachable),
        (Response(200, b"<html>Log in to this network</html>"), 3, ProviderUnreachable),
        (Response(200, b'{"tracks": '), 2, BadPayload),
        (Response.json([]), 2, BadPayload),
        (Response.json({"tracks": None}), 2, BadPayload),
        (Response.json({"albums": {"items": []}}), 2, BadPayload),
        (error(404, "Service not found"), 2, BadPayload),
        (error(400, "No search query"), 2, BadPayload),
    ],
)
def test_answers_that_are_none_are_not_kept(
    world: SpotifyWorld, spotify: FakeSpotify, answer: Response, calls: int, expected: type[ProviderError]
) -> None:
    spotify.api_answers.extend([answer] * calls)
    with pytest.raises(expected):
        search(world, TITLE)
    assert len(spotify.calls) == calls
    assert not world.cache.answers
    assert search(world, TITLE)[0], "and the next time it works"


def test_an_expired_token_is_renewed_once(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    async def twice(_: SpotifyAPIClient, provider: SpotifyProvider) -> list[Candidate]:
        await provider.search(TITLE)
        spotify.access_tokens.clear()
        return await provider.search(TrackQuery("Low Tide Committee", "Pier 3"))

    assert ask(world, twice)
    assert len(spotify.token_calls) == 2
    assert len(spotify.calls) == 3


def test_a_fresh_token_that_is_refused_wants_a_person(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    spotify.api_answers.extend([error(401, "Invalid access token")] * 2)
    for _ in range(2):
        with pytest.raises(SignInNeeded):
            search(world, TITLE)
    assert (len(spotify.calls), len(spotify.token_calls)) == (2, 2), "and then nobody is asked again"
    assert world.capabilities.has_ended(world.grant)


def test_a_revoked_sign_in_wants_a_person(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    search(world, TITLE)
    spotify.refresh_tokens.clear()
    spotify.access_tokens.clear()
    with pytest.raises(SignInNeeded):
        search(world, TrackQuery("Low Tide Committee", "Pier 3"))
    assert len(spotify.calls) == 1


@pytest.mark.parametrize(
    ("answer", "why"),
    [(NO_PREMIUM, Refusal.PREMIUM), (NOT_LISTED, Refusal.USER), (FORBIDDEN, Refusal.USER)],
)
def test_an_app_that_is_served_nothing_is_left_alone(
    world: SpotifyWorld, spotify: FakeSpotify, answer: Response, why: Refusal
) -> None:
    spotify.api_answers.extend([answer] * 9)
    until = world.now + timedelta(hours=6)
    for minutes in (0, 200, 159):
        world.later(minutes=minutes)
        with pytest.raises(CapabilityForbidden) as caught:
            search(world, TITLE)
        assert str(caught.value) == why.advice
        assert (caught.value.until, world.capabilities.refused()) == (until, (why, until))
    assert len(spotify.calls) == 1
    spotify.api_answers.clear()
    world.later(minutes=2)
    assert search(world, TITLE)[0]


def test_one_forbidden_search_after_others_is_no_refusal(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    async def twice(api: SpotifyAPIClient, provider: SpotifyProvider) -> None:
        assert await api.track(track_id(ORIGINAL))
        spotify.api_answers.append(FORBIDDEN)
        await provider.search(TITLE)

    with pytest.raises(CapabilityForbidden) as caught:
        ask(world, twice)
    assert caught.value.capability == "search"
    assert world.capabilities.refused() is None


@pytest.mark.parametrize(
    "answer",
    [
        error(400, "Invalid limit"),
        Response.json({"type": "UNPROCESSABLE_ENTITY", "detail": "limit must be <= 5"}, 422),
    ],
)
def test_smaller_pages_are_learnt(world: SpotifyWorld, spotify: FakeSpotify, answer: Response) -> None:
    spotify.api_answers.append(answer)
    assert search(world, TITLE)[0]
    assert [call.args["limit"] for call in spotify.calls] == ["10", "5"]
    search(world, TrackQuery("Low Tide Committee", "Pier 3"))
    assert spotify.calls[-1].args["limit"] == "5"
    world.later(days=8)
    search(world, TrackQuery("Low Tide Committee", "Pier 4"))
    assert spotify.calls[-1].args["limit"] == "10"


def test_the_next_page_is_asked_for_and_not_followed(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    def page(*names: str) -> Response:
        items = [{"id": name, "name": name} for name in names]
        return Response.json({"items": items, "total": 3, "next": "https://elsewhere.example/v1/me/shows"})

    spotify.api_answers.extend([page("A", "B"), page("C")])
    found = ask(world, lambda api, _: api.album_tracks("D1"))
    assert [each["id"] for each in found] == ["A", "B", "C"]
    assert [call.args.get("offset") for call in spotify.calls] == [None, "2"]


def test_the_token_goes_to_nobody_else(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    with serve_spotify() as other:
        other.api_answers.append(Response.json({"id": "A1", "name": "x"}))
        spotify.api_answers.append(Response.redirect(f"{other.url}/v1/tracks/A1"))
        assert ask(world, lambda api, _: api.track("A1"))
        assert "authorization" in spotify.calls[0].headers
        assert "authorization" not in other.calls[0].headers


ITEM: dict[str, Any] = {
    "id": "A1",
    "name": "Kinetic Sand",
    "type": "track",
    "artists": [{"id": "B1", "name": "Low Tide Committee"}],
    "album": {"id": "C1", "name": "B", "release_date": "2020", "images": [{"url": "https://i.example/1"}]},
    "duration_ms": 1000,
    "popularity": 3,
    "external_ids": {"isrc": "ZZMLB2600008"},
}


@given(mutated({"tracks": {"items": [ITEM], "total": 1}}))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_however_odd_crashes(world: SpotifyWorld, spotify: FakeSpotify, answer: Any) -> None:
    spotify.api_answers.clear()
    spotify.api_answers.extend([Response(200, json.dumps(answer).encode())] * 2)
    world.cache.answers.clear()
    try:
        (found,) = search(world, TrackQuery("Low Tide Committee", "Kinetic Sand"))
    except BadPayload:
        return
    for each in found:
        json.dumps(each.fields, ensure_ascii=False, allow_nan=False).encode()
        assert each.recording
