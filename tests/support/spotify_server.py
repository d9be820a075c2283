"""A Spotify over real sockets: the accounts service, and the Web API as apps in development mode see it.

Every request is judged by Spotify's schema, and so is every answer; what breaks it is in `problems`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from tests.support.catalogue.http import Request, Response
from tests.support.catalogue.model import Artist, Catalogue, Credit, Recording, Release, base62, credit_of
from tests.support.catalogue.spotify import SpotifyServer
from tests.support.spotify_schema import SpotifySchema

CLIENT_ID = "0123456789abcdef0123456789abcdef"
_VOSS, _TIDE = Artist("Mira Voss"), credit_of("Low Tide Committee")
_FEATURING = Credit(((*_TIDE.parts[0][:1], " feat. "), (_VOSS, "")))

REMIX = Recording(
    "remix", "Kinetic Sand", _FEATURING, 441.2, version="Juno Ferreira Remix", isrcs=("ZZMLB2600008",)
)
ORIGINAL = Recording("original", "Kinetic Sand", _TIDE, 396.0, isrcs=("ZZMLB2600007",))
CATALOGUE = Catalogue(
    (
        Release(
            "harbour",
            "Harbour Lights",
            _TIDE,
            "2026-02",
            (
                ORIGINAL,
                REMIX,
                *(
                    Recording(f"h{nth}", f"Pier {nth}", _TIDE, 200.0 + nth, isrcs=(f"ZZMLB26001{nth:02}",))
                    for nth in range(3, 9)
                ),
            ),
            label="Lowtide",
        ),
        Release("slow", "Slow Burn", credit_of("Nia Okafor", "Bo Lind"), "2019", ()),
    )
)


def track_id(recording: Recording) -> str:
    return base62("track", recording.key)


class FakeSpotify:
    """What it does can be changed by its attributes at any time."""

    def __init__(self) -> None:
        self.url = ""
        self.api = SpotifyServer(CATALOGUE)
        self.schema = SpotifySchema()
        self.rotates = False
        """Whether a refresh brings a new refresh token and ends the old one."""
        self.extended = False
        """An app that may do more: batches, popularity, labels."""
        self.token_answers: deque[Response] = deque()
        """Given instead of the next answers of the token endpoint."""
        self.api_answers: deque[Response] = deque()
        self.calls: list[Request] = []
        self.token_calls: list[dict[str, str]] = []
        self.problems: list[str] = []
        self.refresh_tokens: set[str] = set()
        self.access_tokens: set[str] = set()
        self.given: set[str] = set()
        """Every secret that was ever given away, or made by the client."""
        self._codes: dict[str, tuple[str, str]] = {}

    @property
    def settings(self) -> dict[str, str]:
        return {
            "spotify_api_url": f"{self.url}/v1",
            "spotify_accounts_url": f"{self.url}/accounts",
            "spotify_client_id": CLIENT_ID,
        }

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.calls]

    def authorized(self) -> str:
        """A refresh token, as if somebody had signed in."""
        return self._secret("refresh", self.refresh_tokens)

    def visit(self, address: str, *, says: str = "yes", state: str | None = None) -> str:
        """What a person's browser does: opens the address, says yes or "access_denied", follows back.

        Returns the address it ends at.
        """
        callback = self.callback(address, says=says, state=state)
        with direct_opener().open(callback, timeout=5) as page:
            page.read()
        return callback

    def callback(self, address: str, *, says: str = "yes", state: str | None = None) -> str:
        """Where the browser is sent after the person has answered."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.url}/accounts/authorize?")
        assert asked["client_id"] == CLIENT_ID
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert len(asked["state"]) >= 20
        redirect = urlsplit(asked["redirect_uri"])
        assert (redirect.scheme, redirect.hostname, redirect.path) == ("http", "127.0.0.1", "/callback")
        self.given |= {asked["state"], asked["code_challenge"]}
        told = {"state": state or asked["state"]}
        if says == "yes":
            told["code"] = code = self._secret("code")
            self._codes[code] = asked["code_challenge"], asked["redirect_uri"]
        else:
            told["error"] = says
        return f"{asked['redirect_uri']}?{urlencode(told)}"

    def answer(self, request: Request) -> Response:
        if request.path == "/accounts/api/token" and request.method == "POST":
            form = dict(parse_qsl(request.body.decode()))
            self.token_calls.append(form)
            self.given |= {form.get("code_verifier", ""), form.get("refresh_token", "")} - {""}
            return self.token_answers.popleft() if self.token_answers else self._token(form)
        if request.path.startswith("/v1/image/"):
            assert "authorization" not in request.headers
            return self.api.answer(replace(request, path=request.path.removeprefix("/v1")))
        if request.path.startswith("/v1/"):
            inner = replace(request, path=request.path.removeprefix("/v1"), base_url=f"{self.url}/v1")
            self.calls.append(inner)
            self.problems += self.schema.problems_of_request(inner.method, inner.path, inner.args)
            if self.api_answers:
                return self.api_answers.popleft()
            response = self._api(inner)
            body = _without_unknown(json.loads(response.body))
            self.problems += self.schema.problems_of_answer(inner.path, response.status, body)
            return response
        return Response(404, b"")

    def _token(self, form: dict[str, str]) -> Response:
        if form.get("client_id") != CLIENT_ID or "client_secret" in form:
            return _token_error("invalid_client")
        if form.get("grant_type") == "authorization_code":
            challenge, redirect = self._codes.pop(form.get("code", ""), ("", ""))
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
                return _token_error("invalid_grant")
            if form.get("redirect_uri") != redirect:
                return _token_error("invalid_grant")
            return self._tokens(self._secret("refresh", self.refresh_tokens))
        old = form.get("refresh_token", "")
        if form.get("grant_type") != "refresh_token" or old not in self.refresh_tokens:
            return _token_error("invalid_grant")
        if not self.rotates:
            return self._tokens(None)
        self.refresh_tokens.discard(old)
        return self._tokens(self._secret("refresh", self.refresh_tokens))

    def _tokens(self, refresh: str | None) -> Response:
        access = self._secret("access", self.access_tokens)
        told = {"access_token": access, "token_type": "Bearer", "expires_in": 3600, "scope": ""}
        return Response.json(told | ({"refresh_token": refresh} if refresh else {}))

    def _secret(self, kind: str, good: set[str] | None = None) -> str:
        made = f"{kind}{secrets.token_hex(12)}"
        self.given.add(made)
        if good is not None:
            good.add(made)
        return made

    def _api(self, request: Request) -> Response:
        self.api.tokens = self.access_tokens
        if self.extended and request.path in ("/tracks", "/albums"):
            kind = request.path[1:]
            each = [
                self.api.answer(replace(request, path=f"/{kind}/{ident}"))
                for ident in request.args["ids"].split(",")
            ]
            if each[0].status != 401:
                found = [self._more(json.loads(one.body)) if one.status == 200 else None for one in each]
                return Response.json({kind: found})
        response = self.api.answer(request)
        if response.status != 200:
            return response
        return Response.json(self._more(json.loads(response.body)))

    def _more(self, thing: Any) -> Any:
        """The fields that differ: all there, or null, 0 and empty."""
        if isinstance(thing, list):
            return [self._more(each) for each in thing]
        if not isinstance(thing, dict):
            return thing
        thing = {name: self._more(value) for name, value in thing.items()}
        if thing.get("type") == "track":
            thing |= {"preview_url": None, "popularity": 61 if self.extended else 0}
        if "copyrights" in thing:
            thing |= {"label": "Lowtide", "popularity": 40} if self.extended else {"popularity": 0}
        return thing


def _without_unknown(answer: Any) -> Any:
    """A batch without the null that stands for an unknown id: the schema has no word for it."""
    return {
        name: [each for each in value if each is not None] if isinstance(value, list) else value
        for name, value in answer.items()
    }


def _token_error(code: str) -> Response:
    return Response.json({"error": code, "error_description": "Refresh token revoked"}, 400)


def direct_opener() -> urllib.request.OpenerDirector:
    """A browser that asks the loopback directly, whatever proxy the environment names."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def status_of(address: str, data: bytes | None = None) -> int:
    """What a visit is answered with."""
    try:
        with direct_opener().open(address, data, timeout=5) as page:
            return int(page.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@contextmanager
def serve_spotify() -> Iterator[FakeSpotify]:
    """Fails at its end if anything asked for or answered was not as the schema says."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.spotify = FakeSpotify()
    server.spotify.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="spotify")
    thread.start()
    try:
        yield server.spotify
        assert server.spotify.problems == []
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    spotify: FakeSpotify


class _Handler(BaseHTTPRequestHandler):
    wbufsize = -1
    timeout = 5
    server: _Server

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        args = dict(parse_qsl(address.query, keep_blank_values=True))
        request = Request(self.command, unquote(address.path), args, headers, "", body)
        response = self.server.spotify.answer(request)
        if response.status == 0:  # hangs up without a word
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    do_POST = do_GET  # noqa: N815 (the name http.server looks for)

    def log_message(self, *args: object) -> None:
        """`FakeSpotify.calls` is the log."""
