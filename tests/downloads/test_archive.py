from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import httpx2
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum, WantedTrack
from musiclib.domain.audio_choice import Rules, Verdict, choose
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.states import TransferReason
from musiclib.downloads.archive import InternetArchive
from musiclib.downloads.base import HttpOrigin, TransferError
from musiclib.downloads.calls import Turns

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
T = TypeVar("T")
MD5, SHA1 = "a" * 32, "b" * 40

ITEM: dict[str, Any] = {
    "metadata": {
        "identifier": "tworooms",
        "title": ["Two Rooms"],
        "creator": ["Ada Quist", "Somebody"],
        "date": "2024-03-01",
        "licenseurl": "https://creativecommons.org/licenses/by/4.0/",
    },
    "files": [
        {"name": "01 First Light.flac", "source": "original", "format": "Flac", "size": "31000000",
         "length": "241.37", "title": "First Light", "track": "1/2", "artist": "Ada Quist",
         "md5": MD5, "sha1": SHA1},
        {"name": "01 First Light.mp3", "source": "derivative", "format": "VBR MP3", "size": "5000000",
         "original": "01 First Light.flac", "length": "4:01", "bitrate": "245", "md5": "not a hash"},
        {"name": "02 Second Wind & more.flac", "size": "30", "length": "",
         "title": ["Second Wind"], "track": 2},
        {"name": "secret.flac", "title": "First Light", "private": "true"},
        {"name": "../../escape.flac", "title": "First Light"},
        {"name": "cover.jpg", "format": "JPEG"},
        "no file",
    ],
}  # fmt: skip


def wanted(*titles: str) -> WantedAlbum:
    tracks = [
        WantedTrack(TrackId(UUID(int=n)), "Ada Quist", title, "Two Rooms", None, None, n)
        for n, title in enumerate(titles, 1)
    ]
    return WantedAlbum(AlbumId(UUID(int=9)), "Two Rooms", "Ada Quist", 2024, len(tracks), tuple(tracks))


def ask(server: HTTPServer, do: Callable[[InternetArchive], Awaitable[T]]) -> T:
    async def run() -> T:
        async with httpx2.AsyncClient(trust_env=False) as client:
            return await do(
                InternetArchive(
                    "archive",
                    "archive.org",
                    client,
                    server.url_for("/"),
                    lambda: NOW,
                    Turns(per_s=1000, at_once=4),
                )
            )

    return asyncio.run(run())


def serve(server: HTTPServer, docs: list[Any], items: dict[str, Any]) -> list[str]:
    """Answers every search with `docs`; returns the queries as they come."""
    queries: list[str] = []

    def search(request: Request) -> Response:
        assert request.args["output"] == "json"
        assert request.args.getlist("fl[]")[:2] == ["identifier", "title"]
        queries.append(request.args["q"])
        return Response(
            json.dumps({"response": {"numFound": len(docs), "docs": docs}}), mimetype="text/plain"
        )

    server.expect_request("/advancedsearch.php").respond_with_handler(search)
    for identifier, item in items.items():
        server.expect_request(f"/metadata/{identifier}").respond_with_json(item)
    return queries


def found(server: HTTPServer, album: WantedAlbum) -> list[AudioCandidate]:
    return ask(server, lambda archive: archive.find(album))


def test_files_of_an_item_with_what_is_known_of_them(httpserver: HTTPServer) -> None:
    docs = [
        {"identifier": "tworooms", "title": "Two Rooms", "creator": ["Ada Quist"]},
        {"identifier": "far", "title": "A Talk on Gardening", "creator": "Mr Green"},
    ]
    queries = serve(httpserver, docs, {"tworooms": ITEM})
    flac, mp3, second = found(httpserver, wanted("First Light", "Second Wind"))
    assert flac == AudioCandidate(
        source="archive", ref="tworooms/01 First Light.flac", name="01 First Light.flac", title="First Light",
        artist="Ada Quist", album="Two Rooms", album_artist="Ada Quist", year=2024, duration_s=241.37,
        track_number=1, suffix="flac", size=31_000_000, hashes={"md5": MD5, "sha1": SHA1}, release="tworooms",
        licence="https://creativecommons.org/licenses/by/4.0/", page=httpserver.url_for("/details/tworooms"),
    )  # fmt: skip
    assert (mp3.title, mp3.artist, mp3.bitrate_kbps, mp3.hashes) == ("First Light", "Ada Quist", 245, {})
    assert (second.title, second.duration_s, second.track_number) == ("Second Wind", None, 2)
    assert len(queries) == 1, "the album itself was found"
    assert "creator:(Ada Quist) AND title:(Two Rooms)" in queries[0]
    choices = choose(wanted("First Light"), [flac, mp3, second], Rules(("flac", "mp3")))
    assert [each.verdict for each in choices.values()] == [Verdict.SURE]


def test_an_address_is_the_archives_own_and_quoted(httpserver: HTTPServer) -> None:
    serve(httpserver, [{"identifier": "tworooms", "title": "Two Rooms"}], {"tworooms": ITEM})

    async def addresses(archive: InternetArchive) -> list[HttpOrigin]:
        return [await archive.origin(each) for each in await archive.find(wanted("Second Wind"))]

    last = ask(httpserver, addresses)[-1]
    assert (
        last.address() == httpserver.url_for("/download/tworooms/") + "02%20Second%20Wind%20%26%20more.flac"
    )
    assert not last.headers


def test_a_mixed_list_is_asked_for_by_its_artists(httpserver: HTTPServer) -> None:
    queries = serve(httpserver, [], {})
    one = WantedTrack(TrackId(UUID(int=1)), "Noor AND Hale", 'Dig: "It" (Live)')
    found(httpserver, WantedAlbum(AlbumId(UUID(int=9)), "My Mix", None, None, 1, (one,)))
    assert queries[-1].endswith("creator:(Noor and Hale) AND title:((Dig It Live))")
    assert all("creativecommons" in query for query in queries)


@pytest.mark.parametrize(
    "item",
    [
        {},
        [],
        {"metadata": {"access-restricted-item": "true", "title": "Two Rooms"}, "files": ITEM["files"]},
        {"metadata": ITEM["metadata"], "files": None},
    ],
)
def test_items_without_files_for_us_offer_nothing(httpserver: HTTPServer, item: Any) -> None:
    serve(httpserver, [{"identifier": "tworooms", "title": "Two Rooms"}], {"tworooms": item})
    assert found(httpserver, wanted("First Light")) == []


def test_what_goes_wrong_is_told_apart(httpserver: HTTPServer) -> None:
    def reason(status: int, body: str = "", headers: dict[str, str] | None = None) -> TransferError:
        httpserver.clear()
        httpserver.expect_request("/advancedsearch.php").respond_with_data(body, status, headers or {})
        with pytest.raises(TransferError) as caught:
            found(httpserver, wanted("First Light"))
        return caught.value

    limited = reason(429, headers={"Retry-After": "90"})
    assert (limited.reason, limited.retry) == (TransferReason.RATE_LIMITED, True)
    assert limited.until is not None
    assert (limited.until - NOW).total_seconds() == 90
    html = reason(200, "<html>Come back later</html>")
    assert (html.reason, html.retry) == (TransferReason.SERVER_ERROR, False)
    assert reason(403).reason is TransferReason.FORBIDDEN
    assert str(reason(302, headers={"Location": "http://u:p@other.invalid/"})).startswith(
        "archive.org sent us"
    )


def test_one_item_that_is_gone_hides_no_other(httpserver: HTTPServer) -> None:
    docs = [{"identifier": each, "title": "Two Rooms"} for each in ("gone", "tworooms")]
    serve(httpserver, docs, {"tworooms": ITEM})
    httpserver.expect_request("/metadata/gone").respond_with_data("", 404)
    assert len(found(httpserver, wanted("First Light"))) == 3
