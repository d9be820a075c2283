from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer

from musiclib.errors import BadPayload, ProviderUnreachable, RateLimited
from musiclib.providers.base import ArtBytes, ArtRef, Candidate
from musiclib.providers.coverart import CoverArtArchive
from tests.support.web import NOW, World, breaking_server, png

RELEASE, GROUP = ArtRef("coverart", "release", "r1"), ArtRef("coverart", "release-group", "g1")
PICTURE = png(500, 480)


def fetch(world: World, server: HTTPServer, *refs: ArtRef, times: int = 1) -> list[ArtBytes | None]:
    candidate = Candidate("musicbrainz", "x", {}, {}, "x", art=refs)

    async def run() -> list[ArtBytes | None]:
        async with world.client() as client:
            archive = CoverArtArchive(
                client, world.gate, world.cache, world.clock, server.url_for("/"), world.retry
            )
            return list(await asyncio.gather(*(archive.fetch_art(candidate) for _ in range(times))))

    return asyncio.run(run())


def paths(server: HTTPServer) -> list[str]:
    return [request.path for request, _ in server.log]


def test_front_comes_over_redirects(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/release/r1/front-500").respond_with_data(
        "", status=307, headers={"Location": "/download/r1.png"}
    )
    httpserver.expect_request("/download/r1.png").respond_with_data(
        "", status=302, headers={"Location": httpserver.url_for("/node/r1.png")}
    )
    # What a server says a picture is does not count.
    httpserver.expect_request("/node/r1.png").respond_with_data(PICTURE, content_type="image/jpeg")
    (art,) = fetch(world, httpserver, RELEASE, GROUP)
    address = httpserver.url_for("/release/r1/front-500")
    assert art == ArtBytes(PICTURE, "image/png", 500, 480, "coverart", address)
    assert world.gate.calls == ["coverart"]


def test_release_group_is_asked_when_the_release_has_none(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/release/r1/front-500").respond_with_data("", status=404)
    httpserver.expect_request("/release-group/g1/front-500").respond_with_data(PICTURE)
    (art,) = fetch(world, httpserver, RELEASE, GROUP)
    assert art is not None
    assert art.data == PICTURE


@pytest.mark.parametrize("status", [400, 404])
def test_none_is_remembered(world: World, httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/release/r1/front-500").respond_with_data("", status=status)
    assert fetch(world, httpserver, RELEASE) == [None]
    assert fetch(world, httpserver, RELEASE) == [None]
    assert len(httpserver.log) == 1


def test_tracks_of_an_album_share_one_call(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/release/r1/front-500").respond_with_data(PICTURE)
    arts = fetch(world, httpserver, RELEASE, times=12)
    assert {art.data for art in arts if art} == {PICTURE}
    assert paths(httpserver) == ["/release/r1/front-500"]


def test_refs_of_others_are_left_alone(world: World, httpserver: HTTPServer) -> None:
    assert fetch(world, httpserver, ArtRef("sample", "file", "x"), ArtRef("coverart", "../etc", "x")) == [
        None
    ]
    assert not httpserver.log


@pytest.mark.parametrize(
    "body",
    [b"<html>busy</html>", b"", png(30_000, 10), png(11_000, 11_000), png(0, 5), b"\xff\xd8\xff"],
    ids=["html", "empty", "wide", "bomb", "flat", "cut"],
)
def test_what_is_no_cover_is_refused(world: World, httpserver: HTTPServer, body: bytes) -> None:
    httpserver.expect_request("/release/r1/front-500").respond_with_data(body, content_type="image/png")
    with pytest.raises(BadPayload):
        fetch(world, httpserver, RELEASE)
    assert not world.cache.answers


def test_unfit_picture_of_the_release_leads_to_the_group(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/release/r1/front-500").respond_with_data(png(11_000, 11_000))
    httpserver.expect_request("/release-group/g1/front-500").respond_with_data(PICTURE)
    (art,) = fetch(world, httpserver, RELEASE, GROUP)
    assert art is not None
    assert art.data == PICTURE


def test_too_many_bytes_are_refused(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/release/r1/front-500").respond_with_data(PICTURE + bytes(11 * 1024 * 1024))
    with pytest.raises(BadPayload, match="larger"):
        fetch(world, httpserver, RELEASE)


@pytest.mark.logs("stamina.retry_scheduled")
def test_503_means_slow_down_and_500_is_unreachable(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/release/r1/front-500").respond_with_data("", status=503)
    with pytest.raises(RateLimited) as caught:
        fetch(world, httpserver, RELEASE)
    assert caught.value.until == NOW + timedelta(seconds=30)
    httpserver.clear()
    httpserver.expect_request("/release/r1/front-500").respond_with_data("", status=500)
    with pytest.raises(ProviderUnreachable):
        fetch(world, httpserver, RELEASE)


def test_smaller_size_is_asked_only_where_the_picture_lacks_one(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/release/r1/front-500").respond_with_data(
        "", status=307, headers={"Location": "/download/r1-500.jpg"}
    )
    httpserver.expect_request("/download/r1-500.jpg").respond_with_data("", status=404)
    httpserver.expect_request("/release/r1/front-250").respond_with_data(png(250, 250))
    httpserver.expect_request("/release-group/g1/front-500").respond_with_data("", status=404)
    (art,) = fetch(world, httpserver, RELEASE)
    assert art is not None
    assert (art.width, art.source_url) == (250, httpserver.url_for("/release/r1/front-250"))
    assert fetch(world, httpserver, GROUP) == [None]
    assert paths(httpserver)[3:] == ["/release-group/g1/front-500"]


LISTING = {
    "release": "https://musicbrainz.org/release/r1",
    "images": [
        {
            "image": "http://coverartarchive.org/release/r1/102.jpg",
            "front": False,
            "types": ["Back"],
            "thumbnails": {"small": "http://coverartarchive.org/release/r1/102-250.jpg"},
        },
        {
            "image": "http://coverartarchive.org/release/r1/101.png",
            "front": True,
            "types": ["Front"],
            "thumbnails": {
                "250": "http://coverartarchive.org/release/r1/101-250.jpg",
                "1200": "http://coverartarchive.org/release/r1/101-1200.jpg",
                "500": "http://coverartarchive.org/release/r1/101-500.jpg",
            },
        },
        {"image": "http://coverartarchive.org/release/r1/103.png", "approved": False},
        {"image": "http://coverartarchive.org/release/r2/7.tiff", "types": None, "thumbnails": []},
        {"image": "http://elsewhere.example/etc/passwd", "thumbnails": {"500": 7}},
        None,
    ],
}


def choose(
    world: World, server: HTTPServer, ref: ArtRef | None = None
) -> tuple[list[ArtRef], ArtBytes | None]:
    """What there is to choose from, and the picture of `ref`."""

    async def run() -> tuple[list[ArtRef], ArtBytes | None]:
        async with world.client() as client:
            archive = CoverArtArchive(
                client, world.gate, world.cache, world.clock, server.url_for("/"), world.retry
            )
            candidate = Candidate("musicbrainz", "x", {}, {}, "x", art=(RELEASE, GROUP))
            return await archive.pictures(candidate), await archive.fetch_picture(ref) if ref else None

    return asyncio.run(run())


def test_pictures_to_choose_from_are_listed_fronts_first(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/release/r1").respond_with_json(LISTING)
    httpserver.expect_request("/release-group/g1").respond_with_data("nonsense", status=200)
    listed, _ = choose(world, httpserver)
    assert listed == [
        ArtRef("coverart", "image", "release/r1/101-1200.jpg", 1200),
        ArtRef("coverart", "image", "release/r1/102-250.jpg", 250),
        ArtRef("coverart", "image", "release/r2/7.tiff"),
    ]


def test_chosen_picture_comes_as_large_as_it_is_there(world: World, httpserver: HTTPServer) -> None:
    for path in ("/release/r1", "/release-group/g1"):
        httpserver.expect_request(path).respond_with_json({"images": []})
    httpserver.expect_request("/release/r1/101-1200.jpg").respond_with_data("", status=404)
    httpserver.expect_request("/release/r1/101-500.jpg").respond_with_data(PICTURE)
    httpserver.expect_request("/release/r1/front-1200").respond_with_data(png(1200, 1180))
    _, art = choose(world, httpserver, ArtRef("coverart", "image", "release/r1/101-1200.jpg", 1200))
    assert art is not None
    assert art.data == PICTURE
    _, front = choose(world, httpserver, RELEASE)
    assert front is not None
    assert front.width == 1200
    for odd in ("../../x", "release/r1/101.jpg/../..", "http://elsewhere.example/release/r1/1.jpg"):
        assert choose(world, httpserver, ArtRef("coverart", "image", odd))[1] is None


@pytest.mark.logs("stamina.retry_scheduled")
def test_broken_connection_means_slow_down(world: World) -> None:
    async def run() -> None:
        async with breaking_server() as url, world.client() as client:
            archive = CoverArtArchive(client, world.gate, world.cache, world.clock, url, world.retry)
            await archive.fetch_art(Candidate("musicbrainz", "x", {}, {}, "x", art=(RELEASE,)))

    with pytest.raises(RateLimited):
        asyncio.run(run())
    assert len(world.gate.calls) == 3
