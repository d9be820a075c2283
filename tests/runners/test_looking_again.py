"""What becomes of a track that is looked up once more, by a person or by itself."""

from __future__ import annotations

import pytest

from musiclib.bootstrap import Library
from musiclib.domain.states import Bucket, MatchState, TaskKind
from musiclib.domain.wording import badge_sentence
from musiclib.errors import ProviderUnreachable, SignInNeeded
from musiclib.providers.base import Candidate, TrackQuery
from tests.runners.fakes import FakeArt
from tests.runners.helpers import import_tracks, only_track
from tests.runners.three_providers import (
    brainz,
    card,
    deezer,
    named,
    nothing,
    offered,
    pictured,
    raising,
    run,
    run_again,
    said_by,
    spotify,
)
from tests.support.catalogue.http import picture
from tests.support.library import give_album_art


def test_a_provider_that_is_away_takes_nothing_back(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    run(library, deezer(), brainz(), spotify())
    everybody = said_by(library)

    gone = ProviderUnreachable("spotify", "Spotify cannot be reached.")
    run_again(library, deezer(), brainz(), spotify(raising(gone)))
    assert said_by(library) == everybody

    run_again(
        library, deezer(raising(ProviderUnreachable("deezer", "Deezer cannot be reached."))), brainz(nothing)
    )
    assert said_by(library) == everybody
    assert only_track(library).match_state is MatchState.MATCHED


def test_another_recording_takes_the_values_of_the_old_one_away(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    run(library, deezer(), brainz(), spotify())
    other = named("deezer", isrc="USAB12300001", duration_s=333.0)
    run_again(library, deezer(other), brainz(nothing), spotify(raising(SignInNeeded("spotify", "Sign in."))))

    assert said_by(library) == {"deezer", "tracklist"}
    assert only_track(library).isrc == "USAB12300001"


def test_looking_again_for_what_nobody_knows_takes_nothing_away(library: Library) -> None:
    (track_id,) = import_tracks(library, "Mira Voss - Auftakt").rows
    pictured(library, [deezer()], [FakeArt(name="deezer")])
    matched = only_track(library)
    library.library.set_value(track_id, "title", "What nobody has ever heard")
    for _ in range(2):
        library.editor.look_up_again([track_id])
        run(library, deezer(nothing), brainz(nothing))
        after = only_track(library)
        assert (after.match_state, after.isrc, after.art_id) == (
            MatchState.NOT_FOUND,
            matched.isrc,
            matched.art_id,
        )
        assert said_by(library, "label") == {"deezer"}
        assert "What sources said of it before is kept." in badge_sentence(after.badge)
        assert [each.chosen for each in offered(library)] == [False]

    library.editor.move([track_id], Bucket.NOT_FOUND)
    assert (only_track(library).isrc, said_by(library, "label")) == (None, set())


@pytest.mark.parametrize("by_hand", [False, True])
def test_another_recording_takes_the_picture_of_the_old_one_away(library: Library, by_hand: bool) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    pictured(library, [deezer()], [FakeArt(name="deezer")])
    (before,) = library.library.load_albums()
    assert before.art_id == only_track(library).art_id is not None
    if by_hand:
        give_album_art(library, outcome.album_id, picture(9, 9, 4))
    shown = library.library.load_albums()[0].art_id

    def pictures() -> set[object]:
        return {only_track(library).art_id, library.library.load_albums()[0].art_id}

    run_again(library, deezer())
    assert pictures() == {shown}
    other = named("deezer", isrc="USAB12300001", duration_s=333.0, external_id="other")
    library.enrichment.redo(outcome.rows, TaskKind.METADATA)
    pictured(library, [deezer(other)], [FakeArt(name="deezer", nothing=True)])
    assert only_track(library).isrc == "USAB12300001"
    assert pictures() == ({shown} if by_hand else {None})


def test_what_was_asked_before_its_data_was_removed_is_not_written_after(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt", "Tessera - Labyrinth")
    asked: list[str] = []

    def answer(query: TrackQuery) -> list[Candidate]:
        asked.append(query.title)
        if len(asked) == 1:
            library.accounts.remove_data()
        return named("spotify")(query) if len(asked) <= 2 else []

    run(library, deezer(), spotify(answer))
    assert sorted(asked) == ["Auftakt", "Auftakt", "Labyrinth", "Labyrinth"]
    for row in library.library.load_tracks():
        assert row.match_state is MatchState.MATCHED
        assert "spotify" not in {each.provider for each in library.library.track(row.id).candidates}
        fields = library.library.track(row.id).fields
        assert "spotify" not in {value.source for field in fields for value in field.values}


@pytest.mark.parametrize("by_hand", [False, True])
def test_undoing_a_look_up_brings_back_the_match_it_gave_up(library: Library, by_hand: bool) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    run(library, deezer())
    track_id = only_track(library).id
    if by_hand:
        library.editor.move([track_id], Bucket.MATCHED)
        run(library, deezer())
    library.library.set_value(track_id, "title", "Another title")
    before = only_track(library)
    assert (card(library, "label").value, before.popularity) == ("Deezer Label", 70)
    chosen_from = offered(library)

    library.editor.look_up_again([track_id])
    run(library, deezer(nothing), brainz())
    assert card(library, "label").value == "Brainz Label"
    library.library.undo()

    after = only_track(library)
    assert (after.match_state, after.badge) == (MatchState.MATCHED, before.badge)
    assert (card(library, "label").value, after.popularity) == ("Deezer Label", 70)
    assert said_by(library, "label") == {"deezer"}
    assert offered(library) == chosen_from
    library.library.undo()
    assert card(library, "title").value == "Auftakt"
