"""Albums arrive: found, moved, checked, placed, linked; paused and resumed to the byte; troubles told."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from musiclib.bootstrap import Library
from musiclib.domain.ids import AlbumId
from musiclib.domain.states import TaskKind, TransferReason, TransferState
from musiclib.downloads.base import TransferError
from musiclib.runners.downloads import DownloadRunner
from musiclib.runners.updates import DownloadUpdate
from tests.runners.downloads.helpers import NAMES, ask, fetch, files, only, row, states, until
from tests.services.conftest import Clock
from tests.services.helpers import import_new
from tests.support.database import DIALECTS
from tests.support.downloads import Shelf, make_runner

S, R = TransferState, TransferReason


@pytest.mark.parametrize("library", DIALECTS, indirect=True)
def test_an_album_arrives_whole_and_is_in_the_library(library: Library, shelf: Shelf) -> None:
    album = ask(library)
    updates: list[DownloadUpdate] = []
    runner = make_runner(library, shelf, on_change=updates.append)
    summary = asyncio.run(runner.run(until_idle=True))

    here = row(library, album)
    assert [each.state for each in here.transfers] == [S.DONE] * 3
    assert here.finished_at is not None
    assert (summary.of(S.DONE), summary.bytes_done) == (3, summary.bytes_total)
    assert shelf.searches == 1
    placed = {
        f"Various Artists/Hafenklang 042/{nth:02} {title}.wav": shelf.server.files[offer.ref]
        for nth, ((_, title), offer) in enumerate(zip(NAMES, shelf.offers, strict=True), 1)
    }
    assert files(library) == placed
    tracks = library.library.load_tracks()
    assert all(each.has_file for each in tracks)
    with library._db.read() as conn:
        links = conn.exec_driver_sql("SELECT score, by_hand FROM track_files").all()
    assert [(score > 85, bool(by_hand)) for score, by_hand in links] == [(True, False)] * 3
    assert len(library.enrichment.tasks(kind=TaskKind.AUDIO)) == 3

    told = [each for update in updates for each in update.downloads]
    assert [each.revision for each in told] == sorted(each.revision for each in told)
    assert told[-1].transfers == here.transfers
    assert {each.id for update in updates for each in update.tracks} == {each.id for each in tracks}
    assert updates[-1].summary is not None
    assert updates[-1].summary.sources == ("Test shelf",)


def test_pause_quit_start_and_resume_go_on_from_the_same_byte(library: Library, shelf: Shelf) -> None:
    album = ask(library)
    shelf.server.gate.clear()

    async def till_half() -> None:
        runner = make_runner(library, shelf)
        work = asyncio.create_task(runner.run())
        await until(lambda: moved(runner) == 3)
        library.downloads.pause([album])
        runner.wake()
        await until(lambda: not runner._jobs)
        runner.request_stop()
        await work

    def moved(runner: DownloadRunner) -> int:
        done = runner._news.movements.bytes_done().values()
        return sum(count >= 16_000 for count in done)

    asyncio.run(till_half())
    half = row(library, album)
    assert [each.state for each in half.transfers] == [S.PAUSED] * 3
    assert all(16_000 <= each.bytes_done < (each.bytes_total or 0) for each in half.transfers)
    shelf.server.gate.set()
    fetch(library, shelf)
    assert [each.bytes_done for each in row(library, album).transfers] == [
        each.bytes_done for each in half.transfers
    ]
    library.downloads.resume([album])
    fetch(library, shelf)
    assert states(library, album) == [S.DONE] * 3
    for offer, before in zip(shelf.offers, half.transfers, strict=True):
        assert [each.start for each in shelf.server.requests(offer.ref)] == [0, before.bytes_done]
    assert sorted(files(library).values()) == sorted(shelf.server.files.values())


def test_cancelled_bytes_are_removed_and_a_quit_is_quick(library: Library, shelf: Shelf) -> None:
    album = ask(library)
    shelf.server.gate.clear()

    async def run() -> float:
        runner = make_runner(library, shelf)
        work = asyncio.create_task(runner.run())
        incoming = library.settings.download_dir / ".incoming"
        await until(lambda: len(list(incoming.glob("*.part"))) == 3)
        first = row(library, album).transfers[0].id
        assert first is not None
        library.downloads.cancel(transfer_ids=[first])
        await until(lambda: len(list(incoming.glob("*.part"))) == 2)
        runner.request_stop()
        before = asyncio.get_running_loop().time()
        await work
        return asyncio.get_running_loop().time() - before

    assert asyncio.run(run()) < 1.5
    assert states(library, album) == [S.CANCELLED, S.QUEUED, S.QUEUED]


def test_a_busy_server_is_asked_again_and_bytes_that_came_begin_the_count_anew(
    library: Library, shelf: Shelf, clock: Clock
) -> None:
    album = ask(library, "Mira Voss - Auftakt")
    path = shelf.offers[0].ref
    shelf.server.statuses[path] = [(503, {}), (429, {"Retry-After": "600"})]

    async def run() -> None:
        runner = make_runner(library, shelf)
        work = asyncio.create_task(runner.run())
        await until(lambda: only(library, album).reason is R.SERVER_ERROR)
        waits = only(library, album)
        assert (waits.state, waits.attempts) == (S.QUEUED, 1)
        assert waits.not_before is not None
        assert timedelta(seconds=25) < waits.not_before - clock.now < timedelta(seconds=31)
        clock.pass_by(seconds=31)
        await until(lambda: only(library, album).reason is R.RATE_LIMITED)
        waits = only(library, album)
        assert waits.not_before is not None
        assert timedelta(seconds=590) < waits.not_before - clock.now <= timedelta(seconds=601)
        clock.pass_by(seconds=601)
        await until(lambda: only(library, album).state is S.DONE)
        runner.request_stop()
        await work

    asyncio.run(run())
    assert len(shelf.server.requests(path)) == 3


def test_what_is_gone_is_fetched_from_the_next_sure_candidate(
    library: Library, shelf: Shelf, tmp_path: Path
) -> None:
    other = Shelf(shelf.server, "other", "Other shelf")
    other.put(tmp_path / "other", "Mira Voss", "Auftakt")
    del shelf.server.files[shelf.offers[0].ref]
    album = ask(library, "Mira Voss - Auftakt")
    fetch(library, shelf, other)
    assert (only(library, album).state, only(library, album).source_label) == (S.DONE, "Other shelf")

    lonely = ask(library, "Tessera - Labyrinth", "Lonely")
    del shelf.server.files[shelf.offers[2].ref]
    fetch(library, shelf)
    assert (only(library, lonely).state, only(library, lonely).reason) == (S.ERROR, R.GONE)


def test_what_is_not_as_listed_waits_for_a_person_and_can_be_kept(
    library: Library, shelf: Shelf, tmp_path: Path
) -> None:
    album = import_new(library, "Mira Voss - Auftakt").album_id
    (track,) = library.library.load_tracks()
    library.library.set_value(track.id, "duration_s", 180.0)
    library.downloads.get_album(album)
    shelf.offers = [shelf.offers[0]]
    fetch(library, shelf)
    asked = only(library, album)
    assert (asked.state, asked.reason, asked.detail) == (
        S.REVIEW,
        R.NOT_AS_LISTED,
        "Came 2:58 min shorter than the list says.",
    )
    assert not [each for each in files(library) if not each.startswith(".incoming")]
    assert asked.id is not None
    library.downloads.keep_as_is(asked.id)
    fetch(library, shelf)
    assert only(library, album).state is S.DONE
    assert len(shelf.server.requests(shelf.offers[0].ref)) == 1


def test_damaged_audio_is_fetched_once_more_and_then_given_up(
    library: Library, shelf: Shelf, clock: Clock
) -> None:
    album = ask(library, "Mira Voss - Auftakt")
    offer = shelf.offers[0]
    shelf.server.files[offer.ref] = shelf.server.files[offer.ref][:12_000]
    shelf.offers = [type(offer)("shelf", offer.ref, offer.name, offer.title, offer.artist, suffix="wav")]

    async def run() -> None:
        runner = make_runner(library, shelf)
        work = asyncio.create_task(runner.run())
        await until(lambda: only(library, album).reason is R.UNREADABLE_AUDIO)
        clock.pass_by(seconds=10)
        await until(lambda: only(library, album).state is S.ERROR)
        runner.request_stop()
        await work

    asyncio.run(run())
    assert [each.start for each in shelf.server.requests(offer.ref)] == [0, 0]
    assert not [each for each in files(library) if each.endswith(".wav")]


def test_what_was_chosen_from_a_server_waits_while_the_network_is_off(library: Library, shelf: Shelf) -> None:
    """The same runner as the window's, over the sources that are set up: offline there is no shelf."""
    album = ask(library, "Mira Voss - Auftakt")
    shelf.server.statuses[shelf.offers[0].ref] = [(503, {})]
    fetch_once = make_runner(library, shelf, patience=timedelta(0))
    asyncio.run(fetch_once.run(until_idle=True))
    library.downloads.retry([album])
    asyncio.run(library.download_runner(lambda update: None).run(until_idle=True))
    waits = only(library, album)
    assert (waits.state, waits.reason, waits.attempts) == (S.QUEUED, R.UNREACHABLE, 0)
    assert waits.detail is not None
    assert waits.detail.startswith("The network is switched off")


def test_a_source_that_is_down_is_searched_again_and_nothing_is_no_source(
    library: Library, shelf: Shelf, clock: Clock
) -> None:
    shelf.fails = [TransferError(R.UNREACHABLE, "Nobody answers.", retry=True)]
    album = ask(library, "Mira Voss - Auftakt")
    nowhere = ask(library, "Nobody Known - Nothing At All", "Nowhere")

    async def run() -> None:
        runner = make_runner(library, shelf)
        work = asyncio.create_task(runner.run())
        await until(lambda: only(library, album).reason is R.UNREACHABLE)
        assert only(library, album).state is S.WANTED
        clock.pass_by(seconds=31)
        await until(lambda: only(library, album).state is S.DONE)
        runner.request_stop()
        await work

    asyncio.run(run())
    assert only(library, nowhere).state is S.NO_SOURCE


def test_albums_arrive_in_the_order_they_were_asked_for(library: Library, shelf: Shelf) -> None:
    library.use(library.settings.model_copy(update={"downloads_at_once": 1}))
    second = ask(library, "Tessera - Labyrinth", "Second in name only")
    first = ask(library, "Mira Voss - Auftakt", "Urgent")
    library.downloads.raise_priority([first])
    fetch(library, shelf)
    assert [each.path for each in shelf.server.served] == [shelf.offers[0].ref, shelf.offers[2].ref]
    assert states(library, second) == states(library, first) == [S.DONE]


def test_finished_albums_leave_for_the_history_after_a_day(
    library: Library, shelf: Shelf, clock: Clock
) -> None:
    album = ask(library, "Mira Voss - Auftakt")
    fetch(library, shelf)
    clock.pass_by(hours=25)
    updates: list[DownloadUpdate] = []
    asyncio.run(make_runner(library, shelf, on_change=updates.append).run(until_idle=True))
    gone: list[AlbumId] = []

    async def run() -> None:
        runner = make_runner(library, shelf, on_change=lambda update: gone.extend(update.gone))
        work = asyncio.create_task(runner.run())
        await until(lambda: gone == [album])
        runner.request_stop()
        await work

    asyncio.run(run())
    assert library.downloads.albums() == ()
    assert [each.title for each in library.downloads.history()] == ["Hafenklang 042"]
    assert datetime(2026, 1, 1, tzinfo=UTC) < (library.downloads.history()[0].finished_at or clock.now)


def test_a_new_source_is_asked_for_what_was_in_none(library: Library, shelf: Shelf, tmp_path: Path) -> None:
    offers, shelf.offers = shelf.offers, []
    album = ask(library, "Mira Voss - Auftakt")

    async def run() -> None:
        runner = make_runner(library, shelf)
        work = asyncio.create_task(runner.run())
        await until(lambda: only(library, album).state is S.NO_SOURCE)
        shelf.offers = offers
        library.sources.add("folder", "Attic", {"folder": str(tmp_path)}, {})
        await until(lambda: only(library, album).state is S.DONE)
        runner.request_stop()
        await work

    asyncio.run(run())


def test_another_choice_begins_anew_and_the_old_bytes_are_dropped(
    library: Library, shelf: Shelf, tmp_path: Path
) -> None:
    shelf.put(tmp_path / "shelf", "Mira Voss", "Auftakt", 3.0)
    first, second = shelf.offers[0], shelf.offers[-1]
    album = ask(library, "Mira Voss - Auftakt")
    shelf.server.gate.clear()

    async def run() -> None:
        runner = make_runner(library, shelf)
        work = asyncio.create_task(runner.run())
        incoming = library.settings.download_dir / ".incoming"
        await until(lambda: any(each.stat().st_size >= 16_000 for each in incoming.glob("*.part")))
        transfer = only(library, album).id
        assert transfer is not None
        choices = library.downloads.candidates(transfer)
        other = next(each for each in choices if not each.chosen)
        library.downloads.choose(transfer, other.index)
        await until(lambda: bool(shelf.server.requests(other.ranked.candidate.ref)))
        shelf.server.gate.set()
        await until(lambda: only(library, album).state is S.DONE)
        runner.request_stop()
        await work
        (content,) = [content for name, content in files(library).items() if name.endswith(".wav")]
        assert content == shelf.server.files[other.ranked.candidate.ref]
        assert shelf.server.requests(other.ranked.candidate.ref)[-1].start == 0

    asyncio.run(run())
    assert {first.ref, second.ref} == {each.path for each in shelf.server.served}
