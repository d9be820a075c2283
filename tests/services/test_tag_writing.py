from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from mutagen.id3 import GEOB
from mutagen.wave import WAVE
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from musiclib.analysis.worker import content_hash
from musiclib.bootstrap import Library, open_library
from musiclib.db.files import FileRepository
from musiclib.db.metadata import AnalysisRepository, TrackMetadataRepository
from musiclib.db.records import SourceValues
from musiclib.db.schema import EnrichmentTask, TagPiece, TagWrite
from musiclib.domain.ids import TrackId
from musiclib.domain.music_key import KeyNotation
from musiclib.domain.states import Source, TaskKind
from musiclib.domain.tag_fields import KeyPlace, TagField
from musiclib.errors import ChangedSince, NotInLibrary
from musiclib.services.scan_types import ScanPhase, ScanProgress
from musiclib.services.tag_types import CellState, Choice, TagOutcome, TagRow, TagSelection
from musiclib.settings import Settings
from musiclib.tags.reader import read_art, read_tags
from tests.services.audio import write_wav
from tests.services.conftest import Clock
from tests.support.database import DIALECTS
from tests.support.library import give_album_art
from tests.support.web import png

FIELDS = (TagField.BPM, TagField.KEY, TagField.LABEL, TagField.TITLE)
BY_HAND = {"bpm": 124.5, "key_code": 21, "label": "Nordlicht"}


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Two files of one album, with markers of a DJ program in them."""
    folder = tmp_path / "music"
    for number, title in enumerate(("Auftakt", "Labyrinth"), 1):
        path = write_wav(
            folder / f"{number}.wav",
            0.1,
            artist="Mira Voss",
            title=title,
            album="Hafenklang",
            track=f"{number}/12",
        )
        audio = WAVE(path)
        audio.tags.add(GEOB(0, "application/octet-stream", "", "Serato Markers2", bytes(range(256))))
        audio.save()
        os.utime(path, ns=(1_600_000_000_000_000_000, 1_600_000_000_123_456_789))
    return folder


def known(library: Library, music: Path) -> list[TrackId]:
    """Scan the files, and let the library know more of them than their tags say."""
    library.scan.scan([music])
    tracks = [row.id for row in sorted(library.library.load_tracks(), key=lambda row: row.title)]
    for track_id in tracks:
        for name, value in BY_HAND.items():
            library.library.set_value(track_id, name, value)
    return tracks


def preview(library: Library, tracks: Sequence[TrackId], fields: Sequence[TagField] = FIELDS) -> list[TagRow]:
    return list(library.tag_writing.preview(TagSelection(tracks), fields)[1])


def write(library: Library, rows: Sequence[TagRow]) -> TagOutcome:
    return library.tag_writing.write([Choice(row, row.changes) for row in rows])


def counts(library: Library) -> tuple[int, int]:
    """Writes in the journal, and audio tasks that wait."""
    waiting = select(func.count()).where(
        EnrichmentTask.kind == TaskKind.AUDIO, EnrichmentTask.status == "queued"
    )
    with library._db.read() as conn:
        return (
            conn.execute(select(func.count()).select_from(TagWrite)).scalar_one(),
            conn.execute(waiting).scalar_one(),
        )


def test_a_preview_shows_each_cell_and_changes_nothing(library: Library, music: Path) -> None:
    tracks = known(library, music)
    before = [path.read_bytes() for path in sorted(music.iterdir())]
    count, rows = library.tag_writing.preview(TagSelection(tracks), (*FIELDS, TagField.ISRC, TagField.TRACK))
    first = next(rows)
    assert (count, first.title) == (2, "Auftakt")
    cells = {cell.field: (cell.state, cell.old, cell.new) for cell in first.cells}
    assert cells == {
        TagField.BPM: (CellState.CHANGES, "", "124.5"),
        TagField.KEY: (CellState.CHANGES, "", "Am · 8A"),
        TagField.LABEL: (CellState.CHANGES, "", "Nordlicht"),
        TagField.TITLE: (CellState.SAME, "Auftakt", "Auftakt"),
        TagField.ISRC: (CellState.NOTHING, "", ""),
        TagField.TRACK: (CellState.NOTHING, "1/12", ""),  # the folder may hold a part of the record
    }
    assert [path.read_bytes() for path in sorted(music.iterdir())] == before


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_what_is_written_is_known_and_taken_back_byte_for_byte(library: Library, music: Path) -> None:
    tracks = known(library, music)
    path = music / "1.wav"
    original, hashed, stamp = path.read_bytes(), content_hash(path), path.stat()
    with library._db.write() as conn:  # measured before, and nothing waits to be
        file_id = FileRepository(conn).ids_of([str(path)])[str(path)]
        FileRepository(conn).set_content_hash(file_id, hashed)
        AnalysisRepository(conn).put(hashed, "7", "test", {"bpm": 1.0}, library._clock(), b"wave", b"spec")
        said = SourceValues(tracks[0], Source.ANALYSIS, {"energy": 7}, hashed)
        TrackMetadataRepository(conn).put([said], library._clock())
        conn.execute(EnrichmentTask.__table__.delete())
    outcome = write(library, preview(library, tracks))
    assert (outcome.written, outcome.same, outcome.failures, outcome.left) == (2, 0, (), 0)
    assert outcome.change is not None
    assert outcome.change.summary == "Tags of 2 files written"
    assert outcome.change.track_ids == tuple(tracks)
    tags = read_tags(path)
    assert (tags.bpm, tags.key, tags.label, tags.title, tags.track_total) == (
        124.5,
        "Am",
        "Nordlicht",
        "Auftakt",
        12,
    )
    assert str(WAVE(path).tags["TXXX:KEY"]) == "8A"
    assert WAVE(path).tags.getall("GEOB")[0].data == bytes(range(256))
    assert path.stat().st_mtime_ns == stamp.st_mtime_ns
    assert sorted(each.name for each in music.iterdir()) == ["1.wav", "2.wav"]
    # The library follows: nothing is measured or read anew, and the file's tags are a source of their own.
    with library._db.read() as conn:
        record = AnalysisRepository(conn).of_track(tracks[0])
        assert record is not None
        assert (record.waveform, record.features) == (b"wave", {"bpm": 1.0})
        assert FileRepository(conn).get(file_id).content_hash == content_hash(path)  # type: ignore[union-attr]
        by_source = TrackMetadataRepository(conn).by_source(tracks[:1])[tracks[0]]
        assert by_source[Source.FILE_TAGS]["label"] == "Nordlicht"
    rescan = library.scan.scan([music])
    assert (rescan.changed, rescan.unchanged) == (0, 2)
    assert counts(library) == (2, 0)
    assert [row.changes for row in preview(library, tracks)] == [frozenset(), frozenset()]
    # Back, forth and back again.
    for _ in range(2):
        undone = library.library.undo()
        assert (undone.summary, undone.note) == ("Tags of 2 files written", "")
        assert path.read_bytes() == original
        assert path.stat().st_mtime_ns == stamp.st_mtime_ns
        assert library.scan.scan([music]).unchanged == 2
        with library._db.read() as conn:
            assert AnalysisRepository(conn).of_track(tracks[0]) == record
        library.library.redo()
        assert read_tags(path).bpm == 124.5
    assert counts(library) == (2, 0)


def test_only_what_is_ticked_is_written(library: Library, music: Path) -> None:
    tracks = known(library, music)
    first, second = preview(library, tracks)
    outcome = library.tag_writing.write(
        [Choice(first, frozenset({TagField.LABEL})), Choice(second, frozenset())]
    )
    assert (outcome.written, outcome.same) == (1, 1)
    tags = read_tags(Path(first.path))
    assert (tags.label, tags.bpm, tags.key) == ("Nordlicht", None, None)
    assert write(library, []).change is None


def test_files_that_cannot_be_written_are_named_and_the_others_are(library: Library, music: Path) -> None:
    tracks = known(library, music)
    rows = preview(library, tracks)
    first, second = Path(rows[0].path), Path(rows[1].path)
    first.chmod(0o444)
    outcome = write(library, rows)
    assert outcome.written == 1
    assert [failure.reason for failure in outcome.failures] == [
        "1.wav is write-protected. Allow writing to it, then try again."
    ]
    assert read_tags(first).bpm is None
    assert read_tags(second).bpm == 124.5
    first.chmod(0o644)
    first.write_bytes(first.read_bytes() + b"more")
    assert "changed since the preview" in write(library, rows[:1]).failures[0].reason
    first.unlink()
    assert "is not there any more" in write(library, rows[:1]).failures[0].reason
    assert "is not there any more" in preview(library, tracks)[0].problem
    second.write_bytes(b"RIFF")
    assert "damaged" in preview(library, tracks)[1].problem
    assert [each for each in music.iterdir() if each.name.startswith(".")] == []


def test_a_file_that_was_changed_since_is_not_overwritten_by_undo(library: Library, music: Path) -> None:
    tracks = known(library, music)
    write(library, preview(library, tracks))
    touched, other = music / "1.wav", music / "2.wav"
    audio = WAVE(touched)
    audio.tags.delall("TIT2")
    audio.save()
    mine = touched.read_bytes()
    with pytest.raises(ChangedSince, match=r"1\.wav was changed again since\.") as refused:
        library.library.undo()
    assert refused.value.keepable
    assert read_tags(other).bpm == 124.5
    undone = library.library.undo(keep_changed=True)
    assert undone.note == "1.wav was changed again since."
    assert touched.read_bytes() == mine
    assert read_tags(other).bpm is None
    library.library.redo()
    assert read_tags(other).bpm == 124.5
    other.unlink()
    touched.unlink()
    with pytest.raises(ChangedSince, match=r"not there any more.*1 other file cannot be turned either"):
        library.library.undo()


def test_names_rights_and_attributes_outlast_a_write(library: Library, music: Path) -> None:
    tracks = known(library, music)
    path, link = music / "1.wav", music.parent / "other name.wav"
    os.link(path, link)
    real = music.parent / "elsewhere.wav"
    (music / "2.wav").rename(real)
    (music / "2.wav").symlink_to(real)
    real.chmod(0o640)
    attributes = sys.platform == "linux" and _set_attribute(real)
    rows = preview(library, tracks)
    assert write(library, rows).failures == ()
    assert path.samefile(link)
    assert read_tags(link).bpm == 124.5
    assert (music / "2.wav").is_symlink()
    assert read_tags(real).bpm == 124.5
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    if attributes:
        assert os.getxattr(real, "user.musiclib") == b"kept"
    library.library.undo()
    assert path.samefile(link)
    assert read_tags(link).bpm is None


def _set_attribute(path: Path) -> bool:
    try:
        os.setxattr(path, "user.musiclib", b"kept")
    except OSError:
        return False
    return True


def test_the_time_is_renewed_if_that_is_wished(library: Library, music: Path) -> None:
    library.use(library.settings.model_copy(update={"tag_keep_times": False}))
    tracks = known(library, music)
    before = (music / "1.wav").stat().st_mtime_ns
    write(library, preview(library, tracks))
    assert (music / "1.wav").stat().st_mtime_ns > before
    assert library.scan.scan([music]).unchanged == 2
    library.library.undo()
    assert (music / "1.wav").stat().st_mtime_ns == before


def test_a_key_in_the_comment_gives_way_to_a_newer_one(library: Library, music: Path) -> None:
    library.use(library.settings.model_copy(update={"tag_key_place": KeyPlace.COMMENT}))
    tracks = known(library, music)
    write(library, preview(library, tracks, [TagField.KEY]))
    library.library.set_value(tracks[0], "key_code", 0)
    library.use(library.settings.model_copy(update={"tag_key_notation": KeyNotation.OPEN_KEY}))
    row = preview(library, tracks, [TagField.KEY])[0]
    assert (row.cells[0].old, row.cells[0].new) == ("Am · “8A”", "C · “1d”")


def test_album_facts_art_and_gains(library: Library, music: Path) -> None:
    tracks = known(library, music)
    for track_id, loudness in zip(tracks, (-9.0, -12.0), strict=True):
        library.library.set_value(track_id, "loudness_lufs", loudness)
        library.library.set_value(track_id, "true_peak_dbtp", -0.3)
    album_id = library.library.load_albums()[0].id
    picture = png(400, 400)
    give_album_art(library, album_id, picture)
    fields = (TagField.ALBUM, TagField.REPLAYGAIN, TagField.ART)
    rows = list(library.tag_writing.preview(TagSelection(album_id=album_id), fields)[1])
    cells = {cell.field: cell for cell in rows[0].cells}
    assert cells[TagField.ALBUM].state is CellState.SAME
    assert cells[TagField.REPLAYGAIN].new == "−9.00 dB, peak 0.966051, album −7.75 dB, album peak 0.966051"
    assert (cells[TagField.ART].old, cells[TagField.ART].new) == ("", "PNG 400 × 400")
    outcome = write(library, rows)
    assert (outcome.written, outcome.failures) == (2, ())
    assert read_tags(music / "1.wav").album_gain_db == -7.75
    assert read_art(music / "2.wav") == picture
    with library._db.read() as conn:  # the picture is kept once for all files
        assert conn.execute(select(func.count()).select_from(TagPiece)).scalar_one() <= 1


def test_files_are_found_by_their_paths(library: Library, music: Path) -> None:
    tracks = known(library, music)
    selection = library.tag_writing.files_at([music / "2.wav"])
    assert list(selection.track_ids) == tracks[1:]
    assert [row.path for row in library.tag_writing.preview(selection, FIELDS)[1]] == [str(music / "2.wav")]
    with pytest.raises(NotInLibrary, match=r"nothing\.wav is no file of a track"):
        library.tag_writing.files_at([music / "nothing.wav"])


def test_a_library_that_fails_in_the_midst_leaves_files_and_journal_in_step(
    library: Library, music: Path, settings: Settings, clock: Clock
) -> None:
    tracks = known(library, music)
    rows = preview(library, tracks)

    with library._db.write() as conn:
        conn.execute(
            text("CREATE TRIGGER full BEFORE UPDATE ON tag_writes BEGIN SELECT RAISE(ABORT, 'full'); END")
        )
    with pytest.raises(IntegrityError, match="full"):
        write(library, rows)
    with library._db.write() as conn:
        conn.execute(text("DROP TRIGGER full"))
    # The files were in their places already: whoever comes next makes the library follow.
    library.tag_writing._is_dead = lambda worker_id: True
    library.tag_writing.recover()
    assert [read_tags(Path(row.path)).bpm for row in rows] == [124.5, 124.5]
    assert library.scan.scan([music]).unchanged == 2
    assert counts(library)[0] == 2
    library.close()
    again = open_library(settings, clock=clock)
    assert again.library.history(1)[0].summary == "Tags of 2 files written"
    again.library.undo()
    assert read_tags(Path(rows[0].path)).bpm is None
    again.close()


def test_a_scan_that_meets_a_file_while_it_is_written_does_not_measure_it_anew(
    library: Library, music: Path
) -> None:
    tracks = known(library, music)
    with library._db.write() as conn:
        conn.execute(EnrichmentTask.__table__.delete())
    os.utime(music / "1.wav", ns=(1, 1))  # so that the scan has something to read
    written: list[TagOutcome] = []

    def meanwhile(at: ScanProgress) -> None:
        if at.phase is ScanPhase.READING and not written:
            written.append(write(library, preview(library, tracks)))

    outcome = library.scan.scan([music], meanwhile)
    assert written[0].written == 2
    assert (outcome.changed, counts(library)) == (0, (2, 0))
    with library._db.read() as conn:
        record = FileRepository(conn).by_paths([str(music / "1.wav")])[str(music / "1.wav")]
    assert (record.tags["bpm"], record.content_hash) == (124.5, content_hash(music / "1.wav"))


def test_a_later_writing_of_the_same_file_is_named_and_undone_first(library: Library, music: Path) -> None:
    tracks = known(library, music)
    before = (music / "1.wav").read_bytes()
    first = write(library, preview(library, tracks, [TagField.BPM])).change
    write(library, preview(library, tracks[:1], [TagField.LABEL]))
    assert first is not None
    assert first.changeset_id is not None
    with pytest.raises(ChangedSince, match=r"By: Tags of 1 file written\. Undo that first, or with it"):
        library.library.undo(first.changeset_id)
    assert len(library.library.undo_with_later(first.changeset_id)) == 2
    assert (music / "1.wav").read_bytes() == before
