"""A loopback server, and the neighbours a provider talks to: gate, cache and clock."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx2

from musiclib.providers.base import KEPT, CachedAnswer, Json, Kept
from musiclib.providers.http import Retry, make_client

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
QUICK = Retry(attempts=3, wait_initial_s=0.001, wait_max_s=0.002, call_timeout_s=30.0)


class CountingGate:
    """Lets everything through and counts who came."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    @asynccontextmanager
    async def slot(self, provider: str) -> AsyncIterator[None]:
        self.calls.append(provider)
        yield


class DictCache:
    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], CachedAnswer] = {}

    def get(self, provider: str, key: str, kept: Kept = KEPT) -> CachedAnswer | None:
        return self.answers.get((provider, key))

    def put(self, provider: str, key: str, raw: Json, found: bool) -> None:
        self.answers[provider, key] = CachedAnswer(raw, found)


@dataclass
class World:
    """What a provider is built from."""

    gate: CountingGate = field(default_factory=CountingGate)
    cache: DictCache = field(default_factory=DictCache)
    retry: Retry = QUICK

    def clock(self) -> datetime:
        return NOW

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx2.AsyncClient]:
        # The loopback is asked directly, whatever proxy the environment names.
        transport = httpx2.AsyncHTTPTransport()
        client = make_client("https://musiclib.example/contact", "1.2.3", transport)
        try:
            yield client
        finally:
            await client.aclose()


@asynccontextmanager
async def breaking_server(said: bytes = b"") -> AsyncIterator[str]:
    """The address of a server that says `said` to every request and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that has given up meanwhile is no matter.
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(said)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def png(width: int, height: int) -> bytes:
    """A PNG with a header of that size; the pixels are not all there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )
