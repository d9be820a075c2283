"""What becomes of a track when several providers are asked for it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.domain.art_ref import ArtRef
from musiclib.domain.ids import TrackId
from musiclib.domain.states import BadgeState, Bucket, MatchState, Reason, TaskStatus
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.errors import BadPayload, CapabilityForbidden, ProviderUnreachable, RateLimited, SignInNeeded
from musiclib.providers.base import Candidate, TrackQuery
from musiclib.services.import_types import ExistingAlbum, ImportRequest, NewAlbum
from musiclib.settings import Settings
from tests.runners.fakes import FakeArt, FakeProvider, candidate
from tests.runners.helpers import import_tracks, only_task, only_track
from tests.runners.three_providers import (
    Answer,
    brainz,
    card,
    deezer,
    named,
    nothing,
    pictured,
    raising,
    run,
    run_again,
    said_by,
    spotify,
)


def time_passes(library: Library) -> None:
    with library._db.write() as conn:
        conn.exec_driver_sql("UPDATE enrichment_tasks SET not_before = NULL")


def test_once_one_is_sure_the_others_are_asked_for_that_recording(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    first, second, third = deezer(), brainz(), spotify()
    run(library, first, second, third)

    assert [query.known for query in first.asked] == [None]
    for other in (second, third):
        (query,) = other.asked
        assert query.known is not None
        assert (query.title, query.isrc, query.known.duration_s) == ("Auftakt", "GBAYE0601498", 200.0)
    label = card(library, "label")
    assert (label.value, label.source, label.rule) == ("Brainz Label", "musicbrainz", "precedence")
    assert [(each.source, each.confidence) for each in label.values] == [
        ("musicbrainz", 1.0),
        ("spotify", 1.0),
        ("deezer", 1.0),
    ]
    detail = library.library.track(only_track(library).id)
    assert [provider for provider, _ in detail.links] == ["deezer", "musicbrainz", "spotify"]
    assert [each.provider for each in detail.candidates if each.chosen] == ["deezer"]
    assert only_task(library).status is TaskStatus.DONE


def test_an_unsure_provider_is_asked_again_once_the_code_is_known(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")

    def by_code(query: TrackQuery) -> list[Candidate]:
        return [candidate(query, provider="deezer")] if query.isrc else []

    first = deezer(by_code)
    run(library, first, brainz())

    assert [query.isrc for query in first.asked] == [None, "GBAYE0601498"]
    assert {"deezer", "musicbrainz"} <= said_by(library)


@pytest.mark.parametrize(
    "other",
    [
        named("musicbrainz", "live", version="Live", duration_s=300.0),
        named("musicbrainz", "long", duration_s=400.0),
        named("musicbrainz", "cover", artist="Tessera"),
        nothing,
    ],
)
def test_a_complement_of_another_recording_is_left(library: Library, other: Answer) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    run(library, deezer(), brainz(other))

    assert only_track(library).match_state is MatchState.MATCHED
    assert said_by(library) == {"deezer", "tracklist"}
    assert only_task(library).status is TaskStatus.DONE


def test_a_provider_that_knows_the_same_as_live_makes_a_match_unsure(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    run(library, deezer(), brainz(named("musicbrainz", "live", version="Live")))

    row = only_track(library)
    assert row.match_state is MatchState.REVIEW
    assert said_by(library) == {"tracklist"}
    case = library.review.case(row.id)
    assert {each.provider for each in case.candidates} == {"deezer", "musicbrainz"}


def test_a_provider_that_does_not_tell_live_speaks_not_against_a_live_match(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt (Live)")
    run(library, deezer(named("deezer", "live", version="Live")), brainz())
    assert only_track(library).match_state is MatchState.MATCHED


def test_a_complement_that_must_wait_costs_nothing_and_comes_later(library: Library) -> None:
    until = datetime.now(UTC) + timedelta(hours=3)
    import_tracks(library, "Mira Voss - Auftakt")
    run(library, deezer(), spotify(raising(RateLimited("spotify", "Spotify asks us to wait.", until))))

    row, task = only_track(library), only_task(library)
    assert (row.match_state, row.isrc, row.popularity) == (MatchState.MATCHED, "GBAYE0601498", 70)
    assert (task.status, task.reason, task.not_before) == (TaskStatus.QUEUED, Reason.RATE_LIMITED, until)
    assert (row.badge.state, row.badge.until) == (BadgeState.WAITING, until)
    assert row.badge.detail == "Found. Spotify asks us to wait."
    run(library, deezer(nothing), spotify())  # not before its time
    assert only_task(library).attempts == 1

    time_passes(library)
    run(library, deezer(), spotify())
    assert (only_task(library).status, only_task(library).reason) == (TaskStatus.DONE, Reason.FOUND)
    assert "spotify" in said_by(library)


@pytest.mark.parametrize(
    ("error", "most"),
    [
        (ProviderUnreachable("spotify", "Spotify cannot be reached."), 5),
        (BadPayload("spotify", "Spotify sent nonsense."), 5),
        (SignInNeeded("spotify", "Sign in to Spotify."), 1),
    ],
)
def test_what_is_lacking_is_asked_for_a_few_times(library: Library, error: Exception, most: int) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    rounds = 0
    while rounds < 10 and only_task(library).status is not TaskStatus.DONE:
        rounds += 1
        run(library, deezer(), spotify(raising(error)))
        assert only_track(library).match_state is MatchState.MATCHED
        time_passes(library)
    assert rounds == most


@pytest.mark.parametrize("first", [True, False])
def test_a_bug_in_one_provider_costs_nothing_another_found(
    library: Library, caplog: pytest.LogCaptureFixture, first: bool
) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    bad = deezer(raising(ZeroDivisionError("by zero")))
    with caplog.at_level(logging.CRITICAL):
        run(library, *((bad, brainz()) if first else (brainz(), bad)))

    assert only_track(library).isrc == "GBAYE0601498"
    assert only_task(library).status is TaskStatus.DONE


def test_a_track_nobody_found_waits_for_those_that_could_not_answer(library: Library) -> None:
    until = datetime.now(UTC) + timedelta(hours=3)
    import_tracks(library, "Mira Voss - Auftakt")
    away = raising(RateLimited("spotify", "Spotify asks us to wait.", until))
    run(library, deezer(nothing), spotify(away))
    assert (only_track(library).match_state, only_track(library).badge.state) == (
        MatchState.PENDING,
        BadgeState.WAITING,
    )
    assert only_task(library).attempts == 0

    time_passes(library)
    run(library, deezer(nothing), spotify(raising(SignInNeeded("spotify", "Sign in to Spotify."))))
    row = only_track(library)
    assert (row.match_state, row.badge.state) == (MatchState.NOT_FOUND, BadgeState.WAITING)
    assert row.badge.reason is Reason.SIGN_IN_NEEDED


def test_a_source_that_refuses_us_does_not_make_an_error_of_what_others_do_not_know(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    refused = CapabilityForbidden("spotify", "The owner of the app needs Premium.", "app")
    run(library, deezer(nothing), spotify(raising(refused)))
    (row,) = library.library.load_tracks(outcome.rows)
    assert (row.match_state, row.badge.state) == (MatchState.NOT_FOUND, BadgeState.NOT_FOUND)


def test_a_person_is_asked_while_one_provider_is_still_away(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")

    def two(query: TrackQuery) -> list[Candidate]:
        return [
            candidate(query, "a", 200, provider="musicbrainz"),
            candidate(query, "b", 400, provider="musicbrainz"),
        ]

    away = raising(ProviderUnreachable("deezer", "Deezer cannot be reached."))
    run(library, deezer(away), brainz(two))
    row = only_track(library)
    assert (row.match_state, row.badge.state) == (MatchState.REVIEW, BadgeState.REVIEW)
    assert len(library.library.track(row.id).candidates) == 2

    time_passes(library)
    run(library, deezer(named("deezer", duration_s=200)), brainz(two))
    assert (only_track(library).match_state, only_task(library).status) == (
        MatchState.MATCHED,
        TaskStatus.DONE,
    )


def lock(library: Library, track_id: TrackId, external_id: str) -> None:
    found = library.library.track(track_id).candidates
    library.editor.accept(track_id, next(each.id for each in found if each.external_id == external_id))


def two_of_deezer(query: TrackQuery) -> list[Candidate]:
    return [
        candidate(query, "right", 200, provider="deezer", isrc="DEAB12300001"),
        candidate(query, "wrong", 400, provider="deezer", isrc="DEAB12300002"),
    ]


def test_a_choice_stays_through_re_runs_imports_and_other_providers(settings: Settings) -> None:
    library = open_library(settings)
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    run(library, deezer(two_of_deezer))
    track_id = outcome.rows[0]
    lock(library, track_id, "wrong")

    def stands() -> None:
        row = only_track(library)
        assert (row.match_state, row.isrc, row.duration_s) == (MatchState.MATCHED, "DEAB12300002", 400)
        chosen = [each.external_id for each in library.library.track(row.id).candidates if each.chosen]
        assert chosen == ["wrong"]

    run(library, deezer(two_of_deezer))
    stands()
    assert only_track(library).badge.state is BadgeState.LOCKED
    # A re-run that would now be sure of the other one.
    run_again(library, deezer(named("deezer", "right", isrc="DEAB12300001")))
    stands()
    # The provider it came from is gone, and another is sure of another recording.
    run_again(library, brainz(named("musicbrainz", isrc="DEAB12300001")))
    stands()
    assert "musicbrainz" not in said_by(library)
    # The list is pasted again, into its album and into a new one.
    row = ParsedTrack("Mira Voss", "Auftakt", label="Pasted")
    for target in (ExistingAlbum(outcome.album_id), NewAlbum("Again")):
        library.imports.commit(ImportRequest((row,), "again", target))
        run_again(library, deezer(named("deezer", "right", isrc="DEAB12300001")), brainz())
        stands()
    # Even its own catalogue's word for it has changed.
    run_again(library, deezer(named("deezer", "wrong", isrc="DEAB12309999", title="Auftakt II")))
    stands()
    library.close()
    library = open_library(settings)
    stands()
    library.close()


def test_a_choice_is_completed_where_it_has_gaps(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftkat")
    library.library.set_value(outcome.rows[0], "label", "Mine")

    def close(query: TrackQuery) -> list[Candidate]:
        found = candidate(query, "chosen", provider="deezer", title="Auftakt", isrc="DEAB12300001")
        return [found, candidate(query, "else", 400, provider="deezer", title="Auftakt")]

    run(library, deezer(close))
    lock(library, outcome.rows[0], "chosen")
    seen: list[TrackQuery] = []

    def complete(query: TrackQuery) -> list[Candidate]:
        seen.append(query)
        return [
            candidate(
                query, provider="musicbrainz", isrc="DEAB12300001", title="AUFTAKT", release_date="2011-09-23"
            )
        ]

    run_again(library, deezer(close), brainz(complete))

    assert (seen[0].title, seen[0].isrc) == ("Auftakt", "DEAB12300001")
    assert card(library, "release_date").value == "2011-09-23"
    assert card(library, "title").value == "Auftakt"
    assert (card(library, "label").value, card(library, "label").rule) == ("Mine", "locked")
    assert said_by(library, "title") == {"deezer", "tracklist"}
    assert only_track(library).badge.state is BadgeState.LOCKED


def test_what_a_person_wrote_and_locked_is_completed_only_if_it_names_one_recording(
    library: Library,
) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    library.editor.move(outcome.rows, Bucket.MATCHED)
    run_again(library, deezer(two_of_deezer))
    assert only_track(library).isrc is None
    run_again(library, deezer())
    assert (only_track(library).isrc, only_track(library).badge.state) == ("GBAYE0601498", BadgeState.LOCKED)


def test_a_refused_recording_comes_back_from_no_provider(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    run(library, deezer())
    (offered,) = library.library.track(outcome.rows[0]).candidates
    library.editor.reject(outcome.rows[0], offered.id)
    library.editor.look_up_again(outcome.rows)
    run(library, deezer(), brainz(), spotify())

    row = only_track(library)
    assert (row.match_state, row.isrc) == (MatchState.NOT_FOUND, None)
    assert said_by(library) == {"tracklist"}


def test_refusing_another_candidate_leaves_the_match(library: Library) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    run(library, deezer(two_of_deezer))
    lock(library, outcome.rows[0], "right")
    run(library, deezer(two_of_deezer))
    wrong = next(
        each for each in library.library.track(outcome.rows[0]).candidates if each.external_id == "wrong"
    )
    library.editor.reject(outcome.rows[0], wrong.id)

    row = only_track(library)
    assert (row.match_state, row.badge.state, row.isrc) == (
        MatchState.MATCHED,
        BadgeState.LOCKED,
        "DEAB12300001",
    )


def test_tracks_of_a_release_are_asked_for_together_those_of_a_mix_are_not(library: Library) -> None:
    rows = tuple(ParsedTrack("Mira Voss", f"Song {n}") for n in range(1, 4))
    library.imports.commit(ImportRequest(rows, "release", NewAlbum("Tidewater", "Mira Voss")))
    import_tracks(library, "Ilium - Psi", "Oru - Lys", "Tessera - Labyrinth", title="Night shift")
    provider = deezer()
    run(library, provider)

    told = {(q.title, q.album, q.album_artist, q.album_tracks, q.position) for q in provider.asked}
    assert told == {
        *((f"Song {n}", "Tidewater", "Mira Voss", 3, n) for n in range(1, 4)),
        *((title, None, None, None, None) for title in ("Psi", "Lys", "Labyrinth")),
    }


def test_the_best_picture_of_all_who_know_it_is_taken_once(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt", "Mira Voss - Nachspiel")
    providers = [
        deezer(named("deezer")),
        brainz(named("musicbrainz", art=(ArtRef("coverart", "release", "1"),))),
    ]
    arts = [FakeArt(name="deezer", nothing=True), FakeArt(name="coverart")]
    pictured(library, providers, arts, FakeProvider(named("itunes"), name="itunes"))

    assert [each.asked for each in arts] == [
        [ArtRef("deezer", "release", "1")],
        [ArtRef("coverart", "release", "1")],
    ]
    first, second = library.library.load_tracks()
    assert first.art_id == second.art_id is not None


def test_the_last_resort_is_asked_only_where_nobody_has_a_picture(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    last = FakeProvider(named("itunes", genres=["Electronic"]), name="itunes")
    arts = [FakeArt(name="deezer", nothing=True), FakeArt(name="itunes")]
    pictured(library, [deezer()], arts, last)

    assert [query.known is not None for query in last.asked] == [True]
    assert only_track(library).art_id is not None
    assert card(library, "genres").source == "itunes"


def test_a_picture_that_could_not_be_had_now_is_waited_for_before_the_last_resort(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    last = FakeProvider(named("itunes"), name="itunes")
    away = FakeArt(ProviderUnreachable("deezer", "Deezer cannot be reached."), name="deezer")
    pictured(library, [deezer()], [away, FakeArt(name="itunes")], last)

    assert last.asked == []
    assert only_track(library).badge.state is BadgeState.WAITING
