"""Collection runs over real sockets, on both databases: nothing skipped, asked twice or lost."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import stamina
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from werkzeug import Request, Response

from musiclib.bootstrap import Library, open_library
from musiclib.credentials import Secret
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.db.records import NewCandidate
from musiclib.db.schema import ExternalData
from musiclib.db.tracks import TrackRepository
from musiclib.domain.collecting import CollectionOutcome, CollectionPhase, CollectionProgress, Ending
from musiclib.domain.ids import TrackId
from musiclib.domain.states import Source
from musiclib.errors import BadInput
from musiclib.providers.spotify_account import Grant, save_grant
from musiclib.settings import Settings
from tests.support.database import DIALECTS
from tests.support.isrc_library import put_tracks
from tests.support.isrc_server import beatport_answer, isrc_of, spotify_answer, spotify_id
from tests.support.spotify_server import CLIENT_ID

NOW = datetime.fromisoformat("2026-11-21T08:00:00+00:00")
TOKEN = "ownbeatporttoken"


@dataclass
class Web:
    """Spotify and Beatport, which answer by ISRC unless the next answers are laid ready."""

    server: HTTPServer
    asked: Counter[str] = field(default_factory=Counter)
    next: list[Response] = field(default_factory=list)
    at: Callable[[str], object] = lambda isrc: None
    tokens: set[str] = field(default_factory=set)

    def answer(self, request: Request) -> Response:
        if request.path.endswith("/api/token"):
            body: Any = {"access_token": "spotifytoken", "token_type": "Bearer", "expires_in": 3600}
            return Response(json.dumps(body), content_type="application/json")
        self.tokens.add(request.headers["Authorization"])
        isrc = request.args.get("isrc") or request.args["q"].removeprefix("isrc:")
        self.asked[isrc] += 1
        self.at(isrc)
        if self.next:
            return self.next.pop(0)
        say = beatport_answer if "isrc" in request.args else spotify_answer
        return Response(say(int(isrc[5:])), content_type="application/json")


@pytest.fixture
def web(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    web = Web(httpserver)
    httpserver.expect_request(re.compile(".*")).respond_with_handler(web.answer)
    with stamina.set_testing(True, attempts=2, cap=True):
        yield web


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass
class Place:
    """A library whose waits pass at once, by its own clock."""

    library: Library
    clock: Clock
    waits: list[float] = field(default_factory=list)
    told: list[CollectionProgress] = field(default_factory=list)

    def add(self, numbers: range) -> list[TrackId]:
        with self.library._db.write() as conn:
            return put_tracks(conn, numbers, self.clock())

    def use(self, **changes: object) -> None:
        self.library.use(self.library.settings.model_copy(update=changes))

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.now += timedelta(seconds=seconds)

    def spotify(self, stop: Callable[[], bool] = lambda: False) -> CollectionOutcome:
        self.library.collection._sleep = self._sleep
        return asyncio.run(self.library.collection.enrich_tracks_with_spotify_data(self.told.append, stop))

    def beatport(self, *files: Path) -> CollectionOutcome:
        self.library.collection._sleep = self._sleep
        return asyncio.run(self.library.collection.collect_beatport_tracks_raw(files=files))

    def process(self, *, again: bool = False) -> CollectionOutcome:
        return asyncio.run(self.library.collection.process_unprocessed_beatport_tracks(again=again))

    def links(self, source: str = Source.SPOTIFY) -> dict[TrackId, str | None]:
        with self.library._db.read() as conn:
            every = [each.id for each in TrackRepository(conn).all()]
            said = TrackMetadataRepository(conn).of(every)
        return {
            track: each.external_id for track, some in said.items() for each in some if each.source == source
        }

    def kept(self) -> dict[str, Any]:
        with self.library._db.read() as conn:
            rows = conn.execute(select(ExternalData.external_id, ExternalData.raw)).all()
        return {row.external_id: row.raw for row in rows}


@pytest.fixture
def place(settings: Settings, web: Web) -> Iterator[Place]:
    address = web.server.url_for("")
    clock = Clock()
    asking = settings.model_copy(
        update={
            "online": True,
            "credentials": "file",
            "spotify_api_url": f"{address}v1",
            "spotify_accounts_url": f"{address}accounts",
            "spotify_client_id": CLIENT_ID,
            "spotify_search_batch_size": 4,
            "spotify_api_error_sleep_s": 7.0,
            "beatport_url": f"{address}v4",
        }
    )
    library = open_library(asking, clock=clock)
    save_grant(library._secrets, Grant(CLIENT_ID, Secret("refreshtoken"), NOW))
    yield Place(library, clock)
    library.close()


def rate_limited(seconds: int) -> Response:
    return Response('{"error": {"status": 429}}', 429, {"Retry-After": str(seconds)})


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_each_track_is_asked_for_once_and_found_or_noted(place: Place, web: Web) -> None:
    ids = place.add(range(30))
    outcome = place.spotify()
    assert (outcome.ending, outcome.found, outcome.not_found, outcome.left) == (Ending.DONE, 24, 6, 0)
    assert web.asked == Counter(map(isrc_of, range(30)))
    assert place.links() == {ids[nth]: spotify_id(nth) for nth in range(30) if nth % 10 < 8}
    kept = place.kept()
    assert len(kept) == 30
    assert kept[spotify_id(3)]["external_ids"] == {"isrc": isrc_of(3)}
    notes = {name: raw for name, raw in kept.items() if name.startswith(f"NOT_FOUND_{ids[9]}_")}
    assert list(notes.values()) == [{"status": "not_found_by_isrc"}]
    with place.library._db.read() as conn:
        values = TrackRepository(conn).values(ids)[ids[3]]
    assert (values["popularity"], values["album"], values["release_date"]) == (
        3,
        "Night Ferry 0",
        "2021-03-05",
    )
    last = place.told[-1]
    assert (last.phase, last.total, last.found + last.not_found) == (CollectionPhase.ASKING, 30, last.done)

    again = place.spotify()
    assert (again.done, sum(web.asked.values())) == (0, 30)
    place.clock.now += timedelta(days=31)
    later = place.spotify()
    assert (later.not_found, later.found, sum(web.asked.values())) == (6, 0, 36)
    assert len(place.kept()) == 30, "a note is renewed, not doubled"


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_what_a_person_has_said_stays(place: Place) -> None:
    chosen, refused, renamed = place.add(range(3))
    place.library.library.set_value(chosen, "label", "By Hand")
    place.library.library.set_value(chosen, "popularity", 99)
    place.library.library.set_value(renamed, "title", "Another Song Altogether")
    with place.library._db.write() as conn:
        candidates = CandidateRepository(conn)
        candidates.put(refused, [NewCandidate(Source.SPOTIFY, spotify_id(1), 90.0, {})], NOW)
        (offered,) = candidates.of([refused])[refused]
        candidates.set_rejected([offered.id], True)
    outcome = place.spotify()
    assert (outcome.found, outcome.not_found) == (2, 1)
    with place.library._db.read() as conn:
        values = TrackRepository(conn).values([chosen, refused, renamed])
    assert (values[chosen]["popularity"], values[chosen]["label"]) == (99, "By Hand")
    assert refused not in place.links()
    assert place.links()[renamed] == spotify_id(2)
    assert values[renamed]["album"] is None, "one ISRC may stand on two recordings: only the link is taken"


@pytest.mark.logs("stamina.retry_scheduled")
def test_errors_are_waited_out_and_no_track_is_lost(place: Place, web: Web) -> None:
    place.add(range(6))
    web.next = [rate_limited(20), Response("gone mad", 200), Response("", 500), Response("", 500)]
    outcome = place.spotify()
    assert (outcome.ending, outcome.done, outcome.failed) == (Ending.DONE, 6, 0)
    assert place.waits[0] == pytest.approx(20, abs=0.1), "Retry-After is obeyed"
    assert 7.0 in place.waits, "the wait after an error"
    assert place.told[0].phase is CollectionPhase.COUNTING
    waiting = next(each for each in place.told if each.phase is CollectionPhase.WAITING)
    assert (waiting.waits_until is not None, waiting.why) == (True, "Spotify asked us to slow down.")


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_hours_of_retry_after_park_the_run_and_are_heeded_by_the_next_one(place: Place, web: Web) -> None:
    place.add(range(10))
    quota = {"error": {"status": 429, "reason": "QUOTA_EXCEEDED"}}

    def after_six(isrc: str) -> None:
        if len(web.asked) == 7 and not web.next:
            web.next = [Response(json.dumps(quota), 429, {"Retry-After": "48925"})] * 4

    web.at = after_six
    outcome = place.spotify()
    # Several are asked for at once on this computer: an answer on its way when one is refused is not taken.
    assert (outcome.ending, outcome.done + outcome.left) == (Ending.PARKED, 10)
    assert 0 < outcome.done <= 6
    assert outcome.message == "Spotify's quota for your developer account is used up."
    assert outcome.parked_until is not None
    assert (outcome.parked_until - NOW).total_seconds() == pytest.approx(48925, abs=10)
    assert len(place.kept()) == outcome.done, "what was answered by then is kept"
    with place.library._db.read() as conn:
        state = ProviderStateRepository(conn).get(Source.SPOTIFY)
    assert state is not None
    assert state.blocked_until == outcome.parked_until
    web.next, asked = [], sum(web.asked.values())
    assert place.spotify().ending is Ending.PARKED
    assert sum(web.asked.values()) == asked, "who is shut out does not knock"
    place.clock.now += timedelta(hours=14)
    assert (place.spotify().ending, len(place.links())) == (Ending.DONE, 8)


def test_a_run_that_is_stopped_keeps_what_it_has(place: Place, web: Web) -> None:
    place.add(range(10))
    stopped = []

    def at(isrc: str) -> None:
        if len(web.asked) == 7:
            stopped.append(True)
            web.next = [rate_limited(60)] * 9

    web.at = at

    async def for_ever(seconds: float) -> None:
        await asyncio.Event().wait()

    place._sleep = for_ever  # type: ignore[method-assign]  # a wait that only stopping ends
    outcome = place.spotify(lambda: bool(stopped))
    assert (outcome.ending, outcome.done + outcome.left) == (Ending.STOPPED, 10)
    assert len(place.kept()) == outcome.done <= 6


def test_who_may_not_ask_is_told_before_anything_is_asked(place: Place, web: Web) -> None:
    place.add(range(3))
    library = place.library
    with pytest.raises(BadInput, match="Beatport is switched off"):
        place.beatport()
    library.beatport.use_token(TOKEN)
    library.beatport._store.delete("beatport")
    assert (place.beatport().ending, place.beatport().message) == (
        Ending.BROKEN_OFF,
        "There is no token for Beatport. Paste your own in the settings.",
    )
    library.accounts.sign_out()
    assert place.spotify().message == "Sign in to Spotify in the settings."
    place.use(online=False)
    with pytest.raises(BadInput, match="network is switched off"):
        place.spotify()
    assert not web.asked


@pytest.mark.logs("stamina.retry_scheduled")
def test_a_network_that_is_gone_ends_the_run_with_a_word(place: Place, web: Web) -> None:
    place.add(range(3))
    nobody = dict.fromkeys(("spotify_api_url", "spotify_accounts_url"), "http://127.0.0.1:9")
    place.use(**nobody)
    outcome = place.spotify()
    assert (outcome.ending, outcome.done, outcome.left) == (Ending.BROKEN_OFF, 0, 3)
    assert "cannot be reached (no connection" in (outcome.message or "")
    assert not web.asked
    assert set(place.waits) == {7.0}


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_beatport_is_kept_raw_and_processed_offline(place: Place, web: Web) -> None:
    ids = place.add(range(10))
    place.library.beatport.use_token(json.dumps({"access_token": TOKEN, "expires_in": 36000}))
    place.library.library.set_value(ids[0], "bpm", 99.5)
    raw = place.beatport()
    assert (raw.found, raw.not_found, web.tokens) == (8, 2, {f"Bearer {TOKEN}"})
    assert (place.beatport().done, sum(web.asked.values())) == (0, 10), "what is kept is not asked for again"
    place.use(online=False)
    done = place.process()
    assert (done.ending, done.found, done.not_found, done.failed) == (Ending.DONE, 8, 0, 0)
    with place.library._db.read() as conn:
        values = TrackRepository(conn).values(ids)
        said = TrackMetadataRepository(conn).by_source(ids)
    assert values[ids[0]]["bpm"] == 99.5
    assert said[ids[0]]["beatport"]["bpm"] == 120
    expected = {
        "bpm": 121,
        "key_code": 15,
        "genres": ["Techno (Peak Time / Driving)"],
        "label": "Quay Records",
        "catalog_number": "NF00001",
        "isrc": isrc_of(1),
        "release_date": "2021-03-05",
    }
    assert {name: said[ids[1]]["beatport"][name] for name in expected} == expected
    assert {name: values[ids[1]][name] for name in expected} == expected
    assert (place.process().done, place.process(again=True).found) == (0, 8)
    assert place.library.beatport.forget().has_token is False


def test_a_token_that_has_run_out_is_told(place: Place, web: Web) -> None:
    place.add(range(2))
    place.library.beatport.use_token(TOKEN)
    web.next = [Response("", 401)]
    outcome = place.beatport()
    assert outcome.ending is Ending.BROKEN_OFF
    assert "Paste a new one" in (outcome.message or "")
    assert TOKEN not in str(outcome)


def test_saved_files_are_processed_too(place: Place, tmp_path: Path) -> None:
    ids = place.add(range(4))
    page = tmp_path / "page.json"
    page.write_bytes(beatport_answer(1))
    table = tmp_path / "table.csv"
    table.write_text(
        "\ufeffMy collection;;;\nTrack Title;Artists;BPM;Key;Release Date;Label\n"
        "Signal 2;Harbour Nine 2;126,5;8A;13.02.2026;Quay Records\n"
        ";;;;;\nno artist;;;;;\n",
        "utf-8",
    )
    broken, missing = tmp_path / "broken.json", tmp_path / "missing.csv"
    broken.write_text('{"results": [')
    outcome = place.beatport(page, table, broken, missing)
    assert (outcome.ending, outcome.found, outcome.failed) == (Ending.DONE, 2, 3)
    assert [each.rpartition("/")[2] for each in outcome.problems] == [
        "table.csv: row 5 names no artist and title",
        "broken.json is not valid JSON: Expecting value in line 1, column 14.",
        "missing.csv cannot be read: No such file or directory.",
    ]
    assert place.beatport(page, table).found == 2
    assert len(place.kept()) == 2, "a file that is read twice is kept once"
    assert place.process().found == 2
    with place.library._db.read() as conn:
        values = TrackRepository(conn).values(ids)
    assert (values[ids[1]]["bpm"], values[ids[2]]["bpm"], values[ids[3]]["bpm"]) == (121, 126.5, None)
    assert values[ids[2]]["release_date"] == "2026-02-13"
