from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from musiclib.bootstrap import Library
from musiclib.domain.states import FileState, TaskKind
from musiclib.errors import FolderUnreadable
from musiclib.services.scan_types import ScanOutcome, ScanPhase, ScanProgress
from tests.services.audio import write_wav
from tests.services.helpers import import_new, listed, titles


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    return folder


def counts(outcome: ScanOutcome) -> tuple[int, int, int, int, int]:
    return outcome.added, outcome.changed, outcome.unchanged, outcome.missing, len(outcome.broken)


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
