"""The fake catalogue answers as the providers' documentation says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from musiclib.providers.base import TrackQuery
from musiclib.providers.coverart import CoverArtArchive
from musiclib.providers.http import make_client
from musiclib.providers.musicbrainz import MusicBrainz
from musiclib.settings import Settings
from tests.support.catalogue.grown import grown
from tests.support.catalogue.http import Request, Response
from tests.support.catalogue.model import Artist, Catalogue, Credit, Recording, Release, base62, mbid, number
from tests.support.catalogue.server import Served
from tests.support.web import World

NIA = Artist("Nia Okafor", aliases=("Ния Окафор",), sort_name="Okafor, Nia", genres=("soul",))
SLOW = Recording("slow", "Slow Burn", Credit(((NIA, ""),)), 251.4, isrcs=("ZZHRD2600001",), genres=("soul",))
REMIX = Recording(
    "remix", "Slow Burn", Credit(((NIA, " feat. "), (Artist("Bo Lind"), ""))), 402, "Murk Remix", rank=9
)
ALBUM = Release("album", "First Light", Credit(((NIA, ""),)), "2019-05", (SLOW, REMIX), "Lowtide", "LT01")


@pytest.fixture
def served() -> Iterator[Served]:
    others = grown(albums=3, tracks=4).releases
    with Catalogue((ALBUM, *others)).serve() as each:
        yield each


def get(served: Served, provider: str, path: str, headers: dict[str, str] | None = None, **args: str) -> Any:
    agent = {"User-Agent": "musiclib/1 ( https://musiclib.example )", **(headers or {})}
    with httpx2.Client(transport=httpx2.HTTPTransport(), headers=agent) as client:
        return client.get(served.base_url(provider) + path, params=args).json()


def test_real_providers_find_in_it(served: Served, world: World) -> None:
    async def run() -> Any:
        async with make_client("https://musiclib.example", "1", httpx2.AsyncHTTPTransport()) as client:
            settings = Settings(**served.settings)  # type: ignore[arg-type]  # only addresses
            neighbours = (client, world.gate, world.cache, world.clock)
            brainz = MusicBrainz(*neighbours, settings.musicbrainz_url)
            found = await brainz.search(TrackQuery("Nia Okafor", "Slow Burn", "Murk Remix"))
            best = next(each for each in found if each.external_id == mbid("recording", "remix"))
            best = await brainz.complete(best, {"label"})
            return best, await CoverArtArchive(*neighbours, settings.coverart_url).fetch_art(best)

    best, art = asyncio.run(run())
    assert best.fields["artist"] == "Nia Okafor feat. Bo Lind"
    assert best.fields["version"] == "Murk Remix"
    assert (best.fields["label"], best.fields["catalog_number"]) == ("Lowtide", "LT01")
    assert art.mime == "image/png"
    assert art.width == art.height >= 500
    assert {call.provider for call in served.log.all} == {"musicbrainz", "coverart"}
    assert not served.log.repeated()


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("isrc:ZZHRD2600001", ["Slow Burn"]),
        ("isrc:(ZZHRD2600001 OR ZZXXX0000000)", ["Slow Burn"]),
        ("recording:(slow burn) AND artist:(nia okafor)", ["Slow Burn", "Slow Burn (Murk Remix)"]),
        ('recording:"murk remix" AND NOT artist:lund', ["Slow Burn (Murk Remix)"]),
        (
            r"recording:(slow \(burn\)) AND release:first AND tracks:2 AND artist:bo",
            ["Slow Burn (Murk Remix)"],
        ),
        ("recording:nothing", []),
    ],
)
def test_lucene(served: Served, query: str, titles: list[str]) -> None:
    found = get(served, "musicbrainz", "/recording", query=query, fmt="json")
    assert [each["title"] for each in found["recordings"]] == titles


def test_musicbrainz_lookups(served: Served) -> None:
    release = f"/release/{mbid('release', 'album')}"
    bare = get(served, "musicbrainz", release, fmt="json")
    assert "media" not in bare
    full = get(served, "musicbrainz", release, fmt="json", inc="recordings+isrcs+labels")
    assert [each["recording"]["isrcs"] for each in full["media"][0]["tracks"]] == [["ZZHRD2600001"], []]
    assert "not a valid inc" in get(served, "musicbrainz", release, fmt="json", inc="psi")["error"]
    isrc = get(served, "musicbrainz", "/isrc/ZZHRD2600001", fmt="json", inc="artist-credits")
    assert [each["id"] for each in isrc["recordings"]] == [mbid("recording", "slow")]
    (artist,) = get(served, "musicbrainz", "/artist", query="artist:(ния окафор)", fmt="json")["artists"]
    assert artist["name"] == "Nia Okafor"


def test_deezer(served: Served) -> None:
    found = get(served, "deezer", "/search", q="Nia Okafor Slow Brun")["data"]
    assert {each["title"] for each in found} == {"Slow Burn", "Slow Burn (feat. Bo Lind) (Murk Remix)"}
    assert all("isrc" not in each for each in found)
    assert get(served, "deezer", "/track/isrc:ZZHRD2600001")["id"] == number("track", "slow")
    assert get(served, "deezer", "/track/isrc:ZZHRD2600009")["error"]["code"] == 800
    (album,) = get(served, "deezer", "/search/album", q='artist:"nia okafor" album:"first light"')["data"]
    tracks = get(served, "deezer", f"/album/{album['id']}/tracks")["data"]
    assert [(each["track_position"], each["isrc"]) for each in tracks] == [(1, "ZZHRD2600001"), (2, "")]
    assert get(served, "deezer", f"/album/{album['id']}")["release_date"] == "2019-05-01"


def test_itunes(served: Served) -> None:
    found = get(served, "itunes", "/search", term="nia okafor slow burn", entity="song")
    assert found["resultCount"] == 2
    collection = str(found["results"][0]["collectionId"])
    assert get(served, "itunes", "/lookup", id=collection, entity="song")["resultCount"] == 3


def test_spotify_in_development_mode(served: Served) -> None:
    signed_in = {"Authorization": "Bearer t"}
    assert get(served, "spotify", "/search", q="slow burn", type="track")["error"]["status"] == 401
    assert get(served, "spotify", "/tracks", signed_in, ids="a,b")["error"]["status"] == 403
    args = {"q": 'track:"slow burn" artist:"nia okafor"', "type": "track"}
    assert (
        get(served, "spotify", "/search", signed_in, **args, limit="50")["error"]["message"]
        == "Invalid limit"
    )
    items = get(served, "spotify", "/search", signed_in, **args, limit="10")["tracks"]["items"]
    assert items[1]["name"] == "Slow Burn (feat. Bo Lind) - Murk Remix"
    assert items[0]["external_ids"] == {"isrc": "ZZHRD2600001"}
    assert "popularity" not in items[0]
    album = get(served, "spotify", f"/albums/{base62('album', 'album')}", signed_in)
    assert [each["track_number"] for each in album["tracks"]["items"]] == [1, 2]
    assert "label" not in album


def test_faults_come_before_answers(served: Served) -> None:
    def quota(provider: str, request: Request) -> Response | None:
        error = {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}
        return Response.json(error) if provider == "deezer" else None

    served.fault = quota
    assert get(served, "deezer", "/search", q="x")["error"]["code"] == 4
    assert "recordings" in get(served, "musicbrainz", "/recording", query="x", fmt="json")
