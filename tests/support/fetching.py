"""A transfer engine at work in a folder of its own."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx2

from musiclib.domain.ids import TransferId
from musiclib.downloads.base import HttpOrigin, Origin
from musiclib.downloads.engine import Engine, Options
from musiclib.downloads.expected import Expected, Fetched
from musiclib.downloads.http import Timeouts, told_to_end

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
ID = TransferId(UUID(int=0x7A))
PATIENT = Options(apart_s=0.0, reserve_bytes=0)
"""For everything that does not try a time-out: a busy machine is no reason for one."""
QUICK = Options(
    apart_s=0.0,
    reserve_bytes=0,
    timeouts=Timeouts(answer_s=1.5, stall_s=1.0, slow_s=1.0, slow_bytes=10_000),
)
"""For time-outs that are to come soon."""
T = TypeVar("T")


def audio(size: int, seed: int = 0) -> bytes:
    """Bytes that begin as a FLAC file does, and hardly pack."""
    blocks = (hashlib.sha512(b"%d %d" % (seed, at)).digest() for at in range(size // 64 + 1))
    return (b"fLaC\0\0\0\x22" + b"".join(blocks))[:size]


def expected(data: bytes, key: str = "one") -> Expected:
    """What a source says of these bytes, size and hash."""
    return Expected(key, len(data), {"sha256": hashlib.sha256(data).hexdigest()}, "flac")


@asynccontextmanager
async def open_engine(
    folder: Path, options: Options = PATIENT, *, verify: bool = False
) -> AsyncIterator[Engine]:
    """An engine that asks the loopback directly, whatever proxy the environment names."""
    engine = Engine(
        folder,
        user_agent="musiclib/test",
        clock=lambda: NOW,
        options=options,
        transport=httpx2.HTTPTransport(verify=_certificates(verify)),
    )
    engine.prepare()
    try:
        yield engine
    finally:
        await engine.aclose()


def _certificates(verify: bool) -> ssl.SSLContext:
    return told_to_end(httpx2.create_ssl_context(verify=verify))


def with_engine(
    folder: Path, do: Callable[[Engine], Awaitable[T]], options: Options = PATIENT, *, verify: bool = False
) -> T:
    """What `do` makes of an engine that is closed afterwards."""

    async def run() -> T:
        async with open_engine(folder, options, verify=verify) as engine:
            return await do(engine)

    return asyncio.run(run())


def fetch(
    folder: Path,
    origin: Origin | str,
    wanted: Expected | None = None,
    options: Options = PATIENT,
    *,
    verify: bool = False,
) -> Fetched:
    """One call of `Engine.fetch`, in a program that begins and ends with it."""
    source = HttpOrigin(lambda: origin) if isinstance(origin, str) else origin
    return with_engine(
        folder, lambda engine: engine.fetch(ID, source, wanted or Expected("one")), options, verify=verify
    )


def parts(folder: Path) -> dict[str, int]:
    """The files that wait in a download folder, and their sizes; also while a transfer writes there."""
    found: dict[str, int] = {}
    for path in (folder / ".incoming").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a new journal has just become the journal
            found[path.name] = path.stat().st_size
    return found
