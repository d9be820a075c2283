"""Folders that are gone, full disks, crashes, and what others do at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from musiclib.bootstrap import Library
from musiclib.db.transfers import TransferRepository
from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum
from musiclib.domain.ids import TransferId
from musiclib.domain.states import TransferReason, TransferState
from musiclib.runners.transfer_work import DownloadDesk, Ended
from tests.runners.downloads.helpers import ask, fetch, files, only, row, states, until
from tests.services.conftest import Clock
from tests.support.downloads import Shelf, make_runner

S, R = TransferState, TransferReason


@pytest.mark.logs("downloads stand still")
def test_a_folder_that_is_gone_stops_all_and_fails_nothing(
    library: Library, shelf: Shelf, clock: Clock, tmp_path: Path
) -> None:
    first = ask(library, "Mira Voss - Auftakt")
    fetch(library, shelf)
    folder = library.settings.download_dir
    folder.rename(tmp_path / "unmounted")
    album = ask(library, "Tessera - Labyrinth", "Later")
    summary = fetch(library, shelf)
    assert summary.trouble is not None
    assert str(folder) in summary.trouble
    assert states(library, first) == [S.DONE]
    assert only(library, album).state is S.QUEUED
    assert not folder.exists()
    (tmp_path / "unmounted").rename(folder)
    assert fetch(library, shelf).trouble is None
    assert only(library, album).state is S.DONE


@pytest.mark.logs("downloads stand still")
def test_a_full_disk_is_told_and_what_came_is_kept(library: Library, shelf: Shelf) -> None:
    album = ask(library)
    summary = asyncio.run(make_runner(library, shelf, reserve_bytes=10**18).run(until_idle=True))
    assert summary.trouble is not None
    assert "No space is left" in summary.trouble
    waits = row(library, album).transfers
    assert {(each.state, each.reason, each.attempts) for each in waits} == {(S.QUEUED, R.DISK_FULL, 0)}
    assert all(each.not_before is not None for each in waits)
    library.downloads.retry([album])
    assert fetch(library, shelf).trouble is None
    assert states(library, album) == [S.DONE] * 3


@pytest.mark.logs("could not be written")
def test_what_cannot_be_written_fails_alone_and_is_found_in_its_place_later(
    library: Library, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = ask(library, "Mira Voss - Auftakt")
    runner = make_runner(library, shelf)

    def fail(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(runner, "_take_in", fail)
    asyncio.run(runner.run(until_idle=True))
    failed = only(library, album)
    assert (failed.state, failed.reason, failed.detail) == (S.ERROR, R.BUG, "ZeroDivisionError: by zero")
    library.downloads.retry([album])
    fetch(library, shelf)
    assert only(library, album).state is S.DONE
    assert list(files(library)) == ["Mira Voss/Hafenklang 042/01 Auftakt.wav"]
    assert len(shelf.server.requests(shelf.offers[0].ref)) == 1


def test_a_crash_between_placing_and_writing_it_down_neither_loses_nor_doubles(
    library: Library, shelf: Shelf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = ask(library, "Mira Voss - Auftakt")

    async def run() -> None:
        runner = make_runner(library, shelf)

        def die(*_: object) -> object:
            runner.request_stop()
            raise asyncio.CancelledError

        monkeypatch.setattr(runner, "_take_in", die)
        with pytest.raises(asyncio.CancelledError):
            await runner.run()

    asyncio.run(run())
    assert only(library, album).state is S.RUNNING
    assert list(files(library))[-1] == "Mira Voss/Hafenklang 042/01 Auftakt.wav"
    clock.pass_by(minutes=2)
    fetch(library, shelf)
    assert only(library, album).state is S.DONE
    assert list(files(library)) == ["Mira Voss/Hafenklang 042/01 Auftakt.wav"]
    assert len(shelf.server.requests(shelf.offers[0].ref)) == 1


def test_a_file_that_comes_another_way_ends_the_transfer(
    library: Library, shelf: Shelf, tmp_path: Path
) -> None:
    album = ask(library, "Mira Voss - Auftakt")
    shelf.server.gate.clear()

    async def run() -> None:
        runner = make_runner(library, shelf)
        work = asyncio.create_task(runner.run())
        incoming = library.settings.download_dir / ".incoming"
        await until(lambda: any(incoming.glob("*.part")))
        library.scan.scan([tmp_path / "shelf"])
        await until(lambda: only(library, album).state is S.DONE)
        await until(lambda: not any(incoming.iterdir()))
        runner.request_stop()
        await work

    asyncio.run(run())


@pytest.mark.parametrize("meanwhile", ["scanned", "cancelled"])
def test_what_happens_between_placing_and_writing_it_down_counts(
    library: Library, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """A file a scan has found by then stays; one that nobody wants any more goes again."""
    album = ask(library, "Mira Voss - Auftakt")
    (transfer,) = row(library, album).transfers
    assert transfer.id is not None
    wanted = transfer.id
    runner = make_runner(library, shelf)
    write = runner._write

    def late(desk: DownloadDesk, ended: Sequence[Ended]) -> set[TransferId]:
        if ended[0][1].path is not None:
            if meanwhile == "cancelled":
                library.downloads.cancel(transfer_ids=[wanted])
            else:
                library.scan.scan([library.settings.download_dir])
                runner._settle_by_itself()
        return write(desk, ended)

    monkeypatch.setattr(runner, "_write", late)
    asyncio.run(runner.run(until_idle=True))
    here = [] if meanwhile == "cancelled" else ["Mira Voss/Hafenklang 042/01 Auftakt.wav"]
    assert list(files(library)) == here
    assert [each.has_file for each in library.library.load_tracks()] == [meanwhile == "scanned"]
    with library._db.read() as conn:
        assert len(conn.exec_driver_sql("SELECT id FROM files").all()) == len(here)


def test_what_is_refused_while_it_is_searched_for_is_not_taken(library: Library, shelf: Shelf) -> None:
    album = ask(library, "Mira Voss - Auftakt")
    transfer = only(library, album).id
    assert transfer is not None
    find, again, answered = shelf.find, asyncio.Event(), asyncio.Event()

    async def refused_meanwhile(wanted: WantedAlbum) -> list[AudioCandidate]:
        offers = await find(wanted)
        if shelf.searches > 1:
            again.set()
            await answered.wait()
            return offers
        with library._db.write() as conn:
            keys = [each.key for each in offers]
            TransferRepository(conn).refuse(transfer, keys, S.WANTED, library._clock())
        await again.wait()
        answered.set()
        return offers

    shelf.find = refused_meanwhile  # type: ignore[method-assign]
    fetch(library, shelf)
    assert (only(library, album).state, shelf.searches) == (S.NO_SOURCE, 2)
    assert files(library) == {}
