"""Drafts, lessons, history and images."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Text, cast, select

from musiclib.db import queries
from musiclib.db.albums import AlbumRepository
from musiclib.db.art import ArtRepository
from musiclib.db.changesets import ChangesetRepository
from musiclib.db.engine import Database
from musiclib.db.identities import new_id
from musiclib.db.imports import ImportRepository, LessonRepository
from musiclib.db.records import ArtFacts
from musiclib.db.schema import Changeset
from musiclib.db.track_detail import track_detail
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import ImportId
from tests.support.library import NOW, add_album, add_tracks


def test_draft_becomes_what_an_album_was_made_of(db: Database) -> None:
    album = add_album(db, [])
    draft, other = ImportId(new_id()), ImportId(new_id())
    with db.write() as conn:
        imports = ImportRepository(conn)
        imports.save_draft(draft, "h1", "A - B", {"rows": []}, {"target": "new"}, NOW)
        imports.save_draft(other, "h2", "C - D", {}, {}, NOW + timedelta(seconds=1))
        imports.save_draft(draft, "h3", "A - B\nE - F", {"rows": [1]}, {}, NOW + timedelta(seconds=2))
        assert [each.id for each in imports.drafts()] == [draft, other]
        imports.save_done(draft, "h3", "A - B\nE - F", {}, {}, album, NOW + timedelta(seconds=3))
        assert [each.id for each in imports.drafts()] == [other]
        record = imports.get(draft)
        assert record is not None
        assert (record.state, record.album_id, record.created_at) == ("done", album, NOW)
        assert [each.id for each in imports.by_source_hash("h3")] == [draft]
        assert imports.by_source_hash("h2") == []
        imports.drop(other)
        assert imports.drafts() == []
        AlbumRepository(conn).delete(album)
        record = imports.get(draft)
        assert record is not None
        assert record.album_id is None


def test_lessons(db: Database) -> None:
    with db.write() as conn:
        lessons = LessonRepository(conn)
        lessons.save("W - W", {"split": 1}, NOW)
        lessons.save("W | W", {"split": 2}, NOW)
        lessons.save("W - W", {"split": 3}, NOW)
        assert lessons.all() == {"W - W": {"split": 3}, "W | W": {"split": 2}}
        lessons.forget("W - W")
        assert lessons.all() == {"W | W": {"split": 2}}


def test_history_is_undone_from_its_end(db: Database) -> None:
    first_track, second_track = add_tracks(db, 2)
    with db.write() as conn:
        changesets = ChangesetRepository(conn)
        first = changesets.add(
            "import", "Imported 2", {"made": [1]}, NOW, [first_track, second_track, first_track]
        )
        second = changesets.add("edit", "Renamed", {}, NOW, [second_track])
        assert [each.id for each in changesets.history()] == [second, first]
        assert changesets.last_done() == second
        seen = changesets.get(second)
        assert seen is not None
        assert changesets.turn(seen, {"back": 1}, NOW)
        assert not changesets.turn(seen, {}, NOW), "somebody was faster"
        assert [each.id for each in changesets.taken_back()] == [second]
        assert changesets.last_done() == first
        again = changesets.get(second)
        assert again is not None
        assert (again.payload, again.entry.undone_at) == ({"back": 1}, NOW)
        assert changesets.turn(again, again.payload, NOW)
        assert (changesets.last_done(), changesets.taken_back()) == (second, [])
        found = changesets.get(first)
        assert found is not None
        assert found.payload == {"made": [1]}
        assert [each.id for each in track_detail(conn, first_track, NOW).history] == [first]


def test_what_is_kept_of_a_large_act_is_compressed_and_found_by_what_it_names(db: Database) -> None:
    tracks = [str(new_id()) for _ in range(800)]
    album, art = str(new_id()), str(new_id())
    rows = [
        {
            "table": "track_metadata",
            "key": [each, "deezer"],
            "before": {"fields": {"title": "Ö"}},
            "after": None,
        }
        for each in tracks
    ]
    rows.append({"table": "albums", "key": [album], "before": {"art_id": art}, "after": {"art_id": None}})
    payload = {"changes": rows, "lists": {}, "made_albums": []}
    with db.write() as conn:
        kept = ChangesetRepository(conn).add("large", "Large", payload, NOW)
        small = ChangesetRepository(conn).add("small", "Small", {"changes": []}, NOW)
        found = ChangesetRepository(conn).get(kept)
        assert found is not None
        assert found.payload == payload
        stored = conn.execute(select(cast(Changeset.payload, Text)).where(Changeset.id == kept)).scalar_one()
        assert len(stored) < len(str(payload)) / 3
        assert all(f'"{each}"' in stored for each in (album, art, "deezer", "art_id"))
        again = ChangesetRepository(conn).add("large", "Large again", payload, NOW)
        assert [each.id for each in ChangesetRepository(conn).later(small, [UUID(album)])] == [again]


def test_history_outlives_its_tracks(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with db.write() as conn:
        changeset = ChangesetRepository(conn).add("remove", "Removed 1", {}, NOW, [track])
        TrackRepository(conn).delete([track], NOW)
        assert [each.id for each in ChangesetRepository(conn).of_track(track)] == [changeset]


def test_same_image_is_one(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    album = add_album(db, [track])
    facts = [ArtFacts(f"{nth}" * 64, "coverart", "image/jpeg", 500, 500, "https://c/1") for nth in range(2)]
    with db.write() as conn:
        art = ArtRepository(conn)
        of_track, of_album = (art.put(each, NOW) for each in facts)
        assert art.put(ArtFacts("0" * 64, "sample", "image/png", 1, 1), NOW) == of_track
        assert art.get(of_track) == facts[0]
        TrackRepository(conn).set_art([track], of_track, NOW)
        AlbumRepository(conn).set_art(album, of_album, NOW)
        assert queries.track_rows(conn, None, NOW)[0].art_id == of_track
        assert queries.album_rows(conn, None, NOW)[0].art_id == of_album
