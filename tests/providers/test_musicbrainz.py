from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from musiclib.errors import BadPayload, RateLimited
from musiclib.providers.base import ArtRef, Candidate, TrackQuery
from musiclib.providers.musicbrainz import MusicBrainz, best_release, credit, escaped, search_terms
from tests.support.odd import mutated
from tests.support.web import NOW, World

REMIX = "11111111-0000-4000-8000-000000000001"
ORIGINAL = "11111111-0000-4000-8000-000000000002"
ALBUM = "22222222-0000-4000-8000-000000000001"
SAMPLER = "22222222-0000-4000-8000-000000000002"
GROUP = "33333333-0000-4000-8000-000000000001"

RELEASES = [
    {
        "id": SAMPLER,
        "title": "Club Sounds 7",
        "status": "Official",
        "date": "2019",
        "release-group": {
            "id": GROUP[:-1] + "9",
            "primary-type": "Album",
            "secondary-types": ["Compilation"],
        },
    },
    {
        "id": ALBUM,
        "title": "Kinetic Sand",
        "status": "Official",
        "date": "2026-02-13",
        "release-group": {"id": GROUP, "primary-type": "Single"},
    },
]
FOUND: dict[str, Any] = {
    "count": 2,
    "recordings": [
        {
            "id": ORIGINAL,
            "score": 100,
            "title": "Kinetic Sand",
            "length": 396000,
            "artist-credit": [{"name": "Low Tide Committee", "artist": {"id": "x", "name": "LTC"}}],
            "releases": RELEASES,
        },
        {
            "id": REMIX,
            "score": 97,
            "title": "Kinetic Sand (Juno Ferreira 4 a.m. remix)",
            "length": 441000,
            "first-release-date": "2025-11-02",
            "artist-credit": [
                {"name": "Low Tide Committee", "joinphrase": " feat. ", "artist": {"name": "LTC"}},
                {"name": "Mira Voss", "artist": {"name": "Mira Voss"}},
            ],
            "isrcs": ["ZZMLB2600008", "ZZMLB2600009"],
            "releases": RELEASES,
        },
    ],
}
RELEASE: dict[str, Any] = {
    "id": ALBUM,
    "title": "Kinetic Sand",
    "label-info": [{"catalog-number": "LT009R", "label": {"id": "l", "name": "Lowtide"}}],
    "genres": [{"name": "electronic", "count": 1}],
    "media": [
        {
            "tracks": [
                {
                    "recording": {
                        "id": REMIX,
                        "isrcs": ["ZZMLB2600008"],
                        "genres": [
                            {"name": "techno", "count": 1},
                            {"name": "house", "count": 3},
                            {"name": "noise", "count": 0},
                            {"name": "ambient", "count": 1},
                            {"name": "trance", "count": 1},
                        ],
                    }
                }
            ]
        }
    ],
}
QUERY = TrackQuery("Low Tide Committee", "Kinetic Sand", "Juno Ferreira 4 a.m. Remix")


def search(world: World, server: HTTPServer, *queries: TrackQuery) -> list[list[Candidate]]:
    async def run() -> list[list[Candidate]]:
        async with world.client() as client:
            provider = MusicBrainz(
                client, world.gate, world.cache, world.clock, server.url_for("/ws/2/"), world.retry
            )
            return list(await asyncio.gather(*(provider.search(query) for query in queries)))

    return asyncio.run(run())


def serve(server: HTTPServer, found: Any = FOUND, release: Any = RELEASE) -> None:
    server.expect_request("/ws/2/recording").respond_with_json(found)
    server.expect_request(f"/ws/2/release/{ALBUM}").respond_with_json(release)


def test_the_recording_asked_for_comes_in_full(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)
    ((original, remix),) = search(world, httpserver, QUERY)
    assert original.external_id == ORIGINAL
    assert "label" not in original.fields
    assert remix.fields == {
        "artist": "Low Tide Committee feat. Mira Voss",
        "title": "Kinetic Sand",
        "version": "Juno Ferreira 4 a.m. remix",
        "album": "Kinetic Sand",
        "duration_s": 441.0,
        "isrc": "ZZMLB2600008",
        "release_date": "2026-02-13",
        "original_year": 2025,
        "label": "Lowtide",
        "catalog_number": "LT009R",
        "genres": ["house", "ambient", "techno"],
    }
    assert remix.album_external_id == ALBUM
    assert remix.art == (ArtRef("coverart", "release", ALBUM), ArtRef("coverart", "release-group", GROUP))
    assert remix.links == (("musicbrainz", f"https://musicbrainz.org/recording/{REMIX}"),)
    assert (remix.raw_key, remix.raw["id"]) == (f"recording/{REMIX}", REMIX)


def test_requests_are_as_documented(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)
    search(world, httpserver, QUERY)
    asked = [request for request, _ in httpserver.log]
    assert [request.path for request in asked] == ["/ws/2/recording", f"/ws/2/release/{ALBUM}"]
    assert asked[0].args["query"] == (
        "recording:(kinetic sand juno ferreira 4 a.m. remix) AND artist:(low tide committee)"
    )
    assert all(request.args["fmt"] == "json" for request in asked)
    assert all(request.headers["User-Agent"].startswith("musiclib/1.2.3 ( ") for request in asked)
    assert 1 <= int(asked[0].args["limit"]) <= 100
    allowed = "recordings artist-credits labels release-groups genres tags isrcs media url-rels"
    assert set(asked[1].args["inc"].split()) <= set(allowed.split())
    assert world.gate.calls == ["musicbrainz"] * 2


def test_second_run_makes_no_call(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)
    first = search(world, httpserver, QUERY)
    calls = len(httpserver.log)
    assert search(world, httpserver, QUERY) == first
    assert len(httpserver.log) == calls


def test_release_of_an_album_is_read_once(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)
    search(world, httpserver, QUERY, QUERY, TrackQuery("Low Tide Committee", "Kinetic Sand"))
    paths = [request.path for request, _ in httpserver.log]
    assert paths.count(f"/ws/2/release/{ALBUM}") == 1
    assert paths.count("/ws/2/recording") == 2


def test_nothing_found_is_remembered(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, {"count": 0, "recordings": []})
    query = TrackQuery("Nia & Bo", "Slow (Psi)")
    assert search(world, httpserver, query) == [[]]
    assert [request.args["query"] for request, _ in httpserver.log] == [
        r"recording:(slow \(psi\)) AND artist:(nia \& bo)",
        "recording:(slow) AND artist:(nia)",
    ]
    assert search(world, httpserver, query) == [[]]
    assert len(httpserver.log) == 2
    assert not any(answer.found for answer in world.cache.answers.values())


def test_artist_is_known_by_other_names(world: World, httpserver: HTTPServer) -> None:
    artist = {
        "name": "坂本龍一",
        "sort-name": "Sakamoto, Ryuichi",
        "aliases": [{"name": "Ryūichi Sakamoto"}, {"name": None}, "x"],
    }
    offer = {
        "id": ORIGINAL,
        "title": "Energy Flow",
        "artist-credit": [{"name": "坂本龍一", "artist": artist}],
    }
    serve(httpserver, {"recordings": [offer]})
    ((found,),) = search(world, httpserver, TrackQuery("Ryuichi Sakamoto", "Energy Flow"))
    assert found.artist_aliases == ("坂本龍一", "Ryuichi Sakamoto", "Ryūichi Sakamoto")
    assert found.fields["artist"] == "坂本龍一"


def test_refused_candidates_are_not_offered_again(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)
    refusing = replace(QUERY, rejected=frozenset({("musicbrainz", REMIX), ("deezer", ORIGINAL)}))
    ((only,),) = search(world, httpserver, refusing)
    assert only.external_id == ORIGINAL


def test_isrc_is_asked_first_and_names_when_it_does_not_fit(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)
    search(world, httpserver, TrackQuery("Low Tide Committee", "Kinetic Sand", isrc="zz-mlb-26-00008"))
    assert [request.args.get("query") for request, _ in httpserver.log] == ["isrc:ZZMLB2600008", None]
    httpserver.clear_log()
    search(world, httpserver, TrackQuery("Nia Okafor", "Slow Burn", isrc="ZZMLB2600010"))
    queries = [request.args["query"] for request, _ in httpserver.log]
    assert queries == ["isrc:ZZMLB2600010", "recording:(slow burn) AND artist:(nia okafor)"]


@pytest.mark.parametrize("header", [{}, {"Retry-After": "5"}])
def test_503_means_slow_down(world: World, httpserver: HTTPServer, header: dict[str, str]) -> None:
    httpserver.expect_request("/ws/2/recording").respond_with_json(
        {"error": "Your requests are exceeding the allowable rate limit."}, status=503, headers=header
    )
    with pytest.raises(RateLimited) as caught:
        search(world, httpserver, QUERY)
    assert caught.value.until == NOW + timedelta(seconds=5 if header else 1)
    assert len(httpserver.log) == 1
    assert not world.cache.answers


@pytest.mark.parametrize(
    "answer", [{}, {"error": "The given parameters do not match"}, {"recording": []}, {"created": None}]
)
def test_answer_of_another_shape_is_not_remembered(world: World, httpserver: HTTPServer, answer: Any) -> None:
    serve(httpserver, answer)
    with pytest.raises(BadPayload):
        search(world, httpserver, QUERY)
    assert not world.cache.answers


@pytest.mark.parametrize("status", [200, 400, 404])
def test_release_without_an_answer_does_no_harm(world: World, httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/ws/2/recording").respond_with_json(FOUND)
    httpserver.expect_request(f"/ws/2/release/{ALBUM}").respond_with_data("<html>", status=status)
    ((_, remix),) = search(world, httpserver, QUERY)
    assert remix.fields["album"] == "Kinetic Sand"


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("AC/DC", r"ac\/dc"),
        ("Me AND You OR Not", "me and you or not"),
        ('(What\'s) "It"? [a*b~c^d:e\\f]', r"\(what's\) \"it\"\? \[a\*b\~c\^d\:e\\f\]"),
        ("a+b-c & d || e !", r"a\+b\-c \& d \|\| e \!"),
        ("  two   words ", "two words"),
        ("!!!", ""),
        ("", ""),
        ("夜明け", "夜明け"),
    ],
)
def test_terms_are_escaped(term: str, expected: str) -> None:
    assert escaped(term) == expected


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        (TrackQuery("", ""), []),
        (TrackQuery("Nia", "?!"), []),
        (TrackQuery("!!!", "Pardon My Freedom"), ["recording:(pardon my freedom)"]),
        (
            TrackQuery("Nia", "Slow (Original Mix)", "Murk Remix"),
            ["recording:(slow murk remix) AND artist:(nia)"],
        ),
        (TrackQuery("Nia feat. Bo", "Slow (feat. Ann)"), ["recording:(slow) AND artist:(nia)"]),
    ],
)
def test_queries_are_never_empty(query: TrackQuery, terms: list[str]) -> None:
    assert search_terms(query) == terms


@given(st.text(max_size=40), st.text(max_size=40), st.none() | st.text(max_size=20))
def test_any_name_makes_a_balanced_query(artist: str, title: str, version: str | None) -> None:
    for term in search_terms(TrackQuery(artist, title, version)):
        plain = term.replace("\\\\", "").replace("\\(", "").replace("\\)", "")
        assert plain.count("(") == plain.count(")") >= 1


def test_credit_is_printed_with_its_join_phrases() -> None:
    parts = [
        {"name": "A", "joinphrase": " & "},
        {"artist": {"name": "B"}, "joinphrase": " vs. "},
        {"name": "C"},
    ]
    assert credit(parts) == "A & B vs. C"


class TestBestRelease:
    def test_album_asked_for_wins(self) -> None:
        assert best_release(RELEASES, "club sounds 7")["id"] == SAMPLER

    def test_else_no_compilation(self) -> None:
        assert best_release(RELEASES, "Hafenklang 041")["id"] == ALBUM

    def test_official_before_bootleg_and_full_date_before_year(self) -> None:
        one, two, three = ({**RELEASES[1], "id": ALBUM[:-1] + str(n)} for n in (3, 4, 5))
        bootleg = {**one, "status": "Bootleg", "date": "1990-01-01"}
        year, day = {**two, "date": "2020"}, {**three, "date": "2020-05-01"}
        assert best_release([bootleg, year, day], None) == day

    def test_none(self) -> None:
        assert best_release([], "x") == {}


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_however_odd_crashes(httpserver: HTTPServer, data: st.DataObject) -> None:
    found = data.draw(mutated(FOUND))
    release = data.draw(mutated(RELEASE))
    httpserver.clear()

    def answer(request: Request) -> Response:
        body = found if request.path.endswith("recording") else release
        return Response(json.dumps(body), content_type="application/json")

    httpserver.expect_request("/ws/2/recording").respond_with_handler(answer)
    httpserver.expect_request(f"/ws/2/release/{ALBUM}").respond_with_handler(answer)
    httpserver.expect_request(f"/ws/2/release/{SAMPLER}").respond_with_handler(answer)
    try:
        (candidates,) = search(World(), httpserver, QUERY)
    except BadPayload:
        return
    for candidate in candidates:
        assert candidate.fields["artist"]
        assert candidate.fields["title"]
        json.dumps(candidate.fields, ensure_ascii=False, allow_nan=False).encode()
