"""Tracks: values, keys, artists, and revisions that only rise."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from musiclib.db import queries, track_search
from musiclib.db.albums import AlbumRepository
from musiclib.db.art import ArtRepository
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.external_data import ExternalDataRepository, not_found
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_id, track_id
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import ArtFacts, Credit, FileFacts, FileLink, NewTrack, SourceValues
from musiclib.db.schema import Artist, EnrichmentTask, File, TrackArtist
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import ArtId, FileId, TrackId
from musiclib.domain.states import FileState, MatchState, TaskKind
from musiclib.domain.track_query import query_of_words
from tests.support.library import NOW, WHOLE, add_album, add_tracks


def test_added_track_is_read_back(db: Database) -> None:
    track_id = TrackId(new_id())
    values = {
        "artist": "Björk",
        "title": "Jóga",
        "version": "Alec Empire Mix",
        "genres": ["Electronic"],
    } | WHOLE
    with db.write() as conn:
        TrackRepository(conn).add([NewTrack(track_id, "bjork joga", values, is_id=True)], NOW)
    with db.read() as conn:
        tracks = TrackRepository(conn)
        record = tracks.get(track_id)
        stored = tracks.values([track_id])[track_id]
    assert record is not None
    assert (record.artist, record.title, record.version) == ("Björk", "Jóga", "Alec Empire Mix")
    assert (record.is_id, record.match_key, record.match_state) == (True, "bjork joga", MatchState.PENDING)
    assert {name: value for name, value in stored.items() if value is not None} == values
    assert stored["label"] is None


def test_nothing_to_add_is_fine(db: Database) -> None:
    with db.write() as conn:
        tracks = TrackRepository(conn)
        tracks.add([], NOW)
        tracks.set_credits({}, NOW)
        tracks.set_values({}, NOW)
        tracks.delete([], NOW)
        assert tracks.all() == []
        assert tracks.get_many([]) == {}


def test_found_by_key_and_isrc(db: Database) -> None:
    first, second = add_tracks(db, 2, isrc="GBAYE0601498")
    with db.read() as conn:
        tracks = TrackRepository(conn)
        found = tracks.by_match_keys(["artist 2 title 2", "artist 2 title 2", "nobody"])
        assert {key: [each.id for each in some] for key, some in found.items()} == {
            "artist 2 title 2": [second]
        }
        assert [each.id for each in tracks.by_isrcs(["GBAYE0601498"])["GBAYE0601498"]] == [first, second]


def test_more_ids_than_one_statement_takes(db: Database) -> None:
    ids = add_tracks(db, 12_000)
    with db.write() as conn:
        tracks = TrackRepository(conn)
        assert set(tracks.get_many(ids)) == set(ids)
        tracks.set_match(ids, MatchState.MATCHED, None, NOW, locked=True)
        assert all(each.match_locked for each in tracks.all())
        assert len(queries.track_rows(conn, ids, NOW)) == 12_000


def test_values_are_set_and_cleared_but_a_name_stays(db: Database) -> None:
    first, second = add_tracks(db, 2, label="Warp", bpm=120.0)
    with db.write() as conn:
        tracks = TrackRepository(conn)
        tracks.set_values(
            {first: {"label": None, "title": None, "bpm": 121.5}, second: {"genres": ["Techno", "Dub"]}}, NOW
        )
        values = tracks.values([first, second])
    assert (values[first]["label"], values[first]["title"], values[first]["bpm"]) == (None, "Title 1", 121.5)
    assert (values[second]["label"], values[second]["genres"]) == ("Warp", ["Techno", "Dub"])


def test_renamed_track_is_found_under_its_new_name(db: Database) -> None:
    track, _ = add_tracks(db, 2)
    with db.write() as conn:
        tracks = TrackRepository(conn)
        tracks.set_values({track: {"artist": "Röyksopp"}}, NOW, match_keys={track: "royksopp"})
        assert [each.id for each in tracks.by_match_keys(["royksopp"])["royksopp"]] == [track]
    with db.read() as conn:
        assert track_search.find(conn, query_of_words("royksopp TITLE"), NOW) == [track]
        assert track_search.find(conn, query_of_words("artist 1"), NOW) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a\0b", "ab"), ("caf\udce9", "caf\ufffd"), ("\ud83c\udfb5 x", "🎵 x"), ("日本語 é", "日本語 é")],
)
def test_any_text_can_be_stored(db: Database, given: str, kept: str) -> None:
    (track,) = add_tracks(db, 1, label=given)
    with db.write() as conn:
        TrackMetadataRepository(conn).put([SourceValues(track, "sample", {"label": given})], NOW)
    with db.read() as conn:
        assert TrackRepository(conn).values([track])[track]["label"] == kept
        assert TrackMetadataRepository(conn).by_source([track])[track]["sample"]["label"] == json.loads(
            json.dumps(given)
        )
        assert track_search.find(conn, query_of_words(kept), NOW) == [track]


def test_unknown_value_is_refused(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with pytest.raises(ValueError, match="no effective value is called revision"), db.write() as conn:
        TrackRepository(conn).set_values({track: {"revision": 1}}, NOW)


def test_artists_are_shared_and_replaced(db: Database) -> None:
    first, second = add_tracks(db, 2)
    one, other = Credit("Daft Punk", "daft punk", " feat. "), Credit("Pharrell", "pharrell")
    with db.write() as conn:
        tracks = TrackRepository(conn)
        tracks.set_credits({first: [one, other], second: [Credit("DAFT PUNK", "daft punk")]}, NOW)
        tracks.set_credits({second: [other]}, NOW)
        assert sorted(conn.execute(select(Artist.name)).scalars()) == ["Daft Punk", "Pharrell"]
        credits_of = select(TrackArtist.position, Artist.name, TrackArtist.join_phrase).join(Artist)
        listed = credits_of.order_by(TrackArtist.position)
        assert conn.execute(listed.where(TrackArtist.track_id == first)).all() == [
            (1, "Daft Punk", " feat. "),
            (2, "Pharrell", ""),
        ]
        assert conn.execute(listed.where(TrackArtist.track_id == second)).all() == [(1, "Pharrell", "")]


def test_deleting_a_track_keeps_its_file_and_closes_the_gap(db: Database) -> None:
    ids = add_tracks(db, 3)
    album = add_album(db, ids)
    with db.write() as conn:
        file_id = FileRepository(conn).put([FileFacts("/music/a.mp3", 1, 1)], NOW)["/music/a.mp3"]
        FileRepository(conn).link([FileLink(ids[1], file_id, 90.0)], NOW)
        EnrichmentTaskRepository(conn).enqueue(ids, TaskKind.METADATA, NOW)
        TrackRepository(conn).delete([ids[1]], NOW)
        assert [(each.track_id, each.position) for each in AlbumRepository(conn).entries(album)] == [
            (ids[0], 1),
            (ids[2], 2),
        ]
        assert conn.execute(select(File.id)).scalars().all() == [file_id]
        assert FileRepository(conn).links_of([file_id]) == {}
        assert set(conn.execute(select(EnrichmentTask.track_id)).scalars()) == {ids[0], ids[2]}


def test_tracks_outlive_their_album(db: Database) -> None:
    ids = add_tracks(db, 3)
    first, second = add_album(db, ids[:2]), add_album(db, ids[1:2])
    with db.write() as conn:
        AlbumRepository(conn).delete(first)
        assert TrackRepository(conn).without_album(ids) == [ids[0], ids[2]]
        assert AlbumRepository(conn).albums_of(ids) == {ids[1]: [second]}
        assert len(TrackRepository(conn).all()) == 3


def test_tracks_without_file(db: Database) -> None:
    ids = add_tracks(db, 2)
    with db.write() as conn:
        file_id = FileRepository(conn).put([FileFacts("/music/a.mp3", 1, 1)], NOW)["/music/a.mp3"]
        FileRepository(conn).link([FileLink(ids[0], file_id, 90.0)], NOW)
        assert [track_id(raw) for raw, _ in TrackRepository(conn).keys_without_file()] == [ids[1]]


_CHANGES: dict[str, Callable[[Connection, TrackId], object]] = {
    "values": lambda conn, each: TrackRepository(conn).set_values({each: {"bpm": 99.0}}, NOW),
    "match": lambda conn, each: TrackRepository(conn).set_match([each], MatchState.MATCHED, 97.5, NOW),
    "is_id": lambda conn, each: TrackRepository(conn).set_id([each], True, NOW),
    "art": lambda conn, each: TrackRepository(conn).set_art([each], _art(conn), NOW),
    "file": lambda conn, each: FileRepository(conn).link([FileLink(each, _file(conn), 88.0)], NOW),
    "task": lambda conn, each: EnrichmentTaskRepository(conn).enqueue([each], TaskKind.AUDIO, NOW),
}


@pytest.mark.parametrize("name", _CHANGES)
def test_whatever_a_row_shows_raises_its_revision(db: Database, name: str) -> None:
    track, other = add_tracks(db, 2)
    album = add_album(db, [track, other])
    with db.write() as conn:
        before = queries.track_rows(conn, [track, other], NOW)
        album_before = queries.album_rows(conn, [album], NOW)[0]
        _CHANGES[name](conn, track)
        changed, same = queries.track_rows(conn, [track, other], NOW)
        album_after = queries.album_rows(conn, [album], NOW)[0]
    assert changed.revision > before[0].revision
    assert same == before[1]
    assert album_after.revision > album_before.revision


def test_file_that_goes_missing_raises_the_revision(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with db.write() as conn:
        files = FileRepository(conn)
        files.link([FileLink(track, _file(conn), 88.0)], NOW)
        (before,) = queries.track_rows(conn, [track], NOW)
        files.set_state([_file(conn)], FileState.MISSING)
        (after,) = queries.track_rows(conn, [track], NOW)
    assert (before.has_file, after.has_file) == (True, False)
    assert after.revision > before.revision


def test_match_lock_is_kept_unless_named(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with db.write() as conn:
        tracks = TrackRepository(conn)
        tracks.set_match([track], MatchState.MATCHED, 100.0, NOW, locked=True)
        tracks.set_match([track], MatchState.REVIEW, 60.0, NOW)
        record = tracks.get(track)
    assert record is not None
    assert (record.match_state, record.match_score, record.match_locked) == (MatchState.REVIEW, 60.0, True)


def _art(conn: Connection) -> ArtId:
    return ArtRepository(conn).put(ArtFacts("0" * 64, "sample", "image/png", 500, 500), NOW)


def _file(conn: Connection) -> FileId:
    return FileRepository(conn).put([FileFacts("/music/a.mp3", 1, 1)], NOW)["/music/a.mp3"]


def test_no_track_without_a_link_is_skipped_although_each_page_changes_what_is_left(db: Database) -> None:
    ids = add_tracks(db, 23, isrc="ZZMLB2600001")
    (linked,) = add_tracks(db, 1, isrc="ZZMLB2600001")
    add_tracks(db, 2)  # without an ISRC
    with db.write() as conn:
        TrackMetadataRepository(conn).put([SourceValues(linked, "spotify", {}, "sp")], NOW)
        TrackMetadataRepository(conn).put([SourceValues(ids[0], "spotify", {"label": "No id"})], NOW)
        tracks = TrackRepository(conn)
        assert tracks.count_missing_link("spotify", NOW) == 23
        seen: list[TrackId] = []
        while page := tracks.get_tracks_missing_spotify_link(5, NOW, seen[-1] if seen else None):
            seen += [each.id for each in page]
            found, missed = page[::2], page[1::2]
            said = [SourceValues(each.id, "spotify", {}, f"sp{each.id}") for each in found]
            TrackMetadataRepository(conn).put(said, NOW)
            ExternalDataRepository(conn).bulk_upsert("spotify", [not_found(each.id) for each in missed], NOW)
        assert seen == ids
        assert tracks.get_tracks_missing_spotify_link(99, NOW) == []
        later = NOW + timedelta(days=30)
        assert len(tracks.get_tracks_missing_spotify_link(99, later)) == 9, (
            "what was not found, once it is old"
        )
