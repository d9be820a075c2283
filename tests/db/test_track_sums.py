"""Counts and sums that the database makes."""

from musiclib.db import track_sums
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.tracks import TrackRepository
from musiclib.domain.rows import LibraryCounts, TrackSums
from musiclib.domain.states import MatchState, TaskKind, TaskStatus
from tests.support.library import NOW, add_tracks


def test_what_needs_a_person_is_counted_once(db: Database) -> None:
    tracks = add_tracks(db, 6)
    with db.write() as conn:
        repository = TrackRepository(conn)
        repository.set_match(tracks[:3], MatchState.REVIEW, None, NOW)
        repository.set_id([tracks[0]], True, NOW)
        EnrichmentTaskRepository(conn).enqueue(tracks, TaskKind.AUDIO, NOW)
        conn.exec_driver_sql(f"UPDATE enrichment_tasks SET status = '{TaskStatus.ERROR.value}'")
        conn.exec_driver_sql(
            "DELETE FROM enrichment_tasks WHERE track_id IN (SELECT id FROM tracks"
            " WHERE title IN ('Title 1', 'Title 3', 'Title 5', 'Title 6'))"
        )
    with db.read() as conn:
        # In review 2 and 3, broken 2 and 4; an ID waits for its name and not for a decision.
        assert track_sums.library_counts(conn) == LibraryCounts(6, 2, 3)


def test_sums_leave_out_what_is_not_known(db: Database) -> None:
    tracks = [
        *add_tracks(db, 2, duration_s=100.0, bpm=124.0),
        *add_tracks(db, 1, bpm=90.0),
        *add_tracks(db, 1),
    ]
    with db.read() as conn:
        assert track_sums.of_these(conn, tracks) == TrackSums(4, 200.0, 90.0, 124.0)
        assert track_sums.of_these(conn, tracks[3:]) == TrackSums(1, 0.0, None, None)
        assert track_sums.of_these(conn, []) == TrackSums(0, 0.0, None, None)
