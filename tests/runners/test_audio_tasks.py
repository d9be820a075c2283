from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from sqlalchemy import update

from musiclib.analysis.features import Analysis
from musiclib.analysis.worker import content_hash
from musiclib.bootstrap import Library
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_id
from musiclib.db.metadata import AnalysisRepository
from musiclib.db.records import ClaimedTask
from musiclib.db.schema import AudioAnalysis
from musiclib.domain.ids import TaskId
from musiclib.domain.spectrum import unpack_spectrum
from musiclib.domain.states import Reason, TaskKind, TaskStatus
from musiclib.domain.tag_fields import TagField
from musiclib.domain.waveform import unpack_waveform
from musiclib.runners.audio_work import AudioWork
from musiclib.services.tag_types import Choice, TagSelection
from tests.runners.fakes import FakeProvider, analyse, candidate, connecting
from tests.runners.helpers import give_file, import_tracks, make_runner, only_task, only_track, run_until_idle
from tests.services.audio import write_wav

CONNECT = connecting(FakeProvider(lambda query: [candidate(query)]))


def analysed(path: Path) -> int:
    """How often the analyser was given the file."""
    journal = path.with_suffix(".count")
    return len(journal.read_text()) if journal.exists() else 0


def test_a_file_is_measured_and_the_track_shows_it(library: Library, tmp_path: Path) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    give_file(library, outcome.rows[0], tmp_path / "one.flac")
    run_until_idle(library, CONNECT)

    row = only_track(library)
    assert (row.bpm, row.key_code, row.energy, row.loudness_lufs) == (128.0, 21, 7, -9.5)
    card = next(card for card in library.library.track(row.id).fields if card.name == "bpm")
    assert (card.source, card.values[0].confidence) == ("analysis", 0.99)


def test_the_same_content_is_never_measured_twice(library: Library, tmp_path: Path) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt", "Tessera - Labyrinth")
    give_file(library, outcome.rows[0], tmp_path / "one.flac")
    run_until_idle(library, CONNECT)
    give_file(library, outcome.rows[1], tmp_path / "copy.flac")
    library.enrichment.redo([outcome.rows[0]], TaskKind.AUDIO)
    run_until_idle(library, CONNECT)

    assert (analysed(tmp_path / "one.flac"), analysed(tmp_path / "copy.flac")) == (1, 0)
    assert {row.bpm for row in library.library.load_tracks()} == {128.0}
    with library._db.read() as conn:
        stored = [AnalysisRepository(conn).of_track(track) for track in outcome.rows]
    assert [each is not None and len(unpack_waveform(each.waveform)) for each in stored] == [2, 2]
    assert all(each is not None and unpack_spectrum(each.spectrum) is not None for each in stored)


def test_what_an_older_analyser_measured_is_measured_again_when_it_is_looked_at(
    library: Library, tmp_path: Path
) -> None:
    first, second = import_tracks(library, "Mira Voss - Auftakt", "Tessera - Labyrinth").rows
    give_file(library, first, tmp_path / "one.flac", b"one")
    give_file(library, second, tmp_path / "two.flac", b"two")
    run_until_idle(library, CONNECT)
    with library._db.write() as conn:
        conn.execute(update(AudioAnalysis).values(analyser_version="0"))
    run_until_idle(library, CONNECT)
    assert (analysed(tmp_path / "one.flac"), analysed(tmp_path / "two.flac")) == (1, 1)

    for _ in range(2):
        library.enrichment.look_at(None, first)
        run_until_idle(library, CONNECT)
    assert (analysed(tmp_path / "one.flac"), analysed(tmp_path / "two.flac")) == (2, 1)
    assert library.enrichment.tasks(TaskStatus.QUEUED, TaskKind.AUDIO) == []


def test_a_moved_file_is_not_measured_again(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "music"
    write_wav(folder / "one.wav", artist="Mira Voss", title="Auftakt")
    library.scan.scan([folder])
    run_until_idle(library, CONNECT)
    (folder / "new").mkdir()
    (folder / "one.wav").rename(folder / "new" / "other.wav")
    library.scan.scan([folder])
    library.enrichment.redo([only_track(library).id], TaskKind.AUDIO)
    run_until_idle(library, CONNECT)
    assert analysed(folder / "one.wav") == 1
    assert analysed(folder / "new" / "other.wav") == 0
    assert only_track(library).bpm == 128.0


@pytest.mark.parametrize(
    ("name", "reason", "times"),
    [("broken.flac", Reason.UNREADABLE_AUDIO, 1), ("crash.flac", Reason.QUARANTINED, 2)],
)
def test_a_file_that_cannot_be_measured_says_why(
    library: Library, tmp_path: Path, name: str, reason: Reason, times: int
) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt", "Tessera - Labyrinth")
    give_file(library, outcome.rows[0], tmp_path / name, b"other")
    give_file(library, outcome.rows[1], tmp_path / "good.flac")
    run_until_idle(library, CONNECT)

    (failed,) = library.enrichment.tasks(TaskStatus.ERROR)
    assert (failed.track_id, failed.reason) == (outcome.rows[0], reason)
    assert name in (failed.detail or "")
    assert analysed(tmp_path / name) == times
    assert library.library.load_tracks([outcome.rows[1]])[0].bpm == 128.0


def test_broken_audio_is_not_measured_again_until_the_file_changes(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "music" / "broken.wav"
    write_wav(path, artist="Mira Voss", title="Auftakt")
    for _ in range(2):
        library.scan.scan([path.parent])
        run_until_idle(library, CONNECT)
    assert analysed(path) == 1
    assert only_task(library, TaskKind.AUDIO).reason is Reason.UNREADABLE_AUDIO

    write_wav(path, artist="Mira Voss", title="Auftakt", album="Tidewater")
    library.scan.scan([path.parent])
    run_until_idle(library, CONNECT)
    assert analysed(path) == 2


def test_a_file_that_is_gone_is_an_error_and_marked_missing(library: Library, tmp_path: Path) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    give_file(library, outcome.rows[0], tmp_path / "one.flac")
    (tmp_path / "one.flac").unlink()
    run_until_idle(library, CONNECT)

    assert only_task(library, TaskKind.AUDIO).reason is Reason.FILE_MISSING
    (file,) = library.library.track(outcome.rows[0]).files
    assert file.state == "missing"
    assert not only_track(library).has_file


def test_a_bug_in_the_analyser_is_told_as_one(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    give_file(library, outcome.rows[0], tmp_path / "bug.flac")
    with caplog.at_level(logging.CRITICAL):
        run_until_idle(library, CONNECT)

    task = only_task(library, TaskKind.AUDIO)
    assert (task.status, task.reason) == (TaskStatus.ERROR, Reason.BUG)


def test_stopping_while_a_lane_hangs_takes_a_moment_and_gives_the_task_back(
    library: Library, tmp_path: Path
) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    path = tmp_path / "hang.flac"
    give_file(library, outcome.rows[0], path)

    async def stop_when_it_hangs() -> float:
        runner = make_runner(library, CONNECT)
        running = asyncio.create_task(runner.run())
        while not analysed(path):
            await asyncio.sleep(0.02)
        loop = asyncio.get_running_loop()
        started = loop.time()
        runner.request_stop()
        await running
        return loop.time() - started

    assert asyncio.run(stop_when_it_hangs()) < 3.0
    task = only_task(library, TaskKind.AUDIO)
    assert (task.status, task.attempts, task.worker_id) == (TaskStatus.QUEUED, 0, None)


@pytest.mark.parametrize("name", ["broken.flac", "gone.flac"])
def test_another_file_of_the_track_stands_in_for_one_that_cannot_be_read(
    library: Library, tmp_path: Path, name: str
) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    give_file(library, outcome.rows[0], tmp_path / name, b"other")
    give_file(library, outcome.rows[0], tmp_path / "z.flac")
    if name == "gone.flac":
        (tmp_path / name).unlink()
    run_until_idle(library, CONNECT)

    assert only_task(library, TaskKind.AUDIO).status is TaskStatus.DONE
    assert only_track(library).bpm == 128.0


def test_a_file_that_cannot_be_opened_says_so_and_is_not_called_missing(
    library: Library, tmp_path: Path
) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    give_file(library, outcome.rows[0], tmp_path / "one.flac")
    (tmp_path / "one.flac").unlink()
    (tmp_path / "one.flac").symlink_to(tmp_path / "one.flac")  # a loop, which not even root can open
    run_until_idle(library, CONNECT)

    task = only_task(library, TaskKind.AUDIO)
    assert (task.status, task.reason) == (TaskStatus.ERROR, Reason.UNREADABLE_AUDIO)
    assert "who may read it" in (task.detail or "")


def test_tags_that_are_written_while_a_file_is_measured_cost_no_second_measurement(
    library: Library, tmp_path: Path
) -> None:
    path = write_wav(tmp_path / "music" / "one.wav", artist="Mira Voss", title="Auftakt")
    library.scan.scan([path.parent])
    track = only_track(library).id
    library.library.set_value(track, "bpm", 124.5)

    class Slow:
        async def analyze(
            self, path: Path, *, duration_s: float | None = None, limit_s: float | None = None
        ) -> Analysis:
            (row,) = library.tag_writing.preview(TagSelection([track]), [TagField.BPM])[1]
            assert library.tag_writing.write([Choice(row, row.changes)]).written == 1
            return analyse(path, None)

    task = ClaimedTask(TaskId(new_id()), track, TaskKind.AUDIO, 1, 0, None, library._clock())
    outcome = asyncio.run(AudioWork(library._db, Slow(), ()).do(task))
    with library._db.write() as conn:
        outcome.write(conn, library._clock())
        record = AnalysisRepository(conn).of_track(track)
        file = FileRepository(conn).files_of([track])[track][0]
    assert record is not None
    assert file.content_hash == content_hash(path)
