"""Against a server the world uses."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from musiclib.domain.states import TransferReason as Reason
from musiclib.downloads.base import HttpOrigin, TransferError
from musiclib.downloads.engine import Engine
from musiclib.downloads.expected import Expected, Progress
from tests.support.fetching import ID, audio, expected, fetch, parts, with_engine
from tests.support.nginx import nginx

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="nginx is for Linux here")

DATA = audio(3_000_000)
OTHER = audio(3_000_000, seed=1)
_MORE = """
    location /slow/ { alias %(files)s/; limit_rate 4m; limit_rate_after 500k; }
    location /whole/ { alias %(files)s/; max_ranges 0; }
    location /packed/ { alias %(files)s/; gzip on; gzip_types *; gzip_comp_level 1; }
    location /dated/ { alias %(files)s/; etag off; limit_rate 4m; limit_rate_after 500k; }
    location /private/ { deny all; }
    location /page/ { alias %(files)s/; autoindex on; }
    location /moved/ { return 301 /slow/a.flac; }
    location /out/ { return 302 https://nowhere.invalid/a.flac; }
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def address(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with nginx(files, tmp_path_factory.mktemp("nginx"), _MORE % {"files": files}) as found:
        yield found


@pytest.fixture(autouse=True)
def _as_it_was(files: Path) -> None:
    _publish(files, DATA)


def _publish(files: Path, data: bytes, hour: int = 0) -> None:
    path = files / "a.flac"
    path.write_bytes(data)
    os.utime(path, (1_790_000_000 + hour * 3600,) * 2)


def _stopped_half_way(folder: Path, address: str) -> int:
    async def run(engine: Engine) -> int:
        told: list[Progress] = []
        origin = HttpOrigin(lambda: address)
        task = asyncio.create_task(engine.fetch(ID, origin, Expected("one"), told.append))
        async with asyncio.timeout(30):
            while not (told and told[-1].done >= 500_000):
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return engine.stored(ID)[0]

    return with_engine(folder, run)


@pytest.mark.parametrize("way", ["", "/whole", "/packed", "/moved"])
def test_a_file_comes_whole(tmp_path: Path, address: str, way: str) -> None:
    fetched = fetch(tmp_path, f"{address}{way}/a.flac", expected(DATA))
    assert fetched.path.read_bytes() == DATA


@pytest.mark.parametrize(
    ("stopped", "then", "data"),
    [
        ("slow", "slow", DATA),
        ("dated", "dated", DATA),
        ("slow", "whole", DATA),
        ("slow", "slow", OTHER),
        ("dated", "dated", OTHER),
    ],
)
def test_what_was_stopped_goes_on_or_begins_anew(
    tmp_path: Path, address: str, files: Path, stopped: str, then: str, data: bytes
) -> None:
    where = stopped
    origin = HttpOrigin(lambda: f"{address}/{where}/a.flac")
    begun = _stopped_half_way(tmp_path, origin.address())
    assert 500_000 <= begun < len(DATA)
    where = then
    if data is OTHER:
        _publish(files, OTHER, hour=1)
    told: list[Progress] = []
    fetched = with_engine(tmp_path, lambda engine: engine.fetch(ID, origin, Expected("one"), told.append))
    assert fetched.path.read_bytes() == data
    if (stopped, data) == (then, DATA):
        assert told[0].done >= begun


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("/none.flac", Reason.GONE),
        ("/private/a.flac", Reason.FORBIDDEN),
        ("/page/", Reason.NOT_AUDIO),
        ("/out/", Reason.UNREACHABLE),
    ],
)
def test_what_is_no_file_is_its_error(tmp_path: Path, address: str, way: str, reason: Reason) -> None:
    with pytest.raises(TransferError) as caught:
        fetch(tmp_path, address + way)
    assert caught.value.reason is reason
    assert parts(tmp_path) == {}
