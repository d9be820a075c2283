"""Signing in to Spotify and renewing its tokens, over real sockets."""

from __future__ import annotations

import asyncio
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from musiclib.credentials import CredentialStore, Secret
from musiclib.errors import (
    BadInput,
    PortInUse,
    ProviderError,
    ProviderUnreachable,
    RateLimited,
    SignInCancelled,
    SignInDenied,
    SignInFailed,
    SignInNeeded,
    SignInTimedOut,
)
from musiclib.providers.spotify_account import Grant, drop_grant, load_grant, months_later, save_grant
from musiclib.providers.spotify_auth import SignIn
from tests.support.catalogue.http import Response
from tests.support.spotify_server import CLIENT_ID, FakeSpotify, serve_spotify, status_of
from tests.support.spotify_world import SpotifyWorld

HTML = Response(200, b"<html>Log in to this network</html>", {"Content-Type": "text/html"})


@pytest.fixture
def spotify() -> Iterator[FakeSpotify]:
    with serve_spotify() as served:
        yield served


@pytest.fixture
def world(spotify: FakeSpotify, tmp_path: Path) -> SpotifyWorld:
    return SpotifyWorld(spotify=spotify, folder=tmp_path)


class Waiting:
    """A sign-in that waits in a thread of its own."""

    def __init__(self, sign_in: SignIn, timeout_s: float) -> None:
        self.sign_in = sign_in
        self.redirect = ""
        self._outcome: list[Grant | BaseException] = []
        self._thread = threading.Thread(target=self._run, args=(timeout_s,))
        self._thread.start()

    def _run(self, timeout_s: float) -> None:
        try:
            self._outcome.append(self.sign_in.wait(timeout_s))
        except BaseException as error:  # noqa: BLE001 - handed to the thread of the test
            self._outcome.append(error)

    def result(self) -> Grant:
        self._thread.join(10)
        if isinstance(self._outcome[0], BaseException):
            raise self._outcome[0]
        return self._outcome[0]


@contextmanager
def waiting(world: SpotifyWorld, timeout_s: float = 20.0, port: int = 0) -> Iterator[Waiting]:
    waits = Waiting(SignIn(world.accounts(), world.clock, port), timeout_s)
    try:
        yield waits
    finally:
        waits.sign_in.cancel()
        waits._thread.join(10)


def test_a_person_says_yes_in_the_browser(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    with waiting(world) as waits:
        spotify.visit(waits.sign_in.address)
        grant = waits.result()
    assert grant.refresh_token.reveal() in spotify.refresh_tokens
    assert (grant.client_id, grant.authorized_at) == (CLIENT_ID, world.now)
    (asked,) = spotify.token_calls
    assert asked.keys() == {"grant_type", "client_id", "code", "redirect_uri", "code_verifier"}
    assert 43 <= len(asked["code_verifier"]) <= 128
    assert not any(secret in repr([grant, waits.sign_in]) for secret in spotify.given)


def test_other_visits_end_nothing(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    with waiting(world) as waits:
        good = spotify.callback(waits.sign_in.address)
        place = urlsplit(good)
        base = f"http://{place.netloc}"
        with socket.create_connection((place.hostname, place.port)):  # a browser that connects ahead
            assert status_of(f"{base}/favicon.ico") == 404
            assert status_of(f"{base}/callback/") == 404
            assert status_of(f"{base}/callback") == 400
            assert status_of(f"{base}/callback?code=x&state=") == 400
            assert status_of(spotify.callback(waits.sign_in.address, state="guessed")) == 400
            assert status_of(spotify.callback(waits.sign_in.address, state="g", says="access_denied")) == 400
            assert status_of(f"{good}&state=twice") == 400
            assert status_of(good, data=b"posted") == 405
            with socket.create_connection((place.hostname, place.port)) as rude:
                rude.sendall(b"\xff\xfe garbage\r\n\r\n")
                assert rude.recv(10) == b""
            assert not spotify.token_calls
            assert status_of(good) == 200
        assert waits.result().client_id == CLIENT_ID


def test_consent_denied_makes_no_token_request(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    with waiting(world) as waits:
        spotify.visit(waits.sign_in.address, says="access_denied")
        with pytest.raises(SignInDenied, match="Nothing was changed"):
            waits.result()
    with waiting(world) as waits:
        spotify.visit(waits.sign_in.address, says="server_error")
        with pytest.raises(SignInFailed, match="Try again later"):
            waits.result()
    assert not spotify.token_calls


def test_address_is_pasted_from_another_computer(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    with waiting(world) as waits:
        good = spotify.callback(waits.sign_in.address)
        for wrong in (
            "",
            "hello",
            waits.sign_in.address,
            spotify.callback(waits.sign_in.address, state="guessed"),
            good.replace("/callback", "/other"),
        ):
            with pytest.raises(BadInput, match="not the address"):
                waits.sign_in.paste(wrong)
        half = len(good) // 2
        waits.sign_in.paste(f"  {good[:half]}\n{good[half:]} \n")
        assert waits.result().client_id == CLIENT_ID
        waits.sign_in.paste(good)  # once more by mistake
    assert len(spotify.token_calls) == 1


def test_port_in_use_is_told(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortInUse, match=str(port)):
            SignIn(world.accounts(), world.clock, port)
    with waiting(world, port=port) as waits:
        assert f":{port}/callback" in spotify.visit(waits.sign_in.address)
        assert waits.result()


def test_nobody_comes_back_or_gives_up(world: SpotifyWorld) -> None:
    with waiting(world, timeout_s=0.02) as waits, pytest.raises(SignInTimedOut):
        waits.result()
    with waiting(world) as waits:
        waits.sign_in.cancel()
        with pytest.raises(SignInCancelled):
            waits.result()
    sign_in = SignIn(world.accounts(), world.clock)
    sign_in.close()


@pytest.mark.parametrize(
    "answer",
    [
        Response.json({"error": "invalid_grant", "error_description": "Invalid authorization code"}, 400),
        Response.json({"error": "invalid_client"}, 400),
        Response.json({"error": {"status": 400}}, 400),
        Response.json({}, 200),
        Response.json({"access_token": "x", "token_type": "Bearer"}, 200),
        Response.json(["x"], 200),
        Response.json({"error": "server_error"}, 503),
        Response.json({"error": "slow"}, 429, Retry_After="7"),
        Response(200, b"{"),
        Response(302, b"", {"Location": "https://elsewhere.example/"}),
        Response(0, b""),
        HTML,
    ],
)
def test_no_token_for_the_code(world: SpotifyWorld, spotify: FakeSpotify, answer: Response) -> None:
    spotify.token_answers.append(answer)
    with waiting(world) as waits:
        spotify.visit(waits.sign_in.address)
        with pytest.raises(SignInFailed) as caught:
            waits.result()
    told = "".join(traceback.format_exception(caught.value))
    assert not any(secret in told for secret in spotify.given)


def token(world: SpotifyWorld) -> Secret:
    """A fresh process asks for a token."""
    return asyncio.run(world.tokens().token())


def test_tokens_are_renewed_when_they_end_and_only_then(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    world.sign_in()
    before = world.grant

    async def run() -> None:
        tokens = world.tokens()
        first, same = await asyncio.gather(tokens.token(), tokens.token())
        assert first == same
        assert len(spotify.token_calls) == 1
        world.later(minutes=58)
        assert await tokens.token() == first
        world.later(minutes=1, seconds=1)
        second = await tokens.token()
        assert second != first
        assert await tokens.after(first) == second, "somebody else has renewed it meanwhile"
        assert await tokens.after(second) != second

    asyncio.run(run())
    assert spotify.token_calls[0].keys() == {"grant_type", "client_id", "refresh_token"}
    assert len(spotify.token_calls) == 3
    assert world.gate.calls == ["spotify"] * 3
    assert world.grant == before, "no new refresh token: the old one is kept"


def test_a_new_refresh_token_takes_the_place_of_the_old(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    spotify.rotates = True
    world.sign_in()
    before = world.grant
    world.later(days=40)
    token(world)
    after = world.grant
    assert {after.refresh_token.reveal()} == spotify.refresh_tokens
    assert after.authorized_at == before.authorized_at, "renewing does not prolong the six months"
    token(world)


def test_another_process_may_have_renewed_it_first(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    spotify.rotates = True
    world.sign_in()
    newer = Secret(spotify.authorized())

    class Elsewhere(CredentialStore):
        """Another process replaces the token after we have read it."""

        def read(self, name: str) -> Secret | None:
            found = super().read(name)
            if spotify.refresh_tokens != {newer.reveal()}:
                spotify.refresh_tokens &= {newer.reveal()}
                save_grant(world.store, Grant(CLIENT_ID, newer, world.now))
            return found

    tokens = world.tokens()
    tokens._store = Elsewhere(world.folder, "file")
    assert asyncio.run(tokens.token())
    assert not world.capabilities.has_ended(world.grant)


def test_a_token_is_used_no_more_once_somebody_has_signed_out(
    world: SpotifyWorld, spotify: FakeSpotify
) -> None:
    world.sign_in()
    tokens, grant = world.tokens(), world.grant
    assert asyncio.run(tokens.token())
    drop_grant(world.store)
    world.capabilities.end(grant)
    with pytest.raises(SignInNeeded, match="Sign in to Spotify"):
        asyncio.run(tokens.token())
    world.later(seconds=1)
    world.sign_in()
    assert asyncio.run(tokens.token())


def test_a_sign_in_that_has_ended_is_not_tried_again(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    world.sign_in()
    spotify.refresh_tokens.clear()
    for _ in range(3):
        with pytest.raises(SignInNeeded, match="Sign in again") as caught:
            token(world)
        assert "Refresh token revoked" not in "".join(traceback.format_exception(caught.value))
    assert len(spotify.token_calls) == 1
    assert world.capabilities.has_ended(world.grant), "kept until a new one takes its place, but not used"
    world.later(seconds=1)
    world.sign_in()
    assert token(world)


def test_without_a_sign_in_nobody_is_asked(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    with pytest.raises(SignInNeeded):
        token(world)
    save_grant(world.store, Grant("another app", Secret(spotify.authorized()), world.now))
    with pytest.raises(SignInNeeded):
        token(world)
    assert not spotify.token_calls


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Response.json({"error": "server_error"}, 500), ProviderUnreachable),
        (Response.json({"error": "invalid_grant"}, 503), ProviderUnreachable),
        (Response.json({"error": "temporarily_unavailable"}, 400), ProviderUnreachable),
        (Response.json({"error": "invalid_client"}, 400), SignInNeeded),
        (Response.json({"error": "slow"}, 429, Retry_After="48925"), RateLimited),
        (Response.json({"error": "slow"}, 429), RateLimited),
        (Response.json({"token_type": "Bearer"}), ProviderUnreachable),
        (Response(403, b"<html>proxy</html>"), ProviderUnreachable),
        (Response(400, b"invalid_grant"), ProviderUnreachable),
        (Response(0, b""), ProviderUnreachable),
        (HTML, ProviderUnreachable),
    ],
)
def test_trouble_at_the_token_endpoint_signs_nobody_out(
    world: SpotifyWorld, spotify: FakeSpotify, answer: Response, expected: type[ProviderError]
) -> None:
    world.sign_in()
    spotify.token_answers.append(answer)
    with pytest.raises(expected) as caught:
        token(world)
    if isinstance(caught.value, RateLimited):
        wait = (caught.value.until - world.now).total_seconds()
        assert wait == int(answer.headers.get("Retry-After", "30"))
    assert not world.capabilities.has_ended(world.grant)
    assert token(world), "and the next time it works"


def test_an_app_that_is_gone_is_not_asked_for_every_track(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    world.sign_in()
    spotify.token_answers.append(Response.json({"error": "invalid_client"}, 400))

    async def thrice() -> None:
        tokens = world.tokens()
        for _ in range(3):
            with pytest.raises(SignInNeeded, match="client id"):
                await tokens.token()

    asyncio.run(thrice())
    assert len(spotify.token_calls) == 1
    assert token(world), "a worker that starts later tries again"


def test_no_network_signs_nobody_out(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    world.sign_in()
    url, spotify.url = spotify.url, "http://127.0.0.1:9"
    with pytest.raises(ProviderUnreachable, match="no connection"):
        token(world)
    spotify.url = url
    assert token(world)


@pytest.mark.logs("could not be saved")
def test_a_renewed_sign_in_that_cannot_be_saved_still_works(
    world: SpotifyWorld, spotify: FakeSpotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    spotify.rotates = True
    world.sign_in()

    class Full(CredentialStore):
        def write(self, name: str, secret: Secret) -> None:
            raise SignInFailed("the disk is full")

    async def run() -> None:
        tokens = world.tokens()
        tokens._store = Full(world.folder, "file")
        first = await tokens.token()
        assert await tokens.after(first) != first

    asyncio.run(run())


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ((2026, 8, 31), 6, (2027, 2, 28)),
        ((2026, 1, 15), 6, (2026, 7, 15)),
        ((2027, 8, 30), 6, (2028, 2, 29)),
        ((2026, 12, 1), 5, (2027, 5, 1)),
    ],
)
def test_months_are_those_of_the_calendar(
    start: tuple[int, int, int], months: int, end: tuple[int, int, int]
) -> None:
    assert months_later(datetime(*start, tzinfo=UTC), months) == datetime(*end, tzinfo=UTC)


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"client_id": 3}', f'{{"client_id": "{CLIENT_ID}"}}'])
def test_a_grant_that_makes_no_sense_is_none(world: SpotifyWorld, kept: str) -> None:
    world.store.write("spotify", Secret(kept))
    assert load_grant(world.store, CLIENT_ID) is None


def test_only_what_is_needed_is_stored(world: SpotifyWorld, spotify: FakeSpotify) -> None:
    world.sign_in()
    look: Callable[[], str] = lambda: next(world.folder.iterdir()).read_text()  # noqa: E731
    token(world)
    assert not any(access in look() for access in spotify.access_tokens)
    assert all(word in look() for word in ("client_id", "refresh_token", "authorized_at"))
