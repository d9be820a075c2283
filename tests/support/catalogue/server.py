"""All the providers on one port of the loopback, each under its own path, with one log.

catalogue = Catalogue.load(HARD)            # or grown(albums=8), or Catalogue([Release(...)])
with catalogue.serve() as served:
    settings = Settings(**served.settings)  # or os.environ | served.env
    ...
    served.log.calls("deezer")              # who was asked what, when
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.support.catalogue.coverart import CoverArtServer
from tests.support.catalogue.deezer import DeezerServer
from tests.support.catalogue.http import Request, RequestLog, Response
from tests.support.catalogue.itunes import ItunesServer
from tests.support.catalogue.model import Catalogue
from tests.support.catalogue.musicbrainz import MusicBrainzServer
from tests.support.catalogue.spotify import SpotifyServer

_PATHS = {
    "musicbrainz": "/musicbrainz/ws/2",
    "coverart": "/coverart",
    "deezer": "/deezer",
    "itunes": "/itunes",
    "spotify": "/spotify/v1",
}
_SETTINGS = {"spotify": "spotify_api_url"}
_LONGEST_SILENCE_S = 30

Fault = Callable[[str, Request], Response | None]


class _Provider(Protocol):
    def answer(self, request: Request) -> Response: ...


@dataclass
class Served:
    """A catalogue being served."""

    url: str
    catalogue: Catalogue
    providers: dict[str, _Provider]
    log: RequestLog = field(default_factory=RequestLog)
    fault: Fault = lambda provider, request: None
    """Asked before each answer; what it returns is sent instead, or nothing if its status is 0."""

    def base_url(self, provider: str) -> str:
        return self.url + _PATHS[provider]

    @property
    def settings(self) -> dict[str, str]:
        """The settings that lead the program here."""
        return {_SETTINGS.get(name, f"{name}_url"): self.base_url(name) for name in _PATHS}

    @property
    def env(self) -> dict[str, str]:
        """The same as environment variables."""
        return {f"MUSICLIB_{name.upper()}": url for name, url in self.settings.items()}

    def answer(self, request: Request, at: float) -> Response:
        for name, prefix in _PATHS.items():
            if request.path.startswith(prefix + "/"):
                inner = Request(
                    request.method,
                    request.path.removeprefix(prefix),
                    request.args,
                    request.headers,
                    self.base_url(name),
                    request.body,
                )
                response = self.fault(name, inner) or self.providers[name].answer(inner)
                self.log.add(name, inner, response.status, at)
                return response
        return Response(404, b"")


@contextmanager
def serve(catalogue: Catalogue) -> Iterator[Served]:
    providers: dict[str, _Provider] = {
        "musicbrainz": MusicBrainzServer(catalogue.at("musicbrainz")),
        "coverart": CoverArtServer(catalogue.at("musicbrainz")),
        "deezer": DeezerServer(catalogue.at("deezer")),
        "itunes": ItunesServer(catalogue.at("itunes")),
        "spotify": SpotifyServer(catalogue.at("spotify")),
    }
    server = _Server(("127.0.0.1", 0), _Handler)
    server.served = Served(f"http://127.0.0.1:{server.server_port}", catalogue, providers)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="catalogue")
    thread.start()
    try:
        yield server.served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    served: Served


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together
    timeout = _LONGEST_SILENCE_S
    server: _Server

    def do_GET(self) -> None:
        at = time.monotonic()
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        args = dict(parse_qsl(address.query, keep_blank_values=True))
        request = Request(self.command, unquote(address.path), args, headers, "", body)
        response = self.server.served.answer(request, at)
        if response.status == 0:  # no answer at all
            self.close_connection = True
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    do_POST = do_GET  # noqa: N815 (the name http.server looks for)

    def log_message(self, *args: object) -> None:
        """The log is `Served.log`."""
