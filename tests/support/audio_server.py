"""A small web server with audio on it: validators, ranges, a limit of speed, faults on demand, and a log.

What a whole body of faults does to the engine is tested with the fault server; this one is for the floors
above, which need many good transfers and now and then a bad answer.
"""

from __future__ import annotations

import hashlib
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_RANGE = re.compile(r"bytes=(\d+)-")
_PIECE = 4096


@dataclass(frozen=True, slots=True)
class Served:
    """A request as it was answered: from which byte on."""

    path: str
    start: int


@dataclass
class AudioServer:
    """`files` by path ("/one.wav"). All of it may be changed at any time from any thread."""

    files: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    """Of a path: answers (status and headers) to be given before the good ones."""
    bytes_per_s: float = 0
    """Of each answer; 0: no limit."""
    served: list[Served] = field(default_factory=list)
    address: str = ""
    gate: threading.Event = field(default_factory=threading.Event)
    """No body goes on past its half while this is not set."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str) -> str:
        return f"{self.address}{path}"

    def requests(self, path: str) -> list[Served]:
        with self._lock:
            return [each for each in self.served if each.path == path]

    def note(self, served: Served) -> None:
        with self._lock:
            self.served.append(served)

    def answer_of(self, path: str) -> tuple[int, dict[str, str]] | None:
        with self._lock:
            waiting = self.statuses.get(path)
            return waiting.pop(0) if waiting else None


@contextmanager
def audio_server(port: int = 0) -> Iterator[AudioServer]:
    """Serves on the loopback until it is left; `gate` is open at first."""
    shelf = AudioServer()
    shelf.gate.set()

    class Handler(_Handler):
        server_shelf = shelf

    server = _Server(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    shelf.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="audio-server")
    thread.start()
    try:
        yield shelf
    finally:
        shelf.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked was killed; anything else is a fault of this file."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server_shelf: AudioServer
    protocol_version = "HTTP/1.1"
    timeout = 5.0

    def do_GET(self) -> None:
        shelf = self.server_shelf
        if (refusal := shelf.answer_of(self.path)) is not None:
            self._refuse(*refusal)
            return
        content = shelf.files.get(self.path)
        if content is None:
            self._refuse(404, {})
            return
        etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
        asked = _RANGE.fullmatch(self.headers.get("Range", ""))
        start = int(asked.group(1)) if asked and self.headers.get("If-Range", etag) == etag else 0
        if start >= len(content):
            # Who asks has all of it (RFC 9110, 15.5.17).
            self._refuse(416, {"Content-Range": f"bytes */{len(content)}", "ETag": etag}, start)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", "audio/x-wav")
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("ETag", etag)
        self.send_header("Accept-Ranges", "bytes")
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        shelf.note(Served(self.path, start))
        self._send(content, start)

    def _send(self, content: bytes, start: int) -> None:
        shelf, at = self.server_shelf, start
        try:
            while at < len(content):
                if at >= len(content) // 2:
                    shelf.gate.wait()
                piece = content[at : at + _PIECE]
                self.wfile.write(piece)
                at += len(piece)
                if shelf.bytes_per_s:
                    time.sleep(len(piece) / shelf.bytes_per_s)
        except OSError:  # who asked has gone
            self.close_connection = True

    def _refuse(self, status: int, headers: dict[str, str], start: int = 0) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.server_shelf.note(Served(self.path, start))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name of the base class)
        """Nothing on stderr."""
