"""A web server that misbehaves on demand, over real sockets, in a thread of its own.

    with FaultServer() as server:
        server.add("/a.flac", Resource(data), broken_after(1000), serve)
        ... server.url("/a.flac") ... server.asked[0].headers["range"]

Each request to a path takes the next of its behaviours; the last one stays.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gzip
import re
import ssl
import tempfile
import threading
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from ipaddress import IPv4Address
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_HEAD_LIMIT = 64 * 1024
_PIECE = 64 * 1024
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
LAST_MODIFIED = "Wed, 04 Mar 2026 10:00:00 GMT"


@dataclass(frozen=True)
class Resource:
    """A file as it is at the moment."""

    data: bytes = field(repr=False)
    etag: str | None = '"one"'
    last_modified: str | None = None
    content_type: str | None = "audio/flac"


@dataclass(frozen=True)
class Request:
    """What was asked; names of headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


@dataclass
class Exchange:
    """One request, and the means to answer it, rightly or wrongly."""

    request: Request
    resource: Resource
    writer: asyncio.StreamWriter
    fields: dict[str, str] = field(default_factory=dict)
    """Headers that are sent in addition to, or in place of, the usual ones."""

    @property
    def range(self) -> tuple[int, int] | None:
        """First and last byte asked for, if the condition holds (RFC 9110, 13.1.5)."""
        found = _RANGE.fullmatch(self.request.headers.get("range", ""))
        condition = self.request.headers.get("if-range")
        if not found or condition not in (None, self.resource.etag, self.resource.last_modified):
            return None
        end = len(self.resource.data) - 1
        return int(found[1]), min(int(found[2] or end), end)

    async def head(self, status: int, **named: object) -> None:
        """Status line and headers; `content_length=5` is `Content-Length: 5`, None leaves one out."""
        resource = self.resource
        fields: dict[str, object] = {
            "Date": formatdate(usegmt=True),
            "Content-Type": resource.content_type,
            "ETag": resource.etag,
            "Last-Modified": resource.last_modified,
            **{name.replace("_", "-").title(): value for name, value in named.items()},
            **self.fields,
        }
        fields = {"ETag" if name == "Etag" else name: value for name, value in fields.items()}
        lines = [f"{name}: {value}\r\n" for name, value in fields.items() if value is not None]
        await self.send(
            f"HTTP/1.1 {status} Said\r\n{''.join(lines)}Connection: close\r\n\r\n".encode("latin-1")
        )

    async def send(self, data: bytes) -> None:
        for at in range(0, len(data), _PIECE):
            self.writer.write(data[at : at + _PIECE])
            await self.writer.drain()

    async def begin(self) -> bytes:
        """The header of a right answer, also to a range; returns the body that is to follow."""
        data, wanted = self.resource.data, self.range
        if wanted is None:
            await self.head(200, content_length=len(data))
            return data
        first, last = wanted
        if first >= len(data):
            await self.head(416, content_range=f"bytes */{len(data)}", content_length=0)
            return b""
        await self.head(
            206, content_range=f"bytes {first}-{last}/{len(data)}", content_length=last - first + 1
        )
        return data[first : last + 1]


Behaviour = Callable[[Exchange], Awaitable[None]]


async def serve(x: Exchange) -> None:
    """As a good server does."""
    await x.send(await x.begin())


async def without_ranges(x: Exchange) -> None:
    await x.head(200, content_length=len(x.resource.data))
    await x.send(x.resource.data)


async def hang_up(x: Exchange) -> None:
    """Not a word."""


async def hang(x: Exchange) -> None:
    """Nothing, for ever."""
    await asyncio.Event().wait()


async def slow_header(x: Exchange) -> None:
    """A header that never ends."""
    await x.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await x.send(b"X-More: 1\r\n")
        await asyncio.sleep(0.02)


async def chunked(x: Exchange) -> None:
    await x.head(200, transfer_encoding="chunked")
    await _in_chunks(x, x.resource.data)


async def _in_chunks(x: Exchange, data: bytes) -> None:
    for at in range(0, len(data), _PIECE):
        piece = data[at : at + _PIECE]
        await x.send(b"%x\r\n%s\r\n" % (len(piece), piece))
    await x.send(b"0\r\n\r\n")


def chunked_cut(count: int | None = None) -> Behaviour:
    """Chunks that end after so many bytes, or after all of them, without the one that says so."""

    async def behave(x: Exchange) -> None:
        piece = x.resource.data[:count]
        await x.head(200, transfer_encoding="chunked")
        await x.send(b"%x\r\n%s\r\n" % (len(piece), piece))

    return behave


async def without_length(x: Exchange) -> None:
    """The end of the connection is the end of the file."""
    await x.head(200)
    await x.send(x.resource.data)


async def cut_without_length(x: Exchange) -> None:
    """Half of the file, and a connection that somebody breaks off: over TLS nobody says that it ends."""
    await x.head(200)
    await x.send(x.resource.data[: len(x.resource.data) // 2])
    x.writer.transport.abort()


async def multipart(x: Exchange) -> None:
    if x.range is None:
        return await serve(x)
    first, last = x.range
    part = f"--B\r\nContent-Range: bytes {first}-{last}/{len(x.resource.data)}\r\n\r\n".encode()
    body = part + x.resource.data[first:] + b"\r\n--B--\r\n"
    await x.head(206, content_type="multipart/byteranges; boundary=B", content_length=len(body))
    return await x.send(body)


async def ignores_if_range(x: Exchange) -> None:
    """Sends the rest of whatever the file is now."""
    headers = {name: value for name, value in x.request.headers.items() if name != "if-range"}
    await serve(replace(x, request=replace(x.request, headers=headers)))


async def chunked_rest(x: Exchange) -> None:
    """A part whose length is in its chunks alone, and more than it said."""
    if x.range is None:
        return await serve(x)
    first, last = x.range
    said = f"bytes {first}-{last}/{len(x.resource.data)}"
    await x.head(206, content_range=said, transfer_encoding="chunked")
    return await _in_chunks(x, x.resource.data[first:] + b"more")


async def always_in_part(x: Exchange) -> None:
    """206 to a request for the whole."""
    last = len(x.resource.data) - 1
    await x.head(206, content_range=f"bytes 0-{last}/{last + 1}", content_length=last + 1)
    await x.send(x.resource.data)


def broken_after(count: int, *, reset: bool = False) -> Behaviour:
    """Promises everything and hangs up after so many bytes of the body."""

    async def behave(x: Exchange) -> None:
        await x.send((await x.begin())[:count])
        if reset:
            x.writer.transport.abort()

    return behave


def stalled_after(count: int) -> Behaviour:
    async def behave(x: Exchange) -> None:
        await x.send((await x.begin())[:count])
        await asyncio.Event().wait()

    return behave


def trickle(every_s: float = 0.01) -> Behaviour:
    """A byte at a time."""

    async def behave(x: Exchange) -> None:
        for byte in await x.begin():
            await x.send(bytes([byte]))
            await asyncio.sleep(every_s)

    return behave


def paced(bytes_per_s: int) -> Behaviour:
    """A slow but honest line."""

    async def behave(x: Exchange) -> None:
        body, step = await x.begin(), max(1, bytes_per_s // 50)
        for at in range(0, len(body), step):
            await x.send(body[at : at + step])
            await asyncio.sleep(step / bytes_per_s)

    return behave


def in_parts_of(count: int) -> Behaviour:
    """Never more than so many bytes of a range, as the standard allows."""

    async def behave(x: Exchange) -> None:
        if x.range is None:
            await broken_after(count)(x)
            return
        first, total = x.range[0], len(x.resource.data)
        piece = x.resource.data[first : first + count]
        await x.head(
            206, content_range=f"bytes {first}-{first + len(piece) - 1}/{total}", content_length=len(piece)
        )
        await x.send(piece)

    return behave


def range_said(text: str | None, shift: int = 0, **named: object) -> Behaviour:
    """Claims another range; `{first}`, `{last}` and `{total}` are those asked for."""

    async def behave(x: Exchange) -> None:
        if x.range is None:
            return await serve(x)
        first, last = x.range
        said = text and text.format(first=first, last=last, total=last + 1)
        body = x.resource.data[max(0, first + shift) :]
        await x.head(206, content_range=said, content_length=len(body), **named)
        return await x.send(body)

    return behave


def length_said(difference: int) -> Behaviour:
    """A Content-Length that is wrong by so many bytes."""

    async def behave(x: Exchange) -> None:
        await x.head(200, content_length=len(x.resource.data) + difference)
        await x.send(x.resource.data)

    return behave


def packed(coding: str, data: bytes | None = None, *, cut: int = 0) -> Behaviour:
    """Content-Encoding nobody asked for."""

    async def behave(x: Exchange) -> None:
        body = x.resource.data if data is None else data
        if data is None:
            body = gzip.compress(body, 1) if coding.endswith("gzip") else zlib.compress(body, 1)
        await x.head(200, content_encoding=coding, content_length=len(body))
        await x.send(body[: len(body) - cut])

    return behave


def status(code: int, body: bytes = b"", **named: object) -> Behaviour:
    async def behave(x: Exchange) -> None:
        await x.head(code, etag=None, **{"content_type": "text/html", "content_length": len(body), **named})
        await x.send(body)

    return behave


def page(body: bytes, content_type: str | None = "text/html") -> Behaviour:
    """200, and something that is no audio."""
    return status(200, body, content_type=content_type)


def redirect(to: str, code: int = 302) -> Behaviour:
    return status(code, b"", location=to)


def raw(said: bytes) -> Behaviour:
    """Exactly these bytes."""

    async def behave(x: Exchange) -> None:
        await x.send(said)

    return behave


def changing_to(resource: Resource, behave: Behaviour) -> Behaviour:
    """The file is another from this request on."""

    async def changed(x: Exchange) -> None:
        await behave(replace(x, resource=resource))

    return changed


@functools.cache
def _certificate() -> bytes:
    """A key and a certificate for 127.0.0.1 that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    day = timedelta(days=1)
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    builder = (
        builder.not_valid_before(now - day).not_valid_after(now + day).add_extension(names, critical=False)
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + builder.sign(key, SHA256()).public_bytes(Encoding.PEM)


def tls_context() -> ssl.SSLContext:
    """For a server behind https; its clients must not look at the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(_certificate())
        file.flush()
        context.load_cert_chain(file.name)
    return context


class FaultServer:
    """Serves until the end of the `with`; everything that hangs is let go then."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Request] = []
        """All requests, in order."""
        self.connections = 0
        self._tls = tls
        self._resources: dict[str, Resource] = {}
        self._behaviours: dict[str, list[Behaviour]] = {}
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._port = 0

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name="fault server")
        self._thread.start()
        started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self._port}{path}"

    def add(self, path: str, resource: Resource, *behaviours: Behaviour) -> str:
        """Have a path serve a file, by these behaviours in turn. Returns its address."""
        self._resources[path] = resource
        self._behaviours[path] = list(behaviours) or [serve]
        return self.url(path)

    def change(self, path: str, resource: Resource) -> None:
        """The file is another from now on."""
        self._resources[path] = resource

    def ranges(self, path: str | None = None) -> list[str | None]:
        """The Range header of each request, to a path if one is given."""
        return [each.headers.get("range") for each in self.asked if path in (None, each.path)]

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        start = asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls)
        server = self._loop.run_until_complete(start)
        self._port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        server.close()
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            # A client that has gone is no matter here.
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._answer(_request(await reader.readuntil(b"\r\n\r\n")), writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError, ssl.SSLError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(request)
        resource = self._resources.get(request.path, Resource(b""))
        behaviours = self._behaviours.get(request.path, [status(404)])
        behave = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        await behave(Exchange(request, resource, writer))


def _request(head: bytes) -> Request:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    fields = (line.split(":", 1) for line in lines if line)
    return Request(method, path, {name.lower(): value.strip() for name, value in fields})
