from __future__ import annotations

from datetime import date

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.db import remerging
from musiclib.db.effective import remerge
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import SourceValues
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import DEFAULT_PRECEDENCE, Agreement, Plain, SourcePreference
from musiclib.domain.rows import FieldCard
from musiclib.domain.states import TaskKind
from musiclib.errors import BadInput, ChangedSince, NotInLibrary
from musiclib.runners.sources import Sources
from musiclib.services.provenance import Preference
from musiclib.settings import Settings
from tests.runners.fakes import connecting_to
from tests.runners.helpers import run_until_idle
from tests.services.conftest import Clock
from tests.services.helpers import import_new
from tests.support.database import DIALECTS


def says(library: Library, source: str, track_id: TrackId, **fields: Plain) -> None:
    now = library._clock()
    with library._db.write() as conn:
        said = SourceValues(track_id, source, fields, f"{source}-id", dict.fromkeys(fields, 0.9))
        TrackMetadataRepository(conn).put([said], now)
        remerge(conn, [track_id], DEFAULT_PRECEDENCE, now)


def two_tracks(library: Library) -> tuple[TrackId, TrackId]:
    """Two artists, and two catalogues that disagree about each."""
    one, two = import_new(library, "Mira Voss - Auftakt\nTessera - Labyrinth").rows
    for track_id, artist, title in ((one, "Mira Voss", "Auftakt"), (two, "Tessera", "Labyrinth")):
        says(library, "musicbrainz", track_id, artist=artist, title=title, label="Brainz", bpm=128.0)
        says(library, "deezer", track_id, artist=artist.upper(), title=title, label="Deezer", bpm=128.2)
    return one, two


def card(library: Library, track_id: TrackId, name: str) -> FieldCard:
    return next(each for each in library.library.track(track_id).fields if each.name == name)


def in_force(library: Library, track_id: TrackId, name: str = "label") -> tuple[object, str | None]:
    found = card(library, track_id, name)
    return found.source, found.rule


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_a_source_is_preferred_for_a_field_or_for_an_artist_and_it_can_be_undone(library: Library) -> None:
    one, two = two_tracks(library)
    everywhere = library.provenance.prefer("deezer", "label")
    assert {*everywhere.track_ids} == {one, two}
    assert in_force(library, one) == in_force(library, two) == ("deezer", "field")
    of_artist = library.provenance.prefer("musicbrainz", artist="mira voss")
    assert of_artist.track_ids == (one,)
    assert (in_force(library, one), in_force(library, two)) == (
        ("musicbrainz", "artist"),
        ("deezer", "field"),
    )
    assert library.provenance.preferences() == [
        Preference("deezer", "label", None),
        Preference("musicbrainz", None, "Mira Voss"),
    ]
    # A list pasted later, and a look-up, keep to it.
    says(library, "deezer", two, label="Deezer II", title="Labyrinth")
    assert in_force(library, two) == ("deezer", "field")

    with pytest.raises(NotInLibrary):
        library.provenance.forget("label", artist="Mira Voss")
    library.provenance.forget("label")
    assert in_force(library, two) == ("musicbrainz", "precedence")
    library.library.undo()
    assert in_force(library, two) == ("deezer", "field")
    assert {*library.library.undo().track_ids} == {one}
    assert in_force(library, one) == ("deezer", "field")


def test_a_preferred_name_is_taken_back_although_it_made_another_artist(library: Library) -> None:
    one, _ = two_tracks(library)
    says(library, "deezer", one, artist="M. Voss", title="Auftakt")
    library.provenance.prefer("deezer", "artist", "Mira Voss")
    assert [each.name for each in library.library.artists()] == ["M. Voss", "Tessera"]
    library.library.undo()
    assert in_force(library, one, "artist") == ("musicbrainz", "precedence")


def test_what_makes_no_sense_is_said(library: Library) -> None:
    two_tracks(library)
    for source, field, artist in (
        ("manual", "label", None),
        ("deezer", "colour", None),
        ("deezer", None, None),
    ):
        with pytest.raises(BadInput):
            library.provenance.prefer(source, field, artist)
    with pytest.raises(NotInLibrary):
        library.provenance.prefer("deezer", None, "Nobody")
    library.provenance.prefer("deezer", "label")
    first = library.library.history()[0].id
    library.provenance.prefer("musicbrainz", "label")
    with pytest.raises(ChangedSince):
        library.library.undo(first)


def test_a_value_of_another_source_is_chosen_and_keeps_its_origin(library: Library) -> None:
    one, _ = two_tracks(library)
    library.library.choose_value(one, "label", "deezer")
    chosen = card(library, one, "label")
    assert (chosen.value, chosen.source, chosen.rule) == ("Deezer", "manual", "locked")
    assert [(each.source, each.origin, each.agreement) for each in chosen.values] == [
        ("manual", "deezer", Agreement.SAME),
        ("musicbrainz", None, Agreement.DIFFERS),
        ("deezer", None, Agreement.SAME),
    ]
    library.library.lock(one, "bpm")
    locked = card(library, one, "bpm")
    assert [(each.source, each.origin, each.agreement) for each in locked.values] == [
        ("manual", "musicbrainz", Agreement.SAME),
        ("musicbrainz", None, Agreement.SAME),
        ("deezer", None, Agreement.NEAR),
    ]
    # What the source says later changes nothing of it.
    says(library, "deezer", one, label="Other", bpm=99.0)
    says(library, "musicbrainz", one, label="Other", bpm=99.0)
    assert (card(library, one, "label").value, card(library, one, "bpm").value) == ("Deezer", 128.0)
    library.library.clear_value(one, "label")
    assert in_force(library, one) == ("musicbrainz", "precedence")
    library.library.undo()
    assert card(library, one, "label").values[0].origin == "deezer"


def test_each_value_chosen_by_hand_keeps_the_day_it_was_chosen(library: Library, clock: Clock) -> None:
    one, _ = two_tracks(library)
    library.library.choose_value(one, "label", "deezer")
    first_day = clock.now.date()
    clock.pass_by(days=3)
    library.library.set_value(one, "bpm", 128.1)

    def day(name: str) -> date:
        return card(library, one, name).values[0].fetched_at.date()

    assert (day("label"), day("bpm")) == (first_day, clock.now.date())
    library.library.choose_value(one, "label", "musicbrainz")
    library.library.undo()
    assert day("label") == first_day


def test_a_track_tells_its_artists_and_what_is_preferred_for_them(library: Library) -> None:
    one, _ = two_tracks(library)
    library.provenance.prefer("deezer", "label")
    library.provenance.prefer("musicbrainz", artist="Mira Voss")
    library.provenance.prefer("musicbrainz", artist="Tessera")
    detail = library.library.track(one)
    assert [each.name for each in detail.artists] == ["Mira Voss"]
    assert detail.preferences == (
        SourcePreference("", "label", "deezer"),
        SourcePreference("mira voss", "*", "musicbrainz"),
    )


def test_the_pasted_and_the_normalised_name_are_both_there(library: Library) -> None:
    (track_id,) = import_new(library, "MIRA VOSS - auftakt").rows
    says(library, "musicbrainz", track_id, artist="Mira Voss", title="Auftakt")
    for name, pasted, normalised in (("artist", "MIRA VOSS", "Mira Voss"), ("title", "auftakt", "Auftakt")):
        found = card(library, track_id, name)
        assert found.value == normalised
        assert {(each.source, each.value) for each in found.values} == {
            ("musicbrainz", normalised),
            ("tracklist", pasted),
        }


def test_what_a_crash_left_unmerged_is_merged_by_the_next_worker(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remerging, "_BLOCK", 1)
    library = open_library(settings, clock=clock)
    one, two = two_tracks(library)
    with library._db.write() as conn:  # as far as the act itself comes
        remerging.set_preference(conn, "", "label", "deezer", clock())
    assert remerging.remerge_some(library._db, DEFAULT_PRECEDENCE, clock()) == [min(one, two)]
    library.close()

    library = open_library(settings, clock=clock)
    run_until_idle(library, connecting_to(Sources()))
    labels = [card(library, each, "label").value for each in (one, two)]
    rows = {row.id: row for row in library.library.load_tracks()}
    with library._db.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM tracks WHERE label = 'Deezer'").scalar_one() == 2
    assert (labels, len(rows)) == (["Deezer", "Deezer"], 2)
    library.close()


def test_another_order_of_sources_is_noticed(settings: Settings, clock: Clock) -> None:
    library = open_library(settings, clock=clock)
    two_tracks(library)
    run_until_idle(library, connecting_to(Sources()))
    library.close()
    order = ("manual", "deezer", "musicbrainz", "tracklist")
    other = open_library(settings.model_copy(update={"source_precedence": order}), clock=clock)
    run_until_idle(other, connecting_to(Sources()))
    with other._db.read() as conn:
        found = conn.exec_driver_sql("SELECT DISTINCT label FROM tracks").scalars().all()
    assert found == ["Deezer"]
    assert {task.kind for task in other.enrichment.tasks()} == {TaskKind.METADATA}
    other.close()
