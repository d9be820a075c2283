from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from musiclib.domain.ids import TransferId
from musiclib.domain.states import TransferReason as Reason
from musiclib.downloads import engine as engine_module
from musiclib.downloads import parts as parts_module
from musiclib.downloads.base import HttpOrigin, TransferError
from musiclib.downloads.engine import Engine
from musiclib.downloads.expected import Expected, Fetched, Progress
from musiclib.downloads.placing import place
from musiclib.errors import DiskFull
from tests.support.fault_server import (
    Exchange,
    FaultServer,
    Resource,
    broken_after,
    hang,
    paced,
    serve,
    stalled_after,
    tls_context,
)
from tests.support.fetching import ID, PATIENT, audio, expected, fetch, open_engine, parts, with_engine

DATA = audio(2_500_000)
ONE = Resource(DATA)
AT_ONCE_S = 5.0
"""On a busy machine; the time-outs that would end it otherwise are several times that."""


def _id(number: int) -> TransferId:
    return TransferId(UUID(int=number))


async def _until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.005)


async def _cancelled(task: asyncio.Task[Fetched]) -> float:
    """Seconds until a cancelled task has ended."""
    begin = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.monotonic() - begin


def test_a_file_is_fetched_checked_and_placed(tmp_path: Path) -> None:
    told: list[Progress] = []

    async def run(engine: Engine) -> Path:
        fetched = await engine.fetch(ID, HttpOrigin(lambda: address), expected(DATA), told.append)
        assert fetched == Fetched(tmp_path / ".incoming" / f"{ID}.part", len(DATA), "flac")
        assert engine.stored(ID) == (len(DATA), len(DATA))
        path = await engine.place(ID, fetched, "Ada Quist/2026 - First Light/01 Dawn")
        await engine.discard(ID)
        assert engine.stored(ID) == (0, None)
        return path

    with FaultServer() as server:
        address = server.add("/a", ONE)
        path = with_engine(tmp_path, run)
    assert path == tmp_path / "Ada Quist/2026 - First Light/01 Dawn.flac"
    assert path.read_bytes() == DATA
    assert told[-1] == Progress(len(DATA), len(DATA), checking=True)
    assert parts(tmp_path) == {}


@pytest.mark.parametrize("tls", [False, True])
def test_a_cancelled_transfer_ends_at_once_and_keeps_what_came(tmp_path: Path, tls: bool) -> None:
    half = 1_500_000

    async def run(engine: Engine) -> None:
        origin, told = HttpOrigin(lambda: address), []
        task = asyncio.create_task(engine.fetch(ID, origin, expected(DATA), told.append))
        await _until(lambda: told and told[-1].done == half)
        assert await _cancelled(task) < AT_ONCE_S
        assert engine.stored(ID) == (half, len(DATA))
        assert (await engine.fetch(ID, origin, expected(DATA))).path.read_bytes() == DATA

    with FaultServer(tls_context() if tls else None) as server:
        address = server.add("/a", ONE, stalled_after(half), serve)
        with_engine(tmp_path, run)
    assert server.ranges() == [None, f"bytes={half}-"]


@pytest.mark.parametrize("tls", [False, True])
def test_a_transfer_that_waits_for_an_answer_ends_at_once(tmp_path: Path, tls: bool) -> None:
    async def run(engine: Engine) -> None:
        origin = HttpOrigin(lambda: address)
        task = asyncio.create_task(engine.fetch(ID, origin, expected(DATA)))
        await _until(lambda: server.asked)
        assert await _cancelled(task) < AT_ONCE_S
        # its thread may still be at it, and must not touch what the next one does
        assert (await engine.fetch(ID, origin, expected(DATA))).path.read_bytes() == DATA

    with FaultServer(tls_context() if tls else None) as server:
        address = server.add("/a", ONE, hang, serve)
        with_engine(tmp_path, run)


def test_a_handshake_that_never_ends_does_not_hold_a_cancel(tmp_path: Path) -> None:
    async def run(engine: Engine) -> None:
        address = server.url("/a").replace("http:", "https:")
        task = asyncio.create_task(engine.fetch(ID, HttpOrigin(lambda: address), expected(DATA)))
        await _until(lambda: server.connections)
        assert await _cancelled(task) < AT_ONCE_S

    with FaultServer() as server:
        with_engine(tmp_path, run)
    assert parts(tmp_path) == {}


def test_who_is_told_and_fails_stops_the_transfer(tmp_path: Path) -> None:
    def told(progress: Progress) -> None:
        raise LookupError("a bug of who watches")

    with FaultServer() as server:
        origin = HttpOrigin(lambda: server.add("/a", ONE, stalled_after(1000)))
        with pytest.raises(LookupError):
            with_engine(tmp_path, lambda engine: engine.fetch(ID, origin, expected(DATA), told))


def test_a_whole_part_is_not_fetched_again(tmp_path: Path) -> None:
    with FaultServer() as server:
        address = server.add("/a", ONE)
        for _ in range(2):
            assert fetch(tmp_path, address, expected(DATA)).path.read_bytes() == DATA
        part = tmp_path / ".incoming" / f"{ID}.part"
        part.write_bytes(DATA[:-1] + b"?")  # a disk that lost what it said it had
        with pytest.raises(TransferError) as caught:
            fetch(tmp_path, address, expected(DATA))
        assert (caught.value.reason, caught.value.restart) == (Reason.WRONG_HASH, True)
        assert fetch(tmp_path, address, expected(DATA)).path.read_bytes() == DATA
    assert len(server.asked) == 2


@pytest.mark.parametrize("died", ["after the move", "within it"])
def test_a_file_that_was_placed_before_the_program_died_is_not_placed_twice(
    tmp_path: Path, died: str
) -> None:
    part = tmp_path / ".incoming" / f"{ID}.part"

    async def begin(engine: Engine) -> Path:
        fetched = await engine.fetch(ID, HttpOrigin(lambda: address), expected(DATA))
        return await engine.place(ID, fetched, "a/01 Dawn")

    async def again(engine: Engine) -> Path:
        fetched = await engine.fetch(ID, HttpOrigin(lambda: address), expected(DATA))
        assert fetched.placed
        assert not part.exists()
        return await engine.place(ID, fetched, "a/another name by now")

    with FaultServer() as server:
        address = server.add("/a", ONE)
        path = with_engine(tmp_path, begin)
        if died == "within it":
            os.link(path, part)
        assert with_engine(tmp_path, again) == path
        assert len(server.asked) == 1
        # another candidate was chosen since: what was placed for the first one is not taken for it
        server.change("/a", Resource(audio(1000)))
        assert not fetch(tmp_path, address, expected(audio(1000), "two")).placed
    assert path.read_bytes() == DATA


def test_a_move_that_was_given_up_half_way_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moving, given_up = threading.Event(), threading.Event()

    def move_late(*arguments: Any) -> Path:
        moving.set()
        assert given_up.wait(30)
        return place(*arguments)

    async def run(engine: Engine) -> None:
        fetched = await engine.fetch(ID, HttpOrigin(lambda: address), expected(DATA))
        placing = asyncio.create_task(engine.place(ID, fetched, "a/01 Dawn"))
        await _until(moving.is_set)
        placing.cancel()
        await asyncio.sleep(0)
        given_up.set()
        with pytest.raises(asyncio.CancelledError):
            await placing
        assert list((tmp_path / "a").iterdir()) == []
        again = await engine.fetch(ID, HttpOrigin(lambda: address), expected(DATA))
        assert again.path.read_bytes() == DATA

    monkeypatch.setattr(engine_module, "place", move_late)
    with FaultServer() as server:
        address = server.add("/a", ONE)
        with_engine(tmp_path, run)
        assert len(server.asked) == 1


def test_a_limit_is_kept_by_all_together_and_changed_while_bytes_move(tmp_path: Path) -> None:
    rate, size = 1_000_000, 400_000
    small = Resource(audio(size))

    async def run(engine: Engine) -> tuple[float, float]:
        def one(number: int, data: bytes) -> Awaitable[Fetched]:
            origin = HttpOrigin(lambda: server.url(f"/{number}"))
            return engine.fetch(_id(number), origin, expected(data))

        begin = time.monotonic()
        await asyncio.gather(one(1, small.data), one(2, small.data))
        limited = time.monotonic() - begin
        engine.options = replace(PATIENT, bytes_per_s=1000)
        begin = time.monotonic()
        task = asyncio.ensure_future(one(3, DATA))
        await asyncio.sleep(0.2)
        assert not task.done()
        engine.options = PATIENT
        await task
        return limited, time.monotonic() - begin

    with FaultServer() as server:
        for number, resource in ((1, small), (2, small), (3, ONE)):
            server.add(f"/{number}", resource)
        limited, freed = with_engine(tmp_path, run, replace(PATIENT, bytes_per_s=rate))
    assert limited >= 2 * size / rate * 0.8
    assert freed < len(DATA) / 1000 / 10  # a small part of what the low limit would take


def test_so_many_at_once_are_asked_of_a_host(tmp_path: Path) -> None:
    now = most = found = 0

    async def counted(x: Exchange) -> None:
        """Answers when as many are there as may be."""
        nonlocal now, most
        now += 1
        most = max(most, now)
        async with asyncio.timeout(30):
            while most < found:
                await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)  # for one more than may be
        now -= 1
        await serve(x)

    async def run(engine: Engine) -> None:
        def origin(at_once: int) -> HttpOrigin:
            return HttpOrigin(lambda: address, per_host=at_once)

        nonlocal most, found
        for at_once, found in ((1, 1), (9, 2)):  # two are what a person allows
            most = 0
            await asyncio.gather(
                *(engine.fetch(_id(each), origin(at_once), Expected(f"{at_once}")) for each in range(5))
            )
            assert most == found

    with FaultServer() as server:
        address = server.add("/a", Resource(audio(1000)), counted)
        with_engine(tmp_path, run)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EACCES, Reason.NOT_WRITABLE),
        (errno.EROFS, Reason.NOT_WRITABLE),
        (errno.EIO, Reason.FOLDER_MISSING),
        (errno.ENODEV, Reason.FOLDER_MISSING),
        (errno.EFBIG, Reason.TOO_LARGE),
        (errno.ENOSPC, None),
        (errno.EDQUOT, None),
    ],
)
def test_a_disk_that_fails_says_how_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, reason: Reason | None
) -> None:
    half = 1_000_000
    with FaultServer() as server:
        address = server.add("/a", ONE, broken_after(half), serve)
        with pytest.raises(TransferError):
            fetch(tmp_path, address, expected(DATA))

        def fails(fd: int, data: memoryview) -> int:
            raise OSError(code, os.strerror(code))

        with monkeypatch.context() as patch:
            patch.setattr(os, "write", fails)
            with pytest.raises((TransferError, DiskFull)) as caught:
                fetch(tmp_path, address, expected(DATA))
        assert getattr(caught.value, "reason", None) is reason
        assert fetch(tmp_path, address, expected(DATA)).path.read_bytes() == DATA
    assert server.ranges() == [None, *[f"bytes={half}-"] * 2]


def test_a_reserve_is_kept_free(tmp_path: Path) -> None:
    size = shutil.disk_usage(tmp_path).total
    with FaultServer() as server, pytest.raises(DiskFull):
        fetch(tmp_path, server.add("/a", ONE), options=replace(PATIENT, reserve_bytes=size))
    assert f"{ID}.part" not in parts(tmp_path)


def test_the_reserve_is_looked_at_under_way_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    left = [usage, usage._replace(free=1000)]
    options = replace(PATIENT, reserve_bytes=2000)
    with FaultServer() as server:
        address = server.add("/a", ONE)
        with monkeypatch.context() as patch:
            patch.setattr(parts_module, "JOURNAL_EVERY_S", 0.0)
            patch.setattr(shutil, "disk_usage", lambda path: left.pop(0) if len(left) > 1 else left[0])
            with pytest.raises(DiskFull):
                fetch(tmp_path, address, expected(DATA), options)
        begun = parts(tmp_path)[f"{ID}.part"]
        assert 0 < begun < len(DATA)
        assert fetch(tmp_path, address, expected(DATA), options).path.read_bytes() == DATA
    assert server.ranges() == [None, f"bytes={begun}-"]


@pytest.mark.parametrize("lost", [".", ".incoming"])
def test_a_folder_that_goes_away_under_way_is_missed(tmp_path: Path, lost: str) -> None:
    folder = tmp_path / "music"

    async def run(engine: Engine) -> None:
        task = asyncio.create_task(engine.fetch(ID, HttpOrigin(lambda: address), expected(DATA)))
        await _until(lambda: parts(folder).get(f"{ID}.part"))
        (folder / lost).rename(tmp_path / "taken away")
        with pytest.raises(TransferError) as caught:
            await task
        assert (caught.value.reason, caught.value.retry) == (Reason.FOLDER_MISSING, True)
        if lost == ".":
            with pytest.raises(TransferError) as caught:
                await engine.fetch(ID, HttpOrigin(lambda: address), expected(DATA))
            assert caught.value.reason is Reason.FOLDER_MISSING
            assert not folder.exists()

    with FaultServer() as server:
        address = server.add("/a", ONE, paced(1_500_000))
        with_engine(folder, run)


def test_a_folder_that_was_known_is_not_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "drive" / "music"

    async def run() -> None:
        async with open_engine(folder) as engine:
            (folder / "a.flac").touch()
            engine.prepare(known=True)
            shutil.rmtree(folder)
            for make in (lambda: None, folder.mkdir):
                make()
                with pytest.raises(TransferError) as caught:
                    engine.prepare(known=True)
                assert caught.value.reason is Reason.FOLDER_MISSING

    asyncio.run(run())


def test_orphans_are_those_of_ours_that_nobody_wants(tmp_path: Path) -> None:
    def journal(number: int, **change: object) -> None:
        path = tmp_path / ".incoming" / f"{_id(number)}.json"
        raw = json.loads((tmp_path / ".incoming" / f"{ID}.json").read_text())
        path.write_text(json.dumps(raw | change))

    async def run(engine: Engine) -> list[TransferId]:
        for number in (1, 2):
            journal(number)
        journal(3, owner="another library")
        (tmp_path / ".incoming" / f"{_id(4)}.part").touch()  # of whom?
        old = tmp_path / ".incoming" / f"{_id(5)}.part"
        old.touch()
        os.utime(old, (0, 0))
        (tmp_path / ".incoming" / "notes.txt").touch()
        found = engine.orphans({ID, _id(2)})
        for each in found:
            await engine.discard(each)
        return found

    with FaultServer() as server:
        fetch(tmp_path, server.add("/a", ONE))
    assert with_engine(tmp_path, run) == [_id(1), _id(5)]
    assert sorted(parts(tmp_path)) == sorted(
        ["notes.txt", f"{ID}.part", f"{ID}.json", f"{_id(2)}.json", f"{_id(3)}.json", f"{_id(4)}.part"]
    )
