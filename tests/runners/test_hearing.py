"""What a person has heard stays, and what nobody is sure of can be asked for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from musiclib.bootstrap import Library, open_library
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.schema import Track
from musiclib.domain.ids import TrackId
from musiclib.domain.queue import AnalysisPace
from musiclib.domain.queue_words import reassurance
from musiclib.domain.states import Source, TaskKind
from musiclib.power import Power
from musiclib.providers.base import Candidate, TrackQuery
from musiclib.runners.updates import RunnerUpdate
from musiclib.settings import Settings
from tests.runners.fakes import FakeProvider, candidate, connecting
from tests.runners.helpers import give_file, import_tracks, make_runner, run_until_idle
from tests.services.audio import write_wav

DIALECTS = ["sqlite", "postgresql"]
CONNECT = connecting(FakeProvider(lambda query: [candidate(query)]))
NOW = datetime.now(UTC)


def needing(library: Library) -> set[TrackId]:
    """Asked in SQL."""
    with library._db.read() as conn:
        return {TrackId(each) for each in conn.execute(select(Track.id).where(Track.needs_ear)).scalars()}


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_the_library_knows_which_tracks_need_an_ear(library: Library, tmp_path: Path) -> None:
    sure, unsure, contradicted = import_tracks(library, "A - One", "B - Two", "C - Three").rows
    give_file(library, sure, tmp_path / "one.flac", b"1")
    give_file(library, unsure, tmp_path / "unsure.flac", b"2")
    give_file(library, contradicted, tmp_path / "three.flac", b"3")

    def answer(query: TrackQuery) -> list[Candidate]:
        return [candidate(query, bpm=99.0) if query.title == "Three" else candidate(query)]

    provider = FakeProvider(answer)
    run_until_idle(library, connecting(provider))
    assert needing(library) == {unsure, contradicted}

    confirmed = library.library.lock(unsure, "bpm")
    library.library.choose_value(contradicted, "bpm", "fake")
    assert needing(library) == set()
    library.library.undo()
    assert needing(library) == {contradicted}
    assert confirmed.track_ids == (unsure,)


def test_what_a_person_chose_outlives_analyses_scans_and_providers(library: Library, tmp_path: Path) -> None:
    (track_id,) = import_tracks(library, "Ada Quist - First Light").rows
    path = write_wav(tmp_path / "music" / "one.wav", seconds=200, artist="Ada Quist", title="First Light")
    library.scan.scan([path.parent])
    provider = FakeProvider(lambda query: [candidate(query, bpm=127.0, key_code=4)])
    run_until_idle(library, connecting(provider))
    assert library.library.load_tracks([track_id])[0].bpm == 128.0
    library.library.set_value(track_id, "bpm", 64)
    library.library.choose_value(track_id, "key_code", "fake")

    write_wav(path, seconds=201, artist="Ada Quist", title="First Light", album="Another mix")
    library.scan.scan([path.parent])
    assert library.enrichment.analyse_again([track_id]) == [track_id]
    library.enrichment.redo([track_id], TaskKind.METADATA)
    provider.answer = lambda query: [candidate(query, bpm=99.0, key_code=7)]
    library.provenance.prefer(Source.DEEZER, "bpm")
    run_until_idle(library, connecting(provider))

    (row,) = library.library.load_tracks([track_id])
    assert (row.bpm, row.key_code) == (64.0, 4)
    assert len(path.with_suffix(".count").read_text()) == 2  # the other content was measured too
    rules = {card.name: card.rule for card in library.library.track(track_id).fields}
    assert (rules["bpm"], rules["key_code"]) == ("locked", "locked")


def test_the_analysis_alone_is_paused_over_restarts(
    library: Library, settings: Settings, tmp_path: Path
) -> None:
    (track_id,) = import_tracks(library, "A - One").rows
    give_file(library, track_id, tmp_path / "one.flac")
    library.enrichment.pause_analysis()
    again = open_library(settings)
    try:
        summary = run_until_idle(again, CONNECT)
        assert summary.analysis is AnalysisPace.PAUSED
        assert {each.kind: each.done for each in summary.kinds} == {TaskKind.METADATA: 1, TaskKind.AUDIO: 0}
        assert "You paused the analysis of 1 file." in reassurance(summary, str)
        assert summary.done_about is None
        again.enrichment.resume_analysis()
        assert run_until_idle(again, CONNECT).analysis is AnalysisPace.FULL
        assert again.library.load_tracks([track_id])[0].bpm == 128.0
    finally:
        again.close()


@pytest.mark.parametrize(
    ("rule", "pace", "claimed"),
    [
        ("one_lane", AnalysisPace.ONE_LANE, 1),
        ("pause", AnalysisPace.ON_BATTERY, 0),
    ],
)
def test_on_battery_the_settings_say_how_the_analysis_goes_on(
    settings: Settings, tmp_path: Path, rule: str, pace: AnalysisPace, claimed: int
) -> None:
    battery = [True]
    power = Power(lambda: battery[0], lambda: float("inf"))
    library = open_library(settings.model_copy(update={"analysis_on_battery": rule}), power=power)
    try:
        for nth, track_id in enumerate(import_tracks(library, "A - One", "B - Two", "C - Three").rows):
            give_file(library, track_id, tmp_path / f"hang{nth}.flac", bytes([nth]))
        assert library.enrichment.summary().analysis is pace
        assert _running_at_once(library) == claimed
        power._known = None
        battery[0] = False
        assert library.enrichment.summary().analysis is AnalysisPace.FULL
    finally:
        library.close()


def _running_at_once(library: Library) -> int:
    """How many files a worker takes while its first ones hang."""

    async def look() -> int:
        looked = asyncio.Event()
        most = [0]

        def told(update: RunnerUpdate) -> None:
            if update.summary is not None:
                audio = next(each for each in update.summary.kinds if each.kind is TaskKind.AUDIO)
                other = next(each for each in update.summary.kinds if each.kind is TaskKind.METADATA)
                most[0] = max(most[0], audio.running)
                if other.done == other.total:
                    looked.set()

        runner = make_runner(library, CONNECT, told)
        running = asyncio.create_task(runner.run())
        await looked.wait()
        runner.request_stop()
        await running
        return most[0]

    return asyncio.run(look())


def test_what_a_person_looks_at_is_analysed_first(library: Library, tmp_path: Path) -> None:
    first = import_tracks(library, "A - One", "B - Two", title="First")
    second = import_tracks(library, "C - Three", "D - Four", title="Second")
    tracks = [*first.rows, *second.rows]
    for nth, track_id in enumerate(tracks):
        give_file(library, track_id, tmp_path / f"{nth}.flac", bytes([nth]))

    def order() -> list[TrackId]:
        with library._db.write() as conn:
            tasks = EnrichmentTaskRepository(conn)
            claimed = tasks.claim("me", [TaskKind.AUDIO], 9, NOW, timedelta(seconds=9))
            tasks.release("me", NOW)
        return [each.track_id for each in claimed]

    assert order() == tracks
    library.enrichment.look_at(second.album_id, second.rows[1])
    assert order() == [second.rows[1], second.rows[0], *first.rows]
    library.enrichment.look_at(first.album_id, None)
    assert order() == tracks
    library.enrichment.redo([second.rows[0]], TaskKind.AUDIO)
    library.enrichment.look_at(first.album_id, second.rows[0])
    assert order()[0] == second.rows[0]
    library.enrichment.look_at(None, None)
    assert order()[0] == second.rows[0]
