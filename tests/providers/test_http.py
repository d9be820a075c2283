"""The way to every provider, over real sockets."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import threading
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from musiclib.errors import (
    BadInput,
    BadPayload,
    CapabilityForbidden,
    ProviderError,
    ProviderUnreachable,
    RateLimited,
    SignInNeeded,
)
from musiclib.providers.http import Backoff, Caller, OneFlight, Outcome, Retry, Rule, user_agent
from musiclib.settings import Settings
from tests.support.web import NOW, QUICK, World, breaking_server

RETRIES = pytest.mark.logs("stamina.retry_scheduled")


async def ask(
    world: World, url: str, rules: tuple[Rule, ...] = (), retry: Retry = QUICK
) -> dict[str, Any] | None:
    async with world.client() as client:
        caller = Caller("here", "Here", client, world.gate, world.clock, rules, retry)
        return await caller.get_json(url, {"fmt": "json"})


def get(world: World, url: str, rules: tuple[Rule, ...] = (), retry: Retry = QUICK) -> dict[str, Any] | None:
    return asyncio.run(ask(world, url, rules, retry))


def test_answer_comes_back_and_we_say_who_we_are(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request(
        "/x",
        query_string={"fmt": "json"},
        headers={"User-Agent": "musiclib/1.2.3 ( https://musiclib.example/contact )"},
    ).respond_with_json({"a": 1})
    assert get(world, httpserver.url_for("/x")) == {"a": 1}
    assert world.gate.calls == ["here"]


def test_without_a_contact_nobody_s_address_is_told() -> None:
    assert user_agent(" ", "1.0") == "musiclib/1.0 ( contact-not-set )"
    assert Settings.model_fields["contact"].default == ""


@pytest.mark.parametrize("contact", ["mail@x\r\nEvil: 1", "ünï@example", "a ) b"])
def test_contact_that_cannot_stand_in_a_header_is_refused(contact: str) -> None:
    with pytest.raises(BadInput, match="contact"):
        user_agent(contact, "1.0")


@pytest.mark.parametrize("status", [404, 410])
def test_unknown_thing_is_no_error(world: World, httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/x").respond_with_data("gone", status=status)
    assert get(world, httpserver.url_for("/x")) is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, BadPayload),
        (401, SignInNeeded),
        (403, CapabilityForbidden),
        (418, BadPayload),
        (429, RateLimited),
        (304, BadPayload),
    ],
)
def test_each_refusal_has_its_error_and_is_asked_once(
    world: World, httpserver: HTTPServer, status: int, error: type[ProviderError]
) -> None:
    httpserver.expect_request("/x").respond_with_data("no" if status != 304 else "", status=status)
    with pytest.raises(error) as caught:
        get(world, httpserver.url_for("/x"))
    assert caught.value.provider == "here"
    assert "Here" in str(caught.value)
    assert len(world.gate.calls) == 1


def test_a_provider_s_own_rule_reads_the_body(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_json({"error": {"code": 4}})
    with pytest.raises(RateLimited):
        get(world, httpserver.url_for("/x"), (Rule(200, 200, Outcome.RATE_LIMITED, b'"code": 4'),))


def test_slow_down_with_seconds_is_obeyed(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data("", status=429, headers={"Retry-After": "48925"})
    with pytest.raises(RateLimited) as caught:
        get(world, httpserver.url_for("/x"))
    assert caught.value.until == NOW + timedelta(seconds=48925)


def test_slow_down_without_a_time_doubles_the_wait(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data("", status=429)

    now = NOW

    async def waits() -> list[float]:
        nonlocal now
        found = []
        async with world.client() as client:
            caller = Caller("here", "Here", client, world.gate, lambda: now, (), QUICK)
            for late_s in (0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600):
                now += timedelta(seconds=late_s)
                with pytest.raises(RateLimited) as caught:
                    await caller.get_json(httpserver.url_for("/x"), {})
                found.append((caught.value.until - now).total_seconds())
        return found

    # The second was under way when the first was refused: both are one trouble.
    assert asyncio.run(waits()) == [30, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_success_halves_the_wait() -> None:
    backoff = Backoff(longest_s=32.0, first_s=1.0)
    assert [backoff.trouble() for _ in range(4)] == [1, 2, 4, 8]
    backoff.success()
    assert backoff.trouble() == 8
    for _ in range(9):
        backoff.success()
    assert backoff.trouble() == 1


@RETRIES
def test_server_error_is_tried_again(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/x").respond_with_data("", status=500)
    httpserver.expect_ordered_request("/x").respond_with_data("", status=502)
    httpserver.expect_ordered_request("/x").respond_with_json({"ok": True})
    assert get(world, httpserver.url_for("/x")) == {"ok": True}
    assert len(world.gate.calls) == 3


@RETRIES
def test_server_error_that_stays_is_unreachable(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data("", status=500)
    with pytest.raises(ProviderUnreachable, match="status 500"):
        get(world, httpserver.url_for("/x"))
    assert len(world.gate.calls) == 3


@RETRIES
def test_refused_connection_is_unreachable(world: World) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ProviderUnreachable, match="no connection"):
        get(world, f"http://127.0.0.1:{port}/x")


def test_slow_answer_is_unreachable(world: World, httpserver: HTTPServer) -> None:
    given_up, answered = threading.Event(), threading.Event()

    def slow(_: Request) -> Response:
        given_up.wait(5)
        answered.set()
        return Response("{}")

    httpserver.expect_request("/x").respond_with_handler(slow)
    with pytest.raises(ProviderUnreachable, match="too long"):
        get(world, httpserver.url_for("/x"), retry=Retry(1, 0.001, 0.001, call_timeout_s=0.1))
    given_up.set()
    assert answered.wait(5)


@RETRIES
@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", b"rubbish\r\n\r\n", b""]
)
def test_broken_connection_is_unreachable(world: World, said: bytes) -> None:
    async def run() -> None:
        async with breaking_server(said) as url:
            await ask(world, f"{url}/x")

    with pytest.raises(ProviderUnreachable):
        asyncio.run(run())
    assert len(world.gate.calls) == 3


@pytest.mark.logs("stamina.retry_scheduled")
def test_a_web_page_is_not_the_providers_word(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data(" <html>Log in to this network</html>")
    with pytest.raises(ProviderUnreachable, match="web page"):
        get(world, httpserver.url_for("/x"))
    assert len(world.gate.calls) == 3


@pytest.mark.parametrize(
    "body",
    [
        b'{"cut": "o',
        b"[1, 2]",
        b'"text"',
        b"",
        b"\xff\xfe\x00",
        b'{"a": NaN}',
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"n": ' + b"9" * 5000 + b"}",
    ],
    ids=["cut", "list", "text", "empty", "binary", "nan", "deep", "long number"],
)
def test_anything_but_an_object_is_a_bad_payload(world: World, httpserver: HTTPServer, body: bytes) -> None:
    httpserver.expect_request("/x").respond_with_data(body, content_type="application/json")
    with pytest.raises(BadPayload, match="Here"):
        get(world, httpserver.url_for("/x"))


def test_answer_that_tells_its_size_is_not_read(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data(b" " * (9 * 1024 * 1024))
    with pytest.raises(BadPayload, match="larger"):
        get(world, httpserver.url_for("/x"))


def test_compressed_bomb_is_cut_off(world: World, httpserver: HTTPServer) -> None:
    bomb = gzip.compress(json.dumps({"a": " " * (40 * 1024 * 1024)}).encode(), compresslevel=9)
    httpserver.expect_request("/x").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(BadPayload, match="larger"):
        get(world, httpserver.url_for("/x"))


@RETRIES
def test_garbled_compression_is_unreachable(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data(b"not gzip", headers={"Content-Encoding": "gzip"})
    with pytest.raises(ProviderUnreachable):
        get(world, httpserver.url_for("/x"))


def redirect(server: HTTPServer, path: str, location: str, status: int = 307) -> None:
    server.expect_request(path).respond_with_data("", status=status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(world: World, httpserver: HTTPServer, status: int) -> None:
    redirect(httpserver, "/a", "/b?x=1", status)
    redirect(httpserver, "/b", httpserver.url_for("/c"), status)
    httpserver.expect_request("/c").respond_with_json({"ok": 1})
    assert get(world, httpserver.url_for("/a")) == {"ok": 1}
    assert len(world.gate.calls) == 1


def test_redirects_in_a_circle_end(world: World, httpserver: HTTPServer) -> None:
    redirect(httpserver, "/a", "/a")
    with pytest.raises(BadPayload, match="more than 5 times"):
        get(world, httpserver.url_for("/a"))
    assert [request.path for request, _ in httpserver.log].count("/a") == 6


def get_mocked(world: World, url: str, location: str) -> None:
    """Ask an address, which the loopback cannot be, that leads to `location`."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        assert str(request.url) == url, "the redirect was followed"
        return httpx2.Response(302, headers={"Location": location})

    async def run() -> None:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
            await Caller("here", "Here", client, world.gate, world.clock, (), QUICK).get_json(url, {})

    asyncio.run(run())


@pytest.mark.parametrize("location", ["ftp://x/y", "file:///etc/passwd", "https:///", "http://x:99x/"])
def test_redirect_to_nowhere_is_refused(world: World, location: str) -> None:
    with pytest.raises(BadPayload, match="address that is none"):
        get_mocked(world, "http://a.example/", location)


def test_secure_address_never_leads_to_an_open_one(world: World) -> None:
    with pytest.raises(BadPayload, match="not secure"):
        get_mocked(world, "https://a.example/", "http://elsewhere.example/")


def test_one_flight_holds_the_second_until_the_first_is_done() -> None:
    async def run() -> list[str]:
        flights, order = OneFlight(), list[str]()

        async def work(key: str, name: str) -> None:
            async with flights.only(key):
                order.append(name + " in")
                await asyncio.sleep(0.001)
                order.append(name + " out")

        await asyncio.gather(work("k", "a"), work("k", "b"), work("other", "c"))
        assert not flights._locks
        return order

    order = asyncio.run(run())
    assert order.index("a out") < order.index("b in")
    assert order.index("c in") < order.index("a out")


def inside(answer: dict[str, Any]) -> Outcome | None:
    return Outcome(answer["is"]) if "is" in answer else None


@pytest.mark.parametrize(
    ("said", "raised"),
    [("not_found", None), ("forbidden", CapabilityForbidden), ("refused", BadPayload), ("busy", RateLimited)],
)
@RETRIES
def test_success_may_hold_something_else(
    world: World, httpserver: HTTPServer, said: str, raised: type[ProviderError] | None
) -> None:
    httpserver.expect_request("/x").respond_with_json({"is": said})

    async def run() -> dict[str, Any] | None:
        async with world.client() as client:
            caller = Caller("here", "Here", client, world.gate, world.clock, retry=world.retry, inside=inside)
            return await caller.get_json(httpserver.url_for("/x"), {})

    if raised is None:
        assert asyncio.run(run()) is None
    else:
        with pytest.raises(raised):
            asyncio.run(run())
    assert len(world.gate.calls) == (3 if said == "busy" else 1)


@RETRIES
def test_busy_for_a_moment_is_no_trouble(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request("/x").respond_with_data("", status=429)
    httpserver.expect_request("/x").respond_with_json({"a": 1})
    assert get(world, httpserver.url_for("/x"), (Rule(429, 429, Outcome.BUSY),)) == {"a": 1}


def test_empty_answers_may_have_a_meaning(world: World, httpserver: HTTPServer) -> None:
    rules = (Rule(200, 200, Outcome.RATE_LIMITED, longest=4),)
    for body in ("", "\n \n", "null"):
        httpserver.clear()
        httpserver.expect_request("/x").respond_with_data(body)
        with pytest.raises(RateLimited):
            get(world, httpserver.url_for("/x"), rules)
