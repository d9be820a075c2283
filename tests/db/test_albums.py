"""Albums and their lists."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from musiclib.db import queries
from musiclib.db.albums import AlbumRepository
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.records import FileFacts, FileLink
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.rows import AlbumEntry
from musiclib.domain.states import TaskKind
from tests.support.library import NOW, add_album, add_tracks, entries


def test_album_is_read_back(db: Database) -> None:
    album = add_album(db, [])
    with db.write() as conn:
        albums = AlbumRepository(conn)
        albums.change(album, NOW, title="Été", artist=None, year=2024, match_key="ete")
        record = albums.get(album)
        assert record is not None
        assert (record.title, record.artist, record.year, record.match_key, record.origin, record.paused) == (
            "Été",
            None,
            2024,
            "ete",
            "pasted",
            False,
        )
        assert [each.id for each in albums.by_match_key("ete")] == [album]
        assert [each.id for each in albums.named("ETE")] == [album]
        assert albums.named("Winter") == []


def test_album_is_named_with_its_artist(db: Database) -> None:
    album = add_album(db, [], "Essential Mix")
    with db.read() as conn:
        assert [each.id for each in AlbumRepository(conn).named("somebody - essential mix")] == [album]


def test_list_keeps_its_order_and_the_same_track_twice(db: Database) -> None:
    first, second = add_tracks(db, 2)
    listed = [
        AlbumEntry(second, 1, "A1", 1, 0.0),
        AlbumEntry(first, 2, None, 1, 301.5),
        AlbumEntry(second, 3, "B1", 2, None),
    ]
    album = add_album(db, [])
    with db.write() as conn:
        albums = AlbumRepository(conn)
        albums.append(album, listed[:1], NOW)
        albums.append(album, listed[1:], NOW)
        assert albums.entries(album) == listed
        assert queries.album_detail(conn, album, NOW).entries == tuple(listed)
        albums.set_entries(album, listed[::-1], NOW)
        assert albums.entries(album) == listed
        albums.remove_tracks(album, [second], NOW)
        assert albums.entries(album) == [AlbumEntry(first, 1, None, 1, 301.5)]


def test_overlaps_tell_which_album_is_meant(db: Database) -> None:
    ids = add_tracks(db, 4)
    first, second = add_album(db, ids[:3]), add_album(db, ids[2:])
    with db.read() as conn:
        assert AlbumRepository(conn).overlaps(ids[:3]) == {first: 3, second: 1}


def test_a_file_left_out_twice_is_beside_the_album_no_more(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    album = add_album(db, [track])
    with db.write() as conn:
        files = FileRepository(conn)
        ids = files.put([FileFacts("/music/a.mp3", 1, 1), FileFacts("/music/b.mp3", 1, 1)], NOW)
        files.link([FileLink(track, ids["/music/a.mp3"], 100.0)], NOW)
        assert [each.path for each in files.beside(album)] == ["/music/b.mp3"]
        for _ in range(2):
            AlbumRepository(conn).leave_out(album, [ids["/music/b.mp3"]], NOW)
        assert files.beside(album) == []


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["append", "remove", "reverse", "delete", "claim", "touch", "pause", "clear"]),
        st.integers(0, 7),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(acts=_ACTS)
def test_shown_revision_only_rises(sqlite_template: Path, acts: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(sqlite_template, Path(folder) / "library.sqlite3")
        db = Database.open(f"sqlite:///{folder}/library.sqlite3")
        ids = add_tracks(db, 8)
        album = add_album(db, ids[:4])
        with db.write() as conn:
            EnrichmentTaskRepository(conn).enqueue(ids, TaskKind.METADATA, NOW)
            for act, nth in acts:
                (before,) = queries.album_rows(conn, [album], NOW)
                listed = AlbumRepository(conn).entries(album)
                _perform(conn, act, album, ids[nth])
                (after,) = queries.album_rows(conn, [album], NOW)
                changed = before.counts != after.counts or listed != AlbumRepository(conn).entries(album)
                assert after.revision > before.revision if changed else after.revision >= before.revision
        db.close()


def _perform(conn: Connection, act: str, album: AlbumId, track: TrackId) -> None:
    albums, tracks = AlbumRepository(conn), TrackRepository(conn)
    listed = albums.entries(album)
    if act == "append" and tracks.get(track):
        albums.append(album, [AlbumEntry(track, len(listed) + 1, None, 1, None)], NOW)
    elif act == "remove":
        albums.remove_tracks(album, [track], NOW)
    elif act == "reverse":
        albums.set_entries(album, entries([each.track_id for each in listed[::-1]]), NOW)
    elif act == "delete":
        tracks.delete([track], NOW)
    elif act == "claim":
        EnrichmentTaskRepository(conn).claim("a", [TaskKind.METADATA], 1, NOW, timedelta(minutes=1))
    elif act == "touch":
        tracks.touch([track])
    elif act == "pause":
        albums.set_paused([album], True, NOW)
    elif act == "clear":
        albums.set_entries(album, [], NOW)
