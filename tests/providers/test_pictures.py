"""Pictures by their address, over real sockets."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer

from musiclib.domain.art_ref import ArtRef
from musiclib.errors import BadPayload, ProviderUnreachable, RateLimited
from musiclib.providers.base import ArtBytes, Candidate
from musiclib.providers.http import Caller
from musiclib.providers.pictures import MAX_ADDRESS, MAX_ART_BYTES, LinkedPictures
from tests.support.web import NOW, World, breaking_server, png

PICTURE = png(1000, 1000)
API = "http://127.0.0.1:1"


def fetch(world: World, *refs: str, base_url: str = API, times: int = 1) -> ArtBytes | None:
    candidate = Candidate("shop", "x", {}, {}, "x", art=tuple(ArtRef("shop", "url", ref) for ref in refs))

    async def run() -> ArtBytes | None:
        async with world.client() as client:
            own = Caller("shop", "Shop", client, world.gate, world.clock, retry=world.retry)
            pictures = LinkedPictures(
                "shop", "Shop", own, client, world.cache, world.clock, base_url, world.retry
            )
            return (await asyncio.gather(*(pictures.fetch_art(candidate) for _ in range(times))))[0]

    return asyncio.run(run())


def test_picture_comes_from_another_host_without_a_turn_at_the_gate(
    world: World, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/cover.jpg").respond_with_data(PICTURE, content_type="text/html")
    url = httpserver.url_for("/cover.jpg")
    assert fetch(world, url, times=5) == ArtBytes(PICTURE, "image/png", 1000, 1000, "shop", url)
    assert len(httpserver.log) == 1
    request = httpserver.log[0][0]
    assert {"Authorization", "Cookie"}.isdisjoint(request.headers.keys())
    assert world.gate.calls == []


def test_picture_on_the_providers_own_server_takes_a_turn(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/album/1/image", query_string="size=xl").respond_with_data(PICTURE)
    assert fetch(world, httpserver.url_for("/album/1/image?size=xl"), base_url=httpserver.url_for("/"))
    assert world.gate.calls == ["shop"]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://pictures.example/x.jpg",
        "data:image/png;base64,AAAA",
        "https://name:secret@pictures.example/x.jpg",
        "https://",
        "/cover.jpg",
        "http://[::1",
        "",
        "https://pictures.example/" + "x" * MAX_ADDRESS,
    ],
)
def test_addresses_that_are_not_asked(world: World, address: str) -> None:
    assert fetch(world, address) is None


def test_plain_http_is_asked_only_where_the_provider_is_asked_so(
    world: World, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/cover.jpg").respond_with_data(PICTURE)
    assert fetch(world, httpserver.url_for("/cover.jpg"), base_url="https://api.shop.example") is None
    assert not httpserver.log


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_what_is_gone_is_remembered(world: World, httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/cover.jpg").respond_with_data("no", status=status)
    httpserver.expect_request("/other.jpg").respond_with_data(PICTURE)
    gone, other = httpserver.url_for("/cover.jpg"), httpserver.url_for("/other.jpg")
    assert fetch(world, gone) is None
    assert fetch(world, gone, other) is not None
    assert [request.path for request, _ in httpserver.log] == ["/cover.jpg", "/other.jpg"]


@pytest.mark.parametrize(
    "body",
    [b"<html>busy</html>", b"", png(30_000, 10), png(11_000, 11_000), PICTURE + bytes(MAX_ART_BYTES)],
    ids=["html", "empty", "wide", "bomb", "huge"],
)
def test_what_is_no_cover_is_refused(world: World, httpserver: HTTPServer, body: bytes) -> None:
    httpserver.expect_request("/cover.jpg").respond_with_data(body, content_type="image/png")
    with pytest.raises(BadPayload):
        fetch(world, httpserver.url_for("/cover.jpg"))
    assert not world.cache.answers


def test_redirects_are_bounded_and_never_carry_a_password(world: World, httpserver: HTTPServer) -> None:
    for path, target in (("/ring", "/ring"), ("/out", "file:///etc/passwd"), ("/in", "http://a:b@[::1]/x")):
        httpserver.expect_request(path).respond_with_data("", status=302, headers={"Location": target})
        with pytest.raises(BadPayload):
            fetch(world, httpserver.url_for(path))


@pytest.mark.parametrize("status", [429, 503])
def test_trouble_of_a_picture_server_is_not_the_providers(
    world: World, httpserver: HTTPServer, status: int
) -> None:
    httpserver.expect_request("/cover.jpg").respond_with_data("", status=status)
    with pytest.raises(RateLimited) as caught:
        fetch(world, httpserver.url_for("/cover.jpg"))
    assert (caught.value.provider, caught.value.until) == ("pictures", NOW + timedelta(seconds=30))


@pytest.mark.logs("stamina.retry_scheduled")
def test_host_that_cannot_be_reached_rests(world: World) -> None:
    rested: list[bool] = []
    now = NOW

    def clock() -> datetime:
        return now

    async def run() -> None:
        nonlocal now
        async with breaking_server() as url, world.client() as client:
            own = Caller("shop", "Shop", client, world.gate, clock, retry=world.retry)
            pictures = LinkedPictures("shop", "Shop", own, client, world.cache, clock, API, world.retry)
            ref = ArtRef("shop", "url", f"{url}/x.jpg")
            for wait_s in (0, 60, 600):
                now += timedelta(seconds=wait_s)
                with pytest.raises(ProviderUnreachable) as caught:
                    await pictures.fetch_picture(ref)
                assert caught.value.provider == "pictures"
                rested.append("rest" in str(caught.value))

    asyncio.run(run())
    assert rested == [False, True, False]
