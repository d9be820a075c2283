from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Response

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.provenance import Plain
from musiclib.domain.references import Reference
from musiclib.errors import BadPayload, ProviderUnreachable, RateLimited
from musiclib.providers.base import ArtChooser, ArtProvider, Candidate, MetadataProvider, TrackQuery
from musiclib.providers.itunes import ITunes
from tests.support.odd import mutated
from tests.support.web import NOW, World, breaking_server, png

T = TypeVar("T")

ART = "https://is1-ssl.mzstatic.com/image/thumb/Music/v4/00/11/cover.jpg/100x100bb.jpg"
SONG: dict[str, Any] = {
    "wrapperType": "track",
    "kind": "song",
    "trackId": 901,
    "artistId": 71,
    "collectionId": 801,
    "artistName": "Low Tide Committee",
    "trackName": "Kinetic Sand",
    "trackCensoredName": "Kinetic Sand (Juno Ferreira Remix)",
    "collectionName": "Kinetic Sand - Single",
    "trackTimeMillis": 441_250,
    "releaseDate": "2026-02-13T12:00:00Z",
    "primaryGenreName": "Electronic",
    "trackViewUrl": "https://music.apple.com/us/album/kinetic-sand/801?i=901&uo=4",
    "previewUrl": "https://audio-ssl.itunes.apple.com/x.m4a",
    "artworkUrl100": ART,
}
ALBUM: dict[str, Any] = {
    "wrapperType": "collection",
    "collectionId": 801,
    "artistName": "Low Tide Committee",
    "collectionName": "Kinetic Sand - EP",
    "artworkUrl100": ART,
}
FIELDS: dict[str, Plain] = {"artist": "Low Tide Committee", "title": "Slow Burn", "album": "Kinetic Sand"}


def run(world: World, server: HTTPServer, use: Callable[[ITunes], Awaitable[T]]) -> T:
    async def inside() -> T:
        async with world.client() as client:
            url = server.url_for("/")
            return await use(ITunes(client, world.gate, world.cache, world.clock, url, world.retry))

    return asyncio.run(inside())


def results(*found: Any) -> dict[str, Any]:
    return {"resultCount": len(found), "results": list(found)}


def serve(server: HTTPServer, path: str, answer: Any, **params: str) -> None:
    # It really is served as a script, with empty lines before it.
    server.expect_request(path, query_string=params or None).respond_with_data(
        "\n\n\n" + json.dumps(answer), content_type="text/javascript; charset=utf-8"
    )


def terms(server: HTTPServer) -> list[tuple[str, str]]:
    return [(request.args["entity"], request.args["term"]) for request, _ in server.log]


def candidate(provider: str = "deezer", art: tuple[ArtRef, ...] = (), **fields: Plain) -> Candidate:
    return Candidate(provider, "1", FIELDS | fields, {}, "x", art=art)


def test_song_is_found_by_names(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, "/search", results(ALBUM, SONG))

    async def ask(itunes: ITunes) -> list[Candidate]:
        provider: MetadataProvider = itunes
        art: ArtProvider = itunes
        assert isinstance(art, ArtChooser)
        return await provider.search(TrackQuery("Low Tide Committee", "Kinetic Sand", "Juno Ferreira Remix"))

    (found,) = run(world, httpserver, ask)
    assert found.fields == {
        "artist": "Low Tide Committee",
        "title": "Kinetic Sand",
        "version": "Juno Ferreira Remix",
        "album": "Kinetic Sand",
        "duration_s": 441.25,
        "release_date": "2026-02-13",
        "genres": ["Electronic"],
    }
    large = ART.replace("100x100bb", "1200x1200bb")
    assert found.art == (ArtRef("itunes", "url", large, 1200, 1200),)
    assert found.links == (("itunes", SONG["trackViewUrl"]),)
    assert (found.external_id, found.album_external_id) == ("901", "801")
    assert found.artist_ids == (("Low Tide Committee", "71"),)
    assert "previewUrl" not in found.raw
    assert terms(httpserver) == [("song", "Low Tide Committee Kinetic Sand Juno Ferreira Remix")]
    assert run(world, httpserver, ask) == [found]
    assert len(httpserver.log) == 1


def test_less_is_asked_where_all_finds_nothing(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, "/search", results())
    query = TrackQuery("Nia & Bo feat. Ann", "Slow (Psi)")
    assert run(world, httpserver, lambda itunes: itunes.search(query)) == []
    assert terms(httpserver) == [("song", "Nia & Bo Slow (Psi)"), ("song", "Nia Slow")]
    assert run(world, httpserver, lambda itunes: itunes.search(TrackQuery("Nia", ""))) == []


def test_album_takes_two_calls(world: World, httpserver: HTTPServer) -> None:
    songs = [
        {**SONG, "trackId": 900 + each, "trackName": title, "trackCensoredName": title}
        for each, title in enumerate(["Kinetic Sand", "Slow Burn", "Glass Tide"])
    ]
    single = {**ALBUM, "trackCount": 1, "collectionId": 800}
    serve(httpserver, "/search", results(single, {**ALBUM, "trackCount": 3}))
    serve(httpserver, "/lookup", results(ALBUM, *songs))

    async def ask(itunes: ITunes) -> list[list[str]]:
        artist = "Low Tide Committee"
        queries = [
            TrackQuery(artist, title, album="Kinetic Sand", album_artist=artist, album_tracks=3)
            for title in ("Slow Burn", "Glass Tide")
        ]
        return [[each.external_id for each in await itunes.search(query)] for query in queries]

    assert run(world, httpserver, ask) == [["901"], ["902"]]
    assert [request.path for request, _ in httpserver.log] == ["/search", "/lookup"]
    assert httpserver.log[1][0].args["id"] == "801"


def test_link_is_looked_up(world: World, httpserver: HTTPServer) -> None:
    answer = results(ALBUM, SONG, {**SONG, "trackId": 902})
    serve(httpserver, "/lookup", answer, id="901", entity="song", media="music", limit="200")

    async def ask(itunes: ITunes) -> list[list[Candidate]]:
        references = [("itunes", "901"), (None, "ZZMLB2600001"), ("deezer", "901")]
        return [await itunes.by_reference(Reference(*each)) for each in references]

    found, *nothing = run(world, httpserver, ask)
    assert [each.external_id for each in found] == ["901"]
    assert nothing == [[], []]


def test_cover_of_the_album_serves_its_tracks(world: World, httpserver: HTTPServer) -> None:
    picture = httpserver.url_for("/image/100x100bb.png")
    httpserver.expect_request("/image/1200x1200bb.png").respond_with_data(png(1200, 1200))
    other = {**ALBUM, "artistName": "Dune Choir", "artworkUrl100": ART}
    serve(httpserver, "/search", results(other, {**ALBUM, "artworkUrl100": picture}))

    async def ask(itunes: ITunes) -> list[Any]:
        return [await itunes.fetch_art(candidate(title=title)) for title in ("Slow Burn", "Glass Tide")]

    arts = run(world, httpserver, ask)
    assert [(art.provider, art.width) for art in arts] == [("itunes", 1200)] * 2
    assert [request.path for request, _ in httpserver.log] == ["/search", "/image/1200x1200bb.png"]


@pytest.mark.parametrize(
    "unlike",
    [
        {"artistName": "Dune Choir"},
        {"collectionName": "Kinetic Sand 2", "trackName": "Slow Burn 2"},
        {"collectionName": "Kinetic Sand (Live)", "trackName": "Slow Burn (Live)"},
        {"collectionName": "Tribute to Low Tide Committee", "trackName": "Slow Burn (Karaoke Version)"},
        {"artworkUrl100": None},
        {"artworkUrl100": 7, "collectionName": None, "trackName": ["x"]},
    ],
)
def test_art_of_another_record_is_never_taken(world: World, httpserver: HTTPServer, unlike: Any) -> None:
    song = {**SONG, "trackName": "Slow Burn", "trackCensoredName": "S**w Burn"}
    serve(httpserver, "/search", results({**ALBUM, **unlike}, {**song, **unlike}))
    assert run(world, httpserver, lambda itunes: itunes.fetch_art(candidate())) is None
    assert terms(httpserver) == [
        ("album", "Low Tide Committee Kinetic Sand"),
        ("song", "Low Tide Committee Slow Burn"),
    ]


def test_song_is_looked_for_where_no_album_fits(world: World, httpserver: HTTPServer) -> None:
    song = {
        **SONG,
        "trackName": "Slow Burn",
        "trackCensoredName": "Slow Burn",
        "artworkUrl100": "https://x.example/a.jpg",
    }
    serve(httpserver, "/search", results(song))
    found = run(world, httpserver, lambda itunes: itunes.pictures(candidate(album="Club Sounds 7")))
    assert found == [ArtRef("itunes", "url", "https://x.example/a.jpg", 100, 100)]
    own = (ArtRef("itunes", "url", "https://x.example/b.jpg"),)
    assert run(world, httpserver, lambda itunes: itunes.pictures(candidate("itunes", own))) == list(own)
    assert run(world, httpserver, lambda itunes: itunes.pictures(candidate("itunes"))) == []
    assert len(httpserver.log) == 2


@pytest.mark.parametrize(
    ("status", "body"), [(403, ""), (403, "Forbidden"), (429, ""), (200, ""), (200, "null\n")]
)
def test_silence_means_slow_down_for_long(
    world: World, httpserver: HTTPServer, status: int, body: str
) -> None:
    httpserver.expect_request("/search").respond_with_data(body, status=status)

    now = NOW

    async def ask() -> list[timedelta]:
        nonlocal now
        waits = []
        async with world.client() as client:
            url = httpserver.url_for("/")
            itunes = ITunes(client, world.gate, world.cache, lambda: now, url, world.retry)
            for _ in range(5):
                with pytest.raises(RateLimited) as caught:
                    await itunes.fetch_art(candidate())
                waits.append(caught.value.until - now)
                now = caught.value.until
        return waits

    assert [wait.total_seconds() / 60 for wait in asyncio.run(ask())] == [5, 10, 20, 30, 30]
    assert not world.cache.answers


@pytest.mark.parametrize("body", ["busy", "[]", '{"resultCount": 0}'])
def test_nonsense_is_not_remembered(world: World, httpserver: HTTPServer, body: str) -> None:
    httpserver.expect_request("/search").respond_with_data(body)
    with pytest.raises(BadPayload):
        run(world, httpserver, lambda itunes: itunes.fetch_art(candidate()))
    assert not world.cache.answers


@pytest.mark.logs("stamina.retry_scheduled")
def test_broken_connection_is_unreachable(world: World) -> None:
    async def ask() -> None:
        async with breaking_server() as url, world.client() as client:
            itunes = ITunes(client, world.gate, world.cache, world.clock, url, world.retry)
            await itunes.by_reference(Reference("itunes", "1"))

    with pytest.raises(ProviderUnreachable):
        asyncio.run(ask())


@given(st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_however_odd_crashes(httpserver: HTTPServer, data: st.DataObject) -> None:
    odd = data.draw(mutated(results(ALBUM, SONG)))
    httpserver.clear()
    httpserver.expect_request(re.compile(".*")).respond_with_handler(
        lambda request: Response(json.dumps(odd))
    )

    async def ask(itunes: ITunes) -> list[Candidate]:
        await itunes.pictures(candidate())
        found = await itunes.search(TrackQuery("Low Tide Committee", "Kinetic Sand"))
        return found + await itunes.by_reference(Reference("itunes", "901"))

    try:
        candidates = run(World(), httpserver, ask)
    except (BadPayload, RateLimited):
        return
    for each in candidates:
        assert each.fields["artist"]
        assert each.fields["title"]
        json.dumps(each.fields, ensure_ascii=False, allow_nan=False).encode()
