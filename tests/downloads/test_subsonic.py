from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import shutil
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx2
import mutagen
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from musiclib.analysis.synth import write_audio
from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum, WantedTrack
from musiclib.domain.audio_choice import Rules, Verdict, choose
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.states import TransferReason
from musiclib.downloads.base import HttpOrigin, TransferError
from musiclib.downloads.subsonic import SignIn, SignInKind, Subsonic
from tests.support.supysonic_server import PASSWORD, USER, serving

T = TypeVar("T")
NOW = datetime(2026, 11, 21, tzinfo=UTC)
SONG = {
    "id": "s1", "title": "First Light", "artist": "Ada Quist", "album": "Two Rooms", "albumId": "a1",
    "track": 1, "discNumber": 1, "year": 2024, "duration": 241, "size": 31_000_000,
    "suffix": "flac", "bitRate": 900,
    "samplingRate": 44100, "path": "Ada Quist/Two Rooms/01 - First Light.flac", "isrc": ["GBAAA2400001"],
}  # fmt: skip


def wanted(*titles: str, album: str = "Two Rooms") -> WantedAlbum:
    tracks = [WantedTrack(TrackId(UUID(int=n)), "Ada Quist", title) for n, title in enumerate(titles, 1)]
    return WantedAlbum(AlbumId(UUID(int=9)), album, "Ada Quist", 2024, len(tracks), tuple(tracks))


def ask(
    url: str,
    do: Callable[[Subsonic], Awaitable[T]],
    sign_in: SignIn = SignIn(USER, PASSWORD),  # noqa: B008 (frozen)
) -> T:
    salts = count(1)

    async def run() -> T:
        async with httpx2.AsyncClient(trust_env=False) as client:
            source = Subsonic("7", "Home", client, url, sign_in, lambda: NOW, lambda: f"salt{next(salts)}")
            return await do(source)

    return asyncio.run(run())


class Fake:
    """Answers each method as it is told to; everything else is an empty success."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("/music")
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answers: dict[str, Any] = {}
        server.expect_request("/music").respond_with_data("")
        for method in ("search3", "getAlbum", "getArtists", "download"):
            server.expect_request(f"/music/rest/{method}").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        method = request.path.rsplit("/", 1)[1]
        self.asked.append((method, dict(request.args)))
        answer = self.answers.get(method, {})
        if isinstance(answer, Response):
            return answer
        if callable(answer):
            answer = answer(request.args)
        body = {"subsonic-response": {"status": "ok", "version": "1.16.1", **answer}}
        return Response(json.dumps(body), mimetype="application/json")

    def fail(self, method: str, code: int, message: str = "") -> None:
        self.answers[method] = {"status": "failed", "error": {"code": code, "message": message}}


@pytest.fixture
def fake(httpserver: HTTPServer) -> Fake:
    return Fake(httpserver)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """(address, folder of the music) of a supysonic with an album of two songs and one song beside it."""
    import numpy as np

    music, data = tmp_path_factory.mktemp("music"), tmp_path_factory.mktemp("supysonic")
    (music / "Two Rooms").mkdir()
    made = music / "sound.flac"
    write_audio(made, np.zeros((2, 22_050), np.float32), 22_050)
    for number, (folder, title, album) in enumerate(
        (
            ("Two Rooms", "First Light", "Two Rooms"),
            ("Two Rooms", "Dusk", "Two Rooms"),
            (".", "Lone Song", "Other"),
        ),
        1,
    ):
        path = Path(shutil.copy(made, music / folder / f"{number:02} {title}.flac"))
        tags = mutagen.File(path, easy=True)
        tags.update({"artist": "Ada Quist", "title": title, "album": album, "tracknumber": str(number)})
        tags.save()
    made.unlink()
    with serving(music, data) as address:
        yield address, music


def test_a_real_server_is_searched_and_gives_the_file_as_it_is(real: tuple[str, Path]) -> None:
    address, music = real

    async def fetch(source: Subsonic) -> tuple[str, list[AudioCandidate], dict[str, bytes]]:
        told = await source.check()
        found = await source.find(wanted("First Light", "Dusk", "Lone Song"))
        bodies = {}
        async with httpx2.AsyncClient(trust_env=False) as client:
            for each in found:
                origin = await source.origin(each)
                bodies[each.title] = (await client.get(origin.address())).content
        return told, found, bodies

    told, found, bodies = ask(address, fetch)
    assert told.startswith("Home answers: ")
    assert {each.title: each.size for each in found} == {
        path.stem[3:]: path.stat().st_size for path in music.rglob("*.flac")
    }
    assert {path.stem[3:]: path.read_bytes() for path in music.rglob("*.flac")} == bodies
    choices = choose(wanted("First Light", "Dusk", "Lone Song"), found, Rules(("flac",)))
    assert {each.verdict for each in choices.values()} == {Verdict.SURE}


def test_a_real_server_refuses_a_wrong_password(real: tuple[str, Path]) -> None:
    with pytest.raises(TransferError, match="does not take the user name") as caught:
        ask(real[0], lambda source: source.check(), SignIn(USER, "guessed"))
    assert caught.value.reason is TransferReason.SIGN_IN_NEEDED


def test_what_a_song_tells(fake: Fake) -> None:
    fake.answers["search3"] = {"searchResult3": {"album": {"id": "a1", "name": "Two Rooms"}, "song": []}}
    fake.answers["getAlbum"] = {"album": {"id": "a1", "song": [SONG, {"title": "no id"}, "nothing"]}}
    (found,) = ask(fake.url, lambda source: source.find(wanted("First Light")))
    assert found == AudioCandidate(
        source="7", ref="s1", name="01 - First Light.flac", title="First Light", artist="Ada Quist",
        album="Two Rooms", year=2024, isrc="GBAAA2400001", duration_s=241.0, track_number=1, disc=1,
        suffix="flac", bitrate_kbps=900, sample_rate=44100, size=31_000_000, release="a1",
    )  # fmt: skip


def test_every_call_has_a_salt_of_its_own_and_never_the_password(
    fake: Fake, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(fake.url + "/rest/", lambda source: source.find(wanted("First Light", "Dusk")))
    assert [method for method, _ in fake.asked] == ["search3"] * 3
    for _, params in fake.asked:
        assert params["t"] == hashlib.md5(f"{PASSWORD}{params['s']}".encode()).hexdigest()
        assert PASSWORD not in str(params)
    assert len({params["s"] for _, params in fake.asked}) == 3
    assert PASSWORD not in repr(SignIn(USER, PASSWORD))


@pytest.mark.parametrize("code", [10, 41])
def test_the_password_itself_goes_only_where_nobody_can_listen(fake: Fake, code: int) -> None:
    def tokens_refused(asked: Any) -> dict[str, Any]:
        return {} if "p" in asked else {"status": "failed", "error": {"code": code}}

    fake.answers["getArtists"] = tokens_refused
    assert ask(fake.url, lambda source: source.check()).startswith("Home answers")
    assert fake.asked[-1][1]["p"] == "enc:" + PASSWORD.encode().hex()
    open_to_others = fake.url.replace("127.0.0.1", "127.1")  # not known to be this machine
    fake.asked.clear()
    with pytest.raises(TransferError, match="password itself"):
        ask(open_to_others, lambda source: source.check())
    assert not any("p" in asked for _, asked in fake.asked)
    chosen = SignIn(USER, PASSWORD, SignInKind.PASSWORD)
    assert ask(open_to_others, lambda source: source.check(), chosen).startswith("Home answers")


def test_an_api_key_goes_alone(fake: Fake) -> None:
    ask(fake.url, lambda source: source.check(), SignIn("", "key-1", SignInKind.KEY))
    ((_, params),) = fake.asked
    assert params["apiKey"] == "key-1"
    assert not {"u", "t", "s", "p"} & set(params)


def test_an_address_is_made_anew_each_time_and_shown_nowhere(fake: Fake) -> None:
    async def twice(source: Subsonic) -> tuple[HttpOrigin, str, str]:
        origin = await source.origin(AudioCandidate("7", "s 1", "x", "x"))
        return origin, origin.address(), origin.address()

    fake.fail("download", 70, "No such song")
    origin, one, other = ask(fake.url, twice)
    assert one != other
    asked = parse_qs(urlsplit(one).query)
    assert (urlsplit(one).path, asked["id"], asked["format"]) == ("/music/rest/download", ["s 1"], ["raw"])
    assert asked["t"][0] not in repr(origin)


def test_a_server_without_download_is_streamed_from(fake: Fake) -> None:
    no_method = json.dumps({"error": True, "error_message": "bad version"})
    fake.answers["download"] = Response(no_method, mimetype="application/json")
    origin = ask(fake.url, lambda source: source.origin(AudioCandidate("7", "s1", "x", "x")))
    assert urlsplit(origin.address()).path.endswith("/rest/stream")


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (40, TransferReason.SIGN_IN_NEEDED, "user name and password"),
        (41, TransferReason.SIGN_IN_NEEDED, "API key"),
        (44, TransferReason.SIGN_IN_NEEDED, "user name and password"),
        (50, TransferReason.FORBIDDEN, "does not allow"),
        (70, TransferReason.GONE, "any more"),
        (0, TransferReason.SERVER_ERROR, "refuses: out of order"),
    ],
)
def test_errors_inside_a_success_are_errors(
    fake: Fake, code: int, reason: TransferReason, words: str
) -> None:
    fake.fail("getArtists", code, "out of  \x1b order.")
    with pytest.raises(TransferError, match=words) as caught:
        ask(fake.url, lambda source: source.check())
    assert (caught.value.reason, caught.value.retry) == (reason, False)


def test_errors_that_come_in_place_of_audio_are_read(fake: Fake) -> None:
    origin = ask(fake.url, lambda source: source.origin(AudioCandidate("7", "s1", "x", "x")))
    xml = b'<subsonic-response status="failed"><error code="70" message="gone"/></subsonic-response>'
    as_json = json.dumps({"subsonic-response": {"status": "failed", "error": {"code": 50}}}).encode()
    refusals = [origin.refusal("text/xml", xml), origin.refusal("application/json", as_json)]
    assert [each and each.reason for each in refusals] == [TransferReason.GONE, TransferReason.FORBIDDEN]
    busy = origin.refusal("application/json", as_json.replace(b"50", b"0"))
    assert busy is not None
    assert (busy.reason, busy.retry) == (TransferReason.SERVER_ERROR, True)
    for other in (b"<html>", b"[" * 100_000, b'<error code="' + b"9" * 5000 + b'">'):
        assert origin.refusal("text/html", other) is None


@pytest.mark.parametrize("body", ["[]", "{}", "null", '{"subsonic-response": 3}', "[" * 100_000])
def test_a_server_of_another_kind_is_told(fake: Fake, body: str) -> None:
    fake.answers["getArtists"] = Response(body, mimetype="application/json")
    with pytest.raises(TransferError, match="Check its address"):
        ask(fake.url, lambda source: source.check())


def test_songs_with_a_common_name_are_asked_for_with_their_artist(fake: Fake) -> None:
    def search(asked: Any) -> dict[str, Any]:
        if asked["query"] == "Ada Quist Intro":
            return {"searchResult3": {"song": [SONG | {"id": "right", "title": "Intro"}]}}
        songs = [
            SONG | {"id": str(n), "title": "Intro", "artist": "X"} for n in range(int(asked["songCount"]))
        ]
        return {"searchResult3": {"song": songs}}

    fake.answers["search3"] = search
    found = ask(fake.url, lambda source: source.find(wanted("Intro (Dub)", album="My Mix")))
    assert "right" in {each.ref for each in found}
