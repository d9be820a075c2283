from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from musiclib.bootstrap import Library
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.domain.states import Bucket, MatchState, Source, TaskKind, TaskStatus
from musiclib.errors import BadInput, ChangedSince, NotInLibrary
from musiclib.services.bucket_types import BucketCard
from tests.services.audio import write_wav
from tests.services.conftest import Clock
from tests.services.helpers import THREE, import_new, offer, put, titles
from tests.support.database import DIALECTS

pytestmark = pytest.mark.parametrize("settings", DIALECTS, indirect=True)


def shown(cards: tuple[BucketCard, ...]) -> list[str]:
    return [card.title for card in cards]


def test_every_place_is_in_one_bucket_and_sums_add_up(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE + "\nID - ID")
    offer(library, clock, outcome.rows[0], 81.0)
    library.editor.move([outcome.rows[1]], Bucket.MATCHED)
    buckets = library.editor.buckets(outcome.album_id)

    assert shown(buckets.review) == ["Auftakt"]
    assert (buckets.review[0].score, buckets.review[0].reasons) == (81.0, ("duration_differs",))
    assert shown(buckets.matched) == ["Langsam, bitte"]
    assert buckets.matched[0].locked
    assert shown(buckets.not_found) == ["ID"]
    assert shown(buckets.pending) == ["Labyrinth"]
    assert library.editor.not_found_text(outcome.album_id) == "ID - ID"


def test_from_review_to_matched_takes_the_best_candidate_and_locks_it(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    offer(library, clock, outcome.rows[0], 81.0, 70.0)
    library.editor.move(outcome.rows[:1], Bucket.MATCHED)

    detail = library.library.track(outcome.rows[0])
    assert (detail.row.title, detail.row.isrc) == ("Auftakt 81.0", "GBAYE0601498")
    assert [each.chosen for each in detail.candidates] == [True, False]
    assert library.editor.buckets(outcome.album_id).matched[0].locked

    library.library.undo()
    detail = library.library.track(outcome.rows[0])
    assert (detail.row.title, detail.row.isrc, detail.row.match_state) == ("Auftakt", None, MatchState.REVIEW)
    assert not any(each.chosen for each in detail.candidates)


def test_to_not_found_rejects_every_candidate_for_good(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    offer(library, clock, outcome.rows[0], 81.0)
    library.editor.move(outcome.rows[:1], Bucket.MATCHED)
    library.editor.move(outcome.rows[:1], Bucket.NOT_FOUND)

    detail = library.library.track(outcome.rows[0])
    assert (detail.row.title, detail.row.match_state) == ("Auftakt", MatchState.NOT_FOUND)
    assert [each.rejected for each in detail.candidates] == [True]
    library.library.undo()
    assert library.library.track(outcome.rows[0]).row.title == "Auftakt 81.0"


def test_from_not_found_to_matched_is_right_as_pasted(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE + "\nID - ID")
    library.editor.move(outcome.rows[:1], Bucket.NOT_FOUND)
    library.editor.move(outcome.rows[:1], Bucket.MATCHED)

    row = library.library.load_tracks(outcome.rows[:1])[0]
    assert (row.title, row.match_state) == ("Auftakt", MatchState.MATCHED)
    with pytest.raises(BadInput, match="name"):
        library.editor.move(outcome.rows[3:], Bucket.MATCHED)


def test_a_chosen_candidate_is_taken_and_a_rejected_one_can_be_chosen_again(
    library: Library, clock: Clock
) -> None:
    outcome = import_new(library, THREE)
    best, second = offer(library, clock, outcome.rows[0], 81.0, 70.0)
    library.editor.reject(outcome.rows[0], best.id)
    assert library.library.load_tracks(outcome.rows[:1])[0].match_score == 70.0
    library.editor.accept(outcome.rows[0], second.id)
    assert library.library.load_tracks(outcome.rows[:1])[0].title == "Auftakt 70.0"
    library.editor.accept(outcome.rows[0], best.id)
    assert library.library.load_tracks(outcome.rows[:1])[0].title == "Auftakt 81.0"


def test_a_recording_is_refused_at_all_sources_at_once(library: Library, clock: Clock) -> None:
    (track_id, *_) = import_new(library, THREE).rows
    live = {"artist": "Mira Voss", "title": "Auftakt", "version": "Live", "duration_s": 311.0}
    studio = {"artist": "Mira Voss", "title": "Auftakt", "duration_s": 245.0}
    put(library, clock, track_id, (Source.DEEZER, 84.0, live), (Source.MUSICBRAINZ, 83.0, live))
    put(library, clock, track_id, (Source.MUSICBRAINZ, 80.0, studio))

    def refused() -> list[tuple[str, bool]]:
        case = library.review.case(track_id)
        return sorted((str(each.score), each.rejected) for each in case.candidates)

    best = library.review.case(track_id).candidates[0].id
    library.editor.reject(track_id, best)
    assert refused() == [("80.0", False), ("83.0", True), ("84.0", True)]
    assert library.library.load_tracks([track_id])[0].match_score == 80.0
    library.library.undo()
    assert refused() == [("80.0", False), ("83.0", False), ("84.0", False)]

    library.editor.reject(track_id, best)
    library.review.offer_again(track_id, best)
    assert refused() == [("80.0", False), ("83.0", False), ("84.0", False)]

    library.editor.accept(track_id, best)
    deezer, brainz, _ = library.review.case(track_id).candidates
    library.editor.reject(track_id, brainz.id)  # it is the match that a person has made, all the same
    assert library.library.load_tracks([track_id])[0].match_state is MatchState.MATCHED
    assert refused() == [("80.0", False), ("83.0", True), ("84.0", False)]
    library.editor.reject(track_id, deezer.id)
    assert library.library.load_tracks([track_id])[0].match_state is MatchState.REVIEW


def test_the_slider_takes_all_from_a_score_on(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    for track_id, score in zip(outcome.rows, (84.0, 81.0, 74.0), strict=True):
        offer(library, clock, track_id, score)
    change = library.editor.accept_from(outcome.album_id, 80.0)

    assert change.track_ids == outcome.rows[:2]
    buckets = library.editor.buckets(outcome.album_id)
    assert (len(buckets.matched), len(buckets.review)) == (2, 1)
    library.library.undo()
    assert len(library.editor.buckets(outcome.album_id).review) == 3


def test_tracks_move_between_albums_and_back(library: Library) -> None:
    one = import_new(library, THREE)
    two = import_new(library, "Ilium - Psi", "Other")
    library.editor.move_to_album(one.rows[1:2], one.album_id, two.album_id)

    assert titles(library, one.album_id) == ["Auftakt", "Labyrinth"]
    assert titles(library, two.album_id) == ["Psi", "Langsam, bitte"]
    library.library.undo()
    assert titles(library, one.album_id) == ["Auftakt", "Langsam, bitte", "Labyrinth"]
    assert titles(library, two.album_id) == ["Psi"]


def test_extra_files_are_added_or_left_out(library: Library, tmp_path: Path) -> None:
    outcome = import_new(library, THREE)
    for artist, title in (("Mira Voss", "Auftakt"), ("Kessel & Vroom", "Langsam, bitte")):
        write_wav(tmp_path / "music" / f"{title}.wav", artist=artist, title=title)
    write_wav(tmp_path / "music" / "03 - outro_master.wav")
    write_wav(tmp_path / "music" / "Radio Polis - jingle.wav")
    library.scan.scan([tmp_path / "music"])
    extra = library.editor.buckets(outcome.album_id).extra
    assert [Path(card.path or "").name for card in extra] == [
        "03 - outro_master.wav",
        "Radio Polis - jingle.wav",
    ]

    files = [card.file_id for card in extra if card.file_id is not None]
    library.editor.leave_out(outcome.album_id, files[:1])
    library.editor.add_files_to_list(outcome.album_id, files[1:])
    buckets = library.editor.buckets(outcome.album_id)
    assert buckets.extra == ()
    assert titles(library, outcome.album_id)[3:] == ["jingle"]
    assert shown(buckets.matched) == ["jingle"]
    assert len(library.enrichment.tasks(kind=TaskKind.AUDIO)) == 3

    library.library.undo()
    library.library.undo()
    assert len(library.editor.buckets(outcome.album_id).extra) == 2
    assert len(library.library.load_tracks()) == 3


def test_a_file_is_linked_and_unlinked_by_hand(library: Library, tmp_path: Path) -> None:
    outcome = import_new(library, THREE)
    write_wav(tmp_path / "music" / "Auftakt.wav", artist="Mira Voss", title="Auftakt")
    write_wav(tmp_path / "music" / "unknown.wav")
    library.scan.scan([tmp_path / "music"])
    (extra,) = library.editor.buckets(outcome.album_id).extra
    assert extra.file_id is not None
    library.editor.link_file(outcome.rows[2], extra.file_id)
    assert shown(library.editor.buckets(outcome.album_id).matched) == ["Labyrinth"]
    library.editor.unlink_file(outcome.rows[2], extra.file_id)
    assert not library.library.load_tracks(outcome.rows[2:])[0].has_file
    library.library.undo()
    assert library.library.load_tracks(outcome.rows[2:])[0].has_file


def test_a_file_taken_off_a_track_is_not_linked_to_it_again(library: Library, tmp_path: Path) -> None:
    music = tmp_path / "music"
    outcome = import_new(library, THREE)
    (track, *_) = outcome.rows
    write_wav(music / "a.wav", artist="Mira Voss", title="Auftakt", album="Live")
    write_wav(music / "b.wav", artist="Kessel & Vroom", title="Langsam, bitte")
    library.scan.scan([music])
    (wrong,) = library.library.track(track).files
    library.editor.unlink_file(track, wrong.id)

    again = library.scan.scan([music])
    assert (again.linked, again.new_tracks) == (0, 0)
    assert library.library.track(track).files == ()
    assert [card.file_id for card in library.editor.buckets(outcome.album_id).extra] == [wrong.id]

    write_wav(music / "c.wav", artist="Mira Voss", title="Auftakt", album="Studio")
    assert library.scan.scan([music]).linked == 1
    (right,) = library.library.track(track).files
    library.editor.link_file(track, wrong.id)
    library.editor.unlink_file(track, wrong.id)
    assert library.library.track(track).row.album == "Studio"

    library.library.undo()
    library.editor.unlink_file(track, right.id)
    assert library.library.track(track).row.album == "Live"
    assert library.scan.scan([music]).linked == 0


def test_undo_refuses_what_was_built_upon(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    offer(library, clock, outcome.rows[0], 81.0)
    first = library.editor.move(outcome.rows[:1], Bucket.MATCHED)
    library.editor.move(outcome.rows[:1], Bucket.NOT_FOUND)

    with pytest.raises(ChangedSince, match="Auftakt"):
        library.library.undo(first.changeset_id)
    library.library.undo()
    library.library.undo(first.changeset_id)
    assert library.library.load_tracks(outcome.rows[:1])[0].match_state is MatchState.REVIEW


def test_a_locked_match_can_be_given_up(library: Library) -> None:
    outcome = import_new(library, THREE)
    library.editor.move(outcome.rows[:1], Bucket.MATCHED)
    library.editor.look_up_again(outcome.rows[:1])

    assert library.library.load_tracks(outcome.rows[:1])[0].match_state is MatchState.PENDING


def test_what_makes_no_sense_is_said(library: Library) -> None:
    outcome = import_new(library, THREE)
    with pytest.raises(BadInput, match="Only files"):
        library.editor.move(outcome.rows, Bucket.EXTRA)
    library.library.remove_album(outcome.album_id)
    with pytest.raises(NotInLibrary):
        library.editor.buckets(outcome.album_id)
    with pytest.raises(NotInLibrary):
        library.editor.move(outcome.rows, Bucket.MATCHED)


def test_a_track_removed_while_it_was_worked_on_comes_back_with_work_to_do(
    library: Library, clock: Clock
) -> None:
    outcome = import_new(library, THREE)
    with library._db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        tasks.claim("worker", [TaskKind.METADATA], 3, clock(), timedelta(minutes=1))
    library.library.remove_album(outcome.album_id)
    library.library.undo()

    assert {task.status for task in library.enrichment.tasks()} == {TaskStatus.QUEUED}
    with library._db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        assert len(tasks.claim("other", [TaskKind.METADATA], 9, clock(), timedelta(minutes=1))) == 3


def test_moved_by_hand_to_not_found_a_track_is_looked_up_only_when_asked(library: Library) -> None:
    outcome = import_new(library, THREE)
    library.editor.move(outcome.rows[:1], Bucket.NOT_FOUND)
    assert {task.track_id for task in library.enrichment.tasks()} == set(outcome.rows[1:])

    library.library.undo()
    assert {task.track_id for task in library.enrichment.tasks()} == set(outcome.rows)
    library.editor.move(outcome.rows[:1], Bucket.NOT_FOUND)
    import_new(library, THREE, "Another night")
    assert {task.track_id for task in library.enrichment.tasks()} == set(outcome.rows[1:])
    library.editor.look_up_again(outcome.rows[:1])
    assert {task.track_id for task in library.enrichment.tasks()} == set(outcome.rows)


def test_tracks_are_added_to_an_album_once_and_can_make_one(library: Library) -> None:
    first, second = import_new(library, THREE), import_new(library, THREE.splitlines()[0], "Another night")
    added = library.editor.add_to_album([*first.rows, *second.rows], second.album_id)
    listed = [entry.track_id for entry in library.library.album(second.album_id).entries]
    assert listed == [*second.rows, *(each for each in first.rows if each not in second.rows)]
    assert library.editor.add_to_album(first.rows[:1], second.album_id).changeset_id is None, "it is there"
    assert added.changeset_id is not None
    library.library.undo(added.changeset_id)
    assert len(library.library.album(second.album_id).entries) == 1

    made = library.editor.make_album(" Warm-up ", [first.rows[2], first.rows[0]])
    (album_id,) = made.album_ids
    album = library.library.album(album_id)
    assert (album.album.title, album.album.artist) == ("Warm-up", None)
    assert [entry.track_id for entry in album.entries] == [first.rows[2], first.rows[0]]
    library.library.undo()
    with pytest.raises(NotInLibrary):
        library.library.album(album_id)
    assert len(library.library.load_tracks(first.rows)) == 3
    with pytest.raises(BadInput):
        library.editor.make_album(" ", first.rows)
