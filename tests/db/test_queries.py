"""Rows as lists show them."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from musiclib.db import queries, track_search
from musiclib.db.albums import AlbumRepository
from musiclib.db.art import ArtRepository
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.identities import new_id, new_ids
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.records import ArtFacts, NewCandidate, NewTrack, SourceValues
from musiclib.db.schema import EnrichmentTask
from musiclib.db.track_detail import track_detail
from musiclib.db.tracks import TrackRepository
from musiclib.domain.badges import Badge
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.states import BadgeState, MatchState, Reason, Source, TaskKind, TaskStatus
from musiclib.domain.track_query import query_of_words
from musiclib.errors import NotInLibrary
from tests.support.library import NOW, WHOLE, add_album, add_tracks, entries

LEASE = timedelta(minutes=1)
SOON = NOW + timedelta(minutes=5)


def test_row_shows_the_effective_values(db: Database) -> None:
    (track,) = add_tracks(
        db, 1, version="Dub Mix", album="Kid A", true_peak_dbtp=-0.3, popularity=66, **WHOLE
    )
    with db.write() as conn:
        TrackRepository(conn).set_match([track], MatchState.MATCHED, 97.0, NOW)
        (row,) = queries.track_rows(conn, [track], NOW)
    assert (row.id, row.artist, row.title, row.version, row.album) == (
        track,
        "Artist 1",
        "Title 1",
        "Dub Mix",
        "Kid A",
    )
    assert (row.bpm, row.key_code, row.energy, row.loudness_lufs, row.true_peak_dbtp) == (
        124.0,
        21,
        7,
        -8.1,
        -0.3,
    )
    assert (row.duration_s, row.year, row.popularity, row.isrc) == (361.5, 2006, 66, "GBAYE0601498")
    assert (row.match_state, row.match_score, row.has_file, row.added_at) == (
        MatchState.MATCHED,
        97.0,
        False,
        NOW,
    )
    assert (row.added_at.tzinfo, row.art_id, row.is_id) == (NOW.tzinfo, None, False)
    assert row.badge == Badge(BadgeState.PARTIAL, share=(7, 8))


@pytest.mark.parametrize(
    ("values", "year"),
    [
        ({"original_year": 1998, "release_date": "2018-05-01"}, 1998),
        ({"release_date": "2018-05-01"}, 2018),
        ({"release_date": "2018"}, 2018),
        ({"release_date": "?"}, None),
        ({}, None),
    ],
)
def test_year_is_that_of_the_first_release(db: Database, values: dict[str, Any], year: int | None) -> None:
    (track,) = add_tracks(db, 1, **values)
    with db.read() as conn:
        assert queries.track_rows(conn, [track], NOW)[0].year == year


def test_rows_are_in_the_order_they_came(db: Database) -> None:
    later = add_tracks(db, 2, NOW + timedelta(days=1))
    earlier = add_tracks(db, 2, NOW)
    with db.read() as conn:
        assert [row.id for row in queries.track_rows(conn, None, NOW)] == earlier + later
        gone = TrackId(new_id())
        assert [row.id for row in queries.track_rows(conn, [later[1], gone, earlier[0]], NOW)] == [
            earlier[0],
            later[1],
        ]
        assert queries.track_rows(conn, [], NOW) == []


def test_badge_follows_the_task(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    states = []

    def look() -> None:
        with db.read() as conn:
            states.append(queries.track_rows(conn, [track], NOW)[0].badge)

    look()
    with db.write() as conn:
        EnrichmentTaskRepository(conn).enqueue([track], TaskKind.METADATA, NOW)
    look()
    with db.write() as conn:
        (task,) = EnrichmentTaskRepository(conn).claim("a", [TaskKind.METADATA], 1, NOW, LEASE)
    look()
    with db.write() as conn:
        EnrichmentTaskRepository(conn).postpone(task.id, "a", SOON, Reason.RATE_LIMITED, "slow down")
    look()
    with db.write() as conn:
        EnrichmentTaskRepository(conn).retry(None, None, NOW)
        EnrichmentTaskRepository(conn).claim("a", [TaskKind.METADATA], 1, NOW, LEASE)
        EnrichmentTaskRepository(conn).fail(task.id, "a", NOW, Reason.BUG, "broken")
    look()
    assert states == [
        Badge(BadgeState.PARTIAL, share=(0, 8)),
        Badge(BadgeState.QUEUED, TaskKind.METADATA),
        Badge(BadgeState.RUNNING, TaskKind.METADATA, attempts=1),
        Badge(BadgeState.WAITING, TaskKind.METADATA, Reason.RATE_LIMITED, "slow down", SOON, 1),
        Badge(BadgeState.ERROR, TaskKind.METADATA, Reason.BUG, "broken", attempts=1),
    ]


def _every_situation(db: Database) -> list[TrackId]:
    """A track for each combination of what a badge depends on."""
    task_states: list[dict[str, Any] | None] = [
        None,
        {"status": TaskStatus.QUEUED},
        {"status": TaskStatus.QUEUED, "not_before": SOON},
        {"status": TaskStatus.QUEUED, "not_before": NOW - LEASE},
        {"status": TaskStatus.QUEUED, "blocked_on": "spotify"},
        {"status": TaskStatus.RUNNING, "worker_id": "a", "lease_until": SOON},
        {"status": TaskStatus.DONE, "reason": Reason.FOUND},
        {"status": TaskStatus.DONE, "reason": Reason.NOT_FOUND, "not_before": SOON},
        {"status": TaskStatus.ERROR, "reason": Reason.BUG},
    ]
    kinds = itertools.product(task_states, task_states)
    combined = list(itertools.product(MatchState, (False, True), (False, True), (False, True), kinds))
    ids = [TrackId(each) for each in new_ids(len(combined))]
    of_each = list(zip(ids, combined, strict=True))
    blank = dict.fromkeys(("reason", "not_before", "blocked_on", "worker_id", "lease_until"))
    with db.write() as conn:
        art = ArtRepository(conn).put(ArtFacts("0" * 64, "sample", "image/png", 1, 1), NOW)
        tracks = TrackRepository(conn)
        plain = {"artist": "A", "title": "T", "release_date": "2001"}
        tracks.add(
            [
                NewTrack(each, "k", plain | (WHOLE if whole else {}), is_id, state)
                for each, (state, _locked, is_id, whole, _tasks) in of_each
            ],
            NOW,
        )
        for each, (state, locked, *_) in of_each:
            tracks.set_match([each], state, None, NOW, locked=locked)
        tracks.set_art([each for each, (_, _, _, whole, _) in of_each if whole], art, NOW)
        conn.execute(
            insert(EnrichmentTask),
            [
                {**blank, **task, "track_id": each, "kind": kind, "created_at": NOW, "updated_at": NOW}
                for each, (*_, tasks) in of_each
                for kind, task in zip(TaskKind, tasks, strict=True)
                if task is not None
            ],
        )
    return ids


def test_counts_of_an_album_are_those_of_its_tracks(sqlite_template: Any, tmp_path: Any) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database.open(f"sqlite:///{path}")
    ids = _every_situation(db)
    album = add_album(db, ids)
    with db.read() as conn:
        rows = queries.track_rows(conn, ids, NOW)
        (shown,) = queries.album_rows(conn, [album], NOW)
        assert queries.album_rows(conn, None, NOW) == [shown]
    assert dict(shown.counts.by_state) == Counter(row.badge.state for row in rows)
    assert shown.counts.total == len(ids) == sum(count for _, count in shown.counts.by_state)
    assert set(dict(shown.counts.by_state)) == set(BadgeState)
    assert shown.duration_s == pytest.approx(sum(row.duration_s or 0 for row in rows))
    db.close()


def test_album_row(db: Database) -> None:
    ids = add_tracks(db, 2, duration_s=100.0)
    first = add_album(db, [*ids, ids[0]], "First")
    second = add_album(db, [], "Second", NOW + timedelta(days=1))
    with db.write() as conn:
        AlbumRepository(conn).set_paused([first], True, NOW)
        empty, full = queries.album_rows(conn, None, NOW)
        assert queries.album_rows(conn, [first, AlbumId(new_id())], NOW) == [full]
    assert (empty.id, empty.counts.total, empty.duration_s) == (second, 0, 0.0)
    assert (full.id, full.title, full.artist, full.origin, full.paused) == (
        first,
        "First",
        "Somebody",
        "pasted",
        True,
    )
    assert (full.counts.total, full.counts.of(BadgeState.PARTIAL), full.duration_s) == (3, 3, 300.0)


def test_what_is_gone_is_told(db: Database) -> None:
    with db.read() as conn:
        with pytest.raises(NotInLibrary, match="album is no longer"):
            queries.album_detail(conn, AlbumId(new_id()), NOW)
        with pytest.raises(NotInLibrary, match="track is no longer"):
            track_detail(conn, TrackId(new_id()), NOW)


def test_detail_shows_who_said_what(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    album = add_album(db, [track], "A Mix")
    with db.write() as conn:
        metadata = TrackMetadataRepository(conn)
        metadata.put(
            [
                SourceValues(track, Source.TRACKLIST, {"title": "pasted", "label": "Warp"}),
                SourceValues(
                    track,
                    Source.MUSICBRAINZ,
                    {"title": "found"},
                    "mbid",
                    {"title": 0.8},
                    {"musicbrainz": "https://musicbrainz.org/recording/mbid"},
                ),
            ],
            NOW,
        )
        metadata.set_fields(track, Source.MANUAL, {"title": "typed"}, NOW)
        CandidateRepository(conn).put(
            track,
            [
                NewCandidate(
                    "musicbrainz", "mbid", 93.0, {"title": "found", "release_date": "1999-01-01"}, ["title"]
                )
            ],
            NOW,
        )
        EnrichmentTaskRepository(conn).enqueue([track], TaskKind.METADATA, NOW)
        detail = track_detail(conn, track, NOW, [Source.TRACKLIST, Source.MUSICBRAINZ])
    cards = {card.name: card for card in detail.fields}
    title, label = cards["title"], cards["label"]
    assert (title.value, title.source, title.rule) == ("typed", "manual", "locked")
    assert [(each.source, each.value, each.confidence, each.locked) for each in title.values] == [
        ("manual", "typed", None, True),
        ("tracklist", "pasted", None, False),
        ("musicbrainz", "found", 0.8, False),
    ]
    assert (label.value, label.rule, label.values[0].fetched_at) == ("Warp", "only", NOW)
    assert (cards["bpm"].value, cards["bpm"].values) == (None, ())
    assert detail.links == (("musicbrainz", "https://musicbrainz.org/recording/mbid"),)
    assert detail.albums == ((album, "A Mix"),)
    (candidate,) = detail.candidates
    assert (candidate.title, candidate.artist, candidate.year, candidate.reasons) == (
        "found",
        "",
        1999,
        ("title",),
    )
    assert [(task.kind, task.status, task.title) for task in detail.tasks] == [
        (TaskKind.METADATA, TaskStatus.QUEUED, "Title 1")
    ]


def test_tasks_are_listed_and_counted(db: Database) -> None:
    ids = add_tracks(db, 5)
    with db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        tasks.enqueue(ids, TaskKind.METADATA, NOW)
        tasks.enqueue(ids[:1], TaskKind.AUDIO, NOW)
        one, two, three, _four = tasks.claim("a", [TaskKind.METADATA], 4, NOW, LEASE)
        tasks.finish(one.id, "a", NOW + LEASE, Reason.FOUND)
        tasks.fail(two.id, "a", NOW, Reason.BUG)
        tasks.postpone(three.id, "a", SOON, Reason.RETRY)
        metadata, audio = queries.task_counts(conn, NOW)
        assert queries.task_counts(conn, SOON)[0].waiting == 0
        everything = queries.task_rows(conn)
        errors = queries.task_rows(conn, status=TaskStatus.ERROR)
        of_one = queries.task_rows(conn, track_ids=ids[:1], kind=TaskKind.AUDIO)
        newest = queries.task_rows(conn, limit=1)
    assert (metadata.done, metadata.running, metadata.queued, metadata.waiting, metadata.error) == (
        1,
        1,
        1,
        1,
        1,
    )
    assert (metadata.total, audio.queued, audio.total) == (5, 1, 1)
    assert len(everything) == 6
    assert [row.track_id for row in errors] == [ids[1]]
    assert [(row.track_id, row.kind) for row in of_one] == [(ids[0], TaskKind.AUDIO)]
    assert [row.id for row in newest] == [one.id]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("beyonce", [0]),
        ("BEYONCÉ halo", [0]),
        ("halo beyonce", [0]),
        ("100%", [1]),
        ("0_0", []),
        ("c\\d", [2]),
        ("usat21", [1]),
        ("warp", [2]),
        ("ｈａｌｏ", [0]),
        ("straße", [3]),
        ("STRASSE", [3]),
        ("", [0, 1, 2, 3]),
        ("nothing like it", []),
        ("o", [0, 3]),
        ("on", [0]),
        ("PØRE 100%", []),
        ("Púre — 100%", [1]),
        ('year:2020 "halo', []),
        ("-halo", []),
        ("—", []),
    ],
)
def test_search(db: Database, query: str, found: list[int]) -> None:
    named = [
        {"artist": "Beyoncé", "title": "Halo"},
        {"artist": "100% Pure", "title": "000", "isrc": "USAT21001269"},
        {"artist": "a/b", "title": "c\\d", "label": "Warp"},
        {"artist": "Die Straße", "title": "Ohne Ende"},
    ]
    ids = [TrackId(each) for each in new_ids(len(named))]
    with db.write() as conn:
        TrackRepository(conn).add(
            [NewTrack(each, "k", values) for each, values in zip(ids, named, strict=True)], NOW
        )
    with db.read() as conn:
        assert track_search.find(conn, query_of_words(query), NOW) == [ids[nth] for nth in found]


def test_same_track_twice_counts_twice_and_detail_lists_the_album_once(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    album = add_album(db, [track, track])
    with db.write() as conn:
        assert queries.album_rows(conn, [album], NOW)[0].counts.total == 2
        assert track_detail(conn, track, NOW).albums == ((album, "A Mix"),)
        AlbumRepository(conn).set_entries(album, entries([track]), NOW)
        assert queries.album_rows(conn, [album], NOW)[0].counts.total == 1
