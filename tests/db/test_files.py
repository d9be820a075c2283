"""Files: one path, one file, whatever bytes its name has."""

from __future__ import annotations

from datetime import timedelta

import pytest

from musiclib.db.albums import AlbumRepository
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import FileFacts, FileLink, FileMove, SourceValues
from musiclib.db.track_detail import track_detail
from musiclib.domain.states import FileState, Source
from tests.support.library import NOW, add_album, add_tracks

FACTS = FileFacts(
    "/music/Air/01 La femme d'argent.flac",
    size=31_000_000,
    mtime_ns=1_700_000_000_123_456_789,
    match_key="air la femme d argent",
    duration_s=428.3,
    codec="flac",
    bitrate=902_000,
    sample_rate=44_100,
    channels=2,
    bit_depth=16,
    tags={"artist": "Air", "title": "La femme d'argent"},
)


def test_file_is_read_back(db: Database) -> None:
    with db.write() as conn:
        files = FileRepository(conn)
        file_id = files.put([FACTS], NOW)[FACTS.path]
        record = files.get(file_id)
        assert record is not None
        assert (record.path, record.size, record.mtime_ns) == (FACTS.path, FACTS.size, FACTS.mtime_ns)
        assert (record.tags, record.duration_s, record.state) == (FACTS.tags, 428.3, FileState.OK)
        assert files.by_paths([FACTS.path, "/music/none.mp3"]) == {FACTS.path: record}
        assert files.get_many([file_id]) == {file_id: record}
        assert files.by_match_keys(["air la femme d argent", "x"]) == {"air la femme d argent": [record]}
        assert files.unlinked("/music") == [record]


def test_changed_file_keeps_its_id_and_links_but_not_its_hash(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with db.write() as conn:
        files = FileRepository(conn)
        file_id = files.put([FACTS], NOW)[FACTS.path]
        files.link([FileLink(track, file_id, 92.0)], NOW)
        files.set_content_hash(file_id, "ab" * 32)
        known = files.get(file_id)
        assert known is not None
        assert known.content_hash == "ab" * 32
        changed = FileFacts(FACTS.path, 5, 6, state=FileState.BROKEN, reason="unreadable_audio")
        assert files.put([changed], NOW + timedelta(days=1)) == {FACTS.path: file_id}
        record = files.get(file_id)
        assert record is not None
        assert (record.size, record.content_hash, record.state) == (5, None, FileState.BROKEN)
        assert list(files.links_of([file_id])) == [file_id]


@pytest.mark.parametrize("name", ["caf\udce9.mp3", "日本語 🎵.flac", "a%b_c'\".mp3", "tab\there.ogg"])
def test_any_name_comes_back_as_it_was(db: Database, name: str) -> None:
    path = f"/music/{name}"
    with db.write() as conn:
        file_id = FileRepository(conn).put([FileFacts(path, 1, 1)], NOW)[path]
    with db.read() as conn:
        files = FileRepository(conn)
        assert [each.path for each in files.under("/music")] == [path]
        assert files.by_paths([path])[path].id == file_id


def test_under_is_about_folders_not_about_beginnings(db: Database) -> None:
    paths = ["/music/a.mp3", "/music/b/c/d.mp3", "/music b/e.mp3", "/musicology/f.mp3", "/other/g.mp3"]
    with db.write() as conn:
        files = FileRepository(conn)
        files.put([FileFacts(path, 1, 1) for path in paths], NOW)
        assert [each.path for each in files.under("/music")] == paths[:2]
        assert [each.path for each in files.under("/music/b/")] == ["/music/b/c/d.mp3"]
        assert [each.path for each in files.under("/music b")] == ["/music b/e.mp3"]


def test_best_file_of_a_track_comes_first(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with db.write() as conn:
        files = FileRepository(conn)
        ids = files.put([FileFacts(f"/music/{name}.mp3", 1, 1) for name in "abcd"], NOW)
        a, b, c, d = ids.values()
        files.link([FileLink(track, a, 70.0), FileLink(track, b, 99.0), FileLink(track, c, 98.0)], NOW)
        files.link([FileLink(track, d, 50.0, by_hand=True)], NOW)
        files.set_state([b], FileState.MISSING)
        assert [each.id for each in files.files_of([track])[track]] == [d, c, a, b]
        files.refuse(track, [d])
        assert [each.id for each in files.unlinked("/music")] == [d]
        assert files.refused(ids.values()) == {d: {track}}
        files.link([FileLink(track, d, 50.0, by_hand=True)], NOW)
        assert files.refused(ids.values()) == {}


def test_guess_never_overwrites_a_link_made_by_hand(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with db.write() as conn:
        files = FileRepository(conn)
        (file_id,) = files.put([FACTS], NOW).values()
        files.link([FileLink(track, file_id, 40.0)], NOW)
        files.link([FileLink(track, file_id, 100.0, by_hand=True)], NOW)
        files.link([FileLink(track, file_id, 77.0)], NOW)
        assert files.links_of([file_id]) == {file_id: [FileLink(track, file_id, 100.0, by_hand=True)]}


def test_extra_files_lie_beside_an_album(db: Database) -> None:
    first, second = add_tracks(db, 2)
    album = add_album(db, [first])
    with db.write() as conn:
        files = FileRepository(conn)
        paths = ["/m/x/1.mp3", "/m/x/2.mp3", "/m/x/3.mp3", "/m/x/4.mp3", "/m/y/5.mp3"]
        own, extra, left_out, others, _elsewhere = files.put(
            [FileFacts(path, 1, 1) for path in paths], NOW
        ).values()
        files.link([FileLink(first, own, 99.0), FileLink(second, others, 99.0)], NOW)
        AlbumRepository(conn).leave_out(album, [left_out], NOW)
        assert [each.id for each in files.beside(album)] == [extra]


def test_file_of_a_track_is_shown(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with db.write() as conn:
        files = FileRepository(conn)
        (file_id,) = files.put([FACTS], NOW).values()
        files.link([FileLink(track, file_id, 99.0)], NOW)
        (shown,) = track_detail(conn, track, NOW).files
    assert (shown.id, shown.path, shown.codec, shown.bit_depth) == (file_id, FACTS.path, "flac", 16)
    assert (shown.artist, shown.title) == ("Air", "La femme d'argent")


def test_moved_files_keep_their_id_even_where_two_change_places(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with db.write() as conn:
        files = FileRepository(conn)
        ids = files.put([FileFacts(f"/music/{name}.mp3", 7, 1) for name in ("a", "b", "caf\udce9")], NOW)
        a, b, c = ids.values()
        files.link_new([FileLink(track, a, 100.0)], NOW)
        files.set_state([a], FileState.MISSING)
        moves = [
            FileMove("/music/a.mp3", "/music/b.mp3", 2),
            FileMove("/music/b.mp3", "/music/a.mp3", 3),
            FileMove("/music/caf\udce9.mp3", "/other/x/caf\udce9.mp3", 4),
        ]
        assert sorted(files.move(moves)) == sorted(ids.values())
        assert files.ids_of(["/music/b.mp3", "/music/a.mp3"]) == {"/music/b.mp3": a, "/music/a.mp3": b}
        (file,) = files.files_of([track])[track]
        assert (file.path, file.mtime_ns, file.state) == ("/music/b.mp3", 2, FileState.OK)
        assert [each.id for each in files.under("/other/x")] == [c]
        assert sorted(files.known_under("/music")) == [
            ("/music/a.mp3", 7, 3, "ok", None),
            ("/music/b.mp3", 7, 2, "ok", None),
        ]
        assert len(files.as_large_as([7, 8])) == 3


def test_files_of_pasted_lists_are_counted_by_folder(db: Database) -> None:
    listed, other = add_tracks(db, 2)
    with db.write() as conn:
        files = FileRepository(conn)
        a, b, c = files.put([FileFacts(f"/m/{name}.mp3", 1, 1) for name in "abc"], NOW).values()
        files.link([FileLink(listed, a, 90.0), FileLink(listed, b, 90.0), FileLink(other, c, 90.0)], NOW)
        said = [SourceValues(listed, Source.TRACKLIST, {}), SourceValues(other, Source.FILE_TAGS, {})]
        TrackMetadataRepository(conn).put(said, NOW)
        assert files.of_lists_in(["/m", "/none"]) == {"/m": 1}
