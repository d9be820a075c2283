"""What a fetch asks for, writes and leaves: a Spotify and a Deezer over real sockets, on both databases."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from musiclib.bootstrap import Library
from musiclib.credentials import CredentialStore, Secret
from musiclib.domain.bulk_plan import CellState
from musiclib.domain.ids import TrackId
from musiclib.domain.states import Source
from musiclib.errors import BadInput
from musiclib.providers.base import MetadataProvider
from musiclib.providers.deezer import Deezer
from musiclib.providers.http import Retry, make_client
from musiclib.providers.spotify import connect_spotify
from musiclib.providers.spotify_account import Grant, save_grant
from musiclib.runners.gate import DatabaseAnswers
from musiclib.services.bulk_fetch import BulkFetchService
from musiclib.settings import Settings
from tests.services.conftest import Clock
from tests.services.test_bulk_runs import say, tables
from tests.support.catalogue.http import Response as Answer
from tests.support.database import DIALECTS
from tests.support.library import add_tracks
from tests.support.spotify_server import CLIENT_ID, ORIGINAL, REMIX, FakeSpotify, serve_spotify, track_id
from tests.support.web import CountingGate

_OF_ANSWERS = ("external_data", "provider_state")
ISRC, OTHERS = ORIGINAL.isrcs[0], REMIX.isrcs[0]


@pytest.fixture
def spotify(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSpotify]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve_spotify() as served:
        yield served


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, data_dir: Path, spotify: FakeSpotify, httpserver: HTTPServer, clock: Clock
) -> Settings:
    url = None
    if getattr(request, "param", "sqlite") == "postgresql":
        url = request.getfixturevalue("postgresql").empty_library()
    made = Settings(
        data_dir=data_dir,
        database_url=url,
        credentials="file",
        deezer_url=httpserver.url_for("/deezer"),
        disabled_providers=("musicbrainz",),
        **spotify.settings,  # type: ignore[arg-type]  # texts
    )
    store = CredentialStore(data_dir, "file")
    save_grant(store, Grant(CLIENT_ID, Secret(spotify.authorized()), clock()))
    return made


@pytest.fixture
def deezer(httpserver: HTTPServer) -> list[str]:
    """Knows one ISRC; returns what it is asked for."""
    asked: list[str] = []
    track = {
        "id": 77,
        "title": "Kinetic Sand",
        "isrc": ISRC,
        "rank": 734_512,
        "duration": 396,
        "artist": {"id": 5, "name": "Low Tide Committee"},
        "album": {"id": 9, "title": "Harbour Lights"},
    }

    def answer(request: Request) -> Response:
        asked.append(request.path)
        known = request.path.endswith((f"isrc:{ISRC}", "/track/77"))
        said: Any = track if known else {"error": {"code": 800, "message": "no data"}}
        return Response(json.dumps(said), content_type="application/json")

    httpserver.expect_request("/deezer/track/77").respond_with_handler(answer)
    for isrc in (ISRC, OTHERS):
        httpserver.expect_request(f"/deezer/track/isrc:{isrc}").respond_with_handler(answer)
    return asked


@pytest.fixture
def tracks(library: Library) -> list[TrackId]:
    """One known by its ISRC, one by its id at Spotify, one whose ISRC is somebody else's, one by nothing."""
    db = library._db
    ids = add_tracks(db, 4)
    say(db, ids[0], Source.TRACKLIST, artist="Low Tide Committee", title="Kinetic Sand", isrc=ISRC)
    say(db, ids[1], Source.SPOTIFY, track_id(ORIGINAL), artist="Low Tide Committee", title="Kinetic Sand")
    say(db, ids[2], Source.TRACKLIST, artist="Hannelore Quint", title="Regen", isrc=OTHERS)
    return ids


@pytest.fixture
def service(library: Library, settings: Settings, clock: Clock) -> BulkFetchService:
    """As the library's own, but for the pace of a gate."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Sequence[MetadataProvider]]:
        access = library.accounts.access()
        gate, answers = CountingGate(), DatabaseAnswers(library._db, clock)
        assert access is not None
        async with make_client("") as client:
            spotify = await connect_spotify(access, client, gate, answers, Retry(attempts=1))
            assert spotify is not None
            yield spotify, Deezer(client, gate, answers, clock, settings.deezer_url)

    return BulkFetchService(library._db, clock, opened)


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_a_fetch_only_reads_and_asks_nothing_twice(
    library: Library,
    service: BulkFetchService,
    tracks: list[TrackId],
    spotify: FakeSpotify,
    deezer: list[str],
    tmp_path: Path,
) -> None:
    before = tables(library._db)
    told: list[tuple[int, int]] = []
    fetched = service.fetch(None, lambda at: told.append((at.done, at.total)))
    after = tables(library._db)
    assert {name for name in before if before[name] != after[name]} <= {*_OF_ANSWERS}
    assert (told, fetched.left, fetched.notes) == ([(4, 4)], 0, ())

    path = service.save(fetched, tmp_path)
    assert path.name.startswith("spotify_enrichment_2026")
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert list(rows[0])[:4] == ["track_id", "spotify_id", "spotify_popularity", "isrc"]
    assert rows[0]["spotify_id"] == rows[1]["spotify_id"] == track_id(ORIGINAL)
    assert (rows[0]["popularity"], rows[0]["popularity_source"]) == ("73", "deezer")
    assert rows[0]["popularity_scale"] == "0-100 of a rank of 0-1000000"
    assert (rows[1]["isrc"], rows[1]["isrc_source"]) == (ISRC, "spotify")
    assert rows[2]["doubt"] == "artist_differs"
    assert rows[3]["track_id"] == str(tracks[3])
    assert rows[3]["spotify_id"] == rows[3]["popularity"] == ""

    asked = len(spotify.calls), len(deezer)
    again = service.fetch(None)
    assert [each.row for each in again.findings] == [each.row for each in fetched.findings]
    assert (len(spotify.calls), len(deezer)) == asked

    plan = library.bulk_runs.plan_file(path).plan
    ids = plan.column("spotify_id")
    assert ids is not None
    assert [CellState(each) for each in ids.states] == [
        CellState.WRITE,
        CellState.SAME,
        CellState.ASKS,
        CellState.SAME,
    ]


def test_an_app_that_may_asks_for_fifty_at_once(
    library: Library,
    service: BulkFetchService,
    tracks: list[TrackId],
    spotify: FakeSpotify,
    deezer: list[str],
) -> None:
    spotify.extended = True
    say(library._db, tracks[3], Source.SPOTIFY, track_id(REMIX))
    fetched = service.fetch([tracks[1], tracks[3]])
    assert spotify.paths == ["/tracks"]
    assert [each.row["spotify_popularity"] for each in fetched.findings] == [61, 61]


def test_who_asks_to_wait_is_left_alone_and_the_rest_comes_later(
    service: BulkFetchService, tracks: list[TrackId], spotify: FakeSpotify, deezer: list[str]
) -> None:
    spotify.api_answers.append(Answer(429, b"", {"Retry-After": "3600"}))
    fetched = service.fetch()
    (note,) = fetched.notes
    assert "slow down" in note
    assert [each.row.get("popularity") for each in fetched.findings][:1] == [73]
    asked = len(deezer)
    later = service.fetch()
    assert later.notes == ()
    assert later.findings[1].row["isrc"] == ISRC
    assert len(deezer) == asked


def test_a_fetch_can_be_stopped_and_nobody_is_asked_offline(
    library: Library, service: BulkFetchService, tracks: list[TrackId], settings: Settings
) -> None:
    more = add_tracks(library._db, 60)
    told: list[int] = []
    fetched = service.fetch(more, lambda at: told.append(at.done), lambda: bool(told))
    assert (len(fetched.findings), fetched.left) == (50, 10)
    library.use(settings.model_copy(update={"online": False}))
    with pytest.raises(BadInput, match="network is switched off"):
        library.bulk_fetch.fetch()
