from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.matching import Recording
from musiclib.domain.references import Reference
from musiclib.errors import BadPayload, CapabilityForbidden, KnownError, ProviderUnreachable, RateLimited
from musiclib.providers.base import (
    ArtChooser,
    ArtProvider,
    Candidate,
    CompletingProvider,
    MetadataProvider,
    TrackQuery,
)
from musiclib.providers.deezer import Deezer, popularity
from tests.support.odd import mutated
from tests.support.web import NOW, World, breaking_server, png

T = TypeVar("T")

LTC = {"id": 71, "name": "Low Tide Committee"}
COVER = (
    "https://cdn-images.dzcdn.net/images/cover/00112233445566778899aabbccddeeff/1000x1000-000000-80-0-0.jpg"
)
COVERS = {"cover_xl": COVER, "cover_big": COVER.replace("1000x1000", "500x500"), "md5_image": "x"}
ALBUM = {"id": 501, "title": "Kinetic Sand", **COVERS}


def track(ident: int, title: str, **more: Any) -> dict[str, Any]:
    """A track as `/album/{id}/tracks` and searches have in common."""
    return {
        "id": ident,
        "title": title,
        "duration": 200 + ident,
        "rank": 123_456,
        "preview": "https://cdnt-preview.dzcdn.net/x.mp3?hdnea=exp=1~hmac=00",
        "artist": LTC,
        "type": "track",
        **more,
    }


SONGS = ["Kinetic Sand", "Slow Burn", "Glass Tide", "Night Ferry"]
ON_ALBUM = {
    "data": [
        track(each, title, isrc=f"ZZMLB260000{each}", track_position=each)
        for each, title in enumerate(SONGS, 1)
    ],
    "total": 4,
}
SEARCH = {"data": [track(9, "Kinetic Sand (Live)", album=ALBUM), track(1, "Kinetic Sand", album=ALBUM)]}
FULL = track(
    1,
    "Kinetic Sand (Juno Ferreira Remix)",
    title_short="Kinetic Sand",
    title_version="(Juno Ferreira Remix)",
    isrc="ZZMLB2600001",
    bpm=124.5,
    release_date="2026-02-13",
    contributors=[
        {**LTC, "role": "Main"},
        {"id": 72, "name": "Nia Okafor", "role": "Main"},
        {"id": 73, "name": "Mira Voss", "role": "Featured"},
    ],
    album=ALBUM,
)
ALBUMS = {
    "data": [
        {"id": 500, "title": "Kinetic Sand", "nb_tracks": 1, "artist": LTC},
        {"id": 502, "title": "Kinetic Sand (Deluxe Edition)", "nb_tracks": 9, "artist": LTC},
        {"id": 503, "title": "Kinetic Sand", "nb_tracks": 4, "artist": {"id": 5, "name": "Dune Choir"}},
        {"id": 501, "title": "Kinetic Sand", "nb_tracks": 4, "artist": LTC, **COVERS},
    ]
}
FULL_ALBUM = {
    "id": 501,
    "title": "Kinetic Sand",
    "label": "Lowtide",
    "release_date": "2026-00-00",
    "genres": {"data": [{"id": 1, "name": "Electro"}, {"id": 2, "name": "Dance"}]},
}
NOTHING = {"error": {"type": "DataException", "message": "no data", "code": 800}}
EMPTY: dict[str, Any] = {"data": [], "total": 0}
QUERY = TrackQuery("Low Tide Committee", "Kinetic Sand")
ON_RELEASE = replace(QUERY, album="Kinetic Sand", album_artist="Low Tide Committee", album_tracks=4)


def run(world: World, server: HTTPServer, use: Callable[[Deezer], Awaitable[T]], url: str = "") -> T:
    async def inside() -> T:
        async with world.client() as client:
            return await use(
                Deezer(client, world.gate, world.cache, world.clock, url or server.url_for("/"), world.retry)
            )

    return asyncio.run(inside())


CREDITS: dict[str, Any] = {
    "contributors": [
        {"id": 71, "name": "Low Tide Committee", "role": "Main"},
        {"id": 72, "name": "Nia Okafor", "role": "Main"},
    ]
}


def search(world: World, server: HTTPServer, *queries: TrackQuery) -> list[list[Candidate]]:
    return run(world, server, lambda deezer: asyncio.gather(*(deezer.search(each) for each in queries)))


def asked(server: HTTPServer) -> list[str]:
    return [
        request.path + (f"?{request.args['q']}" if "q" in request.args else "") for request, _ in server.log
    ]


def serve(server: HTTPServer, answers: dict[str, Any]) -> None:
    for path, answer in answers.items():
        server.expect_request(path).respond_with_json(answer)


def test_it_is_what_it_says(world: World, httpserver: HTTPServer) -> None:
    async def check(deezer: Deezer) -> None:
        provider: MetadataProvider = deezer
        art: ArtProvider = deezer
        assert provider.name == art.name == "deezer"
        assert isinstance(deezer, CompletingProvider | ArtChooser)

    run(world, httpserver, check)


def test_album_is_asked_for_once_and_serves_all_its_tracks(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, {"/search/album": ALBUMS, "/album/501/tracks": ON_ALBUM})
    found = search(world, httpserver, *(replace(ON_RELEASE, title=title) for title in SONGS))
    assert [[each.fields["title"] for each in candidates] for candidates in found] == [[t] for t in SONGS]
    assert asked(httpserver) == ["/search/album?Low Tide Committee Kinetic Sand", "/album/501/tracks"]
    assert found[0][0] == Candidate(
        "deezer",
        "1",
        {
            "title": "Kinetic Sand",
            "artist": "Low Tide Committee",
            "isrc": "ZZMLB2600001",
            "duration_s": 201.0,
            "popularity": 12,
            "album": "Kinetic Sand",
        },
        {name: value for name, value in ON_ALBUM["data"][0].items() if name != "preview"},  # type: ignore[index]
        "album/track/1",
        "501",
        (ArtRef("deezer", "url", COVER, 1000, 1000),),
        (("deezer", "https://www.deezer.com/track/1"),),
        (),
        (("Low Tide Committee", "71"),),
        position=1,
    )
    httpserver.clear_log()
    assert search(world, httpserver, ON_RELEASE) == [found[0]]
    assert not httpserver.log


def test_long_album_comes_in_pages(world: World, httpserver: HTTPServer) -> None:
    tracks = [track(each, f"Part {each}") for each in range(1, 131)]

    def page(request: Request) -> Response:
        start, most = int(request.args["index"]), int(request.args["limit"])
        return Response(json.dumps({"data": tracks[start : start + most], "total": 130}))

    serve(httpserver, {"/search/album": {"data": [{**ALBUM, "artist": LTC}]}})
    httpserver.expect_request("/album/501/tracks").respond_with_handler(page)
    ((found,),) = search(world, httpserver, replace(ON_RELEASE, title="Part 130"))
    assert found.external_id == "130"


def test_track_that_is_not_on_the_album_is_asked_for_by_name(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, {"/search/album": ALBUMS, "/album/501/tracks": ON_ALBUM, "/search": EMPTY})
    assert search(world, httpserver, replace(ON_RELEASE, title="Bonus Beat")) == [[]]
    assert asked(httpserver)[2:] == [
        "/search?Low Tide Committee Bonus Beat",
        '/search?artist:"Low Tide Committee" track:"Bonus Beat"',
    ]


@pytest.mark.parametrize("answer", [EMPTY, NOTHING, {"data": [{"id": 1, "title": "Other", "artist": LTC}]}])
def test_album_nobody_knows_leads_to_names(world: World, httpserver: HTTPServer, answer: Any) -> None:
    serve(httpserver, {"/search/album": answer, "/search": SEARCH})
    ((_, found),) = search(world, httpserver, ON_RELEASE)
    assert (found.external_id, found.album_external_id, found.raw_key) == ("1", "501", "search/track/1")


def test_server_without_a_path_is_asked_another_way(world: World, httpserver: HTTPServer) -> None:
    for path in ("/search/album", "/track/isrc:ZZMLB2600001"):
        httpserver.expect_request(path).respond_with_data("<h1>Not Found</h1>", status=404)
    serve(httpserver, {"/search": SEARCH})
    (found,) = search(world, httpserver, replace(ON_RELEASE, isrc="ZZMLB2600001"))
    assert [each.external_id for each in found] == ["9", "1"]


def test_isrc_comes_before_names(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, {"/track/isrc:ZZMLB2600001": FULL})
    known = Recording("Low Tide Committee", "Kinetic Sand", "Juno Ferreira Remix", isrc="ZZMLB2600001")
    query = TrackQuery("LTC", "Kinetc Sand", known=known)
    ((found,),) = search(world, httpserver, query)
    assert found.fields == {
        "title": "Kinetic Sand",
        "version": "Juno Ferreira Remix",
        "artist": "Low Tide Committee & Nia Okafor feat. Mira Voss",
        "album": "Kinetic Sand",
        "isrc": "ZZMLB2600001",
        "duration_s": 201.0,
        "bpm": 124.5,
        "release_date": "2026-02-13",
        "popularity": 12,
    }
    assert found.artist_ids == (("Low Tide Committee", "71"), ("Nia Okafor", "72"))
    assert found.raw_key == "track/1"
    assert len(httpserver.log) == 1


def test_isrc_of_another_track_is_not_believed(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, {"/track/isrc:ZZMLB2600001": track(77, "Something Else"), "/search": SEARCH})
    (found,) = search(world, httpserver, replace(QUERY, isrc="zz-mlb-26-00001"))
    assert [each.external_id for each in found] == ["77", "9", "1"]


def test_refused_candidates_are_not_offered_again(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, {"/search": SEARCH})
    ((found,),) = search(
        world, httpserver, replace(QUERY, rejected=frozenset({("deezer", "1"), ("spotify", "9")}))
    )
    assert found.external_id == "9"


def test_search_terms_are_plain(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, {"/search": EMPTY})
    query = TrackQuery('Nia "Ni" & Bo feat. Ann', 'track: Slow [Psi] "x"', "Original Mix")
    assert search(world, httpserver, query, TrackQuery("Nia", "")) == [[], []]
    assert asked(httpserver) == [
        "/search?Nia Ni & Bo track Slow [Psi] x",
        '/search?artist:"Nia Ni" track:"track Slow x"',
    ]


@pytest.mark.parametrize(
    ("sparse", "lacking"),
    [
        ({"bpm": 0, "release_date": "0000-00-00", "duration": 0, "rank": 0}, {"bpm", "release_date"}),
        ({"bpm": None, "release_date": None, "isrc": "", "title_version": None}, {"isrc"}),
        ({"album": {"id": 501, "title": None, "cover_xl": None}}, {"album"}),
    ],
)
def test_what_is_unknown_is_absent(
    world: World, httpserver: HTTPServer, sparse: Any, lacking: set[str]
) -> None:
    serve(httpserver, {"/track/1": {**FULL, **sparse}})
    (found,) = run(world, httpserver, lambda deezer: deezer.by_reference(Reference("deezer", "1")))
    assert lacking.isdisjoint(found.fields)
    assert not {None, 0, ""} & {each for each in found.fields.values() if not isinstance(each, list)}


@pytest.mark.parametrize(
    ("album", "address"),
    [
        ({"cover_xl": None, "cover_big": "https://x.example/500.jpg"}, "https://x.example/500.jpg"),
        (
            {"cover_xl": None, "cover_big": None, "md5_image": "00112233445566778899aabbccddeeff"},
            COVER,
        ),
        (
            {"cover_xl": None, "cover": "https://api.deezer.com/album/501/image"},
            "https://api.deezer.com/album/501/image?size=xl",
        ),
        ({"cover_xl": "https://x.example/images/cover//1000x1000.jpg", "md5_image": ""}, None),
    ],
)
def test_covers_have_many_addresses(
    world: World, httpserver: HTTPServer, album: Any, address: str | None
) -> None:
    serve(httpserver, {"/track/1": {**FULL, "album": {"id": 501, **album}}})
    (found,) = run(world, httpserver, lambda deezer: deezer.by_reference(Reference("deezer", "1")))
    assert [each.ref for each in found.art] == ([address] if address else [])


def test_cover_is_fetched(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/cover.png").respond_with_data(png(1000, 1000))
    url = httpserver.url_for("/cover.png")
    candidate = Candidate("deezer", "1", {}, {}, "x", art=(ArtRef("deezer", "url", url),))
    art = run(world, httpserver, lambda deezer: deezer.fetch_art(candidate))
    assert art is not None
    assert (art.provider, art.width) == ("deezer", 1000)


def test_reference_names_a_track_by_id_or_isrc(world: World, httpserver: HTTPServer) -> None:
    # Deezer answers for merged tracks with the one that is left.
    serve(
        httpserver,
        {"/track/4711": FULL, "/track/isrc:ZZMLB2600001": FULL, "/track/13": NOTHING},
    )

    async def ask(deezer: Deezer) -> list[list[str]]:
        references = [("deezer", "4711"), (None, "ZZMLB2600001"), ("deezer", "13"), ("spotify", "x")]
        found = [await deezer.by_reference(Reference(*each)) for each in references]
        return [[each.external_id for each in candidates] for candidates in found]

    assert run(world, httpserver, ask) == [["1"], ["1"], [], []]
    assert len(httpserver.log) == 3


def test_what_is_lacking_costs_one_call(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, {"/search": SEARCH, "/track/1": FULL, "/album/501": FULL_ALBUM, "/track/9": NOTHING})

    async def ask(deezer: Deezer) -> list[Candidate]:
        live, found = await deezer.search(QUERY)
        httpserver.clear_log()
        assert await deezer.complete(found, {"key_code", "catalog_number", "title"}) is found
        assert await deezer.complete(live, {"isrc"}) is live
        more = await deezer.complete(found, {"isrc", "label"})
        return [more, *[await deezer.complete(each, {"label", "isrc"}) for each in (more, replace(more))]]

    found = run(world, httpserver, ask)
    assert asked(httpserver) == ["/track/9", "/track/1", "/album/501"]
    assert (found[0].fields["isrc"], found[0].fields["version"]) == ("ZZMLB2600001", "Juno Ferreira Remix")
    assert found[0].fields["artist"] == "Low Tide Committee"
    assert found[1].fields["label"] == "Lowtide"
    assert found[1].fields["genres"] == ["Electro", "Dance"]
    assert found[1].fields["release_date"] == "2026-02-13"


def test_previews_are_not_kept(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, {"/search": SEARCH, "/search/album": ALBUMS, "/album/501/tracks": ON_ALBUM})
    found = search(world, httpserver, ON_RELEASE, QUERY)
    assert "hdnea" not in repr(found)
    assert "hdnea" not in repr(world.cache.answers)


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        (4, RateLimited),
        (700, RateLimited),
        (200, CapabilityForbidden),
        (300, CapabilityForbidden),
        (100, BadPayload),
        (500, BadPayload),
        (501, BadPayload),
        (600, BadPayload),
        (None, BadPayload),
        ("x", BadPayload),
    ],
)
@pytest.mark.logs("stamina.retry_scheduled")
def test_errors_inside_a_success(
    world: World, httpserver: HTTPServer, code: Any, raised: type[KnownError]
) -> None:
    error = {"type": "Exception", "message": "Quota limit exceeded", "code": code}
    serve(httpserver, {"/search": {"error": error}})
    with pytest.raises(raised) as caught:
        search(world, httpserver, QUERY)
    if isinstance(caught.value, RateLimited):
        assert caught.value.until == NOW + timedelta(seconds=5)
        assert len(httpserver.log) == 3
    assert not world.cache.answers


@pytest.mark.logs("stamina.retry_scheduled")
def test_quota_of_a_moment_is_waited_for(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request("/search").respond_with_json({"error": {"code": 4}})
    serve(httpserver, {"/search": SEARCH})
    assert len(search(world, httpserver, QUERY)[0]) == 2
    assert world.gate.calls == ["deezer"] * 2


@pytest.mark.parametrize("body", ["busy", "", "[]", '{"data": 1}', '{"datas": []}'])
def test_sense_is_made_of_the_other_ways(world: World, httpserver: HTTPServer, body: str) -> None:
    httpserver.expect_request("/search/album").respond_with_data(body)
    serve(httpserver, {"/search": SEARCH})
    assert len(search(world, httpserver, ON_RELEASE)[0]) == 2


def test_huge_answer_is_refused(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/track/1").respond_with_data('{"id": 1, "x": "' + "x" * 9_000_000 + '"}')
    with pytest.raises(BadPayload, match="larger"):
        run(world, httpserver, lambda deezer: deezer.by_reference(Reference("deezer", "1")))


@pytest.mark.logs("stamina.retry_scheduled")
def test_broken_connection_is_unreachable(world: World, httpserver: HTTPServer) -> None:
    async def ask() -> None:
        async with breaking_server() as url, world.client() as client:
            await Deezer(client, world.gate, world.cache, world.clock, url, world.retry).search(QUERY)

    with pytest.raises(ProviderUnreachable):
        asyncio.run(ask())


@pytest.mark.parametrize(
    ("rank", "expected"),
    [(0, None), (None, None), ("x", None), (1, 0), (123_456, 12), (1_000_000, 100), (5_000_000, 100)],
)
def test_popularity(rank: Any, expected: int | None) -> None:
    assert popularity(rank) == expected


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_however_odd_crashes(httpserver: HTTPServer, data: st.DataObject) -> None:
    answers = {
        "/search/album": ALBUMS,
        "/album/501/tracks": ON_ALBUM,
        "/search": SEARCH,
        "/album/501": FULL_ALBUM,
        "/track/1": FULL,
    }
    odd = {path: data.draw(mutated(answer)) for path, answer in answers.items()}
    httpserver.clear()
    httpserver.expect_request(re.compile(".*")).respond_with_handler(
        lambda request: Response(json.dumps(odd.get(request.path, NOTHING)))
    )

    async def ask(deezer: Deezer) -> list[Candidate]:
        found = await deezer.search(ON_RELEASE) + await deezer.by_reference(Reference("deezer", "1"))
        found = [await deezer.complete(each, {"isrc"}) for each in found]
        return [await deezer.complete(each, {"label"}) for each in found]

    try:
        candidates = run(World(), httpserver, ask)
    except (BadPayload, CapabilityForbidden):
        return
    for candidate in candidates:
        assert candidate.fields["artist"]
        assert candidate.fields["title"]
        assert candidate.external_id.isdigit()
        json.dumps(candidate.fields, ensure_ascii=False, allow_nan=False).encode()


def test_short_credit_is_read_in_full_where_somebody_is_missing(world: World, httpserver: HTTPServer) -> None:
    short = {**FULL, "contributors": None, "title": "Kinetic Sand", "title_version": ""}
    serve(httpserver, {"/search": {"data": [short]}, f"/track/{FULL['id']}": {**short, **CREDITS}})
    (together,) = search(world, httpserver, TrackQuery("Low Tide Committee & Nia Okafor", "Kinetic Sand"))
    assert together[0].fields["artist"] == "Low Tide Committee & Nia Okafor"
    httpserver.clear_log()
    (alone,) = search(world, httpserver, TrackQuery("Low Tide Committee", "Kinetic Sand"))
    assert alone[0].fields["artist"] == "Low Tide Committee"
    assert asked(httpserver) == ["/search?Low Tide Committee Kinetic Sand"]
