"""Artists are learnt from matches, and asked for once, together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from musiclib.bootstrap import Library
from musiclib.db.artists import ArtistRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.rows import FieldCard
from musiclib.domain.states import TaskKind
from musiclib.errors import RateLimited
from musiclib.providers.base import ArtistFacts
from musiclib.runners.sources import Sources
from tests.runners.fakes import FakeArtists, FakeProvider, candidate, connecting_to
from tests.runners.helpers import import_tracks, run_until_idle

THREE = ("Mira Voss - Auftakt", "Mira Voss - Nachspiel", "Nobody - Nothing")


def provider() -> FakeProvider:
    return FakeProvider(lambda query: [candidate(query)])


def genres(library: Library, track_id: TrackId) -> FieldCard:
    return next(each for each in library.library.track(track_id).fields if each.name == "genres")


def test_each_artist_is_asked_for_once_and_many_together(library: Library) -> None:
    outcome = import_tracks(library, *THREE)
    artists = FakeArtists()
    run_until_idle(library, connecting_to(Sources((provider(),), artists=(artists,))))

    assert artists.asked == [["fake-Mira Voss", "fake-Nobody"]]
    known = {each.name: each for each in library.library.artists()}
    mira, nobody = known["Mira Voss"], known["Nobody"]
    assert (mira.tracks, mira.genres, mira.ids) == (
        2,
        ("electronic",),
        (("elsewhere", "fake-Mira Voss"), ("fake", "fake-Mira Voss")),
    )
    assert (nobody.genres, nobody.fetched_at is not None) == ((), True)

    library.enrichment.redo(outcome.rows, TaskKind.METADATA)
    run_until_idle(library, connecting_to(Sources((provider(),), artists=(artists,))))
    assert len(artists.asked) == 1
    other = FakeProvider(lambda query: [candidate(query, provider="other")], name="other")
    library.enrichment.redo(outcome.rows, TaskKind.METADATA)
    run_until_idle(library, connecting_to(Sources((other,), artists=(artists,))))
    assert len(artists.asked) == 1, "another id is no reason to ask again"


def test_genres_stay_where_a_later_answer_has_none(library: Library) -> None:
    import_tracks(library, "Mira Voss - Auftakt")
    run_until_idle(library, connecting_to(Sources((provider(),), artists=(FakeArtists(),))))
    with library._db.write() as conn:
        repository = ArtistRepository(conn)
        (known,) = repository.all()
        repository.set_facts({known.id: ((), {"elsewhere": "other", "third": "3"})}, datetime.now(UTC))
        (after,) = repository.all()
    assert after.genres == ["electronic"]
    assert after.external_ids == {**known.external_ids, "third": "3"}


def test_genres_of_the_artist_are_shown_as_such_until_the_recording_has_its_own(library: Library) -> None:
    (track_id,) = import_tracks(library, "Mira Voss - Auftakt").rows
    run_until_idle(library, connecting_to(Sources((provider(),), artists=(FakeArtists(),))))
    shown = genres(library, track_id)
    assert (shown.value, shown.source, shown.rule) == (["electronic"], "artist", "only")
    with library._db.read() as conn:
        assert conn.exec_driver_sql("SELECT genres FROM tracks").scalar_one() is None

    library.library.choose_value(track_id, "genres", "artist")
    assert [(each.source, each.origin) for each in genres(library, track_id).values] == [
        ("manual", "artist"),
        ("artist", None),
    ]
    library.library.set_value(track_id, "genres", ["techno"])
    assert genres(library, track_id).value == ["techno"]


def test_artists_wait_for_a_provider_that_rests(library: Library) -> None:
    class Resting(FakeArtists):
        async def artists(self, ids: object) -> dict[str, ArtistFacts]:
            self.asked.append([])
            until = datetime.now(UTC) + timedelta(hours=1)
            raise RateLimited("fake", "Fake asks us to wait.", until)

    import_tracks(library, *THREE)
    resting = Resting()
    run_until_idle(library, connecting_to(Sources((provider(),), artists=(resting,))))
    assert len(resting.asked) == 1
    assert {each.fetched_at for each in library.library.artists()} == {None}
