from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.db.art import ArtRepository
from musiclib.db.metadata import CandidateRepository
from musiclib.db.records import NewCandidate
from musiclib.db.tracks import TrackRepository
from musiclib.domain.art_ref import FOLDER
from musiclib.domain.states import BadgeState, Bucket, MatchState, Reason, TaskKind, TaskStatus
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.errors import BadPayload, ChangedSince, ProviderUnreachable, RateLimited, SignInNeeded
from musiclib.providers.base import Candidate, TrackQuery
from musiclib.runners.updates import RunnerUpdate
from musiclib.services.import_types import ExistingAlbum, ImportRequest, NewAlbum
from musiclib.settings import Settings
from tests.runners.fakes import PNG, FakeArt, FakeProvider, candidate, connecting
from tests.runners.helpers import import_tracks, only_task, only_track, run_until_idle
from tests.services.audio import write_wav
from tests.support.web import png


def test_a_sure_match_fills_the_track_and_gives_the_album_its_art(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    provider = FakeProvider(lambda query: [candidate(query)])
    summary = run_until_idle(library, connecting(provider, FakeArt()))

    assert (summary.kinds[0].done, summary.open) == (1, 0)
    row = only_track(library)
    assert (row.match_state, row.isrc) == (MatchState.MATCHED, "GBAYE0601498")
    assert row.badge.state is BadgeState.PARTIAL
    album = library.library.album(outcome.album_id).album
    assert album.art_id == row.art_id
    path = library.art.path_of(row.art_id) if row.art_id else None
    assert path is not None
    assert path.read_bytes() == PNG
    detail = library.library.track(row.id)
    label = next(card for card in detail.fields if card.name == "label")
    assert (label.value, label.source) == ("Fake", "fake")
    assert detail.links == (("fake", "https://fake.example/1"),)
    assert [each.chosen for each in detail.candidates] == [True]
    assert only_task(library).reason is Reason.FOUND


def test_two_recordings_as_good_ask_for_review(library: Library) -> None:
    def answer(query: TrackQuery) -> list[Candidate]:
        return [candidate(query, "short", 200), candidate(query, "long", 400)]

    import_tracks(library, "Mira Voss - Auftakt")
    run_until_idle(library, connecting(FakeProvider(answer)))

    row = only_track(library)
    assert (row.match_state, row.badge.state, row.isrc) == (MatchState.REVIEW, BadgeState.REVIEW, None)
    assert len(library.library.track(row.id).candidates) == 2
    assert only_task(library).reason is Reason.REVIEW


def test_nothing_found_is_a_result(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    run_until_idle(library, connecting(FakeProvider(lambda query: [])))

    row = only_track(library)
    assert (row.match_state, row.badge.state) == (MatchState.NOT_FOUND, BadgeState.NOT_FOUND)
    assert only_task(library).status is TaskStatus.DONE


def test_values_of_a_persons_hand_win_over_a_match(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    library.library.set_value(outcome.rows[0], "label", "Mine")
    run_until_idle(library, connecting(FakeProvider(lambda query: [candidate(query)])))

    detail = library.library.track(outcome.rows[0])
    label = next(card for card in detail.fields if card.name == "label")
    assert (label.value, [each.source for each in label.values]) == ("Mine", ["manual", "fake"])


def test_a_rate_limit_is_kept_to_and_told(library: Library) -> None:
    until = datetime.now(UTC) + timedelta(minutes=78)

    def answer(query: TrackQuery) -> list[Candidate]:
        raise RateLimited("fake", "Fake asked us to wait.", until)

    import_tracks(library, "Mira Voss - Auftakt")
    summary = run_until_idle(library, connecting(FakeProvider(answer)))

    task = only_task(library)
    assert (task.status, task.reason, task.not_before, task.attempts) == (
        TaskStatus.QUEUED,
        Reason.RATE_LIMITED,
        until,
        0,
    )
    badge = only_track(library).badge
    assert (badge.state, badge.until) == (BadgeState.WAITING, until)
    assert [(each.reason, each.count, each.until) for each in summary.waiting] == [
        (Reason.RATE_LIMITED, 1, until)
    ]


def test_a_provider_that_cannot_be_reached_is_left_alone_for_longer_each_time(library: Library) -> None:
    def answer(query: TrackQuery) -> list[Candidate]:
        raise ProviderUnreachable("fake", "Fake cannot be reached.")

    import_tracks(library, "Mira Voss - Auftakt")
    waits = []
    for _ in range(3):
        before = datetime.now(UTC)
        run_until_idle(library, connecting(FakeProvider(answer)))
        task = only_task(library)
        assert task.not_before is not None
        assert (task.status, task.reason) == (TaskStatus.QUEUED, Reason.UNREACHABLE)
        waits.append(round((task.not_before - before).total_seconds() / 10))
        with library._db.write() as conn:  # time passes
            conn.exec_driver_sql("UPDATE enrichment_tasks SET not_before = NULL")
    assert waits == [3, 6, 12]


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (BadPayload("fake", "Fake sent nonsense."), TaskStatus.ERROR, Reason.BAD_PAYLOAD),
        (SignInNeeded("fake", "Sign in to Fake."), TaskStatus.QUEUED, Reason.SIGN_IN_NEEDED),
    ],
)
def test_other_troubles_say_what_to_do(
    library: Library, error: Exception, status: TaskStatus, reason: Reason
) -> None:
    def answer(query: TrackQuery) -> list[Candidate]:
        raise error

    import_tracks(library, "Mira Voss - Auftakt")
    run_until_idle(library, connecting(FakeProvider(answer)))

    task = only_task(library)
    assert (task.status, task.reason, task.detail) == (status, reason, str(error))


def test_a_bug_in_one_task_costs_that_task(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    def answer(query: TrackQuery) -> list[Candidate]:
        if query.title == "Bad":
            raise ZeroDivisionError("by zero")
        return [candidate(query)]

    import_tracks(library, "Mira Voss - Bad", "Mira Voss - Good")
    with caplog.at_level(logging.CRITICAL):
        summary = run_until_idle(library, connecting(FakeProvider(answer)))

    assert (summary.kinds[0].done, summary.kinds[0].error) == (1, 1)
    failed = library.enrichment.tasks(TaskStatus.ERROR)
    assert [(task.title, task.reason, task.detail) for task in failed] == [
        ("Bad", Reason.BUG, "ZeroDivisionError: by zero")
    ]
    assert library.enrichment.retry() == [failed[0].track_id]


def test_without_a_network_tracks_wait_and_go_on_when_it_is_there(
    settings: Settings,
) -> None:
    offline = open_library(settings.model_copy(update={"online": False}))
    import_tracks(offline, "Mira Voss - Auftakt")
    asyncio.run(offline.enrichment_runner(lambda update: None).run(until_idle=True))
    badge = only_track(offline).badge
    assert (badge.state, badge.reason) == (BadgeState.WAITING, Reason.UNREACHABLE)
    assert "switched off" in (badge.detail or "")
    offline.close()

    online = open_library(settings)
    run_until_idle(online, connecting(FakeProvider(lambda query: [candidate(query)])))
    assert only_track(online).match_state is MatchState.MATCHED
    online.close()


def test_a_long_list_waits_for_the_network_without_being_claimed(settings: Settings) -> None:
    offline = open_library(settings.model_copy(update={"online": False}))
    import_tracks(offline, *(f"Artist {n} - Title {n}" for n in range(600)))
    updates: list[RunnerUpdate] = []
    summary = asyncio.run(offline.enrichment_runner(updates.append).run(until_idle=True))
    assert [(each.reason, each.blocked_on, each.count) for each in summary.waiting] == [
        (Reason.UNREACHABLE, "network", 600)
    ]
    assert {task.attempts for task in offline.enrichment.tasks()} == {0}
    told = [row for update in updates for row in update.tracks]
    assert len(told) == 600
    assert {row.badge.state for row in told} == {BadgeState.WAITING}
    assert max(len(update.tracks) for update in updates) <= 250
    offline.close()


def test_art_that_cannot_be_had_now_is_asked_for_again(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    provider = FakeProvider(lambda query: [candidate(query)])
    trouble = FakeArt(ProviderUnreachable("fake", "Fake cannot be reached."))
    run_until_idle(library, connecting(provider, trouble))

    row = only_track(library)
    assert (row.match_state, row.art_id, row.badge.state) == (MatchState.MATCHED, None, BadgeState.WAITING)
    library.enrichment.retry()
    run_until_idle(library, connecting(provider, FakeArt()))
    assert only_track(library).art_id is not None
    assert only_task(library).status is TaskStatus.DONE


def test_the_cover_inside_a_file_is_shown_whoever_the_track_is(settings: Settings, tmp_path: Path) -> None:
    library = open_library(settings.model_copy(update={"online": False}))
    write_wav(tmp_path / "music" / "1.wav", artist="Ilium", title="One", album="Psi", art=PNG)
    library.scan.scan([tmp_path / "music"])
    asyncio.run(
        library.enrichment_runner(lambda update: None, kinds=[TaskKind.METADATA]).run(until_idle=True)
    )

    (album,) = library.library.load_albums()
    assert album.art_id is not None
    assert only_track(library).art_id == album.art_id
    library.close()


def test_the_picture_in_the_folder_comes_before_those_of_the_network(
    library: Library, tmp_path: Path
) -> None:
    write_wav(tmp_path / "music" / "1.wav", artist="Ilium", title="One", album="Psi", art=PNG)
    (tmp_path / "music" / "AlbumArt_{0}_Small.jpg").write_bytes(b"too small to be one")
    (tmp_path / "music" / "Folder.PNG").write_bytes(png(320, 320))
    library.scan.scan([tmp_path / "music"])
    provider = FakeProvider(lambda query: [candidate(query)])
    run_until_idle(library, connecting(provider, FakeArt()))

    (album,) = library.library.load_albums()
    assert album.art_id == only_track(library).art_id
    assert album.art_id is not None
    with library._db.read() as conn:
        art = ArtRepository(conn).get(album.art_id)
    assert art is not None
    assert (art.source, art.width) == (FOLDER, 320)


def test_a_rejected_candidate_is_never_chosen_again(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    connect = connecting(FakeProvider(lambda query: [candidate(query)]))
    run_until_idle(library, connect)
    (offered,) = library.library.track(outcome.rows[0]).candidates
    library.editor.reject(outcome.rows[0], offered.id)
    library.editor.look_up_again(outcome.rows)
    run_until_idle(library, connect)

    detail = library.library.track(outcome.rows[0])
    assert (detail.row.match_state, detail.row.isrc) == (MatchState.NOT_FOUND, None)
    assert [(each.rejected, each.chosen) for each in detail.candidates] == [(True, False)]


def test_what_a_person_decides_during_a_look_up_stands(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt", "Tessera - Labyrinth")
    mine, none = outcome.rows

    def answer(query: TrackQuery) -> list[Candidate]:
        if query.title == "Auftakt":
            library.editor.move([mine], Bucket.MATCHED)
        else:
            library.editor.move([none], Bucket.NOT_FOUND)
        return [candidate(query)]

    run_until_idle(library, connecting(FakeProvider(answer)))

    rows = {row.id: row for row in library.library.load_tracks()}
    assert (rows[mine].match_state, rows[mine].badge.state) == (MatchState.MATCHED, BadgeState.LOCKED)
    assert rows[none].isrc is None
    assert rows[none].match_state is MatchState.NOT_FOUND


def test_a_name_given_during_a_look_up_is_looked_up(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftkat")

    def answer(query: TrackQuery) -> list[Candidate]:
        if query.title == "Auftkat":
            library.library.set_value(outcome.rows[0], "title", "Auftakt")
            return []
        return [candidate(query)]

    provider = FakeProvider(answer)
    run_until_idle(library, connecting(provider))

    assert [query.title for query in provider.asked] == ["Auftkat", "Auftakt"]
    assert only_track(library).match_state is MatchState.MATCHED


def test_an_album_renamed_during_a_look_up_is_asked_for_by_its_new_title(library: Library) -> None:
    rows = tuple(ParsedTrack("Mira Voss", f"Song {n}") for n in range(1, 4))
    release = ImportRequest(rows, "release", NewAlbum("Tidewater", "Mira Voss"))
    album_id = library.imports.commit(release).album_id

    def answer(query: TrackQuery) -> list[Candidate]:
        if query.album == "Tidewater":
            library.library.rename_album(album_id, "Tidewaters", "Mira Voss", None)
        return [candidate(query)]

    provider = FakeProvider(answer)
    run_until_idle(library, connecting(provider))

    asked = [(query.title, query.album) for query in provider.asked]
    assert {each for each in asked if each[1] == "Tidewaters"} == {
        (f"Song {n}", "Tidewaters") for n in range(1, 4)
    }
    assert len(asked) == len(set(asked))


def test_a_candidate_pasted_during_a_look_up_stays(library: Library) -> None:
    (track_id,) = import_tracks(library, "Mira Voss - Auftakt").rows
    pasted = NewCandidate("fake", "pasted", 40.0, {"artist": "Mira Voss", "title": "Prelude"})

    def answer(query: TrackQuery) -> list[Candidate]:
        with library._db.write() as conn:
            CandidateRepository(conn).put(track_id, [pasted], datetime.now(UTC))
            TrackRepository(conn).touch([track_id])
        return [candidate(query, "one")]

    run_until_idle(library, connecting(FakeProvider(answer)))
    assert {each.external_id for each in library.library.track(track_id).candidates} == {"pasted", "one"}


def test_a_candidate_rejected_during_a_look_up_is_not_taken(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    track_id = outcome.rows[0]
    provider = FakeProvider(lambda query: [candidate(query, "one"), candidate(query, "two", 400)])
    run_until_idle(library, connecting(provider))
    one = next(each for each in library.library.track(track_id).candidates if each.external_id == "one")

    def answer(query: TrackQuery) -> list[Candidate]:
        if not again.asked[1:]:
            library.editor.reject(track_id, one.id)
        return [candidate(query, "one")]

    again = FakeProvider(answer)
    library.enrichment.redo([track_id], TaskKind.METADATA)
    run_until_idle(library, connecting(again))

    assert len(again.asked) == 2
    assert only_track(library).match_state is MatchState.NOT_FOUND


def test_what_a_look_up_made_since_does_not_stand_in_the_way_of_undo(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt", "Tessera - Labyrinth")
    connect = connecting(FakeProvider(lambda query: [candidate(query)]))
    run_until_idle(library, connect)
    library.editor.move(outcome.rows[:1], Bucket.NOT_FOUND)
    library.editor.look_up_again(outcome.rows[1:])
    import_tracks(library, "Mira Voss - Auftakt", "Tessera - Labyrint", "Ilium - Psi")
    again = library.imports.commit(
        ImportRequest(
            (ParsedTrack("Mira Voss", "Auftakt"), ParsedTrack("Tessera", "Labyrinth", label="X")),
            "again",
            ExistingAlbum(outcome.album_id),
        )
    )
    run_until_idle(library, connect)

    library.library.undo(again.changeset_id)
    for _ in range(4):
        library.library.undo()
    assert library.library.load_tracks() == []
    assert library.library.load_albums() == []


def test_an_act_on_a_track_that_is_gone_cannot_be_undone(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    library.library.set_value(outcome.rows[0], "label", "Mine")
    edit = library.library.clear_value(outcome.rows[0], "label")
    library.library.undo(outcome.changeset_id)

    assert library.library.load_tracks() == []
    with pytest.raises(ChangedSince):
        library.library.undo(edit.changeset_id)
