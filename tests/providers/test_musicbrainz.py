from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.matching import Recording
from musiclib.domain.references import Reference
from musiclib.errors import BadPayload, RateLimited
from musiclib.providers.base import ArtistFacts, Candidate, TrackQuery
from musiclib.providers.musicbrainz import MusicBrainz
from tests.providers.musicbrainz_server import (
    ALBUM,
    FOUND,
    FULL_RELEASE,
    GROUP,
    LTC,
    OFFERS,
    ON_ALBUM,
    ORIGINAL,
    QUERY,
    RELEASE,
    RELEASES,
    REMIX,
    SAMPLER,
    TRACKS,
    search,
    serve,
    use,
)
from tests.support.odd import mutated
from tests.support.web import NOW, World, breaking_server


def test_recordings_are_found_by_names(world: World, httpserver: HTTPServer) -> None:
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
    }
    assert remix.album_external_id == ALBUM
    assert remix.art == (ArtRef("coverart", "release", ALBUM), ArtRef("coverart", "release-group", GROUP))
    assert remix.links == (("musicbrainz", f"https://musicbrainz.org/recording/{REMIX}"),)
    assert (remix.raw_key, remix.raw["id"]) == (f"recording/{REMIX}", REMIX)


def test_requests_are_as_documented(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)

    async def ask(provider: MusicBrainz) -> None:
        await provider.by_reference(Reference(None, "ZZMLB2600008"))
        await provider.search(QUERY)

    use(world, httpserver, ask)
    asked = [request for request, _ in httpserver.log]
    asked = [asked[2], asked[1]]
    assert [request.path for request in asked] == ["/ws/2/recording", f"/ws/2/release/{ALBUM}"]
    assert asked[0].args["query"] == (
        "recording:(kinetic sand juno ferreira 4 a.m. remix) AND artist:(low tide committee)"
    )
    assert all(request.args["fmt"] == "json" for request in asked)
    assert all(request.headers["User-Agent"].startswith("musiclib/1.2.3 ( ") for request in asked)
    assert 1 <= int(asked[0].args["limit"]) <= 100
    allowed = "recordings artist-credits labels release-groups genres tags isrcs media url-rels"
    assert set(asked[1].args["inc"].split()) <= set(allowed.split())
    assert world.gate.calls == ["musicbrainz"] * 3


def test_second_run_makes_no_call(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)
    first = search(world, httpserver, QUERY)
    calls = len(httpserver.log)
    assert search(world, httpserver, QUERY) == first
    assert len(httpserver.log) == calls


def complete_all(
    world: World, server: HTTPServer, lacking: set[str], *candidates: Candidate
) -> list[Candidate]:
    return use(
        world,
        server,
        lambda provider: asyncio.gather(*(provider.complete(each, lacking) for each in candidates)),
    )


def test_labels_are_asked_for_many_at_a_time(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)
    ((_, remix),) = search(world, httpserver, QUERY)
    other = replace(remix, album_external_id=SAMPLER)
    listed = [{**RELEASE, "genres": []}, {"id": SAMPLER, "label-info": [{"label": {"name": "Sounds"}}]}]
    httpserver.expect_request("/ws/2/release").respond_with_json({"releases": listed})
    httpserver.clear_log()
    nobody, same = replace(remix, album_external_id=None), replace(remix)
    found = complete_all(world, httpserver, {"label", "isrc"}, remix, same, other, nobody)
    assert [each.fields.get("label") for each in found] == ["Lowtide", "Lowtide", "Sounds", None]
    assert found[0].fields["catalog_number"] == "LT009R"
    asked = [request.args["query"] for request, _ in httpserver.log]
    assert asked == [f"reid:({ALBUM} OR {SAMPLER})"]
    assert complete_all(world, httpserver, {"bpm", "isrc"}, remix) == [remix]
    httpserver.clear_log()
    assert complete_all(world, httpserver, {"label"}, remix) == [found[0]]
    assert not httpserver.log


def test_release_is_read_where_it_cannot_be_searched(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)
    httpserver.expect_request("/ws/2/release").respond_with_data("", status=404)
    ((_, remix),) = search(world, httpserver, QUERY)
    (found,) = complete_all(world, httpserver, {"label"}, remix)
    assert (found.fields["label"], found.fields["genres"]) == ("Lowtide", ["house", "ambient", "techno"])


def test_nothing_found_is_remembered(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver, {"count": 0, "recordings": []})
    query = TrackQuery("Nia & Bo", "Slow (Psi)")
    assert search(world, httpserver, query) == [[]]
    assert [request.args["query"] for request, _ in httpserver.log] == [
        r"recording:(slow \(psi\)) AND artist:(nia \& bo)",
        "recording:(slow) AND artist:(nia)",
        r'recording:"slow" OR (recording:(nia \& bo) AND artist:(slow))',
        'artist:"nia" OR alias:"nia"',
    ]
    assert search(world, httpserver, query) == [[]]
    assert len(httpserver.log) == 4
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


def test_artist_in_other_letters_leads_to_titles_in_them(world: World, httpserver: HTTPServer) -> None:
    artist = {"id": SAMPLER, "name": "Лида Морозова", "aliases": [{"name": "Lida Morozova"}]}
    offer = {
        "id": ORIGINAL,
        "title": "Белая река",
        "artist-credit": [{"name": "Лида Морозова", "artist": {"id": SAMPLER, "name": "Лида Морозова"}}],
    }
    nobody = {"id": GROUP, "name": "Lida Morozova"}

    def recordings(request: Request) -> Response:
        by_id = request.args["query"] == f"arid:{SAMPLER}"
        return Response(json.dumps({"recordings": [offer] if by_id else []}), mimetype="application/json")

    httpserver.expect_request("/ws/2/recording").respond_with_handler(recordings)
    httpserver.expect_request("/ws/2/artist").respond_with_json({"artists": [nobody, artist, {"id": "x"}]})
    ((found,),) = search(world, httpserver, TrackQuery("Lida Morozova", "Belaya Reka"))
    assert found.external_id == ORIGINAL
    assert "Lida Morozova" in found.artist_aliases


def test_server_that_cannot_search_artists_does_no_harm(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/ws/2/recording").respond_with_json({"recordings": []})
    httpserver.expect_request("/ws/2/artist").respond_with_data("Not Found", 404, content_type="text/plain")
    assert search(world, httpserver, TrackQuery("Lida Morozova", "Belaya Reka")) == [[]]


def test_refused_candidates_are_not_offered_again(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)
    refusing = replace(QUERY, rejected=frozenset({("musicbrainz", REMIX), ("deezer", ORIGINAL)}))
    ((only,),) = search(world, httpserver, refusing)
    assert only.external_id == ORIGINAL


def test_isrc_is_asked_first_and_names_when_it_does_not_fit(world: World, httpserver: HTTPServer) -> None:
    serve(httpserver)
    search(world, httpserver, replace(QUERY, isrc="zz-mlb-26-00008"))
    assert [request.args["query"] for request, _ in httpserver.log] == ["isrc:ZZMLB2600008"]
    httpserver.clear_log()
    search(world, httpserver, TrackQuery("Nia Okafor", "Slow Burn", isrc="ZZMLB2600010"))
    queries = [request.args["query"] for request, _ in httpserver.log]
    assert queries[:2] == ["isrc:ZZMLB2600010", "recording:(slow burn) AND artist:(nia okafor)"]


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


def test_album_takes_two_calls(world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/ws/2/release").respond_with_json(OFFERS)
    serve(httpserver, release=FULL_RELEASE)
    found = search(world, httpserver, *(replace(ON_ALBUM, title=title) for title in TRACKS))
    assert [[each.fields["title"] for each in candidates] for candidates in found] == [[t] for t in TRACKS]
    assert found[1][0].fields == {
        "artist": "Low Tide Committee",
        "title": "Slow Burn",
        "duration_s": 200.002,
        "isrc": "ZZMLB2600002",
        "album": "Kinetic Sand",
        "release_date": "2026-02-13",
        "original_year": 2025,
        "label": "Lowtide",
        "catalog_number": "LT009R",
        "genres": ["electronic"],
    }
    assert found[1][0].artist_ids == (("Low Tide Committee", LTC["id"]),)
    assert found[1][0].art == (
        ArtRef("coverart", "release", ALBUM),
        ArtRef("coverart", "release-group", GROUP),
    )
    assert [request.path for request, _ in httpserver.log] == ["/ws/2/release", f"/ws/2/release/{ALBUM}"]
    assert httpserver.log[0][0].args["query"] == (
        "release:(kinetic sand) AND artist:(low tide committee) AND tracks:4"
    )


@pytest.mark.parametrize("status", [200, 400, 404])
def test_album_nobody_knows_leads_to_names(world: World, httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/ws/2/release").respond_with_json({"releases": []}, status=status)
    serve(httpserver)
    (found,) = search(world, httpserver, ON_ALBUM)
    assert [each.external_id for each in found] == [ORIGINAL, REMIX]
    named = "release:(kinetic sand) AND artist:(low tide committee)"
    asked = [request.args["query"] for request, _ in httpserver.log if request.path == "/ws/2/release"]
    # A question that is refused is not asked in other words.
    assert asked == [f"{named} AND tracks:4", named][: 1 if status == 400 else 2]


def test_known_recording_is_asked_for_by_its_own_names(world: World, httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        listed = [each for each in FOUND["recordings"] if "isrc" not in request.args["query"]]
        return Response(json.dumps({"count": len(listed), "recordings": listed}))

    httpserver.expect_request("/ws/2/recording").respond_with_handler(answer)
    known = Recording("Low Tide Committee", "Kinetic Sand", "Juno Ferreira 4 a.m. remix", isrc="ZZMLB2699999")
    ((remix,),) = search(world, httpserver, TrackQuery("LTC", "kinetc sand jf", known=known))
    assert remix.fields["isrc"] == "ZZMLB2600008"
    missing = replace(known, title="Glass & Tide (Psi)", isrc=None)
    search(world, httpserver, TrackQuery("LTC", "glass", known=missing))
    assert [request.args["query"] for request, _ in httpserver.log] == [
        "isrc:ZZMLB2699999",
        'recording:"kinetic sand" AND artist:"low tide committee"',
        'recording:"glass and tide" AND artist:"low tide committee"',
        r"recording:(glass \& tide \(psi\) juno ferreira 4 a.m. remix) AND artist:(low tide committee)",
    ]


def test_reference_by_mbid_is_looked_up(world: World, httpserver: HTTPServer) -> None:
    address = "https://open.spotify.com/track/" + "a" * 22
    full = {**FOUND["recordings"][1], "relations": [{"url": {"resource": address}}]}
    merged = REMIX[:-1] + "9"
    httpserver.expect_request(f"/ws/2/recording/{merged}").respond_with_json(full)
    httpserver.expect_request(f"/ws/2/recording/{ORIGINAL}").respond_with_data("", status=404)
    serve(httpserver)

    async def ask(provider: MusicBrainz) -> list[list[Candidate]]:
        references = [
            ("musicbrainz", merged),
            ("musicbrainz", ORIGINAL),
            ("musicbrainz", "x/../y"),
            ("deezer", "1"),
        ]
        return [await provider.by_reference(Reference(*each)) for each in references]

    looked_up, searched, *nothing = use(world, httpserver, ask)
    assert [each.external_id for each in looked_up] == [REMIX]
    assert ("spotify", address) in looked_up[0].links
    assert looked_up[0].fields["label"] == "Lowtide"
    assert [each.external_id for each in searched] == [ORIGINAL, REMIX]
    assert nothing == [[], []]
    assert httpserver.log[3][0].args["query"] == f"rid:{ORIGINAL}"


def test_artists_come_many_at_once(world: World, httpserver: HTTPServer) -> None:
    ids = [f"44444444-0000-4000-8000-00000000{each:04}" for each in range(45)]
    merged, gone = ids[7], ids[44]

    def named(mbid: str, of: str) -> dict[str, object]:
        return {"id": mbid, "name": "N", "genres": [{"name": f"n{of[-2:]}", "count": 1}]}

    def answer(request: Request) -> Response:
        asked = [each for each in ids if each in request.args["query"] and each not in (merged, gone)]
        return Response(json.dumps({"artists": [named(each, each) for each in asked]}))

    httpserver.expect_request("/ws/2/artist").respond_with_handler(answer)
    httpserver.expect_request(f"/ws/2/artist/{merged}").respond_with_json(named(ids[8], ids[8]))
    httpserver.expect_request(f"/ws/2/artist/{gone}").respond_with_data("", status=404)

    async def ask(provider: MusicBrainz) -> list[dict[str, ArtistFacts]]:
        return list(await asyncio.gather(provider.artists([*ids, "x", *ids]), provider.artists(ids[:3])))

    everyone, three = use(world, httpserver, ask)
    assert sorted(everyone) == ids[:44]
    assert (everyone[merged].genres, everyone[ids[3]].genres) == (("n08",), ("n03",))
    assert three == {each: everyone[each] for each in ids[:3]}
    assert sorted(request.path for request, _ in httpserver.log) == [
        "/ws/2/artist",
        "/ws/2/artist",
        f"/ws/2/artist/{merged}",
        f"/ws/2/artist/{gone}",
    ]
    httpserver.clear_log()
    assert use(world, httpserver, ask)[0] == everyone
    assert not httpserver.log


@pytest.mark.parametrize("status", [200, 400, 404])
def test_artists_of_a_server_that_cannot_search_are_looked_up(
    world: World, httpserver: HTTPServer, status: int
) -> None:
    httpserver.expect_request("/ws/2/artist").respond_with_json({"error": "no"}, status=status)
    httpserver.expect_request(f"/ws/2/artist/{LTC['id']}").respond_with_json(LTC)
    found = use(world, httpserver, lambda provider: provider.artists([LTC["id"]]))
    assert list(found) == [LTC["id"]]


@pytest.mark.logs("stamina.retry_scheduled")
def test_broken_connection_means_slow_down(world: World) -> None:
    async def ask() -> None:
        async with breaking_server() as url, world.client() as client:
            await MusicBrainz(client, world.gate, world.cache, world.clock, url, world.retry).search(QUERY)

    with pytest.raises(RateLimited):
        asyncio.run(ask())


@given(st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_however_odd_crashes(httpserver: HTTPServer, data: st.DataObject) -> None:
    odd = {
        "/ws/2/recording": data.draw(mutated(FOUND)),
        "/ws/2/release": data.draw(mutated(OFFERS)),
        f"/ws/2/release/{ALBUM}": data.draw(mutated(FULL_RELEASE)),
        f"/ws/2/recording/{REMIX}": data.draw(mutated(FOUND["recordings"][1])),
        "/ws/2/artist": data.draw(mutated({"artists": [{**LTC, "aliases": [{"name": "LTC"}]}]})),
    }
    httpserver.clear()

    httpserver.expect_request(re.compile(".*")).respond_with_handler(
        lambda request: Response(json.dumps(odd.get(request.path, {})))
    )

    async def ask(provider: MusicBrainz) -> list[Candidate]:
        await provider.artists([LTC["id"]])
        found = await provider.search(ON_ALBUM)
        return found + await provider.by_reference(Reference("musicbrainz", REMIX))

    try:
        candidates = use(World(), httpserver, ask)
    except BadPayload:
        return
    for candidate in candidates:
        assert candidate.fields["artist"]
        assert candidate.fields["title"]
        json.dumps(candidate.fields, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    ("comment", "version"),
    [
        ("live, 1975-03-02: Oslo", "live, 1975-03-02: Oslo"),
        ("demo", "demo"),
        ("Murk remix", "Murk remix"),
        ("album version", None),
        ("explicit", None),
        ("from the film", None),
        (None, None),
    ],
)
def test_version_may_stand_in_the_disambiguation(
    world: World, httpserver: HTTPServer, comment: str | None, version: str | None
) -> None:
    offer = {**FOUND["recordings"][0], "disambiguation": comment}
    serve(httpserver, {"recordings": [offer]})
    ((found,),) = search(world, httpserver, TrackQuery("Low Tide Committee", "Kinetic Sand"))
    assert found.fields.get("version") == version


def test_recording_of_live_albums_only_is_live(world: World, httpserver: HTTPServer) -> None:
    def version(*kinds: list[str]) -> object:
        releases = [
            {**RELEASES[1], "id": mbid, "release-group": {"id": GROUP, "secondary-types": each}}
            for mbid, each in zip((ALBUM, SAMPLER), kinds, strict=False)
        ]
        offer = {**FOUND["recordings"][0], "releases": releases}
        httpserver.clear()
        world.cache.answers.clear()
        serve(httpserver, {"recordings": [offer]})
        ((found,),) = search(world, httpserver, TrackQuery("Low Tide Committee", "Kinetic Sand (Live)"))
        return found.fields.get("version")

    assert version(["Live"]) == "live"
    assert version(["Compilation", "Live"], ["live"]) == "live"
    assert version(["Live"], []) is None


def test_place_on_the_album_is_told(world: World, httpserver: HTTPServer) -> None:
    def on(*media: dict[str, Any]) -> Any:
        return {"recordings": [{**FOUND["recordings"][0], "releases": [{**RELEASES[1], "media": media}]}]}

    query = TrackQuery("Low Tide Committee", "Kinetic Sand")
    serve(httpserver, on({"track": [{"number": "7"}]}))
    assert search(world, httpserver, query)[0][0].position == 7
    for media in (({"track": [{"number": "A1"}]},), ({"track": [{"number": "7"}]}, {"track": []}), ()):
        httpserver.clear()
        serve(httpserver, on(*media))
        world.cache.answers.clear()
        assert search(world, httpserver, query)[0][0].position is None
