from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from musiclib.bootstrap import Library
from musiclib.domain.states import FileState, TaskKind
from musiclib.errors import FolderUnreadable
from musiclib.services.scan_listing import list_audio
from musiclib.services.scan_mounts import Mounts
from musiclib.services.scan_pace import Teller
from musiclib.services.scan_reading import read_files
from musiclib.services.scan_types import ScanOutcome, ScanPhase, ScanProgress
from tests.services.audio import write_wav
from tests.services.helpers import import_new, listed, titles
from tests.support.database import DIALECTS


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    return folder


def counts(outcome: ScanOutcome) -> tuple[int, int, int, int, int]:
    return outcome.added, outcome.changed, outcome.unchanged, outcome.missing, len(outcome.broken)


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_pasted_tracks_get_their_files_by_tags_or_name(library: Library, music: Path) -> None:
    outcome = import_new(library, "Mira Voss - Auftakt\nKessel & Vroom - Langsam, bitte\nTessera - Labyrinth")
    write_wav(music / "x.wav", artist="Mira Voss", title="Auftakt")
    write_wav(music / "02 Kessel & Vroom - Langsam, bitte.wav")
    scanned = library.scan.scan([music])

    assert (counts(scanned), scanned.linked, scanned.new_tracks) == ((2, 0, 0, 0, 0), 2, 0)
    assert [row.has_file for row in library.library.load_tracks(outcome.rows)] == [True, True, False]
    audio = {task.track_id for task in library.enrichment.tasks(kind=TaskKind.AUDIO)}
    assert audio == set(outcome.rows[:2])


def test_a_file_that_may_be_two_tracks_is_linked_to_none(library: Library, music: Path) -> None:
    import_new(library, "Mira Voss - Auftakt (Live)\nMira Voss - Auftakt (Dub Mix)")
    write_wav(music / "x.wav", artist="Mira Voss", title="Auftakt")
    scanned = library.scan.scan([music])

    assert scanned.linked == 0


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_files_that_say_what_they_are_become_tracks_on_albums(library: Library, music: Path) -> None:
    for number, title in enumerate(("Two", "One"), 1):
        write_wav(
            music / "a" / f"{title}.wav", artist="Ilium", title=title, album="Psi", track=str(3 - number)
        )
    write_wav(music / "loose" / "x.wav", artist="Perigee", title="Glasshouse")
    write_wav(music / "loose" / "noise.wav")
    scanned = library.scan.scan([music])

    assert (counts(scanned), scanned.new_tracks) == ((4, 0, 0, 0, 0), 3)
    albums = {album.title: album for album in library.library.load_albums()}
    assert set(albums) == {"Psi", "loose"}
    assert listed(library, albums["Psi"].id) == ["Ilium - One", "Ilium - Two"]
    assert albums["Psi"].artist == "Ilium"
    assert {task.kind for task in library.enrichment.tasks()} == {TaskKind.METADATA, TaskKind.AUDIO}


def test_a_list_pasted_later_links_to_scanned_files(library: Library, music: Path) -> None:
    write_wav(music / "a" / "x.wav", artist="Mira Voss", title="Auftakt")
    write_wav(music / "b" / "Kessel & Vroom - Langsam, bitte.wav")
    library.scan.scan([music])
    outcome = import_new(library, "Mira Voss - Auftakt\nKessel & Vroom - Langsam, bitte")

    assert (outcome.added, outcome.linked) == (1, 1)
    assert all(row.has_file for row in library.library.load_tracks(outcome.rows))


def test_an_album_grows_with_its_folder(library: Library, music: Path) -> None:
    write_wav(music / "1.wav", artist="Ilium", title="One", album="Psi")
    library.scan.scan([music])
    write_wav(music / "2.wav", artist="Ilium", title="Two", album="Psi")
    scanned = library.scan.scan([music])

    assert counts(scanned) == (1, 0, 1, 0, 0)
    (album,) = library.library.load_albums()
    assert titles(library, album.id) == ["One", "Two"]


def test_two_files_of_one_recording_are_one_track(library: Library, music: Path) -> None:
    write_wav(music / "a" / "1.wav", artist="Ilium", title="One", album="Psi")
    write_wav(music / "b" / "1.wav", artist="Ilium", title="One", album="Hits")
    scanned = library.scan.scan([music])

    assert scanned.new_tracks == 1
    (row,) = library.library.load_tracks()
    assert len(library.library.track(row.id).files) == 2
    assert {album.title for album in library.library.load_albums()} == {"Psi", "Hits"}


def test_a_second_scan_opens_only_what_changed(library: Library, music: Path) -> None:
    outcome = import_new(library, "Mira Voss - Auftakt\nTessera - Labyrinth")
    first = write_wav(music / "a.wav", artist="Mira Voss", title="Auftakt")
    write_wav(music / "b.wav", artist="Tessera", title="Labyrinth")
    library.scan.scan([music])
    os.utime(first, ns=(1, 1))
    scanned = library.scan.scan([music])

    assert counts(scanned) == (0, 1, 1, 0, 0)
    assert scanned.track_ids == outcome.rows[:1]
    write_wav(first, 2.0, artist="Mira Voss", title="Auftakt")
    seen: list[ScanProgress] = []
    assert counts(library.scan.scan([music], seen.append)) == (0, 1, 1, 0, 0)
    reading = [each for each in seen if each.phase is ScanPhase.READING]
    assert [(each.done, each.total, each.current) for each in reading] == [(1, 1, "a.wav")]


def test_files_that_are_gone_are_kept_and_come_back(library: Library, music: Path) -> None:
    outcome = import_new(library, "Mira Voss - Auftakt")
    path = write_wav(music / "a.wav", artist="Mira Voss", title="Auftakt")
    write_wav(music / "other.wav")
    library.scan.scan([music])
    away = shutil.move(path, music.parent / "a.wav")
    assert counts(library.scan.scan([music])) == (0, 0, 1, 1, 0)
    (file,) = library.library.track(outcome.rows[0]).files
    assert file.state is FileState.MISSING

    shutil.move(away, path)
    assert counts(library.scan.scan([music])) == (0, 0, 2, 0, 0)
    assert library.library.load_tracks()[0].has_file


def test_an_unmounted_folder_changes_nothing(library: Library, music: Path) -> None:
    write_wav(music / "a.wav", artist="Mira Voss", title="Auftakt")
    library.scan.scan([music])
    shutil.move(music / "a.wav", music.parent / "a.wav")
    with pytest.raises(FolderUnreadable, match="1 files were in it"):
        library.scan.scan([music])
    music.rmdir()
    with pytest.raises(FolderUnreadable, match="is not there"):
        library.scan.scan([music])
    assert library.library.load_tracks()[0].has_file


def test_broken_files_are_named_with_a_reason_and_tried_again(library: Library, music: Path) -> None:
    (music / "empty.flac").touch()
    (music / "text.mp3").write_text("no sound in here")
    write_wav(music / "good.wav")
    for _ in range(2):
        scanned = library.scan.scan([music])
        assert {each.path.name for each in scanned.broken} == {"empty.flac", "text.mp3"}
        assert all(each.reason for each in scanned.broken)


def test_a_cancelled_scan_keeps_what_it_read(library: Library, music: Path) -> None:
    for number in range(5):
        write_wav(music / f"{number}.wav", artist="Ilium", title=f"Number {number}")
    seen: list[ScanProgress] = []

    def cancelled() -> bool:
        return len([each for each in seen if each.phase is ScanPhase.READING]) >= 2

    scanned = library.scan.scan([music], seen.append, cancelled)
    assert (scanned.cancelled, scanned.added, scanned.new_tracks) == (True, 2, 0)
    again = library.scan.scan([music])
    assert (again.added, again.unchanged, again.new_tracks) == (3, 2, 5)


def test_names_that_are_no_text_and_loops_of_links_do_no_harm(library: Library, music: Path) -> None:
    write_wav(music / "plain.wav", artist="Ilium", title="One")
    (music / "plain.wav").rename(music / os.fsdecode(b"caf\xe9.wav"))
    (music / "loop").symlink_to(music, target_is_directory=True)
    (music / ".hidden").mkdir()
    write_wav(music / ".hidden" / "x.wav")
    scanned = library.scan.scan([music])

    assert (scanned.added, scanned.new_tracks) == (1, 1)
    assert library.scan.scan([music]).unchanged == 1


def test_a_folder_that_cannot_be_read_is_told_and_hides_its_files(library: Library, music: Path) -> None:
    write_wav(music / "open.wav")
    write_wav(music / "closed" / "x.wav")
    library.scan.scan([music])

    def take_away(progress: ScanProgress) -> None:
        if progress.phase is ScanPhase.LISTING and progress.current == "closed":
            shutil.rmtree(music / "closed")

    scanned = library.scan.scan([music], take_away)
    assert (scanned.missing, [each.path.name for each in scanned.broken]) == (0, ["closed"])


def test_a_scan_cancelled_before_the_first_file_changes_nothing(library: Library, music: Path) -> None:
    write_wav(music / "Mira Voss - Auftakt.wav", artist="Mira Voss", title="Auftakt")
    library.scan.scan([music])
    outcome = library.scan.scan([music], cancelled=lambda: True)

    assert (outcome.cancelled, counts(outcome)) == (True, (0, 0, 0, 0, 0))
    assert [row.has_file for row in library.library.load_tracks()] == [True]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of Unix")
def test_a_pipe_that_is_named_like_a_file_is_left_alone(library: Library, music: Path) -> None:
    os.mkfifo(music / "pipe.wav")
    write_wav(music / "Mira Voss - Auftakt.wav", artist="Mira Voss", title="Auftakt")
    assert counts(library.scan.scan([music])) == (1, 0, 0, 0, 0)


# --- moved files ----------------------------------------------------------------------------------


def places(library: Library) -> dict[str, list[tuple[Path, FileState]]]:
    """Where the files of each track are, by its title."""
    return {
        row.title: [(Path(file.path), file.state) for file in library.library.track(row.id).files]
        for row in library.library.load_tracks()
    }


def album_of(folder: Path, count: int = 3) -> None:
    for number in range(count):
        write_wav(
            folder / f"{number}.wav", 1 + number / 8, artist="Ilium", title=f"Part {number}", album="Psi"
        )


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_a_moved_folder_keeps_its_tracks_links_and_what_was_set_by_hand(
    library: Library, music: Path
) -> None:
    album_of(music / "in" / "psi")
    library.scan.scan([music])
    (row, *_) = library.library.load_tracks()
    library.library.set_value(row.id, "bpm", 123.0)
    before = {each.id for each in library.library.load_tracks()}
    shutil.move(music / "in" / "psi", music / "Psi (2020)")
    scanned = library.scan.scan([music])

    assert (counts(scanned), scanned.moved, scanned.new_tracks) == ((0, 0, 0, 0, 0), 3, 0)
    assert {each.id for each in library.library.load_tracks()} == before
    assert places(library)["Part 1"] == [(music / "Psi (2020)" / "1.wav", FileState.OK)]
    assert library.library.load_tracks([row.id])[0].bpm == 123.0
    assert counts(library.scan.scan([music])) == (0, 0, 3, 0, 0)


def test_a_renamed_copy_whose_original_is_gone_is_the_same_file(library: Library, music: Path) -> None:
    album_of(music)
    write_wav(music / "quiet.wav")
    library.scan.scan([music])
    for name in ("0.wav", "quiet.wav"):
        (music / f"new {name}").write_bytes((music / name).read_bytes())  # with a time of its own
        (music / name).unlink()
    scanned = library.scan.scan([music])

    # Of a file without tags, its size and length say too little.
    assert (scanned.moved, scanned.added, scanned.missing) == (1, 1, 1)
    assert places(library)["Part 0"] == [(music / "new 0.wav", FileState.OK)]


def test_a_file_that_went_to_another_folder_before_is_found_there_later(
    library: Library, music: Path, tmp_path: Path
) -> None:
    album_of(music / "psi")
    other = tmp_path / "other"
    album_of(other / "kept")
    library.scan.scan([music])
    shutil.move(music / "psi" / "0.wav", tmp_path / "0.wav")
    assert library.scan.scan([music]).missing == 1
    shutil.move(tmp_path / "0.wav", other / "0.wav")
    shutil.move(music / "psi" / "1.wav", other / "1.wav")  # not told before
    scanned = library.scan.scan([other])

    assert (scanned.moved, scanned.missing) == (2, 0)
    assert (other / "1.wav", FileState.OK) in places(library)["Part 1"]


def test_names_that_change_places_or_only_their_spelling_are_followed(library: Library, music: Path) -> None:
    album_of(music)
    write_wav(music / "Größe.wav", artist="Ilium", title="Size")
    library.scan.scan([music])
    (music / "0.wav").rename(music / "x.wav")
    (music / "1.wav").rename(music / "0.wav")
    (music / "x.wav").rename(music / "1.wav")
    (music / "Größe.wav").rename(music / "gro\u0308ße.WAV")
    scanned = library.scan.scan([music])

    assert scanned.missing == 0
    found = {title: files[0][0].name for title, files in places(library).items()}
    assert found == {"Part 0": "1.wav", "Part 1": "0.wav", "Part 2": "2.wav", "Size": "gro\u0308ße.WAV"}


# --- disks that are away --------------------------------------------------------------------------


def test_an_empty_folder_in_the_middle_is_asked_about(library: Library, music: Path) -> None:
    album_of(music / "disk" / "psi")
    write_wav(music / "here.wav", artist="Ilium", title="Here")
    library.scan.scan([music])
    shutil.rmtree(music / "disk" / "psi")
    scanned = library.scan.scan([music])

    assert (scanned.missing, [each.path for each in scanned.kept]) == (0, [music / "disk"])
    assert "3 files were in it" in scanned.kept[0].reason
    assert library.scan.scan([music], emptied_are_gone=True).missing == 3


def test_a_link_to_a_disk_that_is_away_keeps_its_files(library: Library, music: Path, tmp_path: Path) -> None:
    album_of(tmp_path / "disk")
    write_wav(music / "here.wav", artist="Ilium", title="Here")
    (music / "linked").symlink_to(tmp_path / "disk", target_is_directory=True)
    assert library.scan.scan([music]).added == 4
    (tmp_path / "disk").rename(tmp_path / "away")
    scanned = library.scan.scan([music])

    assert (scanned.missing, [each.path for each in scanned.kept]) == (0, [music / "linked"])


def test_a_mount_point_is_remembered(library: Library, music: Path) -> None:
    """Without the right to mount: another file system is what the lister says is one."""
    album_of(music / "disk")
    write_wav(music / "here.wav", artist="Ilium", title="Here")
    library.scan.scan([music])
    listing = list_audio(music, lambda *_: True)
    listing.mounts.append(str(music / "disk"))
    with library._db.write() as conn:
        mounts = Mounts(conn)
        assert mounts.away(str(music), listing) == []
        mounts.write(conn, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    shutil.rmtree(music / "disk")
    scanned = library.scan.scan([music])

    assert (scanned.missing, [each.path for each in scanned.kept]) == (0, [music / "disk"])


def test_one_folder_that_is_away_does_not_keep_the_others_from_being_read(
    library: Library, music: Path
) -> None:
    write_wav(music / "here.wav", artist="Ilium", title="Here")
    scanned = library.scan.scan([music.parent / "away", music])

    assert (scanned.added, [each.path.name for each in scanned.kept]) == (1, ["away"])


class FailingShare:
    """A folder whose drive gives up after the first name."""

    def __init__(self, entries: Any) -> None:
        self._entries = entries

    def __enter__(self) -> Iterator[os.DirEntry[str]]:
        def read() -> Iterator[os.DirEntry[str]]:
            yield next(self._entries)
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        return read()

    def __exit__(self, *_: object) -> None:
        self._entries.close()


def test_a_share_that_fails_midway_loses_nothing(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    album_of(music / "share")
    write_wav(music / "here.wav", artist="Ilium", title="Here")
    library.scan.scan([music])
    scandir = os.scandir

    def failing(path: Any) -> Any:
        entries = scandir(path)
        return FailingShare(entries) if str(path).endswith("share") else entries

    monkeypatch.setattr(os, "scandir", failing)
    scanned = library.scan.scan([music])

    assert (scanned.missing, scanned.unchanged) == (0, 2)
    assert [(each.path.name, "Input/output" in each.reason) for each in scanned.broken] == [("share", True)]


def test_two_names_of_one_file_are_two_files_of_one_track(library: Library, music: Path) -> None:
    path = write_wav(music / "a" / "one.wav", artist="Ilium", title="One", album="Psi")
    os.link(path, music / "a" / "two.wav")
    scanned = library.scan.scan([music])

    assert (scanned.added, scanned.new_tracks, scanned.moved) == (2, 1, 0)
    path.unlink()
    again = library.scan.scan([music])
    assert (again.missing, again.moved, again.unchanged) == (1, 0, 1)


def test_what_systems_keep_beside_music_is_no_music(library: Library, music: Path) -> None:
    for name in ("@eaDir", ".AppleDouble", "#recycle", "$RECYCLE.BIN"):
        write_wav(music / name / "x.wav")
    write_wav(music / "._x.wav")
    write_wav(music / "folder.mp3" / "x.wav")
    assert counts(library.scan.scan([music])) == (1, 0, 0, 0, 0)


# --- changed files --------------------------------------------------------------------------------


def test_tags_that_were_changed_speak_but_not_against_a_person(library: Library, music: Path) -> None:
    path = write_wav(music / "a.wav", artist="Ilium", title="One", isrc="ZZMLB2400001")
    library.scan.scan([music])
    (row,) = library.library.load_tracks()
    library.library.set_value(row.id, "title", "The One")
    write_wav(path, 2.0, artist="Ilium", title="Won", isrc="ZZMLB2400002")
    scanned = library.scan.scan([music])

    assert (scanned.changed, scanned.track_ids) == (1, (row.id,))
    (now,) = library.library.load_tracks()
    assert (now.title, now.isrc) == ("The One", "ZZMLB2400002")


def test_many_files_are_read_by_children_as_few_are_here(music: Path) -> None:
    for number in range(5):
        write_wav(music / f"{number}.wav", artist="Ilium", title=f"Part {number}")
    (music / "5.flac").write_bytes(b"no sound")
    wanted = sorted(list_audio(music, lambda *_: True).files.values()) * 200
    here = [read for batch in read_files(wanted, lambda: False, 0) for read in batch]
    there = [read for batch in read_files(wanted, lambda: False, 1) for read in batch]

    assert there == here
    assert len(next(read_files(wanted, lambda: True, 1))) < len(wanted)


def test_progress_tells_pace_and_the_time_left() -> None:
    told: list[ScanProgress] = []
    clock = iter([0.0, 1.0, 2.0, 4.0])
    teller = Teller(told.append, lambda: next(clock))
    for done in (0, 10, 20, 60):
        teller.tell(ScanPhase.READING, done, 100, None)

    nothing_yet = (None, None)
    paces = [(each.per_second, each.seconds_left) for each in told]
    assert paces == [nothing_yet, nothing_yet, (10, 8), (15, pytest.approx(40 / 15))]
