from __future__ import annotations

import asyncio
import contextlib
import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from musiclib.domain.states import TransferReason as Reason
from musiclib.downloads import local
from musiclib.downloads.base import FileOrigin, TransferError
from musiclib.downloads.expected import Expected, Fetched
from tests.support.fetching import ID, PATIENT, audio, expected, fetch, open_engine, parts

DATA = audio(3_000_000)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    path = tmp_path / "mine" / "Dawn.FLAC"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return tmp_path / "music"


def _fails(music: Path, path: Path, wanted: Expected | None = None) -> Reason:
    with pytest.raises(TransferError) as caught:
        fetch(music, FileOrigin(path), wanted)
    return caught.value.reason


@pytest.mark.parametrize("way", ["by the system", "by hand"])
def test_a_file_is_copied_and_the_original_stays(
    source: Path, music: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "by hand":
        monkeypatch.delattr(os, "copy_file_range", raising=False)
    fetched = fetch(music, FileOrigin(source), expected(DATA))
    assert fetched == Fetched(music / ".incoming" / f"{ID}.part", len(DATA), "flac")
    assert fetched.path.read_bytes() == source.read_bytes() == DATA


def test_a_system_that_cannot_copy_between_disks_is_helped(
    source: Path, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: int) -> int:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "copy_file_range", refuse, raising=False)
    assert fetch(music, FileOrigin(source), expected(DATA)).path.read_bytes() == DATA


@pytest.mark.parametrize("changed", [False, True])
def test_a_copy_that_broke_off_goes_on_if_the_file_is_the_same(
    source: Path, music: Path, monkeypatch: pytest.MonkeyPatch, changed: bool
) -> None:
    monkeypatch.delattr(os, "copy_file_range", raising=False)
    real, reads = local.on_source, []

    @contextlib.contextmanager
    def failing(path: Path) -> Iterator[None]:
        with real(path):
            reads.append(path)
            if len(reads) == 4:
                raise OSError(errno.EIO, "Input/output error")
            yield

    monkeypatch.setattr(local, "on_source", failing)
    with pytest.raises(TransferError) as caught:
        fetch(music, FileOrigin(source))
    assert (caught.value.reason, caught.value.retry) == (Reason.BROKEN_OFF, True)
    assert parts(music)[f"{ID}.part"] == 2 * 1024 * 1024
    monkeypatch.setattr(local, "on_source", real)
    if changed:
        source.write_bytes(audio(len(DATA), seed=1))
    fetched = fetch(music, FileOrigin(source))
    assert fetched.path.read_bytes() == source.read_bytes()


def test_a_file_that_was_changed_is_copied_anew(
    source: Path, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = audio(len(DATA), seed=1)
    real, calls = local._validator, []

    def change(found: os.stat_result) -> str:
        calls.append(found)
        if len(calls) == 1:
            source.write_bytes(new)
        return real(found)

    monkeypatch.setattr(local, "_validator", change)
    assert fetch(music, FileOrigin(source), expected(new)).path.read_bytes() == new


def test_what_is_no_file_of_ours_is_told_apart(source: Path, music: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.flac"
    os.mkfifo(pipe)
    text = tmp_path / "text.flac"
    text.write_text("<html>")
    assert _fails(music, source.with_name("gone.flac")) is Reason.GONE
    assert _fails(music, tmp_path / "no drive" / "a.flac") is Reason.UNREACHABLE
    assert _fails(music, source.parent) is Reason.NOT_AUDIO
    assert _fails(music, pipe) is Reason.NOT_AUDIO
    assert _fails(music, text) is Reason.NOT_AUDIO
    assert _fails(music, source, Expected("one", 5)) is Reason.WRONG_SIZE
    assert _fails(music, source, expected(audio(len(DATA), seed=1))) is Reason.WRONG_HASH
    assert source.read_bytes() == DATA
    assert parts(music) == {}


@pytest.mark.parametrize("how", ["hardlink", "leave"])
def test_what_is_no_file_is_not_waited_for(music: Path, tmp_path: Path, how: str) -> None:
    pipe = tmp_path / "pipe.flac"
    os.mkfifo(pipe)
    for path, reason in (
        (pipe, Reason.NOT_AUDIO),
        (tmp_path, Reason.NOT_AUDIO),
        (pipe / "a", Reason.UNREACHABLE),
    ):
        with pytest.raises(TransferError) as caught:
            fetch(music, FileOrigin(path), options=replace(PATIENT, local_files=how))
        assert caught.value.reason is reason


@pytest.mark.parametrize("how", ["hardlink", "leave"])
def test_a_file_that_is_not_copied_is_checked_as_well(source: Path, music: Path, how: str) -> None:
    options = replace(PATIENT, local_files=how)
    with pytest.raises(TransferError) as caught:
        fetch(music, FileOrigin(source), expected(audio(len(DATA), seed=1)), options)
    assert caught.value.reason is Reason.WRONG_HASH
    assert source.read_bytes() == DATA
    assert parts(music) == {}


@pytest.mark.parametrize(("how", "in_place"), [("leave", False), ("copy", True), ("hardlink", True)])
def test_a_file_may_be_used_where_it_is(source: Path, music: Path, how: str, in_place: bool) -> None:
    async def run() -> Path:
        async with open_engine(music, replace(PATIENT, local_files=how)) as engine:
            fetched = await engine.fetch(ID, FileOrigin(source, in_place), expected(DATA))
            assert fetched == Fetched(source, len(DATA), "flac", stays=True)
            path = await engine.place(ID, fetched, "a/01 Dawn")
            await engine.discard(ID)
            return path

    assert asyncio.run(run()) == source
    assert source.exists()


def test_a_second_name_costs_no_space_and_the_first_one_stays(source: Path, music: Path) -> None:
    async def run() -> Path:
        async with open_engine(music, replace(PATIENT, local_files="hardlink")) as engine:
            fetched = await engine.fetch(ID, FileOrigin(source), expected(DATA))
            path = await engine.place(ID, fetched, "a/01 Dawn")
            # the program ended before that was written down
            again = await engine.fetch(ID, FileOrigin(source), expected(DATA))
            assert again == Fetched(path, len(DATA), "flac", placed=True)
            await engine.discard(ID)
            return path

    path = asyncio.run(run())
    assert path.samefile(source)
    assert parts(music) == {}


def test_where_no_second_name_can_be_given_the_file_is_copied(
    source: Path, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_disk(*arguments: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", other_disk)
    fetched = fetch(music, FileOrigin(source), expected(DATA), replace(PATIENT, local_files="hardlink"))
    assert fetched.path.read_bytes() == DATA
    assert not fetched.path.samefile(source)
