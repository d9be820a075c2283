"""Whatever a person does can be taken back, and done again, until somebody else changed the same."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from musiclib.bootstrap import Library, open_library
from musiclib.db.identities import new_id
from musiclib.db.records import NewTrack
from musiclib.db.schema import Base
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.states import Bucket, MergeMode
from musiclib.errors import ChangedSince, NotInLibrary
from musiclib.services.acts import Acts, Turn, Turned
from musiclib.settings import Settings
from tests.services.conftest import Clock
from tests.services.helpers import THREE, import_into, import_new, offer
from tests.support.database import DIALECTS

pytestmark = pytest.mark.parametrize("settings", DIALECTS, indirect=True)

_BY_HAND = (
    *("albums", "tracks", "album_tracks", "track_artists", "track_metadata", "track_files"),
    *("track_refused_files", "match_candidates", "album_left_out_files", "enrichment_tasks"),
    *("smart_albums", "source_preferences"),
)
_NOT_COMPARED = {
    "": {"revision", "updated_at"},
    "track_metadata": {"fetched_at"},
    "album_tracks": {"id"},  # made anew with each list
    "source_preferences": {"created_at"},
    "enrichment_tasks": {"id", "created_at", "priority"},
}

State = dict[str, list[str]]


def state(library: Library) -> State:
    """Every row a person can change, but for what only says that it was changed."""
    found: State = {}
    with library._db.read() as conn:
        for name in _BY_HAND:
            table = Base.metadata.tables[name]
            left_out = _NOT_COMPARED[""] | _NOT_COMPARED.get(name, set())
            columns = [column for column in table.c if column.name not in left_out]
            found[name] = sorted(map(repr, conn.execute(select(*columns))))
    return found


def test_acts_of_every_kind_go_back_one_by_one_and_forth_again(
    library: Library, clock: Clock, settings: Settings
) -> None:
    states: list[State] = [state(library)]

    def did(what: object) -> None:
        assert what is not None
        states.append(state(library))

    outcome = import_new(library, THREE)
    first, second, third = outcome.rows
    offer(library, clock, first, 81.0, 70.0)
    offer(library, clock, second, 60.0)
    states.append(state(library))
    lib, editor, album = library.library, library.editor, outcome.album_id
    did(editor.move([first], Bucket.MATCHED))
    did(editor.move([second], Bucket.NOT_FOUND))
    did(editor.look_up_again([second]))
    did(lib.set_value(third, "bpm", 128))
    did(lib.lock(third, "title"))
    did(import_into(library, album, "Ilium - Psi\n" + THREE, MergeMode.REPLACE_ORDER))
    did(library.provenance.prefer("deezer", "label"))
    did(lib.rename_album(album, "Another", "Somebody", 2026))
    did(editor.make_album("Second", [first]))
    did(lib.pause_album(album))
    did(lib.remove_tracks_from_album(album, [second]))
    did(lib.remove_album(album))

    acts = len(states) - 2
    for before in reversed(states[1:-1]):
        lib.undo()
        assert state(library) == before
    lib.undo()
    assert not state(library)["tracks"] + state(library)["albums"]
    with pytest.raises(NotInLibrary, match="nothing to undo"):
        lib.undo()

    library.close()
    again = open_library(settings, clock=clock)  # what was taken back outlives the program
    try:
        assert len(again.library.taken_back()) == acts + 1
        for after in states[1:]:
            again.library.redo()
            assert state(again) == after
        with pytest.raises(NotInLibrary, match="nothing to do again"):
            again.library.redo()
        for before in reversed(states[1:-1]):
            again.library.undo()
            assert state(again) == before
    finally:
        again.close()


def test_an_older_act_goes_alone_and_comes_back_until_the_same_was_changed(
    library: Library, clock: Clock
) -> None:
    lib = library.library
    one, two, three = import_new(library, THREE).rows
    tempo = lib.set_value(one, "bpm", 128).changeset_id
    other = lib.set_value(two, "bpm", 140).changeset_id
    named = lib.set_value(one, "title", "Abtakt").changeset_id
    lib.undo(other)  # nothing later touches it
    told = "This cannot be undone: “Mira Voss - Abtakt” was changed again since. By: Title set to Abtakt"
    with pytest.raises(ChangedSince, match=told):
        lib.undo(tempo)
    assert [each.changeset_id for each in lib.undo_with_later(tempo)] == [named, tempo]
    assert [each.id for each in lib.taken_back()] == [tempo, named, other]
    with pytest.raises(ChangedSince, match="was undone before"):
        lib.undo(tempo)

    lib.set_value(three, "bpm", 99)  # elsewhere: all of it can still be done again
    assert lib.redo(other).changeset_id == other
    with pytest.raises(ChangedSince, match="This cannot be done again: “Mira Voss - Auftakt” was changed"):
        lib.redo(named)  # was made on top of what is taken back
    lib.redo(tempo)
    assert lib.redo().changeset_id == named
    row = lib.load_tracks([one])[0]
    assert (row.title, row.bpm) == ("Abtakt", 128)
    with pytest.raises(ChangedSince, match="was not undone"):
        lib.redo(named)

    lib.undo(other)
    lib.set_value(two, "bpm", 141)
    with pytest.raises(ChangedSince, match="Langsam, bitte” was changed again since"):
        lib.redo(other)
    assert lib.load_tracks([two])[0].bpm == 141


def test_of_an_act_that_was_built_upon_the_rest_can_be_taken_back(library: Library, clock: Clock) -> None:
    lib = library.library
    outcome = import_new(library, THREE)
    for each in outcome.rows:
        offer(library, clock, each, 90.0)
    accepted = library.editor.accept_from(outcome.album_id, 50).changeset_id
    assert accepted is not None
    library.editor.move(outcome.rows[:1], Bucket.NOT_FOUND)
    with pytest.raises(ChangedSince, match="moved to not found"):
        lib.undo(accepted)
    done = lib.undo(accepted, keep_changed=True)
    assert done.note == "What was changed since stays as it is, 1 of the tracks and albums."
    buckets = library.editor.buckets(outcome.album_id)
    assert [len(each) for each in (buckets.not_found, buckets.review, buckets.matched)] == [1, 2, 0]
    lib.redo(accepted)
    buckets = library.editor.buckets(outcome.album_id)
    assert [len(each) for each in (buckets.not_found, buckets.review, buckets.matched)] == [1, 0, 2]

    lib.rename_album(outcome.album_id, "Another", None, None)
    renamed = lib.history(1)[0]
    lib.rename_album(outcome.album_id, "A third", None, None)
    with pytest.raises(ChangedSince, match="By: “Another” renamed to “A third”"):
        lib.undo(renamed.id)


@dataclass
class _Pages:
    """Acts on something that is no row: they take themselves back."""

    pages: list[str] = field(default_factory=list)

    def undo(self, turn: Turn) -> Turned:
        self.pages.remove(turn.payload["page"])
        with turn.end():
            turn.payload = {"page": turn.payload["page"], "times": turn.payload.get("times", 0) + 1}
        return Turned(note="The ink stays.")

    def redo(self, turn: Turn) -> Turned:
        self.pages.append(turn.payload["page"] * turn.payload["times"])
        with turn.end():
            pass
        return Turned()


def test_a_kind_may_take_itself_back(library: Library, clock: Clock) -> None:
    book = _Pages()
    acts = Acts(library._db, clock, (), {"page": book})
    track = import_new(library, THREE).rows[0]
    with acts.begin("page") as doing:
        book.pages.append("A")
        doing.act.summary = "Page A written"
        doing.act.extra["page"] = "A"
        doing.act.reached = [track]
    assert doing.done.track_ids == (track,)
    assert library.library.track(track).history[0].summary == "Page A written"
    assert (acts.undo(None).note, book.pages) == ("The ink stays.", [])
    assert acts.redo(None).changeset_id == doing.done.changeset_id
    assert book.pages == ["A"]
    with acts.begin("page") as doing:
        doing.act.summary = "Nothing written"
    assert doing.done.changeset_id is None


def test_an_act_whose_undoing_changed_nothing_can_be_turned_again(library: Library, clock: Clock) -> None:
    acts = Acts(library._db, clock, ())
    track = TrackId(new_id())
    with acts.begin("make") as doing:
        named = {"artist": "Ilium", "title": "Psi"}
        TrackRepository(doing.act.conn).add([NewTrack(track, "ilium|psi|", named)], doing.act.now)
        doing.act.summary = "A track made"
        doing.act.made_tracks.append(track)
    made = doing.done.changeset_id
    named_by_hand = library.library.set_value(track, "title", "Chi").changeset_id
    for turn in (acts.undo, acts.redo, acts.undo, acts.redo):
        turn(made)
        assert library.library.load_tracks([track])[0].title == "Chi", "somebody needs it"
    library.library.undo(named_by_hand)
    acts.undo(made)
    assert library.library.load_tracks() == []
    acts.redo(made)
    assert [each.id for each in library.library.load_tracks()] == [track]
