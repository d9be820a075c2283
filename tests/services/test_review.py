"""The review queue over a real library; pasted links are asked of a MusicBrainz over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_httpserver import HTTPServer

from musiclib.bootstrap import Library, open_library
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.states import BadgeState, Bucket, MatchState, Source
from musiclib.errors import BadInput, NotInLibrary
from musiclib.services.review_types import ReviewItem
from musiclib.services.review_words import why_waiting
from musiclib.settings import Settings
from tests.services.conftest import Clock
from tests.services.helpers import THREE, import_new, offer, put

MBID = "11111111-0000-4000-8000-00000000000a"


@pytest.fixture
def online(data_dir: Path, clock: Clock, httpserver: HTTPServer) -> Iterator[Library]:
    """A library whose only source is a server of ours."""
    settings = Settings(data_dir=data_dir, musicbrainz_url=httpserver.url_for("/ws/2"))
    library = open_library(settings, clock=clock)
    yield library
    library.close()


def waiting(library: Library) -> list[TrackId]:
    return [item.track_id for item in library.review.queue()]


def test_the_queue_tells_what_is_offered(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    offer(library, clock, outcome.rows[0], 81.0, 78.5)
    offer(library, clock, outcome.rows[1], 84.0)
    first, second = library.review.queue()
    assert (first.track_id, first.title, first.candidates, first.best) == (
        outcome.rows[0],
        "Auftakt",
        2,
        81.0,
    )
    assert (first.ahead, second.ahead, second.deferred) == (2.5, None, False)


def test_a_case_compares_with_what_the_list_says(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    best, second = offer(library, clock, outcome.rows[0], 81.0, 70.0)
    library.editor.reject(outcome.rows[0], best.id)
    case = library.review.case(outcome.rows[0])
    assert (case.own["title"], case.own_sources) == ("Auftakt", ("tracklist",))
    assert [(each.id, each.rejected) for each in case.candidates] == [(second.id, False), (best.id, True)]
    assert [(place.album_id, place.position) for place in case.places] == [(outcome.album_id, 1)]


def test_many_cases_are_read_at_once(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    offer(library, clock, outcome.rows[2], 81.0, 70.0)
    order = [outcome.rows[2], outcome.rows[0]]
    cases = library.review.cases([order[0], TrackId(uuid4()), order[1]])
    assert [case.item.track_id for case in cases] == order
    assert cases == [library.review.case(each) for each in order]
    assert [(len(case.candidates), len(case.places)) for case in cases] == [(2, 1), (0, 1)]


def test_a_pick_is_shown_before_it_is_made(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    (best,) = offer(library, clock, outcome.rows[0], 81.0)
    changes = {
        each.field: (each.before, each.after) for each in library.review.would_write(outcome.rows[0], best.id)
    }
    assert changes["title"] == ("Auftakt", "Auftakt 81.0")
    library.editor.accept(outcome.rows[0], best.id)
    assert library.library.load_tracks(outcome.rows[:1])[0].title == "Auftakt 81.0"
    assert library.review.would_write(outcome.rows[0], best.id) == []


def test_later_is_last_and_can_be_undone(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    for track_id in outcome.rows:
        offer(library, clock, track_id, 81.0)
    library.review.later(outcome.rows[:1])
    clock.pass_by(minutes=1)
    library.review.later(outcome.rows[1:2])
    assert waiting(library) == [outcome.rows[2], outcome.rows[0], outcome.rows[1]]
    library.library.undo()
    assert waiting(library) == [outcome.rows[1], outcome.rows[2], outcome.rows[0]]


def test_accepting_above_a_score_does_what_was_shown(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    for track_id, score in zip(outcome.rows, (84.0, 81.0, 74.0), strict=True):
        offer(library, clock, track_id, score)
    shown = library.review.acceptances(80.0)
    assert [(each.track_id, each.score) for each in shown] == list(
        zip(outcome.rows, (84.0, 81.0), strict=False)
    )
    library.editor.accept_all([(each.track_id, each.candidate_id) for each in shown])
    assert waiting(library) == [outcome.rows[2]]
    assert [row.title for row in library.library.load_tracks(outcome.rows[:2])] == [
        "Auftakt 84.0",
        "Auftakt 81.0",
    ]
    library.library.undo()
    assert waiting(library) == list(outcome.rows)


def test_accepting_many_leaves_what_was_decided_meanwhile(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    for track_id in outcome.rows:
        offer(library, clock, track_id, 84.0, 70.0)
    shown = library.review.acceptances(80.0)
    best = {each.track_id: each.candidate_id for each in shown}
    case = library.review.case(outcome.rows[0])
    library.editor.accept(outcome.rows[0], case.candidates[1].id)
    library.editor.reject(outcome.rows[1], best[outcome.rows[1]])
    library.editor.accept_all([(each.track_id, each.candidate_id) for each in shown])
    titles = [row.title for row in library.library.load_tracks(outcome.rows)]
    assert (titles[0], titles[2]) == ("Auftakt 70.0", "Auftakt 84.0")
    assert waiting(library) == [outcome.rows[1]]


def test_what_was_refused_can_be_offered_again(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    (best,) = offer(library, clock, outcome.rows[0], 81.0)
    library.editor.reject(outcome.rows[0], best.id)
    assert waiting(library) == []
    library.review.offer_again(outcome.rows[0], best.id)
    (item,) = library.review.queue()
    assert (item.track_id, item.candidates, item.best) == (outcome.rows[0], 1, 81.0)
    library.library.undo()
    assert (waiting(library), library.review.case(outcome.rows[0]).candidates[0].rejected) == ([], True)


def test_other_names_are_looked_up_in_one_act(library: Library, clock: Clock) -> None:
    outcome = import_new(library, "Mira Vos - Auftakt (Intro Edit)")
    library.editor.move(outcome.rows, Bucket.NOT_FOUND)
    library.editor.look_up_as(outcome.rows[0], {"artist": "Mira Voss", "version": ""})
    (row,) = library.library.load_tracks(outcome.rows)
    assert (row.artist, row.title, row.version) == ("Mira Voss", "Auftakt", None)
    assert (row.match_state, row.badge.state) == (MatchState.PENDING, BadgeState.QUEUED)
    library.library.undo()
    (row,) = library.library.load_tracks(outcome.rows)
    assert (row.artist, row.version, row.match_state) == ("Mira Vos", "Intro Edit", MatchState.NOT_FOUND)
    with pytest.raises(BadInput):
        library.editor.look_up_as(outcome.rows[0], {"title": " "})


def test_the_same_recording_of_two_sources_is_no_rival(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    same = {"artist": "Mira Voss", "title": "Auftakt", "isrc": "GBAYE0601498", "duration_s": 300}
    other = {**same, "version": "Dub", "isrc": "GBAYE0601499"}
    put(library, clock, outcome.rows[0], (Source.DEEZER, 84.0, same), (Source.MUSICBRAINZ, 83.5, same))
    assert library.review.queue()[0].ahead is None
    put(library, clock, outcome.rows[0], (Source.SPOTIFY, 80.5, other))
    assert library.review.queue()[0].ahead == 3.5


def test_decisions_of_today_are_counted(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    (best,) = offer(library, clock, outcome.rows[0], 81.0)
    before = clock.now
    library.editor.accept(outcome.rows[0], best.id)
    assert library.review.decided_since(before) == 1
    library.library.undo()
    assert library.review.decided_since(before) == 0


def test_a_pasted_id_is_looked_up_and_offered(online: Library, httpserver: HTTPServer) -> None:
    outcome = import_new(online, "Mira Voss - Auftakt")
    recording = {
        "id": MBID,
        "title": "Auftakt (Dub)",
        "artist-credit": [{"name": "Mira Voss"}],
        "length": 301000,
    }
    httpserver.expect_request("/ws/2/recording").respond_with_json({"recordings": [recording]})
    httpserver.expect_request(f"/ws/2/recording/{MBID}").respond_with_json(recording)
    (found,) = online.review.find(outcome.rows[0], f"https://musicbrainz.org/recording/{MBID}")
    assert (found.external_id, found.fields["version"], found.rejected) == (MBID, "Dub", False)
    online.editor.accept(outcome.rows[0], found.id)
    row = online.library.load_tracks(outcome.rows[:1])[0]
    assert (row.version, row.match_state) == ("Dub", MatchState.MATCHED)


@pytest.mark.parametrize(
    ("pasted", "error", "words"),
    [
        ("Mira Voss - Auftakt", BadInput, "names no recording"),
        ("https://open.spotify.com/track/4cOdK2wGLETKBW3PvgPWqT", BadInput, "Spotify is not asked here"),
        (MBID, NotInLibrary, "No source knows"),
    ],
)
def test_what_names_nothing_says_so(
    online: Library, httpserver: HTTPServer, pasted: str, error: type[Exception], words: str
) -> None:
    httpserver.expect_request("/ws/2/recording").respond_with_json({"recordings": []})
    httpserver.expect_request(f"/ws/2/recording/{MBID}").respond_with_json({"error": "Not Found"}, status=404)
    outcome = import_new(online, "Mira Voss - Auftakt")
    with pytest.raises(error, match=words):
        online.review.find(outcome.rows[0], pasted)


def test_offline_nobody_is_asked(library: Library) -> None:
    outcome = import_new(library, "Mira Voss - Auftakt")
    with pytest.raises(BadInput, match=r"MusicBrainz is not asked|switched off"):
        library.review.find(outcome.rows[0], MBID)


def test_tracks_nobody_knows_are_a_queue_of_their_own(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    library.editor.move(outcome.rows[:1], Bucket.NOT_FOUND)
    items: list[ReviewItem] = library.review.queue(MatchState.NOT_FOUND)
    assert [(item.track_id, item.candidates, item.best) for item in items] == [(outcome.rows[0], 0, None)]
    assert why_waiting(items[0]) == "No source knows it"
    offer(library, clock, outcome.rows[0], 81.0)
    with library._db.write() as conn:
        TrackRepository(conn).set_match(outcome.rows[:1], MatchState.NOT_FOUND, None, clock())
    assert "is kept" in why_waiting(library.review.queue(MatchState.NOT_FOUND)[0])
