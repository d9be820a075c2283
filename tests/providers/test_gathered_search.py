"""Many things in one search, over real sockets: here ISRCs at MusicBrainz."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx2
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from musiclib.errors import BadPayload, ProviderError, RateLimited
from musiclib.providers.answers import Answers
from musiclib.providers.gathered_search import AT_ONCE, GatheredSearch
from musiclib.providers.http import Caller
from musiclib.providers.lucene import any_of
from musiclib.providers.musicbrainz_answers import has_isrc
from tests.support.web import World

CODES = [f"ZZMLB26{each:05}" for each in range(30)]
KNOWN = {code for at, code in enumerate(CODES) if at % 3}


class ClosedGate:
    """Lets nobody through until it is opened; then everybody."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.calls = 0

    @asynccontextmanager
    async def slot(self, provider: str) -> AsyncIterator[None]:
        await self.opened.wait()
        self.calls += 1
        yield


def recordings(codes: list[str]) -> list[dict[str, Any]]:
    return [{"id": f"r-{code}", "title": "x", "isrcs": [code]} for code in codes if code in KNOWN]


def searching(
    world: World, client: httpx2.AsyncClient, gate: ClosedGate, server: HTTPServer
) -> GatheredSearch:
    caller = Caller("musicbrainz", "MusicBrainz", client, gate, world.clock, retry=world.retry)
    answers = Answers(caller, world.cache, server.url_for("/ws/2"), {"fmt": "json"})
    return GatheredSearch(answers, "recording", "isrc", partial(any_of, "isrc"), has_isrc)


def look_up(world: World, server: HTTPServer, codes: list[str]) -> list[list[str]]:
    """The recordings of each code, all asked for before the gate opens."""

    async def run() -> list[list[str]]:
        gate = ClosedGate()
        async with world.client() as client:
            by_isrc = searching(world, client, gate, server)
            tasks = [asyncio.create_task(by_isrc.get(code)) for code in codes]
            await asyncio.sleep(0)
            gate.opened.set()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            for each in done:
                if isinstance(each, BaseException):
                    raise each
            return [[str(one["id"]) for one in each] for each in done if isinstance(each, list)]

    return asyncio.run(run())


def queries(server: HTTPServer) -> list[str]:
    return [request.args["query"] for request, _ in server.log]


def serve(server: HTTPServer, found: Callable[[str], list[str]], count: int | None = None) -> None:
    """`found` says which codes a query finds."""

    def answer(request: Request) -> Response:
        codes = found(request.args["query"])
        if codes == ["refused"]:
            return Response('{"error": "Unable to parse search"}', status=400)
        listed = recordings(codes)
        many = count if count is not None and " OR " in request.args["query"] else len(listed)
        return Response(json.dumps({"count": many, "recordings": listed}))

    server.expect_request("/ws/2/recording").respond_with_handler(answer)


def all_of(query: str) -> list[str]:
    return re.findall(r"ZZMLB\d{7}", query)


def expected(codes: list[str]) -> list[list[str]]:
    return [[f"r-{code}"] if code in KNOWN else [] for code in codes]


def test_those_who_wait_share_a_call_and_each_gets_its_own(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, all_of)
    asked = [*CODES, CODES[1]]
    assert look_up(world, httpserver, asked) == expected(asked)
    assert [len(all_of(query)) for query in queries(httpserver)] == [AT_ONCE, 10]
    assert queries(httpserver)[0].startswith(f"isrc:({CODES[0]} OR {CODES[1]} OR ")
    assert all(request.args["limit"] == "100" for request, _ in httpserver.log)
    httpserver.clear_log()
    assert look_up(world, httpserver, CODES) == expected(CODES)
    assert not httpserver.log
    assert {key for (_, key), answer in world.cache.answers.items() if answer.found} == {
        f"isrc/{code}" for code in KNOWN
    }


def only_alone(query: str) -> list[str]:
    return all_of(query) if " OR " not in query else []


def first_only(query: str) -> list[str]:
    return all_of(query)[:1]


def refused(query: str) -> list[str]:
    return all_of(query) if " OR " not in query else ["refused"]


@pytest.mark.parametrize("server", [only_alone, first_only, refused])
def test_server_that_knows_no_or_is_asked_one_by_one(
    world: World, httpserver: HTTPServer, server: Callable[[str], list[str]]
) -> None:
    serve(httpserver, server)
    codes = CODES[:12]
    assert look_up(world, httpserver, codes) == expected(codes)
    assert sum(" OR " in query for query in queries(httpserver)) == 1


def test_nobody_found_is_believed_after_a_few_doubts(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, lambda query: [])
    assert look_up(world, httpserver, CODES) == [[] for _ in CODES]
    assert [len(all_of(query)) for query in queries(httpserver)] == [20, 1, 1, 10]


def test_what_an_answer_had_no_room_for_is_asked_again(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, lambda query: all_of(query)[:6], count=140)
    codes = CODES[:8]
    assert look_up(world, httpserver, codes) == expected(codes)
    missing = {code for code in codes[:6] if code not in KNOWN} | set(codes[6:])
    assert set(queries(httpserver)[1:]) == {f"isrc:{code}" for code in missing}


@pytest.mark.parametrize(("status", "raised"), [(429, RateLimited), (200, BadPayload)])
def test_trouble_is_everybodys_and_not_kept(
    world: World, httpserver: HTTPServer, status: int, raised: type[ProviderError]
) -> None:
    httpserver.expect_request("/ws/2/recording").respond_with_data("nonsense", status=status)
    with pytest.raises(raised):
        look_up(world, httpserver, CODES[:3])
    assert not world.cache.answers


def test_asker_who_leaves_takes_nobody_along(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, all_of)

    async def run() -> list[str]:
        gate = ClosedGate()
        async with world.client() as client:
            by_isrc = searching(world, client, gate, httpserver)
            first, *others = [asyncio.create_task(by_isrc.get(code)) for code in CODES[:4]]
            await asyncio.sleep(0)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            gate.opened.set()
            return [str(found[0]["id"]) for found in await asyncio.gather(*others) if found]

    assert asyncio.run(run()) == [f"r-{code}" for code in CODES[:4] if code in KNOWN]
    assert [all_of(query) for query in queries(httpserver)] == [CODES[1:4]]
