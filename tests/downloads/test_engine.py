from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx2
import pytest
from pytest_httpserver import HTTPServer

from musiclib.domain.ids import TransferId
from musiclib.domain.states import TransferReason
from musiclib.downloads.base import HttpOrigin, TransferError
from musiclib.downloads.engine import Engine
from musiclib.downloads.expected import Expected, Progress

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
ID = TransferId(UUID(int=1))
FLAC = b"fLaC" + bytes(range(256)) * 16384


def _engine(folder: Path) -> Engine:
    engine = Engine(folder, user_agent="musiclib/1", clock=lambda: NOW, transport=httpx2.HTTPTransport())
    engine.prepare()
    return engine


def test_a_file_is_fetched_checked_and_placed(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a.flac").respond_with_data(FLAC, content_type="audio/flac")
    told: list[Progress] = []

    async def run() -> Path:
        engine = _engine(tmp_path)
        expected = Expected("a", len(FLAC), {"sha1": hashlib.sha1(FLAC, usedforsecurity=False).hexdigest()})
        origin = HttpOrigin(lambda: httpserver.url_for("/a.flac"))
        fetched = await engine.fetch(ID, origin, expected, told.append)
        assert (fetched.size, fetched.suffix, engine.stored(ID)) == (len(FLAC), "flac", (len(FLAC),) * 2)
        path = await engine.place(ID, fetched, "Ada Quist/2026 - First Light/01 Dawn")
        await engine.discard(ID)
        await engine.aclose()
        return path

    path = asyncio.run(run())
    assert path == tmp_path / "Ada Quist/2026 - First Light/01 Dawn.flac"
    assert path.read_bytes() == FLAC
    assert told[-1] == Progress(len(FLAC), len(FLAC), checking=True)
    assert list((tmp_path / ".incoming").iterdir()) == []


def test_a_page_in_place_of_audio_is_refused_and_dropped(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a.flac").respond_with_data("<html>", content_type="audio/flac")

    async def run() -> None:
        engine = _engine(tmp_path)
        with pytest.raises(TransferError) as error:
            await engine.fetch(ID, HttpOrigin(lambda: httpserver.url_for("/a.flac")), Expected("a"))
        assert error.value.reason is TransferReason.NOT_AUDIO
        await engine.aclose()

    asyncio.run(run())
    assert list((tmp_path / ".incoming").iterdir()) == []
