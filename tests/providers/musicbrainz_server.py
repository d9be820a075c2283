"""A recording with its releases as MusicBrainz answers, and ways to ask a server that does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pytest_httpserver import HTTPServer

from musiclib.providers.base import Candidate, TrackQuery
from musiclib.providers.musicbrainz import MusicBrainz
from tests.support.web import World

T = TypeVar("T")

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
TRACKS = ["Kinetic Sand", "Slow Burn", "Glass Tide", "Night Ferry"]
LTC = {"id": "44444444-0000-4000-8000-000000000001", "name": "Low Tide Committee"}
FULL_RELEASE: dict[str, Any] = {
    **RELEASE,
    "date": "2026-02-13",
    "release-group": {"id": GROUP, "first-release-date": "2025-12-01"},
    "cover-art-archive": {"front": True},
    "media": [
        {
            "tracks": [
                {
                    "position": place,
                    "recording": {
                        "id": ORIGINAL[:-1] + str(place),
                        "title": title,
                        "length": 200_000 + place,
                        "isrcs": [f"ZZMLB260000{place}"],
                        "artist-credit": [{"name": "Low Tide Committee", "artist": LTC}],
                    },
                }
                for place, title in enumerate(TRACKS, 1)
            ]
        }
    ],
}
OFFERS: dict[str, Any] = {
    "releases": [
        {"id": SAMPLER, "title": "Kinetic Sand", "track-count": 1, "artist-credit": [{"name": "LTC"}]},
        {
            "id": ALBUM,
            "title": "Kinetic Sand",
            "track-count": 4,
            "status": "Official",
            "artist-credit": [{"name": "Low Tide Committee", "artist": LTC}],
        },
    ]
}
ON_ALBUM = TrackQuery(
    "Low Tide Committee",
    "Kinetic Sand",
    album="Kinetic Sand",
    album_artist="Low Tide Committee",
    album_tracks=4,
)


def use(world: World, server: HTTPServer, act: Callable[[MusicBrainz], Awaitable[T]]) -> T:
    async def run() -> T:
        async with world.client() as client:
            url = server.url_for("/ws/2/")
            return await act(MusicBrainz(client, world.gate, world.cache, world.clock, url, world.retry))

    return asyncio.run(run())


def search(world: World, server: HTTPServer, *queries: TrackQuery) -> list[list[Candidate]]:
    return use(world, server, lambda provider: asyncio.gather(*(provider.search(each) for each in queries)))


NO_ARTISTS = {"count": 0, "artists": []}


def serve(server: HTTPServer, found: Any = FOUND, release: Any = RELEASE, artists: Any = NO_ARTISTS) -> None:
    server.expect_request("/ws/2/recording").respond_with_json(found)
    server.expect_request("/ws/2/artist").respond_with_json(artists)
    server.expect_request(f"/ws/2/release/{ALBUM}").respond_with_json(release)
