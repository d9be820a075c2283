"""Whatever happens, in whatever order: exactly the bytes of one version of the file, or an error."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musiclib.downloads import parts
from musiclib.downloads.base import HttpOrigin, TransferError
from musiclib.downloads.engine import Engine
from musiclib.downloads.expected import Expected
from tests.support.fault_server import (
    LAST_MODIFIED,
    Behaviour,
    FaultServer,
    Resource,
    broken_after,
    changing_to,
    chunked,
    chunked_cut,
    ignores_if_range,
    in_parts_of,
    length_said,
    multipart,
    packed,
    page,
    range_said,
    redirect,
    serve,
    status,
    without_ranges,
)
from tests.support.fetching import ID, audio, with_engine

SIZE = 200_000
VERSIONS = [Resource(audio(SIZE + extra, seed), f'"{seed}"') for seed, extra in enumerate((0, 0, 777))]
DATED = [
    Resource(each.data, None, LAST_MODIFIED.replace("10:", f"1{hour}:")) for hour, each in enumerate(VERSIONS)
]
UNMARKED = [Resource(each.data, None) for each in VERSIONS]
_MARKED = {"by ETag": VERSIONS, "by date": DATED, "not": UNMARKED}
ADDRESS = "/a.flac"

_SAID = ("{first}-{last}/{total}", "0-{last}/{total}", "{first}-{last}/*")
_COUNT = st.integers(0, SIZE + 1000)
_ANSWERS: st.SearchStrategy[Behaviour] = st.one_of(
    st.builds(broken_after, _COUNT),
    st.builds(broken_after, _COUNT, reset=st.just(True)),
    st.builds(in_parts_of, st.integers(70_000, SIZE)),
    st.builds(
        range_said,
        st.sampled_from([None, *(f"bytes {each}" for each in _SAID)]),
        st.integers(-2, 2).filter(bool),
    ),
    st.sampled_from(
        [
            serve, without_ranges, chunked, chunked_cut(), multipart, ignores_if_range, status(416),
            status(503), page(b"<html>"), redirect("/elsewhere"), packed("gzip"), packed("gzip", cut=500),
            length_said(1000),
        ]
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Cut:
    """The power goes: what was not saved may be anything."""

    tail: bytes


@dataclass(frozen=True)
class Damage:
    """The journal cannot be read any more, or is gone."""

    left: bytes | None


_EVENTS = st.one_of(
    st.tuples(st.integers(0, 2), _ANSWERS),
    st.builds(Cut, st.sampled_from([b"", b"\0" * 5000, b"fLaC" * 1000])),
    st.builds(Damage, st.sampled_from([None, b"", b"{}", b"\0" * 200])),
)


def _suffer(folder: Path, event: Cut | Damage, stored: int) -> None:
    part = folder / ".incoming" / f"{ID}.part"
    journal = part.with_suffix(".json")
    if isinstance(event, Damage):
        journal.unlink(missing_ok=True)
        if event.left is not None:
            journal.write_bytes(event.left)
    elif part.exists():
        with part.open("r+b") as file:
            file.truncate(stored)
            file.seek(stored)
            file.write(event.tail)


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether bytes outlive a power cut is not seen here, and takes its time."""
    for name in ("sync_file", "sync_folder"):
        monkeypatch.setattr(parts, name, lambda of: None)


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer() as found:
        yield found


@pytest.mark.parametrize("marked", list(_MARKED))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(_EVENTS, min_size=1, max_size=6))
def test_never_a_mix(
    tmp_path: Path,
    server: FaultServer,
    marked: str,
    events: list[tuple[int, Behaviour] | Cut | Damage],
) -> None:
    folder = tmp_path / "music"
    shutil.rmtree(folder, ignore_errors=True)
    origin = HttpOrigin(lambda: server.url(ADDRESS))
    versions = _MARKED[marked]
    whole = {each.data for each in versions}

    async def run(engine: Engine) -> None:
        last = 0
        for event in events:
            if not isinstance(event, tuple):
                _suffer(folder, event, engine.stored(ID)[0])
                continue
            last, behave = event
            server.add("/elsewhere", versions[last], serve)
            server.add(ADDRESS, versions[last], changing_to(versions[last], behave))
            try:
                fetched = await engine.fetch(ID, origin, Expected("one"))
            except TransferError:
                continue
            assert fetched.path.read_bytes() in whole
        server.add(ADDRESS, versions[last], serve)
        fetched = await engine.fetch(ID, origin, Expected("one"))
        assert fetched.path.read_bytes() in whole

    with_engine(folder, run)


async def _cancel_somewhere(engine: Engine, origin: HttpOrigin, turns: int) -> None:
    """Cancelled at whichever await it stands after so many turns of the loop."""
    task = asyncio.create_task(engine.fetch(ID, origin, Expected("one")))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stops=st.lists(st.integers(0, 400), max_size=8))
def test_a_cancel_at_any_moment_leaves_what_can_be_continued(
    tmp_path: Path, server: FaultServer, stops: list[int]
) -> None:
    folder = tmp_path / "music"
    shutil.rmtree(folder, ignore_errors=True)
    address = server.add("/cancelled.flac", VERSIONS[0], serve)
    origin = HttpOrigin(lambda: address)
    server.asked.clear()

    async def run(engine: Engine) -> None:
        begun = 0
        for turns in stops:
            await _cancel_somewhere(engine, origin, turns)
            assert engine.stored(ID)[0] >= begun
            begun = engine.stored(ID)[0]
        assert (await engine.fetch(ID, origin, Expected("one"))).path.read_bytes() == VERSIONS[0].data

    with_engine(folder, run)
    wanted = [int((each or "bytes=0-")[6:-1]) for each in server.ranges("/cancelled.flac")]
    assert wanted == sorted(wanted)
